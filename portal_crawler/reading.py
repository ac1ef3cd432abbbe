"""From bytes to an Article by a portal's profile: the live crawl and rereading share it."""

from dataclasses import replace

from archive.layout import Layout, utc_moment
from archive.models import Article, Capture
from archive.warc.reader import StoredAnswer, stored_answer
from portal_crawler.cleaning.checks import problems
from portal_crawler.cleaning.extraction import ExtractionError, extract
from portal_crawler.items import ArticlePage
from portal_crawler.portal import Portal


def reread(layout: Layout, portal: type[Portal], capture: Capture) -> Article | None:
    """The article of an earlier capture, from its WARC; None where today's rules find none."""
    try:
        return article_of(portal, stored_answer(layout, capture), capture)
    except ExtractionError:
        return None


def read_article(portal: Portal | type[Portal], page: ArticlePage) -> Article:
    """The article of a page as cleaning reads it, unchecked; raises ExtractionError."""
    return extract(
        page.body,
        page.url,
        portal.article_profile,
        fetched_at=page.fetched_at,
        content_type=page.content_type,
    )


def article_of(portal: type[Portal], answer: StoredAnswer, capture: Capture) -> Article:
    """The article of a stored page as today's rules read and check it; raises ExtractionError."""
    article = extract(
        answer.body,
        capture.url,
        portal.article_profile,
        fetched_at=utc_moment(capture.fetched_at),
        content_type=answer.head.value("content-type"),
    )
    return replace(article, problems=problems(article, truncated=capture.truncated is not None))
