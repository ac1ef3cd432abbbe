"""Articles read again from the records of their pages."""

import logging

from archive.errors import ArchiveDamagedError
from archive.imports.stored import stored_answer
from archive.layout import Layout
from archive.models import Article, Capture
from archive.moments import utc_moment
from archive.warc.reader import StoredAnswer
from portal_crawler.cleaning.extraction import ExtractionError, NoTitleError
from portal_crawler.portals.reader import FetchedPage, PageReader, read_article

logger = logging.getLogger(__name__)


def reread(
    layout: Layout, portal: PageReader, capture: Capture, original: Capture
) -> Article | None:
    """The article of an earlier capture, read again from its WARC file.

    None if today's rules find no article, or the record is gone. `original` holds the body: the
    capture that it repeats, or itself.
    """
    try:
        return article_of(portal, stored_answer(layout, capture, original), capture)
    except ExtractionError:
        return None
    except ArchiveDamagedError as error:
        logger.warning("%s", error)
        return None


def article_of(portal: PageReader, answer: StoredAnswer, capture: Capture) -> Article:
    """The article of a stored page as today's rules read it.

    Raises ExtractionError, also for a page that shows no headline and that no listing named: an
    imported page may be anything.
    """
    page = FetchedPage(
        body=answer.body,
        url=capture.url,
        fetched_at=utc_moment(capture.fetched_at),
        content_type=answer.head.value("content-type"),
        listed_title=capture.listed_title,
        truncated=capture.truncated is not None,
    )
    article = read_article(portal, page)
    if capture.section is None and not article.shows_headline:
        raise NoTitleError(page.url, ("a headline, since no listing names the page",))
    return article
