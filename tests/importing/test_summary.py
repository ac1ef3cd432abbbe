"""`portal import` says in a few lines what became of a file, and what of it became nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from portal_crawler.cli import main
from portal_crawler.demo.server import DemoPage
from tests.importing.making import (
    HOST,
    URL,
    add_response,
    add_revisit,
    answer,
    article,
    assert_rebuild_changes_nothing,
    imported,
    moment,
    raw_record,
    write_warc,
)


def said(capsys: pytest.CaptureFixture[str], archive: Path, path: Path, *words: str) -> list[str]:
    capsys.readouterr()
    main(["import", str(path), "--archive", str(archive), *words])
    return capsys.readouterr().err.replace(f"{path.parent}/", "").splitlines()


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A file of everything that can become nothing."""
    seen = write_warc(tmp_path / "seen.warc.gz", [article("Cũ", url=URL.replace("33", "40"))])
    imported(tmp_path / "archive", seen)
    path = tmp_path / "x.warc.gz"
    dead = replace(article("Tin", url=URL.replace("33", "35")), status=404)
    untitled = replace(dead, url=URL.replace("33", "36"), status=200, body=b"<html>no news")
    elsewhere = replace(dead, url="https://example.org/", status=200)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for page in (article("Tin"), dead, untitled, elsewhere):
            add_response(writer, page)
        add_revisit(writer, article("Nowhere"), moment(9, 0))
    block = answer(article("Tin khác"))
    others = [
        raw_record(b"GET / HTTP/1.1\r\n\r\n", WARC_Type="request"),
        raw_record(b"a: b\r\n", WARC_Type="metadata"),
        raw_record(b"c: d\r\n", WARC_Type="metadata"),
        raw_record(b"1.2.3.4", WARC_Target_URI="dns:example.org"),
        raw_record(block)[:300],
    ]
    path.write_bytes(path.read_bytes() + seen.read_bytes() + b"".join(others))
    return path


def test_what_became_nothing_is_counted_by_reason(
    odd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, tmp_path / "archive", odd)
    assert lines[0].startswith("x.warc.gz: passed over at ")
    assert lines[1:] == [
        "x.warc.gz: 5 captures; 1 new article, 0 changed, 0 unchanged",
        "  no article: 1 dead link, 1 page without a title, 1 capture of no known portal",
        "  no capture: 1 revisit without an original here, 1 record of earlier files",
        "  no answer: 1 dns response record, 2 metadata records, 1 request record,"
        " 1 warcinfo record",
        "  damaged: 1 place",
    ]


def test_the_counts_are_kept_for_whoever_asks_again(odd: Path, tmp_path: Path) -> None:
    [first] = imported(tmp_path / "archive", odd, code=4)
    [second] = imported(tmp_path / "archive", odd, code=4)
    assert first["kinds"]["metadata"] == 2
    assert {**second, "again": False} == first
    assert_rebuild_changes_nothing(tmp_path / "archive")


def test_a_look_says_what_an_import_would_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_warc(tmp_path / "x.warc.gz", [article("Tin"), article("Tin mới", url=f"{HOST}/")])
    lines = said(capsys, tmp_path / "archive", path, "--dry-run")
    assert lines[0] == "x.warc.gz: would give 2 captures; 1 new article, 0 changed, 0 unchanged"


def test_a_file_of_articles_alone_is_one_line_and_a_warcinfo_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages: list[DemoPage] = [article("Tin"), article("Tin", url=URL.replace("33", "35"))]
    path = write_warc(tmp_path / "x.warc.gz", pages)
    assert said(capsys, tmp_path / "archive", path) == [
        "x.warc.gz: 2 captures; 2 new articles, 0 changed, 0 unchanged",
        "  no answer: 1 warcinfo record",
    ]
    assert said(capsys, tmp_path / "archive", path) == ["x.warc.gz: imported before; nothing to do"]
    assert said(capsys, tmp_path / "other", path, "-q") == []
