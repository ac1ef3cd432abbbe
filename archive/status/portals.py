"""The state of an archive's portals: last runs, coverage, problems. SQL only."""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.database.answers import missing_status
from archive.database.due import next_due
from archive.models import Run
from archive.moments import VIETNAM, utc_moment, utc_text
from archive.status.alarms import RUNS_READ, WEEK_DAYS, Alarm, Measures, alarms_of, measures_of
from archive.status.coverage import Coverage, coverage
from archive.status.rhythm import DAYS_READ, Rhythm, rhythm

Row = dict[str, object]

RUNS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of one portal in the archive."""

    portal: str
    title: str
    articles: int
    """Rows, including those marked as gone."""
    gone: int
    dead_links: int
    """Listed articles that could never be fetched."""
    coverage: Coverage | None
    """Coverage of the portal's own counts, as runs last saw them; None if it shows none."""
    with_problems: int
    last_run: Row | None
    runs: tuple[Row, ...]
    """The newest runs that have ended, the oldest of them first."""
    rhythm: Rhythm
    due_now: int
    """Articles that the next crawl will check again, besides those that its listings bring."""
    next_due: str | None
    """UTC; when the next of them or the next full crawl falls due."""

    @property
    def alarms(self) -> list[Alarm]:
        """The alarms of the newest run that has ended."""
        return alarms_of(_text(self.runs[-1]["alarms"])) if self.runs else []

    @property
    def trend(self) -> list[int]:
        """The number of new articles of each of `runs`."""
        return [int(str(run["articles_new"])) for run in self.runs]


def standings(connection: sqlite3.Connection, now: datetime) -> list[Standing]:
    """The states of all portals that were ever crawled, in the order of their names."""
    names = connection.execute("SELECT name FROM portals ORDER BY name").fetchall()
    return [standing(connection, name, now) for (name,) in names]


def standing(connection: sqlite3.Connection, portal: str, now: datetime) -> Standing:
    """The state of one portal that is in the database."""
    (title,) = connection.execute("SELECT title FROM portals WHERE name = ?", (portal,)).fetchone()
    # Answered from indexes alone: rows of articles hold whole bodies.
    articles, gone = connection.execute(
        "SELECT count(*), count(gone_at) FROM articles WHERE portal = ?", (portal,)
    ).fetchone()
    (with_problems,) = connection.execute(
        "SELECT count(*) FROM articles WHERE portal = ? AND problems <> '[]'", (portal,)
    ).fetchone()
    dead = connection.execute(
        "SELECT count(DISTINCT key) FROM captures c WHERE portal = ? AND role = 'article'"  # noqa: S608
        f" AND {missing_status()} AND NOT EXISTS (SELECT 1 FROM articles a"
        "  WHERE a.portal = c.portal AND a.key = c.key)",
        (portal,),
    ).fetchone()
    runs = last_runs(connection, portal, RUNS_SHOWN + 1)
    due = next_due(connection, portal, utc_text(now))
    return Standing(
        portal=portal,
        title=title,
        articles=articles,
        gone=gone,
        dead_links=dead[0],
        coverage=coverage(connection, portal),
        with_problems=with_problems,
        last_run=runs[0] if runs else None,
        runs=tuple(reversed([run for run in runs if run["outcome"] is not None][:RUNS_SHOWN])),
        rhythm=_rhythm(connection, portal, now),
        due_now=due.articles,
        next_due=due.at,
    )


def _rhythm(connection: sqlite3.Connection, portal: str, now: datetime) -> Rhythm:
    """The portal's rhythm; dates in the future are misprints and do not count."""
    today = now.astimezone(VIETNAM).date()
    rows = connection.execute(
        "SELECT DISTINCT substr(published_at, 1, 10) AS day FROM articles"
        " WHERE portal = ? AND published_at < ? ORDER BY day DESC LIMIT ?",
        (portal, (today + timedelta(days=1)).isoformat(), DAYS_READ),
    )
    return rhythm([day for (day,) in rows], today)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def last_runs(connection: sqlite3.Connection, portal: str, count: int = RUNS_SHOWN) -> list[Row]:
    """The rows of the portal's newest runs, the newest first."""
    rows = connection.execute(
        "SELECT * FROM runs WHERE portal = ? ORDER BY started_at DESC, id DESC LIMIT ?",
        (portal, count),
    )
    return [dict(row) for row in rows]


def earlier_measures(connection: sqlite3.Connection, portal: str, run: int) -> list[Measures]:
    """The measures of the portal's earlier runs that have ended, the newest first.

    Runs that failed or were interrupted do not count: they may have stopped anywhere.
    """
    rows = connection.execute(
        "SELECT measures FROM runs WHERE portal = ? AND id < ? AND measures IS NOT NULL"
        " AND outcome IN ('complete', 'incomplete', 'unhealthy') ORDER BY id DESC LIMIT ?",
        (portal, run, RUNS_READ),
    )
    return [measures_of(column) for (column,) in rows]


def measures_of_week(connection: sqlite3.Connection, run: Run) -> list[Measures]:
    """The measures of runs in the week before a run began; empty for runs without measures."""
    since = utc_moment(run.started_at) - timedelta(days=WEEK_DAYS)
    rows = connection.execute(
        "SELECT measures FROM runs WHERE portal = ? AND id < ? AND started_at >= ?"
        " AND outcome IN ('complete', 'incomplete', 'unhealthy')",
        (run.portal, run.id, utc_text(since)),
    )
    return [measures_of(column) for (column,) in rows]


def problem_codes(connection: sqlite3.Connection, portal: str) -> dict[str, int]:
    """How many of the portal's articles have each problem, the most frequent first.

    A code with a parameter, `moved-to:KEY`, counts as its name.
    """
    rows = connection.execute(
        "SELECT problems FROM articles WHERE portal = ? AND problems <> '[]'", (portal,)
    )
    codes = (code for (problems,) in rows for code in json.loads(problems))
    counts = Counter(code.partition(":")[0] for code in codes)
    return dict(counts.most_common())
