"""Liferay 6.x: departments of Hanoi until about 2023, older ministry and province sites.

Odd: articles are pasted from Word into the portal's web content; the account that filed an article
stands in a right-aligned paragraph inside the body; `h1` is the portlet's heading and not the
article's title; unknown articles are answered with the section page and status 200.
"""

import html
import re
from urllib.parse import urljoin, urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import LIFERAY_ACCOUNT, Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.recognition import Sign

ARTICLE = Profile(
    name="liferay6",
    title=(".asset-full-content-title", ".contentDetail h3"),
    date=(".assetPublishDate.block_timer", ".assetPublishDate"),
    lead=(".sapo-wrapper .sapo strong", ".sapo-wrapper .sapo", ".sapo strong"),
    cover=(".sapo-wrapper img",),
    body=(".asset-content .journal-content-article", ".journal-content-article"),
    account=(LIFERAY_ACCOUNT,),
    body_end=LIFERAY_ACCOUNT,
    drop=(
        ".asset-control-detail",
        ".related_asset",
        ".taglib-social-bookmarks",
    ),
    title_separator=" - ",
)

SIGNS = (
    Sign(
        reason="it loads Liferay 6's script /html/js/barebone.jsp",
        weight=0.8,
        css=('script[src*="/html/js/barebone.jsp"]',),
    ),
    Sign(
        reason="it names a theme as Liferay does, {}",
        weight=0.2,
        css=("script::attr(src)", "link::attr(href)"),
        pattern=r"\w{1,60}_WAR_\w{1,60}theme",
    ),
    Sign(
        reason="its links name Liferay 6's asset publisher, {}",
        weight=0.7,
        css=("a::attr(href)",),
        pattern=r"p_p_id=101(?:_INSTANCE_\w{4,20})?(?![\w])",
    ),
    Sign(reason="its html element has Liferay 6's class aui", weight=0.4, css=("html.aui",)),
    Sign(
        reason="a script of the page holds {}",
        weight=0.2,
        css=("script",),
        pattern=r"Liferay\.ThemeDisplay|ThemeDisplay\s*:",
    ),
    Sign(
        reason="it loads Liferay 6's stylesheet {}",
        weight=0.5,
        css=("link.lfr-css-file::attr(href)",),
        pattern=r"(?<!:/)/(?!o/)[\w-]{2,60}/css/aui\.css",
    ),
    Sign(
        reason="its text is in a container of the asset publisher",
        weight=0.4,
        css=('.asset-content[id^="_101_"]',),
    ),
    Sign(
        reason="its address has the form of Liferay 6, {}",
        weight=0.5,
        pattern=r"/-/view_content/\d+",
    ),
)

LISTING = ListingProfile(
    row=(".asset-bounddary", ".asset-abstract"),
    link=(".asset-title a",),
    date=(".assetPublishDate",),
    total=(".search-results",),
    total_pattern=r"(?:of|của|trong(?: tổng số)?)\s+([\d.,]+)",
)

_PAGER_CLASS = b"lfr-pagination-buttons"
_PAGER_START = re.compile(rb"<ul\b[^<>]{0,500}\b%b\b" % _PAGER_CLASS)
LONGEST_TAG_BYTES = 600
"""The bytes of a tag before the pager's class: more than the pattern allows."""
_PAGER_LINK = re.compile(
    rb"""href=["'](?P<link>[^"'#]*[?&;]_101(?:_INSTANCE_\w+)?_cur=\d+[^"']*)["']"""
)
_PAGE_NUMBER = re.compile(r"([?&]_101(?:_INSTANCE_\w+)?_cur=)\d+")
_ARTICLE_PATH = re.compile(
    r"(?P<locale>/[a-z]{2}(?:_[A-Z]{2})?)?(?P<section>(?:/[^/]+)*)/-/view_content/(?P<id>\d+)(?:[-;][^/]*)?"
)
_TWO_LETTER_LOCALES = frozenset(("vi", "en", "fr", "ja", "ko", "zh"))


def article_key(url: str) -> str | None:
    """The number in an article's address; None for other pages, print views and endless paths that
    mix two languages."""
    match = _ARTICLE_PATH.fullmatch(urlsplit(without_session(url)).path)
    if not match or is_copy(url):
        return None
    inner = match["section"].strip("/").split("/")
    return None if _TWO_LETTER_LOCALES.intersection(inner) else match["id"]


class Liferay6(Portal):
    """Listings are pages of the asset publisher, whose query has the page number."""

    platform = "liferay6"
    signs = SIGNS
    listing_profile = LISTING
    article_profile = ARTICLE
    article_key = staticmethod(article_key)

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """The pager's link with the number of the page; it holds the portlet's namespace."""
        start = _PAGER_START.search(body, max(0, body.find(_PAGER_CLASS) - LONGEST_TAG_BYTES))
        end = body.find(b"</ul>", start.end()) if start else -1
        match = _PAGER_LINK.search(body[:end], start.end()) if start and end > 0 else None
        if match is None:
            return None
        link = html.unescape(match["link"].decode("latin-1"))
        return urljoin(url, _PAGE_NUMBER.sub(rf"\g<1>{page}", link))
