"""Articles of one transaction are indexed together; the indexes hold what the rows say."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import article_writing
from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.database.timeline import Timeline
from archive.layout import article_id
from archive.models import Article
from archive.search.filters import Filters
from archive.search.find import Search
from archive.search.query import parsed
from tests.archive.building import ArchiveBuilder, page


def putting(builder: ArchiveBuilder, key: str, title: str, body: str) -> Callable[[], object]:
    """A task that puts an article whose page says so."""
    capture = builder.exchange(key, page(f"{title} {body}"))
    article = Article(url=capture.url, title=title, body=body)
    return lambda: builder.store.articles.put(article, capture, lambda *_: None)


def found(builder: ArchiveBuilder, word: str) -> list[str]:
    """The keys of the articles that the folded index finds; the other indexes find the same."""
    with closing(open_for_writing(builder.layout)) as connection:
        for index in ("articles_exact", "articles_folded"):
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        rows = connection.execute(
            "SELECT a.key FROM articles_folded f JOIN articles a ON a.search_id = f.rowid"
            " WHERE articles_folded MATCH ? ORDER BY a.key",
            (word,),
        )
        keys = [key for (key,) in rows]
        (terms,) = connection.execute(
            "SELECT count(*) FROM articles_terms WHERE articles_terms MATCH ?",
            (f'"p:{builder.portal}"',),
        ).fetchone()
        assert terms == connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    with reading(builder.layout) as connection:
        search = Search(connection, parsed(word), Filters())
        assert sorted(hit.key for hit in search.hits("rank", limit=10_000)) == keys
        assert search.count().number == len(keys)
    return keys


@pytest.fixture
def builder(tmp_path: Path) -> ArchiveBuilder:
    return ArchiveBuilder(tmp_path)


def test_articles_of_one_transaction_are_all_found(builder: ArchiveBuilder) -> None:
    tasks = [putting(builder, str(key), f"Tin {key}", "Đường sắt") for key in range(30)]
    builder.put(*tasks)
    assert len(found(builder, "duong")) == 30
    assert found(builder, '"tin 7"') == ["7"]


def test_what_changes_within_a_transaction_is_found_as_it_was_put_last(
    builder: ArchiveBuilder,
) -> None:
    builder.put(putting(builder, "1", "Tin cũ", "Kế hoạch"), putting(builder, "2", "Hai", "Khác"))
    again = [putting(builder, "1", title, "Quy hoạch") for title in ("Tin giữa", "Tin mới")]
    builder.put(*again, putting(builder, "3", "Ba", "Kế hoạch"))
    assert found(builder, '"ke hoach"') == ["3"]
    assert found(builder, '"tin giua"') == []
    assert found(builder, '"tin moi"') == ["1"]


def test_what_an_article_says_at_last_is_found_though_its_row_said_so_before(
    builder: ArchiveBuilder,
) -> None:
    first, other = putting(builder, "1", "Một", "Cũ"), putting(builder, "1", "Một", "Khác")
    builder.put(first)
    builder.put(other, putting(builder, "1", "Một", "Cũ"))
    assert found(builder, "cu") == ["1"]
    assert found(builder, "khac") == []


def test_of_an_article_that_says_the_same_only_its_capture_is_written(
    builder: ArchiveBuilder,
) -> None:
    builder.put(putting(builder, "1", "Một", "Cũ"), putting(builder, "1", "Một", "Cũ"))
    with closing(open_for_writing(builder.layout)) as connection:
        before = connection.execute("SELECT * FROM articles").fetchone()
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(articles)")]
    builder.put(putting(builder, "1", "Một", "Cũ"))
    with closing(open_for_writing(builder.layout)) as connection:
        after = connection.execute("SELECT * FROM articles").fetchone()
    changed = {name for name, old, new in zip(columns, before, after, strict=True) if old != new}
    assert changed == {"capture_id", "last_seen_at"}


def test_an_article_that_is_taken_away_is_found_no_more(builder: ArchiveBuilder) -> None:
    timeline = Timeline(builder.store.connection)
    one, other = putting(builder, "1", "Một", "Thủy lợi"), putting(builder, "2", "Hai", "Thủy lợi")
    builder.put(one, lambda: timeline.forget_article(builder.portal, "1"), other, one)
    assert found(builder, "thuy") == ["1", "2"]
    builder.put(one, lambda: timeline.forget_article(builder.portal, "1"))
    assert found(builder, "thuy") == ["2"]


def test_a_transaction_that_fails_leaves_no_text_for_the_next(builder: ArchiveBuilder) -> None:
    builder.put(putting(builder, "1", "Một", "Nguyên vẹn"))

    def fail() -> None:
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        builder.put(
            putting(builder, "1", "Một", "Hỏng"), putting(builder, "2", "Hai", "Hỏng"), fail
        )
    builder.put(putting(builder, "3", "Ba", "Nguyên vẹn"))
    assert found(builder, '"nguyen ven"') == ["1", "3"]
    assert found(builder, "hong") == []


def test_a_transaction_of_many_articles_keeps_few_texts_waiting(builder: ArchiveBuilder) -> None:
    count = article_writing.MOST_WAITING + 3
    capture = builder.exchange("0", page("Dài"))
    most = 0

    def put(key: int) -> None:
        nonlocal most
        row = {
            "id": article_id(builder.portal, str(key)), "portal": builder.portal, "key": str(key),
            "url": capture.url, "title": f"Tin {key}", "lead": None, "body": "Dài lắm",
            "author": None, "repaired_words": None, "category": None, "published_at": None,
            "first_seen_at": capture.fetched_at,
            "last_seen_at": capture.fetched_at, "version": 1, "capture_id": capture.id,
            "problems": "[]",
        }  # fmt: skip
        builder.store._writing.insert(row)
        waiting = builder.store.connection.execute("SELECT count(*) FROM temp.texts").fetchone()[0]
        most = max(most, waiting)

    builder.put(*[lambda key=key: put(key) for key in range(count)])
    assert most < article_writing.MOST_WAITING
    assert len(found(builder, "dai")) == count
    assert found(builder, f'"tin {count - 1}"') == [str(count - 1)]
