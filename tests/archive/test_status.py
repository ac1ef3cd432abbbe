"""How the portals stand: in the terminal, as JSON, as a page for a web server, as metrics."""

import os
import re
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from archive.commands import status
from archive.commands.status_page import status_page
from archive.commands.tables import ASCII, BLOCKS, sparkline
from archive.database.reading import reading
from archive.errors import ArchiveUnwritableError
from archive.filesystem.locks import portal_lock
from archive.layout import Layout
from archive.status.alarms import RULES, Alarm, alarms_json
from archive.status.metrics import PREFIX, metrics
from archive.status.portals import Standing, standings
from archive.status.rhythm import QUIET_LEAST_DAYS, rhythm
from tests.archive.building import PORTAL, ArchiveBuilder
from tests.archive.test_commands import Out, objects, on_terminal, run

NOW = datetime(2020, 11, 30, 1, 0, tzinfo=UTC)
"""Articles are dated in 2020, so that they are past whatever day the tests run on."""

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e\"' & </title>"
FOUND = [
    Alarm(alarm="fewer-fields", what="author", figure=0.0, usual=0.95),
    Alarm(alarm="fewer-fields", what="lead", figure=0.1, usual=1.0),
    Alarm(alarm="blocked", what="answers", figure=0.5, usual=0.0),
]


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Out:
    return capsys


def nights(folder: Path, *new: int, portal: str = PORTAL, **last: Any) -> Layout:
    """A run a night with so many new articles; `last` are figures of the last one."""
    for day, count in enumerate(new):
        builder = ArchiveBuilder(folder, portal, days=day)
        for number in range(count):
            when = f"2020-{builder.now:%m-%d}T08:00:00+07:00"
            builder.article(f"{day}-{number}", f"Tin {number}", published_at=when)
        builder.listing("tin-tuc", *(f"{day}-{number}" for number in range(count)))
        figures = last if day == len(new) - 1 else {}
        ended = {"outcome": "complete", **figures}
        layout = builder.close(articles_new=count, listed=20, **ended)
    return layout


def found(layout: Layout, now: datetime = NOW) -> list[Standing]:
    with reading(layout) as connection:
        return standings(connection, now)


def columns(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


# In the terminal


def test_a_row_has_the_last_runs_as_a_sparkline_and_the_newest_article(
    tmp_path: Path, out: Out
) -> None:
    layout = nights(tmp_path, 9, 0, 1, 0, 3)
    run(status, layout)
    heads, row, *_ = columns(out.readouterr().out)
    assert heads[-4:] == ["problems", "alarms", "next", "due"]
    assert row[:3] == [PORTAL, "2026-11-24", "complete"]
    assert [BLOCKS.index(bar) for bar in row[3]] == [7, 0, 2, 0, 4]
    assert "2020-11-24" in row[4:]


def test_the_last_ten_runs_are_shown(tmp_path: Path) -> None:
    (portal,) = found(nights(tmp_path, *range(12)))
    assert portal.trend == list(range(2, 12))


def test_a_run_under_way_is_no_part_of_the_trend(tmp_path: Path) -> None:
    nights(tmp_path, 1, 2)
    (portal,) = found(ArchiveBuilder(tmp_path, days=2).break_off())
    assert (portal.trend, portal.last_run["outcome"]) == ([1, 2], None)


@pytest.mark.parametrize(
    ("figures", "heights"),
    [
        ([], []),
        ([0, 0], [0, 0]),
        ([1], [7]),
        ([0, 1, 9000], [0, 1, 7]),
        ([5, 5, 5], [7, 7, 7]),
    ],
)
def test_a_sparkline_tells_none_from_few_from_many(figures: list[int], heights: list[int]) -> None:
    for bars in (BLOCKS, ASCII):
        assert sparkline(figures, bars) == "".join(bars[height] for height in heights)


@pytest.mark.parametrize(
    "environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_a_sparkline_is_plain_where_blocks_are_not_wanted(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    layout = nights(tmp_path, 1, 0)
    assert "#_" in on_terminal(layout, "status", **environment)
    utf8 = {"PYTHONIOENCODING": "utf-8"}
    assert f"{BLOCKS[7]}{BLOCKS[0]}" in on_terminal(layout, "status", **utf8)


def test_alarms_are_counted_and_told(tmp_path: Path, out: Out) -> None:
    reason = "; ".join(alarm.words() for alarm in FOUND)
    layout = nights(tmp_path, 1, outcome="unhealthy", reason=reason, alarms=alarms_json(FOUND))
    run(status, layout)
    _, row, *_ = columns(text := out.readouterr().out)
    assert row[-1] == "2", "two of the six, one for two fields"
    assert "0% of new articles have author, usually 95%" in " ".join(text.split())
    run(status, layout, PORTAL)
    assert "2026-11-20 01:00  unhealthy" in out.readouterr().out


def test_a_reason_that_is_the_outcome_itself_is_not_said_again(tmp_path: Path, out: Out) -> None:
    layout = nights(tmp_path, 1, outcome="interrupted", reason="interrupted")
    run(status, layout)
    assert out.readouterr().out.count("interrupted") == 1


def test_json_has_all_that_the_table_has(tmp_path: Path, out: Out) -> None:
    run(status, nights(tmp_path, 2, 0, alarms=alarms_json(FOUND)), "--json")
    (row,) = objects(out.readouterr().out)
    assert (row["trend"], row["newest_article"], row["due_now"]) == ([2, 0], "2020-11-20", 0)
    assert [alarm["alarm"] for alarm in row["alarms"]] == [alarm.alarm for alarm in FOUND]
    assert row["alarms"][0]["words"] == FOUND[0].words()
    assert {
        "quiet",
        "quiet_days",
        "usual_gap_days",
        "coverage",
        "with_problems",
        "next_due",
    } <= set(row)


def test_what_is_due_next_is_known(tmp_path: Path) -> None:
    (portal,) = found(nights(tmp_path, 1, swept=1), datetime(2026, 11, 30, tzinfo=UTC))
    assert (portal.due_now, portal.next_due) == (0, "2026-12-20T01:00:00Z")


def test_forty_portals_fit_a_hundred_columns(tmp_path: Path) -> None:
    for number in range(40):
        layout = nights(tmp_path, 1, portal=f"thuathienhue-skhcn-{number}")
    lines = on_terminal(layout, "status", COLUMNS="100", NO_COLOR="1").splitlines()
    assert len([line for line in lines if line.startswith("thuathienhue")]) == 40
    assert max(map(len, lines)) <= 100


LONG_NAME = "thua-thien-hue-so-khoa-hoc-va-cong-nghe-" + "trang-thong-tin-dien-tu-" * 2
LONG_REASON = (
    "fewer fields: 0% of new articles have author, usually 95%; tin-tuc: listing page 3: "
    f"https://sotttt.example/{'trang' * 30} answered 500"
)


def crowded(folder: Path) -> Layout:
    """Portals with all that makes a line long."""
    figures = {"requests": 123456, "articles_changed": 12345, "dead_links": 1234, "problems": 999}
    told = {"outcome": "unhealthy", "reason": LONG_REASON, "alarms": alarms_json(FOUND)}
    for name in (LONG_NAME, "mst"):
        nights(folder, *[2] * 6, portal=name, section_counts='{"tin-tuc": 9}', **told, **figures)
    return ArchiveBuilder(folder, "killed-skhcn").break_off()


@pytest.mark.parametrize("words", [("status",), ("status", "mst"), ("status", LONG_NAME)])
@pytest.mark.parametrize("look", [{"NO_COLOR": "1"}, {"PYTHONIOENCODING": "utf-8"}])
def test_status_fits_eighty_columns(
    tmp_path: Path, words: tuple[str, ...], look: dict[str, str]
) -> None:
    text = on_terminal(crowded(tmp_path), *words, COLUMNS="80", **look)
    lines = re.sub(r"\x1b\[\d*m", "", text).splitlines()
    assert max(map(len, lines)) <= 80
    joined = "".join("".join(lines).split())
    assert "".join(LONG_REASON.split()) in joined
    assert ("mst" if words[-1] == "mst" else LONG_NAME[:20]) in joined
    assert "unhealthy" in joined


def test_columns_bounds_what_goes_into_a_pipe_too(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "portal_crawler.cli", "status", "--archive", str(tmp_path)]
    crowded(tmp_path)
    done = subprocess.run(
        words, env={**os.environ, "COLUMNS": "80"}, capture_output=True, text=True, check=True
    )
    assert max(map(len, done.stdout.splitlines())) <= 80


# How often a portal publishes


def days_before(today: date, *ago: int) -> list[str]:
    return [(today - timedelta(days=days)).isoformat() for days in ago]


@pytest.mark.parametrize(
    ("ago", "quiet"),
    [
        ((1, 8, 15, 22, 29, 36), False),
        ((20, 27, 34, 41, 48, 55), False),
        ((22, 29, 36, 43, 50, 57), True),
        ((QUIET_LEAST_DAYS, *range(11, 20)), False),
        ((QUIET_LEAST_DAYS + 1, *range(12, 20)), True),
        ((400, 401), False),
        ((), False),
    ],
    ids=["weekly", "weekly-20-days", "weekly-22-days", "daily-at-Tet", "daily", "few", "none"],
)
def test_a_portal_is_quiet_by_its_own_measure(ago: tuple[int, ...], quiet: bool) -> None:
    today = date(2026, 11, 24)
    assert rhythm(days_before(today, *ago), today).is_quiet is quiet


def test_quiet_is_said(tmp_path: Path, out: Out) -> None:
    layout = nights(tmp_path, *[1] * 6)
    (usual,) = found(layout)
    assert "quiet" not in page([usual])
    (portal,) = found(layout, NOW + timedelta(days=30))
    assert portal.rhythm.words() in page([portal])
    assert portal.rhythm.words().startswith("quiet for 35 days, since 2020-11-25; usually 1 ")
    run(status, layout)
    assert "days, since 2020-11-25; usually 1" in " ".join(out.readouterr().out.split())


def test_a_date_to_come_is_no_newest_article(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Tin", published_at="2062-07-13T08:00:00+07:00")
    builder.article("2", "Tin", published_at="2020-11-30")
    (portal,) = found(builder.close())
    assert portal.rhythm.newest == "2020-11-30"


# As a page


def page(portals: list[Standing], running: tuple[str, ...] = ()) -> str:
    return status_page(portals, running, NOW)


class Elements(HTMLParser):
    """Start tags with their attributes, and whether all were closed."""

    VOID = ("meta", "link", "rect")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_asks_for_nothing_and_runs_nothing(tmp_path: Path) -> None:
    elements = Elements(page(found(nights(tmp_path, 3, 0, 1))))
    assert elements.open == []
    assert not {"script", "img", "iframe", "form", "a"} & set(elements.tags)
    assert elements.attributes["href"] == ["data:,"]
    assert "src" not in elements.attributes
    assert not [name for name in elements.attributes if name.startswith("on")]
    assert "default-src 'none'" in " ".join(elements.attributes["content"])


def test_what_a_portal_said_is_text_on_the_page(tmp_path: Path) -> None:
    (portal,) = found(nights(tmp_path, 1, outcome="incomplete", reason=HOSTILE))
    text = page([portal])
    elements = Elements(text)
    assert "script" not in elements.tags
    assert "<script>alert(1)</script>" in elements.text
    assert not {"\x1b", "\u202e"} & set(text)
    assert elements.tags.count("title") == 1 + len(portal.runs)


def test_the_page_says_how_each_portal_stands(tmp_path: Path) -> None:
    nights(tmp_path, 3, 0, portal="a-good", section_counts='{"tin-tuc": 6}')
    reason = FOUND[0].words()
    nights(
        tmp_path, 1, portal="b-bad", outcome="unhealthy", reason=reason, alarms=alarms_json(FOUND)
    )
    layout = ArchiveBuilder(tmp_path, "c-killed").break_off()
    elements = Elements(page(found(layout), running=()))
    assert "3 portals, 2 not well" in elements.text
    assert "broken off" in elements.text
    assert "running" in Elements(page(found(layout), running=("c-killed",))).text
    assert reason in elements.text
    assert "2 alarms" in elements.text
    assert "50 %" in elements.text
    assert elements.attributes["aria-label"] == [
        "new articles a run: 3, 0",
        "new articles a run: 1",
    ]
    assert elements.tags.count("rect") == 3


def test_an_archive_without_portals_has_a_page(tmp_path: Path) -> None:
    assert "0 portals" in Elements(page([])).text


# As metrics


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """By name without prefix and labels; what another's parser reads."""
    return {
        (sample.name.removeprefix(PREFIX), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_are_what_another_parser_reads(tmp_path: Path) -> None:
    nights(tmp_path, 3, 0, portal="a-good", section_counts='{"tin-tuc": 6}', bytes=10**12)
    layout = nights(tmp_path, 1, portal="b-bad", outcome="unhealthy", alarms=alarms_json(FOUND))
    text = metrics(found(layout))
    told = samples(text)
    good, bad = ("portal", "a-good"), ("portal", "b-bad")
    assert told["articles", (good,)] == 3
    assert told["run_articles_new", (good,)] == 0
    assert told["run_bytes", (good,)] == 10**12
    assert told["portal_articles", (good,)] == 6
    assert told["coverage_ratio", (good,)] == 0.5
    assert ("portal_articles", (bad,)) not in told, "a figure that is not there has no sample"
    assert told["run_outcome", (("outcome", "unhealthy"), bad)] == 1
    assert told["run_outcome", (("outcome", "complete"), bad)] == 0
    assert {alarm for alarm in RULES if told["run_alarm", (("alarm", alarm), bad)]} == {
        "fewer-fields",
        "blocked",
    }
    assert (
        told["run_started_timestamp_seconds", (bad,)]
        == datetime(2026, 11, 20, 1, tzinfo=UTC).timestamp()
    )
    assert ("run_complete_timestamp_seconds", (bad,)) not in told
    newest = datetime(2020, 11, 19, 17, tzinfo=UTC).timestamp()
    assert told["newest_article_timestamp_seconds", (bad,)] == newest


def test_each_metric_has_its_help_and_type_once_before_its_samples(tmp_path: Path) -> None:
    nights(tmp_path, 1, portal="a")
    lines = metrics(found(nights(tmp_path, 1, portal="b"))).splitlines()
    helped = [line.split()[2] for line in lines if line.startswith("# HELP ")]
    typed = [line.split()[2:] for line in lines if line.startswith("# TYPE ")]
    assert typed == [[name, "gauge"] for name in helped]
    seen = [line.split("{")[0] for line in lines if not line.startswith("#")]
    assert list(dict.fromkeys(seen)) == helped
    assert seen == sorted(seen, key=helped.index)


def outcome(text: str) -> list[str]:
    return [
        dict(labels)["outcome"]
        for (name, labels), value in samples(text).items()
        if name == "run_outcome" and value
    ]


@pytest.mark.parametrize("earlier", [(), (1, 0)], ids=["first", "third"])
def test_a_run_that_was_killed_ended_as_interrupted(
    tmp_path: Path, earlier: tuple[int, ...]
) -> None:
    if earlier:
        nights(tmp_path, *earlier)
    killed = found(ArchiveBuilder(tmp_path, days=len(earlier)).break_off())
    assert outcome(metrics(killed)) == ["interrupted"]
    assert outcome(metrics(killed, running={PORTAL: True})) == ["complete"] * bool(earlier)


def test_labels_are_escaped(tmp_path: Path) -> None:
    (portal,) = found(nights(tmp_path, 1, portal='a"b\\c\nd'))
    assert ("articles", (("portal", 'a"b\\c\nd'),)) in samples(metrics([portal]))


def test_an_archive_without_portals_has_no_metrics() -> None:
    assert metrics([]) == ""


# Into files


def test_files_are_written_and_nothing_is_printed(tmp_path: Path, out: Out) -> None:
    layout = nights(tmp_path / "archive", 1)
    html, prom = tmp_path / "status.html", tmp_path / "archive.prom"
    assert run(status, layout, "--html", str(html), "--metrics", str(prom)) == 0
    assert out.readouterr() == ("", "")
    assert html.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert ("articles", (("portal", PORTAL),)) in samples(prom.read_text("utf-8"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "archive",
        "archive.prom",
        "status.html",
    ]


def test_the_page_of_one_portal(tmp_path: Path) -> None:
    nights(tmp_path / "archive", 1, portal="a-good")
    layout = nights(tmp_path / "archive", 1, portal="b-bad")
    run(status, layout, "b-bad", "--html", str(tmp_path / "b.html"))
    text = (tmp_path / "b.html").read_text("utf-8")
    assert ("b-bad" in text, "a-good" in text) == (True, False)


def test_a_web_server_may_read_the_page(tmp_path: Path) -> None:
    layout = nights(tmp_path / "archive", 1)
    before = os.umask(0o022)
    run(status, layout, "--html", str(tmp_path / "a.html"))
    os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.html").stat().st_mode) == 0o644


def test_a_reader_keeps_the_whole_page_that_it_opened(tmp_path: Path) -> None:
    layout = nights(tmp_path / "archive", 1)
    target = tmp_path / "a.html"
    target.write_text("the page of yesterday")
    with target.open() as reader:
        run(status, layout, "--html", str(target))
        assert reader.read() == "the page of yesterday"
    assert target.read_text("utf-8").endswith("</html>\n")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    layout = nights(tmp_path / "archive", 1)
    for place in (
        tmp_path / "no" / "a.html",
        tmp_path / "archive" / "archive.db" / "a.html",
        tmp_path,
    ):
        with pytest.raises(ArchiveUnwritableError, match=r"cannot write .*: .+; name a file"):
            run(status, layout, "--html", str(place))
    words = ["status", "--archive", str(layout.folder), "--metrics", "/proc/none/a.prom"]
    end = subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", *words], capture_output=True, text=True
    )
    assert (end.returncode, end.stdout) == (1, "")
    assert end.stderr.startswith("portal status: cannot write /proc/none/a.prom: ")


def test_a_portal_that_is_being_crawled_is_running(tmp_path: Path) -> None:
    layout = ArchiveBuilder(tmp_path / "archive").break_off()
    target = tmp_path / "a.html"
    with portal_lock(layout, PORTAL):
        run(status, layout, "--html", str(target))
    assert "running" in Elements(target.read_text("utf-8")).text
    run(status, layout, "--html", str(target))
    assert "broken off" in Elements(target.read_text("utf-8")).text


def test_of_whom_only_another_user_can_tell_is_unknown_and_not_troubled(tmp_path: Path) -> None:
    layout = ArchiveBuilder(tmp_path / "archive").break_off()
    shown = status_page(found(layout), (), NOW, unknown=(PORTAL,))
    assert "unknown" in Elements(shown).text
    assert "not well" not in shown
    assert "not well" in status_page(found(layout), (), NOW)


def test_a_gauge_says_what_is_being_crawled_where_that_is_known(tmp_path: Path) -> None:
    layout = ArchiveBuilder(tmp_path / "archive").break_off()
    values = {
        told: [value for (name, _), value in samples(metrics(found(layout), {PORTAL: told})).items()
               if name == "crawling"]
        for told in (True, False, None)
    }  # fmt: skip
    assert values == {True: [1.0], False: [0.0], None: []}
