"""Where a portal's fields were seen before: in its layout, on its saved pages, in an archive."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.database.reading import answering
from archive.errors import ArchiveMissingError
from archive.layout import Layout, archive_folder
from portal_crawler.errors import UsageError
from portal_crawler.expected.folder import read_folder
from portal_crawler.expected.form import FILE
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.own_folder import is_own
from portal_crawler.scouting.checking import FIELDS
from portal_crawler.scouting.files import portal_files

LEAST_SHARE = 0.25
"""Of an archive's articles; a field that fewer have may well be on none of a few pages."""

_NAMES = {"date": "published_at"}
"""Fields of a layout that articles have under another name."""

Shown = dict[str, list[str]]
"""By field, in words, where it was seen."""


def shown_before(portal: type[PortalDeclaration], own: Path | None, archive: str | None) -> Shown:
    """Where each field was seen before; `own` is the folder of one's own portals."""
    found: Shown = {}
    for name, words in (
        *_in_layout(portal),
        *_on_saved_pages(portal, own),
        *(_in_archive(portal, archive) if archive is not None else ()),
    ):
        found.setdefault(name, []).append(words)
    return found


def _in_layout(portal: type[PortalDeclaration]) -> Iterator[tuple[str, str]]:
    for name in portal.watched_fields():
        yield _NAMES.get(name, name), "the layout has an element for it"


def _on_saved_pages(portal: type[PortalDeclaration], own: Path | None) -> Iterator[tuple[str, str]]:
    try:
        folder = portal_files(portal.name, own if is_own(portal.__module__) else None).folder
        expected: Any = read_folder(folder).expected
        entries = expected["articles"]
    except (UsageError, KeyError, TypeError):
        return  # no such folder, or a file that `--expected` reports
    articles = [each.get("article") for each in entries if isinstance(each, dict)]
    for name, count in _counts(filter(None, articles)):
        yield name, f"{count} of {len(entries)} pages of {folder.name}/{FILE} have it"


def _counts(articles: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    found = list(articles)
    for name in FIELDS:
        count = sum(bool(each.get(name)) for each in found)
        if count:
            yield name, count


def _in_archive(portal: type[PortalDeclaration], archive: str) -> Iterator[tuple[str, str]]:
    sums = ", ".join(f"sum({name} IS NOT NULL AND {name} <> '')" for name in FIELDS)
    query = f"SELECT count(*), {sums} FROM articles WHERE portal = ?"  # noqa: S608  own names
    try:
        with answering(Layout(archive_folder(archive))) as connection:
            every, *counts = connection.execute(query, (portal.name,)).fetchone()
    except ArchiveMissingError:
        return
    for name, count in zip(FIELDS, counts, strict=True):
        if every and count >= LEAST_SHARE * every:
            yield name, f"{count} of {every} archived articles have it"
