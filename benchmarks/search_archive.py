"""An archive of many resampled articles, written as `portal rebuild` writes one."""

import sqlite3
import time
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path

from archive.database.schema import end_bulk_loading, open_aside
from archive.database.store import Store
from archive.layout import Layout, article_id
from archive.models import Run
from archive.moments import utc_text
from benchmarks.search_corpus import NEWEST, Corpus, entries, is_gone, section_of

AT_ONCE = 500
"""Articles to a transaction."""


@dataclass(frozen=True, slots=True)
class Written:
    """The cost of an archive's rows and indexes."""

    articles: int
    rows_cpu_s: float
    """Of the rows alone."""
    index_cpu_s: float
    """Of the search indexes, which are filled at the end."""

    @property
    def a_second(self) -> float:
        """Articles a second of CPU."""
        return self.articles / (self.rows_cpu_s + self.index_cpu_s)


def write(folder: Path, corpus: Corpus, articles: int) -> Written:
    """Make the archive; the time in which articles are resampled does not count."""
    layout = Layout(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with closing(Store(open_aside(layout.database), is_indexed=False)) as store:
        _begin(store.connection)
        rows = 0.0
        for begin in range(0, articles, AT_ONCE):
            rows += _put(store, corpus, range(begin, min(begin + AT_ONCE, articles)))
        _list(store.connection, corpus, articles)
        began = time.process_time()
        end_bulk_loading(store.connection)
        index = time.process_time() - began
        store.connection.execute("PRAGMA journal_mode = WAL")
    return Written(articles, rows, index)


def _begin(connection: sqlite3.Connection) -> None:
    names = [field.name for field in fields(entries()[0])]
    connection.executemany(
        f"INSERT INTO portals ({', '.join(names)}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608
        map(astuple, entries()),
    )
    run = Run(id=1, portal=entries()[0].name, started_at=utc_text(NEWEST))
    connection.execute(
        "INSERT INTO runs (id, portal, started_at) VALUES (?, ?, ?)",
        (run.id, run.portal, run.started_at),
    )


def _put(store: Store, corpus: Corpus, numbers: range) -> float:
    """Seconds of CPU."""
    tasks = []
    for number in numbers:
        capture = corpus.capture(number)
        tasks.append(partial(store.captures.put, capture))
        tasks.append(partial(store.articles.put, corpus.article(number), capture, lambda *_: None))
        changed = corpus.changed(number)
        if changed is not None:
            later = corpus.capture(number, later=True)
            tasks.append(partial(store.captures.put, later))
            tasks.append(partial(store.articles.put, changed, later, lambda *_: None))
    began = time.process_time()
    store.in_transaction(tasks)
    return time.process_time() - began


def _list(connection: sqlite3.Connection, corpus: Corpus, articles: int) -> None:
    """What listings say: the articles' sections, and which of them are gone."""
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO sightings SELECT id, portal, key, ?, url, 1, title,"
        " substr(published_at, 1, 10), first_seen_at, last_seen_at, capture_id"
        " FROM articles WHERE id = ?",
        (
            (section_of(number), article_id(corpus.portal(number), str(number)))
            for number in range(articles)
        ),
    )
    connection.executemany(
        "UPDATE articles SET gone_at = last_seen_at WHERE id = ?",
        (
            (article_id(corpus.portal(number), str(number)),)
            for number in range(articles)
            if is_gone(number)
        ),
    )
    connection.execute("COMMIT")
