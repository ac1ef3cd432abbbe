"""`portal verify --deep` cleans every page again and says where a row and its page differ."""

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive.integrity.findings import Finding
from archive.integrity.verify import Verification
from archive.layout import Layout
from portal_crawler.cli import main
from portal_crawler.reprocessing.fingerprint import fingerprint
from portal_crawler.reprocessing.verify_deep import DeepVerification
from tests.support.crawls import crawl, rows
from tests.support.pages import article, listing
from tests.support.portals import Wire
from tests.support.relaid import Relaid
from tests.support.wire_server import conditional, page, wire_server


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles: one in two versions, two that answered 304, one that came again the same."""
    folder = tmp_path_factory.mktemp("deep")
    archive = folder / "archive"
    with wire_server(folder) as server:
        server.answer("/tin-tuc", page(listing([1, 2, 3, 4])))
        for number in (1, 2, 3):
            server.answer(f"/tin/{number}", conditional(article(number), "same"))
        server.answer("/tin/4", page(article(4)))
        assert crawl(server, archive).code == 0
        server.answer("/tin/2", page(article(2, title="Tin đã sửa")))
        assert crawl(server, archive, "--full").code == 0
    return archive


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    shutil.copytree(crawled, tmp_path / "archive")
    return tmp_path / "archive"


def findings(archive: Path, portal: type[Wire] = Wire) -> list[Finding]:
    return list(DeepVerification(Layout(archive), {"wire": portal}).findings())


def execute(archive: Path, sql: str) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_pages_in_files_before_the_one_to_begin_at_are_left_out(crawled: Path) -> None:
    files = "SELECT DISTINCT warc_file FROM captures ORDER BY 1"
    names = [name for (name,) in rows(crawled, files)]
    cleaned = []
    for begin_at in (None, *names, "warc/zzz/later.warc.gz"):
        deep = DeepVerification(Layout(crawled), {"wire": Wire}, begin_at=begin_at)
        assert list(deep.findings()) == []
        cleaned.append(deep.tally.rows)
    assert cleaned[0] == cleaned[1] > cleaned[2] > cleaned[-1] == 0


def test_what_an_interrupted_one_left_is_found_by_the_next(archive: Path) -> None:
    execute(archive, "UPDATE articles SET category = 'Khác'")
    whole = checked(archive, None, "")
    files = "SELECT DISTINCT warc_file FROM captures ORDER BY 1"
    for (name,) in rows(archive, files):
        begun, rest = checked(archive, None, name), checked(archive, name, "")
        assert sorted(begun + rest) == sorted(whole)
    assert len(begun) == len(rest) == 2


def checked(archive: Path, begin_at: str | None, stopped_at: str) -> list[str]:
    """Which rows `verify --deep` names until it comes to a file."""
    deep = DeepVerification(Layout(archive), {"wire": Wire}, begin_at=begin_at)
    found: list[str] = []

    def on_file(name: str) -> None:
        if name == stopped_at:
            raise KeyboardInterrupt

    plain = Verification(Layout(archive), on_file, begin_at=begin_at, cleaned=deep.up_to)
    with suppress(KeyboardInterrupt), closing(deep):
        found.extend(finding.where for finding in plain.findings())
    return found


def test_rows_that_nobody_touched_equal_their_pages(crawled: Path) -> None:
    deep = DeepVerification(Layout(crawled), {"wire": Wire})
    assert list(deep.findings()) == []
    assert deep.tally.rows == 4 + 5


def test_rows_and_runs_say_by_which_rules_they_were_read(crawled: Path) -> None:
    for table in ("articles", "article_versions", "runs"):
        assert set(rows(crawled, f"SELECT rules FROM {table}")) == {(fingerprint(Wire),)}


@pytest.mark.parametrize(
    ("field", "sql"),
    [
        ("title", "UPDATE articles SET title = 'Khác' WHERE key = '1'"),
        ("lead", "UPDATE articles SET lead = NULL WHERE key = '1'"),
        ("body", "UPDATE articles SET body = body || '.' WHERE key = '1'"),
        ("author", "UPDATE articles SET author = 'Kim Chi' WHERE key = '1'"),
        ("published_at", "UPDATE articles SET published_at = '2020-01-01' WHERE key = '1'"),
        ("category", "UPDATE articles SET category = 'Khác' WHERE key = '1'"),
        ("source", "UPDATE articles SET source = 'Báo Khác' WHERE key = '1'"),
        ("tags", "UPDATE articles SET tags = '[\"khác\"]' WHERE key = '1'"),
        ("updated_at", "UPDATE articles SET updated_at = '2030-01-01' WHERE key = '1'"),
        ("language", "UPDATE articles SET language = NULL WHERE key = '1'"),
        ("problems", "UPDATE articles SET problems = '[\"no-body\"]' WHERE key = '1'"),
        ("images", "UPDATE images SET src = src || '?' WHERE rowid = 1"),
        ("url", "UPDATE articles SET url = url || '?' WHERE key = '1'"),
        ("images", "UPDATE images SET credit = 'Kim Chi' WHERE rowid = 1"),
        ("attachments", "DELETE FROM attachments WHERE rowid = 1"),
        ("attachments", "UPDATE attachments SET kind = NULL WHERE rowid = 1"),
        (
            "videos",
            "INSERT INTO videos SELECT id, 1, 'http://x/a.mp4', NULL, NULL FROM articles"
            " WHERE key = '1'",
        ),
        ("body", "UPDATE article_versions SET body = 'Khác' WHERE version = 2"),
    ],
)
def test_a_row_that_was_changed_is_named_with_its_field(
    archive: Path, field: str, sql: str
) -> None:
    execute(archive, sql)
    (finding,) = findings(archive)
    assert finding.code == "row-differs"
    assert finding.what.startswith(f"{field}: ")
    assert finding.is_damage


def test_what_other_rules_read_is_no_damage(crawled: Path) -> None:
    found = findings(crawled, Relaid)
    assert {(finding.code, finding.is_damage) for finding in found} == {("rules-changed", False)}
    assert len(found) == 4 + 5
    assert all("lead: " in finding.what and fingerprint(Wire) in finding.what for finding in found)


def deep(archive: Path, *words: str, portals: str = "portals") -> int:
    settings = ("-s", f"SPIDER_MODULES=tests.support.{portals}")
    return main(["verify", "--deep", "--archive", str(archive), *settings, *words])


def test_the_command_says_how_much_was_cleaned(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deep(crawled) == 0
    said = capsys.readouterr()
    assert "9 rows cleaned again" in said.err
    assert said.out == ""


def test_the_command_exits_with_4_where_the_same_rules_read_otherwise(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(archive, "UPDATE images SET caption = 'Khác' WHERE rowid = 1")
    assert deep(archive, "--json") == 4
    (finding,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert finding["code"] == "row-differs"


def test_the_command_says_what_to_do_where_the_rules_changed(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deep(crawled, portals="relaid") == 0
    said = capsys.readouterr()
    assert "9 rows cleaned again, 9 of them differ by changed rules" in said.err
    assert "[rules-changed]" in said.out
    assert "portal rebuild" in said.err


def test_a_portal_that_is_not_known_is_counted(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--deep", "--archive", str(crawled)]) == 3
    said = capsys.readouterr().err
    assert "9 of unknown portals" in said
    assert "no module here declares wire; name the folder of their modules by --portals" in said


def test_a_rebuild_by_the_same_code_writes_the_same_rules(archive: Path) -> None:
    def told() -> list[tuple[object, ...]]:
        return [
            *rows(archive, "SELECT id, rules FROM articles ORDER BY 1"),
            *rows(archive, "SELECT article_id, version, rules FROM article_versions ORDER BY 1, 2"),
            *rows(archive, "SELECT id, rules FROM runs ORDER BY 1"),
        ]

    before = told()
    settings = ("-s", "SPIDER_MODULES=tests.support.portals")
    assert main(["rebuild", "--archive", str(archive), *settings]) == 0
    assert told() == before


def test_an_article_that_came_again_the_same_is_cited_by_the_record_with_its_body(
    crawled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "wire/4", "--cite", "--json", "--archive", str(crawled)]) == 0
    cited = json.loads(capsys.readouterr().out)
    ((record_id,),) = rows(
        crawled, "SELECT record_id FROM captures WHERE key = '4' AND revisit_of IS NULL"
    )
    assert cited["record_id"] == record_id
