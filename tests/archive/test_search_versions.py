"""Counts of a search through earlier versions: each article once, however many texts were found."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from archive.database.reading import reading
from archive.layout import Layout
from archive.models import Article
from archive.search.counts import KINDS, counted_by
from archive.search.filters import Filters
from archive.search.find import Count, Search
from archive.search.query import parsed
from tests.archive.building import PORTAL, ArchiveBuilder, page

ARTICLES, VERSIONS = 6, 4


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Six articles with four texts each; all are about a storm, the newest not about a flood."""
    builder = ArchiveBuilder(tmp_path_factory.mktemp("archive"))
    for number in range(ARTICLES):
        before = None
        for version in range(VERSIONS):
            body = f"Cơn bão số {version} ở tỉnh."
            if version < VERSIONS - 1:
                body += " Lũ quét về trong đêm."
            year = 2020 + (version if number % 2 else 3)
            day = None if (number, version) == (5, 3) else f"{year}-0{number + 1}"
            capture = builder.exchange(str(number), page(body))
            article = Article(
                url=capture.url, title="Tin", body=body, published_at=day,
                category=f"Mục {number % 2}", author=f"Tác giả {number % 3}",
            )  # fmt: skip
            builder.put(
                partial(builder.store.articles.put, article, capture, lambda *_, a=before: a)
            )
            before = article
    builder.listing("tin-tuc", "0", "1", "2")
    return builder.close()


@pytest.fixture
def connection(archive: Layout) -> Iterator[sqlite3.Connection]:
    with reading(archive) as opened:
        yield opened


def search(connection: sqlite3.Connection, text: str, **filters: object) -> Search:
    return Search(connection, parsed(text), Filters(with_versions=True, **filters))  # type: ignore[arg-type]


QUERIES = ["bão", "lũ", '"con bao so 1"', "lu -quet", '"quet ve trong dem"', "title:tin"]
"""Answered by the index alone, or by looking at texts."""


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("most", [1, 2, 5, 6, 7, 100])
def test_the_count_is_that_of_the_articles_found(
    connection: sqlite3.Connection, text: str, most: int
) -> None:
    looked = search(connection, text)
    found = [each.id for each in looked.found("newest")]
    assert len(set(found)) == len(found) == (0 if "-" in text else ARTICLES)
    assert looked.count(most) == Count(min(len(found), most), is_more=len(found) > most)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"published_from": "2021", "published_to": "2022"},
        {"published_from": "2021-03-01", "section": "tin-tuc"},
        {"has": ("version",), "category": "muc 1", "portals": (PORTAL,)},
    ],
)
def test_counts_by_each_kind_count_an_article_once(
    connection: sqlite3.Connection, text: str, kind: str, filters: dict[str, object]
) -> None:
    looked = search(connection, text, **filters)
    expected: Counter[str | None] = Counter()
    for candidate in looked.found("newest"):
        row = connection.execute(
            "SELECT substr(published_at, 1, 4) AS year, substr(published_at, 1, 7) AS month,"
            " portal, 'Hà Nội' AS province, category, author, (SELECT section FROM sightings s"
            " WHERE s.portal = a.portal AND s.key = a.key) AS section FROM articles a WHERE id = ?",
            (candidate.id,),
        ).fetchone()
        expected[row[kind]] += 1
    assert {each.value: each.articles for each in counted_by(looked, kind)} == expected
