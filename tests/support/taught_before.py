"""The portal of `tests.support.taught` with the keys of the release before GUIDs and modules.

Crawled with `-s SPIDER_MODULES=tests.support.taught_before`: its archive is one of that release.
"""

import re
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.listings.found import read_link_list
from portal_crawler.platforms.generic import Generic
from tests.support.portals import ORIGIN

_NUMBER = re.compile(r"(?<![^-_./])\d{5,19}(?![^-_.])")
_NAMES = ("id", "itemid", "newsid", "nid", "articleid", "tintucid", "ddocname")


class TaughtBefore(Generic):
    """A number of five digits, else a parameter, else the path as it is written."""

    name = "taught"
    title = "Sở Tự Học"
    home = f"{ORIGIN}/"
    hosts = (urlsplit(ORIGIN).hostname or "",)
    sections = {"tin-tuc": f"{ORIGIN}/danh-sach"}  # noqa: RUF012
    verified_on = "tests"

    @classmethod
    def article_key(cls, url: str) -> str | None:
        """As that release read an address."""
        parts = urlsplit(url)
        path = re.sub(r"\.(?:html?|aspx?|php)$", "", parts.path.rstrip("/"))
        last = path.rpartition("/")[2]
        if numbers := _NUMBER.findall(last):
            return str(numbers[-1])
        for name, value in parse_qsl(parts.query):
            if name.lower() in _NAMES and value:
                return f"{path}?{name.lower()}={value}"
        return path if len(re.findall(r"[^-_+]+", last)) > 3 else None

    @classmethod
    def read_listing_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """No row's key depends on other rows."""
        return read_link_list(
            body, url, key=cls.article_key, fetched_at=fetched_at, content_type=content_type
        )
