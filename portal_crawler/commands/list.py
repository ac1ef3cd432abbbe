"""`portal list`: lists known portals."""

import argparse
import sys
from dataclasses import dataclass

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
"""Columns left out on a narrow terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`portal list` takes only the common options."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Write a row for each portal, with its articles and last run if there is an archive."""
    archived = _archived(Layout(archive_folder(args.archive)), named=args.archive is not None)
    known = registry(project_settings({}))
    rows = [_row(cls, archived.get(cls.name, Archived())) for cls in known.portals.values()]
    if args.json:
        for row in rows:
            write_json(row)
    else:
        write_table(_COLUMNS, [[row[column] for column in _COLUMNS] for row in rows], _SPARE)
    sys.stdout.flush()
    known.check()
    return 0


@dataclass(frozen=True, slots=True)
class Archived:
    """A portal's articles and last run in the archive."""

    articles: int = 0
    last_run: str | None = None
    """UTC; when it began."""


def _row(portal: type[PortalDeclaration], archived: Archived) -> dict[str, object]:
    return {
        "name": portal.name,
        "title": portal.title,
        "closed": portal.closed,
        "successor": portal.successor,
        "platform": portal.platform,
        "verified_on": portal.verified_on,
        "articles": archived.articles,
        "last_run": archived.last_run,
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
