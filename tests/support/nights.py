"""Crawls of a site whose layout is learned, without a network: records, rows and layouts as a crawl
makes them, many crawls a second."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.layout import Layout, run_id
from archive.models import Article, Capture, Run, Unread
from archive.moments import utc_text
from archive.recording.keeper import Keeper
from archive.recording.rows import PageRead
from archive.warc.exchange import Exchange
from archive.warc.own_metadata import lines_of_run
from archive.warc.writer import WarcWriter
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.problems import checked_article
from portal_crawler.reprocessing.articles import reread
from portal_crawler.reprocessing.catchup import catch_up
from portal_crawler.reprocessing.effects import why_unread
from portal_crawler.reprocessing.fingerprint import fingerprint, rules_by_portal
from portal_crawler.reprocessing.rebuild import rebuild
from portal_crawler.reprocessing.relearn import Relearning
from tests.support.tables import all_rows
from tests.support.taught import Taught

HTML = "text/html; charset=utf-8"
FIRST_NIGHT = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
TABLES = (
    "portals", "runs", "captures", "articles", "article_versions", "images", "attachments",
    "videos", "sightings", "site_models", "boilerplate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """The site's answer for one article in this crawl."""

    key: str
    html: bytes
    status: int = 200


class Nights:
    """One archive of portal `taught`, with one crawl after another."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder)
        self.now = FIRST_NIGHT
        self._count = 0

    def _clock(self) -> datetime:
        return self.now

    def night(self, answers: Iterable[Answered], *, killed: bool = False) -> None:
        """Crawl; a killed crawl ends without a word, half of its rows in the database."""
        self._count += 1
        self.now = FIRST_NIGHT + timedelta(days=self._count)
        crawl = _Crawl(self)
        for answer in answers:
            self.now += timedelta(seconds=1)
            crawl.answered(answer)
        crawl.die() if killed else crawl.end()

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table that is not the search's own."""
        return all_rows(self.layout.folder, TABLES)

    def rebuilt(self, jobs: int = 1) -> dict[str, list[dict[str, Any]]]:
        """The rows that a rebuild makes."""
        rebuild(self.layout, {"taught": Taught}, jobs)
        return self.rows()


class _Crawl:
    def __init__(self, nights: Nights) -> None:
        self._nights = nights
        self._layout = nights.layout
        started = nights.now
        self._run = Run(
            id=run_id(started, 7),
            portal="taught",
            started_at=utc_text(started),
            rules=fingerprint(Taught),
        )
        connection = open_for_writing(self._layout)
        store = Store(connection, rules_by_portal({"taught": Taught}))
        self._learning = Relearning(self._layout, store, Taught)
        catch_up(self._layout, store, "taught", {"taught": self._learning.portal})
        store.in_transaction([self._learning.advance])
        warcinfo = [("portal", "taught"), ("run", str(self._run.id))]
        self._writer = WarcWriter(self._layout, "taught", warcinfo, clock=nights._clock)
        self._keeper = Keeper(store, self._writer, lambda error: None)
        self._keeper.begin_run(Taught.entry(), self._run, lines_of_run(self._run, "start")).result()

    def answered(self, answer: Answered) -> None:
        """An article was asked for: as the spider and its pipelines have it."""
        url = f"{Taught.home}tin-tuc/{answer.key}.html"
        lines = (f"HTTP/1.1 {answer.status} X", f"Content-Type: {HTML}", "Connection: close")
        head = "".join(f"{line}\r\n" for line in (*lines, ""))
        exchange = Exchange(
            url=url, role="article", run_id=self._run.id, portal="taught", key=answer.key,
            started_at=self._nights.now, request=b"GET / HTTP/1.1\r\n\r\n",
        )  # fmt: skip
        exchange.response.write(head.encode() + answer.html)
        capture = self._keeper.keep_exchange(exchange)
        if answer.status in (404, 410):
            self._keeper.note_missing(capture)
            return
        read_by = self._learning.portal
        try:
            article = self._article(answer, url, exchange.started_at)
        except ExtractionError as error:
            self._keeper.note_unread(capture, why_unread(error))
            if why_unread(error) == Unread.MISSING:
                self._keeper.note_missing(capture)
            return

        def newest() -> Article:
            if read_by is self._learning.portal:
                return article
            try:
                return self._article(answer, url, exchange.started_at)
            except ExtractionError:
                return article

        self._keeper.keep_article(newest, PageRead(capture), self._reread)
        self._keeper.do(self._learning.advance)

    def _article(self, answer: Answered, url: str, at: datetime) -> Article:
        found = self._learning.portal.read_article_page(answer.html, url, at, HTML)
        return checked_article(found)

    def _reread(self, capture: Capture, original: Capture) -> Article | None:
        return reread(self._layout, self._learning.portal, capture, original)

    def end(self) -> None:
        """As when a crawl has asked for all."""
        self._keeper.do(partial(self._learning.finish, self._run.id))
        self._keeper.resolve_run(self._run.id)
        self._keeper.write_rows().result()
        self._run = replace(self._run, outcome="complete", finished_at=utc_text(self._nights.now))
        self._keeper.end_run(self._run, lines_of_run(self._run, "end")).result()
        self._keeper.stop()

    def die(self) -> None:
        """Half of the rows of the last seconds never came into the database."""
        self._keeper._store.patience_s = 0
        self._keeper.stop()
