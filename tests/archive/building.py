"""Makes real archives: exchanges written by the WARC writer, rows by the store."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.layout import Layout, article_id, run_id
from archive.models import Article, Attachment, Capture, Image, ListedArticle, PortalEntry, Run
from archive.moments import utc_text
from archive.status.coverage import section_counts_json
from archive.warc.exchange import Exchange
from archive.warc.writer import WarcWriter

STARTED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PORTAL = "hanoi-sotttt"
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def page(title: str) -> bytes:
    """What a server answers."""
    body = f"<html><h1>{title}</h1></html>".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class ArchiveBuilder:
    """One run of one portal into the archive of a folder."""

    def __init__(
        self,
        folder: Path,
        portal: str = PORTAL,
        days: int = 0,
        province: str | None = "Hà Nội",
    ) -> None:
        self.layout = Layout(folder)
        self.portal = portal
        self.now = STARTED + timedelta(days=days)
        self.run = Run(
            id=run_id(self.now, hash(portal)), portal=portal, started_at=utc_text(self.now)
        )
        self.writer = WarcWriter(
            self.layout, portal, [("portal", portal), ("run", str(self.run.id))], clock=self._clock
        )
        self.store = Store(open_for_writing(self.layout))
        entry = PortalEntry(
            name=portal,
            title="Sở Thông tin và Truyền thông Hà Nội",
            platform="liferay6",
            province=province,
            home="http://sotttt.hanoi.gov.vn/",
        )
        self.put(lambda: self.store.runs.put_portal(entry), lambda: self.store.runs.put(self.run))

    def _clock(self) -> datetime:
        return self.now

    def put(self, *tasks: Callable[[], object]) -> None:
        self.store.in_transaction(list(tasks))

    def exchange(
        self,
        key: str | None = None,
        response: bytes = page("Tin"),
        role: str = "article",
        revisit_of: Capture | None = None,
        truncated: str | None = None,
        section: str | None = None,
    ) -> Capture:
        """An answer in the WARC and its row."""
        self.now += timedelta(seconds=1)
        exchange = Exchange(
            url=f"http://sotttt.hanoi.gov.vn/{role}/{key}.html",
            role=role,
            run_id=self.run.id,
            portal=self.portal,
            key=key,
            section=section,
            revisit_of=revisit_of,
            truncated=truncated,
            started_at=self.now,
            request=b"GET / HTTP/1.1\r\nHost: sotttt.hanoi.gov.vn\r\n\r\n",
        )
        exchange.response.write(response)
        capture = self.writer.write_exchange(exchange)
        self.put(lambda: self.store.captures.put(capture))
        return capture

    def article(self, key: str, title: str, **fields: Any) -> int:
        """An article, its page and its row; its id."""
        capture = self.exchange(key, page(title))
        article = Article(url=capture.url, title=title, **fields)
        self.put(lambda: self.store.articles.put(article, capture, lambda *_: None))
        return article_id(self.portal, key)

    def listing(self, section: str, *keys: str) -> None:
        """A listing page that names articles."""
        capture = self.exchange(role="listing", section=section)
        listed = [ListedArticle(key=key, url=f"http://sotttt.hanoi.gov.vn/{key}") for key in keys]
        self.put(lambda: self.store.sightings.put(listed, 1, capture))

    def close(self, outcome: str | None = "complete", **figures: Any) -> Layout:
        """End the run; the WARC file gets its final name."""
        ended = replace(self.run, outcome=outcome, finished_at=utc_text(self.now), **figures)
        self.put(lambda: self.store.runs.put(ended))
        self.writer.close()
        self.store.close()
        return self.layout

    def break_off(self) -> Layout:
        """As after a crash: nothing is closed in order."""
        self.writer.abandon()
        self.store.close()
        return self.layout


def small_archive(folder: Path) -> Layout:
    """Two articles, one of them with a picture and a document, a 304 and a dead link."""
    builder = ArchiveBuilder(folder)
    builder.exchange(role="robots", response=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    builder.article(
        "100",
        "Chuyển đổi số ở Thủ đô",
        lead="Sở vừa ban hành kế hoạch.",
        body="Đoạn thứ nhất.\n\nSTT\tTên\n1\tHoà Bình",
        author="Kim Chi",
        category="Tin tức",
        published_at="2022-07-13T23:52:00+07:00",
        images=(Image(src="http://sotttt.hanoi.gov.vn/a.jpg", caption="Ảnh minh họa"),),
        attachments=(
            Attachment(
                href="http://sotttt.hanoi.gov.vn/a.pdf", name="Kế hoạch", mime="application/pdf"
            ),
        ),
    )
    builder.article(
        "200", "Thủy lợi và khí tượng", published_at="2021-03-01", problems=("no-body",)
    )
    first = builder.exchange("100")
    builder.exchange("100", NOT_MODIFIED, revisit_of=first)
    builder.exchange("300", NOT_FOUND)
    builder.listing("tin-tuc", "100", "200", "300")
    counts = section_counts_json({"tin-tuc": 4})
    return builder.close(
        listed=3, articles_new=2, dead_links=1, portal_count=4, section_counts=counts
    )


def warc_path(layout: Layout) -> Path:
    """The archive's only WARC file."""
    (path,) = layout.warc.rglob("*.warc.gz*")
    return path


def members(data: bytes) -> dict[bytes, bytes]:
    """The unpacked members of a WARC file in order, and each as it is packed."""
    found = {}
    while data:
        unpacker = zlib.decompressobj(31)
        record = unpacker.decompress(data)
        found[record] = data[: len(data) - len(unpacker.unused_data)]
        data = unpacker.unused_data
    return found


def rewrite(layout: Layout, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Write other records into the only WARC file; those that stay are packed as they were."""
    path = warc_path(layout)
    known = members(path.read_bytes())
    records = change(list(known))
    path.write_bytes(b"".join(known.get(record) or gzip.compress(record) for record in records))
