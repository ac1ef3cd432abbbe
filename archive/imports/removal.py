"""Finds imported files as a person names them, and moves them out of the archive's way and back.

warc/imported/removed/<12 hex of SHA-256>-<name>.removed                   the file
warc/imported/removed/<12 hex of SHA-256>-<name>.import.warc.gz.removed    its companion

No reader takes these names for a WARC file, and nothing in that folder is part of the archive.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.errors import NotImportedError
from archive.filesystem.names import nameable
from archive.filesystem.regular import check_regular
from archive.imports.kept_files import (
    DIGEST_DIGITS,
    file_digest,
    kept_before,
    lost_files,
    originals,
)
from archive.layout import IMPORTED, Layout
from archive.warc import storage
from archive.warc.file_names import (
    COMPANION_SUFFIX,
    REMOVED_SUFFIX,
    companion_path,
    imported_path,
)

_DIGITS = re.compile(rf"[0-9a-f]{{{DIGEST_DIGITS}}}")
_REMOVED_NAME = re.compile(rf"(.+){re.escape(REMOVED_SUFFIX)}(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Move:
    """A file that was given another place."""

    origin: Path
    target: Path


def kept_named(layout: Layout, given: Path) -> Path:
    """The path of the imported file that a person names; it may have been removed.

    By its name in warc/imported, by the first twelve hex digits of that name, or by the path of a
    file with the same bytes. Raises NotImportedError.
    """
    for names in (_names(layout), {one.name for one in removed(layout)}):
        found = _named(layout, given, names)
        if len(found) > 1:
            raise NotImportedError(f"{given} stands for {' and '.join(sorted(found))}; name one")
        if found:
            return imported_path(layout, found.pop())
    raise NotImportedError(
        f"{given} is not an imported file of {layout.folder}; name it by its path, by its name in "
        f"{layout.warc_folder(IMPORTED)}, or by the first {DIGEST_DIGITS} hex digits of that name"
    )


def _names(layout: Layout) -> set[str]:
    """The names of imported files, and of those of which only the companion is there."""
    return {path.name for path in (*originals(layout), *lost_files(layout))}


def _named(layout: Layout, given: Path, names: set[str]) -> set[str]:
    if given.name == str(given) or storage.leads_to_imported(layout, given):
        for name in (given.name, given.name.removesuffix(COMPANION_SUFFIX)):
            if name in names:
                return {name}
    prefix = given.name if given.name == str(given) else ""
    if _DIGITS.fullmatch(prefix.lower()):
        return {name for name in names if name.startswith(f"{prefix.lower()}-")}
    if not storage.is_file(given):
        return set()
    digest = file_digest(given)
    known = kept_before(layout, digest)
    if known is not None:
        return {known.name}
    return {name for name in names if name.startswith(f"{digest[:DIGEST_DIGITS]}-")}


def removed(layout: Layout) -> list[Path]:
    """The former paths of the removed files, without those of companions."""
    removed_files = nameable(storage.removed_files(layout))
    found = (_REMOVED_NAME.fullmatch(path.name) for path in removed_files)
    paths = {imported_path(layout, match[1]) for match in found if match is not None}
    return sorted(paths - {companion_path(path) for path in paths})


def copies_aside(layout: Layout, kept: Path) -> list[Path]:
    """The copies of an imported file in the folder of removed files."""
    name = kept.name + REMOVED_SUFFIX
    return [path for path in storage.removed_files(layout) if path.name.startswith(name)]


def name_before(layout: Layout, path: Path) -> str:
    """The name under which to import a file; a removed file gets its first name back."""
    found = _REMOVED_NAME.fullmatch(path.name)
    if found is None or not storage.leads_to_removed(layout, path):
        return path.name
    return found[1][DIGEST_DIGITS + 1 :]


def move_aside(layout: Layout, kept: Iterable[Path]) -> list[Move]:
    """Move imported files and their companions away; returns the moves in their order.

    The companion goes first: without it a file counts as not imported. OSError passes through.
    """
    moves: list[Move] = []
    try:
        for one in (one for path in kept for one in (companion_path(path), path)):
            check_regular(one)
            if storage.exists(one):
                moves.append(_moved(one, storage.removed_path(layout, one)))
    except BaseException:
        move_back(moves)
        raise
    return moves


def _moved(origin: Path, target: Path) -> Move:
    storage.move(origin, target)
    return Move(origin, target)


def move_back(moves: Iterable[Move]) -> None:
    """Undo moves. OSError passes through."""
    for move in reversed([*moves]):
        _moved(move.target, move.origin)
