"""A portal without a platform, whose listings spell addresses in many ways.

Crawled with `-s SPIDER_MODULES=tests.support.odd_addresses`.
"""

from portal_crawler.platforms.generic import Generic
from tests.support.portals import ORIGIN


class OddAddresses(Generic):
    """Two sections and a sitemap with the same articles."""

    name = "odd-addresses"
    title = "Sở Nhiều Địa Chỉ"
    home = f"{ORIGIN}/"
    hosts = ("127.0.0.1",)
    sections = {  # noqa: RUF012
        "tin-tuc": f"{ORIGIN}/tin-tuc",
        "thong-bao": f"{ORIGIN}/thong-bao",
        "sitemap": f"{ORIGIN}/sitemap.xml",
    }
    verified_on = "tests"
