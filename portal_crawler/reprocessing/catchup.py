"""After a crawl that was killed: its whole records become rows, its torn tail is set aside."""

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
from archive.warc.own_records import Correction, FileReading
from archive.warc.records import WARC_FIELDS, Record, new_record_id, warc_fields
from archive.warc.stream import Damage
from archive.warc.told import lines_of_run
from portal_crawler.reprocessing.crawl_files import Reprocessing
from portal_crawler.reprocessing.effects import Portals

logger = logging.getLogger(__name__)


def catch_up(layout: Layout, store: Store, name: str, portals: Portals) -> int:
    """Store what the killed crawls of portal `name` had captured; the exchanges that were read.

    The caller holds the portal's lock. To do it again does no harm. Raises ArchiveUnwritableError.
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
            f"cannot put right what a killed crawl of {name} left in {layout.folder}: {error}"
        ) from error
    logger.info(
        "%s: an earlier crawl was killed; %d exchanges of its %d files were read again, "
        "%d torn bytes set aside",
        name,
        reprocessing.captures,
        len(files),
        torn,
    )
    return reprocessing.captures


def _failed(layout: Layout, store: Store, files: Iterable[Path]) -> dict[int, str]:
    """Runs that the database knows to have failed, and why.

    The disk may have taken that row, and no record.
    """
    runs = {run for path in files if (run := first_run(layout, path)) is not None}
    return {run: why for run in runs if (why := store.why_failed(run)) is not None}


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
        ended = run is not None and store.has_ended(run)
        if is_open(path):
            broken_off.add(run)
        elif ended and run not in broken_off:
            if run is not None and store.why_failed(run) is not None:
                continue  # it may not have begun, and so left what is before it as it is
            break
        found.insert(0, path)
    return found


def _is_no_crawl(layout: Layout, path: Path) -> bool:
    """Whether a file holds what a person said of the portal's layout, or checks of replay."""
    with storage.open_own(path) as file:
        found = FileReading(layout, path).read(file)
        return any(isinstance(one, (Correction, ReplayCheck)) for one in found)


def first_run(layout: Layout, path: Path) -> int | None:
    """The id of the run that a file belongs to; None where its beginning says nothing."""
    with storage.open_own(path) as file:
        for found in FileReading(layout, path).read(file):
            if isinstance(found, (Damage, Correction, ReplayCheck)):
                continue
            return found.id if isinstance(found, Run) else found.capture.run_id
    return None


def close_torn(layout: Layout, path: Path, run: Run | None = None) -> int:
    """Close a file that a killed crawl left open; the bytes that were set aside.

    What its run came to is written into it, as the crawl itself would have done at its end: the
    rows that it was counted by may be others when the files are read again.
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
    """How much of a file that was not closed is whole exchanges and run records."""
    reading = FileReading(layout, path)
    with storage.open_own(path) as file:
        for _ in reading.read(file):
            pass
    return reading.end
