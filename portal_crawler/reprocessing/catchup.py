"""Stores the records that a killed crawl left in its files, and closes these files."""

import logging
import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from archive.database.store import Store
from archive.errors import ArchiveUnwritableError
from archive.layout import Layout
from archive.models import ReplayCheck, Run
from archive.moments import now
from archive.recording.keeper import run_uri
from archive.warc import storage
from archive.warc.closing import close_left_open
from archive.warc.file_names import is_open
from archive.warc.own_metadata import lines_of_run
from archive.warc.own_records import Correction, FileReading
from archive.warc.records import WARC_FIELDS, Record, new_record_id, warc_fields
from archive.warc.stream import Damage
from portal_crawler.reprocessing.crawl_files import Reprocessing
from portal_crawler.reprocessing.effects import Portals

logger = logging.getLogger(__name__)


def catch_up(layout: Layout, store: Store, name: str, portals: Portals) -> int:
    """Store the captures of the killed crawls of portal `name`; returns how many exchanges it read.

    The caller holds the portal's lock. Doing it again changes nothing. Raises
    ArchiveUnwritableError.
    """
    files = left_behind(layout, store, name)
    if not files:
        return 0
    reprocessing = Reprocessing(layout, store, portals)
    try:
        failed = _failed(layout, store, files)
        reprocessing.process(name, files)
        unsaid = [
            partial(reprocessing.fail, run, why)
            for run, why in failed.items()
            if run in reprocessing.killed and is_open(reprocessing.last_files[run])
        ]
        store.in_transaction(unsaid)
        ends = {reprocessing.last_files[run.id]: run for run in reprocessing.killed.values()}
        torn = sum(close_torn(layout, path, ends.get(path)) for path in files if is_open(path))
    except (OSError, sqlite3.Error) as error:
        raise ArchiveUnwritableError(
            f"cannot store the records of a killed crawl of {name} in {layout.folder}: {error}"
        ) from error
    logger.info(
        "%s: an earlier crawl was killed; %d exchanges of its %d files were read again, "
        "%d bytes of incomplete records moved to files beside them",
        name,
        reprocessing.captures,
        len(files),
        torn,
    )
    return reprocessing.captures


def _failed(layout: Layout, store: Store, files: Iterable[Path]) -> dict[int, str]:
    """The runs that failed by the database, and why.

    The disk may have taken their row, but no record of the failure.
    """
    runs = {run for path in files if (run := first_run(layout, path)) is not None}
    return {run: why for run in runs if (why := store.runs.why_failed(run)) is not None}


def left_behind(layout: Layout, store: Store, name: str) -> list[Path]:
    """The portal's files that a killed crawl may not have brought into the database.

    That is those still `.open`, and the closed ones of their runs and of those that the database
    does not know to have ended.
    """
    found: list[Path] = []
    broken_off: set[int | None] = set()
    for path in reversed(storage.files_of(layout, name)):
        run = first_run(layout, path)
        if run is None and not is_open(path) and _is_no_crawl(layout, path):
            continue
        ended = run is not None and store.runs.has_ended(run)
        if is_open(path):
            broken_off.add(run)
        elif ended and run not in broken_off:
            if run is not None and store.runs.why_failed(run) is not None:
                continue  # it may not have begun, and so caught up with no earlier run
            break
        found.insert(0, path)
    return found


def _is_no_crawl(layout: Layout, path: Path) -> bool:
    """Whether a file holds a person's correction of the portal's layout, or checks of replay."""
    with storage.open_own(path) as file:
        found = FileReading(layout, path).read(file)
        return any(isinstance(one, (Correction, ReplayCheck)) for one in found)


def first_run(layout: Layout, path: Path) -> int | None:
    """The id of the run that a file belongs to; None if no record names one."""
    with storage.open_own(path) as file:
        for found in FileReading(layout, path).read(file):
            if isinstance(found, (Damage, Correction, ReplayCheck)):
                continue
            return found.id if isinstance(found, Run) else found.capture.run_id
    return None


def close_torn(layout: Layout, path: Path, run: Run | None = None) -> int:
    """Close a file that a killed crawl left open; returns the bytes moved to a file beside it.

    The end of its run is written into it, as the crawl itself would have done: the rows by which
    its figures were counted may differ when the files are read again.
    """
    return close_left_open(path, whole_bytes(layout, path), _end_of(run) if run else None)


def _end_of(run: Run) -> Record:
    return Record(
        kind="metadata",
        date=now(),
        content_type=WARC_FIELDS,
        block=warc_fields(lines_of_run(run, "end")),
        record_id=new_record_id(),
        fields=[("WARC-Target-URI", run_uri(run))],
    )


def whole_bytes(layout: Layout, path: Path) -> int:
    """The bytes of whole exchanges and run records at the beginning of an open file."""
    reading = FileReading(layout, path)
    with storage.open_own(path) as file:
        for _ in reading.read(file):
            pass
    return reading.end
