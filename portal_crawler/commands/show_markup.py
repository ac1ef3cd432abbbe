"""`portal show --html` and `--markdown`: an article, cleaned again from its page in the WARC."""

import argparse

from archive.commands.show import check_options, shown_article
from archive.database.articles import StoredArticle, page_captures
from archive.database.reading import answering
from archive.layout import Layout, archive_folder
from archive.models import Capture
from archive.output import write
from portal_crawler.showing.page import Origin, html_page, markdown_page
from portal_crawler.showing.reread import read_document, reader_of


def run(args: argparse.Namespace) -> int:
    """Read the article's page again and write it as HTML or Markdown."""
    check_options(args)
    layout = Layout(archive_folder(args.archive))
    with answering(layout) as connection:
        stored, _ = shown_article(connection, args)
        capture, original = page_captures(connection, stored)
        portal = reader_of(connection, capture.portal, args.settings)
    shown = read_document(layout, portal, capture, original)
    origin = _origin(stored, capture)
    page = html_page(shown, origin) if args.html else markdown_page(shown, origin)
    for line in page.splitlines():
        write(line)
    return 0


def _origin(stored: StoredArticle, capture: Capture) -> Origin:
    return Origin(
        portal=stored.portal_title or capture.portal,
        captured_at=capture.fetched_at,
        version=int(str(stored.article["version"])),
    )
