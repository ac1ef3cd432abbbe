"""A portal that nobody has described: its site teaches how it is laid out."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from archive.integrity.verify import Verification
from archive.layout import Layout
from portal_crawler.reprocessing.verify_deep import DeepVerification
from tests.learning.sites import MadePage, Template, nukeviet, site_pages, uiarticle, vhv
from tests.support.crawls import (
    ROOT,
    Ended,
    crawl,
    ended,
    last_run,
    rows,
    start_crawl,
    verified,
    warc_files,
    wire_environment,
)
from tests.support.tables import all_rows
from tests.support.taught import Taught
from tests.support.wire_server import WireServer, page

LISTED = 10
PORTALS = ("-s", "SPIDER_MODULES=tests.support.taught")


def publish(server: WireServer, pages: Sequence[MadePage]) -> None:
    """Serve the pages, and listings of them with a pager."""
    for made in pages:
        server.answer(urlsplit(made.url).path, page(made.html))
    count = -(-len(pages) // LISTED)
    for number in range(1, count + 1):
        listed = pages[(number - 1) * LISTED : number * LISTED]
        items = "".join(
            f'<div class="item"><h3><a href="{urlsplit(made.url).path}">{made.story.title}</a></h3>'
            f"<span>{made.story.moment:%d/%m/%Y %H:%M}</span></div>"
            for made in listed
        )
        pager = "".join(f'<a href="/danh-sach?p={n}">{n}</a> ' for n in range(1, count + 1))
        menu = '<ul class="menu"><li><a href="/gioi-thieu">Giới thiệu</a></li></ul>'
        path = "/danh-sach" if number == 1 else f"/danh-sach?p={number}"
        server.answer(path, page(f"{menu}<main>{items}</main><div class='pages'>{pager}</div>"))
    server.answer("/danh-sach?p=1", page("<main></main>"))


def crawl_taught(server: WireServer, archive: Path, **own: str) -> Ended:
    env = wire_environment(server, **own)
    return ended(start_crawl(archive, *PORTALS, env=env, portals=("taught",)))


def portal(server: WireServer, *words: str, **own: str) -> Ended:
    command = [sys.executable, "-m", "portal_crawler.cli", *words]
    env, pipe = wire_environment(server, **own), subprocess.PIPE
    return ended(subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe))


def bodies(archive: Path) -> dict[str, str]:
    return dict(rows(archive, "SELECT url, body FROM articles"))


def read_right(archive: Path, pages: Sequence[MadePage]) -> int:
    """How many of the pages have exactly their story in their row."""
    found = rows(archive, "SELECT url, title, lead, body, published_at FROM articles")
    stored = {urlsplit(url).path: rest for url, *rest in found}
    right = 0
    for made in pages:
        story = made.story
        moment = story.moment.strftime("%Y-%m-%dT%H:%M")
        title, lead, body, published = stored.get(urlsplit(made.url).path, ["", "", "", ""])
        right += (title, lead, body, str(published)[:16]) == (
            story.title,
            story.lead,
            story.body,
            moment,
        )
    return right


def content(archive: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that is not the search's own, without the rules' fingerprint."""
    tables = ("portals", "runs", "captures", "articles", "article_versions", "images",
              "attachments", "videos", "sightings", "site_models", "boilerplate")  # fmt: skip
    return all_rows(archive, tables)


def rebuilt(server: WireServer, archive: Path) -> dict[str, list[dict[str, Any]]]:
    assert portal(server, "rebuild", "--archive", str(archive), *PORTALS).code == 0
    return content(archive)


@pytest.mark.parametrize("template", [nukeviet, vhv], ids=["nukeviet", "vhv"])
def test_a_site_is_read_by_what_its_own_pages_teach(
    server: WireServer, archive: Path, template: Template
) -> None:
    pages = site_pages("taught", template, 40)
    publish(server, pages)
    result = crawl_taught(server, archive)
    assert result.code == 0, result.stderr
    assert len(bodies(archive)) == 40
    assert read_right(archive, pages) >= 39
    assert rows(archive, "SELECT count(*) FROM articles WHERE model IS NULL") == [(0,)]


def test_a_rebuild_learns_the_same_and_deep_verify_agrees(
    server: WireServer, archive: Path
) -> None:
    publish(server, site_pages("taught", nukeviet, 24))
    crawl_taught(server, archive)
    before = content(archive)
    assert len(before["site_models"]) == 1
    assert rebuilt(server, archive) == before
    deep = portal(server, "verify", "--deep", "--archive", str(archive), *PORTALS)
    assert (deep.code, deep.stdout) == (0, "")


FALSIFIED = (
    "UPDATE site_models SET model = replace(model, '\"title\"', '\"lead\"')",
    "UPDATE site_models SET model = 'no JSON'",
    "UPDATE site_models SET model = '[]'",
    "UPDATE site_models SET model = NULL",
    "UPDATE site_models SET id = 'other'",
    "UPDATE boilerplate SET block = replace(block, 'pages', 'page')",
    "DELETE FROM boilerplate WHERE position = 1",
)


def test_a_layout_that_somebody_changed_is_damage_whatever_rules_the_rows_name(
    server: WireServer, archive: Path
) -> None:
    publish(server, site_pages("taught", nukeviet, 24))
    crawl_taught(server, archive)
    before = content(archive)
    assert before["boilerplate"]
    for sql in FALSIFIED:
        with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
            connection.execute("UPDATE articles SET rules = 'none'")
            connection.execute("UPDATE article_versions SET rules = 'none'")
            connection.execute(sql)
        verified = Verification(Layout(archive)).findings()
        deep = DeepVerification(Layout(archive), {"taught": Taught}).findings()
        assert "site-model" in {found.code for found in (*verified, *deep)}, sql
        assert rebuilt(server, archive) == before


def test_nights_learn_what_one_night_would(server: WireServer, archive: Path) -> None:
    pages = site_pages("taught", uiarticle, 30)
    for known in (3, 8, 17, 30):
        publish(server, pages[:known][::-1])  # the newest first, as portals list them
        crawl_taught(server, archive)
    before = content(archive)
    assert rebuilt(server, archive) == before
    assert read_right(archive, pages) >= 29


def test_with_under_five_pages_a_general_extractor_reads(server: WireServer, archive: Path) -> None:
    pages = site_pages("taught", nukeviet, 4)
    publish(server, pages)
    crawl_taught(server, archive)
    stored = rows(archive, "SELECT title, problems, model FROM articles ORDER BY title")
    assert [title for title, *_ in stored] == sorted(made.story.title for made in pages)
    assert all("read-generally" in json.loads(problems) for _, problems, _ in stored)
    assert rows(archive, "SELECT count(*) FROM site_models") == [(0,)]


def test_a_redesign_is_learned_and_older_pages_are_still_read(
    server: WireServer, archive: Path
) -> None:
    old = site_pages("taught", nukeviet, 30)
    publish(server, old)
    crawl_taught(server, archive)
    new = site_pages("taught", vhv, 30, first=30)
    publish(server, new)
    crawl_taught(server, archive)
    assert read_right(archive, [*old, *new]) >= 58
    before = content(archive)
    assert rebuilt(server, archive) == before


def test_a_persons_correction_is_kept_in_the_warc_and_read_by(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    publish(server, site_pages("taught", nukeviet, 20))
    crawl_taught(server, archive)
    leads = rows(archive, "SELECT count(lead) FROM articles")[0][0]
    assert leads > 0
    told = portal(server, "status", "taught", "--model", "--json", "--archive", str(archive))
    corrected = json.loads(told.stdout)
    corrected["model"]["lead"] = []
    file = tmp_path / "model.json"
    file.write_text(json.dumps(corrected), encoding="utf-8")
    result = portal(
        server,
        "status",
        "taught",
        "--model",
        "--correct",
        str(file),
        "--archive",
        str(archive),
        *PORTALS,
    )
    assert result.code == 0, result.stderr
    changed = f"20 articles read again, {leads} changed: lead in {leads}"
    assert changed in result.stderr
    assert rows(archive, "SELECT count(lead) FROM articles") == [(0,)]
    assert len(warc_files(archive)) == 2
    assert verified(archive).code == 0
    before = content(archive)
    assert rebuilt(server, archive) == before
    # Another night neither unlearns it nor takes it for a crawl that was killed.
    result = crawl_taught(server, archive)
    assert "killed" not in result.stderr
    assert rows(archive, "SELECT count(lead) FROM articles") == [(0,)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "--correct"),
        ('{"containers": [], "pages": 1, "support": 1}', "containers"),
        ('{"containers": ["div[["], "pages": 1, "support": 1}', "containers"),
        ('{"containers": ["div"], "pages": 1, "support": 1, "leed": []}', "leed"),
        ('{"containers": ["div.nothing"], "pages": 1, "support": 1}', "div.nothing finds nothing"),
        (
            '{"containers": ["div"], "lead": ["p.a", "p.b"], "pages": 1, "support": 1}',
            "lead: p.a, p.b finds nothing on the newest 6 pages",
        ),
        ('{"portal": "wire", "since": "x", "model": MODEL}', "portal wire, not of taught"),
        ('{"portal": "taught", "since": "x", "model": MODEL}', "there is no layout since x"),
    ],
)
def test_a_wrong_correction_is_refused_and_changes_nothing(
    server: WireServer, archive: Path, tmp_path: Path, given: str, said: str
) -> None:
    publish(server, site_pages("taught", nukeviet, 6))
    crawl_taught(server, archive)
    before = content(archive)
    file = tmp_path / "model.json"
    model = '{"containers": ["div"], "pages": 1, "support": 1}'
    file.write_text(given.replace("MODEL", model), encoding="utf-8")
    words = ("status", "taught", "--correct", str(file))
    result = portal(server, *words, "--archive", str(archive), *PORTALS)
    assert result.code == 2
    assert said in result.stderr
    assert content(archive) == before
    assert len(warc_files(archive)) == 1


def test_the_model_is_shown(server: WireServer, archive: Path) -> None:
    publish(server, site_pages("taught", nukeviet, 12))
    crawl_taught(server, archive)
    shown = portal(server, "status", "taught", "--model", "--archive", str(archive))
    assert "body" in shown.stdout
    support = [line.split() for line in shown.stdout.splitlines()]
    assert ["title", "layout", "12", "12", "12"] in support


MINIMAL = """
import os
from portal_crawler.platforms.generic import Generic

class Own(Generic):
    name = "hn-thu"
    hosts = ("127.0.0.1",)
    sections = {"tin-tuc": os.environ["WIRE_ORIGIN"] + "/danh-sach"}
    custom_settings = {"DOWNLOAD_DELAY": 0}
"""


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_draft_that_is_saved_into_a_folder_crawls_and_reads(
    server: WireServer, archive: Path, tmp_path: Path, is_declared: bool
) -> None:
    own, drafted = tmp_path / "own", tmp_path / "drafted"
    for folder in (own, drafted):
        folder.mkdir()
    (own / "hn_thu.py").write_text(MINIMAL, "utf-8")
    pages = site_pages("taught", nukeviet, 24)
    publish(server, pages)
    words = ("crawl", "hn-thu", "--no-requisites", "-s", "DOWNLOAD_DELAY=0", "--archive")
    crawled = portal(server, *words, str(archive), "--portals", str(own))
    assert crawled.code == 0, crawled.stderr
    assert rows(archive, "SELECT title, home FROM portals") == [
        ("hn-thu", f"http://127.0.0.1:{server.port}/")
    ]

    declared = ("--portals", str(own)) if is_declared else ()
    shown = portal(server, "status", "hn-thu", "--draft", "--archive", str(archive), *declared)
    (drafted / "hn_thu.py").write_text(shown.stdout, "utf-8")
    again = portal(server, *words, str(tmp_path / "second"), "--portals", str(drafted))
    assert again.code == 0, again.stderr
    assert read_right(tmp_path / "second", pages) >= 23
    rebuilt = portal(server, "rebuild", "--archive", str(archive), "--portals", str(drafted))
    assert (rebuilt.code, read_right(archive, pages) >= 23) == (0, True)


def test_a_portal_with_a_platform_has_no_model(server: WireServer, archive: Path) -> None:
    crawl(server, archive)
    result = portal(server, "status", "wire", "--model", "--archive", str(archive))
    assert result.code == 2
    assert "read by the rules of platform wire" in result.stderr


def test_what_the_run_says_is_how_its_rows_ended(server: WireServer, archive: Path) -> None:
    publish(server, site_pages("taught", nukeviet, 24))
    crawl_taught(server, archive)
    counted = rows(archive, "SELECT count(*) FROM articles WHERE problems <> '[]'")
    assert last_run(archive)["problems"] == counted[0][0]
