"""JSON from an interface behind a single-page portal: ministries and home-made portals since 2020.

Odd: the pages are empty until a script has asked the interface, so the answers in JSON are what is
read. An article's page is then its answer, and its address the one of the page for readers, which
is captured, too. Systems differ in the names of fields and in their addresses; the usual ones are
found without being declared. An interface can answer an error with status 200.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.models import Article
from portal_crawler.cleaning.address_forms import values_in
from portal_crawler.cleaning.extraction import (
    LEAST_TEXT_CHARS,
    NoTitleError,
    refuse_substitute_page,
)
from portal_crawler.cleaning.json_answers import folded, is_json, json_value, state_of
from portal_crawler.cleaning.json_articles import (
    PAGE,
    JsonArticle,
    article_in,
    filled,
    read_json_article,
)
from portal_crawler.cleaning.json_names import IDS
from portal_crawler.cleaning.listings.article_keys import article_key as key_of_any
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.listings.json_rows import JsonProfile, read_json_rows
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.substitute_pages import (
    SubstituteKind,
    SubstitutePage,
    no_answer,
)
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute, is_copy
from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.profile import watched_fields
from portal_crawler.cleaning.words.text import clean
from portal_crawler.crawl.spider import Portal
from portal_crawler.learning.extract import extract_learned
from portal_crawler.portals.recognition import Sign
from portal_crawler.ways.counted import CountedPages
from portal_crawler.ways.requests import ListingAnswer, ListingRequest

NO_JSON = SubstitutePage(SubstituteKind.FAILURE, "an answer that is not JSON")

PROGRAM_IDS = ("root", "app", "__next", "__nuxt")
"""Of the element that a program in a browser fills."""

INTERFACE_CALL = (
    r"(?:\.(?:ajax|get|post|getJSON)|\bfetch)\(\s{0,20}(?:\{[^{}]{0,200}?\burl\s{0,9}:\s{0,9})?"
    r"[\"'`](/(?:\w{1,20}/)?api/(?!NewsZone)[^\"'`\s]{1,200})[\"'`]"
)
"""A call in a script, whose first group is the interface's address. VCCorp's system for many sites
has NewsZone."""

SIGNS = (
    Sign(
        reason="it is an answer in JSON",
        weight=0.7,
        css=("html",),
        pattern=r"^\s{0,20}(?:/\*\*/)?(?:[\w.$]{1,100}\()?[\[{]\s{0,20}[\"{\[]",
    ),
    Sign(
        reason="the element of its program is empty until a script has run",
        weight=0.4,
        css=(*(f"body > #{name}:empty" for name in PROGRAM_IDS), "app-root:empty"),
    ),
    Sign(
        reason="its program is in {}",
        weight=0.2,
        css=("script::attr(src)",),
        pattern=r"(?:^|/)(?:static/js/main|js/app|assets/index|main|runtime)[.-][\w-]{6,40}\.js",
    ),
    Sign(
        reason="it has the state from which its program draws the page",
        weight=0.3,
        css=("script#__NEXT_DATA__",),
    ),
    Sign(
        reason="a script of the page asks an interface for its rows, {}",
        weight=0.45,
        css=("script:not([src])",),
        pattern=INTERFACE_CALL,
    ),
)

_NUMBER = re.compile(r"(?:.*[-_.])?(\d{1,20})")
_LONG_ID = re.compile(
    r"(?:.*[-_])?([0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)
_ENDING = re.compile(r"\.(?:html?|aspx|json)$", re.IGNORECASE)
_IDS = frozenset(map(folded, IDS))


class JsonApi(Portal):
    """A listing is an interface's address; an article is its answer, or a page."""

    platform = "json_api"
    signs = SIGNS
    json_profile: ClassVar[JsonProfile | None] = JsonProfile()
    json_article: ClassVar[JsonArticle] = JsonArticle()
    ways = (CountedPages(),)
    accept = "application/json, text/html;q=0.9, */*;q=0.8"

    @classmethod
    def article_key(cls, url: str) -> str | None:
        """The id in an article's address, which has a declared form, or the form of the listing's
        address and an id; None for other pages."""
        if is_copy(url):
            return None
        keys = (_key_by(form, url) for form in cls._forms() if "{" in form)
        if (key := next(filter(None, keys), None)) is not None or "{" in cls._forms()[0]:
            return key
        parts = urlsplit(url)
        for name, value in parse_qsl(parts.query):
            if folded(name) in _IDS and value.strip():
                return value.strip().lower()
        folder, _, last = unquote(parts.path).rstrip("/").rpartition("/")
        stem = _ENDING.sub("", last)
        found = _LONG_ID.fullmatch(stem) or _NUMBER.fullmatch(stem)
        if found is None:
            return key_of_any(url)
        return found[1].lower() if cls._may_hold_articles(folder) else None

    @classmethod
    def _forms(cls) -> tuple[str, str]:
        """The forms of an article's address in the interface, and of its page for readers."""
        listing = cls.json_profile
        return (listing.url if listing is not None else "", cls.json_article.page)

    @classmethod
    def _may_hold_articles(cls, folder: str) -> bool:
        """Whether a folder of addresses is a listing's, or not one of an interface at all."""
        paths = [urlsplit(url).path.rstrip("/") for url in getattr(cls, "sections", {}).values()]
        listings = [path for path in paths if _is_interface(path)]
        return not _is_interface(folder) or not listings or folder in listings

    @classmethod
    def read_listing_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of an answer in JSON, of a feed or sitemap, or of the state within a page.

        A page in place of an answer is no answer, unless it is the one with the listing's form.
        """
        if cls.json_profile is not None and cls.json_profile.html:
            return super().read_listing_page(body, url, fetched_at, content_type)
        page = cls.read_data_listing(body, url, fetched_at)
        state = state_of(body) if page is None else None
        if state is not None:
            page = read_json_rows(
                state, url, cls._profile(), key=cls.own_key, fetched_at=fetched_at
            )
        if page is None:
            return ListingPage((), None, no_answer=cls._why_not(body, url, content_type))
        return cls._in_interface(page)

    @classmethod
    def _profile(cls) -> JsonProfile:
        return cls.json_profile or JsonProfile()

    @classmethod
    def _why_not(cls, body: bytes, url: str, content_type: str | None) -> SubstitutePage | None:
        decoded = decode(body, content_type)
        root = tree_of(decoded.text, decoded.utf8)
        said = no_answer(root) if root is not None else None
        answer = ListingAnswer(request=ListingRequest(url=url), url=url, body=body, page=1)
        has_form = url in getattr(cls, "sections", {}).values() and cls.way(url).may_be_empty(
            answer
        )
        return said or (None if has_form else NO_JSON)

    @classmethod
    def _in_interface(cls, page: ListingPage) -> ListingPage:
        """The rows with the addresses of the interface: a sitemap names the pages for readers."""
        asked, shown = cls._forms()
        if "{" not in asked or "{" not in shown:
            return page
        values = [values_in(shown, row.url) for row in page.rows]
        urls = [filled(asked, one) if one is not None else None for one in values]
        rows = [
            replace(row, url=absolute(row.url, url) or row.url) if url is not None else row
            for row, url in zip(page.rows, urls, strict=True)
        ]
        return replace(page, rows=tuple(rows))

    @classmethod
    def read_article_page(
        cls,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article of an answer in JSON, of the state within a page, or of a page's own text."""
        value = json_value(body)
        if value is not None or body.strip() == b"null":
            return read_json_article(value, url, cls.json_article, fetched_at=fetched_at)
        state = state_of(body)
        if state is not None and article_in(state, cls.json_article) is not None:
            return read_json_article(state, url, cls.json_article, fetched_at=fetched_at)
        if hasattr(cls, "article_profile"):
            return super().read_article_page(body, url, fetched_at, content_type, listed_title)
        if is_json(body) or _is_empty(body, url, content_type):
            raise NoTitleError(url, ("an article in whole JSON", "a text in the page"))
        return extract_learned(
            body,
            url,
            None,
            fetched_at=fetched_at,
            content_type=content_type,
            listed_title=listed_title,
        )

    @classmethod
    def watched_fields(cls) -> dict[str, tuple[str, ...]]:
        """The fields of the portal's `article_profile`, if its pages have the text; else those of
        an article in JSON."""
        return watched_fields(getattr(cls, "article_profile", PAGE))


def _is_interface(path: str) -> bool:
    return "api" in path.lower().split("/")


def _key_by(form: str, url: str) -> str | None:
    """The id in an address of a form: the value of the name of an id, or of the last name."""
    values = values_in(form, url)
    if not values:
        return None
    named = [value for name, value in values.items() if folded(name) in _IDS]
    return (named or list(values.values()))[-1].lower()


def _is_empty(body: bytes, url: str, content_type: str | None) -> bool:
    """Whether a page has less text than an article: it waits for a script.

    Raises SoftNotFoundError or a NoAnswerError for a substitute page.
    """
    decoded = decode(body, content_type)
    root = tree_of(decoded.text, decoded.utf8)
    refuse_substitute_page(url, root, None, PAGE)
    page = next(root.iter("body"), None) if root is not None else None
    return page is not None and len(clean(shown_text(page))) < LEAST_TEXT_CHARS
