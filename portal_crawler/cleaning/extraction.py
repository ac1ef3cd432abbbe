"""From a page's bytes to an Article, by the selectors of a layout."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from lxml import etree

from archive.models import Article, Attachment
from portal_crawler.cleaning import fields
from portal_crawler.cleaning.body.attachments import attachments, joined_lists
from portal_crawler.cleaning.body.beside import document_lines, links_beside
from portal_crawler.cleaning.body.reading import ArticleBody, read_body, remove_element
from portal_crawler.cleaning.body.surroundings import MENU_IN_BODY, holds_menu, links_around
from portal_crawler.cleaning.body.text_in_lead import with_text_in_lead
from portal_crawler.cleaning.page.charset import Decoded, decode
from portal_crawler.cleaning.page.selectors import ParsedPage
from portal_crawler.cleaning.page.substitute_pages import SubstituteKind, substitute_page
from portal_crawler.cleaning.page.tree import fast_tree, slow_tree
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.problems import TITLE_FROM_LISTING
from portal_crawler.cleaning.profile import Profile, missed_fields
from portal_crawler.cleaning.stated import Stated
from portal_crawler.cleaning.words.boilerplate import is_placeholder
from portal_crawler.cleaning.words.headlines import ListedTitle
from portal_crawler.cleaning.words.language import language_of
from portal_crawler.cleaning.words.text import clean

PAGE_CUT = "page-cut"
"""A problem code: the page is longer than the part that is read."""


LEAST_TEXT_CHARS = 200
"""A page without a headline is an article if it has so much text."""


class ExtractionError(Exception):
    """A page gives no article. Raised by `extract` if it finds no title, or a substitute page."""

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Pickle the error by its arguments and not by its message."""
        return type(self), tuple(vars(self).values())


class NoTitleError(ExtractionError):
    """No selector of the profile or of its older profiles finds a title on the page."""

    def __init__(self, url: str, selectors: tuple[str, ...]) -> None:
        self.url = url
        self.selectors = selectors
        super().__init__(f"no title at {url}: tried {', '.join(selectors)}")


class SoftNotFoundError(ExtractionError):
    """The page says, with status 200, that the article is not there, or not yet."""

    def __init__(self, url: str, phrase: str) -> None:
        self.url = url
        self.phrase = phrase
        super().__init__(f"soft 404 at {url}: the page says {phrase!r}")


class NoAnswerError(ExtractionError):
    """The page, with status 200, says nothing about the article, which has to be fetched again."""

    kind: SubstituteKind

    def __init__(self, url: str, phrase: str) -> None:
        self.url = url
        self.phrase = phrase
        super().__init__(f"{self.kind.value} at {url}: the page says {phrase!r}")


class BlockedPageError(NoAnswerError):
    """A firewall or a captcha answered. The crawler never tries to get around it."""

    kind = SubstituteKind.BLOCK_PAGE


class FailurePageError(NoAnswerError):
    """The portal's own error page: maintenance, or an error of a server or database."""

    kind = SubstituteKind.FAILURE


_ERRORS_BY_KIND = {
    SubstituteKind.NOT_FOUND: SoftNotFoundError,
    SubstituteKind.BLOCK_PAGE: BlockedPageError,
    SubstituteKind.FAILURE: FailurePageError,
}


def extract(  # noqa: PLR0913 -- a page, its capture, and the layout to read it
    html: bytes,
    url: str,
    profile: Profile,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
    listed_title: str | None = None,
) -> Article:
    """The article on a page, read by a layout.

    `html` is the de-chunked, decompressed payload, `fetched_at` the time of the response with its
    zone, `content_type` the header, `listed_title` the article's title on a listing. Raises
    NoTitleError, SoftNotFoundError or a NoAnswerError. Everything else that is odd is a code in
    `problems`.
    """
    decoded = decode(html, content_type)
    reading = _read(decoded, url, profile, ListedTitle.of(listed_title))
    return article_by_layout(
        reading, decoded, url, fetched_at=fetched_at, content_type=content_type
    )


def article_by_layout(
    reading: "Reading",
    decoded: Decoded,
    url: str,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
) -> Article:
    """The article of a page whose title is found, by the layout that fits it.

    Removes the boilerplate from the page's tree. Raises SoftNotFoundError if a placeholder is all
    that the article has.
    """
    layout = with_text_in_lead(reading.page, reading.layout)
    reading = replace(reading, layout=layout)
    page = reading.page
    base = _base(page, url)
    # These fields may need elements that reading the body removes.
    stated = Stated(page.root, reading.title)
    outside = _outside_the_body(reading, url, fetched_at, stated)
    cover = fields.covers(page, layout)
    element = page.first(layout.body)
    areas = [found for css in layout.attachments for found in page.select(css)]
    heads = tuple(text for text in (outside.title, outside.lead) if text)
    body = ArticleBody(None, (), None)
    odd: tuple[str, ...] = ()
    beside: tuple[Attachment, ...] = ()
    if element is not None:
        offered = links_beside(element, outside.title, page.root, base)
        lines = document_lines(offered, element, base)
        beside = attachments([*offered, *lines], base)
        for line in lines:
            remove_element(line)
        links = links_around(element, page.root)
        body = read_body(element, page, layout, heads)
        odd = (MENU_IN_BODY,) if holds_menu(element, body.text or "", links) else ()
        areas.insert(0, element)
    author, source = fields.author_and_source(outside.author, outside.source, body)
    account = outside.account or fields.body_account(body)
    if not (author or source):
        author = fields.person_behind(account) or fields.stated_author(stated, account)
    article = replace(
        outside,
        body=body.text,
        author=author,
        account=account,
        source=source,
        language=language_of("\n".join((*heads, body.text or "")), _declared_language(page)),
        images=fields.images(cover, body, base),
        videos=fields.videos(body.videos, base),
        attachments=joined_lists(attachments(areas, base), beside),
        problems=tuple(sorted({*outside.problems, *odd, *_oddities(decoded, content_type)})),
    )
    if is_placeholder(article.body or "") and not _has_more_than_body(article):
        raise SoftNotFoundError(url, article.body or "")
    return article


def _has_more_than_body(article: Article) -> bool:
    return bool(article.lead or article.images or article.videos or article.attachments)


def _outside_the_body(
    reading: "Reading", url: str, fetched_at: datetime, stated: Stated
) -> Article:
    """The fields that do not depend on the body."""
    page, layout, title = reading.page, reading.layout, reading.title
    date = fields.publication_date(page, layout, fetched_at, stated)
    return Article(
        url=url,
        title=title,
        lead=fields.lead(page, layout),
        author=fields.named_author(page, layout),
        account=fields.named_account(page, layout),
        source=fields.named_source(page, layout),
        category=fields.category(page, layout, title),
        tags=fields.article_tags(page, layout, title),
        published_at=date.value,
        updated_at=fields.updated(page, layout, fetched_at, date.value),
        problems=(*date.problems, *reading.problems),
        missed=missed_fields(page, layout),
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A page as one of the parsers reads it, its title, and the layout by which the rest is
    read."""

    page: ParsedPage
    layout: Profile
    title: str
    problems: tuple[str, ...] = ()


def _read(decoded: Decoded, url: str, profile: Profile, listed: ListedTitle | None) -> Reading:
    fast = fast_tree(decoded.text, decoded.utf8)
    reading = _fitting(fast, profile, listed) if fast is not None else None
    if reading is None:
        slow = slow_tree(decoded.text)
        if slow is not None:
            reading = _fitting(slow, profile, listed, "read-by-beautifulsoup")
        fast = fast if fast is not None else slow
    if reading is None:
        refuse_substitute_page(url, fast, None, profile)
        reading = _titled_by_listing(fast, profile, listed) if fast is not None else None
    if reading is None:
        raise NoTitleError(url, tuple(css for layout in _layouts(profile) for css in layout.title))
    refuse_substitute_page(url, reading.page.root, reading.title, profile)
    return reading


def refuse_substitute_page(
    url: str, root: etree._Element | None, title: str | None, profile: Profile
) -> None:
    """Raise SoftNotFoundError or a NoAnswerError if a page is a substitute page.

    `title` is the headline found on it, `root` its tree; without a tree nothing is raised.
    """
    own = tuple(phrase for layout in _layouts(profile) for phrase in layout.not_found)
    found = substitute_page(root, title, own) if root is not None else None
    if found is not None:
        raise _ERRORS_BY_KIND[found.kind](url, found.phrase)


def _fitting(
    root: etree._Element, profile: Profile, listed: ListedTitle | None, *problems: str
) -> Reading | None:
    page = ParsedPage(root)
    for layout in _layouts(profile):
        titles = filter(None, map(clean, page.texts(layout.title)))
        if first := next(titles, None):
            # A selector may find other headings, too.
            found = (first, *titles) if listed else ()
            title = (listed.same_in(found) or listed.nearest_in(found)) if listed else None
            return Reading(page, layout, title or first, problems)
    return None


def _titled_by_listing(
    root: etree._Element, profile: Profile, listed: ListedTitle | None
) -> Reading | None:
    """The reading of a page that has text and no headline, with the listing's title."""
    if listed is None or not listed.may_be_title:
        return None
    page = ParsedPage(root)
    for layout in _layouts(profile):
        body = page.first(layout.body)
        if body is not None and len(clean(shown_text(body))) >= LEAST_TEXT_CHARS:
            return Reading(page, layout, listed.text, (TITLE_FROM_LISTING,))
    return None


def _layouts(profile: Profile) -> Iterator[Profile]:
    layout: Profile | None = profile
    while layout is not None:
        yield layout
        layout = layout.older


def _oddities(decoded: Decoded, content_type: str | None) -> Iterator[str]:
    if decoded.guessed:
        yield "charset-guessed"
    if decoded.cut:
        yield PAGE_CUT
    if decoded.read_twice:
        yield "read-twice-repaired"
    if content_type and "html" not in content_type.lower():
        yield "not-html"


def _base(page: ParsedPage, url: str) -> str:
    """The address that the page's relative addresses are relative to."""
    for element in page.root.iter("base"):
        return absolute(url, element.get("href") or "") or url
    return url


def _declared_language(page: ParsedPage) -> str | None:
    """The language that the page's `html` element declares; in broken markup that may not be the
    root."""
    # It mostly is the root, and looking for another one takes a walk over the page.
    if page.root.tag == "html" and (declared := _said_language(page.root)):
        return declared
    return next(filter(None, map(_said_language, page.root.iter("html"))), None)


def _said_language(html: etree._Element) -> str | None:
    return html.get("lang") or html.get("xml:lang")
