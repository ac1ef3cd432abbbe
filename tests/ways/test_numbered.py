"""Listings whose pages have numbers in their addresses: the request for each page."""

import pytest

from portal_crawler.platforms.vccorp import VCCorp
from portal_crawler.ways.numbered import Fragments, Offsets, PathPages, QueryPages
from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way

HOME = "http://so.test"


def answer(url: str, body: bytes = b"", page: int = 1, rows: int = 10, unseen: int = 10) -> object:
    return ListingAnswer(
        request=ListingRequest(url=url), url=url, body=body, page=page, rows=rows, unseen=unseen
    )


def pages(way: Way, url: str, body: bytes = b"", last: int = 4) -> list[str]:
    """The addresses of the pages, each from the one before."""
    found = [way.first(url).url]
    for page in range(2, last + 1):
        following = way.following(answer(found[-1], body, page - 1), page)
        assert following is not None
        assert not following.is_post
        found.append(following.url)
    return [url.removeprefix(HOME) for url in found]


@pytest.mark.parametrize(
    ("way", "first", "second", "third"),
    [
        (PathPages(form="/page-{number}"), "/vi/news/tin/", "/vi/news/tin/page-2", None),
        (PathPages(form="/page-{number}"), "/vi/news/tin", "/vi/news/tin/page-2", None),
        (PathPages(form="/page/{number}/"), "/tin/", "/tin/page/2/", "/tin/page/3/"),
        (PathPages(form="/p-{number}.htm", ending=".htm"), "/tin.htm", "/tin/p-2.htm", None),
        (PathPages(form="-1.0.{number}", shift=-1), "/tin", "/tin-1.0.1", "/tin-1.0.2"),
        (PathPages(form="/page-{number}"), "/tin/page-12", "/tin/page-2", None),
        (QueryPages(name="page"), "/tin.aspx", "/tin.aspx?page=2", "/tin.aspx?page=3"),
        (QueryPages(name="page", shift=-1), "/tin", "/tin?page=1", "/tin?page=2"),
        (QueryPages(name="page"), "/tin?CateID=1&date=", "/tin?CateID=1&date=&page=2", None),
        (QueryPages(name="page"), "/tin?page=1&CateID=%C4%91", "/tin?CateID=%C4%91&page=2", None),
        (QueryPages(name="start", shift=-1, step=20), "/tin", "/tin?start=20", "/tin?start=40"),
        (Offsets(name="start"), "/tin?a=1", "/tin?a=1&start=10", "/tin?a=1&start=20"),
    ],
)  # fmt: skip
def test_the_next_page_has_the_next_number(
    way: Way, first: str, second: str, third: str | None
) -> None:
    found = pages(way, HOME + first)
    assert found[:2] == [first, second]
    assert third is None or found[2] == third
    assert len(set(found)) == len(found)


def test_a_page_behind_one_that_could_not_be_fetched_has_the_number_after_it() -> None:
    for way in (PathPages(form="/page-{number}"), QueryPages(name="page")):
        third = way.following(answer(f"{HOME}/tin"), 3)
        assert third == way.following(answer(f"{HOME}/tin"), 3)
        assert third is not None
        assert third.url.endswith("3")
    skipped = Offsets(name="start").following(answer(f"{HOME}/tin?start=20", page=3), 5)
    assert skipped is not None
    assert skipped.url == f"{HOME}/tin?start=40"


def test_rows_that_moved_down_do_not_lead_past_others() -> None:
    way = Offsets(name="start")
    following = way.following(answer(f"{HOME}/tin?start=10", page=2, rows=10, unseen=7), 3)
    assert following is not None
    assert following.url == f"{HOME}/tin?start=17"


ZONE = Fragments(form="/timelinelist/{id}/{number}.htm", id_pattern=rb'id="hdZoneId" value="(\d+)"')


def test_a_fragments_id_comes_from_the_sections_page_and_then_from_the_address() -> None:
    page = b'<input id="hdZoneId" value="1031">'
    assert pages(ZONE, f"{HOME}/tin.htm", page) == [
        "/tin.htm", *(f"/timelinelist/1031/{number}.htm" for number in (1, 2, 3)),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"", b'<input id="hdZoneId" value="0">'])
def test_a_page_without_an_id_has_no_fragments(body: bytes) -> None:
    assert ZONE.following(answer(f"{HOME}/tin.htm", body), 2) is None


# A function in place of a way


class OfFamily(VCCorp):
    name, hosts = "of-family", ("so.test",)
    sections = {"tin": f"{HOME}/tin.htm"}  # noqa: RUF012


class WithItsOwn(OfFamily):
    name = "with-its-own"

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        del body
        return f"{url}?trang={page}"


class WithItsOwnWay(WithItsOwn):
    name = "with-its-own-way"
    ways = (QueryPages(name="p"),)


@pytest.mark.parametrize(
    ("portal", "second"),
    [
        (OfFamily, "/timelinelist/1031/1.htm"),
        (WithItsOwn, "/tin.htm?trang=2"),
        (WithItsOwnWay, "/tin.htm?p=2"),
    ],
)
def test_the_declaration_that_is_nearest_to_the_portal_says_how_a_listing_goes_on(
    portal: type[VCCorp], second: str
) -> None:
    page = b'<input value="1031" type="hidden" id=hdZoneId>'
    assert pages(portal.way(f"{HOME}/tin.htm"), f"{HOME}/tin.htm", page, last=2)[1] == second
    assert portal.way(f"{HOME}/sitemap.xml").names_everything
