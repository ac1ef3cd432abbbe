"""`portal import`: imports WARC, ARC and WACZ files made by other tools."""

import argparse
import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from archive.commands.options import add_settings
from archive.database.database_copy import copy_database
from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.errors import ArchiveUnwritableError, NotAnArchiveError
from archive.filesystem.locks import archive_lock
from archive.imports.passed_over import MOST_WHY_CHARS
from archive.layout import Layout, archive_folder
from archive.output import say, say_passing, write_json
from portal_crawler.commands.options import import_limits, reserve_bytes
from portal_crawler.exit_codes import ExitCode, worst
from portal_crawler.portals.reader import PageReader
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.fingerprint import rules_by_portal
from portal_crawler.reprocessing.import_files import Importer, Result
from portal_crawler.reprocessing.imported_files import (
    Imported,
    ImportReprocessing,
)
from portal_crawler.reprocessing.learned_portal import knowing
from portal_crawler.reprocessing.missing_modules import missing_words, undeclared

EXAMPLES = """
  portal import ~/old/*.warc.gz --archive /srv/archive
  portal import crawl.wacz --dry-run                    # show its contents; write nothing
  portal import --accept crawl.wacz                     # accept the findings in it
  portal import --remove crawl.wacz                     # remove it and its rows

The files are kept unchanged below warc/imported. Importing a file again does no harm. Accepted
findings are no longer reported by `portal verify`; its option --all shows them. A removed file is
moved to warc/imported/removed and the database is rebuilt without it, which takes as long as
`portal rebuild`.
"""

SHOWN = 20
"""Lines about places that were passed over in one file; `--json` has all of them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal import`."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=Path,
        help="a WARC (also .gz, .zst), ARC or WACZ file; name an imported file by its path, its "
        "name in warc/imported, or the first 12 hex digits of that name",
    )  # fmt: skip
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="read the files and write nothing")
    instead.add_argument(
        "--accept", action="store_true",
        help="accept the findings of `portal verify` in imported files",
    )  # fmt: skip
    instead.add_argument(
        "--remove", action="store_true", help="remove imported files from the archive"
    )
    add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Import file by file; the exit code is the worst of theirs."""
    portals = readable_portals(args.settings)
    progress = _Progress(quiet=args.quiet)
    opening = _nowhere if args.dry_run else _archive
    results = []
    with opening(args, portals, progress) as importer:
        for path in args.files:
            result = _import(importer, path)
            progress.reset()
            results.append(result)
            if args.json:
                write_json(json_of(result))
            if not args.quiet or result.code:
                _say(result, dry=args.dry_run)
    return worst([*(result.code for result in results), _unclaimed(args, portals, results)])


def _unclaimed(
    args: argparse.Namespace, portals: Mapping[str, PageReader], results: list[Result]
) -> int:
    """Say whose the pages without a portal may be; the exit code.

    An archive can have portals that no module declares here.
    """
    layout = Layout(archive_folder(args.archive))
    if not any(one.done is not None and one.done.unclaimed for one in results):
        return int(ExitCode.OK)
    missing = undeclared(layout, portals)
    if missing:
        say(f"some pages may be of portals of this archive: {missing_words(layout, missing)}")
    return int(ExitCode.INCOMPLETE if missing else ExitCode.OK)


def _import(importer: Importer, path: Path) -> Result:
    try:
        return importer.import_file(path)
    except NotAnArchiveError as error:
        return Result(str(path), ExitCode.USAGE, error=str(error))
    except (OSError, sqlite3.Error) as error:
        raise ArchiveUnwritableError(
            f"cannot import {path} into {importer.layout.folder}: {error}; "
            "free or repair the disk, then import this file again; earlier imports are whole"
        ) from error


@contextlib.contextmanager
def _archive(
    args: argparse.Namespace, portals: Mapping[str, PageReader], progress: "_Progress"
) -> Iterator[Importer]:
    layout = Layout(archive_folder(args.archive))
    with archive_lock(layout), _opened(layout, portals, progress) as reprocessing:
        yield Importer(
            layout,
            reprocessing,
            limits=import_limits(args.settings),
            reserve_bytes=reserve_bytes(args.settings),
        )


@contextlib.contextmanager
def _nowhere(
    args: argparse.Namespace, portals: Mapping[str, PageReader], progress: "_Progress"
) -> Iterator[Importer]:
    """An importer into a temporary copy of the archive's database, for `--dry-run`."""
    real = Layout(archive_folder(args.archive))
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        copy_database(real, layout, reserve_bytes(args.settings))
        with _opened(layout, portals, progress) as reprocessing:
            yield Importer(
                layout, reprocessing, limits=import_limits(args.settings), looked_at=real
            )


@contextlib.contextmanager
def _opened(
    layout: Layout, portals: Mapping[str, PageReader], progress: "_Progress"
) -> Iterator[ImportReprocessing]:
    with contextlib.closing(Store(open_for_writing(layout), rules_by_portal(portals))) as store:
        yield ImportReprocessing(layout, store, knowing(portals, store.connection), progress)


class _Progress:
    """Counts on a line of the terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._looked = self._stored = 0

    def __call__(self, captures: int) -> None:
        """Add captures that were stored; 0 adds one record that was read."""
        self._stored += captures
        self._looked += captures == 0
        if not self._quiet and (captures or self._looked % 100 == 0):
            say_passing(f"{self._looked} records read, {self._stored} captures stored")

    def reset(self) -> None:
        """Start again at 0."""
        self._looked = self._stored = 0


def _say(result: Result, *, dry: bool) -> None:
    if result.done is None:
        say(f"{result.file}: {result.error}")
        return
    passed_over = result.done.passed_over
    for one in passed_over[:SHOWN]:
        say(f"{result.file}: passed over at {one.offset}: {one.why[:MOST_WHY_CHARS]}")
    if len(passed_over) > SHOWN:
        say(f"{result.file}: {len(passed_over) - SHOWN} more places passed over; --json has all")
    if result.again:
        say(f"{result.file}: imported before; nothing to do")
        return
    for line in summary(result.file, result.done, dry=dry):
        say(line)


def summary(file: str, done: Imported, *, dry: bool = False) -> list[str]:
    """Lines with the captures and articles that a file gave, and counts of all that gave none."""
    run = done.run
    lines = [
        f"{file}: {'would give ' if dry else ''}{_count(run.requests, 'capture')};"
        f" {_count(run.articles_new, 'new article')}, {run.articles_changed} changed,"
        f" {run.articles_unchanged} unchanged"
    ]
    reasons = {
        "no article": [
            _count(run.dead_links, "dead link"),
            _count(run.pages_without_title, "page", " without a title"),
            _count(done.unclaimed, "capture", " of no known portal"),
        ],
        "no capture": [
            _count(done.without_original, "revisit", " without an original here"),
            _count(done.known, "record", " of earlier files"),
        ],
        "no answer": [
            _count(count, f"{kind} record") for kind, count in sorted(done.kinds.items())
        ],
        "damaged": [_count(len(done.passed_over), "place")],
    }
    for words, counts in reasons.items():
        if found := [one for one in counts if not one.startswith("0 ")]:
            lines.append(f"  {words}: {', '.join(found)}")
    return lines


def _count(number: int, noun: str, more: str = "") -> str:
    """`1 page without a title`, `2 pages without a title`."""
    return f"{number} {noun}{'' if number == 1 else 's'}{more}"


def json_of(result: Result) -> dict[str, object]:
    """The object of `--json` for a file: its run's row and the places passed over, or the error."""
    if result.done is None:
        return {"file": result.file, "error": result.error}
    done = result.done
    return {
        "file": result.file,
        "again": result.again,
        **asdict(done.run),
        "unclaimed": done.unclaimed,
        "known": done.known,
        "without_original": done.without_original,
        "kinds": done.kinds,
        "passed_over": [asdict(one) for one in done.passed_over],
    }
