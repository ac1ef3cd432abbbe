"""A page is read up to counts that no page for readers comes near, and says so where it is cut."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.cleaning.listings.found import next_page, read_link_list
from portal_crawler.cleaning.page import caps
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.learning.extract import extract_learned
from portal_crawler.learning.extractor import general_reading
from portal_crawler.platforms.generic import article_key
from portal_crawler.references.requisites import page_requisites
from tests.cleaning.pages import FETCHED_AT, LIFERAY_URL, liferay_page, read, read_liferay
from tests.support.pages import article, listing
from tests.support.portals import Wire

URL = "http://so.example/tin-tuc"

FILL: dict[str, Callable[[int], str]] = {
    "bytes": lambda over: " " * (caps.MAX_PAGE_BYTES + over),
    "tags": lambda over: "<b>a</b>" * (caps.MAX_TAGS + over),
    "values": lambda over: " a=b" * (caps.MAX_VALUES + over),
    "links": lambda over: "<a href=/a>a</a>" * (caps.MAX_LINKS + over),
    "pictures": lambda over: "<img src=/a.jpg>" * (caps.MAX_PICTURES + over),
}
"""What comes to each cap, and so much over it."""


@pytest.mark.parametrize("count", FILL)
def test_a_page_is_cut_behind_each_count_and_not_before(count: str) -> None:
    whole, longer = FILL[count](0), FILL[count](1)
    assert (decode(whole.encode()).text, decode(whole.encode()).cut) == (whole, False)
    cut = decode(longer.encode())
    assert cut.cut
    assert longer.startswith(cut.text)


def test_the_caps_are_far_beyond_real_pages() -> None:
    assert caps.MAX_PAGE_BYTES >= 8_000_000
    assert (caps.MAX_TAGS, caps.MAX_LINKS, caps.MAX_PICTURES) >= (150_000, 20_000, 5_000)


@settings(deadline=None, max_examples=30)
@given(st.text("aơ\U0001f600", min_size=1), st.integers(0, 6))
def test_no_letter_is_halved(text: str, shift: int) -> None:
    filled = b" " * (caps.MAX_PAGE_BYTES - shift) + text.encode() * 2
    assert filled.decode().startswith(caps.first_bytes(filled).decode())


@pytest.mark.parametrize("count", FILL)
def test_an_article_that_is_cut_says_so(count: str) -> None:
    assert "page-cut" not in read_liferay("<p>An</p>").problems
    page = read(liferay_page("<p>Đoạn đầu.</p>" + FILL[count](1)))
    assert page.body is not None
    assert page.body.startswith("Đoạn đầu.")
    assert "page-cut" in page.problems


def test_all_readers_of_a_page_see_the_same_part_of_it() -> None:
    behind = FILL["pictures"](1) + listing([1], following="/p2") + '<link rel=icon href="/b.ico">'
    page = f"<html><body>{listing([2, 3])}{behind}".encode()
    rows = Wire.read_listing_page(page, URL, FETCHED_AT, None)
    assert ([row.key for row in rows.rows], rows.cut) == (["2", "3"], True)
    assert read_link_list(page, URL, key=article_key, fetched_at=FETCHED_AT).cut
    assert next_page(page, URL, 2, article_key).following is None
    assert {each.url for each in page_requisites(page, URL)} == {"http://so.example/a.jpg"}


def test_what_a_general_extractor_reads_has_counts_of_its_own() -> None:
    body = "<p>Đoạn văn của tin này.</p>" * (caps.MAX_GENERAL_TAGS + 1)
    page = f"<title>Tin số 1</title>{article(1, body=body)}"
    read_generally = extract_learned(page.encode(), LIFERAY_URL, None, fetched_at=FETCHED_AT)
    assert {"page-cut", "read-generally"} <= set(read_generally.problems)


def test_of_rows_in_rows_the_innermost_are_left_out_and_the_page_counts_as_cut() -> None:
    rows = "".join(f"<li class=row><a href=/tin/{n}>Tin</a><div>" for n in range(100))
    page = Wire.read_listing_page(f"<ul>{rows}".encode(), URL, FETCHED_AT, None)
    assert page.cut
    assert 0 < len(page.rows) <= caps.MOST_ROWS_AROUND + 1
    assert not Wire.read_listing_page(listing(range(99)).encode(), URL, FETCHED_AT, None).cut


def test_as_many_addresses_are_looked_at_as_a_page_can_need() -> None:
    css = "".join(f"url(/{n})" for n in range(caps.MAX_REQUISITES + 9))
    found = page_requisites(f"<style>{css}</style><p>a".encode(), URL)
    assert len(found) == caps.MAX_REQUISITES


@pytest.mark.parametrize(
    "inside",
    ['<table><tr><td colspan="1000">a</td></tr>' + "<tr><td>b</td></tr>" * 3000 + "</table>",
     "<table><tr>" + "<td>a</td>" * 900 + "</tr>" + "<tr><td>b</td></tr>" * 3000 + "</table>",
     '<table><tr><td colspan="' + "9" * 5000 + '">a</td></tr></table>',
     "<p>&amp;#" + "9" * 5000 + ";</p>"],
)  # fmt: skip
def test_a_general_extractor_is_given_nothing_that_it_cannot_bear(inside: str) -> None:
    page = f"<title>Tin số 1</title>{article(1, body=inside)}".encode()
    read_generally = extract_learned(page, LIFERAY_URL, None, fetched_at=FETCHED_AT)
    assert read_generally.title == "Tin số 1"
    with contextlib.suppress(ValueError):  # which costs a comparison, and no row
        assert general_reading(page) is not None
