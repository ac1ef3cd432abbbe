"""Whether articles have the days that their listings' rows show beside them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.models import Article, ListedArticle

DAY_CHARS = len("2026-11-20")


@dataclass(frozen=True, slots=True)
class DayPair:
    """The day of an article by its page, and by the row that lists it."""

    url: str
    of_page: str
    of_row: str
    """The newest of them, if several rows show different days and none is that of the page."""

    @property
    def differs(self) -> bool:
        """Whether the two are different days."""
        return self.of_page != self.of_row


def day_pairs(
    rows: Iterable[ListedArticle], articles: Iterable[tuple[str, str | None, Article]]
) -> Iterator[DayPair]:
    """The days of those articles that have a date on their page and in a row.

    Each of the articles stands behind the address and the key by which a row can name it.
    """
    days: dict[str, set[str]] = {}
    for row in rows:
        if row.date:
            for name in (row.key, row.url):
                days.setdefault(name, set()).add(row.date[:DAY_CHARS])
    for url, key, article in articles:
        listed = days.get(url) or days.get(key or "")
        if listed and article.published_at:
            day = article.published_at[:DAY_CHARS]
            yield DayPair(url, day, day if day in listed else max(listed))
