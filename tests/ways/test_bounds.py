"""Bounds of what an outsider can feed to a way of listing; odd input costs no more than itself."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from portal_crawler.cleaning.json_answers import json_value
from portal_crawler.cleaning.listings.json_rows import (
    MOST_JSON_ROWS,
    JsonProfile,
    read_json_rows,
)
from portal_crawler.cleaning.listings.xml_rows import (
    MOST_URLS,
    MOST_XML_BYTES,
    read_xml_rows,
    unpacked,
    xml_root,
)
from portal_crawler.ways.days import Days
from portal_crawler.ways.feeds import MOST_SLICES, Sitemap
from portal_crawler.ways.forms import MOST_FIELDS, FormPages
from portal_crawler.ways.postback import PostBack
from portal_crawler.ways.requests import (
    MOST_BODY_BYTES,
    ListingAnswer,
    ListingRequest,
    UnfollowableError,
)
from tests.support.portals import Wire

HOME = "http://so.test"
NOW = datetime(2026, 11, 27, 5, tzinfo=UTC)


def answer(body: bytes, url: str = f"{HOME}/tin", page: int = 1) -> ListingAnswer:
    return ListingAnswer(
        request=ListingRequest(url=url), url=url, body=body, page=page, fetched_at=NOW
    )


def post_back_page(fields: str = "", link: str = "__doPostBack('p','Page$2')") -> bytes:
    return (
        f'<form><input name="__VIEWSTATE" value="x">{fields}'
        f'<a href="javascript:{link}">2</a></form>'
    ).encode()


# Forms


def test_a_form_that_is_too_long_is_not_sent() -> None:
    long = f'<input name="a" value="{"x" * MOST_BODY_BYTES}">'
    with pytest.raises(UnfollowableError, match="more than 1,048,576 bytes"):
        PostBack().following(answer(post_back_page(long)), 2)


def test_a_form_with_too_many_fields_is_not_sent() -> None:
    many = "".join(f'<input name="f{number}">' for number in range(MOST_FIELDS + 1))
    with pytest.raises(UnfollowableError, match="more than 500 fields"):
        PostBack().following(answer(post_back_page(many)), 2)


def test_a_field_that_the_page_lacks_is_named() -> None:
    way = FormPages(action="/api", number="n", found=(("Catname", rb"cat='(\w+)'"),))
    with pytest.raises(UnfollowableError, match="the value of the form's field 'Catname'"):
        way.following(answer(b"<html>"), 2)


@pytest.mark.parametrize(
    ("link", "target", "argument"),
    [
        ("__doPostBack('ctl00$p','Page$2')", "ctl00$p", "Page$2"),
        ("__doPostBack(&#39;ctl00$p&#39;,&#39;Page_2&#39;)", "ctl00$p", "Page_2"),
        ("__doPostBack('ctl00$p$ctl01','')", "ctl00$p$ctl01", ""),
        ('WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions(&quot;p&quot;, &quot;2&quot;, '
         "true))", "p", "2"),
    ],
)  # fmt: skip
def test_a_pagers_link_is_read_in_each_form(link: str, target: str, argument: str) -> None:
    following = PostBack().following(answer(post_back_page(link=link)), 2)
    assert following is not None
    assert following.body is not None
    sent = following.body.decode()
    quoted = target.replace("$", "%24")
    assert sent.startswith(f"__EVENTTARGET={quoted}&__EVENTARGUMENT={argument}".replace("$", "%24"))
    assert following.url == f"{HOME}/tin"


@pytest.mark.parametrize(
    "page",
    [
        b"", b"<form>", b"\x00" * 500, post_back_page(link="__doPostBack('Calendar1','8002')"),
        post_back_page(link="alert(1)"), post_back_page(link="__doPostBack('p','Page$7')"),
    ],
)  # fmt: skip
def test_a_page_without_a_link_to_the_next_one_has_no_following_page(page: bytes) -> None:
    assert PostBack().following(answer(page), 2) is None


def test_a_pager_outside_a_form_with_state_is_reported() -> None:
    page = b"<a href=\"javascript:__doPostBack('p','Page$2')\">2</a>"
    with pytest.raises(UnfollowableError, match="no form with __VIEWSTATE"):
        PostBack().following(answer(page), 2)


# JSON

PROFILE = JsonProfile(rows=("data",), url="/tin/{ID}", title=("Title",), date=("d",))


def rows_of(value: object, profile: JsonProfile = PROFILE) -> list[str]:
    page = read_json_rows(value, f"{HOME}/api", profile, key=Wire.article_key, fetched_at=NOW)
    return [row.key for row in page.rows]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[" * 100_000, b'{"a":' * 50_000, b'{"a": 1', b"null", b"5", b'{"n": 1e',
     b"\xff\xfe{", b'[1' + b"0" * 6000 + b"]"],
)  # fmt: skip
def test_what_is_not_json_or_nested_too_deeply_is_not_read_as_json(body: bytes) -> None:
    assert json_value(body) is None


@pytest.mark.parametrize(
    "value",
    [[], {}, {"data": 5}, {"data": None}, {"data": [None, 5, "x", [], {}, {"ID": None}]},
     {"data": [{"ID": {}}, {"ID": True}, {"ID": "../../x"}]}, {"data": {"0": {"ID": 1}}}],
)  # fmt: skip
def test_json_of_another_form_has_no_rows(value: object) -> None:
    assert rows_of(value) == []


def test_rows_of_json_are_bounded_and_the_page_is_called_cut() -> None:
    value = {"data": [{"ID": number} for number in range(MOST_JSON_ROWS + 5)]}
    page = read_json_rows(value, f"{HOME}/api", PROFILE, key=Wire.article_key, fetched_at=NOW)
    assert (len(page.rows), page.cut) == (MOST_JSON_ROWS, True)


def test_a_row_of_json_has_a_plain_title_and_its_date() -> None:
    profile = JsonProfile(
        rows=(), url="link", title=("title", "rendered"), date=("date",), total=()
    )
    value = json_value(
        json.dumps(
            [{"link": f"{HOME}/tin/5", "title": {"rendered": "Tin &#8211; <b>một</b>"},
              "date": "/Date(1761032510129)/"}]
        ).encode()
    )  # fmt: skip
    page = read_json_rows(value, f"{HOME}/api", profile, key=Wire.article_key, fetched_at=NOW)
    (row,) = page.rows
    assert (row.key, row.title, row.date) == ("5", "Tin – một", "2025-10-21T14:41:50+07:00")


# XML

URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'


def test_addresses_of_a_sitemap_are_bounded_and_the_page_is_called_cut() -> None:
    urls = "".join(f"<url><loc>{HOME}/tin/{number}</loc></url>" for number in range(MOST_URLS + 1))
    body = URLSET.format(urls).encode()
    page = read_xml_rows(body, f"{HOME}/s.xml", key=Wire.article_key, fetched_at=NOW)
    assert page is not None
    assert (len(page.rows), page.cut) == (MOST_URLS, True)


def test_a_sitemap_that_unpacks_to_more_than_is_allowed_is_cut() -> None:
    packed = gzip.compress(b"<urlset>" + b" " * (MOST_XML_BYTES + 1000), 1)
    assert len(unpacked(packed)) == MOST_XML_BYTES
    assert unpacked(packed[:50]) is not None
    assert unpacked(b"\x1f\x8bx") == b""


def test_a_packed_sitemap_is_read() -> None:
    body = gzip.compress(URLSET.format(f"<url><loc>{HOME}/tin/5</loc></url>").encode())
    page = read_xml_rows(body, f"{HOME}/s.xml.gz", key=Wire.article_key, fetched_at=NOW)
    assert page is not None
    assert [row.key for row in page.rows] == ["5"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"<?xml version='1.0'?><!DOCTYPE html><html>", b"<rss", b"<!--" * 5000,
     b"<?x" * 5000, b" " * 50_000 + b"<rss>"],
)  # fmt: skip
def test_other_pages_are_no_feeds(body: bytes) -> None:
    assert xml_root(body) is None


def test_entities_of_a_feed_are_not_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE rss [<!ENTITY e0 "xxxxxxxxxx">{bomb}]><rss><item><title>&e11;</title></item>'
    for text in (body, f"<rss>{body}"):
        page = read_xml_rows(text.encode(), HOME, key=Wire.article_key, fetched_at=NOW)
        assert page is None or page.rows == ()


def test_an_atom_feed_and_a_news_sitemap_have_titles_and_dates() -> None:
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Tin năm</title>'
        f'<link rel="self" href="/x"/><link rel="alternate" href="{HOME}/tin/5"/>'
        "<published>2024-03-05T01:30:00Z</published></entry></feed>"
    )
    news = URLSET.format(
        f"<url><loc>{HOME}/tin/5</loc><n:news xmlns:n='http://x'><n:publication><n:name>Sở</n:name>"
        "</n:publication><n:publication_date>2024-03-05T08:30:00+07:00</n:publication_date>"
        "<n:title>Tin năm</n:title></n:news></url>"
    )
    for text in (atom, news):
        page = read_xml_rows(text.encode(), HOME, key=Wire.article_key, fetched_at=NOW)
        assert page is not None
        (row,) = page.rows
        found = (row.key, row.title, row.date)
        assert found == ("5", "Tin năm", "2024-03-05T08:30:00+07:00")


def index_of(*names: str, changed: dict[str, str] | None = None) -> bytes:
    given = changed or {}
    inner = "".join(
        f"<sitemap><loc>{HOME}/{name}</loc>"
        + (f"<lastmod>{given[name]}</lastmod>" if name in given else "")
        + "</sitemap>"
        for name in names
    )
    return f"<sitemapindex>{inner}</sitemapindex>".encode()


def followed(way: Sitemap, body: bytes) -> list[str]:
    found = []
    current = answer(body, f"{HOME}/sitemap.xml")
    while (following := way.following(current, current.page + 1)) is not None:
        found.append(following.url.removeprefix(f"{HOME}/"))
        current = ListingAnswer(
            request=following, url=following.url, body=b"", page=current.page + 1
        )
    return found


def test_slices_of_a_sitemap_are_followed_from_the_newest_on() -> None:
    names = ["s-2023-1-1.xml", "s-2024-2-1.xml", "s-2024-10-1.xml"]
    assert followed(Sitemap(), index_of(*names)) == [names[2], names[1], names[0]]
    changed = {names[0]: "2024-12-01", names[1]: "2024-02-28", names[2]: "2024-10-30"}
    assert followed(Sitemap(), index_of(*names, changed=changed)) == [names[0], names[2], names[1]]
    assert followed(Sitemap(wanted="2024"), index_of(*names)) == [names[2], names[1]]


def test_slices_of_a_sitemap_are_bounded_and_none_is_followed_twice() -> None:
    names = [f"s-{number}.xml" for number in range(MOST_SLICES + 10)]
    assert len(followed(Sitemap(), index_of(*names))) == MOST_SLICES
    assert followed(Sitemap(), index_of("a.xml", "a.xml", "sitemap.xml")) == ["a.xml"]


def test_a_day_that_is_redirected_to_the_section_does_not_begin_again() -> None:
    way = Days(form="/ngay-%d-%m-%Y.htm", oldest="2020-01-01")
    asked = ListingRequest(url=f"{HOME}/tin/ngay-25-11-2026.htm")
    led = ListingAnswer(
        request=asked, url=f"{HOME}/tin.htm", body=b"", page=4, fetched_at=NOW, rows=3
    )
    following = way.following(led, 5)
    assert following is not None
    assert following.url == f"{HOME}/tin/ngay-24-11-2026.htm"


def test_behind_a_slice_that_could_not_be_fetched_the_next_one_is_known() -> None:
    first = answer(index_of("c-3.xml", "b-2.xml", "a-1.xml"), f"{HOME}/sitemap.xml")
    following = Sitemap().following(first, 3)
    assert following is not None
    assert (following.url, following.trail) == (f"{HOME}/b-2.xml", (f"{HOME}/a-1.xml",))


# Days


def test_days_end_before_the_oldest_and_a_day_that_no_calendar_has_is_none() -> None:
    way = Days(form="/ngay-%d-%m-%Y.htm", oldest="2026-11-26")
    days = [way.following(answer(b"", f"{HOME}/tin.htm"), page) for page in (2, 3, 4)]
    assert [day.url.rpartition("/")[2] if day else None for day in days] == [
        "ngay-27-11-2026.htm", "ngay-26-11-2026.htm", None,
    ]  # fmt: skip
    odd = way.following(answer(b"", f"{HOME}/tin/ngay-31-02-2026.htm"), 2)
    assert odd is not None
