"""`portal import`: other people's WARC, ARC and WACZ files into the archive."""

import argparse
import contextlib
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive.errors import ArchiveUnwritableError, NotAnArchiveError
from archive.imports import KeptFile, Preparation, digest_of, keep, kept_before
from archive.layout import Layout, archive_folder
from archive.locks import archive_lock
from archive.printable import printable, printable_json
from archive.schema import open_for_writing
from archive.store import Store
from archive.timeline import Timeline
from archive.warc.companion import ImportedFile, companion_path, read_companion
from archive.warc.unpacking import parts_of
from portal_crawler.claims import Claiming
from portal_crawler.commands.rebuild import add_settings
from portal_crawler.crawling import readable_portals, write_to_stderr
from portal_crawler.exit_codes import ExitCode, worst
from portal_crawler.importing import Imported, ImportReplay, PassedOver, lines_of, told_of
from portal_crawler.learned import knowing
from portal_crawler.rules import fingerprint

EXAMPLES = """
  portal import ~/old/*.warc.gz --archive /srv/archive
  portal import crawl.wacz --dry-run                    # what is in it; nothing is written

The files are kept as they are, below warc/imported. To import a file again does no harm.
"""

SHOWN = 20
"""Lines about what was passed over, of one file; `--json` has all of them."""


@dataclass(slots=True)
class Result:
    """What became of one file."""

    file: str
    code: ExitCode = ExitCode.OK
    error: str | None = None
    again: bool = False
    done: Imported | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which files, and whether only to look at them."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=Path, help="WARC (also .gz, .zst), ARC or WACZ"
    )
    parser.add_argument("--dry-run", action="store_true", help="read the files, write nothing")
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
            progress.clear()
            results.append(result)
            if args.json:
                print(printable_json(json_of(result)), flush=True)  # noqa: T201  data
            if not args.quiet or result.code:
                _say(result, dry=args.dry_run)
    return worst(result.code for result in results)


@dataclass(slots=True)
class Importer:
    """Brings files into an archive that is open and locked."""

    layout: Layout
    replay: ImportReplay
    looked_at: Layout | None = None
    """The archive of which `layout` is a stand-in, where nothing is to be written."""

    def import_file(self, path: Path) -> Result:
        """Keep one file and put its rows. Raises ArchiveError and OSError."""
        sha256 = digest_of(path)
        if self.looked_at is not None:
            return self._look(self.looked_at, path, sha256)
        known = kept_before(self.layout, sha256)
        if known is None:
            next(iter(parts_of(path)), None)  # what is no archive is refused before it is copied
            known = keep(self.layout, path, sha256)
        imported = _ended_before(companion_path(known))
        if imported is None:
            return self._fresh(path, KeptFile(known, sha256, path.name))
        done = self.replay.replay_again(imported)
        return _result(path, done, again=True)

    def _look(self, layout: Layout, path: Path, sha256: str) -> Result:
        known = kept_before(layout, sha256)
        imported = _ended_before(companion_path(known)) if known is not None else None
        if imported is not None:
            return _result(path, told_of(imported), again=True)
        return self._fresh(path, KeptFile(path.absolute(), sha256, path.name))

    def _fresh(self, path: Path, kept: KeptFile) -> Result:
        folder = self.layout.folder if self.looked_at is not None else kept.path.parent
        target = folder / companion_path(kept.path).name
        preparation = Preparation(kept, version("portal-archive"), folder)
        writer, refused = preparation.write(target)
        with contextlib.closing(writer):
            imported = read_companion(writer.open_path)
            assert imported is not None
            imported = replace(imported, path=kept.path)
            passed_over = [PassedOver(kept.path.name, one.offset, one.why) for one in refused]
            done = self.replay.replay(imported, passed_over)
            writer.end(lines_of(done))
        return _result(path, done)


def _ended_before(companion: Path) -> ImportedFile | None:
    imported = read_companion(companion) if companion.exists() else None
    return imported if imported is not None and imported.run is not None else None


def _result(path: Path, done: Imported, *, again: bool = False) -> Result:
    code = ExitCode.DAMAGED if done.passed_over else ExitCode.OK
    return Result(str(path), code, again=again, done=done)


def _import(importer: Importer, path: Path) -> Result:
    try:
        return importer.import_file(path)
    except NotAnArchiveError as error:
        return Result(str(path), ExitCode.USAGE, error=str(error))
    except (OSError, sqlite3.Error) as error:
        raise ArchiveUnwritableError(
            f"cannot import {path} into {importer.layout.folder}: {error}; "
            "what was imported before is whole, import this file again"
        ) from error


@contextlib.contextmanager
def _archive(
    args: argparse.Namespace, portals: Mapping[str, Claiming], progress: "_Progress"
) -> Iterator[Importer]:
    layout = Layout(archive_folder(args.archive))
    with archive_lock(layout), _opened(layout, portals, progress) as replay:
        yield Importer(layout, replay)


@contextlib.contextmanager
def _nowhere(
    args: argparse.Namespace, portals: Mapping[str, Claiming], progress: "_Progress"
) -> Iterator[Importer]:
    """An archive for the time of a look."""
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        with _opened(layout, portals, progress) as replay:
            yield Importer(layout, replay, Layout(archive_folder(args.archive)))


@contextlib.contextmanager
def _opened(
    layout: Layout, portals: Mapping[str, Claiming], progress: "_Progress"
) -> Iterator[ImportReplay]:
    connection = open_for_writing(layout)
    with contextlib.closing(Store(connection, fingerprint())) as store:
        known = knowing(portals, connection)
        yield ImportReplay(layout, store, Timeline(connection), known, progress)


class _Progress:
    """A line that counts, on a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
        self._shown = not quiet and not plain and sys.stderr.isatty()
        self._looked = self._stored = 0

    def __call__(self, captures: int) -> None:
        """So many more captures are stored; 0: one more record was looked at."""
        self._stored += captures
        self._looked += captures == 0
        if self._shown and (captures or self._looked % 100 == 0):
            words = f"{self._looked} records looked at, {self._stored} captures stored"
            sys.stderr.write(f"\r\x1b[K{words}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty, and count anew."""
        self._looked = self._stored = 0
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _say(result: Result, *, dry: bool) -> None:
    if result.done is None:
        write_to_stderr(printable(f"{result.file}: {result.error}"))
        return
    for one in result.done.passed_over[:SHOWN]:
        write_to_stderr(printable(f"{result.file}: passed over at {one.offset}: {one.why}"))
    if len(result.done.passed_over) > SHOWN:
        more = len(result.done.passed_over) - SHOWN
        write_to_stderr(printable(f"{result.file}: {more} more places passed over; --json has all"))
    write_to_stderr(printable(summary(result, dry=dry)))


def summary(result: Result, *, dry: bool = False) -> str:
    """One line of what became of a file that was read."""
    done = result.done
    assert done is not None
    run = done.run
    if result.again:
        return f"{result.file}: imported before; nothing to do"
    figures = [
        f"{run.requests} captures",
        f"{run.articles_new} articles new",
        f"{run.articles_changed} changed",
        f"{done.unclaimed} of no known portal",
    ]
    others = {
        "in the archive already": done.known,
        "revisits of what is not here": done.without_original,
        "places passed over": len(done.passed_over),
    }
    figures += [f"{count} {words}" for words, count in others.items() if count]
    return f"{result.file}: {'would be ' if dry else ''}{', '.join(figures)}"


def json_of(result: Result) -> dict[str, Any]:
    """What `--json` writes of a file: its run's row and what was passed over, or the error."""
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
        "passed_over": [asdict(one) for one in done.passed_over],
    }
