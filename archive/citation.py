"""How an article is cited: down to the WARC record that holds the page it was read from."""

import sqlite3
from collections.abc import Iterator
from typing import BinaryIO

from archive.database.articles import Row, StoredArticle, capture_row
from archive.errors import ArchiveDamagedError
from archive.imports.foreign import ForeignRecord, record_in, region_of
from archive.layout import Layout
from archive.warc.files import open_named
from archive.warc.members import State, read_member
from archive.warc.record_facts import RecordFacts, RecordReading, digest_bytes


def citation(layout: Layout, connection: sqlite3.Connection, stored: StoredArticle) -> Row:
    """What names the article and proves it, the record read and its digests computed anew.

    Of a page that was the same again the record with the body counts. ArchiveDamagedError where
    the record is not there, or is not the one that its digests were computed over.
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
    """The facts of the capture's record, proven."""
    name = str(capture["warc_file"])
    try:
        with open_named(layout, name) as file:
            facts = _member_facts(file, capture) or _imported_facts(file, capture)
    except OSError as error:
        raise ArchiveDamagedError(
            f"{name} cannot be read: {error.strerror}; bring it back from a copy"
        ) from error
    if facts is None:
        raise ArchiveDamagedError(
            f"{name} does not hold {capture['record_id']} at offset {capture['warc_offset']}; "
            "run `portal verify`"
        )
    for wrong in _wrong_digests(facts):
        raise ArchiveDamagedError(
            f"{wrong} of {capture['record_id']} is not that of the bytes in {name}; "
            "run `portal verify`"
        )
    return facts


def _member_facts(file: BinaryIO, capture: Row) -> RecordFacts | None:
    """Of the gzip member at the capture's place; None where it is not the capture's record."""
    reading = RecordReading()
    member = read_member(file, int(str(capture["warc_offset"])), reading)
    facts = reading.facts()
    is_right = member.state is State.WHOLE and facts.record_id == capture["record_id"]
    return facts if is_right else None


def _imported_facts(file: BinaryIO, capture: Row) -> RecordFacts | None:
    """As imports read it: records of others can be plain, and odd."""
    start = int(str(capture["warc_offset"]))
    region = region_of(file, start, start + int(str(capture["warc_length"])))
    found = record_in(file, region, start)
    if not isinstance(found, ForeignRecord) or found.facts.record_id != capture["record_id"]:
        return None
    return found.facts


def _wrong_digests(facts: RecordFacts) -> Iterator[str]:
    block = digest_bytes(facts.value("warc-block-digest") or "")
    if block is not None and block != facts.block_digest:
        yield "WARC-Block-Digest"
    if not facts.is_payload_proven and facts.payload_digest is not None:
        yield "WARC-Payload-Digest"
