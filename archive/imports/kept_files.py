"""Keeps other people's archive files as they are, beside a companion that describes each.

warc/imported/<12 hex of SHA-256>-<name>                    the file
warc/imported/<12 hex of SHA-256>-<name>.import.warc.gz     its companion
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveUnwritableError, NotAnArchiveError
from archive.filesystem.disk_space import remedy
from archive.filesystem.regular import is_regular
from archive.imports.companion import read_companion
from archive.layout import Layout
from archive.warc import storage
from archive.warc.file_names import COMPANION_SUFFIX, COPYING, companion_path, imported_path
from archive.warc.members import PIECE_BYTES

DIGEST_DIGITS = 12
MAX_NAME_CHARS = 80

_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An imported file in the archive."""

    path: Path
    sha256: str
    """SHA-256 of the whole file, in hexadecimal."""
    name: str
    """Its name before it was imported."""


def safe_name(name: str) -> str:
    """The name without characters that a file system or shell could misread."""
    cleaned = _UNSAFE_IN_NAME.sub("-", name).lstrip(".-")
    return cleaned[-MAX_NAME_CHARS:].lstrip(".-") or "file"


def readable(path: Path) -> BinaryIO:
    """The file, open for reading; raises NotAnArchiveError if it cannot be read."""
    try:
        if path.is_dir():
            raise NotAnArchiveError("is a folder; name the files in it")
        return storage.open_imported(path)
    except OSError as error:
        raise NotAnArchiveError(f"cannot be read: {error.strerror}") from error


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises as `readable`; OSError passes through."""
    digest = hashlib.sha256()
    with readable(path) as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def keep_file(layout: Layout, path: Path, sha256: str, name: str) -> Path:
    """Copy a file, called `name` where it came from, into the archive; returns its path there.

    The caller holds the archive's lock. Raises NotAnArchiveError and ArchiveUnwritableError.
    """
    target = imported_path(layout, f"{sha256[:DIGEST_DIGITS]}-{safe_name(name)}")
    try:
        _copy(path, target, sha256)
    except OSError as error:
        todo = remedy(error, "fix the permissions of its folder")
        raise ArchiveUnwritableError(
            f"cannot write {target}: {error.strerror or error}; {todo}"
        ) from error
    return target


def kept_before(layout: Layout, sha256: str) -> Path | None:
    """The imported file with these bytes; None if the archive lacks it."""
    prefix = f"{sha256[:DIGEST_DIGITS]}-"
    for path in storage.imported_files(layout):
        if not path.name.startswith(prefix) or not is_regular(path) or _is_companion(path):
            continue
        if file_digest(path) == sha256:
            return path
    return None


def _is_companion(path: Path) -> bool:
    """Whether a file lies, or lay, beside the one whose companion or index its name says it is."""
    name = path.name
    ends = (end for end, letter in enumerate(name) if letter == ".")
    for sibling in (path.parent / name[:end] for end in ends):
        if storage.is_file(sibling) and name.startswith(companion_path(sibling).name):
            return True
    return _is_left_alone(path)


def _is_left_alone(path: Path) -> bool:
    """Whether it is the companion of a file that is lost; an imported one can have such a name."""
    if not path.name.endswith(COMPANION_SUFFIX) or storage.exists(companion_path(path)):
        return False
    if storage.exists(path.with_name(path.name.removesuffix(COMPANION_SUFFIX))):
        return False
    said = read_companion(path)
    return said is not None and said.run is not None


def originals(layout: Layout) -> list[Path]:
    """The imported files, without companions and half-made copies."""
    found = (path for path in storage.imported_files(layout) if storage.is_file(path))
    return [path for path in found if not (_is_companion(path) or _is_half_made(path))]


def _is_half_made(path: Path) -> bool:
    """Whether a file is the unfinished copy of a killed import.

    Earlier releases named it as the file, with `.part` behind; imported files can have such names.
    """
    if path.name.startswith(COPYING):
        return True
    if path.suffix != ".part" or storage.exists(companion_path(path)):
        return False
    return not path.name.startswith(f"{file_digest(path)[:DIGEST_DIGITS]}-")


def lost_files(layout: Layout) -> list[Path]:
    """Imported files of which only the companion is there."""
    lost = [path for path in storage.companion_paths(layout) if _is_left_alone(path)]
    return [path.with_name(path.name.removesuffix(COMPANION_SUFFIX)) for path in lost]


def unfinished(layout: Layout) -> list[Path]:
    """Imported files whose import broke off: they have no rows until it is done again."""
    return [path for path in originals(layout) if not storage.exists(companion_path(path))]


def _copy(path: Path, target: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    with storage.open_imported(path) as source, storage.imported_copy(target) as copy:
        while piece := source.read(PIECE_BYTES):
            digest.update(piece)
            copy.write(piece)
        if digest.hexdigest() != sha256:
            raise NotAnArchiveError("changed while it was read; import it when it is done")
