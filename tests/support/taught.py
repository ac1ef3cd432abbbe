"""A portal of platform generic, crawled with `-s SPIDER_MODULES=tests.support.taught`.

Apart from the other ones: on an import it would claim their pages, whose host it shares.
"""

from urllib.parse import urlsplit

from portal_crawler.platforms.generic import Generic
from tests.support.portals import ORIGIN


class Taught(Generic):
    """A site that is known by name alone."""

    name = "taught"
    title = "Sở Tự Học"
    home = f"{ORIGIN}/"
    hosts = (urlsplit(ORIGIN).hostname or "",)
    sections = {"tin-tuc": f"{ORIGIN}/danh-sach"}  # noqa: RUF012
    verified_on = "tests"
