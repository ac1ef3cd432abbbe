"""Cites an article down to the WARC record of the page that it was read from."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from archive.database.articles import Row, StoredArticle, capture_row
from archive.errors import ArchiveDamagedError
from archive.imports.stored import imported_record, is_imported
from archive.layout import Layout
from archive.models import Capture
from archive.warc.members import MemberState, read_member
from archive.warc.record_facts import RecordFacts, RecordReading, digest_bytes
from archive.warc.storage import open_named


def citation(layout: Layout, connection: sqlite3.Connection, stored: StoredArticle) -> Row:
    """The citation of an article and its proof: the record is read and its digests are computed.

    For a revisit the record with the body counts. Raises ArchiveDamagedError if the record is not
    there, or does not fit its digests.
    """
    capture = _with_body(connection, stored)
    facts = _record(layout, capture)
    article = stored.article
    return {
        "portal": article["portal"],
        "portal_title": stored.portal_title,
        "title": article["title"],
        "author": article["author"],
        "published_at": article["published_at"],
        "url": capture["url"],
        "captured_at": capture["fetched_at"],
        "article_id": article["id"],
        "version": article["version"],
        "warc_file": capture["warc_file"],
        "warc_offset": capture["warc_offset"],
        "warc_length": capture["warc_length"],
        "record_id": capture["record_id"],
        "payload_digest": facts.value("warc-payload-digest"),
        "block_digest": facts.value("warc-block-digest"),
        "truncated": capture["truncated"],
    }


def place_in_words(cited: Mapping[str, object]) -> str:
    """Where the page of a citation lies, and its digest, in a line; nothing is read."""
    return (
        f"captured {cited['captured_at']}, version {cited['version']}; {cited['warc_file']}, "
        f"offset {cited['warc_offset']}, length {cited['warc_length']}; {cited['record_id']}; "
        f"{cited['payload_digest']}"
    )


def _with_body(connection: sqlite3.Connection, stored: StoredArticle) -> Row:
    capture = stored.capture
    if capture.get("revisit_of") is not None:
        capture = capture_row(connection, capture["revisit_of"])
    if not capture:
        raise ArchiveDamagedError(
            f"the capture of article {stored.article['id']} is not in the database; "
            "run `portal verify`"
        )
    return capture


def _record(layout: Layout, capture: Row) -> RecordFacts:
    """The facts of the capture's record, after its digests were checked."""
    name = str(capture["warc_file"])
    try:
        if is_imported(name):
            return _imported_facts(layout, capture)
        with open_named(layout, name) as file:
            return _own_facts(file, capture)
    except OSError as error:
        raise ArchiveDamagedError(
            f"{name} cannot be read: {error.strerror}; bring it back from a copy"
        ) from error


def _own_facts(file: BinaryIO, capture: Row) -> RecordFacts:
    reading = RecordReading()
    member = read_member(file, int(str(capture["warc_offset"])), reading)
    facts = reading.facts()
    if member.state is not MemberState.WHOLE or facts.record_id != capture["record_id"]:
        raise ArchiveDamagedError(
            f"{capture['warc_file']} does not hold {capture['record_id']} at offset "
            f"{capture['warc_offset']}; run `portal verify`"
        )
    for wrong in _wrong_digests(facts):
        raise _damaged(capture, f"{wrong} is not that of the bytes")
    return facts


def _imported_facts(layout: Layout, capture: Row) -> RecordFacts:
    """The same, read as imports read it: records of others can be uncompressed, or irregular."""
    record = imported_record(layout, Capture(**cast(dict[str, Any], capture)))
    if record.flaw is not None and record.fault is None:
        raise _damaged(capture, record.flaw)
    return record.facts


def _damaged(capture: Row, why: str) -> ArchiveDamagedError:
    return ArchiveDamagedError(
        f"{capture['record_id']} in {capture['warc_file']}: {why}; run `portal verify`"
    )


def _wrong_digests(facts: RecordFacts) -> Iterator[str]:
    computed = (
        ("WARC-Block-Digest", facts.block_digest),
        ("WARC-Payload-Digest", facts.payload_digest),
    )
    for name, value in computed:
        given = facts.value(name.lower())
        if given and value is not None and digest_bytes(given) not in (None, value):
            yield name
