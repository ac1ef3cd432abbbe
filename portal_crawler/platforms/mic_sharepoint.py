"""mic.gov.vn on SharePoint, until about 2023: offline, and read from older captures.

Odd: addresses vary in case; an article has addresses under `/Pages/` and, from 2020, `/mic_2020/`.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import Profile

ARTICLE = Profile(
    name="mic_sharepoint",
    title=("#news_content h1",),
    date=("#news_content .date", "#news_content h1 + *"),
    lead=("#divArticleDescription",),
    body=("#divArticleContent",),
    captions=("#divArticleContent .caption",),
    last_byline=True,
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
