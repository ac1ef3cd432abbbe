"""Portals with a section for each way of listing and each end that a listing can have.

Crawled with `-s SPIDER_MODULES=tests.support.way_ends`; `tests/ways/test_ends.py` serves the pages.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from portal_crawler.ways.forms import FormPages
from portal_crawler.ways.linked import LinkedPages
from portal_crawler.ways.named import NamedPages
from portal_crawler.ways.numbered import Fragments, Offsets, PathPages, QueryPages
from portal_crawler.ways.postback import PostBack
from portal_crawler.ways.way import Way
from tests.support.portals import ORIGIN, Wire

WAYS: dict[str, Way] = {
    "path": PathPages(form="/page-{number}"),
    "query": QueryPages(name="page"),
    "offset": Offsets(name="start"),
    "linked": LinkedPages(links=".pager a", pattern=r"/page-(\d+)"),
    "fragment": Fragments(form="/khoi/{id}/{number}", id_pattern=rb'zone="([\w-]+)"', shift=0),
    "form": FormPages(action="", number="page", shift=0),
    "postback": PostBack(),
    "named": NamedPages(next_listing=Wire.next_listing),
}

ENDS: dict[str, dict[str, Any]] = {
    "empty": {},
    "first": {},
    "last": {},
    "mixed": {"ends_with_seen": True},
    "redirect": {},
    "404": {"ends_with_404": True},
    "400": {"end_statuses": (400,)},
    "total": {},
    "none": {},
}
"""What is declared for each end: of `first`, the first page comes again; of `none`, no page names a
further one."""


SECTIONS = [
    f"{way}-{end}"
    for way in WAYS
    for end in ENDS
    if (way, end) not in (("form", "redirect"), ("postback", "redirect"))
]
"""A form that is answered by a redirect is no page: tests/ways/test_cookies.py."""


class Ends(Wire):
    """Each way comes to each end."""

    name = "ends"
    cookies = True
    sections = {name: f"{ORIGIN}/{name}/tin-tuc" for name in SECTIONS}  # noqa: RUF012
    paged = False

    @classmethod
    def way(cls, url: str) -> Way:
        """The way that the section is named for, declared for its end."""
        way, _, end = urlsplit(url).path.split("/")[1].partition("-")
        return replace(WAYS[way], **ENDS[end])


class Faults(Ends):
    """The third page of each way cannot be had."""

    name = "faults"
    sections = {way: f"{ORIGIN}/{way}-empty/tin-tuc" for way in WAYS}  # noqa: RUF012


class Bounds(Ends):
    """Each way may have two pages, and has more."""

    name = "bounds"
    sections = {way: f"{ORIGIN}/{way}-empty/tin-tuc" for way in WAYS}  # noqa: RUF012

    @classmethod
    def way(cls, url: str) -> Way:
        """The way of the section, with the bound."""
        return replace(super().way(url), most_pages=2)
