"""Writes a WACZ package: a ZIP file in which each entry is hashed as it is written."""

import hashlib
import json
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Self

from archive.moments import utc_text

WACZ_VERSION = "1.1.1"
"""https://specs.webrecorder.net/wacz/1.1.1/"""

_NOT_IN_NAMES = re.compile(r"[^-a-z0-9._]")


def _timestamp(moment: datetime) -> bytes:
    """The extra field of an extended timestamp.

    An entry that may exceed 4 GB has an extra field before its bytes. ReplayWeb.page expects one
    there only if the list of entries has one, too.
    """
    return struct.pack("<HHBI", 0x5455, 5, 1, int(moment.timestamp()) & 0xFFFFFFFF)


class Entry:
    """An entry while it is written; it counts and hashes its bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Write the next bytes."""
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def hash(self) -> str:
        """The hash in the form of a data package."""
        return f"sha256:{self._digest.hexdigest()}"


class Package:
    """Writes the entries of a package, and at the end their list.

    Raises OSError.
    """

    def __init__(self, file: BinaryIO, made_at: datetime) -> None:
        """`file` must be writable and seekable; it is left open."""
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._made_at = made_at
        self._resources: list[dict[str, object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(*(() if kind is None else (OSError, ValueError))):
            self._zip.close()  # else it tries when it is garbage, and complains

    @contextmanager
    def entry(self, path: str, *, packed: bool = False) -> Iterator[Entry]:
        """Open an entry of that path; readers can read parts of it if it is not `packed`."""
        info = zipfile.ZipInfo(path, self._made_at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        info.extra = _timestamp(self._made_at)
        with self._zip.open(info, "w", force_zip64=True) as file:
            entry = Entry(file)
            yield entry
        name = PurePosixPath(path).name
        self._resources.append(
            {
                "name": _NOT_IN_NAMES.sub("-", name.lower()),
                "path": path,
                "hash": entry.hash,
                "bytes": entry.size,
            }
        )

    def put(self, path: str, lines: Iterable[bytes], *, packed: bool = True) -> None:
        """Write an entry from these lines."""
        with self.entry(path, packed=packed) as entry:
            for line in lines:
                entry.write(line)

    def describe(self, title: str, software: str) -> None:
        """Write the list of all entries and the hash of the list, as the last entries."""
        described = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": title,
            "software": software,
            "created": utc_text(self._made_at),
            "resources": self._resources,
        }
        data = json.dumps(described, ensure_ascii=False, indent=2).encode()
        listed = list(self._resources)
        self.put("datapackage.json", [data])
        fixity = {"path": "datapackage.json", "hash": self._resources[-1]["hash"]}
        self.put("datapackage-digest.json", [json.dumps(fixity, indent=2).encode()])
        self._resources = listed
