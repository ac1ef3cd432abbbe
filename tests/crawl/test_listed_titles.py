"""The title on a listing goes with the exchange of an article, and from there to each reading."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.models import Capture, Unread
from archive.warc.own_records import Recorded
from archive.warc.records import warc_fields
from archive.warc.stream import fields_of
from portal_crawler.portals.reader import FetchedPage, read_article
from portal_crawler.reprocessing.effects import effect_of
from portal_crawler.request_info import MOST_TITLE_CHARS, recorded_title
from tests.support.crawls import (
    commanded,
    crawl,
    last_run,
    rebuilt,
    rows,
    warc_records,
)
from tests.support.pages import SENTENCE, article, listing
from tests.support.portals import Wire
from tests.support.tables import all_rows
from tests.support.taught import Taught
from tests.support.wire_server import WireServer, message, page

TITLES = {1: "Hội nghị sơ kết công tác sáu tháng", 2: "Kế hoạch trồng rừng ven biển năm 2024"}
LONG = "Hội thi tìm hiểu pháp luật về an toàn thông tin"
STORED = "SELECT key, title, version, problems FROM articles ORDER BY key"
LISTED = "SELECT DISTINCT key, listed_title FROM captures WHERE role = 'article' ORDER BY key"


def without_headline(number: int) -> str:
    return article(number, body=SENTENCE * 5).replace("<h1>", "<p>").replace("</h1>", "</p>")


def two_headings(number: int, title: str) -> str:
    return article(number, title="Tin nổi bật trong tuần").replace(
        "<p class", f"<h1>{title}</h1><p class", 1
    )


def publish(server: WireServer, titles: dict[int, str]) -> None:
    server.answer("/tin-tuc", page(listing([1, 2], titles=titles)))
    server.answer("/tin/1", page(without_headline(1)))
    server.answer("/tin/2", page(two_headings(2, TITLES[2])))


def stored(archive: Path) -> list[tuple[str, str, int]]:
    return [row[:3] for row in rows(archive, STORED)]


def test_rows_with_listed_titles_come_out_of_every_reading_equal(
    server: WireServer, archive: Path
) -> None:
    publish(server, {**TITLES, 2: ""})
    assert crawl(server, archive).code == 0
    assert stored(archive) == [("1", TITLES[1], 1), ("2", "Tin nổi bật trong tuần", 1)]
    assert "title-from-listing" in json.loads(rows(archive, STORED)[0][3])
    assert rows(archive, LISTED) == [("1", TITLES[1]), ("2", None)]
    lines = b"".join(record.block for record in warc_records(archive, "metadata"))
    assert f"listed-title: {TITLES[1]}\r\n".encode() in lines

    # Listed otherwise, each page is requested again; nothing but the listing has changed.
    publish(server, {**TITLES, 1: "Hội nghị sơ kết công tác sáu…"})
    assert crawl(server, archive).code == 0
    assert last_run(archive)["articles_unchanged"] == 2
    assert stored(archive) == [("1", TITLES[1], 1), ("2", TITLES[2], 1)]

    assert commanded(server, archive, "verify", "--deep").code == 0
    before = all_rows(archive)
    assert rebuilt(server, archive).code == 0
    assert all_rows(archive) == before


def test_an_article_that_is_due_by_its_age_keeps_its_listed_title(
    server: WireServer, archive: Path
) -> None:
    publish(server, TITLES)
    assert crawl(server, archive).code == 0
    server.answer("/tin-tuc", page(listing([2], titles=TITLES)))  # the other one is listed no more
    server.answer("/tin/1", page(without_headline(1).replace("</body>", "<i>2</i></body>")))
    assert crawl(server, archive, "--full").code == 0
    assert rows(archive, "SELECT listed_title FROM captures WHERE key = '1'") == [(TITLES[1],)] * 2
    assert stored(archive)[0] == ("1", TITLES[1], 1)


@pytest.mark.parametrize(("many", "code"), [(2, 0), (3, 3)])
def test_up_to_a_fifth_of_the_pages_may_show_no_headline(
    server: WireServer, archive: Path, many: int, code: int
) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 11), titles=dict.fromkeys(range(11), LONG))))
    for number in range(1, 11):
        shown = without_headline(number) if number <= many else article(number, title=LONG)
        server.answer(f"/tin/{number}", page(shown))
    end = crawl(server, archive)
    assert end.code == code
    assert ("3 of 10 pages without a title" in end.stderr) == (many == 3)
    assert rows(archive, "SELECT count(*), count(DISTINCT title) FROM articles") == [(10, 1)]


@pytest.mark.parametrize(("section", "title"), [("tin-tuc", TITLES[2]), (None, None)])
def test_a_page_without_a_headline_is_an_article_if_a_listing_named_it(
    section: str | None, title: str | None
) -> None:
    html = without_headline(2).replace("<head>", f"<head><title>{TITLES[2]} - Sở Dây</title>")
    answer = message(html.encode())
    capture = Capture(
        id=1, record_id="<urn:uuid:1>", run_id=1, portal="taught", key="2", section=section,
        url="http://portal.test/tin/2", fetched_at="2026-11-27T01:00:00Z", status=200,
        mime="text/html", role="article", warc_file="w", warc_offset=0, warc_length=1,
        payload_digest="sha1:A",
    )  # fmt: skip
    effect = effect_of(Recorded(capture, answer, 1), {"taught": Taught})
    assert (effect.article.title if effect.article else None) == title
    assert effect.unread == (None if section else Unread.NO_TITLE)


class ReadsAlone(Wire):
    """A portal of an operator's own, written before listed titles were handed over."""

    @classmethod
    def read_article_page(cls, body, url, fetched_at, content_type):
        return super().read_article_page(body, url, fetched_at, content_type)


def test_a_portal_of_an_earlier_release_reads_its_pages_alone() -> None:
    fetched = FetchedPage(
        body=two_headings(2, TITLES[2]).encode(),
        url="http://portal.test/tin/2",
        fetched_at=datetime(2026, 11, 27, tzinfo=UTC),
        content_type="text/html",
        listed_title=TITLES[2],
    )
    assert read_article(ReadsAlone, fetched).title == "Tin nổi bật trong tuần"
    assert read_article(Wire, fetched).title == TITLES[2]


def test_a_listed_title_is_recorded_as_its_line_gives_it_back() -> None:
    listed = "Tin\u2028 mới \x1d  của\r\nsở\t\ud800 "
    assert recorded_title(listed) == "Tin mới của sở \\ud800"
    [(_, value)] = fields_of(b"".join(warc_fields([("t", recorded_title(listed))]).pieces()))
    assert value == recorded_title(listed)
    assert recorded_title(" \n ") is recorded_title(None) is None
    assert recorded_title("x" * (MOST_TITLE_CHARS + 1)) is None
