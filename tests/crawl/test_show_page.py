"""`portal show --html` and `--markdown` read the page again from its WARC, as of any version."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from portal_crawler.cli import main
from tests.support.crawls import crawl
from tests.support.pages import article, listing
from tests.support.wire_server import page, wire_server


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One article in two versions, then the second once more, which is a revisit."""
    folder = tmp_path_factory.mktemp("show")
    archive = folder / "archive"
    with wire_server(folder) as server:
        server.answer("/tin-tuc", page(listing([1])))
        for title in ("Tin thứ nhất", "Tin đã sửa", "Tin đã sửa"):
            server.answer("/tin/1", page(article(1, title=title)))
            assert crawl(server, archive, "--full").code == 0
    return archive


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    shutil.copytree(crawled, tmp_path / "archive")
    return tmp_path / "archive"


def shown(archive: Path, *words: str) -> int:
    settings = ("-s", "SPIDER_MODULES=tests.support.portals")
    return main(["show", "wire/1", "--archive", str(archive), *settings, *words])


Out = pytest.CaptureFixture[str]


def test_the_html_is_a_whole_page_of_the_newest_version(crawled: Path, capsys: Out) -> None:
    assert shown(crawled, "--html") == 0
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert "<h1>Tin đã sửa</h1>" in page
    assert "/anh/1.jpg" in page
    assert "version 2" in page


def test_an_earlier_version_is_read_from_its_own_record(crawled: Path, capsys: Out) -> None:
    assert shown(crawled, "--markdown", "--version", "1") == 0
    text = capsys.readouterr().out
    assert text.startswith("# Tin thứ nhất\n\nSở Dây\n\n2024-03-05 08:30\n\n**Tóm tắt")
    assert text.rstrip().endswith("version 1")


def test_the_text_is_title_lead_and_body_alone(crawled: Path, capsys: Out) -> None:
    assert shown(crawled, "--text", "--version", "1") == 0
    said = capsys.readouterr()
    title, lead, *body = said.out.rstrip("\n").split("\n\n")
    assert (title, lead) == ("Tin thứ nhất", "Tóm tắt của tin số 1.")
    assert len(body) == 1
    assert said.err == ""


@pytest.mark.parametrize("form", ["--text", "--markdown", "--html"])
def test_two_forms_at_once_are_wrong_usage(crawled: Path, capsys: Out, form: str) -> None:
    assert shown(crawled, form, "--json") == 2
    assert f"--json and {form}" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        shown(crawled, form, "--cite")
    assert ended.value.code == 2


def test_a_portal_that_is_not_known_here_is_said_so(crawled: Path, capsys: Out) -> None:
    assert main(["show", "wire/1", "--archive", str(crawled), "--html"]) == 2
    assert "no portal is named 'wire' here" in capsys.readouterr().err


def test_a_record_that_is_not_there_is_said_so(archive: Path, capsys: Out) -> None:
    for file in archive.glob("warc/wire/*.gz"):
        file.unlink()
    assert shown(archive, "--html") == 4
    assert "is not there" in capsys.readouterr().err
    assert shown(archive, "--text") == 0


def test_a_capture_that_is_not_there_is_said_so(archive: Path, capsys: Out) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM captures WHERE role = 'article'")
    connection.commit()
    connection.close()
    assert shown(archive, "--html") == 4
    assert "is not in the database" in capsys.readouterr().err


def test_a_page_that_gives_no_article_is_said_so(archive: Path, capsys: Out) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    listing = "(SELECT id FROM captures WHERE role = 'listing')"
    connection.execute(f"UPDATE articles SET capture_id = {listing}")
    connection.execute(f"UPDATE article_versions SET capture_id = {listing}")
    connection.commit()
    connection.close()
    assert shown(archive, "--html") == 1
    assert "today's rules find no article on the page" in capsys.readouterr().err
