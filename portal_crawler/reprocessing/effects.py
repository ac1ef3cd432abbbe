"""From the records of a crawl's WARC files to rows, as the live crawl makes them.

Rebuild and the catch-up after a crash share it. Reading a page is pure and may be done in another
process. It gives an Effect, which is applied to the store in the order of the records.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from archive.database.store import Store
from archive.errors import ArchiveDamagedError
from archive.imports.stored import is_imported, stored_answer
from archive.layout import Layout
from archive.models import (
    MISSING,
    READ_INTO_ROWS,
    Article,
    Capture,
    ListedArticle,
    PortalEntry,
    Unread,
)
from archive.moments import utc_moment
from archive.warc.own_records import Recorded, parsed_answer
from archive.warc.reader import StoredAnswer
from portal_crawler.cleaning.extraction import (
    ExtractionError,
    NoAnswerError,
    SoftNotFoundError,
)
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.articles import article_of, reread
from portal_crawler.reprocessing.damages import Damages
from portal_crawler.reprocessing.identity import is_front

Portals = Mapping[str, PageReader]

KILLED = "the crawl was killed; what it had captured was stored by a later one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The changes that an exchange makes to the rows."""

    capture: Capture
    size: int = 0
    """The bytes of its answer as the server sent it."""
    rows: tuple[ListedArticle, ...] = ()
    first_position: int = 1
    article: Article | None = None
    missing: bool = False
    unread: Unread | None = None
    """Why the page gave no article, unless it is missing."""


def effect_of(recorded: Recorded, portals: Portals) -> Effect:
    """The effect of an exchange's page on the rows. Pure; a revisit's page is read elsewhere."""
    capture = recorded.capture
    position, size = recorded.first_position, recorded.size
    effect = Effect(capture=capture, size=size, first_position=position)
    portal = portals.get(capture.portal)
    if capture.role not in READ_INTO_ROWS or capture.revisit_of is not None:
        return effect
    if recorded.unread or portal is None:
        return effect
    if capture.status != 200:
        return replace(effect, missing=capture.role == "article" and capture.status in MISSING)
    answer = recorded.answer or parsed_answer(recorded.block)
    return _page_effect(effect, portal, answer, capture)


def _page_effect(effect: Effect, portal: PageReader, answer: StoredAnswer, page: Capture) -> Effect:
    """`page` is the capture that holds the body: the effect's own, or the one that it names."""
    content_type = answer.head.value("content-type")
    if effect.capture.role == "listing":
        listing = portal.read_listing_page(
            answer.body, page.url, utc_moment(page.fetched_at), content_type
        )
        return replace(effect, rows=listing.rows)
    if effect.capture.role != "article" or effect.capture.key is None:
        return effect
    if is_front(portal, page.url):
        return replace(effect, missing=True)
    try:
        return replace(effect, article=article_of(portal, answer, page))
    except SoftNotFoundError:
        return replace(effect, missing=True)
    except ExtractionError as error:
        return replace(effect, unread=why_unread(error))


def why_unread(error: ExtractionError) -> Unread:
    """Why a page gave no article."""
    if isinstance(error, SoftNotFoundError):
        return Unread.MISSING
    return Unread.NO_ANSWER if isinstance(error, NoAnswerError) else Unread.NO_TITLE


class Applier:
    """Applies effects to a store, in the order of the records."""

    def __init__(
        self, store: Store, layout: Layout, portals: Portals, damages: Damages | None = None
    ) -> None:
        self._store = store
        self._layout = layout
        self._portals = portals
        self._damages = damages or Damages()

    def apply(self, effect: Effect) -> None:
        """Store the capture, and the article or listing of its page."""
        if not self.keep(effect.capture):
            return
        capture = effect.capture
        if capture.revisit_of is not None and capture.status == 304:
            self._apply_revisit(effect, self._store.captures.original(capture))
            return
        if capture.revisit_of is not None:
            effect = self.repeated(effect)
        if effect.rows:
            self._store.sightings.put(effect.rows, effect.first_position, capture)
        if effect.article is not None:
            self._store.articles.put(effect.article, capture, self._reread)
        if effect.missing:
            self._store.presence.note_missing(capture)
        if effect.unread is not None:
            self._store.captures.note_unread(capture, effect.unread)

    def keep(self, capture: Capture) -> bool:
        """Store the capture alone; returns whether its page can be read, here or repeated."""
        if capture.revisit_of is None:
            self._store.captures.put(capture)
            return True
        if not self._store.captures.has(capture.revisit_of):
            self._damages.note_capture(capture, "it repeats a record that is not there")
            self._store.captures.put(replace(capture, revisit_of=None))
            return False
        original = self._store.captures.original(capture)
        if not _may_repeat(capture, original):
            self._damages.note_capture(capture, "it repeats a record that has another payload")
            return False
        mime = original.mime if capture.status == 304 else capture.mime
        self._store.captures.put(replace(capture, mime=mime))
        return True

    def repeated(self, effect: Effect) -> Effect:
        """The effect of a page whose bytes an earlier capture holds; another effect unchanged."""
        if effect.capture.revisit_of is None or effect.capture.status == 304:
            return effect
        portal = self._portals.get(effect.capture.portal)
        if portal is None or effect.capture.role not in READ_INTO_ROWS:
            return effect
        original = self._store.captures.original(effect.capture)
        answer = self._stored(effect.capture, original)
        return _page_effect(effect, portal, answer, effect.capture) if answer else effect

    def _apply_revisit(self, effect: Effect, original: Capture) -> None:
        portal = self._portals.get(original.portal)
        if portal is None or original.role not in READ_INTO_ROWS:
            return
        if (original.role, original.key) != (effect.capture.role, effect.capture.key):
            self._damages.note_capture(effect.capture, "it says that another page is unchanged")
            return
        answer = self._stored(original, original)
        if answer is None:
            return
        read = _page_effect(effect, portal, answer, original)
        if read.rows:
            self._store.sightings.put(read.rows, read.first_position, effect.capture)
        if read.article is not None:
            self._store.articles.put(read.article, original, self._reread)
            self._store.presence.note_seen(original, effect.capture.fetched_at)

    def _stored(self, capture: Capture, original: Capture) -> StoredAnswer | None:
        """The answer of a capture; None if its record is gone."""
        try:
            return stored_answer(self._layout, capture, original)
        except ArchiveDamagedError as error:
            self._damages.note_capture(capture, str(error))
            return None

    def _reread(self, capture: Capture, original: Capture) -> Article | None:
        return reread(self._layout, self._portals[capture.portal], capture, original)


def _may_repeat(capture: Capture, original: Capture) -> bool:
    """Whether a revisit can repeat the capture that it names: same portal, and its payload.

    Imported revisits may repeat captures of any portal.
    """
    is_near = original.portal == capture.portal or is_imported(capture.warc_file)
    is_same = original.payload_digest == capture.payload_digest
    return is_near and is_same and original.revisit_of is None


def entry_of(name: str, portals: Portals) -> PortalEntry:
    """The portal's row as its class declares it; only the name if no class declares it."""
    if name in portals:
        return portals[name].entry()
    return PortalEntry(name=name, title=name, platform="unknown", province=None, home="")
