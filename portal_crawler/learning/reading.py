"""An article read by what its site has taught, or generally where too little is known."""

from datetime import datetime

from archive.models import Article
from portal_crawler.cleaning.charset import decode
from portal_crawler.cleaning.extraction import (
    NoTitleError,
    Reading,
    article_of,
    refuse_stand_in,
)
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.selectors import Page
from portal_crawler.cleaning.text import clean
from portal_crawler.learning.facts import facts_of, page_titles, tree_of
from portal_crawler.learning.fallback import article_generally
from portal_crawler.learning.headlines import headline_among
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.repeated import drop_repeated

CONTAINER_MISSING = "container-missing"
"""The page has none of the containers that its site's pages had: the layout is another."""

READ_GENERALLY = "read-generally"
"""No layout is known: the text is what a general extractor takes for it."""

UNKNOWN = Profile(name="unknown", title=("title",))
"""What is known of a page of an unknown site."""


def extract_learned(
    html: bytes,
    url: str,
    model: SiteModel | None,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
) -> Article:
    """The article on a page of a site that is known by `model` alone, or not at all.

    Everything else is as in `cleaning.extraction.extract`, the errors too. `problems` says where
    the layout did not help.
    """
    decoded = decode(html, content_type)
    root = tree_of(decoded.text)
    layout = model.profile if model else UNKNOWN
    if root is None:
        raise NoTitleError(url, layout.title)
    page = Page(root)
    title = headline(page, model)
    refuse_stand_in(url, root, title, layout)
    if title is None:
        raise NoTitleError(url, layout.title)
    container = page.first(layout.body)
    if model is None or container is None:
        problem = READ_GENERALLY if model is None else CONTAINER_MISSING
        return article_generally(
            Reading(page, UNKNOWN, title, (problem,)), decoded, url, model, fetched_at
        )
    drop_repeated(container, model.dropped)
    reading = Reading(page, layout, title)
    return article_of(reading, decoded, url, fetched_at=fetched_at, content_type=content_type)


def headline(page: Page, model: SiteModel | None) -> str | None:
    """The page's headline: what stands where headlines stand, held against `<title>`."""
    titles = page_titles(page.root)
    shown = [text for raw in page.texts(model.title if model else ()) if (text := clean(raw))]
    if named := _named(shown, titles):
        return named
    repeated = model.repeated if model else frozenset()
    texts = [
        block.text
        for block in facts_of(page.root).blocks
        if not block.linked and block.key not in repeated
    ]
    return _named(texts, titles) or next(iter(shown), None)


def _named(texts: list[str], titles: tuple[str, ...]) -> str | None:
    """Which of the texts the head of the page names."""
    found = (headline_among(texts, title) for title in titles if title)
    return next((text for text in found if text), None)
