"""VCCorp's system: mic.gov.vn from about 2023, mst.gov.vn since March 2025, Government sites.

Odd: the system itself appends the author as the last right-aligned line; a canonical link may name
another site; the articles of the SharePoint years (see mic_sharepoint) have new numbers.
"""

import re
from urllib.parse import urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.platforms import mic_sharepoint
from portal_crawler.portals.recognition import Sign
from portal_crawler.ways.numbered import Fragments

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

_ZONE = rb"""(?i)<input\b(?=[^<>]{0,500}\bid=["']?hdZoneId\b)[^<>]{0,500}?\bvalue=["']?(\d{1,20})"""
"""The number of the section's zone, in a hidden field whose attributes have any order."""

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
    ways = (
        Fragments(
            form="/timelinelist/{id}/{number}.htm",
            id_pattern=_ZONE,
            ends_with_404=True,
            repeats_first_page=True,
        ),
    )
    article_key = staticmethod(article_key)

    @classmethod
    def is_older_address(cls, url: str) -> bool:
        """Whether an address is from before the move, one of SharePoint."""
        return mic_sharepoint.article_key(url) is not None
