"""Addresses that no request can be made for: none of them costs the page that names it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from archive.addresses import asked_address, can_be_asked
from archive.warc.surt import surt
from portal_crawler.cleaning.listings.found import next_page, read_link_list
from portal_crawler.cleaning.page.urls import absolute, is_refused
from portal_crawler.platforms.generic import article_key
from portal_crawler.portals.scope import HostEntry, Scope
from portal_crawler.references.requisites import page_requisites
from tests.cleaning.pages import FETCHED_AT, LIFERAY_URL, liferay_page, read
from tests.support.portals import Wire

URL = "http://so.example/tin-tuc"

REFUSED = (
    "http://h:99999999/", "http://h:80:80/", "http://h:²/", "http://h:+80/", "http://h:-1/",
    "http://h:0/", "http://h:٣/", "http://[", "http://]/", "http://[::1", "http://[::1%25eth0]/",
    "http://[fe80::1%eth0]/", "http://[v1.a]/", "http://[1::2::3]/", "http://user:pw@h/",
    "http://user@h/", "http://@h/", "https://h@/", "http://a..b/", "http://.h/",
    "http://" + "a" * 64 + ".vn/", "http://" + "a." * 200 + "vn/", "http://h h/", "http://h%00/",
    "http://h*/", "http://℀.vn/", "http://h\uff0fx/", "http://h:80a/",
    "http://h:" + "9" * 5000 + "/", "//h:80:80/", "//[", "\\\\user:pw@h\\x",
)  # fmt: skip
ASKED = (
    "http://h/", "https://h:443/a", "http://1.2.3.4:8080/", "http://[::1]:80/", "http://so.example.",
    "http://a_b.vn/", "http://sở.vn/", "HTTP://H/", "//h/x", "http:\\\\h\\x",
)  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_such_an_address_is_refused_wherever_it_is_asked_about(address: str) -> None:
    assert absolute(URL, address) is None
    assert is_refused(URL, address)
    assert not can_be_asked(address)
    assert not Scope((HostEntry("h"),), frozenset(range(1 << 17))).has(address)
    assert surt(address)


@pytest.mark.parametrize("address", ASKED)
def test_an_address_of_the_web_is_not(address: str) -> None:
    found = absolute(URL, address)
    assert found is not None
    assert can_be_asked(found)
    assert not is_refused(URL, address)


@pytest.mark.parametrize("address", ["#a", "javascript:x()", "mailto:a@b", "data:a", "", "http:"])
def test_what_leads_nowhere_on_the_web_is_not_counted(address: str) -> None:
    assert not is_refused(URL, address)


WRITTEN = r"https?:[/\\\\]{0,3}[\\[\\]@:%.²a-z0-9]{0,20}/?[^ ]{0,9}"


@given(st.text() | st.from_regex(WRITTEN, fullmatch=True))
def test_a_request_can_be_made_for_whatever_is_not_refused(address: str) -> None:
    found = absolute(URL, address)
    if found is not None:
        assert Request(asked_address(found)).url
    surt(address)
    with contextlib.suppress(UnicodeEncodeError):
        page_requisites(f'<base href="{address}"><img src="{address}">'.encode(), URL)


PARTS = (
    "http",
    "https",
    "HTTP",
    ":",
    "/",
    "//",
    "h.vn",
    "H.VN",
    "h_h",
    "a..b",
    ":80",
    ":0",
    "@",
    "?",
)
MORE_PARTS = (
    "#",
    ";",
    "=",
    "a.jpg",
    "ả.jpg",
    ".",
    "..",
    "%20",
    "\\",
    "[",
    "\u3000",
    "http://h.vn/",
)


@given(st.lists(st.sampled_from(PARTS + MORE_PARTS), max_size=7).map("".join))
def test_white_space_around_an_address_changes_nothing(address: str) -> None:
    for base in (URL, "https://h.vn:8443/x?y", "http://h h/", "http://["):
        assert absolute(base, address) == absolute(base, f" {address}\n")


@pytest.mark.parametrize("address", REFUSED)
def test_the_rest_of_an_article_is_read(address: str) -> None:
    parts = f'<p>Tin.</p><img src="{address}"><img src="/a.jpg"><a href="{address}a.pdf">a</a>'
    article = read(liferay_page(f'{parts}<a href="/b.pdf">b</a>'), LIFERAY_URL)
    assert [image.src for image in article.images] == ["http://so.example.gov.vn/a.jpg"]
    assert [each.href for each in article.attachments] == ["http://so.example.gov.vn/b.pdf"]
    based = read(liferay_page(f'<base href="{address}">{parts}'), LIFERAY_URL)
    assert [image.src for image in based.images] == ["http://so.example.gov.vn/a.jpg"]


@pytest.mark.parametrize("address", REFUSED)
def test_a_row_and_a_pager_with_such_an_address_are_told(address: str) -> None:
    rows = f'<li class=row><a href="{address}">b</a></li><li class=row><a href="/tin/1">a</a></li>'
    page = Wire.read_listing_page(f"<ul>{rows}</ul>".encode(), URL, FETCHED_AT, None)
    assert ([row.key for row in page.rows], page.refused) == (["1"], 1)
    assert read_link_list(rows.encode(), URL, key=article_key, fetched_at=FETCHED_AT).rows == ()
    following = next_page(
        f'<a rel=next href="{address}">a</a>'.encode(), URL, 2, article_key
    ).following
    assert following is not None
    assert not can_be_asked(following)
