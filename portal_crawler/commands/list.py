"""`portal list`: lists known portals, or the departments that have or had one."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from archive.commands.options import add_portals
from archive.commands.tables import write_table
from archive.database.reading import answering
from archive.errors import ArchiveMissingError
from archive.layout import Layout, archive_folder
from archive.output import say, write_json
from archive.provinces.asked import asked_province
from portal_crawler.catalogue.departments import CLOSED, STATES, Department, departments
from portal_crawler.errors import UsageError
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.registry import parsed_settings, project_settings, registry
from portal_crawler.portals.state import state_of

EXAMPLES = """
  portal list
  portal list --json --archive /srv/archive
  portal list --catalogue --province "Bắc Giang"
  portal list --catalogue --state open --platform nukeviet
"""

Row = dict[str, object]

_PORTALS = (
    "name", "title", "province", "state", "since", "platform", "verified_on", "articles",
    "last_run",
)  # fmt: skip
_DEPARTMENTS = (
    "name", "title", "province", "province_today", "state", "since", "platform", "address",
    "verified_on",
)  # fmt: skip

_SPARE = ("verified_on", "since", "province_today", "province", "platform", "title")
"""Columns left out on a narrow terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `portal list`."""
    parser.add_argument(
        "--catalogue",
        action="store_true",
        help="list all departments, also those that no portal is declared for",
    )
    parser.add_argument(
        "--province", metavar="NAME", help="only those of a province, of before or since 2025"
    )
    parser.add_argument("--platform", metavar="NAME", help="only those on this platform")
    parser.add_argument("--state", choices=STATES, help="only those in this state")
    add_portals(parser)


def run(args: argparse.Namespace) -> int:
    """Write a row for each portal or department that the options ask for."""
    known = registry(project_settings(parsed_settings(args.settings)))
    rows = _departments(known.portals) if args.catalogue else _portals(args, known.portals)
    found = _chosen(rows, args)
    if args.json:
        for row in found:
            write_json(row)
    elif found:
        _write(found, _DEPARTMENTS if args.catalogue else _PORTALS)
    if rows and not found:
        say(_nothing(rows, args))
    sys.stdout.flush()
    known.check()
    return 0


def _write(rows: Sequence[Row], columns: Sequence[str]) -> None:
    cells = [[row[column] for column in columns] for row in rows]
    write_table(columns, cells, _SPARE)


# Rows


@dataclass(frozen=True, slots=True)
class Archived:
    """A portal's articles and last run in the archive."""

    articles: int = 0
    last_run: str | None = None
    """UTC; when it began."""


def _portals(args: argparse.Namespace, portals: dict[str, type[PortalDeclaration]]) -> list[Row]:
    archived = _archived(Layout(archive_folder(args.archive)), named=args.archive is not None)
    return [_portal(cls, archived.get(cls.name, Archived())) for cls in portals.values()]


def _portal(portal: type[PortalDeclaration], archived: Archived) -> Row:
    found = state_of(portal)
    return {
        "name": portal.name,
        "title": portal.entry().title,
        "province": portal.province,
        "state": found.state,
        "since": found.since,
        "closed": found.since if found.state == CLOSED else None,
        "successor": found.successor,
        "platform": portal.platform,
        "verified_on": portal.verified_on,
        "articles": archived.articles,
        "last_run": archived.last_run,
    }


def _departments(portals: dict[str, type[PortalDeclaration]]) -> list[Row]:
    return [_department(each, portals.get(each.name or "")) for each in departments()]


def _department(department: Department, portal: type[PortalDeclaration] | None) -> Row:
    return {
        "name": department.name,
        "title": department.title,
        "province": department.province,
        "province_today": department.province_today,
        "state": department.state,
        "since": department.since,
        "successor": department.successor,
        "platform": department.platform,
        "address": department.address,
        "verified_on": None if portal is None else portal.verified_on,
        "sections": [asdict(section) for section in department.sections],
    }


def _archived(layout: Layout, *, named: bool) -> dict[str, Archived]:
    """By portal; empty if there is no archive and none was named."""
    try:
        with answering(layout) as connection:
            return {
                name: Archived(articles, None if last is None else str(last))
                for name, articles, last in connection.execute(_SQL)
            }
    except ArchiveMissingError:
        if named:
            raise
        return {}


_SQL = """
SELECT name,
  (SELECT count(*) FROM articles WHERE portal = name),
  (SELECT max(started_at) FROM runs WHERE portal = name)
FROM portals
"""


# Filters


def _chosen(rows: Iterable[Row], args: argparse.Namespace) -> list[Row]:
    provinces = None if args.province is None else _provinces(args.province, rows)
    return [
        row
        for row in rows
        if (provinces is None or row["province"] in provinces)
        and args.platform in (None, row["platform"])
        and args.state in (None, row["state"])
    ]


def _provinces(written: str, rows: Iterable[Row]) -> frozenset[str]:
    """The names that rows have for a province; UsageError for a name of none."""
    if not written.strip():
        raise UsageError("--province takes a name, such as Hà Nội")
    known = {each.province for each in departments()} | {row["province"] for row in rows}
    asked = asked_province(written, {str(each) for each in known if each is not None})
    if asked.note is not None:
        say(asked.note)
    return asked.stored


def _nothing(rows: Iterable[Row], args: argparse.Namespace) -> str:
    """That no row is of the kind that was asked for, and what to ask for instead."""
    what = "department" if args.catalogue else "declared portal"
    if args.platform is not None:
        platforms = sorted({str(row["platform"]) for row in rows if row["platform"]})
        return f"no {what} is found; they are on the platforms {', '.join(platforms)}"
    more = "" if args.catalogue else "; `portal list --catalogue` has all departments"
    return f"no {what} is found{more}"
