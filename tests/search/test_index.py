"""The search index in the long run: its verification, its repair, and what an upgrade makes."""

import itertools
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.database.search_index import SearchIndex
from archive.integrity.findings import Finding
from archive.integrity.search_checks import search_problems
from archive.integrity.verify import Verification
from archive.layout import Layout
from archive.models import Article
from archive.search.find import ORDERS
from portal_crawler.cli import main
from tests.archive.building import ArchiveBuilder
from tests.search.archives import OneTransaction, documents_of, put
from tests.search.by_hand import asked, found_by
from tests.search.conftest import Searched
from tests.search.table import search_for

OWN_MODULE = """
from portal_crawler.platforms.generic import Generic


class Own(Generic):
    name = "own"
    hosts = ("own.example",)
    sections = {"tin": "http://own.example/tin"}
"""


def problems(layout: Layout) -> list[tuple[str, str, str]]:
    with reading(layout) as connection:
        return list(search_problems(connection))


def damage(layout: Layout, change: Callable[[sqlite3.Connection], object]) -> None:
    with closing(open_for_writing(layout)) as connection:
        connection.row_factory = sqlite3.Row
        change(connection)


def take_three_out(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    for row in connection.execute(
        "SELECT id FROM articles WHERE portal = 'own' LIMIT 3"
    ).fetchall():
        index.take_out(row["id"])


def take_old_texts_out(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    for row in connection.execute("SELECT id FROM articles WHERE key = '19'").fetchall():
        index.take_old_texts_out(row["id"])


DAMAGES = (
    (take_three_out, "articles_terms", "3 articles of own are missing in the search index"),
    (
        take_old_texts_out,
        "old_texts_terms",
        "2 earlier versions of own are missing in the search index",
    ),
    (
        "DELETE FROM articles_folded_docsize WHERE id IN (SELECT max(search_id) FROM articles)",
        "articles_folded",
        "1 articles are missing in the search index",
    ),
    (
        "INSERT INTO articles_terms (rowid, terms) VALUES (1, 'p:own tin')",
        "articles_terms",
        "1 articles of own in the search index have no row",
    ),
    (
        "DELETE FROM articles_terms_data",
        "articles_terms",
        "the search index is damaged and cannot be read",
    ),
)


@pytest.mark.parametrize(("change", "table", "words"), DAMAGES)
def test_what_the_search_index_lacks_is_found(
    demo: Searched,
    tmp_path: Path,
    change: str | Callable[[sqlite3.Connection], object],
    table: str,
    words: str,
) -> None:
    layout = Layout(tmp_path / "archive")
    shutil.copytree(demo.layout.folder, layout.folder)
    assert problems(layout) == []
    damage(layout, (lambda db: db.execute(change)) if isinstance(change, str) else change)
    assert ("search-index", table, words) in problems(layout)
    assert Finding("search-index", table, words) in list(Verification(layout).findings())


def test_a_repair_fills_the_search_index(demo: Searched, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "archive")
    shutil.copytree(demo.layout.folder, layout.folder)
    damage(layout, take_three_out)
    portals = tmp_path / "portals"
    portals.mkdir()
    (portals / "own.py").write_text(OWN_MODULE)
    words = ["--archive", str(layout.folder), "--portals", str(portals)]
    assert main(["repair", *words, "-q"]) == 0
    assert problems(layout) == []
    with reading(layout) as connection:
        found = search_for(connection, "số", "").count().number
    assert found == len(found_by(documents_of(layout), asked("số", "")))


def test_a_search_sees_one_moment_of_a_crawl(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    builder = ArchiveBuilder(tmp_path, "own")
    captures = {str(key): builder.exchange(str(key)) for key in range(6)}
    ended = threading.Event()

    def crawl() -> None:
        for number in itertools.count():
            for key, capture in captures.items():
                day = f"20{number % 20 + 10}-01-01"
                article = Article(url=capture.url, title=f"Tin {number}", published_at=day)
                put = partial(builder.store.articles.put, article, capture, lambda *_: None)
                forget = partial(builder.store.timeline.forget_article, "own", key)
                builder.put(put if (number + int(key)) % 3 else forget)
            if ended.is_set():
                return

    crawling = threading.Thread(target=crawl)
    crawling.start()
    try:
        for _ in range(30):
            assert main(["search", "tin", "--json", "--archive", str(tmp_path)]) == 0
            out, err = capsys.readouterr()
            assert int(err.split()[0]) == len(out.splitlines())
    finally:
        ended.set()
        crawling.join()
    assert problems(builder.close()) == []


def test_an_articles_texts_of_one_transaction_are_all_found(tmp_path: Path) -> None:
    builder = OneTransaction(tmp_path, "own")
    before = None
    for number, category in enumerate(("Tin tức", "Tin tức", "Văn bản")):
        article = Article(url="", title=f"Bản {number}", category=category)
        put(builder, "1", article, before)
        before = article
    with reading(builder.close()) as connection:
        assert list(search_problems(connection)) == []
        search = search_for(connection, '"bản 0"', "--versions --category 'van ban'")
        assert [each.version for each in search.found("rank")] == [1]
        assert search_for(connection, "bản", "--versions --category 'tin tuc'").count().number == 0


def test_another_category_is_that_of_earlier_texts_too(tmp_path: Path) -> None:
    before = None
    for number, category in enumerate(("Tin tức", "Tin tức", "Văn bản")):
        builder = OneTransaction(tmp_path, "own", days=number)
        article = Article(url="", title=f"Bản {number}", category=category)
        put(builder, "1", article, before)
        layout = builder.close()
        before = article
    with reading(layout) as connection:
        assert list(search_problems(connection)) == []
        for options, count in (("'van ban'", 1), ("'tin tuc'", 0)):
            search = search_for(connection, '"bản 0"', f"--versions --category {options}")
            assert search.count().number == count


def test_a_word_of_any_length_is_stored_and_found_by_its_beginning(tmp_path: Path) -> None:
    builder = OneTransaction(tmp_path, "own")
    for number, word in enumerate((20_000 * "ă" + "x", 20_000 * "ă" + "y", 40_000 * "z")):
        put(builder, str(number), Article(url="", title="Tin", body=f"tin {word} hết"))
    with reading(builder.close()) as connection:
        assert list(search_problems(connection)) == []
        for query, count in (("ă" * 200 + "*", 2), ("z" * 200, 0), ("tin -zz*", 2)):
            search = search_for(connection, query, "")
            assert (search.count().number, len(list(search.found("newest")))) == (count, count)


ODD_DAYS = ("", "abc", "2021-1-5", "2021-13-01", "20210101", "-2021", "2021-0", None)


def test_dates_of_other_forms_do_not_stop_the_filling(demo: Searched, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "archive")
    shutil.copytree(demo.layout.folder, layout.folder)

    def change(connection: sqlite3.Connection) -> None:
        ids = connection.execute("SELECT id FROM articles WHERE portal = 'own'").fetchall()
        connection.executemany(
            "UPDATE articles SET published_at = ? WHERE id = ?",
            zip(itertools.cycle(ODD_DAYS), (row["id"] for row in ids), strict=False),
        )
        SearchIndex(connection).fill()

    damage(layout, change)
    assert problems(layout) == []
    documents = documents_of(layout)
    keys = {document.id: document.key for document in documents}
    with reading(layout) as connection:
        for order in ORDERS:
            search = search_for(connection, "số", "")
            expected = [each.document.key for each in found_by(documents, asked("số", ""), order)]
            assert [keys[each.id] for each in search.found(order)] == expected
