"""The ways of reading a page that are measured side by side: ours, and other people's."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version

import trafilatura
from lxml import etree, html
from readability import Document
from resiliparse.extract.html2text import extract_plain_text

from archive.models import Article
from benchmarks.quality.saved import Page, Site
from benchmarks.quality.scoring import FIELDS, Said
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.learning.extract import extract_learned
from portal_crawler.learning.learner import learn
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import page_facts
from portal_crawler.learning.samples import SamplePage, lowest

Read = Callable[[Page], Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One page as one method read it."""

    page: Page
    found: Said
    cpu_ms: float
    learning_ms: float
    """The time for learning, per example page, if the method learns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One column of the table."""

    name: str
    heading: str
    """Its lines, parted by a line feed, each at most eight characters."""
    reader: Callable[[Site], Read | None]
    """Gets ready for a site; None where it cannot read such a site."""
    gives: frozenset[str] = frozenset(FIELDS)
    """The fields that it looks for; others are not its faults."""
    without_classes: bool = False
    """Whether classes and ids are taken out of the pages first."""
    learns_from: int = 0
    """How many of the site's first pages it looks at before it reads one."""
    package: str | None = None
    """The distribution whose version was measured, if the method is not ours."""

    @property
    def is_ours(self) -> bool:
        """Whether this project made it."""
        return self.package is None

    @property
    def version(self) -> str:
        """The package's version."""
        return version(self.package) if self.package else ""


def readings(method: Method, site: Site) -> Iterator[Reading]:
    """The site's pages that have an answer, read. Nothing where the method cannot."""
    if site.is_single and method.learns_from:
        return
    seen = stripped(site) if method.without_classes else site
    started = time.process_time()
    read = method.reader(seen)
    learning_ms = (time.process_time() - started) * 1000
    if read is None:
        return
    for page in seen.asked[:1]:
        read(page)  # Loading and compiling at the first call is not part of a page's cost.
    learned_from = min(method.learns_from, len(seen.pages))
    for page in seen.asked:
        started = time.process_time()
        found = read(page)
        yield Reading(
            page=page,
            found=found,
            cpu_ms=(time.process_time() - started) * 1000,
            learning_ms=learning_ms / max(1, learned_from),
        )


def stripped(site: Site) -> Site:
    """The site with every class and id taken out of its pages."""
    pages = tuple(replace(page, body=_nameless(page)) for page in site.pages)
    return replace(site, pages=pages)


def _nameless(page: Page) -> bytes:
    root = html.document_fromstring(
        decoded(page).encode(), parser=html.HTMLParser(encoding="utf-8")
    )
    etree.strip_attributes(root, "class", "id")
    text: str = html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return b"\xef\xbb\xbf" + text.encode()


def decoded(page: Page) -> str:
    """All other extractors get the text as we decode it, so charsets are not compared."""
    return decode(page.body, page.content_type).text


# Ours


def said(article: Article) -> Said:
    """The scored values of an article."""
    return Said(
        title=article.title,
        published=article.published_at or "",
        lead=article.lead or "",
        body=article.body or "",
        author=article.author or "",
        source=article.source or "",
        category=article.category or "",
        images=tuple((image.src, image.caption or "") for image in article.images),
        attachments=tuple(attachment.href for attachment in article.attachments),
    )


def _platform(site: Site) -> Read | None:
    portal = site.portal
    if portal is None:
        return None

    def read(page: Page) -> Said:
        try:
            article = portal.read_article_page(
                page.body, page.url, page.fetched_at, page.content_type
            )
        except ExtractionError:
            return Said()
        return said(article)

    return read


def _learned(pages: int, *, unless_all: bool = False) -> Callable[[Site], Read | None]:
    """Read by the layout learned from the site's first pages, or generally if they are too few."""

    def reader(site: Site) -> Read | None:
        if unless_all and len(site.pages) <= pages:
            return None
        examples = site.pages[:pages]
        facts = (
            page_facts(page.body, page.url, content_type=page.content_type) for page in examples
        )
        samples = (
            SamplePage(page.url, page.url, page.body, page.fetched_at, page.content_type)
            for page in examples
        )
        return _read_by(learn([fact for fact in facts if fact], lowest(samples)))

    return reader


def _read_by(model: SiteModel | None) -> Read:
    def read(page: Page) -> Said:
        try:
            article = extract_learned(
                page.body,
                page.url,
                model,
                fetched_at=page.fetched_at,
                content_type=page.content_type,
            )
        except ExtractionError:
            return Said()
        return said(article)

    return read


# Other people's


def _trafilatura(*, favor_precision: bool) -> Callable[[Site], Read]:
    def read(page: Page) -> Said:
        document = trafilatura.bare_extraction(
            decoded(page),
            url=page.url,
            favor_precision=favor_precision,
            include_comments=False,
            with_metadata=True,
        )
        if document is None or isinstance(document, dict):
            return Said()
        return Said(
            title=document.title or "",
            body=document.text or "",
            author=document.author or "",
            category=next(iter(document.categories or ()), ""),
        )

    return lambda _site: read


def _readability(page: Page) -> Said:
    document = Document(decoded(page))
    return Said(title=document.short_title(), body=_text_of(document.summary(html_partial=True)))


def _text_of(markup: str) -> str:
    """With a space between elements of a block's kind, else their words would run together."""
    root = html.fragment_fromstring(markup, create_parent="div")
    for element in root.iter(
        "p", "div", "li", "td", "th", "br", "h1", "h2", "h3", "h4", "h5", "h6"
    ):
        element.tail = "\n" + (element.tail or "")
    return str(root.text_content())


def _resiliparse(page: Page) -> Said:
    text = extract_plain_text(decoded(page), main_content=True, alt_texts=False)
    return Said(body=text)


OURS = (
    Method(name="platform", heading="\nour\nplatform", reader=_platform),
    Method(name="learned", heading="our\nlearned\nfrom 50", reader=_learned(50), learns_from=50),
    Method(
        name="learned-20",
        heading="our\nlearned\nfrom 20",
        reader=_learned(20, unless_all=True),
        learns_from=20,
    ),
    Method(
        name="learned-no-classes",
        heading="learned,\nno\nclasses",
        reader=_learned(50),
        learns_from=50,
        without_classes=True,
    ),
    Method(name="no-model", heading="our\nfall-\nback", reader=lambda _site: _read_by(None)),
)

PEERS = (
    Method(
        name="trafilatura-precision",
        heading="trafila-\ntura\nprecise",
        reader=_trafilatura(favor_precision=True),
        gives=frozenset(("title", "author", "category")),
        package="trafilatura",
    ),
    Method(
        name="trafilatura",
        heading="trafila-\ntura\ndefault",
        reader=_trafilatura(favor_precision=False),
        gives=frozenset(("title", "author", "category")),
        package="trafilatura",
    ),
    Method(
        name="readability",
        heading="\nreada-\nbility",
        reader=lambda _site: _readability,
        gives=frozenset(("title",)),
        package="readability-lxml",
    ),
    Method(
        name="resiliparse",
        heading="\nresili-\nparse",
        reader=lambda _site: _resiliparse,
        gives=frozenset(),
        package="resiliparse",
    ),
)

METHODS = (*OURS, *PEERS)
