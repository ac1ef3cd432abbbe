"""A package that is missing or broken ends a command in one sentence, and costs no row.

Its place is taken by a module that fails, put before the real one on PYTHONPATH.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from portal_crawler.exit_codes import ExitCode
from portal_crawler.run.drift import COMPARED_FROM
from tests.crawl.test_generic import PORTALS, content, crawl_taught, portal, publish
from tests.learning.sites import nukeviet, site_pages
from tests.support.crawls import ROOT, crawl, environment, last_run, rows, verified
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

FEW = 4
"""Pages of which a site's layout is not learned yet: a general extractor reads them."""

LOST = "raise ImportError(\"No module named 'lost'\\nPlease install it.\", name='lost')\n"

LOST_WHEN_CALLED = """
def bare_extraction(*_, **__):
    raise ImportError("No module named 'lost'")
"""

FAILS_ON_ONE_PAGE = """
import trafilatura

of_all = trafilatura.bare_extraction

def of_all_but_one(html, **how):
    if {title!r} in html.partition("</title>")[0]:
        raise RecursionError("too deep")
    return of_all(html, **how)

trafilatura.bare_extraction = of_all_but_one
"""
"""For sitecustomize, which Python imports at its start."""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder of modules that come before the real ones."""
    folder = tmp_path / "broken"
    folder.mkdir()
    return folder


def is_the_sentence(words: str) -> bool:
    """Whether it is one sentence, of however many lines, on what is missing and what to do."""
    words = " ".join(words.split())
    parts = ("No module named 'lost'", "-m pip install --force-reinstall -r requirements.lock")
    return words.count("portal-archive needs") == 1 and all(part in words for part in parts)


# Commands


def command(*words: str, cwd: Path, broken: Path) -> "subprocess.CompletedProcess[str]":
    path = f"{broken}:{ROOT}"
    return subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", *words], cwd=cwd, text=True,
        env=environment(PYTHONPATH=path), capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("twisted", ("demo",)),
        ("lxml", ("crawl", "mst")),
        ("warcio", ("list",)),
        ("cssselect", ("schedule", "--cron")),
        ("warcio", ("rebuild",)),
        ("warcio", ("verify",)),
        ("nh3", ("show", "1", "--html")),
        ("scrapy", ("crawl", "--help")),
    ],
)
def test_a_command_without_a_package_says_so_in_one_sentence(
    package: str, words: tuple[str, ...], broken: Path, tmp_path: Path
) -> None:
    (broken / f"{package}.py").write_text(LOST)
    ended = command(*words, cwd=tmp_path, broken=broken)
    assert (ended.returncode, ended.stdout) == (ExitCode.ERROR, "")
    assert ended.stderr.startswith(f"portal {words[0]}: ")
    assert is_the_sentence(ended.stderr), ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


def test_with_v_the_traceback_is_shown_too(broken: Path, tmp_path: Path) -> None:
    (broken / "scrapy.py").write_text(LOST)
    ended = command("crawl", "mst", "-v", cwd=tmp_path, broken=broken)
    assert ended.returncode == ExitCode.ERROR
    assert ended.stderr.startswith("Traceback")
    assert is_the_sentence(ended.stderr.splitlines()[-1])


# The comparison with a general extractor


@pytest.mark.parametrize(
    ("stub", "cause"),
    [
        (LOST, "ImportError: No module named 'lost' Please install it."),
        ("def extract(*_, **__):\n    raise ValueError('odd page')\n", "ValueError: odd page"),
    ],
    ids=["missing", "failing"],
)
def test_a_comparison_that_fails_costs_no_row_and_is_said_once(
    stub: str, cause: str, server: WireServer, archive: Path, broken: Path
) -> None:
    numbers = range(1, COMPARED_FROM + 4)
    server.answer("/tin-tuc", page(listing(numbers)))
    for number in numbers:
        server.answer(f"/tin/{number}", page(article(number)))
    (broken / "trafilatura.py").write_text(stub)
    result = crawl(server, archive, PYTHONPATH=str(broken))
    run = last_run(archive)
    assert (result.code, run["outcome"], run["articles_new"]) == (0, "complete", len(numbers))
    assert json.loads(run["drift"])["disagreeing"]["of"] == 0
    said = [line for line in result.stderr.splitlines() if "general extractor" in line]
    assert len(said) == 1, result.stderr
    assert cause in said[0]


# A portal whose pages a general extractor reads until they have taught their layout


def test_without_the_general_extractor_nothing_is_asked_for(
    server: WireServer, archive: Path, broken: Path
) -> None:
    publish(server, site_pages("taught", nukeviet, FEW))
    (broken / "trafilatura.py").write_text(LOST)
    result = crawl_taught(server, archive, PYTHONPATH=str(broken))
    assert result.code == ExitCode.ERROR
    *_, last = result.stderr.splitlines()
    assert is_the_sentence(last), result.stderr
    assert server.paths() == []
    assert crawl_taught(server, archive).code == ExitCode.OK


def test_a_package_that_is_lost_in_mid_run_ends_it_and_the_next_crawl_makes_up_for_it(
    server: WireServer, archive: Path, broken: Path
) -> None:
    publish(server, site_pages("taught", nukeviet, FEW))
    (broken / "trafilatura").mkdir()
    (broken / "trafilatura/settings.py").write_text("class Document: pass\n")
    (broken / "trafilatura/__init__.py").write_text(LOST_WHEN_CALLED)
    result = crawl_taught(server, archive, PYTHONPATH=str(broken))
    assert result.code == ExitCode.ERROR
    run = last_run(archive)
    assert run["outcome"] == "failed"
    assert is_the_sentence(run["reason"])
    assert rows(archive, "SELECT count(*) FROM articles") == [(0,)]
    assert crawl_taught(server, archive).code == ExitCode.OK
    assert rows(archive, "SELECT count(*), count(body) FROM articles") == [(FEW, FEW)]
    assert verified(archive).code == ExitCode.OK


def test_an_extractor_that_fails_on_a_page_costs_it_no_text(
    server: WireServer, archive: Path, broken: Path
) -> None:
    pages = site_pages("taught", nukeviet, FEW)
    publish(server, pages)
    odd = pages[1].story.title
    (broken / "sitecustomize.py").write_text(FAILS_ON_ONE_PAGE.format(title=odd))
    assert crawl_taught(server, archive, PYTHONPATH=str(broken)).code == ExitCode.OK
    stored = rows(archive, "SELECT title, body, published_at, problems FROM articles")
    assert len(stored) == FEW
    for title, body, published, problems in stored:
        assert ("extractor-failed" in json.loads(problems)) == (title == odd)
        assert body
        assert published is not None
    before = content(archive)
    rebuild = ("rebuild", "-q", "--archive", str(archive), *PORTALS)
    assert portal(server, *rebuild, PYTHONPATH=str(broken)).code == ExitCode.OK
    assert content(archive) == before
    assert portal(server, *rebuild).code == ExitCode.OK
    assert rows(archive, "SELECT count(*), count(body) FROM articles") == [(FEW, FEW)]


def test_a_rebuild_without_the_general_extractor_leaves_the_database_alone(
    server: WireServer, archive: Path, broken: Path
) -> None:
    publish(server, site_pages("taught", nukeviet, FEW))
    crawl_taught(server, archive)
    before = content(archive)
    (broken / "trafilatura.py").write_text(LOST)
    rebuild = ("rebuild", "-q", "--archive", str(archive), *PORTALS)
    end = portal(server, *rebuild, PYTHONPATH=str(broken))
    assert end.code == ExitCode.ERROR
    assert is_the_sentence(end.stderr), end.stderr
    assert content(archive) == before
