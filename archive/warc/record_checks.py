"""The faults that one record can have by itself: a table of small pure functions.

Each takes the facts of a record and gives its fault in words, or None. No public validator
looks at HTTP framing, record ids or the line ends after a record; these do.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from archive.numbers import MOST_EXACT, whole_number
from archive.warc.record_facts import ALGORITHMS, Message, RecordFacts, digest_bytes

T = TypeVar("T")

Check = Callable[[RecordFacts], str | None]
MessageCheck = Callable[[Message], str | None]

VERSIONS = ("WARC/1.0", "WARC/1.1")
MANDATORY = ("warc-type", "warc-record-id", "warc-date", "content-length")
"""Fields that every record must have (WARC 1.1 §5)."""

REPEATABLE = ("warc-concurrent-to", "warc-protocol", "warc-cipher-suite")
"""WARC 1.1 §5.1 allows only WARC-Concurrent-To twice; Heritrix and others repeat two more."""

TARGETED = ("response", "request", "revisit", "resource", "conversion", "continuation")
"""WARC 1.1 §5.9: kinds that need a WARC-Target-URI."""

PROFILES = ("identical-payload-digest", "server-not-modified")
"""Last parts of the revisit profiles of WARC 1.0 and 1.1."""

HTTP_ANOMALY = "httpAnomaly"
"""The line of an exchange's metadata record that names a check's code, then says it in words."""

RECORD_END = b"\r\n\r\n"
BODILESS = (204, 304)
"""Statuses whose Content-Length, where sent, tells of a body that does not come."""

RECORD_ID = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]+>")
_UNSAFE_IN_URI = re.compile(r"[\x00-\x20\x7f]")
_FRACTION = re.compile(r"\.\d+")


def problems(facts: RecordFacts) -> Iterator[tuple[str, str]]:
    """The code and the words of all that is wrong with a record."""
    yield from _found(CHECKS, facts)
    message = _answer(facts)
    if message is not None:
        yield from _found(MESSAGE_CHECKS, message)


def anomalies(message: Message) -> Iterator[tuple[str, str]]:
    """The code and the words of all that is odd with an answer that came to its end.

    Whoever records it notes them, so that a check later knows: the server sent it so.
    """
    yield from _found({**MESSAGE_CHECKS, **ODD_BUT_SOUND}, message)


def _found(checks: Mapping[str, Callable[[T], str | None]], of: T) -> Iterator[tuple[str, str]]:
    for code, check in checks.items():
        words = check(of)
        if words is not None:
            yield code, words


def _header(facts: RecordFacts) -> str | None:
    if facts.first_line not in VERSIONS:
        return f"begins with {_short(facts.first_line)} and not with WARC/1.0 or WARC/1.1"
    if not facts.header_ends:
        return "the header does not end with a blank line"
    if facts.odd_lines:
        return f"a header line is not a field: {_short(facts.odd_lines[0])}"
    return None


def _mandatory(facts: RecordFacts) -> str | None:
    missing = [name for name in MANDATORY if not facts.value(name)]
    return f"the header lacks {', '.join(missing)}" if missing else None


def _repeated(facts: RecordFacts) -> str | None:
    names = [name for name, _ in facts.fields if name not in REPEATABLE]
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"the header has more than one {', '.join(twice)}" if twice else None


def _record_id(facts: RecordFacts) -> str | None:
    if not facts.record_id or RECORD_ID.fullmatch(facts.record_id):
        return None
    return f"the record id is not a URI in angle brackets: {_short(facts.record_id)}"


def _date(facts: RecordFacts) -> str | None:
    given = facts.value("warc-date")
    if given is None:
        return None
    try:
        datetime.strptime(_FRACTION.sub("", given, count=1), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return f"WARC-Date is not a time in UTC: {_short(given)}"
    return None if given.endswith("Z") else f"WARC-Date is not in UTC: {_short(given)}"


def _length(facts: RecordFacts) -> str | None:
    given = facts.value("content-length")
    if given is None:
        return None
    if facts.content_length is None:
        return f"Content-Length is not a number: {_short(given)}"
    if facts.block_bytes < facts.content_length:
        return f"the block has {facts.block_bytes} bytes, Content-Length says {given}"
    return None


def _several(facts: RecordFacts) -> str | None:
    if b"WARC/1." in facts.tail:
        return "the gzip member holds more than one record"
    return None


def _end(facts: RecordFacts) -> str | None:
    if not facts.block_whole or facts.tail == RECORD_END or _several(facts):
        return None
    if facts.tail.startswith(RECORD_END):
        return "more bytes follow the two line ends after the block"
    return f"two line ends should follow the block, there is {facts.tail[:8]!r}"


def _target(facts: RecordFacts) -> str | None:
    given = facts.value("warc-target-uri")
    if not given:
        return "has no WARC-Target-URI" if facts.kind in TARGETED else None
    if _UNSAFE_IN_URI.search(given):
        return f"WARC-Target-URI holds spaces or control characters: {_short(given)}"
    return None


def _content_type(facts: RecordFacts) -> str | None:
    target = (facts.value("warc-target-uri") or "").lower()
    given = facts.value("content-type") or ""
    if facts.kind not in ("response", "request") or not target.startswith(("http:", "https:")):
        return None
    if given.lower().startswith("application/http"):
        return None
    return f"an HTTP {facts.kind} should be application/http, Content-Type is {_short(given)}"


def _digest_missing(facts: RecordFacts) -> str | None:
    wanted = ["warc-block-digest"]
    wanted += ["warc-payload-digest"] if facts.kind in ("response", "revisit") else []
    missing = [name for name in wanted if not facts.value(name)]
    return f"cannot be proven: it has no {', '.join(missing)}" if missing else None


def _digest_unknown(facts: RecordFacts) -> str | None:
    for name in ("warc-block-digest", "warc-payload-digest"):
        given = facts.value(name)
        if given and digest_bytes(given) is None:
            known = ", ".join(sorted(set(ALGORITHMS.values())))
            return f"{name} is not a digest that can be checked ({known}): {_short(given)}"
    return None


def _block_digest(facts: RecordFacts) -> str | None:
    given = facts.value("warc-block-digest")
    if not given or facts.block_digest is None or not facts.block_whole:
        return None
    if digest_bytes(given) in (None, facts.block_digest):
        return None
    return f"the block is not the one that {given} was computed over"


def _payload_digest(facts: RecordFacts) -> str | None:
    """A revisit names the payload of its original, which it does not hold (WARC 1.1 §6.7)."""
    given = facts.value("warc-payload-digest")
    if not given or facts.payload_digest is None or not facts.block_whole:
        return None
    if facts.kind == "revisit" or digest_bytes(given) in (None, facts.payload_digest):
        return None
    return f"the payload, without chunking, is not the one that {given} was computed over"


def _status_line(message: Message) -> str | None:
    if message.head.status is not None:
        return None
    return "the block does not begin with the status line of an HTTP answer"


def _chunk_framing(message: Message) -> str | None:
    if message.chunks_broken:
        return "the body is not chunked as Transfer-Encoding says, or a chunk size is wrong"
    if message.chunks_loose:
        return "a line of the chunking does not end with CRLF, or a chunk size is one too big"
    return None


def _chunk_end(message: Message) -> str | None:
    if message.chunks_complete or message.chunks_broken:
        return None
    if not message.body_bytes and _bodiless(message):
        return None
    return "the chunked body has no last chunk, and the record is not marked as truncated"


def _chunk_excess(message: Message) -> str | None:
    if not message.excess_bytes:
        return None
    return f"{message.excess_bytes} bytes follow the last chunk"


def _body_length(message: Message) -> str | None:
    if message.head.value("transfer-encoding") is not None:
        return None
    given = message.head.value("content-length") or ""
    if not (given.isascii() and given.isdigit()) or _says(given, message.body_bytes):
        return None
    if not message.body_bytes and _bodiless(message):
        return None
    return (
        f"the body has {message.body_bytes} bytes, its Content-Length says {_short(given)}, "
        "and the record is not marked as truncated"
    )


def _says(given: str, length: int) -> bool:
    return whole_number(given, MOST_EXACT) == length


def _content_coding(message: Message) -> str | None:
    if not message.coding or message.chunks_broken:
        return None
    return f"the body {message.coding}, though Content-Encoding names it"


def _interim(message: Message) -> str | None:
    if not message.head.interim:
        return None
    return f"{message.head.interim} interim answers (1xx) come before the answer"


def _unasked_body(message: Message) -> str | None:
    if not _bodiless(message) or not message.body_bytes:
        return None
    return f"an answer with status {message.head.status} has a body of {message.body_bytes} bytes"


def _revisit_profile(facts: RecordFacts) -> str | None:
    if facts.kind != "revisit":
        return None
    given = facts.value("warc-profile") or ""
    if given.rstrip("/").endswith(PROFILES):
        return None
    return f"a revisit needs a WARC-Profile that is known, there is {_short(given)}"


def _revisit_original(facts: RecordFacts) -> str | None:
    if facts.kind != "revisit" or facts.value("warc-refers-to"):
        return None
    if facts.value("warc-refers-to-target-uri") and facts.value("warc-refers-to-date"):
        return None
    return "a revisit that does not say which record it repeats"


def _answer(facts: RecordFacts) -> Message | None:
    """The message of a response that claims to be whole."""
    if facts.kind != "response" or facts.value("warc-truncated") or not facts.block_whole:
        return None
    return facts.message


def _bodiless(message: Message) -> bool:
    return message.head.status in BODILESS


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")


CHECKS: dict[str, Check] = {
    "header": _header,
    "header-lacks": _mandatory,
    "header-repeats": _repeated,
    "record-id": _record_id,
    "date": _date,
    "record-length": _length,
    "several-records": _several,
    "record-end": _end,
    "target": _target,
    "content-type": _content_type,
    "digest-missing": _digest_missing,
    "digest-unknown": _digest_unknown,
    "block-digest": _block_digest,
    "payload-digest": _payload_digest,
    "revisit-profile": _revisit_profile,
    "revisit-original": _revisit_original,
}
"""Checks of a record, by the code of their finding."""

MESSAGE_CHECKS: dict[str, MessageCheck] = {
    "status-line": _status_line,
    "chunk-framing": _chunk_framing,
    "chunk-end": _chunk_end,
    "chunk-excess": _chunk_excess,
    "body-length": _body_length,
    "content-coding": _content_coding,
}
"""Checks of the HTTP answer in a record, by code; a server can have sent a faulty one."""

ODD_BUT_SOUND: dict[str, MessageCheck] = {
    "interim-answer": _interim,
    "unasked-body": _unasked_body,
}
"""Checks whose result is noted when an answer is recorded; they cast no doubt on a record."""
