"""How well a layout learned from some pages of a site reads its other pages, field by field.

No page says what is right. A reading counts by what it finds, and by whether it can be true: an
author that is the same on all pages is an account, a date that all pages share is the day of the
visit. The text is held against a general reading of the page.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from archive.models import Article
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.model import FIELDS, FieldSupport
from portal_crawler.learning.page_facts import block_key
from portal_crawler.learning.standing import squeezed

LEAST_AGREEMENT = 0.75
"""The mean F1 with the general text, by words, below which a layout's container is not used."""

AGREEING = 0.5
"""The F1 from which on two texts of a page agree."""

ALL_ALIKE = 0.8
"""Share of the values in a field from which on one value is the site's and not the articles'."""

FEWEST_ALIKE = 3
"""So many values are needed before they can be found alike."""

ENOUGH_PAGES = 6
"""A field that none of so many pages has is none of the site."""

_DAY = len("2022-07-13")


@dataclass(frozen=True, slots=True)
class Compared:
    """One page that was left out of the learning, in two readings."""

    learned: Article | None
    other: Article | None


Score = Callable[[Sequence[Article | None]], int]


def agreement(learned: Article | None, single: Article | None, repeated: frozenset[str]) -> float:
    """The F1, by words, of a page's text by a layout with its general text, 0 to 1.

    The general text is taken without the blocks that the site repeats, which have these keys. It is
    1 if there is no general text.
    """
    other = _words(single, repeated)
    if not other:
        return 1.0
    own = _words(learned, frozenset())
    common = (own & other).total()
    return 2 * common / (own.total() + other.total())


def _words(article: Article | None, left_out: frozenset[str]) -> Counter[str]:
    if article is None:
        return Counter()
    lines = f"{article.lead or ''}\n{article.body or ''}".split("\n")
    kept = (line for line in lines if block_key(clean(line)) not in left_out)
    return Counter(squeezed(word) for line in kept for word in line.split())


def field_supports(pages: Sequence[Compared]) -> dict[str, FieldSupport]:
    """For each field but the text the number of pages on which each reading finds a value that can
    be true."""
    return {
        name: FieldSupport(
            pages=len(pages),
            learned=score([page.learned for page in pages]),
            single=score([page.other for page in pages]),
        )
        for name, score in _SCORES.items()
    }


def weak_fields(supports: Mapping[str, FieldSupport]) -> tuple[str, ...]:
    """The fields that are read better from a page alone, in the order of `FIELDS`.

    So is a field that no reading found on a few pages: further pages may have it.
    """
    return tuple(name for name in FIELDS if name in supports and _is_weak(supports[name]))


def _is_weak(support: FieldSupport) -> bool:
    if not support.learned and support.pages < ENOUGH_PAGES:
        return True
    return support.learned < support.single


def _found(values: Sequence[str | None]) -> list[str]:
    return [value for value in values if value]


def _own(values: Sequence[str | None]) -> list[str]:
    """The values without the one that is the same on most pages."""
    found = _found(values)
    if len(found) < FEWEST_ALIKE:
        return found
    ((common, count),) = Counter(found).most_common(1)
    is_the_sites = count >= ALL_ALIKE * len(found)
    return [value for value in found if value != common] if is_the_sites else found


def _distinct(values: Sequence[str | None]) -> int:
    return len(_own(values))


def _title(articles: Sequence[Article | None]) -> int:
    return _distinct([one.title for one in articles if one])


def _date(articles: Sequence[Article | None]) -> int:
    """A day counts once, a minute twice."""
    values = [one.published_at for one in articles if one and one.published_at]
    days = frozenset(_own([value[:_DAY] for value in values]))
    return sum(2 if "T" in value else 1 for value in values if value[:_DAY] in days)


def _lead(articles: Sequence[Article | None]) -> int:
    return _distinct([one.lead for one in articles if one])


def _author(articles: Sequence[Article | None]) -> int:
    return _distinct([one.author for one in articles if one])


def _category(articles: Sequence[Article | None]) -> int:
    return len(_found([one.category for one in articles if one]))


_SCORES: Mapping[str, Score] = {
    "title": _title,
    "date": _date,
    "lead": _lead,
    "author": _author,
    "category": _category,
}
