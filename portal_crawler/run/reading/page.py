"""What reading an article's page gives a crawl. Pure."""

from dataclasses import dataclass

from archive.models import Article
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.learning.extractor import READ_GENERALLY, general_reading
from portal_crawler.portals.reader import FetchedPage, PageReader, read_article


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """An article, or why there is none."""

    article: Article | None = None
    error: ExtractionError | None = None
    general: str | None = None
    """A general extractor's reading, if the page was to be compared."""
    not_compared: str | None = None
    """Why there is no such reading although it was asked for."""


def read_page(portal: PageReader, page: FetchedPage, *, is_compared: bool) -> PageReading:
    """Read a page with its portal and, if `is_compared`, with a general extractor too.

    Raises what is no property of the page: ImportError, or a fault of ours.
    """
    try:
        article = read_article(portal, page)
    except ExtractionError as error:
        return PageReading(error=error)
    if not is_compared or READ_GENERALLY in article.problems:
        return PageReading(article=article)
    try:
        return PageReading(article=article, general=general_reading(page.body, page.content_type))
    except Exception as error:  # noqa: BLE001  a third party's, or that it cannot be imported
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return PageReading(article=article, not_compared=why)
