"""VCCorp's system: mic.gov.vn from about 2023, mst.gov.vn since March 2025, Government sites.

Odd: the system itself appends the author as the last right-aligned line; a canonical link may name
another site; the articles of the SharePoint years (see mic_sharepoint) have new numbers.
"""

import re
from urllib.parse import urljoin, urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.platforms import mic_sharepoint
from portal_crawler.portals.recognition import Sign

ARTICLE = Profile(
    name="vccorp",
    title=('[data-role="title"]',),
    date=(
        'meta[property="article:published_time"]::attr(content)',
        '[data-role="publishdate"]',
    ),
    lead=('[data-role="sapo"]', ".detail-sapo"),
    category=('[data-role="cate-name"]',),
    author=('meta[property="article:author"]::attr(content)',),
    updated=(
        'meta[property="article:modified_time"]::attr(content)',
        "#hidLastModifiedDate::attr(value)",
    ),
    tags=(".box-tag a",),
    body=('[data-role="content"]', ".detail-content"),
    captions=(".PhotoCMS_Caption", ".VideoCMS_Caption"),
    drop=(
        '.VCSortableInPreviewMode[type="RelatedOneNews"]',
        '.VCSortableInPreviewMode[type="RelatedNews"]',
        ".box-tag",
        ".insert-detail-relate",
        ".insert-detail-bottom",
    ),
    body_start='[data-check-position="body_start"]',
    body_end='[data-check-position="body_end"]',
    last_byline=True,
    older=mic_sharepoint.ARTICLE,
)

_PICTURES = r"//[a-z0-9-]{1,40}\.mediacdn\.vn"

SIGNS = (
    Sign(
        reason="it has VCCorp's hidden field hdZoneId, hdNewsId or hdZoneUrl",
        weight=0.8,
        css=("input#hdZoneId, input#hdNewsId, input#hdZoneUrl",),
    ),
    Sign(
        reason="its text begins at VCCorp's marker data-check-position",
        weight=0.8,
        css=('[data-check-position="body_start"]',),
    ),
    Sign(
        reason="its rows are marked data-linktype=newsdetail",
        weight=0.7,
        css=('a[data-linktype="newsdetail"]',),
    ),
    Sign(
        reason="its text is marked data-role=content",
        weight=0.6,
        css=('[data-role="content"]',),
    ),
    Sign(
        reason="its links end as VCCorp's articles do, {}",
        weight=0.6,
        css=('a[href^="/"]::attr(href)',),
        pattern=r"^/[^/]{1,300}-\d{15,20}\.htm$",
    ),
    Sign(
        reason="its address ends in a number of fifteen digits or more, as VCCorp's articles do",
        weight=0.5,
        pattern=r"^https?://[^/]{1,100}/[^/]{1,300}-\d{15,20}\.htm$",
    ),
    Sign(reason="its pictures are on {}", weight=0.3, css=("img::attr(src)",), pattern=_PICTURES),
)

LISTING = ListingProfile(
    row=(".box-category-item",),
    link=("a.box-category-link-title", "a.box-stream-link-title", "a.box-focus-link-title"),
    date=(".time", ".box-category-time"),
)

_ZONE_INPUT = re.compile(
    rb"""<input\b[^<>]{0,500}\bid=["']?hdZoneId\b[^<>]{0,500}>""", re.IGNORECASE
)
_ZONE = re.compile(rb"""\bvalue=["']?(\d+)""", re.IGNORECASE)
_FRAGMENT_PATH = re.compile(r"/timelinelist/(\d+)/\d+\.htm")
_ARTICLE_PATH = re.compile(r"/(?:[^/]+/)*[^/]+-(\d{6,})\.html?")
_NOT_NEWS = "/van-ban-phap-luat/"


def article_key(url: str) -> str | None:
    """The number at the end of an article's address, or the new number of an article from
    SharePoint; None for addresses of other pages."""
    path = urlsplit(without_session(url)).path
    if is_copy(url) or path.lower().startswith(_NOT_NEWS):
        return None
    if match := _ARTICLE_PATH.fullmatch(path):
        return match[1]
    return mic_sharepoint.article_key(url)


class VCCorp(Portal):
    """A listing is a section's page, then fragments, which repeat the featured rows of the page."""

    platform = "vccorp"
    signs = SIGNS
    requisite_hosts = ("*.mediacdn.vn",)
    listing_profile = LISTING
    article_profile = ARTICLE
    ends_with_404 = True
    repeats_first_page = True
    article_key = staticmethod(article_key)

    @classmethod
    def is_older_address(cls, url: str) -> bool:
        """Whether an address is from before the move, one of SharePoint."""
        return mic_sharepoint.article_key(url) is not None

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """The address of a fragment; page 1, the section's page, names the zone in it."""
        zone = _FRAGMENT_PATH.fullmatch(urlsplit(url).path)
        found = zone[1] if zone else _zone(body)
        return urljoin(url, f"/timelinelist/{found}/{page - 1}.htm") if found else None


def _zone(body: bytes) -> str | None:
    field = _ZONE_INPUT.search(body)
    value = _ZONE.search(field[0]) if field else None
    return value[1].decode() if value and value[1] != b"0" else None
