"""From bytes to an Article by a portal's rules, for what is read again from a record."""

from dataclasses import replace

from archive.layout import Layout
from archive.models import Article, Capture
from archive.moments import utc_moment
from archive.warc.reader import StoredAnswer, stored_answer
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.problems import problems
from portal_crawler.portals.reader import PageReader


def reread(
    layout: Layout, portal: PageReader, capture: Capture, original: Capture
) -> Article | None:
    """The article of an earlier capture, from its WARC; None where today's rules find none.

    `original` holds the body: the capture that it repeats, or itself.
    """
    try:
        return article_of(portal, stored_answer(layout, capture, original), capture)
    except ExtractionError:
        return None


def article_of(portal: PageReader, answer: StoredAnswer, capture: Capture) -> Article:
    """The article of a stored page as today's rules read and check it; raises ExtractionError."""
    article = portal.read_article_page(
        answer.body,
        capture.url,
        utc_moment(capture.fetched_at),
        answer.head.value("content-type"),
    )
    return replace(article, problems=problems(article, truncated=capture.truncated is not None))
