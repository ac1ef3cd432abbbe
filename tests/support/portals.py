"""Portals as small as can be, crawled with `-s SPIDER_MODULES=tests.support.portals`.

WIRE_ORIGIN in the environment says where they are. `pages` writes their pages.
"""

import json
import os
import re
from urllib.parse import urljoin, urlsplit

from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal

ORIGIN = os.environ.get("WIRE_ORIGIN", "http://portal.test")


class Wire(Portal):
    """Listings name their next page by a link; articles are numbered."""

    name = "wire"
    title = "Sở Dây"
    platform = "wire"
    home = f"{ORIGIN}/"
    hosts = (urlsplit(ORIGIN).hostname or "",)
    sections = {"tin-tuc": f"{ORIGIN}/tin-tuc"}  # noqa: RUF012  as every portal declares it
    verified_on = "tests"
    tls = json.loads(os.environ.get("WIRE_TLS", "{}"))
    listing_profile = ListingProfile(
        row=("li.row",), link=("a",), date=(".date",), total=(".total",)
    )
    article_profile = Profile(
        name="wire", title=("h1",), date=(".date",), lead=(".lead",), body=(".body",)
    )

    @classmethod
    def article_key(cls, url: str) -> str | None:
        """The number at the end of the path."""
        match = re.fullmatch(r"/(?:\w+/)?tin/(?:[a-z-]*-)?(\d+)", urlsplit(url).path)
        return match[1] if match else None

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """As the page's link says."""
        del page
        match = re.search(rb'<a rel="next" href="([^"]+)"', body)
        return urljoin(url, match[1].decode()) if match else None


class WireTwo(Wire):
    """Another one beside it."""

    name = "wire-two"
    sections = {"tin-tuc": f"{ORIGIN}/two/tin-tuc"}  # noqa: RUF012
    closed = os.environ.get("WIRE_TWO_CLOSED")
    successor = "wire"
