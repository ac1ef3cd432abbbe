"""Pages of other times: older ones become older versions, revisits find what they repeat."""

from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from tests.importing.making import (
    URL,
    Style,
    add_response,
    add_revisit,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    imported,
    moment,
    write_warc,
)
from tests.support.crawls import rows

VERSIONS = "SELECT version, title, seen_at FROM article_versions ORDER BY version"


@pytest.mark.parametrize("newest_first", [False, True])
def test_an_older_page_becomes_an_older_version(newest_first: bool, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    older = write_warc(tmp_path / "a.warc.gz", [article("Tên cũ")], day=5)
    newer = write_warc(tmp_path / "b.warc.gz", [article("Tên mới")], day=9)
    said = imported(archive, *((newer, older) if newest_first else (older, newer)))
    assert rows(archive, VERSIONS) == [(1, "Tên cũ", moment(5, 0)), (2, "Tên mới", moment(9, 0))]
    assert rows(archive, "SELECT title, first_seen_at, last_seen_at, version FROM articles") == [
        ("Tên mới", moment(5, 0), moment(9, 0), 2)
    ]
    assert [(one["articles_new"], one["articles_changed"]) for one in said] == [(1, 0), (0, 1)]
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


def test_a_files_pages_are_taken_in_the_order_of_their_dates(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        add_response(writer, article("Tên mới"), headers={"WARC-Date": moment(9, 0)})
        add_response(writer, article("Tên cũ"), headers={"WARC-Date": moment(5, 0)})
    imported(tmp_path / "archive", path)
    titles = [title for _, title, _ in rows(tmp_path / "archive", VERSIONS)]
    assert titles == ["Tên cũ", "Tên mới"]


def test_fetched_at_is_the_records_date_to_the_second(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        add_response(writer, article("Tin"), headers={"WARC-Date": "2024-03-05T08:00:00.123456Z"})
    imported(tmp_path / "archive", path)
    assert rows(tmp_path / "archive", "SELECT fetched_at FROM captures") == [(moment(5, 0),)]
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize("by", ["id", "place", "digest"])
def test_a_revisit_finds_what_it_repeats(by: str, tmp_path: Path) -> None:
    path, page = tmp_path / "x.warc.gz", article("Tin")
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        first = add_response(writer, page)
        said = {
            "id": {"id": first.rec_headers.get_header("WARC-Record-ID")},
            "place": {"uri": URL, "moment": moment(5, 0)},
            "digest": {},
        }
        add_revisit(writer, page, moment(9, 0), **said[by])
    archive = tmp_path / "archive"
    [done] = imported(archive, path)
    assert (done["requests"], done["without_original"]) == (2, 0)
    original, revisit = rows(archive, "SELECT id, revisit_of FROM captures ORDER BY fetched_at")
    assert revisit[1] == original[0]
    assert rows(archive, "SELECT version, last_seen_at FROM articles") == [(1, moment(9, 0))]
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


def test_a_revisit_finds_what_an_earlier_file_holds(tmp_path: Path) -> None:
    archive, page = tmp_path / "archive", article("Tin")
    path = tmp_path / "y.warc.gz"
    with path.open("wb") as file:
        add_revisit(WARCWriter(file, gzip=True), page, moment(9, 0))
    [_, done] = imported(archive, write_warc(tmp_path / "x.warc.gz", [page]), path)
    assert (done["requests"], done["without_original"]) == (1, 0)
    assert_rebuild_changes_nothing(archive)


def test_a_revisit_of_what_is_not_there_is_no_row_and_no_damage(tmp_path: Path) -> None:
    archive, path = tmp_path / "archive", tmp_path / "x.warc.gz"
    with path.open("wb") as file:
        add_revisit(WARCWriter(file, gzip=True), article("Tin"), moment(9, 0))
    [done] = imported(archive, path)
    assert (done["requests"], done["without_original"]) == (0, 1)
    assert_sound(archive)


def test_payload_digests_are_ours_where_the_file_has_others(tmp_path: Path) -> None:
    """warcio's own are over the chunks as they are sent."""
    page = article("Tin")
    imported(tmp_path / "a", write_warc(tmp_path / "a.warc.gz", [page]))
    imported(tmp_path / "b", write_warc(tmp_path / "b.warc.gz", [page], Style(chunked=True)))
    query = "SELECT payload_digest FROM captures"
    assert rows(tmp_path / "a", query) == rows(tmp_path / "b", query)
    assert_sound(tmp_path / "b")


def test_pages_of_no_known_portal_stay_as_captures(tmp_path: Path) -> None:
    page = article("Tin", url="https://example.org/a.html")
    [said] = imported(tmp_path / "archive", write_warc(tmp_path / "x.warc.gz", [page]))
    assert said["unclaimed"] == 1
    assert rows(tmp_path / "archive", "SELECT portal, role FROM captures") == [
        ("imported", "other")
    ]
    assert rows(tmp_path / "archive", "SELECT title, platform, home FROM portals") == [
        ("Imported files", "none", "")
    ]
