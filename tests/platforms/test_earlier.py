"""A portal that moved to another platform reads the captures of before and after the move."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal_crawler.cleaning.profile import Profile
from portal_crawler.expected.comparison import SavedFolder, compared
from portal_crawler.expected.folder import read_folder
from portal_crawler.platforms.liferay6 import Liferay6
from portal_crawler.platforms.liferay7 import Liferay7
from portal_crawler.platforms.nukeviet import NukeViet
from portal_crawler.platforms.wordpress import WordPress
from portal_crawler.portals.earlier import Earlier
from tests.scouting.sites import unknown_site
from tests.support.crawls import ROOT, Ended, ended, rows, start_crawl, warc_files, wire_environment
from tests.support.tables import all_rows
from tests.support.wire_server import WireServer, message, raw

HERE = Path(__file__).parent
MODULE = "tests.support.redesigned_portals"
CONTENT = ("articles", "article_versions", "images", "attachments", "sightings")


class Moved(WordPress):
    """On WordPress, before on Liferay 6, Liferay 7 and NukeViet."""

    earlier = (
        Earlier(Liferay6, until="2016"),
        Earlier(Liferay7, until="2019-06"),
        Earlier(NukeViet, until="2023-03-31"),
    )


@pytest.mark.parametrize("name", ["liferay6", "liferay7", "nukeviet", "wordpress"])
def test_pages_of_each_time_are_read_by_the_platform_that_made_them(name: str) -> None:
    folder = read_folder(HERE / name)
    given: Any = folder.expected
    for page in given["listings"]:  # A crawl goes on by the newest platform alone.
        page["next"] = Moved.next_listing(folder.pages[page["file"]], page["url"], page["page"] + 1)
    expected = {**given, "addresses": {}, "no_articles": []}
    found = compared(Moved, SavedFolder(expected, folder.pages))
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("address", "key", "is_older"),
    [
        ("http://a.example/vi/tin/-/view_content/4510002-mo-lop-ky-nang-so.html", "4510002", True),
        ("http://a.example/web/a/-/mo-lop-ky-nang-so", "mo-lop-ky-nang-so", True),
        ("http://a.example/vi/news/tin/mo-lop-ky-nang-so-412.html", "412", True),
        ("http://a.example/index.php?nv=news&op=tin/mo-lop-412", "412", True),
        ("http://a.example/tin/mo-lop-ky-nang-so/", "mo-lop-ky-nang-so", False),
        (
            "http://a.example/tin/xa/hoi-nghi-tong-ket-nam-2024/",
            "hoi-nghi-tong-ket-nam-2024",
            False,
        ),
        ("http://a.example/gioi-thieu/", None, False),
    ],
)
def test_an_address_has_the_key_of_the_platform_whose_form_it_has(
    address: str, key: str | None, *, is_older: bool
) -> None:
    assert (Moved.article_key(address), Moved.is_older_address(address)) == (key, is_older)


class OldTheme(NukeViet):
    """The same platform in an older theme."""

    article_profile = Profile(name="old", title=(".site_name", "h2"), body=("#menusite",))


class NewTheme(NukeViet):
    """A portal whose theme changed on the first of April 2023."""

    earlier = (Earlier(OldTheme, until="2023-03-31"),)


@pytest.mark.parametrize(
    ("fetched_at", "title"),
    [
        (datetime(2023, 3, 31, 16, 59, tzinfo=UTC), "Trang thông tin điện tử"),
        (datetime(2023, 3, 31, 17, 1, tzinfo=UTC), "Mở lớp kỹ năng số cho tiểu thương chợ Bến Đá"),
    ],
)
def test_where_the_signs_are_the_same_the_day_in_vietnam_decides(
    fetched_at: datetime, title: str
) -> None:
    body = (HERE / "nukeviet" / "article-4.5.html").read_bytes()
    article = NewTheme.read_article_page(
        body, "http://a.example/vi/news/a/b-1.html", fetched_at, None
    )
    assert article.title == title


def publish(server: WireServer, platform: str) -> None:
    expected = json.loads((HERE / platform / "expected.json").read_bytes())
    pages = {told["key"]: told for told in expected["articles"]}
    for told in expected["listings"]:
        serve(server, platform, told["url"], told["file"])
        for row in told["rows"]:
            if row["key"] in pages:
                serve(server, platform, row["url"], pages[row["key"]]["file"])


def serve(server: WireServer, platform: str, url: str, file: str) -> None:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    server.answer(path, raw(message((HERE / platform / file).read_bytes())))


def crawl(server: WireServer, archive: Path, **own: str) -> int:
    env = wire_environment(server, http_proxy=f"http://127.0.0.1:{server.port}", **own)
    words = ("-s", f"SPIDER_MODULES={MODULE}")
    return ended(start_crawl(archive, *words, env=env, portals=("redesigned",))).code


def portal(server: WireServer, *words: str, redesigned: str = "1") -> Ended:
    command = [sys.executable, "-m", "portal_crawler.cli", *words, "-s", f"SPIDER_MODULES={MODULE}"]
    env, pipe = wire_environment(server, REDESIGNED=redesigned), subprocess.PIPE
    return ended(subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe))


def test_a_rebuild_after_a_redesign_reads_the_old_captures_as_they_were_read(
    server: WireServer, archive: Path
) -> None:
    publish(server, "liferay7")
    assert crawl(server, archive) == 0
    before = rows(archive, "SELECT key, title, lead, body, published_at FROM articles ORDER BY key")
    assert len(before) == 6
    publish(server, "nukeviet")
    assert crawl(server, archive, REDESIGNED="1", PORTAL_CLOCK_SHIFT_S="1") == 0
    stored = all_rows(archive, CONTENT)
    assert portal(server, "rebuild", "--archive", str(archive)).code == 0
    query = "SELECT key, title, lead, body, published_at FROM articles ORDER BY key"
    found = rows(archive, query)
    assert [row for row in found if row in before] == before
    assert len(found) == 12
    assert without_rules(all_rows(archive, CONTENT)) == without_rules(stored)
    assert portal(server, "verify", "--deep", "--archive", str(archive)).code == 0


def test_a_layout_is_learned_from_the_pages_of_after_the_redesign_alone(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    publish(server, "liferay7")
    assert crawl(server, archive) == 0
    query = "SELECT key, title, lead, body, author, published_at, model FROM articles ORDER BY key"
    before, files = rows(archive, query), list(map(str, warc_files(archive)))
    unknown_site(server, articles=9)
    for number in (1, 2):
        moved = {"REDESIGNED": "generic", "PORTAL_CLOCK_SHIFT_S": str(number)}
        assert crawl(server, archive, **moved) == 0
    found = rows(archive, query)
    assert [row for row in found if row in before] == before
    assert len(found) == len(before) + 9
    assert rows(archive, "SELECT DISTINCT pages FROM site_models") == [(8,)]
    assert len([row for row in found if row[-1] is not None]) == 9
    stored = all_rows(archive, CONTENT)
    told = ("--archive", str(archive))
    assert portal(server, "rebuild", *told, redesigned="generic").code == 0
    assert without_rules(all_rows(archive, CONTENT)) == without_rules(stored)
    assert portal(server, "verify", "--deep", *told, redesigned="generic").code == 0
    other = tmp_path / "other"
    words = ("import", *files, "--archive", str(other))
    assert portal(server, *words, redesigned="generic").code == 0
    assert rows(other, query) == before


def test_files_of_before_a_redesign_are_imported_by_the_layout_of_their_time(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    publish(server, "liferay7")
    assert crawl(server, archive) == 0
    query = "SELECT key, title, lead, body, published_at FROM articles ORDER BY key"
    files, other = map(str, warc_files(archive)), tmp_path / "other"
    assert portal(server, "import", *files, "--archive", str(other)).code == 0
    assert rows(other, query) == rows(archive, query)


def without_rules(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Rows without the fingerprint of the rules, which changed with the declaration."""
    left_out = {"rules", "row_digest"}
    return {
        table: [{name: row[name] for name in row if name not in left_out} for row in found]
        for table, found in tables.items()
    }
