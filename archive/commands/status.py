"""`portal status`: the state of each portal, or of one of them with its last runs."""

import argparse
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from archive.commands.options import OTHER_PORTALS, add_settings
from archive.commands.show import moment
from archive.commands.status_page import status_page
from archive.commands.status_words import coverage, due, outcome_words
from archive.commands.tables import bars, sparkline, write_table
from archive.commands.terminal import wrapped
from archive.database.reading import answering
from archive.database.replay_checks import Checked, checked
from archive.filesystem.locks import is_running
from archive.filesystem.logs import log_of
from archive.filesystem.publishing import publish
from archive.layout import Layout, archive_folder
from archive.moments import now
from archive.output import bold, say, write, write_json
from archive.search.filters import check_portals
from archive.status.archive_size import Room, room_of
from archive.status.coverage import newest_accounts
from archive.status.metrics import metrics
from archive.status.portals import Row, Standing, last_runs, problem_codes, standing, standings

EXAMPLES = """\
examples:
  portal status                     all portals of the archive
  portal status hanoi-sotttt        one portal, with its last ten runs and problems of articles
  portal status skhcn --model       the layout learned for a generic portal
  portal status --html /srv/www/archive.html --metrics /var/lib/node_exporter/archive.prom
  portal status --json | jq -r 'select(.last_run.outcome != "complete") | .portal'
"""

SPARE = ("articles", "last run", "problems", "coverage", "next due", "newest", "new a run")
"""Columns left out on a narrow terminal; `portal status NAME` has them all."""

SPARE_FIGURES = ("requests", "problems", "dead", "alarms", "changed", "gone")
"""Columns of the table of runs left out on a narrow terminal; `--json` has them all."""

FIGURES = (
    ("listed", "listed"),
    ("new", "articles_new"),
    ("changed", "articles_changed"),
    ("gone", "articles_gone"),
    ("dead", "dead_links"),
    ("problems", "problems"),
    ("failed", "failures"),
    ("requests", "requests"),
)
"""Column heads of the table of runs, each with its column in table runs."""


HOSTS_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal status`."""
    parser.add_argument(
        "portal", metavar="NAME", nargs="?", help="show only this portal, in detail"
    )
    parser.add_argument(
        "--html",
        dest="page",
        metavar="FILE",
        type=Path,
        help="write a web page to FILE and print nothing",
    )
    parser.add_argument(
        "--metrics",
        metavar="FILE",
        type=Path,
        help="write Prometheus metrics to FILE, for node_exporter's textfile collector",
    )
    parser.add_argument(
        "--model",
        action="store_true",
        help="show the layout learned for a generic portal",
    )
    parser.add_argument(
        "--draft",
        action="store_true",
        help="print that layout as the module of a portal, for a folder of your own",
    )
    parser.add_argument(
        "--correct",
        metavar="FILE",
        help="replace the learned layout with FILE, an edited line of `--model --json` (-: stdin)",
    )
    add_settings(parser, f"with --correct, a setting of the crawl: {OTHER_PORTALS}")


def run(args: argparse.Namespace) -> int:
    """Print the state of the portals, or write it to files."""
    layout = Layout(archive_folder(args.archive))
    at = now()
    with answering(layout) as connection:
        if args.portal is not None:
            check_portals(connection, (args.portal,))
        if args.page is not None or args.metrics is not None:
            _publish(layout, _chosen(connection, args.portal, at), args, at)
        elif args.portal is not None:
            _one(layout, connection, standing(connection, args.portal, at), as_json=args.json)
        else:
            _all(layout, standings(connection, at), args)
    return 0


def _chosen(connection: sqlite3.Connection, name: str | None, now: datetime) -> list[Standing]:
    return standings(connection, now) if name is None else [standing(connection, name, now)]


def _publish(
    layout: Layout, found: Sequence[Standing], args: argparse.Namespace, now: datetime
) -> None:
    states, room = _running(layout, found), room_of(layout)
    if args.page is not None:
        running = [name for name, is_so in states.items() if is_so]
        unknown = [name for name, is_so in states.items() if is_so is None]
        page = status_page(found, running, now, unknown=unknown, room=room)
        publish(args.page, page)
    if args.metrics is not None:
        publish(args.metrics, metrics(found, states, room))


def _running(layout: Layout, found: Sequence[Standing]) -> dict[str, bool | None]:
    """By portal, whether it is being crawled; None if only another user can see that."""
    return {portal.portal: is_running(layout, portal.portal) for portal in found}


def _all(layout: Layout, found: list[Standing], args: argparse.Namespace) -> None:
    room = room_of(layout)
    if args.json:
        for portal in found:
            write_json(_values(layout, portal, room))
    elif found:
        _table(layout, found)
        write()
        _write_wrapped(room.words())
    elif not args.quiet:
        say("the archive holds no portal yet; `portal crawl NAME` adds one")


def _table(layout: Layout, found: list[Standing]) -> None:
    heads = (
        "portal", "last run", "outcome", "new a run", "articles", "coverage", "newest", "problems",
        "alarms", "next due",
    )  # fmt: skip
    write_table(heads, [_table_row(layout, portal) for portal in found], SPARE)
    _reasons([(portal.portal, portal.last_run) for portal in found if portal.last_run])
    for portal in found:
        if portal.rhythm.is_quiet:
            _write_wrapped(f"{portal.portal}: {portal.rhythm.words()}")


def _table_row(layout: Layout, portal: Standing) -> tuple[object, ...]:
    last = portal.last_run or {}
    return (
        portal.portal,
        moment(last.get("started_at"))[: len("2026-11-23")],
        _outcome(layout, portal.last_run),
        sparkline(portal.trend, bars()),
        portal.articles,
        coverage(portal),
        portal.rhythm.newest,
        portal.with_problems,
        len({alarm.alarm for alarm in portal.alarms}),
        due(portal),
    )


def _reasons(runs: list[tuple[str, Row]]) -> None:
    """Write the reasons of runs below the table, which they would make too wide for a terminal."""
    shown = [(name, run) for name, run in runs if run["reason"] not in (None, "", run["outcome"])]
    if shown:
        write()
    for name, run in shown:
        _write_wrapped(f"{name}: {run['outcome']}: {run['reason']}")


def _write_wrapped(words: str) -> None:
    for line in wrapped(words, "  ", start=""):
        write(line)


def _write_accounts(connection: sqlite3.Connection, portal: Standing) -> None:
    """The articles that were found, held against the portal's own count, in all and by section."""
    if portal.coverage is not None:
        write(f"{coverage(portal)} of the {portal.coverage.count} that the portal counts")
        for account in newest_accounts(connection, portal.portal):
            _write_wrapped(account.words())


def _one(
    layout: Layout, connection: sqlite3.Connection, portal: Standing, *, as_json: bool
) -> None:
    name = portal.portal
    runs = last_runs(connection, name)
    codes = problem_codes(connection, name)
    room = room_of(layout)
    if as_json:
        found = checked(connection, name)
        detail = {
            "runs": [_with_outcome(layout, run) for run in runs],
            "problem_codes": codes,
            "replay": asdict(found) if found is not None else None,
        }
        write_json({**_values(layout, portal, room), **detail})
        return
    for line in wrapped(f"{name}: {portal.title}", "  ", start=""):
        write(bold(line))
    write(f"{portal.articles} articles ({portal.gone} gone), {portal.dead_links} dead links")
    _write_accounts(connection, portal)
    if portal.rhythm.newest:
        write(f"newest article: {portal.rhythm.newest}")
    if portal.rhythm.is_quiet:
        _write_wrapped(portal.rhythm.words())
    if due(portal):
        write(f"next due: {due(portal)}")
    log = log_of(layout, name, int(str(runs[0]["id"]))) if runs else None
    if log is not None:
        _write_wrapped(f"log: {log.relative_to(layout.folder)}")
    _replay(checked(connection, name))
    _write_wrapped(room.words())
    write()
    if portal.runs:
        write(f"new articles a run: {sparkline(portal.trend, bars())}")
        write()
    heads = ("started (UTC)", "outcome", *(head for head, _ in FIGURES), "alarms")
    write_table(heads, [_run_row(layout, run) for run in runs], SPARE_FIGURES)
    _reasons([(moment(run["started_at"]), run) for run in runs])
    if codes:
        write()
        write_table(("problem", "articles"), list(codes.items()))
    _drift(next((run["drift"] for run in runs if run["drift"]), None))
    _left_out(runs[0]["hosts_left_out"] if runs else None)


def _replay(found: Checked | None) -> None:
    if found is not None:
        _write_wrapped(found.words)


def _drift(counted: object) -> None:
    """Write which selectors found nothing on some pages; `counted` is the column runs.drift."""
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


def _left_out(counted: object) -> None:
    """Write the hosts of page resources that were not asked: the column runs.hosts_left_out."""
    if counted is None:
        return
    hosts: dict[str, int] = json.loads(str(counted))
    shown = list(hosts.items())[:HOSTS_SHOWN]
    write()
    write_table(("host left out", "page resources"), shown)
    named = ", ".join(repr(host) for host, _ in shown)
    _write_wrapped(f"to capture them too, add to the portal's class: requisite_hosts = ({named},)")


def _run_row(layout: Layout, run: Row) -> tuple[object, ...]:
    return (
        moment(run["started_at"])[: len("2026-11-23 05:06")],
        _outcome(layout, run),
        *(run[column] for _, column in FIGURES),
        _alarms_of(run),
    )


def _alarms_of(run: Row) -> int:
    return len({alarm["alarm"] for alarm in json.loads(str(run["alarms"] or "[]"))})


def _outcome(layout: Layout, run: Row | None) -> str:
    return outcome_words(run, is_running=_is_under_way(layout, run))


def _is_under_way(layout: Layout, run: Row | None) -> bool | None:
    """Whether the run is under way; None if only another user can see that."""
    open_ended = run is not None and run["outcome"] is None
    return is_running(layout, str(run["portal"])) if run is not None and open_ended else False


def _values(layout: Layout, portal: Standing, room: Room) -> dict[str, object]:
    last = portal.last_run
    values = asdict(portal)
    rhythm = values.pop("rhythm")
    covered = values.pop("coverage") or {}
    values.pop("runs")
    return {
        **values,
        "coverage": portal.coverage.share if portal.coverage is not None else None,
        "settled": covered.get("settled"),
        "portal_count": covered.get("count"),
        "trend": portal.trend,
        "newest_article": rhythm["newest"],
        "quiet_days": rhythm["quiet_days"],
        "usual_gap_days": rhythm["usual_gap_days"],
        "quiet": portal.rhythm.is_quiet,
        "alarms": [{**asdict(alarm), "words": alarm.words()} for alarm in portal.alarms],
        "last_run": _with_outcome(layout, last) if last else None,
        "archive_bytes": room.size_bytes if room.is_whole else None,
        "disk_free_bytes": room.free_bytes,
    }


def _with_outcome(layout: Layout, run: Row) -> Row:
    return {**run, "running": _is_under_way(layout, run)}
