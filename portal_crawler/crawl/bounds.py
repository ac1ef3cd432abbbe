"""The limits of one crawl, as given on the command line or as arguments of the spider."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlBounds:
    """How much a crawl requests."""

    pages: int | None = None
    """Pages of each listing."""
    articles: int | None = None
    """Articles of each listing."""
    since: str | None = None
    """A day, YYYY-MM-DD; articles published earlier are skipped."""
    full: bool = False
    """Everything is requested again, dead links included."""
    requisites: bool = True
    """Requisites and attachments are requested too, if the settings allow it."""

    @classmethod
    def of(cls, arguments: Mapping[str, object]) -> Self:
        """The bounds among a spider's arguments, which come as text from Scrapy's command line.

        ValueError if `pages` or `articles` is not a number.
        """
        pages, articles, since = (arguments.get(name) for name in ("pages", "articles", "since"))
        return cls(
            pages=int(str(pages)) if pages is not None else None,
            articles=int(str(articles)) if articles is not None else None,
            since=str(since) if since is not None else None,
            full=_is_yes(arguments.get("full", False)),
            requisites=_is_yes(arguments.get("requisites", True)),
        )

    @property
    def are_none(self) -> bool:
        """Whether the crawl may follow every listing to its end."""
        return self.pages is None and self.articles is None and self.since is None


BOUNDS = tuple(field.name for field in fields(CrawlBounds))
"""Names of the spider's arguments that are bounds."""


def _is_yes(given: object) -> bool:
    return str(given).lower() in ("true", "1", "yes")
