"""A row that somebody changed is found, whatever rules it says that it was read by.

The columns are those that the tables have: one that comes is falsified here, too.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.database.article_rows import COLUMNS, PART_COLUMNS, columns_of, stored_content
from archive.integrity.findings import Finding
from archive.integrity.verify import Verification
from archive.layout import Layout
from portal_crawler.cli import main
from portal_crawler.reprocessing.verify_deep import DeepVerification
from tests.support.crawls import crawl, rows
from tests.support.pages import article, listing
from tests.support.portals import Wire
from tests.support.relaid import Relaid
from tests.support.tables import all_rows
from tests.support.wire_server import page, wire_server

NOT_OF_THE_PAGE = {
    "articles": {"first_seen_at", "last_seen_at", "gone_at", "rules", "search_id"},
    "article_versions": {"rules", "search_id"},
    "images": {"capture_id"},
    "videos": {"capture_id"},
    "attachments": {"capture_id"},
}
"""When it was seen, by which rules it was read, where else what it shows was captured, and its
number in the search indexes."""


def with_film(html: str) -> str:
    return html.replace("<p><img", '<video src="/phim/1.mp4"></video><p><img')


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles, the first in two versions, with a picture, a film and a document."""
    folder = tmp_path_factory.mktemp("falsified")
    archive = folder / "archive"
    with wire_server(folder) as server:
        server.answer("/tin-tuc", page(listing([1, 2])))
        for number in (1, 2):
            server.answer(f"/tin/{number}", page(with_film(article(number))))
        assert crawl(server, archive).code == 0
        server.answer("/tin/1", page(with_film(article(1, title="Tin đã sửa"))))
        assert crawl(server, archive, "--full").code == 0
    return archive


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    shutil.copytree(crawled, tmp_path / "archive")
    return tmp_path / "archive"


def execute(archive: Path, *statements: str) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        for sql in statements:
            connection.execute(sql)


def columns(archive: Path, table: str) -> list[tuple[str, str]]:
    """Name and type of what can be falsified."""
    found = rows(archive, f"SELECT name, type FROM pragma_table_info('{table}')")
    return [(name, kind) for name, kind in found if name not in NOT_OF_THE_PAGE[table]]


def damage(archive: Path, portal: type[Wire] = Wire) -> list[Finding]:
    """As `verify --deep` finds it."""
    layout = Layout(archive)
    plain = Verification(layout, cleaned=lambda _: ()).findings()
    deep = DeepVerification(layout, {"wire": portal}).findings()
    return [finding for finding in (*plain, *deep) if finding.is_damage]


def falsified(archive: Path, table: str) -> Iterator[str]:
    """Each column of a table in turn, in one row; then the archive is as it was again."""
    sound = (archive / "archive.db").read_bytes()
    for name, kind in columns(archive, table):
        other = f"{name} + 100" if kind == "INTEGER" else f"coalesce({name}, '') || 'x'"
        last = f"(SELECT max(rowid) FROM {table})"
        execute(archive, f"UPDATE {table} SET {name} = {other} WHERE rowid = {last}")
        yield name
        (archive / "archive.db").write_bytes(sound)


NO_RULES = ("UPDATE articles SET rules = 'none'", "UPDATE article_versions SET rules = 'none'")


@pytest.mark.parametrize("table", NOT_OF_THE_PAGE)
def test_a_falsified_column_is_damage_whatever_rules_the_row_names(
    archive: Path, table: str
) -> None:
    assert rows(archive, f"SELECT count(*) FROM {table}") > [(0,)]
    assert damage(archive) == []
    passed = [name for name in falsified(archive, table) if not damage(archive)]
    execute(archive, *NO_RULES)
    passed += [name for name in falsified(archive, table) if not damage(archive)]
    assert passed == []


@pytest.mark.parametrize("table", NOT_OF_THE_PAGE)
def test_a_falsified_column_is_damage_after_the_rules_changed(archive: Path, table: str) -> None:
    assert damage(archive, Relaid) == []
    assert [name for name in falsified(archive, table) if not damage(archive, Relaid)] == []


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM images",
        "DELETE FROM videos WHERE rowid = 1",
        "INSERT INTO attachments (article_id, position, href)"
        " SELECT article_id, 9, href FROM attachments WHERE rowid = 1",
        "UPDATE articles SET category = CAST(x'c328ff' AS TEXT)",
        "UPDATE article_versions SET lead = CAST(x'ff' AS TEXT), rules = 'none'",
        "UPDATE articles SET tags = '{}'",
        "UPDATE articles SET tags = 'no JSON'",
        "UPDATE articles SET problems = '[\"moved-to:9\"]'",
        f"UPDATE articles SET tags = '{'[' * 100_000}'",
        "UPDATE articles SET row_digest = NULL",
        "UPDATE articles SET title = 'Khác', row_digest = NULL, rules = 'none'",
        "UPDATE article_versions SET capture_id = (SELECT capture_id FROM article_versions"
        " ORDER BY article_id LIMIT 1), rules = 'none'",
    ],
)
def test_rows_that_were_added_or_taken_away_or_make_no_sense_are_damage(
    archive: Path, sql: str
) -> None:
    execute(archive, sql)
    assert damage(archive)


def test_verify_without_cleaning_finds_what_disagrees_with_its_digest(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(archive, "UPDATE articles SET category = 'Khác', rules = 'none'")
    assert main(["verify", "--archive", str(archive)]) == 4
    assert capsys.readouterr().out.count("[article-digest]") == 2


def test_a_row_of_a_portal_that_is_not_known_is_held_against_its_digest(archive: Path) -> None:
    execute(archive, "UPDATE articles SET category = 'Khác' WHERE key = '1'")
    deep = DeepVerification(Layout(archive), {})
    assert [finding.code for finding in deep.findings()] == ["article-digest"]
    assert deep.tally.unknown == 2 + 3


def test_repair_makes_a_falsified_row_again(archive: Path) -> None:
    before = all_rows(archive, ("articles",))
    execute(archive, "UPDATE articles SET category = 'Khác', rules = 'none'")
    portals = ("-s", "SPIDER_MODULES=tests.support.portals")
    assert main(["repair", "--archive", str(archive), *portals]) == 0
    assert all_rows(archive, ("articles",)) == before


def test_who_writes_the_digest_anew_is_counted_as_other_rules_alone(archive: Path) -> None:
    """As docs/SECURITY.md says: whoever may write the database can do so."""
    execute(archive, "UPDATE articles SET category = 'Khác', rules = 'none' WHERE key = '1'")
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        ((identifier,),) = connection.execute("SELECT id FROM articles WHERE key = '1'")
        digest = columns_of(stored_content(connection, identifier))["row_digest"]
        connection.execute("UPDATE articles SET row_digest = ? WHERE id = ?", (digest, identifier))
    deep = DeepVerification(Layout(archive), {"wire": Wire})
    assert [finding.code for finding in deep.findings()] == ["rules-changed"]
    assert deep.tally.rules_changed == 1


def as_before_digests(archive: Path) -> None:
    """As the release before left it: its rules were others, and rows had no digest."""
    execute(archive, "UPDATE articles SET row_digest = NULL", *NO_RULES)


def test_rows_without_a_digest_are_counted_until_a_rebuild(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digests = rows(archive, "SELECT id, row_digest FROM articles ORDER BY id")
    as_before_digests(archive)
    portals = ("--archive", str(archive), "-s", "SPIDER_MODULES=tests.support.portals")
    assert main(["verify", "--deep", *portals]) == 0
    assert "2 articles have no digest yet; `portal rebuild`" in capsys.readouterr().err
    assert main(["rebuild", *portals]) == 0
    assert rows(archive, "SELECT id, row_digest FROM articles ORDER BY id") == digests
    assert main(["verify", "--deep", *portals]) == 0
    assert "no digest" not in capsys.readouterr().err


def test_a_row_without_a_digest_may_differ_where_its_text_is_its_versions(archive: Path) -> None:
    as_before_digests(archive)
    execute(archive, "UPDATE articles SET category = 'as read once' WHERE key = '1'")
    assert damage(archive) == []
    execute(archive, "UPDATE articles SET body = 'as read once' WHERE key = '1'")
    assert "row-differs" in {finding.code for finding in damage(archive)}


def test_all_that_an_article_has_is_in_its_digest(archive: Path) -> None:
    of_rows = {name for name, _ in columns(archive, "articles")}
    of_the_archive = {"id", "portal", "key", "version", "capture_id", "row_digest"}
    assert of_rows - of_the_archive == set(COLUMNS)
    for table, names in PART_COLUMNS.items():
        assert {name for name, _ in columns(archive, table)} - {"article_id"} == set(names)
