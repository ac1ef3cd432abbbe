"""Payload digests as others write them: by any algorithm, in any spelling, over body or chunks."""

import base64
import hashlib
import re
from collections.abc import Iterator

from archive.imports.digests import payload_readings
from archive.imports.foreign import ForeignRecord
from archive.warc.record_facts import ALGORITHMS, digest_bytes

MAX_DIGEST_CHARS = 256
"""The longest digest that is kept if its algorithm is unknown; known ones have up to 128 digits."""

_BARE = (
    ("sha1", re.compile(r"[A-Z2-7]{32}|[0-9A-F]{40}", re.IGNORECASE)),
    ("md5", re.compile(r"[0-9A-F]{32}", re.IGNORECASE)),
    ("sha256", re.compile(r"[0-9A-F]{64}", re.IGNORECASE)),
)
"""The forms of a digest that some tools write without the name of its algorithm."""


def canonical(given: str | None) -> str | None:
    """One spelling for each digest: SHA-1 in base32, as in captures.payload_digest, others in hex.

    A digest of an unknown form is returned unchanged. None if nothing, or too much, is given.
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
    """A digest in the spelling of `canonical`."""
    return f"{name}:{base64.b32encode(value).decode() if name == 'sha1' else value.hex()}"


def algorithm(digest: str) -> str | None:
    """The algorithm of a canonical digest; None if it is unknown."""
    name = digest.partition(":")[0]
    return name if name in ALGORITHMS.values() else None


def digests_of(record: ForeignRecord, name: str) -> Iterator[str]:
    """The digests that a record's payload can be said to have, by one algorithm."""
    for data in payload_readings(record):
        yield spelled(name, hashlib.new(name, data, usedforsecurity=False).digest())


def has_digest(record: ForeignRecord, digest: str) -> bool:
    """Whether a record's payload can be said to have this digest."""
    name = algorithm(digest)
    return name is not None and digest in digests_of(record, name)
