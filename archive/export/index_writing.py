"""Writes the index of a package: compressed blocks of lines, and a list of their offsets."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from archive.export.zipping import Package

BLOCK_LINES = 1024
"""Lines in a block; a player reads one block to find an address."""

BLOCKS, BEGINNINGS = "index.cdx.gz", "index.idx"


def write_index(package: Package, lines: Iterable[bytes]) -> int:
    """Write sorted lines, each with its line end; gives their number."""
    meta = {"format": "cdxj-gzip-1.0", "filename": BLOCKS}
    beginnings = [f"!meta 0 {json.dumps(meta)}\n".encode()]
    count = 0
    with package.entry(f"indexes/{BLOCKS}") as entry:
        for block in _blocks(iter(lines)):
            count += len(block)
            packed = _packed(b"".join(block))
            fields = {
                "offset": entry.size,
                "length": len(packed),
                "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}",
                "filename": BLOCKS,
            }
            first = block[0].split(b" {", 1)[0]
            beginnings.append(first + f" {json.dumps(fields)}\n".encode())
            entry.write(packed)
    package.put(f"indexes/{BEGINNINGS}", beginnings)
    return count


def _blocks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while block := list(islice(lines, BLOCK_LINES)):
        yield block


def _packed(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()
