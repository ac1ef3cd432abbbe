"""The page with an article's clean text, as `portal show` gives it."""

from archive.database.articles import page_captures, stored_article
from archive.database.named_articles import article_named
from portal_crawler.errors import UnknownPortalError
from portal_crawler.replay.asked import Asked
from portal_crawler.replay.pages import plain_article
from portal_crawler.replay.reply import Reply, own
from portal_crawler.showing.page import POLICY as ARTICLE_POLICY
from portal_crawler.showing.page import Origin, html_page
from portal_crawler.showing.reread import read_document, reader_of


def article_text(asked: Asked, wanted: str) -> Reply:
    """The text of an article, named by its id or portal/key.

    Raises QueryError if there is no such article.
    """
    database = asked.database()
    stored = stored_article(database, article_named(database, wanted))
    capture, original = page_captures(database, stored)
    try:
        portal = reader_of(database, capture.portal, asked.settings)
    except UnknownPortalError:  # its module is elsewhere; the row has the text all the same
        return own(plain_article(stored.article))
    document = read_document(asked.layout, portal, capture, original)
    origin = Origin(
        portal=stored.portal_title or capture.portal,
        captured_at=capture.fetched_at,
        version=int(str(stored.article["version"])),
    )
    policy = ARTICLE_POLICY.replace("img-src http: https:", "img-src 'none'")
    return own(html_page(document, origin).encode("utf-8", "replace"), policy=policy)
