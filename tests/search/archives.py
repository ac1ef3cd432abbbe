"""Archives that are searched: of the demo's pages and our own articles, and of a saved portal."""

import json
import sqlite3
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.database.reading import reading
from archive.layout import Layout
from archive.models import Article, Attachment, Image
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.problems import checked_article
from portal_crawler.crawl.spider import Portal
from portal_crawler.demo.portals import DemoBo, DemoTinh
from portal_crawler.demo.server import demo_pages
from portal_crawler.portals.reader import FetchedPage, read_article
from tests.archive.building import ArchiveBuilder, page
from tests.search.by_hand import COLUMNS, Columns, Document, Reading, text_of

HERE = Path(__file__).parent
OWN = [json.loads(line) for line in (HERE / "articles.jsonl").read_text("utf-8").splitlines()]
OWN_PORTAL = "own"


class OneTransaction(ArchiveBuilder):
    """As ArchiveBuilder, with all rows written at the end."""

    def __init__(self, folder: Path, portal: str, days: int = 0) -> None:
        self._waiting: list[Callable[[], object]] | None = []
        super().__init__(folder, portal, days)

    def put(self, *tasks: Callable[[], object]) -> None:
        if self._waiting is None:
            super().put(*tasks)
        else:
            self._waiting += tasks

    def close(self, outcome: str | None = "complete", **figures: Any) -> Layout:
        tasks, self._waiting = self._waiting or [], None
        self.put(*tasks)
        return super().close(outcome, **figures)


READ_AT = datetime(2025, 1, 1, tzinfo=UTC)


def demo_archive(folder: Path) -> Layout:
    """The articles of both demo portals, and those of articles.jsonl."""
    pages = [
        (each.url, each.body, each.content_type) for each in demo_pages() if each.status == 200
    ]
    for portal in (DemoTinh, DemoBo):
        saved_pages(folder, portal, pages)
    return own_articles(folder)


def saved_archive(folder: Path, portal: type[Portal], pack: Path) -> Layout:
    """The articles of a saved portal."""
    with tarfile.open(pack) as tar:
        members = {each.name: tar.extractfile(each) for each in tar if each.isfile()}
        bodies = {name: file.read() for name, file in members.items() if file is not None}
    rows = map(json.loads, bodies["INDEX.jsonl"].decode().splitlines())
    pages = [
        (row["url"], bodies[row["member"]], row["type"])
        for row in rows
        if row.get("status", 200) == 200
    ]
    return saved_pages(folder, portal, pages)


def saved_pages(
    folder: Path, portal: type[Portal], pages: Iterable[tuple[str, bytes, str]]
) -> Layout:
    """The articles among the pages of a portal, read as a crawl reads them."""
    builder = OneTransaction(folder, portal.name)
    for key, article in articles_of(portal, pages):
        put(builder, key, article)
    return builder.close()


def articles_of(
    portal: type[Portal], pages: Iterable[tuple[str, bytes, str]]
) -> Iterator[tuple[str, Article]]:
    """Keys and articles."""
    for url, body, content_type in pages:
        key = portal.article_key(url) if urlsplit(url).hostname in portal.hosts else None
        if key is None:
            continue
        fetched = FetchedPage(
            body=body, url=url, fetched_at=READ_AT, content_type=content_type, truncated=False
        )
        try:
            yield key, read_article(portal, fetched)
        except ExtractionError:
            continue


def own_articles(folder: Path) -> Layout:
    """Articles with everything that is seldom: broken words, old versions, documents, no date."""
    builder = OneTransaction(folder, OWN_PORTAL)
    for row in OWN:
        texts = [*row.get("earlier", ()), row]
        before = None
        for each in texts:
            article = checked_article(own_article(row, each), truncated=False)
            put(builder, row["key"], article, before)
            before = article
    for section in sorted({section for row in OWN for section in row["sections"]}):
        builder.listing(section, *(row["key"] for row in OWN if section in row["sections"]))
    builder.put(partial(_mark_gone, builder, [row["key"] for row in OWN if row.get("gone")]))
    return builder.close()


def own_article(row: dict[str, Any], texts: dict[str, Any]) -> Article:
    """One text of an article of articles.jsonl."""
    return Article(
        url=f"http://own.example/{row['key']}",
        title=texts["title"],
        lead=texts["lead"],
        body=texts["body"],
        author=row["author"],
        category=row["category"],
        published_at=texts["published_at"],
        images=tuple(Image(src=f"http://own.example/{each}") for each in row.get("images", ())),
        attachments=tuple(
            Attachment(href=f"http://own.example/{each}", name=each)
            for each in row.get("attachments", ())
        ),
    )


def put(builder: ArchiveBuilder, key: str, article: Article, before: Article | None = None) -> None:
    """Store an article with a page of its own."""
    capture = builder.exchange(key, page(f"{article.title} {article.body}"))
    article = replace(article, url=capture.url)
    builder.put(partial(builder.store.articles.put, article, capture, lambda *_: before))


def _mark_gone(builder: ArchiveBuilder, keys: list[str]) -> None:
    builder.store.connection.executemany(
        "UPDATE articles SET gone_at = '2026-11-21T00:00:00Z' WHERE key = ?",
        [(key,) for key in keys],
    )


def documents_of(layout: Layout) -> list[Document]:
    """The articles of an archive, from its tables of articles alone."""
    with reading(layout) as connection:
        return [_document(connection, row) for row in connection.execute("SELECT * FROM articles")]


def _document(connection: sqlite3.Connection, row: sqlite3.Row) -> Document:
    def column(query: str) -> list[Any]:
        return [found[0] for found in connection.execute(query, {**row})]

    earlier = connection.execute(
        "SELECT * FROM article_versions WHERE article_id = :id AND version < :version", {**row}
    ).fetchall()
    has = [
        kind
        for kind in ("attachment", "image")
        if column(f"SELECT 1 FROM {kind}s WHERE article_id = :id")
    ]
    meant = _meant(row)
    return Document(
        id=row["id"],
        portal=row["portal"],
        key=row["key"],
        category=row["category"],
        sections=tuple(
            column("SELECT section FROM sightings WHERE portal = :portal AND key = :key")
        ),
        has=(*has, *(["version"] if earlier else [])),
        is_gone=row["gone_at"] is not None,
        now=Reading(_columns(row, meant), row["published_at"]),
        earlier=tuple(
            Reading(_columns(each, meant), each["published_at"], each["version"])
            for each in earlier
        ),
    )


def _meant(row: sqlite3.Row) -> dict[str, str]:
    if row["portal"] != OWN_PORTAL:
        return {}
    (own,) = (each for each in OWN if each["key"] == row["key"])
    found: dict[str, str] = own.get("meant", {})
    return found


def _columns(row: sqlite3.Row, meant: dict[str, str]) -> Columns:
    return {
        name: tuple(map(text_of, filter(None, (row[name], meant.get(name)))))
        for name in COLUMNS
        if row[name]
    }
