"""The portals of an archive that no module declares here, so that their pages cannot be read."""

from collections.abc import Collection, Iterable

from archive.database.holdings import portals_with_rows
from archive.errors import ArchiveError
from archive.layout import Layout, is_file_name
from archive.warc import storage
from archive.warc.sources import newest_sources
from portal_crawler.errors import MissingModuleError

MANY = 5
"""Portals that are named."""

TODO = "name the folder of their modules by --portals or $PORTAL_PORTALS"


def undeclared(layout: Layout, declared: Collection[str]) -> list[str]:
    """The portals with WARC files or rows that are not declared, sorted."""
    with_files = {name for name in storage.portals_with_files(layout) if _has_files(layout, name)}
    return sorted((with_files | portals_with_rows(layout.database)) - {*declared})


def _has_files(layout: Layout, name: str) -> bool:
    return bool(storage.files_of(layout, name))


def missing_words(layout: Layout, names: Iterable[str]) -> str:
    """Which modules are missing, and what to do: `hn-thu (hn_thu.py)`, with all its files."""
    every = list(names)
    named = [f"{name}{_files_words(layout, name)}" for name in every[:MANY]]
    more = f" and {len(every) - MANY} more" if len(every) > MANY else ""
    return f"no module here declares {', '.join(named)}{more}; {TODO}"


def _files_words(layout: Layout, name: str) -> str:
    try:
        files = newest_sources(layout, name) if is_file_name(name) else {}
    except (OSError, ArchiveError):
        return ""
    return f" ({', '.join(files)})" if files else ""


def check_rows_declared(layout: Layout, declared: Collection[str]) -> None:
    """Raise MissingModuleError if the database has rows that a rebuild would lose."""
    names = sorted(portals_with_rows(layout.database) - {*declared})
    if names:
        raise MissingModuleError(
            f"{layout.database} has rows that a new database would lack: "
            f"{missing_words(layout, names)}. The old database is untouched; to go on without "
            "these rows, move it away first"
        )
