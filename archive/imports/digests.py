"""Checks imported records by the digests that they name. Pure.

Tools take WARC-Payload-Digest over the chunks, over the decoded body or over the whole block, and
some change a block after taking its digest: a record is damaged only if none of its digests fits.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from archive.imports.answers import Body, Chunks, decoded_body, head_of_block
from archive.warc.http1 import Head
from archive.warc.record_facts import ALGORITHMS, RecordFacts, digest_bytes

Bytes = bytes | bytearray | memoryview

BLOCK = "warc-block-digest"
PAYLOAD = "warc-payload-digest"

WRONG_BLOCK = "its block digest is not that of its bytes"
WRONG_PAYLOAD = "its payload digest is not that of its payload"


class Digested(Protocol):
    """The digests to compute of a record."""

    @property
    def facts(self) -> RecordFacts:
        """Its header."""

    @property
    def block(self) -> bytes:
        """Its block."""

    @property
    def head(self) -> Head:
        """The head of its answer."""

    @property
    def body(self) -> Body:
        """The body of its answer."""

    @property
    def is_packed(self) -> bool:
        """Whether a checksum proves that its bytes are unchanged."""

    @property
    def long(self) -> "LongDigests | None":
        """The digests of a block that is longer than is kept."""


class LongDigests:
    """The digests of a block that is too long to be kept, taken while it runs by."""

    def __init__(self, facts: RecordFacts, first: bytes) -> None:
        head = head_of_block(facts, first)
        self._skipped = head.length
        self._chunks = _chunks_of(head, first)
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._block = _hash_of(facts, BLOCK)
        self._payload = _hash_of(facts, PAYLOAD)
        self._sent = _hash_of(facts, PAYLOAD)

    def feed(self, data: Bytes) -> None:
        """Take the next bytes of the block."""
        if self._block is not None:
            self._block.update(data)
        body = memoryview(data)[self._skipped :]
        self._skipped = max(0, self._skipped - len(data))
        if self._sent is not None:
            self._sent.update(body)
        for piece in self._chunks.feed(bytes(body)) if self._chunks is not None else [body]:
            self._sha1.update(piece)
            if self._payload is not None:
                self._payload.update(piece)

    @property
    def payload_sha1(self) -> str:
        """The payload's digest, as `sha1_text` writes it."""
        return "sha1:" + base64.b32encode(self._sha1.digest()).decode()

    def flaw_of(self, facts: RecordFacts) -> str | None:
        """The digest of the record that does not match, in words; None if none is wrong."""
        given = digest_bytes(facts.value(BLOCK) or "")
        if given is not None:
            is_right = self._block is not None and self._block.digest() == given
            return None if is_right else WRONG_BLOCK
        given = digest_bytes(facts.value(PAYLOAD) or "")
        if given is None or facts.value("warc-truncated"):
            return None
        taken = (self._payload, self._sent)
        is_right = any(one is not None and one.digest() == given for one in taken)
        return None if is_right else WRONG_PAYLOAD


def _chunks_of(head: Head, first: bytes) -> Chunks | None:
    if not head.chunked:
        return None
    tried = Chunks()
    tried.feed(first[head.length :])
    return None if tried.are_none else Chunks()


def _hash_of(facts: RecordFacts, name: str) -> "hashlib._Hash | None":
    algorithm = ALGORITHMS.get((facts.value(name) or "").partition(":")[0].strip().lower())
    return hashlib.new(algorithm, usedforsecurity=False) if algorithm else None


def flaw_of(record: Digested) -> str | None:
    """The digest of a record that does not match, in words.

    Old Webrecorders took cookies out of heads behind the block's digest: there the payload's
    proves the record, if a checksum shows that nobody changed it since.
    """
    facts = record.facts
    if record.long is not None:
        return record.long.flaw_of(facts)
    block = digest_bytes(facts.value(BLOCK) or "")
    if block is not None and _is_of(facts, BLOCK, [record.block]):
        return None
    has_payload = facts.kind != "revisit" and not facts.value("warc-truncated")
    payload = digest_bytes(facts.value(PAYLOAD) or "") if has_payload else None
    is_proven = payload is not None and _is_of(facts, PAYLOAD, payload_readings(record))
    if block is None:
        return None if payload is None or is_proven else WRONG_PAYLOAD
    if has_payload and (
        (is_proven and record.is_packed) or _is_of(facts, BLOCK, payload_readings(record))
    ):
        return None
    return WRONG_BLOCK


def has_right_digest(record: Digested) -> bool:
    """Whether a right digest shows it to be whole, wherever it is said to end."""
    facts = record.facts
    if record.long is not None or facts.value("warc-truncated"):
        return False
    if digest_bytes(facts.value(BLOCK) or "") and _is_of(facts, BLOCK, [record.block]):
        return True
    has_payload = facts.kind != "revisit" and digest_bytes(facts.value(PAYLOAD) or "") is not None
    return has_payload and _is_of(facts, PAYLOAD, payload_readings(record))


def payload_readings(record: Digested) -> Iterator[Bytes]:
    """The bytes that tools may take for the payload of a record."""
    yield record.body.payload
    if record.head.chunked:
        yield memoryview(record.block)[record.head.length :]
    yield record.block
    yield decoded_body(record.body.payload, record.head)


def _is_of(facts: RecordFacts, name: str, readings: Iterable[Bytes]) -> bool:
    """Whether a digest that can be read is one of these bytes."""
    value = facts.value(name) or ""
    algorithm = ALGORITHMS[value.partition(":")[0].lower()]
    given = digest_bytes(value)
    return any(
        hashlib.new(algorithm, data, usedforsecurity=False).digest() == given for data in readings
    )
