"""mic.gov.vn on SharePoint, until about 2023: offline, and read from older captures.

Its sub-sites cspl.mic.gov.vn and english.mic.gov.vn outlived it.
Odd: addresses vary in case; an article has addresses under `/Pages/` and, from 2020, `/mic_2020/`.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.listings.found import next_page
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.recognition import Sign

ARTICLE = Profile(
    name="mic_sharepoint",
    title=("#news_content h1",),
    date=("#news_content .date", "#news_content h1 + *"),
    lead=("#divArticleDescription",),
    author=("#divArticleContent ~ p > strong",),
    body=("#divArticleContent",),
    captions=("#divArticleContent .caption",),
    last_byline=True,
)

_OWN_PATH = r"(?i:(?:/mic_2020)?/pages/(?:tintuc|chuyenmuc)/)"

SIGNS = (
    Sign(
        reason="its text is in mic.gov.vn's elements news_content and divArticleContent",
        weight=0.7,
        css=("#news_content #divArticleContent",),
    ),
    Sign(
        reason="its address has the form of mic.gov.vn's SharePoint, {}",
        weight=0.6,
        pattern=_OWN_PATH,
    ),
    Sign(
        reason="its links have the form of mic.gov.vn's SharePoint, {}",
        weight=0.4,
        css=('a[href^="/"]::attr(href)',),
        pattern=_OWN_PATH,
    ),
    Sign(
        reason="its rows are in a web part ctl00_ctl46",
        weight=0.4,
        css=('div[id^="ctl00_ctl46_g_"] h3 a',),
    ),
)

LISTING = ListingProfile(
    row=('div[id^="ctl00_ctl46_g_"] h3',),
    link=("h3 > a",),
    date=(".date",),
)

SUCCESSOR_PREFIX = "197"
"""The ministry's next system (see vccorp) put it before the numbers of articles that it took
over."""

_ARTICLE_PATH = re.compile(r"(?:/mic_2020)?/pages/tintuc/(\d+)/[^/]*\.html?", re.IGNORECASE)
_LISTING_PATH = re.compile(r"/pages/chuyenmuc/phantrang/\d+/(\d+)(?=/)", re.IGNORECASE)
_ARTICLE_PAGE = re.compile(r"(?:/mic_2020)?/pages/tintuc/tinchitiet\.aspx", re.IGNORECASE)


def article_key(url: str) -> str | None:
    """The number of an article in the next system; None for addresses of other pages."""
    parts = urlsplit(without_session(url))
    if is_copy(url):
        return None
    if match := _ARTICLE_PATH.fullmatch(parts.path):
        return SUCCESSOR_PREFIX + match[1]
    if _ARTICLE_PAGE.fullmatch(parts.path):
        for name, value in parse_qsl(parts.query):
            if name.lower() == "tintucid" and value.isdecimal():
                return SUCCESSOR_PREFIX + value
    return None


class MicSharePoint(Portal):
    """A listing is a category, whose pages have their number in the path."""

    platform = "mic_sharepoint"
    signs = SIGNS
    listing_profile = LISTING
    article_profile = ARTICLE
    article_key = staticmethod(article_key)

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """The pager's link, or the address of this page with the number of the next."""
        numbered = _LISTING_PATH.search(url)
        if numbered is None:
            return next_page(body, url, page, cls.article_key).following
        return f"{url[: numbered.start(1)]}{page}{url[numbered.end(1) :]}"
