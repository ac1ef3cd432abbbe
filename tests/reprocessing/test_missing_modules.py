"""An archive with a portal whose module is not here: its rows are not lost in silence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.warc.own_metadata import lines_of_run
from archive.warc.sources import SourceFile, lines_of_sources
from portal_crawler.cli import main
from tests.archive.building import ArchiveBuilder
from tests.support.crawls import rows, warc_files

MODULES = ("-s", "SPIDER_MODULES=tests.support.portals")
SOURCE = SourceFile("hn_thu.py", b"open('was-run', 'w')\nraise SystemExit(99)\n")
"""Code that would be noticed if anything ran it."""
TODO = "no module here declares hn-thu (hn_thu.py); name the folder of their modules by --portals"


def portal_of_ones_own(archive: Path, days: int = 0) -> ArchiveBuilder:
    """A night of a portal of one's own, whose run names its module."""
    builder = ArchiveBuilder(archive, portal="hn-thu", days=days)
    builder.writer.write_source(SOURCE)
    lines = [*lines_of_run(builder.run, "start"), *lines_of_sources([SOURCE])]
    builder.writer.write_metadata(lines, "urn:portal-run:hn-thu")
    return builder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two articles of a portal that is known, and one of one that is not."""
    known = ArchiveBuilder(tmp_path / "archive", portal="wire")
    known.article("1", "Tin số 1")
    known.article("2", "Tin số 2")
    known.close()
    own = portal_of_ones_own(tmp_path / "archive")
    own.article("3", "Tin số 3")
    own.close()
    return tmp_path / "archive"


def portal(archive: Path, *words: str) -> int:
    return main([*words, "--archive", str(archive), *MODULES])


def articles(archive: Path) -> list[tuple[str, str]]:
    return rows(archive, "SELECT portal, key FROM articles ORDER BY key")


def lose_the_database(archive: Path) -> None:
    for path in archive.glob("archive.db*"):
        path.unlink()


ALL = [("wire", "1"), ("wire", "2"), ("hn-thu", "3")]


@pytest.mark.parametrize("words", [("rebuild",), ("rebuild", "--yes"), ("rebuild", "-q")])
def test_a_rebuild_keeps_the_database_as_long_as_it_has_their_rows(
    archive: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = (archive / "archive.db").read_bytes()
    assert portal(archive, *words) == 3
    said = " ".join(capsys.readouterr().err.split())
    assert "has rows that a new database would lack" in said
    assert TODO in said
    assert (archive / "archive.db").read_bytes() == before
    assert list(archive.glob("*.rebuilt*")) == []


def test_rows_of_listings_alone_are_kept_too(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as database, database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(
            "INSERT INTO sightings (portal, key, section, url, position, seen_at, last_seen_at,"
            " capture_id) SELECT 'hn-thu', '9', 'tin', 'http://a.example/', 1, fetched_at,"
            " fetched_at, id FROM captures WHERE portal = 'hn-thu'"
        )
        database.execute("DELETE FROM articles WHERE portal = 'hn-thu'")
    assert portal(archive, "rebuild") == 3
    assert len(articles(archive)) == 2


def test_without_a_database_all_other_portals_are_rebuilt_and_the_module_is_named(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_the_database(archive)
    for words in (("rebuild", "-q"), ("rebuild", "-q")):  # the second has no rows of theirs to keep
        assert portal(archive, *words) == 3
        assert articles(archive) == ALL[:2]
        assert TODO in capsys.readouterr().err
    captures = rows(archive, "SELECT count(*) FROM captures WHERE portal = 'hn-thu'")
    assert captures == [(1,)]


def test_the_source_in_an_archive_is_run_by_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lose_the_database(archive)
    for words in (("rebuild",), ("verify", "--deep"), ("repair",)):
        portal(archive, *words)
    assert not (tmp_path / "was-run").exists()


def test_deep_verify_names_the_module_that_it_lacks(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_the_database(archive)
    portal(archive, "rebuild")
    assert portal(archive, "verify", "--deep") == 0
    own = portal_of_ones_own(archive, days=1)
    own.article("4", "Tin số 4")
    own.close()
    assert portal(archive, "verify", "--deep", "-q") == 3
    assert TODO in " ".join(capsys.readouterr().err.split())


def test_a_repair_that_would_lose_their_rows_changes_nothing(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as database, database:
        database.execute("DELETE FROM captures WHERE key = '2'")
    assert portal(archive, "repair") == 3
    assert TODO in " ".join(capsys.readouterr().err.split())
    assert articles(archive) == ALL
    assert list(archive.glob("*before-repair*")) == []


def test_a_repair_before_damage_is_cut_out_keeps_the_database(archive: Path) -> None:
    path = warc_files(archive)[-1]
    before = path.read_bytes()
    data = bytearray(before)
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert portal(archive, "repair") == 3
    assert articles(archive) == ALL
    assert list(archive.glob("*before-repair*")) == []
    assert path.read_bytes() == data


def test_a_repair_leaves_what_their_killed_crawl_left_to_their_next_crawl(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = portal_of_ones_own(archive, days=1)
    own.exchange("4")
    own.break_off()
    (left,) = archive.glob("warc/hn-thu/*.open")
    before = left.read_bytes()
    assert portal(archive, "repair", "--dry-run") == 0
    assert portal(archive, "repair") == 3
    assert TODO in " ".join(capsys.readouterr().err.split())
    assert left.read_bytes() == before
    assert rows(archive, "SELECT platform FROM portals WHERE name = 'hn-thu'") == [("liferay6",)]


def test_an_import_says_whose_pages_it_may_not_have_read(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ArchiveBuilder(tmp_path / "other", portal="hanoi-sotttt")
    other.article("5", "Tin số 5")
    other.close()
    (file,) = warc_files(tmp_path / "other")
    assert portal(archive, "import", str(file)) == 3
    assert TODO in " ".join(capsys.readouterr().err.split())
    assert portal(archive, "import", "--remove", str(file)) == 3
    assert "has rows that a new database would lack" in " ".join(capsys.readouterr().err.split())
    assert len(list(archive.glob("warc/imported/*-hanoi*"))) >= 2
    assert main(["import", str(file), "--archive", str(tmp_path / "third"), *MODULES]) == 0
