"""Payload digests as others write them: by any algorithm, in any spelling, over body or chunks."""

import base64
import hashlib
import re
from collections.abc import Iterator

from archive.imports.digests import payload_readings
from archive.imports.foreign import ForeignRecord
from archive.warc.record_facts import ALGORITHMS, digest_bytes

MAX_DIGEST_CHARS = 256
"""Of a digest that nobody knows; the longest of those that are known has 128 digits."""

_BARE = (
    ("sha1", re.compile(r"[A-Z2-7]{32}|[0-9A-F]{40}", re.IGNORECASE)),
    ("md5", re.compile(r"[0-9A-F]{32}", re.IGNORECASE)),
    ("sha256", re.compile(r"[0-9A-F]{64}", re.IGNORECASE)),
)
"""What stands without the name of its algorithm, as some have it."""


def canonical(given: str | None) -> str | None:
    """One spelling for each digest: of SHA-1 in base32, as captures.payload_digest has it.

    Others are in hexadecimal; what is no digest that is known stays as it is. None of nothing.
    """
    text = (given or "").strip()
    if not text or len(text) > MAX_DIGEST_CHARS:
        return None
    if ":" not in text:
        name = next((name for name, form in _BARE if form.fullmatch(text)), None)
        text = f"{name}:{text}" if name is not None else text
    name, _, value = text.partition(":")
    name = ALGORITHMS.get(name.strip().lower(), name.strip().lower())
    found = digest_bytes(f"{name}:{value.strip()}")
    return f"{name}:{value.strip()}" if found is None else spelled(name, found)


def spelled(name: str, value: bytes) -> str:
    """As `canonical` has it."""
    return f"{name}:{base64.b32encode(value).decode() if name == 'sha1' else value.hex()}"


def algorithm(digest: str) -> str | None:
    """Of a canonical digest; None where it is none that is known."""
    name = digest.partition(":")[0]
    return name if name in ALGORITHMS.values() else None


def digests_of(record: ForeignRecord, name: str) -> Iterator[str]:
    """Those that its payload can be said to have, by an algorithm."""
    for data in payload_readings(record):
        yield spelled(name, hashlib.new(name, data, usedforsecurity=False).digest())


def has_digest(record: ForeignRecord, digest: str) -> bool:
    """Whether it is one of the digests that its payload can be said to have."""
    name = algorithm(digest)
    return name is not None and digest in digests_of(record, name)
