"""An interface in JSON: its articles are read from its answers, and their pages are kept, too."""

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal_crawler.cleaning.address_forms import values_in
from portal_crawler.cleaning.extraction import (
    FailurePageError,
    NoTitleError,
    SoftNotFoundError,
)
from portal_crawler.cleaning.json_answers import json_value
from portal_crawler.cleaning.json_articles import JsonArticle, read_json_article
from portal_crawler.cleaning.listings.json_rows import JsonProfile
from portal_crawler.platforms.json_api import JsonApi
from portal_crawler.replay.own_pages import view_of
from portal_crawler.ways.counted import CountedPages
from portal_crawler.ways.forms import FormPages
from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from tests.support.crawls import (
    ROOT,
    Ended,
    ended,
    last_run,
    next_night,
    rows,
    start_crawl,
    warc_files,
    wire_environment,
)
from tests.support.tables import all_rows
from tests.support.wire_server import WireServer, message, page, raw

HERE = Path(__file__).parent / "json_api"
MODULE = "tests.support.family_portals"
HOST = "http://sokhcn.ngoclam.example"
NOW = datetime(2024, 6, 3, 2, tzinfo=UTC)
CONTENT = ("articles", "article_versions", "images", "attachments", "sightings")

WHOLE = "/bai-viet/ra-mat-ban-do-so-512"
"""The page for readers of the first article."""


def publish(server: WireServer) -> None:
    expected = json.loads((HERE / "expected.json").read_bytes())
    for told in (*expected["listings"], *expected["articles"]):
        parts = urlsplit(told["url"])
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        body = (HERE / told["file"]).read_bytes()
        server.answer(path, raw(message(body, kind=told["content_type"])))
    server.answer("/assets/index-4f3a9b21.js", raw(message(b"start()", kind="text/javascript")))


def crawl(server: WireServer, archive: Path, *more: str) -> int:
    proxy = f"http://127.0.0.1:{server.port}"
    env = wire_environment(server, http_proxy=proxy, **next_night(archive))
    words = ("-s", f"SPIDER_MODULES={MODULE}", "-s", "RETRY_TIMES=1", "--full", *more)
    return ended(start_crawl(archive, *words, env=env, portals=("ngoc-lam",))).code


def portal(server: WireServer, *words: str) -> Ended:
    command = [sys.executable, "-m", "portal_crawler.cli", *words, "-s", f"SPIDER_MODULES={MODULE}"]
    env, pipe = wire_environment(server), subprocess.PIPE
    return ended(subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe))


def test_an_article_has_the_address_of_its_page_and_leads_to_the_answer_that_it_was_read_from(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    publish(server)
    assert crawl(server, archive, "-s", "PORTAL_REQUISITES=True") == 0
    query = (
        "SELECT a.url, c.url, c.role, c.mime FROM articles a JOIN captures c ON c.id = a.capture_id"
        " WHERE a.key = '512'"
    )
    answered = (f"{HOST}{WHOLE}", f"{HOST}/api/bai-viet/512", "article", "application/json")
    assert rows(archive, query) == [answered]
    # The page for readers, and the program that draws it.
    for url in (f"{HOST}{WHOLE}", f"{HOST}/assets/index-4f3a9b21.js"):
        found = rows(archive, "SELECT role, status FROM captures WHERE url = ?", url)
        assert found == [("requisite", 200)]
    with sqlite3.connect(archive / "archive.db") as database:
        database.row_factory = sqlite3.Row
        (number,) = database.execute("SELECT id FROM articles WHERE key = '512'").fetchone()
        assert view_of(database, str(number)).url == f"{HOST}{WHOLE}"

    stored = all_rows(archive, CONTENT)
    assert portal(server, "rebuild", "--archive", str(archive)).code == 0
    assert all_rows(archive, CONTENT) == stored
    assert portal(server, "verify", "--deep", "--archive", str(archive)).code == 0
    other = tmp_path / "other"
    files = map(str, warc_files(archive))
    assert portal(server, "import", *files, "--archive", str(other)).code == 0
    query = "SELECT key, url, title, lead, body, published_at FROM articles ORDER BY key"
    assert rows(other, query) == rows(archive, query)


@pytest.mark.parametrize(
    "instead",
    [
        page((HERE / "listing-error.html").read_bytes()),
        raw(message((HERE / "listing-token.json").read_bytes(), kind="application/json")),
    ],
)
def test_an_error_with_status_200_is_not_taken_for_the_end_of_a_listing(
    server: WireServer, archive: Path, instead: Any
) -> None:
    publish(server)
    server.answer("/api/bai-viet?page=2&size=2", instead)
    assert crawl(server, archive) == 3
    assert last_run(archive)["outcome"] == "incomplete"
    assert rows(archive, "SELECT key FROM articles ORDER BY key") == [
        ("454",), ("455",), ("511",), ("512",),
    ]  # fmt: skip


def test_an_interface_that_gives_browsers_xml_is_asked_for_json(
    server: WireServer, archive: Path
) -> None:
    publish(server)
    for path, script in [(path, server.script[path]) for path in server.script]:
        (answer,) = script
        if path.startswith("/api/"):
            server.answer(path, partial(in_its_form, answer))
    assert crawl(server, archive) == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(6,)]


def in_its_form(answer: Any, request: bytes) -> Any:
    """The answer in JSON if it is asked for before other forms; else XML."""
    is_asked = b"\r\nAccept: application/json" in request
    return answer if is_asked else raw(message(b"<ArrayOfTin/>", kind="application/xml"))


# Addresses


class Declared(JsonApi):
    """An interface whose addresses are declared."""

    name = "declared"
    hosts = ("so.test",)
    sections = {"tin": "http://so.test/api/tin?page=0"}  # noqa: RUF012
    json_profile = JsonProfile(url="/api/tin/chi-tiet?id={id}")
    json_article = JsonArticle(page="/tin/{slug}-{id}")


@pytest.mark.parametrize(
    ("portal_class", "path", "key"),
    [
        (Declared, "/api/tin/chi-tiet?id=7", "7"),
        (Declared, "/api/tin/chi-tiet?lang=vi&ID=7", "7"),
        (Declared, "/tin/hop-giao-ban-thang-7-7", "7"),
        (Declared, "/tin/hop-7/", "7"),
        (Declared, "/tin/hop-6A3E5D10-1111-4222-8333-0123456789AB",
         "6a3e5d10-1111-4222-8333-0123456789ab"),
        (Declared, "/api/chuyen-muc/7", None),
        (Declared, "/api/tin?page=7", None),
        (JsonApi, "/api/bai-viet/7", "7"),
        (JsonApi, "/bai-viet/hop-giao-ban-7.html", "7"),
        (JsonApi, "/tin/View_Detail.aspx?ItemID=7", "7"),
        (JsonApi, "/api/tin/64b7f0c2a1d3e4f5a6b7c8d9", "64b7f0c2a1d3e4f5a6b7c8d9"),
        (JsonApi, "/api/bai-viet?page=2", None),
    ],
)  # fmt: skip
def test_the_id_of_the_interface_is_the_key_whatever_the_form_of_the_address(
    portal_class: type[JsonApi], path: str, key: str | None
) -> None:
    assert portal_class.article_key(f"http://so.test{path}") == key


def test_a_sitemap_names_the_pages_for_readers_and_the_interface_is_asked() -> None:
    body = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        b"<url><loc>http://so.test/tin/hop-giao-ban-7</loc></url></urlset>"
    )
    found = Declared.read_listing_page(body, "http://so.test/sitemap.xml", NOW, None)
    declared = [(row.key, row.url) for row in found.rows]
    assert declared == [("7", "http://so.test/api/tin/chi-tiet?id=7")]


@pytest.mark.parametrize("url", ["", "http://so.test/" + "a-" * 60_000, "http://so.test/tin/%ff-1"])
def test_an_odd_address_has_the_form_or_not_within_its_own_time(url: str) -> None:
    assert values_in("/tin/{slug}-{id}", url) in (None, {"slug": "\ufffd", "id": "1"})


# From page to page


def answer(
    url: str, rows_of_it: int, trail: tuple[str, ...] = (), number: int = 1
) -> ListingAnswer:
    body = json.dumps({"data": [{"id": each} for each in range(rows_of_it)]}).encode()
    asked = ListingRequest(url=url, trail=trail)
    return ListingAnswer(request=asked, url=url, body=body, page=number)


@pytest.mark.parametrize(
    ("given", "ahead", "query"),
    [
        (answer("http://so.test/api?page=0&size=20", 20), 1, "page=1&size=20"),
        (answer("http://so.test/api?a=b&PageIndex=1", 20), 1, "a=b&PageIndex=2"),
        (answer("http://so.test/api?start=0&length=20", 20), 1, "start=20&length=20"),
        (answer("http://so.test/api?start=0&length=1000", 100), 1, "start=100&length=1000"),
        (answer("http://so.test/api?$skip=40&$top=20", 20, ("20",), 3), 2, "$skip=80&$top=20"),
        (answer("http://so.test/api?skip=40&limit=20", 3, ("20",), 3), 1, None),
        (answer("http://so.test/api?page=2&size=1000", 100, ("120",), 2), 1, "page=3&size=1000"),
        (answer("http://so.test/api?start=0", 0), 1, None),
        (answer("http://so.test/api?chuyen-muc=4", 9), 1, None),
    ],
)
def test_pages_are_counted_by_the_parameter_of_the_address(
    given: ListingAnswer, ahead: int, query: str | None
) -> None:
    following = CountedPages().following(given, given.page + ahead)
    assert (urlsplit(following.url).query if following else None) == query


def test_without_such_a_parameter_the_answer_names_the_next_page() -> None:
    body = b'{"data": [{"id": 1}], "links": {"next": "/api?cursor=Ab1"}}'
    url = "http://so.test/api"
    given = ListingAnswer(request=ListingRequest(url=url), url=url, body=body, page=1)
    following = CountedPages().following(given, 2)
    assert following is not None
    assert following.url == "http://so.test/api?cursor=Ab1"


class ByForm(JsonApi):
    """The province's portal of the field notes."""

    name = "by-form"
    hosts = ("so.test",)
    sections = {"tin": "http://so.test/tin-tuc"}  # noqa: RUF012
    json_profile = JsonProfile(rows=("data",), url="/tin-tuc/View_Detail.aspx?ItemID={ID}")
    ways = (FormPages(action="/APIVP/api/DSTinTuc/QUERYDATA", number="start", shift=-2, step=20),)


def test_a_page_without_rows_is_the_listings_own_only_if_it_has_the_form() -> None:
    body = b"<html><body><h1>Tin</h1><table id='ds'></table></body></html>"
    own = ByForm.read_listing_page(body, "http://so.test/tin-tuc", NOW, "text/html")
    assert (own.rows, own.no_answer) == ((), None)
    action = "http://so.test/APIVP/api/DSTinTuc/QUERYDATA"
    assert ByForm.read_listing_page(body, action, NOW, "text/html").no_answer is not None
    rows_of_form = (HERE / "listing-form.json").read_bytes()
    found = ByForm.read_listing_page(rows_of_form, action, NOW, None)
    assert [row.key for row in found.rows] == ["88121", "88117"]
    assert found.total is None


def test_a_number_is_one_in_json_from_form_to_form() -> None:
    fields = (("size", 20), ("hot", False), ("path", "{path}"))
    way = FormPages(action="/api", number="page", shift=-2, fields=fields, is_json=True)
    url = "http://so.test/tin"
    asked, body = ListingRequest(url=url), b""
    for page_number, wanted in ((2, 0), (3, 1)):
        given = ListingAnswer(request=asked, url=url, body=body, page=page_number - 1)
        asked = way.following(given, page_number) or asked
        sent = {"size": 20, "hot": False, "path": "/tin", "page": wanted}
        assert json.loads(asked.body or b"") == sent


# Odd answers


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"null", SoftNotFoundError),
        (b"{}", SoftNotFoundError),
        (b"[]", SoftNotFoundError),
        (b'{"data": []}', SoftNotFoundError),
        (b'{"success": false, "message": "Not found"}', SoftNotFoundError),
        (b'{"success": false}', FailurePageError),
        (b'{"status": 500, "message": "Timeout"}', FailurePageError),
        (b'{"data": {"menu": [{"id": 1, "name": "Trang"}]}}', NoTitleError),
        (b'{"title": 5e999, "content": "x"}', NoTitleError),
        (b'{"title": {"title": {"title": "x"}}, "content": "x"}', NoTitleError),
    ],
)
def test_an_answer_without_an_article_says_why(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        JsonApi.read_article_page(body, f"{HOST}/api/bai-viet/1", NOW, "application/json")


@pytest.mark.parametrize(
    "body", [b'{"title": "Ra', b"[" * 100_000, b'{"a":' * 50_000, b'{"data": {"title": "x"}']
)
def test_what_broke_off_is_not_read_as_a_page(body: bytes) -> None:
    text = body + "một tin dài ".encode() * 50
    with pytest.raises(NoTitleError):
        JsonApi.read_article_page(text, f"{HOST}/api/bai-viet/1", NOW, "application/json")


def test_the_time_for_a_wide_answer_grows_with_its_size() -> None:
    wide = {"data": [{f"n{each}": [{"x": each}] for each in range(200)} for _ in range(300)]}
    with pytest.raises(NoTitleError):
        read_json_article(wide, f"{HOST}/api/1", JsonArticle(), fetched_at=NOW)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        (1717380000, "2024-06-03T09:00:00+07:00"),
        (1717380000000.0, "2024-06-03T09:00:00+07:00"),
        ("/Date(1717380000000+0700)/", "2024-06-03T09:00:00+07:00"),
        ("2024-06-02T18:30:00Z", "2024-06-03T01:30:00+07:00"),
        ("2024-06-02T18:30:00", "2024-06-02T18:30:00+07:00"),
        ("2024-06-02T18:30:00.123+00:00", "2024-06-03T01:30:00+07:00"),
        ([2024, 6, 2], "2024-06-02"),
        ([2024, 13, 2], None),
        ("0001-01-01T00:00:00", None),
        (10**30, None),
        ("", None),
    ],
)
def test_dates_of_programs_are_read_as_moments_in_vietnam(
    written: object, date: str | None
) -> None:
    value = {"id": 1, "title": "Họp giao ban", "content": "Nội dung", "ngay_dang": written}
    found = read_json_article(value, f"{HOST}/api/1", JsonArticle(), fetched_at=NOW)
    assert found.published_at == date


def test_a_declared_path_is_taken_and_nothing_else() -> None:
    value = {"a": {"t": "Một tin", "b": "Lời"}, "title": "Trang", "content": "Khác"}
    layout = JsonArticle(item=("a",), title=("t",), body=("b",), page="tin/{t}")
    found = read_json_article(value, f"{HOST}/api/1", layout, fetched_at=NOW)
    assert (found.title, found.body) == ("Một tin", "Lời")
    assert found.url == f"{HOST}/api/tin/M%E1%BB%99t%20tin"


@pytest.mark.parametrize(
    ("query", "value", "row", "total"),
    [
        ("/api/tin?page=0&size=9",
         {"content": [{"id": 12, "title": "Họp", "createdDate": "2024-06-01T05:02:21.000+0000"}],
          "sort": [{"direction": "DESC", "property": "id"}], "totalElements": 42},
         ("12", "/api/tin/12", "2024-06-01T12:02:21+07:00"), 42),
        ("/api/tin?page=1",
         {"data": [{"id": 5, "attributes": {"title": "Họp", "publishedAt": "2024-06-01T05:02Z"}}],
          "meta": {"pagination": {"page": 1, "total": 30}}},
         ("5", "/api/tin/5", "2024-06-01T12:02:00+07:00"), 30),
        ("/odata/Tin?$skip=0&$top=9",
         {"value": [{"Id": 5, "Title": "Họp", "PublishDate": "2024-06-01"}], "@odata.count": 77},
         ("5", "/odata/Tin/5", "2024-06-01"), 77),
        ("/api/tin?page=1",
         {"hits": {"hits": [{"_id": "64b7f0c2a1d3e4f5a6b7c8d9", "_source": {"tieuDe": "Họp"}}]}},
         ("64b7f0c2a1d3e4f5a6b7c8d9", "/api/tin/64b7f0c2a1d3e4f5a6b7c8d9", None), None),
        ("/api/tin?page=1",
         {"Data": [{"NEWS_ID": 5, "NEWS_TITLE": "Họp", "NEWS_DATE": "01/06/2024 08:00"}]},
         ("5", "/api/tin/5", "2024-06-01T08:00:00+07:00"), None),
        ("/api/tin?page=1",
         {"list": [{"slug": "hop-giao-ban-thang-sau", "title": "Họp"}]},
         ("/api/tin/hop-giao-ban-thang-sau", "/api/tin/hop-giao-ban-thang-sau", None), None),
    ],
)  # fmt: skip
def test_rows_of_common_systems_are_found_without_a_declaration(
    query: str, value: object, row: tuple[str, str, str | None], total: int | None
) -> None:
    url, body = f"{HOST}{query}", json.dumps(value).encode()
    found = JsonApi.read_listing_page(body, url, NOW, None)
    (one,) = found.rows
    given = (one.key, one.url.removeprefix(HOST), one.date)
    assert (given, one.title, found.total) == (row, "Họp", total)


def test_a_longer_list_of_something_else_is_not_the_list_of_news() -> None:
    menu = [{"id": each, "name": f"Mục {each}"} for each in range(40)]
    news = [{"id": 7, "title": "Họp giao ban", "createdAt": "2024-05-02"}]
    body = json.dumps({"data": {"menu": menu, "news": news}}).encode()
    found = JsonApi.read_listing_page(body, f"{HOST}/api/tin?page=1", NOW, None)
    assert [row.key for row in found.rows] == ["7"]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'cb({"a": 1});', {"a": 1}),
        (b"/**/jQuery3_1.cb([1])", [1]),
        (b')]}\',\n{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": NaN}', None),
        (b"alert(1)", None),
    ],
)
def test_json_within_a_call_is_read(body: bytes, value: object) -> None:
    found = json_value(body)
    assert found == value or (value is None and str(found) in ("None", "{'a': nan}"))
