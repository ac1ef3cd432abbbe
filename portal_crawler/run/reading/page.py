"""Reads an article's page for a crawl. Pure."""

from dataclasses import dataclass

from archive.models import Article
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.learning.extractor import READ_GENERALLY, general_reading
from portal_crawler.portals.reader import FetchedPage, PageReader, read_article


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """The article of a page, or the reason why the page has none."""

    article: Article | None = None
    error: ExtractionError | None = None
    general: str | None = None
    """The body as a general extractor reads it, if the page was to be compared."""
    not_compared: str | None = None
    """Why `general` is missing although the page was to be compared."""


def read_page(portal: PageReader, page: FetchedPage, *, is_compared: bool) -> PageReading:
    """Read a page with its portal and, if `is_compared`, with a general extractor too.

    Raises ImportError, and errors of our own code; errors of the page are in the result.
    """
    try:
        article = read_article(portal, page)
    except ExtractionError as error:
        return PageReading(error=error)
    if not is_compared or READ_GENERALLY in article.problems:
        return PageReading(article=article)
    try:
        return PageReading(article=article, general=general_reading(page.body, page.content_type))
    except Exception as error:  # noqa: BLE001  an error of the extractor or its import
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return PageReading(article=article, not_compared=why)
