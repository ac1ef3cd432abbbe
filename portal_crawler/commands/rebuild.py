"""`portal rebuild`: archive.db again, from the WARC files alone."""

import argparse
import contextlib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.errors import ArchiveMissingError, ArchiveUnwritableError
from archive.imports import unfinished
from archive.layout import OPEN_SUFFIX, Layout, archive_folder
from archive.locks import archive_lock
from archive.schema import end_bulk_loading, open_aside, swap_in
from archive.store import Store
from archive.timeline import Timeline
from archive.warc.cdxj import timestamp
from archive.warc.companion import IMPORTED, ImportedFile, companions
from portal_crawler.claims import Claiming
from portal_crawler.crawling import readable_portals, write_to_stderr
from portal_crawler.display import counting_bar
from portal_crawler.importing import ImportReplay
from portal_crawler.relearning import Relearning
from portal_crawler.replay import Correction
from portal_crawler.replaying import Replay
from portal_crawler.rules import fingerprint

EXAMPLES = """
  portal rebuild --archive /srv/archive
  portal rebuild --archive /srv/archive --jobs 2
"""

ASIDE = "archive.db.rebuilt"

_BEGUN = re.compile(r"-(\d{14})-\d{5}-")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many processes read pages."""
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="read pages in N processes"
    )
    add_settings(parser)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """`-s`, of which what names the portals counts."""
    parser.add_argument(
        "-s", dest="settings", action="append", default=[], metavar="SETTING=VALUE",
        help="a setting of the crawl: SPIDER_MODULES names other portals",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Rebuild aside, and take the old database's place when all is in."""
    layout = Layout(archive_folder(args.archive))
    if not layout.warc.is_dir():
        raise ArchiveMissingError(
            f"no WARC files in {layout.warc}; name an archive with --archive or $PORTAL_ARCHIVE"
        )
    with archive_lock(layout):
        declared = readable_portals(args.settings)
        captures = rebuild(layout, declared, max(1, args.jobs), quiet=args.quiet)
    if not args.quiet:
        write_to_stderr(f"{layout.database} rebuilt from {captures} captures")
    return 0


def rebuild(layout: Layout, declared: Mapping[str, Claiming], jobs: int, *, quiet: bool) -> int:
    """The number of captures read. The caller holds the archive's lock."""
    aside = layout.folder / ASIDE
    captures = 0
    try:
        connection = open_aside(aside)
        with (
            contextlib.closing(Store(connection, fingerprint())) as store,
            _executor(jobs) as executor,
            counting_bar("Captures", _indexed(layout), quiet=quiet) as heard,
        ):
            for path in unfinished(layout):
                write_to_stderr(f"{path.name} was not imported to its end: import it again")
            importing = ImportReplay(layout, store, Timeline(connection), declared, heard)
            corrections: list[Correction] = []
            for stage in stages(layout):
                for name, files in stage.crawled.items():
                    if name not in declared:
                        write_to_stderr(f"{name} is no portal that is known: captures only")
                    replay = Replay(layout, store, declared, executor, jobs)
                    replay.replay(name, files, heard)
                    captures += replay.done.captures
                    corrections += replay.corrections
                if stage.imported is not None:
                    captures += importing.replay_again(stage.imported).run.requests
            for name in _learning(connection, declared):
                relearning = Relearning(layout, connection, store, declared[name])
                own = [one for one in corrections if one.portal == name]
                store.in_transaction([partial(relearning.rebuild, own)])
            end_bulk_loading(connection)
        swap_in(aside, layout)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveUnwritableError(
            f"cannot write {aside}: {error}; the database that was there is untouched"
        ) from error
    return captures


def _learning(connection: sqlite3.Connection, declared: Mapping[str, Claiming]) -> list[str]:
    """The portals of the database that their sites teach."""
    names = connection.execute("SELECT name FROM portals ORDER BY name").fetchall()
    return [name for (name,) in names if name in declared and declared[name].learns]


@dataclass(frozen=True, slots=True)
class Stage:
    """What was written up to an import, and the import."""

    crawled: Mapping[str, list[Path]]
    """Files by portal."""
    imported: ImportedFile | None


def stages(layout: Layout) -> Iterator[Stage]:
    """All files of the archive in the order of time, as far as it counts.

    An import may rest on what was crawled before it, and a crawl on what was imported before.
    """
    waiting = {
        folder.name: _files(folder)
        for folder in sorted(path for path in layout.warc.iterdir() if path.is_dir())
        if folder.name != IMPORTED
    }
    for imported in companions(layout):
        moment = timestamp(imported.imported_at)
        crawled = {
            name: [path for path in files if _begun(path) < moment]
            for name, files in waiting.items()
        }
        waiting = {
            name: [path for path in files if _begun(path) >= moment]
            for name, files in waiting.items()
        }
        yield Stage({name: files for name, files in crawled.items() if files}, imported)
    yield Stage(waiting, None)


def _begun(path: Path) -> str:
    """When a file was begun, `20261123042947`, as its name says; empty where it does not."""
    found = _BEGUN.search(path.name)
    return found[1] if found else ""


def _files(folder: Path) -> list[Path]:
    return [*folder.glob("*.warc.gz"), *folder.glob("*.warc.gz" + OPEN_SUFFIX)]


@contextlib.contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    if jobs == 1:
        yield None
        return
    with ProcessPoolExecutor(jobs) as executor:
        yield executor


def _indexed(layout: Layout) -> int | None:
    """How many captures the indexes name, so that the bar knows its end; None without any."""
    return sum(path.read_bytes().count(b"\n") for path in layout.warc.rglob("*.cdxj")) or None
