"""`portal status`: how each portal stands, or one of them with its last runs."""

import argparse
import json
import sqlite3
from dataclasses import asdict

from archive.commands.show import moment
from archive.commands.tables import write_table
from archive.commands.terminal import bold, printable, say, wrapped, write, write_json
from archive.database import reading
from archive.layout import Layout, archive_folder
from archive.running import is_running
from archive.search import check_portal
from archive.status import Row, Standing, last_runs, problem_codes, standing, standings

HELP = "last runs, coverage and problems"

EXAMPLES = """\
examples:
  portal status                     all portals of the archive
  portal status hanoi-sotttt        one of them: its last ten runs, and what is wrong with articles
  portal status skhcn --model       what a generic portal's site taught of its layout
  portal status --json | jq -r 'select(.last_run.outcome != "complete") | .portal'
"""

FIGURES = (
    ("listed", "listed"),
    ("new", "articles_new"),
    ("changed", "articles_changed"),
    ("gone", "articles_gone"),
    ("dead", "dead_links"),
    ("problems", "problems"),
    ("failed", "failures"),
)
"""Heads of the table of runs, and their columns."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `portal status` takes."""
    parser.add_argument("portal", metavar="NAME", nargs="?", help="only this portal, in detail")
    parser.add_argument(
        "--model",
        action="store_true",
        help="what the site of a generic portal taught of its layout",
    )
    parser.add_argument(
        "--draft", action="store_true", help="with --model: as Python, the draft of a portal"
    )
    parser.add_argument(
        "--correct",
        metavar="FILE",
        help="with --model: take this JSON, edited from `--model --json`, in its place (-: stdin)",
    )
    parser.add_argument(
        "-s", dest="settings", action="append", default=[], metavar="SETTING=VALUE",
        help="with --correct, a setting of the crawl: SPIDER_MODULES names other portals",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Print how the portals stand."""
    layout = Layout(archive_folder(args.archive))
    with reading(layout) as connection:
        if args.portal is not None:
            check_portal(connection, args.portal)
            _one(layout, connection, args.portal, as_json=args.json)
            return 0
        found = standings(connection)
    if args.json:
        for portal in found:
            write_json(_values(layout, portal))
    elif found:
        _table(layout, found)
    elif not args.quiet:
        say("the archive holds no portal yet; `portal crawl NAME` adds one")
    return 0


def _table(layout: Layout, found: list[Standing]) -> None:
    heads = (
        "portal", "last run", "outcome", "listed", "new", "changed", "articles", "coverage",
        "problems",
    )  # fmt: skip
    write_table(heads, [_table_row(layout, portal) for portal in found])
    _reasons([(portal.portal, portal.last_run) for portal in found if portal.last_run])


def _table_row(layout: Layout, portal: Standing) -> tuple[object, ...]:
    last = portal.last_run or {}
    return (
        portal.portal,
        moment(last.get("started_at"))[: len("2026-11-23")],
        _outcome(layout, last) if last else "never",
        last.get("listed"),
        last.get("articles_new"),
        last.get("articles_changed"),
        portal.articles,
        coverage(portal),
        portal.with_problems,
    )


def _reasons(runs: list[tuple[str, Row]]) -> None:
    """Below the table: words would make it too wide for a terminal."""
    told = [(name, run) for name, run in runs if run["reason"]]
    if told:
        write()
    for name, run in told:
        for line in wrapped(f"{name}: {run['outcome']}: {run['reason']}", "  ", start=""):
            write(line)


def _one(layout: Layout, connection: sqlite3.Connection, name: str, *, as_json: bool) -> None:
    portal = standing(connection, name)
    runs = last_runs(connection, name)
    codes = problem_codes(connection, name)
    if as_json:
        detail = {"runs": [_with_outcome(layout, run) for run in runs], "problem_codes": codes}
        write_json({**_values(layout, portal), **detail})
        return
    write(bold(printable(f"{name}  {portal.title}")))
    write(f"{portal.articles} articles ({portal.gone} gone), {portal.dead_links} dead links")
    if portal.portal_count:
        write(f"{coverage(portal)} of the {portal.portal_count} that the portal counts")
    write()
    heads = ("started (UTC)", "outcome", *(head for head, _ in FIGURES))
    write_table(heads, [_run_row(layout, run) for run in runs])
    _reasons([(moment(run["started_at"]), run) for run in runs])
    if codes:
        write()
        write_table(("problem", "articles"), list(codes.items()))
    _drift(next((run["drift"] for run in runs if run["drift"]), None))


def _drift(counted: object) -> None:
    """Selectors that found nothing on some pages of the last run that read any."""
    if counted is None:
        return
    drift = json.loads(str(counted))
    table = [
        (name, share["amiss"], share["of"], ", ".join(drift["watched"].get(name, ())))
        for name, share in drift["missed"].items()
        if share["amiss"]
    ]
    compared = drift["disagreeing"]
    if compared["amiss"]:
        table.append(("text", compared["amiss"], compared["of"], "a general extractor differs"))
    if table:
        write()
        write_table(("missed", "pages", "of", "selectors"), table)


def _run_row(layout: Layout, run: Row) -> tuple[object, ...]:
    return (
        moment(run["started_at"])[: len("2026-11-23 05:06")],
        _outcome(layout, run),
        *(run[column] for _, column in FIGURES),
    )


def _outcome(layout: Layout, run: Row) -> object:
    """A run without an outcome is under way, or its process was killed."""
    if run["outcome"] is not None:
        return run["outcome"]
    return "running" if is_running(layout, str(run["portal"])) else "broken off"


def coverage(portal: Standing) -> str:
    """The share of the portal's own count that is settled, rounded down."""
    if portal.coverage is None:
        return ""
    return f"{int(portal.coverage * 100)} %"


def _values(layout: Layout, portal: Standing) -> dict[str, object]:
    last = portal.last_run
    return {
        **asdict(portal),
        "coverage": portal.coverage,
        "last_run": _with_outcome(layout, last) if last else None,
    }


def _with_outcome(layout: Layout, run: Row) -> Row:
    return {**run, "running": run["outcome"] is None and _outcome(layout, run) == "running"}
