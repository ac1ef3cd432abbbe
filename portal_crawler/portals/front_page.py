"""Whether an address is a portal's front page or one of its listings. Pure."""

from urllib.parse import parse_qsl, urlsplit

from portal_crawler.cleaning.extraction import SoftNotFoundError
from portal_crawler.portals.reader import PageReader

Place = tuple[str, str, tuple[tuple[str, str], ...]]


def refuse_front_page(portal: PageReader, url: str) -> None:
    """SoftNotFoundError where an article's address led there: the article is no more."""
    fronts = (portal.entry().home, *portal.sections.values())
    if _place(url) in {_place(front) for front in fronts}:
        raise SoftNotFoundError(url, "the portal's front page or a listing")


def _place(url: str) -> Place:
    """What spellings of one address share; http and https alike."""
    parts = urlsplit(url)
    query = sorted(parse_qsl(parts.query, keep_blank_values=True))
    return (parts.hostname or "").lower(), parts.path.rstrip("/"), tuple(query)
