"""The table of queries: what is found, in which order, how many, and where in the texts."""

import pytest

from archive.search.concordance import Place, places
from archive.search.counts import KINDS, counted_by
from archive.search.excerpt import Marked
from archive.search.find import ORDERS, Count, Search
from tests.search import by_hand
from tests.search.by_hand import Asked, Document, Found, found_by, places_in, text_of
from tests.search.conftest import Searched
from tests.search.table import Line, digest, lines, search_for

TABLE = lines()
OF_ONE_ARCHIVE = "--portal"
SOME = TABLE[::3]
"""For tests that look up each query in several ways."""

SELDOM = 12
"""Of the saved portal's queries one in so many is looked up by hand in each run of the tests."""


def found_keys(archive: Searched, search: Search, order: str) -> list[str]:
    keys = archive.keys
    return [keys[candidate.id] for candidate in search.found(order)]


def keys_by_hand(archive: Searched, line: Line, order: str) -> list[str]:
    return [found.document.key for found in found_by(archive.documents, line.asked, order)]


def counts(search: Search) -> tuple[int, int | None]:
    """All, and those with the words in a row."""
    row = search.count_in_a_row()
    assert row is None or not row.is_more
    assert not search.count().is_more
    return search.count().number, None if row is None else row.number


def test_the_table_has_queries_of_all_kinds() -> None:
    kinds = [line.kind for line in TABLE]
    assert len(TABLE) >= 200
    assert len({(line.query, line.options) for line in TABLE}) == len(TABLE)
    assert min(map(kinds.count, kinds)) >= 3
    assert sum(not line.demo and not line.saved[0] for line in TABLE) < len(TABLE) / 10


@pytest.mark.parametrize("kind", dict.fromkeys(line.kind for line in TABLE))
def test_the_demo_gives_what_the_table_says(demo: Searched, kind: str) -> None:
    for line in TABLE:
        if line.kind == kind:
            search = search_for(demo.connection, line.query, line.options)
            assert found_keys(demo, search, line.order) == line.demo, line
            assert counts(search) == (len(line.demo), line.in_a_row[0]), line


def test_the_table_says_what_looking_at_each_article_gives(demo: Searched) -> None:
    for line in TABLE:
        assert keys_by_hand(demo, line, line.order) == line.demo, line
        assert by_hand.rows_found(demo.documents, line.asked) == line.in_a_row[0], line


def test_a_saved_portal_gives_what_the_table_says(saved: Searched) -> None:
    for line in TABLE:
        if OF_ONE_ARCHIVE in line.options:
            continue
        search = search_for(saved.connection, line.query, line.options)
        keys = found_keys(saved, search, line.order)
        assert (len(keys), digest(keys)) == tuple(line.saved), line
        assert counts(search) == (len(keys), line.in_a_row[1]), line
    for line in TABLE[::SELDOM]:
        keys = keys_by_hand(saved, line, line.order)
        assert (len(keys), digest(keys)) == tuple(line.saved), line


@pytest.mark.parametrize("order", ORDERS)
def test_orders_and_pages_give_each_article_once(demo: Searched, order: str) -> None:
    for line in SOME:
        expected = keys_by_hand(demo, line, order)
        search = search_for(demo.connection, line.query, line.options)
        hits = [hit for offset in range(0, len(expected) + 1, 7)
                for hit in search.hits(order, limit=7, offset=offset)]  # fmt: skip
        assert [hit.key for hit in hits] == expected, line
        assert [hit.rank for hit in hits] == list(range(1, len(expected) + 1)), line


VALUES = {
    "year": lambda found: [_day(found)[:4] or None],
    "month": lambda found: [_day(found)[:7] or None],
    "portal": lambda found: [found.document.portal],
    "category": lambda found: [found.document.category],
    "section": lambda found: found.document.sections or [None],
    "author": lambda found: [_author(found.document)],
}


def _day(found: Found) -> str:
    return found.document.now.published_at or ""


def _author(document: Document) -> str | None:
    return next((text.text for text in document.now.columns.get("author", ())), None)


def test_counts_by_each_kind_are_those_by_hand(demo: Searched) -> None:
    for line in SOME:
        found = found_by(demo.documents, line.asked, "newest")
        for kind, values_of in VALUES.items():
            values = [value for each in found for value in values_of(each)]
            expected = {value: values.count(value) for value in values}
            counted = counted_by(search_for(demo.connection, line.query, line.options), kind)
            assert {each.value: each.articles for each in counted} == expected, (line, kind)
            if kind != "section":
                assert sum(each.articles for each in counted) == len(line.demo), (line, kind)
            if kind not in ("year", "month"):
                numbers = [each.articles for each in counted]
                assert numbers == sorted(numbers, reverse=True), (line, kind)


def test_counts_by_all_kinds_are_tried() -> None:
    assert set(KINDS) - set(VALUES) == {"province"}


def test_a_concordance_has_each_place_by_hand(demo: Searched) -> None:
    for line in SOME:
        found = found_by(demo.documents, line.asked, line.order)
        expected = [
            (each.document.key, by_hand_text.text[start:stop])
            for each in found
            for column in ("title", "lead", "body")
            for by_hand_text in each.reading.columns.get(column, ())[:1]
            for start, stop in places_in(line.asked, column, by_hand_text)
        ]
        search = search_for(demo.connection, line.query, line.options)
        given = list(places(search, line.order, 3))
        assert [(place.key, _words(place)) for place in given] == [
            (key, " ".join(text.split())) for key, text in expected
        ], line
        assert all(_has_most(place, 3) for place in given), line


def _words(place: Place) -> str:
    """The hit without signs that belong to it."""
    return place.hit.strip(by_hand.SIGNS + " ")


def _has_most(place: Place, words: int) -> bool:
    return len(place.before.split()) <= words and len(place.after.split()) <= words


def test_all_that_was_asked_for_is_marked(demo: Searched) -> None:
    for line in SOME:
        asked = line.asked
        for hit in search_for(demo.connection, line.query, line.options).hits("rank", limit=10):
            assert_marked(hit.title, asked, "title")
            if not any(phrase.column for phrase in asked.phrases):
                assert_marked(hit.snippet, asked, "body")


def assert_marked(shown: Marked, asked: Asked, column: str) -> None:
    marked = {at for start, stop in shown.hits for at in range(start, stop)}
    for start, stop in places_in(asked, column, text_of(shown.text)):
        assert marked.issuperset(range(start, stop)), (shown, asked)


def test_a_snippet_has_a_place_where_one_is_found(demo: Searched) -> None:
    for line in SOME:
        for hit in search_for(demo.connection, line.query, line.options).hits("rank", limit=10):
            assert hit.title.hits or hit.snippet.hits, (line, hit)


def test_a_count_has_a_bound(demo: Searched) -> None:
    search = search_for(demo.connection, "so", "")
    assert [search.count(most) for most in (5, 1000)] == [
        Count(5, is_more=True),
        Count(len(keys_by_hand(demo, _line("so"), "rank")), is_more=False),
    ]


def _line(query: str) -> Line:
    return next(line for line in TABLE if line.query == query and not line.options)
