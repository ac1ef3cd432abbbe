"""Liferay 7.x, and the news portlets of vendors on it: cities, provinces, ministries since 2018.

Odd: addresses of articles hold a slug and mostly no number; the slug is cut and gets `-1` behind it
if there is another one; other pieces of web content stand beside the article; themes differ.
"""

import re
from urllib.parse import urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy, letters_of
from portal_crawler.cleaning.profile import Profile
from portal_crawler.platforms import liferay6
from portal_crawler.platforms.themed import ThemedPortal
from portal_crawler.portals.recognition import Sign
from portal_crawler.ways.linked import LinkedPages

_OF_LEADS = ("sapo", "tom-tat", "tomtat", "summary", "trich-dan", "mo-ta")
_OF_DATES = ("date", "ngay", "time", "thoi-gian", "thoigian")
"""Parts of the class names that makers of templates give the lead and the date."""

_BROAD_ROWS = ("li", "tr", ".media", ".card", '[class*="item"]')
"""Elements that hold one article in templates of a portal's own."""

_PLACES = ("#column-1 .portlet-asset-publisher", "#column-1", ".portlet-asset-publisher")
"""Where a page's own portlet stands, the surest first."""

_PUBLISHED = (".metadata-publish-date", ".text-ngayxam-page", ".text-date-sklh")

ARTICLE = Profile(
    name="liferay7",
    title=(
        ".asset-full-content .asset-title",
        "h1.header-title",
        "#column-1 .component-title .asset-title",
        "#column-1 .header-title",
        "h1.component-heading",
        "#column-1 h1",
        "#main-content h1",
    ),
    date=(*(f".asset-full-content {css}" for css in _PUBLISHED), *_PUBLISHED, "#column-1 .date"),
    date_guesses=(
        ".asset-full-content .date-info",
        *(f'{place} [class*="{name}"]' for place in _PLACES for name in _OF_DATES),
    ),
    lead=(
        ".asset-content .asset-summary",
        "#column-1 strong.text-muted",
        *(f'.asset-full-content .journal-content-article [class*="{name}"]' for name in _OF_LEADS),
    ),
    tags=(".taglib-asset-tags-summary a",),
    body=(
        ".asset-full-content .journal-content-article",
        "#column-1 .journal-content-article",
        ".portlet-asset-publisher .journal-content-article",
    ),
    drop=(
        ".asset-user-actions",
        ".asset-flag",
        ".asset-ratings",
        ".asset-more",
        ".taglib-social-bookmarks",
        ".taglib-discussion",
    ),
)

LISTING = ListingProfile(
    row=(
        ".asset-abstract",
        "div.news-item",
        ".title-list",
        ".row.mb-1",
        "#column-1 .news, .portlet-body .news",
        *(", ".join(f"{place} {css}" for css in _BROAD_ROWS) for place in _PLACES),
    ),
    link=("a.asset-title", ".asset-title a", "h2 a", "h3 a", "h4 a", "h5 a", "a.text-tletin", "a"),
    title=(".asset-publisher-title::attr(title)",),
    date=(
        *_PUBLISHED,
        "small.text-muted",
        ".date",
        ".date-info",
        *(f'[class*="{name}"]' for name in _OF_DATES),
        "td",
    ),
    total=(".pagination-results", ".search-results"),
    total_pattern=liferay6.LISTING.total_pattern,
)

SIGNS = (
    Sign(
        reason="it names Liferay 7's portlet {}",
        weight=0.9,
        css=("a::attr(href)", "section::attr(id)", "script", "form::attr(action)"),
        pattern=r"com_liferay_[a-z_]{3,60}",
    ),
    Sign(
        reason="it names VNPT's news portlet on Liferay, {}",
        weight=0.8,
        css=("a::attr(href)",),
        pattern=r"\w{3,40}_WAR_vnpteportal\w{0,20}",
    ),
    Sign(
        reason="it loads files of Liferay 7 from {}",
        weight=0.6,
        css=("script::attr(src)", "link::attr(href)"),
        pattern=r"^/o/[\w-]{2,60}(?:-theme|-web|/js_loader|/js_bundle)",
    ),
    Sign(
        reason="its address has the form of Liferay 7, {}",
        weight=0.3,
        pattern=r"/-/(?!view_content)|/web/[\w-]{2,60}/w/|/asset_publisher/",
    ),
    Sign(
        reason="it holds an element of web content as Liferay writes it",
        weight=0.3,
        css=(".journal-content-article[data-analytics-asset-id]",),
    ),
    Sign(
        reason="a script of the page holds {}",
        weight=0.2,
        css=("script",),
        pattern=r"Liferay\.ThemeDisplay|ThemeDisplay\s*:",
    ),
)

_NUMBERED = re.compile(
    r"/-/(?:details/\d+/(?:[^/]*-)?(\d+)|view-article/\d+/\d+/(\d+))/?$", re.IGNORECASE
)
_SLUG = re.compile(
    r"(?:/-/(?:asset_publisher/[^/]*/(?:content/)?(?:id/)?)?|/w/)(?=[^/]*[a-z])([^/]+)/?$",
    re.IGNORECASE,
)
_NO_SLUG = frozenset(("asset_publisher", "categories", "content", "document_library", "tags"))


def article_key(url: str) -> str | None:
    """The number that an article's address ends in, if the portlet writes one, else its last part;
    None for other pages."""
    parts = urlsplit(without_session(url))
    path = letters_of(parts.path)
    if is_copy(url):
        return None
    if match := _NUMBERED.search(path):
        return match[1] or match[2]
    match = _SLUG.search(path)
    if match is None or match[1].lower() in _NO_SLUG:
        return None
    # A bare number as the query names the article, whatever the slug.
    return parts.query if parts.query.isdecimal() else match[1].lower()


class Liferay7(ThemedPortal):
    """A listing is a page of the asset publisher, whose query has the page's number."""

    platform = "liferay7"
    signs = SIGNS
    listing_profile = LISTING
    article_profile = ARTICLE
    ways = (
        LinkedPages(
            links='a[href*="_cur="]',
            pattern=r"_cur=(\d{1,6})",
        ),
    )
    article_key = staticmethod(article_key)
