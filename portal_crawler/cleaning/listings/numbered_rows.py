"""Recognizes short ids in the addresses of a listing's rows. Pure.

One address alone does not say whether the number in `khai-giang-45.html` is an id or belongs to the
headline. A listing whose rows have a number at one place, each another one, shows an id.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.models import ListedArticle
from portal_crawler.cleaning.listings.article_addresses import ArticleAddress, article_address

LEAST_NUMBERED_ROWS = 5
LEAST_NUMBERED = 0.8
"""Number and share of the addresses that must agree; fewer may have numbers by chance."""

LEAST_OTHER_SLUGS = 0.8
"""Share of the slugs that must differ in more than the number: `lich-tuan-45` is a headline."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_TRAILING = re.compile(r"(.+)-(\d{1,4})")
_LEADING = re.compile(r"(\d{1,4})-(.*\D.*)")
_SHORT_NUMBER = re.compile(r"\d{1,4}")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A number in the last part of a path, or before it, and the slug beside it."""

    number: str
    slug: str


def _trailing(address: ArticleAddress) -> _Numbered | None:
    """`/slug-45`."""
    found = _TRAILING.fullmatch(address.last)
    return _Numbered(found[2], found[1]) if found else None


def _leading(address: ArticleAddress) -> _Numbered | None:
    """`/45-slug`."""
    found = _LEADING.fullmatch(address.last)
    return _Numbered(found[1], found[2]) if found else None


def _before(address: ArticleAddress) -> _Numbered | None:
    """`/tin-tuc/45/slug`; after another number it is a day or month."""
    *earlier, number, slug = ("", "", *address.segments)[-3:]
    is_number = _SHORT_NUMBER.fullmatch(number) and not earlier[0].isdecimal()
    return _Numbered(number, slug) if is_number and not slug.isdecimal() else None


_PLACES = (_trailing, _leading, _before)


def numbered_rows(rows: Sequence[ListedArticle]) -> tuple[ListedArticle, ...]:
    """The rows of a listing page; those with a short id have it as key, with their first folder.

    A row whose address names its id otherwise keeps its key.
    """
    paths = {row.url: each for row in rows if (each := _of_its_path(row)) is not None}
    for place in _PLACES:
        found = {url: place(each) for url, each in paths.items()}
        if _are_ids(list(found.values())):
            return tuple(
                replace(row, key=_key(paths[row.url], id_.number))
                if (id_ := found.get(row.url)) is not None
                else row
                for row in rows
            )
    return tuple(rows)


def _of_its_path(row: ListedArticle) -> ArticleAddress | None:
    """The address of a row whose key is its path."""
    address = article_address(row.url)
    return address if address is not None and row.key == address.path else None


def _are_ids(found: Sequence[_Numbered | None]) -> bool:
    each = [one for one in found if one is not None and not _YEAR.fullmatch(one.number)]
    if len(each) < max(LEAST_NUMBERED_ROWS, LEAST_NUMBERED * len(found)):
        return False
    slugs = {one.slug for one in each}
    is_other = len(slugs) >= LEAST_OTHER_SLUGS * len(each)
    return is_other and len({one.number for one in each}) == len(each)


def _key(address: ArticleAddress, number: str) -> str:
    """Numbers count within a module, which the first folder names."""
    folders = [part for part in address.folders if not part.isdecimal()]
    return "/".join(part for part in (address.language, *folders[:1], number) if part)
