"""`portal list`: the portals that are known."""

import argparse
import sys

from archive.commands.tables import write_table
from archive.database.reading import answering
from archive.errors import ArchiveMissingError
from archive.layout import Layout, archive_folder
from archive.output import write_json
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.registry import project_settings, registry

EXAMPLES = """
  portal list
  portal list --json --archive /srv/archive
"""

_COLUMNS = ("name", "title", "closed", "platform", "verified_on", "articles", "last_run")

_SPARE = ("verified_on", "platform", "title")
"""Columns that a narrow terminal has no room for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Write a row a portal, with what the archive has of it where there is one."""
    had = _had(Layout(archive_folder(args.archive)), named=args.archive is not None)
    known = registry(project_settings({}))
    rows = [_row(cls, had) for cls in known.portals.values()]
    if args.json:
        for row in rows:
            write_json(row)
    else:
        write_table(_COLUMNS, [[row[column] for column in _COLUMNS] for row in rows], _SPARE)
    sys.stdout.flush()
    known.check()
    return 0


def _row(
    portal: type[PortalDeclaration], had: dict[str, tuple[int, str | None]]
) -> dict[str, object]:
    articles, last_run = had.get(portal.name, (0, None))
    return {
        "name": portal.name,
        "title": portal.title,
        "closed": portal.closed,
        "successor": portal.successor,
        "platform": portal.platform,
        "verified_on": portal.verified_on,
        "articles": articles,
        "last_run": last_run,
    }


def _had(layout: Layout, *, named: bool) -> dict[str, tuple[int, str | None]]:
    """Articles and last run by portal; nothing where no archive was named and none is there."""
    try:
        with answering(layout) as connection:
            return {
                name: (articles, None if last is None else str(last))
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
