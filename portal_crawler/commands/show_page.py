"""`portal show --html` and `--markdown`: an article cleaned again from the page in its WARC."""

import argparse
import sqlite3

from archive.articles import StoredArticle, page_captures
from archive.commands.show import EXAMPLES, add_arguments, check_options, shown_article
from archive.commands.terminal import printable, write
from archive.database import reading
from archive.layout import Layout, archive_folder
from archive.models import Capture
from archive.warc.reader import stored_answer
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.crawling import readable_portals
from portal_crawler.errors import UnknownPortalError, UnreadablePageError
from portal_crawler.learned import knowing
from portal_crawler.reading import Declaration, article_of
from portal_crawler.showing.document import Document, document
from portal_crawler.showing.page import Origin, html_page, markdown_page

__all__ = ["EXAMPLES", "add_arguments", "run"]


def run(args: argparse.Namespace) -> int:
    """Read the article's page again, and write it anew."""
    check_options(args)
    layout = Layout(archive_folder(args.archive))
    with reading(layout) as connection:
        stored, _ = shown_article(connection, args)
        capture, original = page_captures(connection, stored)
        portal = declared(connection, capture.portal, args.settings)
    shown = read_page(layout, portal, capture, original)
    origin = _origin(stored, capture)
    page = html_page(shown, origin) if args.html else markdown_page(shown, origin)
    for line in page.splitlines():
        write(printable(line))
    return 0


def declared(connection: sqlite3.Connection, name: str, settings: list[str]) -> Declaration:
    """The portal of that name, with what its site has taught where it learns.

    UnknownPortalError where this software has none.
    """
    portal = readable_portals(settings).get(name)
    if portal is None:
        raise UnknownPortalError(
            f"no portal is named {name!r} here, so its pages cannot be read again; "
            "`portal show --text` needs no portal"
        )
    return knowing({name: portal}, connection)[name]


def read_page(layout: Layout, portal: Declaration, capture: Capture, original: Capture) -> Document:
    """The article of a stored page with the blocks of its body.

    `original` holds the body of a revisit. ArchiveDamagedError where a record cannot be read,
    UnreadablePageError where the page gives no article.
    """
    answer = stored_answer(layout, capture, original)
    try:
        return document(lambda: article_of(portal, answer, capture))
    except ExtractionError as error:
        raise UnreadablePageError(
            f"today's rules find no article on the page ({error}); `portal show --text` shows "
            "what was read when it was stored"
        ) from error


def _origin(stored: StoredArticle, capture: Capture) -> Origin:
    return Origin(
        portal=stored.portal_title or capture.portal,
        captured_at=capture.fetched_at,
        version=int(str(stored.article["version"])),
    )
