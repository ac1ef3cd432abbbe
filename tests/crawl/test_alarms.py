"""One real crawl an alarm: the run is unhealthy and says which figure is far from the usual."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.layout import Layout, run_id
from archive.models import PortalEntry, Run
from archive.moments import utc_text
from archive.status.alarms import Share, measures_json
from portal_crawler.run.measures import WATCHED_FIELDS
from tests.crawl.test_gates import GATE
from tests.support.crawls import ROOT, Ended, crawl, last_run
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, conditional, page

ARTICLES = range(1, 13)
PAGE_BYTES = 1000
USUAL = {
    "no-rows": {"tin-tuc": Share(120, 6)},
    "fewer-fields": {"lead": Share(12, 12), "author": Share(0, 12)},
    "many-changes": {"articles": Share(0, 12)},
    "size-jump": {"article pages": Share(12 * PAGE_BYTES, 12)},
    "all-alike": {"article pages": Share(0, 12)},
    "blocked": {"answers": Share(0, 14)},
}


@pytest.fixture(autouse=True)
def portal(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing(ARTICLES)))
    for number in ARTICLES:
        server.answer(f"/tin/{number}", page(text_of(number)))


def text_of(number: int, **fields: Any) -> str:
    return article(number, body=f"Bài số {number} nói về một việc khác. " * 4, **fields)


def nights_before(
    archive: Path, count: int = 3, days_apart: float = 1, **measures: dict[str, Share]
) -> None:
    """Runs that came to their end, with figures as usual but for those given."""
    archive.mkdir(exist_ok=True)
    store = Store(open_for_writing(Layout(archive)))
    entry = PortalEntry(
        name="wire", title="Sở Dây", platform="wire", province=None, home="http://x/"
    )
    column = measures_json({**USUAL, **{name.replace("_", "-"): m for name, m in measures.items()}})
    tasks = [lambda: store.runs.put_portal(entry)]
    for night in range(1, count + 1):
        started = datetime.now(UTC) - timedelta(days=night * days_apart)
        run = Run(
            id=run_id(started, 0), portal="wire", started_at=utc_text(started),
            finished_at=utc_text(started), outcome="complete", measures=column,
        )  # fmt: skip
        tasks.append(lambda run=run: store.runs.put(run))
    store.in_transaction(tasks)
    store.close()


def alarmed(end: Ended, archive: Path) -> list[str]:
    """The alarms of the last run, which must be told in words and by the exit code."""
    run = last_run(archive)
    found = json.loads(run["alarms"] or "[]")
    assert (end.code, run["outcome"]) == (3, "unhealthy"), end.stderr
    for alarm in found:
        assert alarm["what"] in run["reason"]
    assert "usually" in end.stderr
    return [alarm["alarm"] for alarm in found]


def test_a_night_as_usual_raises_none(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    end = crawl(server, archive)
    assert (end.code, last_run(archive)["alarms"]) == (0, None), end.stderr
    size = sum(len(text_of(number).encode()) for number in ARTICLES)
    assert json.loads(last_run(archive)["measures"]) == {
        "no-rows": {"tin-tuc": [12, 1]},
        "fewer-fields": {
            name: [0 if name in ("author", "category") else 12, 12] for name in WATCHED_FIELDS
        },
        "size-jump": {"article pages": [size, 12]},
        "all-alike": {"article pages": [0, 12]},
        "blocked": {"answers": [0, 14]},
    }


def test_what_was_not_modified_measures_nothing_of_todays_pages(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", conditional(listing(ARTICLES), "ds"))
    for number in ARTICLES:
        server.answer(f"/tin/{number}", conditional(text_of(number), f"tin{number}"))
    crawl(server, archive)
    assert crawl(server, archive, "--full").code == 0
    assert json.loads(last_run(archive)["measures"]) == {
        "no-rows": {"tin-tuc": [12, 1]},
        "many-changes": {"articles": [0, 12]},
        "blocked": {"answers": [0, 14]},
    }


def test_rows_that_are_gone(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    server.answer("/tin-tuc", page(listing([1])))
    assert alarmed(crawl(server, archive), archive) == ["no-rows"]


def test_a_field_that_is_gone(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    for number in ARTICLES:
        text = text_of(number).replace('class="lead"', 'class="summary"')
        server.answer(f"/tin/{number}", page(text))
    assert alarmed(crawl(server, archive), archive) == ["fewer-fields"]
    assert "0% of new articles have lead, usually 100%" in last_run(archive)["reason"]


def test_a_flood_of_changes(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    crawl(server, archive)
    for number in ARTICLES:
        server.answer(f"/tin/{number}", page(text_of(number, date="06/03/2024 09:00")))
    assert alarmed(crawl(server, archive, "--full"), archive) == ["many-changes"]


def test_a_jump_in_size(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    for number in ARTICLES:
        server.answer(f"/tin/{number}", page(text_of(number) + "<!-- -->" * PAGE_BYTES))
    assert alarmed(crawl(server, archive), archive) == ["size-jump"]


def test_pages_that_are_all_alike(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    for number in ARTICLES:
        server.answer(f"/tin/{number}", page(article(number)))
    assert alarmed(crawl(server, archive), archive) == ["all-alike"]


def test_refusals_by_status(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    for number in list(ARTICLES)[:6]:
        server.answer(f"/tin/{number}", page("<h1>403</h1>", status="403 Forbidden"))
    assert alarmed(crawl(server, archive), archive) == ["blocked"]
    assert "answered 403" in last_run(archive)["reason"], "what could not be had is said, too"


NO_PATIENCE = ("-s", "RETRY_TIMES=0", "-s", "PORTAL_MAX_DELAY=0.05")
"""A host that is down is asked less often; that is tested elsewhere."""


def answer_everywhere(server: WireServer, paths: Iterable[str], status: str) -> None:
    for path in list(paths):
        server.answer(path, page(f"<h1>{status}</h1>", status=status))


@pytest.mark.parametrize("status", ["503 Service Unavailable", "502 Bad Gateway"])
@pytest.mark.parametrize("only", ["", "/tin-tuc", "/tin/"], ids=["all", "listing", "articles"])
def test_a_portal_that_is_down_is_incomplete_and_raises_none(
    server: WireServer, archive: Path, status: str, only: str
) -> None:
    nights_before(archive)
    answer_everywhere(server, (path for path in server.script if path.startswith(only)), status)
    end = crawl(server, archive, *NO_PATIENCE)
    run = last_run(archive)
    assert (end.code, run["outcome"], run["alarms"]) == (3, "incomplete", None), end.stderr
    assert run["reason"].startswith(f"the portal answered {status[:3]} (")


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests"])
def test_a_portal_that_refuses_raises_the_alarm(
    server: WireServer, archive: Path, status: str
) -> None:
    nights_before(archive)
    articles = (path for path in server.script if path.startswith("/tin/"))
    answer_everywhere(server, articles, status)
    assert alarmed(crawl(server, archive, *NO_PATIENCE), archive) == ["blocked"]


def test_one_article_that_answers_503_is_told_as_itself(server: WireServer, archive: Path) -> None:
    answer_everywhere(server, ["/tin/3"], "503 Service Unavailable")
    assert crawl(server, archive, *NO_PATIENCE).code == 3
    assert last_run(archive)["reason"].startswith("article answered 503 (")


def test_refusals_in_words(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    for number in list(ARTICLES)[:6]:
        server.answer(f"/tin/{number}", GATE)
    assert alarmed(crawl(server, archive), archive) == ["blocked"]


def test_alarms_stand_in_the_warc(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    server.answer("/tin-tuc", page(listing([1])))
    crawl(server, archive)
    told = last_run(archive)
    assert told["alarms"] is not None
    words = [sys.executable, "-m", "portal_crawler.cli", "rebuild", "--archive", str(archive), "-q"]
    subprocess.run([*words, "-s", "SPIDER_MODULES=tests.support.portals"], cwd=ROOT, check=True)
    assert last_run(archive) == told


AT_THE_LIMIT = {"runs": Share(1, 1)}
SLOWLY = ("--time-limit", "1", "-s", "DOWNLOAD_DELAY=0.3")


def test_a_week_of_runs_at_the_time_limit(server: WireServer, archive: Path) -> None:
    nights_before(archive, count=2, out_of_time=AT_THE_LIMIT)
    crawl(server, archive, *SLOWLY)
    run = last_run(archive)
    assert run["outcome"] == "unhealthy"
    assert "the time limit ended all 3 runs of the last 7 days" in run["reason"]
    assert [alarm["alarm"] for alarm in json.loads(run["alarms"])] == ["out-of-time"]
    told = last_run(archive)
    words = [sys.executable, "-m", "portal_crawler.cli", "rebuild", "--archive", str(archive), "-q"]
    subprocess.run([*words, "-s", "SPIDER_MODULES=tests.support.portals"], cwd=ROOT, check=True)
    assert last_run(archive) == told


def test_it_ends_when_a_run_ends_by_itself(server: WireServer, archive: Path) -> None:
    nights_before(archive, count=6, out_of_time=AT_THE_LIMIT)
    assert crawl(server, archive).code == 0
    assert crawl(server, archive, "--full", *SLOWLY).code == 0, "one of the week ended by itself"


def test_runs_before_the_week_do_not_count(server: WireServer, archive: Path) -> None:
    nights_before(archive, count=2, days_apart=4, out_of_time=AT_THE_LIMIT)
    assert crawl(server, archive, *SLOWLY).code == 0


def test_a_limit_that_was_asked_for_raises_none(server: WireServer, archive: Path) -> None:
    nights_before(archive)
    end = crawl(server, archive, "--articles", "2", "--pages", "1")
    assert (end.code, last_run(archive)["alarms"]) == (0, None), end.stderr


def test_a_young_archive_raises_none(server: WireServer, archive: Path) -> None:
    nights_before(archive, count=2)
    server.answer("/tin-tuc", page(listing([1])))
    assert crawl(server, archive).code == 0
