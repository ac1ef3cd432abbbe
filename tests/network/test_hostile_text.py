"""What pages, headers, addresses and file names say is text: it acts on nothing that shows it."""

import html
import logging
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal_crawler.run.log_file import FileLines, OneLine
from tests.support.crawls import (
    ROOT,
    Ended,
    crawl,
    ended,
    environment,
    rows,
    start_crawl,
    wire_environment,
)
from tests.support.pages import SENTENCE, article, listing
from tests.support.wire_server import WireServer, page, wire_server

TERMINAL = "\x1b]0;pwned\x07\x1b[2J\x9b31m\x08\x08\u202e\u2066\u2028x\r\n2026 ERROR root: forged"
"""Sets a window's title, clears the screen, colours, writes over, turns round, forges a line."""

ACTIVE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)></svg>"
    '<a href="javascript:alert(4)">a</a><iframe srcdoc="&lt;script&gt;"></iframe>'
    '<p style="background:url(javascript:alert(5))">p</p>'
)
INJECTED = "'); DROP TABLE articles; --\" OR 1=1 NEAR(a b) title:* ^"

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""All that a terminal may act on, but for the tab and the end of a line."""

RUNS = re.compile(r"<script|<iframe|<svg|<object|javascript:|\son\w+\s*=", re.IGNORECASE)
"""All that a browser may run in what is shown of a page."""


@dataclass(frozen=True, slots=True)
class Attacked:
    """A crawl of hostile pages, and what it said."""

    archive: Path
    end: Ended
    article_id: int


def hostile_page() -> str:
    shown = html.escape(f"Tin {TERMINAL} {INJECTED} <script>alert(0)</script>")
    body = f"{SENTENCE * 3}</p>{ACTIVE}<p>{html.escape(TERMINAL)} {SENTENCE}"
    document = f'<p><a href="/tai-lieu/2.pdf">{html.escape(TERMINAL)}</a></p>'
    return article(1, title=shown, body=f"{body}</p>{document}<p>{SENTENCE}")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    folder = tmp_path_factory.mktemp("hostile")
    with wire_server(folder) as server:
        titles = {1: html.escape(f"Tin {TERMINAL} {INJECTED}")}
        odd = f'<li class="row"><a href="/tin/x{TERMINAL.encode().hex()}\x1b[2J-4">x</a></li>'
        server.answer(
            "/tin-tuc", page(listing([1, 2, 3], titles=titles).replace("<ul>", f"<ul>{odd}"))
        )
        server.answer("/tin/1", page(hostile_page()))
        away = "Location: http://\x1b[2J.test/\x9b31m\x07"
        server.answer("/tin/2", page("", away, status="302 Found"))
        waits = "Retry-After: 0\x1b[2J"
        server.answer("/tin/3", page("", waits, status="503 \x1b[2JBusy"))
        end = crawl(server, folder / "archive", "-v")
    ((found,),) = rows(folder / "archive", "SELECT id FROM articles WHERE key = '1'")
    return Attacked(folder / "archive", end, found)


def portal(archive: Path, *words: str) -> Ended:
    """Run a command that reads the archive."""
    command = [sys.executable, "-m", "portal_crawler.cli", *words, "--archive", str(archive)]
    pipe = subprocess.PIPE
    return ended(
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(),
            stdout=pipe,
            stderr=pipe,
            encoding="utf-8",
            errors="surrogateescape",
        )
    )


def test_the_hostile_text_was_met(attacked: Attacked) -> None:
    """Else all below would hold of nothing."""
    assert attacked.end.code == 3
    ((title,),) = rows(attacked.archive, "SELECT title FROM articles WHERE key = '1'")
    assert "DROP TABLE" in title
    assert "<script>" in title


def test_a_crawl_shows_nothing_that_acts_on_the_terminal(attacked: Attacked) -> None:
    assert not UNSAFE.search(attacked.end.stderr + attacked.end.stdout)


def test_a_page_forges_no_line_of_the_log(attacked: Attacked) -> None:
    (log,) = attacked.archive.glob("logs/*.log")
    text = log.read_text("utf-8")
    assert not UNSAFE.search(text)
    assert not re.search(r"^2026 ERROR root", text, re.MULTILINE)


@pytest.mark.parametrize("formatter", [FileLines("%(message)s"), OneLine("%(message)s")])
def test_a_record_of_the_log_is_harmless_whatever_it_quotes(formatter: logging.Formatter) -> None:
    try:
        raise ValueError(TERMINAL)
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "page %s", (TERMINAL,), error)
    written = formatter.format(record)
    assert "pwned" in written
    assert not UNSAFE.search(written)
    assert all(line.startswith("    ") for line in written.split("\n")[1:])


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("show", "--text"),
        ("show", "--cite"),
        ("show", "--json"),
        ("search", "tin"),
        ("search", "tin", "--json"),
        ("status",),
        ("status", "wire"),
        ("status", "wire", "--json"),
        ("show", "--markdown", "-s", "SPIDER_MODULES=tests.support.portals"),
        ("show", "--html", "-s", "SPIDER_MODULES=tests.support.portals"),
    ],
    ids=" ".join,
)
def test_no_command_shows_what_acts_on_the_terminal(
    attacked: Attacked, words: tuple[str, ...]
) -> None:
    named = (str(attacked.article_id),) if words[0] == "show" else ()
    end = portal(attacked.archive, words[0], *named, *words[1:])
    assert end.code == 0, end.stderr
    assert end.stdout
    assert not UNSAFE.search(end.stdout + end.stderr)


def test_an_error_shows_nothing_that_acts_on_the_terminal(attacked: Attacked) -> None:
    end = portal(attacked.archive, "show", f"http://portal.test/{TERMINAL}")
    assert end.code != 0
    assert not UNSAFE.search(end.stderr)
    assert len(end.stderr.splitlines()) == 1


def test_a_shown_page_runs_nothing(attacked: Attacked) -> None:
    modules = ("-s", "SPIDER_MODULES=tests.support.portals")
    end = portal(attacked.archive, "show", str(attacked.article_id), "--html", *modules)
    assert "default-src" in end.stdout
    assert not RUNS.search(end.stdout)


@pytest.mark.parametrize(
    "query",
    [
        INJECTED,
        '"',
        "a AND",
        "NOT",
        "NEAR(",
        "title:x",
        "*",
        "(",
        "'; DROP TABLE articles; --",
        "^",
    ],
)
def test_a_query_is_words_and_never_syntax(attacked: Attacked, query: str) -> None:
    end = portal(attacked.archive, "search", "--json", "--", query)
    assert end.code in (0, 2)
    assert rows(attacked.archive, "SELECT count(*) FROM articles") == [(1,)]


def test_what_a_page_says_is_never_sql(attacked: Attacked) -> None:
    with sqlite3.connect(attacked.archive / "archive.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert {"articles", "sightings", "captures"} <= tables
    assert portal(attacked.archive, "search", "--json", "DROP TABLE").stdout.count("\n") == 1


def test_a_portals_process_hands_no_escape_on(server: WireServer, archive: Path) -> None:
    """Of portals side by side what each says goes through the process that watches them."""
    away = page("", "Location: http://x.test/\x1b[2J\x9b", status="302 Found")
    for path in ("/tin-tuc", "/two/tin-tuc"):
        server.answer(path, away)
    env = wire_environment(server)
    end = ended(start_crawl(archive, "--jobs", "2", env=env, portals=("wire", "wire-two")))
    assert end.code == 3
    assert not UNSAFE.search(end.stderr)
