"""VCCorp's system for the many sites of one city: departments of Hanoi since 2025.

Odd: listings go on by a form whose fields are opaque texts in a script of the section; a row's
`data-id` can be a digit longer than the number in its address, which is the key.
"""

import re
from urllib.parse import urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.recognition import Sign
from portal_crawler.ways.forms import FormPages

ARTICLE = Profile(
    name="vccorp_multisite",
    title=('[data-role="title"]', ".news-detail-title", "main h1", "h1"),
    date=(
        'meta[property="article:published_time"]::attr(content)',
        '[data-role="publishdate"]',
        ".news-time::attr(title)",
        ".news-time",
        ".news-info .time",
        ".detail-time",
    ),
    lead=('[data-role="sapo"]', ".detail-sapo", ".news-sapo"),
    category=('[data-role="cate-name"]',),
    author=('meta[property="article:author"]::attr(content)',),
    tags=(".tags a", ".detail-tags a", ".news-tags a"),
    body=(
        '.news-detail [data-role="content"]',
        "div.news-detail",
        ".detail-content.afcbc-body",
        ".detail-content",
    ),
    captions=(".PhotoCMS_Caption", ".VideoCMS_Caption"),
    drop=(
        '.VCSortableInPreviewMode[type="RelatedOneNews"]',
        '.VCSortableInPreviewMode[type="RelatedNews"]',
    ),
)

LISTING = ListingProfile(
    row=(".news-item[data-id]",),
    link=("a[href]",),
    title=(".news-title",),
    date=(".news-time::attr(title)", ".news-time"),
)

SIGNS = (
    Sign(
        reason="a script of the page asks for {}",
        weight=0.9,
        css=("script",),
        pattern=r"/api/NewsZone/NewsZone",
    ),
    Sign(
        reason="its rows are elements news-item with an id and a news-title",
        weight=0.6,
        css=(".news-item[data-id] .news-title",),
    ),
    Sign(
        reason="its links have a section and end as VCCorp's articles do, {}",
        weight=0.5,
        css=('a[href^="/"]::attr(href)',),
        pattern=r"^/[^/]{1,100}/[^/]{1,300}-\d{15,20}\.htm$",
    ),
    Sign(
        reason="its text is in an element news-detail",
        weight=0.3,
        css=("div.news-detail",),
    ),
    Sign(
        reason="its pictures are on {}",
        weight=0.3,
        css=("img::attr(src)",),
        pattern=r"//[a-z0-9-]{1,40}\.mediacdn\.vn",
    ),
)

_ARTICLE_PATH = re.compile(r"(?:/[^/]+)*/[^/]+-(\d{15,20})\.html?")


def article_key(url: str) -> str | None:
    """The number at the end of an article's address; None for other pages."""
    match = _ARTICLE_PATH.fullmatch(urlsplit(without_session(url)).path)
    return match[1] if match and not is_copy(url) else None


def _named(field: str) -> tuple[str, bytes]:
    """The value in a script's object, call or variable, or in a hidden input of that name."""
    before = r"""(?:['"]?\s{0,20}[:=,]\s{0,20}|['"][^<>]{0,200}\bvalue=)"""
    return field, rf"""(?i)\b{field}{before}['"]([^'"]{{1,500}})['"]""".encode()


class VCCorpMultisite(Portal):
    """A listing is a section's page, then answers to a form, of which the first repeats it."""

    platform = "vccorp_multisite"
    signs = SIGNS
    requisite_hosts = ("*.mediacdn.vn",)
    listing_profile = LISTING
    article_profile = ARTICLE
    ways = (
        FormPages(
            action="/api/NewsZone/NewsZone",
            number="PageIndex",
            shift=-2,
            found=tuple(map(_named, ("PageSize", "Catname", "LanguageId", "Site"))),
            headers=(("X-Requested-With", "XMLHttpRequest"),),
            repeats_first_page=True,
        ),
    )
    article_key = staticmethod(article_key)
