"""An article read again from the page in its WARC, to be shown."""

import sqlite3

from archive.imports.stored import stored_answer
from archive.layout import Layout
from archive.models import Capture
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.errors import UnknownPortalError, UnreadablePageError
from portal_crawler.portals.reader import PageReader
from portal_crawler.portals.registry import readable_portal
from portal_crawler.reprocessing.articles import article_of
from portal_crawler.reprocessing.learned_portal import knowing
from portal_crawler.showing.document import Document, document


def reader_of(connection: sqlite3.Connection, name: str, settings: list[str]) -> PageReader:
    """The portal of that name, with the learned layouts of its site if it learns.

    Raises UnknownPortalError if no portal has the name.
    """
    portal = readable_portal(name, settings)
    if portal is None:
        raise UnknownPortalError(
            f"no portal is named {name!r} here, so its pages cannot be read again; name the folder "
            "of its module by --portals or $PORTAL_PORTALS (`portal show --text` needs no portal)"
        )
    return knowing({name: portal}, connection)[name]


def read_document(
    layout: Layout, portal: PageReader, capture: Capture, original: Capture
) -> Document:
    """The article of a stored page with the blocks of its body.

    `original` is the capture with the body that `capture` repeats, or `capture` itself. Raises
    ArchiveDamagedError if a record cannot be read, UnreadablePageError if the page gives no
    article."""
    answer = stored_answer(layout, capture, original)
    try:
        return document(lambda: article_of(portal, answer, capture))
    except ExtractionError as error:
        raise UnreadablePageError(
            f"today's rules find no article on the page ({error}); `portal show --text` shows "
            "the text that was read when it was stored"
        ) from error
