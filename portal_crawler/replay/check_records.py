"""Keeps the results of replay checks: pictures in checks/, records in the portal's WARC, rows."""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from importlib.metadata import version

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.errors import ArchiveUnwritableError
from archive.filesystem.locks import portal_lock
from archive.filesystem.publishing import published
from archive.layout import Layout, replay_check_id
from archive.models import ReplayCheck
from archive.moments import now, utc_text
from archive.warc.own_records import lines_of_replay_check
from archive.warc.writer import WarcWriter
from portal_crawler.replay.check import CheckedPage, PageOutcome, is_crawled, missing_json


def check_of(
    layout: Layout, connection: sqlite3.Connection, page: CheckedPage, outcome: PageOutcome
) -> ReplayCheck:
    """The values kept for a page. Its picture is written here; its record is not.

    Raises ArchiveUnwritableError.
    """
    moment = utc_text(now())
    inside = [each for each in outcome.missing if is_crawled(connection, page.portal, each.url)]
    picture = f"{page.article}-{''.join(filter(str.isdigit, moment))}.png"
    path = layout.checks / picture
    try:
        layout.checks.mkdir(exist_ok=True)
        with published(path) as file:
            file.write(outcome.picture)
    except OSError as error:
        raise ArchiveUnwritableError(f"cannot write {path}: {error.strerror or error}") from error
    return ReplayCheck(
        id=0,
        record_id="",
        portal=page.portal,
        url=page.url,
        capture_id=page.capture_id,
        checked_at=moment,
        is_text_visible=int(outcome.is_text_visible),
        missing=missing_json(inside),
        left_out=len(outcome.missing) - len(inside),
        script_errors=json.dumps(outcome.script_errors),
        picture=f"{layout.checks.name}/{picture}",
    )


def keep_checks(layout: Layout, portal: str, checks: Iterable[ReplayCheck]) -> None:
    """Write checks into a WARC file of the portal, then into the rows.

    Raises ArchiveLockedError if the portal is being crawled, and ArchiveUnwritableError.
    """
    with portal_lock(layout, portal):
        written = list(_recorded(layout, portal, checks))
        with contextlib.closing(Store(open_for_writing(layout))) as store:
            store.in_transaction([partial(store.put_replay_check, check) for check in written])


def _recorded(layout: Layout, portal: str, checks: Iterable[ReplayCheck]) -> Iterator[ReplayCheck]:
    warcinfo = [
        ("software", f"portal-archive/{version('portal-archive')}"),
        ("format", "WARC File Format 1.1"),
        ("isPartOf", portal),
        ("portal", portal),
    ]
    writer = WarcWriter(layout, portal, warcinfo)
    for check in checks:
        target = f"urn:portal-replay-check:{check.capture_id}"
        record_id = writer.write_metadata(lines_of_replay_check(check), target).record_id
        yield replace(check, id=replay_check_id(record_id), record_id=record_id)
    writer.close()
