"""The report of `portal demo`: figures, one search, where the files are, what to try next."""

import os
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path

from archive.commands.search import write_hit
from archive.commands.tables import write_table
from archive.database.reading import reading
from archive.layout import Layout
from archive.output import bold, write
from archive.search.filters import Filters
from archive.search.find import Search
from archive.search.query import parsed
from archive.warc import storage
from portal_crawler.launch.options import CrawlResult

QUERY = "chuyen doi so"
HITS = 3
NEWEST_FIVE = "select published_at, title from articles order by 1 desc limit 5"
FIGURES = {
    "listed": "listed",
    "articles_new": "stored",
    "problems": "with problems",
    "dead_links": "dead links",
    "pages_without_title": "no article",
    "requests": "requests",
}


def write_report(layout: Layout, results: Iterable[CrawlResult]) -> None:
    """Write it to stdout."""
    _head("Crawled")
    rows = [
        [result.run.portal, *(getattr(result.run, name) for name in FIGURES)]
        for result in results
        if result.run is not None
    ]
    write_table(["portal", *FIGURES.values()], sorted(rows))
    write("Dead links were listed but answered 404. Pages with no article, such as soft 404s, are")
    write("captured, but get no row.")
    _head(f"Found by searching for {QUERY!r}, typed without diacritics")
    _write_search(layout)
    _head("Kept")
    for path in [layout.database, *storage.closed_files(layout)]:
        write(f"{storage.size(path) / 1e6:6.1f} MB  {_short(path)}")
    _head("Try next")
    for command in _commands(layout):
        write(f"  {command}")


def _head(words: str) -> None:
    write()
    write(bold(words))


def _write_search(layout: Layout) -> None:
    with reading(layout) as connection:
        for hit in Search(connection, parsed(QUERY), Filters()).hits("rank", limit=HITS):
            write_hit(hit)


def _commands(layout: Layout) -> list[str]:
    archive = shlex.quote(_short(layout.folder))
    with reading(layout) as connection:
        newest = _newest(connection)
    portal = _program()
    return [
        f'{portal} search "an toàn thông tin" --archive {archive}',
        f"{portal} show {newest} --archive {archive}",
        f"{_sqlite()} {archive}/archive.db {shlex.quote(NEWEST_FIVE)}",
        f"{portal} replay {newest} --archive {archive}",
    ]


def _newest(connection: sqlite3.Connection) -> str:
    row = connection.execute(
        "SELECT portal || '/' || key FROM articles ORDER BY published_at DESC LIMIT 1"
    ).fetchone()
    return str(row[0])


def _program() -> str:
    """`portal` if the shell finds it; else the path by which it was called."""
    return "portal" if shutil.which("portal") else shlex.quote(_short(Path(sys.argv[0])))


def _sqlite() -> str:
    """SQLite's own program if it is installed; else sqlite-utils, which comes with this project."""
    if shutil.which("sqlite3"):
        return "sqlite3"
    return f"{shlex.quote(_short(Path(sys.executable).with_name('sqlite-utils')))} query --table"


def _short(path: Path) -> str:
    """The path, relative to the working folder if that is shorter."""
    relative = os.path.relpath(path.absolute())
    return min(relative, str(path.absolute()), key=len)
