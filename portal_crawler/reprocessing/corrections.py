"""A person's correction of a learned layout: whether it matches the pages, its record, its effect.

A correction is checked against the archived pages before it is written, since its record is never
removed.
"""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import islice
from zlib import crc32

from archive.database.article_rows import COLUMNS, PART_COLUMNS, stored_content
from archive.database.schema import open_for_writing
from archive.database.site_models import SiteModels, StoredModel
from archive.database.store import Store
from archive.errors import ArchiveDamagedError
from archive.imports.stored import stored_answer
from archive.layout import Layout
from archive.models import Capture
from archive.warc.own_records import Correction
from archive.warc.writer import WarcWriter
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import ParsedPage
from portal_crawler.learning.model import SELECTOR_FIELDS, SiteModel
from portal_crawler.learning.page_facts import learning_tree
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.fingerprint import rules_by_portal
from portal_crawler.reprocessing.relearn import Relearning

MOST_PAGES_CHECKED = 200
"""The newest pages of a layout in which the selectors of a correction are looked for."""

FIELDS = tuple(
    name for name in (*COLUMNS, *PART_COLUMNS) if name not in ("model", "repaired_words")
)
"""Columns and tables with the values of an article; the two left out follow from the others."""

Digests = tuple[int, ...]
"""A digest of the value of each of `FIELDS`."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The selectors of a correction that find nothing on the pages of its layout."""

    pages: int
    """The number of pages that were searched."""
    selectors: dict[str, tuple[str, ...]]
    """By field."""


@dataclass(slots=True)
class CorrectionEffect:
    """The articles that a correction changed."""

    read_again: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """The number of articles by changed column or table."""

    def add(self, before: Digests, after: Digests) -> None:
        """Count an article by the digests of its values before and after."""
        differing = [
            name for name, old, new in zip(FIELDS, before, after, strict=True) if old != new
        ]
        self.read_again += 1
        self.changed += bool(differing)
        self.fields.update(differing)

    def words(self) -> str:
        """The counts, for a person."""
        by_field = sorted(self.fields.items(), key=lambda item: (-item[1], item[0]))
        named = ", ".join(f"{name} in {count}" for name, count in by_field)
        changed = f"{self.changed} changed" if self.changed else "none changed"
        return f"{self.read_again} articles read again, {changed}{f': {named}' if named else ''}"


def unmatched(
    layout: Layout, connection: sqlite3.Connection, portal: str, since: str, corrected: SiteModel
) -> Unmatched:
    """The fields that a correction gives other selectors of which none finds anything.

    The newest pages of the layout are searched, at most `MOST_PAGES_CHECKED`.
    """
    models = SiteModels(connection, portal)
    stored = next(one for one in models.all() if one.since == since)
    left = dict(_changed_fields(stored, corrected))
    pages = 0
    for page in islice(_pages(layout, models, stored), MOST_PAGES_CHECKED):
        pages += 1
        left = {name: css for name, css in left.items() if not any(map(page.select, css))}
        if not left:
            break
    return Unmatched(pages, left)


def _changed_fields(
    stored: StoredModel, corrected: SiteModel
) -> Iterator[tuple[str, tuple[str, ...]]]:
    before = SiteModel.from_json(stored.model) if stored.model is not None else None
    for name in SELECTOR_FIELDS:
        selectors: tuple[str, ...] = getattr(corrected, name)
        known = getattr(before, name) if before is not None else ()
        if selectors and (selectors != known or name == "containers"):
            yield name, tuple(css.partition("::attr(")[0] for css in selectors)


def _pages(layout: Layout, models: SiteModels, stored: StoredModel) -> Iterator[ParsedPage]:
    """The pages of a layout's period that can be read, the newest first."""
    captures = list(models.example_captures(first=stored.first_capture))
    later = [one.first_capture for one in models.all() if one.since > stored.since]
    end = next((at for at, capture in enumerate(captures) if capture.id in later), None)
    for capture in reversed(captures[:end]):
        page = _parsed(layout, capture)
        if page is not None:
            yield page


def _parsed(layout: Layout, capture: Capture) -> ParsedPage | None:
    try:
        answer = stored_answer(layout, capture)
    except ArchiveDamagedError:
        return None
    root = learning_tree(decode(answer.body, answer.head.value("content-type")).text)
    return ParsedPage(root) if root is not None else None


def write_correction(layout: Layout, correction: Correction) -> Correction:
    """Write a correction into a WARC file of its own; returns it with its record's id and place.

    Raises ArchiveUnwritableError.
    """
    warcinfo = [
        ("software", f"portal-archive/{version('portal-archive')}"),
        ("format", "WARC File Format 1.1"),
        ("isPartOf", correction.portal),
        ("portal", correction.portal),
    ]
    writer = WarcWriter(layout, correction.portal, warcinfo)
    target = f"urn:portal-model:{correction.portal}:{correction.since}"
    written = writer.write_metadata(correction.lines(), target)
    writer.close()
    return replace(correction, record_id=written.record_id, place=written.place)


def apply_correction(
    layout: Layout, declared: PageReader, correction: Correction
) -> CorrectionEffect:
    """Read the portal's articles again by a corrected layout; returns how they changed."""
    rules = rules_by_portal({declared.entry().name: declared})
    with contextlib.closing(Store(open_for_writing(layout), rules)) as store:
        relearning = Relearning(layout, store, declared)
        before: dict[str, Digests] = {}

        def apply() -> None:
            relearning.advance()
            keys = sorted(relearning.correct(correction))
            before.update((key, _digests(store, correction.portal, key)) for key in keys)
            relearning.make_again(keys)

        store.in_transaction([apply])
        effect = CorrectionEffect()
        for key, old in before.items():  # the rows are whole at the end of their transaction
            effect.add(old, _digests(store, correction.portal, key))
        return effect


def _digests(store: Store, portal: str, key: str) -> Digests:
    """A digest of each field of an article: the texts of all articles may not fit into memory.

    Without a row, each is that of no value.
    """
    row = store.connection.execute(
        "SELECT id FROM articles WHERE portal = ? AND key = ?", (portal, key)
    ).fetchone()
    content = stored_content(store.connection, row[0]) if row is not None else {}
    return tuple(crc32(repr(content.get(name) or "").encode()) for name in FIELDS)
