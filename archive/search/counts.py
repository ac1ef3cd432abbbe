"""Counts the articles that a search finds by what they have in common."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from archive.models import TERMS_INDEX
from archive.provinces.table import province_of_today
from archive.search.find import Search, SearchStatement
from archive.words.numbers import LAST_MONTH, MONTH_BITS, text_of_month
from archive.words.terms import PORTAL

KINDS = {
    "year": "substr(a.published_at, 1, 4)",
    "month": "substr(a.published_at, 1, 7)",
    "portal": "a.portal",
    "province": "a.portal",
    "category": "a.category",
    "section": "s.section",
    "author": "a.author",
}
"""What articles can be counted by, as SQL: provinces are those of their portals, today."""

_JOINED = {
    "section": " LEFT JOIN (SELECT DISTINCT portal, key, section FROM sightings) s"
    " ON s.portal = a.portal AND s.key = a.key"
}
"""What has to be joined to articles `a`."""

LENGTHS = {"year": len("2022"), "month": len("2022-01")}

AT_ONCE = 500
"""Articles that are looked up in one statement."""

BY_TIME = ("year", "month")


@dataclass(frozen=True, slots=True)
class Counted:
    """Articles that have a value in common."""

    value: str | None
    """None: they have none."""
    articles: int


def counted_by(search: Search, kind: str) -> list[Counted]:
    """All articles found, by a key of KINDS: years and months in order, else the most first.

    An article that stands in several sections counts in each. Provinces are those of today.
    """
    counts = _counts(search, kind)
    if kind == "province":
        counts = _by_province(search, counts)
    found = [Counted(None if value is None else str(value), n) for value, n in counts.items() if n]
    if kind in BY_TIME:
        return sorted(found, key=lambda each: (each.value is None, each.value or ""))
    return sorted(found, key=lambda each: (-each.articles, each.value is None, each.value or ""))


def _counts(search: Search, kind: str) -> dict[object, int]:
    newest, *older = search.statements
    if not newest.are_hits:
        return _one_by_one(search, kind)
    counts = Counter(_of_newest_texts(search, newest, kind))
    for statement in older:
        counts.update(_of_old_texts_alone(search, statement, kind))
    return counts


def _of_newest_texts(search: Search, statement: SearchStatement, kind: str) -> dict[object, int]:
    if statement.expression and search.filters.is_of_the_index:
        if kind in BY_TIME:
            return _by_month(search, statement, kind)
        if kind in ("portal", "province"):
            return _by_portal(search, statement)
    return _grouped(search, statement, kind)


def _grouped(
    search: Search, statement: SearchStatement, kind: str, also: str = "1"
) -> dict[object, int]:
    rows = search.connection.execute(
        f"SELECT {KINDS[kind]}, count(*) {statement.source}{_JOINED.get(kind, '')}"
        f" WHERE {statement.where} AND {also} GROUP BY 1",
        statement.values,
    )
    return {row[0]: row[1] for row in rows}


def _of_old_texts_alone(search: Search, statement: SearchStatement, kind: str) -> dict[object, int]:
    """Articles that only an old text of theirs makes a hit, by their values of today."""
    conditions, _ = search.filters.conditions("a.published_at")
    in_index = f"SELECT rowid FROM {TERMS_INDEX} WHERE {TERMS_INDEX} MATCH :expression"  # noqa: S608
    matches = f"a.search_id IN ({in_index})" if statement.expression else "1"
    is_known = f"({matches} AND a.search_id BETWEEN :first AND :last AND {conditions})"
    rows = search.connection.execute(
        f"SELECT {KINDS[kind]}, count(DISTINCT a.id) {statement.source}{_JOINED.get(kind, '')}"
        f" WHERE {statement.where} AND {is_known} IS NOT TRUE GROUP BY 1",
        statement.values,
    )
    return {row[0]: row[1] for row in rows}


def _by_month(search: Search, statement: SearchStatement, kind: str) -> dict[object, int]:
    """From the numbers alone: rows are read only of what has no month of its own."""
    month = _month_of(statement)
    counts = Counter(_grouped(search, statement, kind, f"NOT {_has_own_month(statement)}"))
    rows = search.connection.execute(
        f"SELECT {month}, count(*) {_OF_INDEX} AND {_is_in_range(statement)} GROUP BY 1",
        _values(search, statement),
    )
    for found, number_of_articles in rows:
        counts[text_of_month(found)[: LENGTHS[kind]]] += number_of_articles
    return counts


def _by_portal(search: Search, statement: SearchStatement) -> dict[object, int]:
    """From the index alone; if dates are asked for, as `_by_month`."""
    counts: Counter[object] = Counter()
    condition = "1"
    if search.filters.published_from or search.filters.published_to:
        counts.update(_grouped(search, statement, "portal", f"NOT {_has_own_month(statement)}"))
        condition = _is_in_range(statement)
    names = [row[0] for row in search.connection.execute("SELECT name FROM portals")]
    for name in names:
        values = {
            **_values(search, statement),
            "expression": f'({statement.expression}) AND "{PORTAL}{name}"',
        }
        counts[name] += search.connection.execute(
            f"SELECT count(*) {_OF_INDEX} AND {condition}", values
        ).fetchone()[0]
    return counts


def _by_province(search: Search, by_portal: dict[object, int]) -> dict[object, int]:
    rows = search.connection.execute("SELECT name, province FROM portals")
    today = {row["name"]: province_of_today(row["province"]) for row in rows}
    counts: Counter[object] = Counter()
    for portal, number in by_portal.items():
        counts[today[portal]] += number
    return counts


_OF_INDEX = f"FROM {TERMS_INDEX} t WHERE t.{TERMS_INDEX} MATCH :expression"


def _values(search: Search, statement: SearchStatement) -> dict[str, object]:
    return {**statement.values, "last_of_month": search.filters.numbers.last}


def _is_in_range(statement: SearchStatement) -> str:
    number = statement.number
    return f"{number} BETWEEN :first AND :last_of_month AND {_has_own_month(statement)}"


def _has_own_month(statement: SearchStatement) -> str:
    """Whether the number says the month: the first and last ones are of all days beyond them."""
    month = _month_of(statement)
    return f"({month} > 1 AND {month} < {LAST_MONTH})"


def _month_of(statement: SearchStatement) -> str:
    return f"({statement.number} >> {MONTH_BITS})"


def _one_by_one(search: Search, kind: str) -> dict[object, int]:
    counts: Counter[object] = Counter()
    ids = (each.id for each in search.found("newest"))
    while some := list(islice(ids, AT_ONCE)):
        marks = ", ".join("?" * len(some))
        rows = search.connection.execute(
            f"SELECT {KINDS[kind]}, count(*) FROM articles a{_JOINED.get(kind, '')}"  # noqa: S608
            f" WHERE a.id IN ({marks}) GROUP BY 1",
            some,
        )
        for value, number in rows:
            counts[value] += number
    return counts
