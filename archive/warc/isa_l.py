"""Packs gzip by ISA-L, if it is installed, in a sixth of zlib's time, and unpacks it in half."""

import hashlib
from typing import Protocol

try:
    from isal import isal_zlib
except ImportError:
    isal_zlib = None  # type: ignore[assignment]

LEVEL = 3
"""A sixth of the time of zlib's level 6, for some 9 % more bytes. Level 2 takes half the time of 3,
a twentieth of what recording a page costs, for 3 % more bytes again."""

GZIP_WINDOW = 31
"""zlib's way to say: with a gzip header."""

PLAIN = b"\x1f\x8b\x08\x00"
"""The beginning of a gzip header without flags, as all writers of WARC files make it."""


class Packer(Protocol):
    """Packs the bytes of one gzip member, as `zlib.compressobj` does."""

    def compress(self, data: bytes, /) -> bytes:
        """The packed bytes that are ready when `data` was added."""

    def flush(self) -> bytes:
        """The rest of the packed bytes; nothing can be added after it."""


def packer() -> Packer | None:
    """A packer for one gzip member; None if ISA-L is not installed.

    Its user must call `clear_registers` in the end.
    """
    if isal_zlib is None:
        return None
    return isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP_WINDOW)


def unpacked(data: bytes, most: int) -> tuple[bytes, int] | None:
    """The content of the sound gzip member at the beginning of `data`, and its packed length.

    None if it is damaged, goes on behind `data`, holds more than `most` bytes, or has flags in its
    header, of which ISA-L ignores unknown ones: zlib then names the fault. None if ISA-L is not
    installed.
    """
    if isal_zlib is None or not data.startswith(PLAIN):
        return None
    unpacker = isal_zlib.decompressobj(GZIP_WINDOW)
    try:
        held = unpacker.decompress(data, most)
    except isal_zlib.error:  # type: ignore[misc]  # its stub has no class
        return None
    finally:
        clear_registers()
    return (held, len(data) - len(unpacker.unused_data)) if unpacker.eof else None


def clear_registers() -> None:
    """Leave the processor's vector registers as others expect them.

    ISA-L does not clear their upper halves, and all that computes in the lower ones is slower then
    until somebody does: SHA-1, SQLite, lxml by 4 to 8 % (measured on a Sapphire Rapids). SHA-512 of
    OpenSSL does it at its end, in a microsecond.
    """
    hashlib.sha512(b"", usedforsecurity=False).digest()
