"""Makes an article's rows again from all its captures, in the order of time.

The rows are then as if all pages had been captured in that order and read by today's rules. This is
needed after an import of older pages, and when more of a site's layout was learned.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace

from archive.database.store import Store
from archive.errors import ArchiveDamagedError
from archive.imports.stored import is_imported, stored_answer
from archive.layout import Layout
from archive.models import Capture, Unread
from archive.warc.own_records import Recorded
from portal_crawler.reprocessing.crawl_files import without_retried
from portal_crawler.reprocessing.effects import Applier, Effect, Portals, effect_of

logger = logging.getLogger(__name__)

PAGES = (200, 304, None)
"""The statuses of a revisit of a page; None if its record has no head."""


class Remaking:
    """Makes articles' rows again, inside the transactions of a store."""

    def __init__(self, layout: Layout, store: Store, portals: Portals) -> None:
        self._layout = layout
        self._store = store
        self._timeline = store.timeline
        self._portals = portals
        self._applier = Applier(store, layout, portals)

    def make_again(self, portal: str, key: str, *, is_final: bool = True) -> None:
        """Remove the rows of an article but its captures, and read these again.

        If `is_final`, a page without a headline that its run counted as missing stays so; else the
        caller must judge its run again.
        """
        captures = self._timeline.article_captures(portal, key)
        self._timeline.forget_article(portal, key)
        for effect in self.effects(self._reread(captures)):
            if is_final and _was_missing(effect):
                effect = replace(effect, missing=True, article=None, unread=None)
            if effect.capture.key == key:
                self.put(effect)
            elif self._applier.repeated(effect).article is not None:
                self._store.presence.note_moved(effect.capture)
        self._timeline.note_sightings(portal, key)

    def effects(self, found: Iterator[Recorded]) -> Iterator[Effect]:
        """The effects of exchanges on the rows."""
        for one in without_retried(found):
            if isinstance(one, Recorded):
                yield effect_of(one, self._portals)

    def put(self, effect: Effect) -> None:
        """Apply an effect. Only the capture is stored if it repeats something that is not a page,
        or, in a crawl, a page of another article."""
        capture = effect.capture
        if capture.revisit_of is not None:
            original = self._store.captures.get(capture.revisit_of)
            same = (original.portal, original.role, original.key)
            of_another = same != (capture.portal, capture.role, capture.key)
            of_another = of_another and not _is_read_as_its_own(capture, original)
            if original.status != 200 or capture.status not in PAGES or of_another:
                self._store.captures.put(capture)
                return
        self._applier.apply(effect)

    def _reread(self, captures: list[Capture]) -> Iterator[Recorded]:
        for capture in captures:
            try:
                answer = stored_answer(self._layout, capture)
            except ArchiveDamagedError as error:
                logger.warning("%s", error)
                continue
            broke_off = capture.unread == Unread.BROKE_OFF
            yield Recorded(
                capture, answer.block, 1, unread=broke_off, says_if_read=broke_off, answer=answer
            )


def _was_missing(effect: Effect) -> bool:
    shows_headline = effect.article is not None and effect.article.shows_headline
    has_none = effect.unread == Unread.NO_TITLE or not (effect.article is None or shows_headline)
    return has_none and effect.capture.unread == Unread.MISSING


def _is_read_as_its_own(capture: Capture, original: Capture) -> bool:
    """Whether a page that repeats one of another address is read: other tools ignore addresses."""
    is_page = capture.status != 304 and is_imported(capture.warc_file)
    return is_page or _is_moved(capture, original)


def _is_moved(capture: Capture, original: Capture) -> bool:
    """Whether the same page of an address stands under another key: its article's has changed."""
    same = (original.portal, original.role, original.url)
    return capture.status == 200 and same == (capture.portal, capture.role, capture.url)
