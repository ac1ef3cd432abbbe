"""Learns a portal's layout from its archived pages, and reads again the pages that it changes.

This happens after each article of a crawl, after a crawl that was killed, and in a rebuild.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from archive.database.site_models import SiteModels, StoredModel
from archive.database.store import Store
from archive.errors import ArchiveDamagedError
from archive.imports.stored import stored_answer
from archive.layout import Layout
from archive.models import TITLE_FROM, Capture
from archive.moments import utc_moment
from archive.warc.own_records import Correction
from portal_crawler.learning.history import WINDOW, ExamplePage, LayoutPeriod, SiteHistory
from portal_crawler.learning.model import SiteModel
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.learned_portal import LearnedPortal, knowledge_of
from portal_crawler.reprocessing.remake import Remaking

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunRows:
    """Counts of the articles that a run's pages made."""

    made_late: int
    """Articles made at the end, when more was learned, from pages of this or earlier runs."""
    with_problems: int
    without_body: int
    without_headline: int


class Relearning:
    """Works over one connection, inside the transactions of its store.

    `portal` reads pages by the newest knowledge; it is another object after each change.
    """

    def __init__(
        self,
        layout: Layout,
        store: Store,
        declaration: PageReader,
    ) -> None:
        self._layout = layout
        self._store = store
        self._declaration = declaration
        self._name = declaration.entry().name
        self._models = SiteModels(store.connection, self._name)
        self._history: SiteHistory | None = None
        self._last: int | None = None
        self.portal = LearnedPortal(declaration, knowledge_of(store.connection, self._name))

    def advance(self, corrections: Iterable[Correction] = ()) -> int:
        """Learn from the pages that came since; the number of articles that were read again."""
        waiting = sorted(corrections, key=lambda correction: correction.place)
        again: set[str] = set()
        for example in self._examples_since():
            while waiting and waiting[0].place < example.capture.place:
                again |= self.correct(waiting.pop(0))
            again |= self._saw(example)
        for correction in waiting:
            again |= self.correct(correction)
        self.make_again(again)
        return len(again)

    def _saw(self, example: ExamplePage) -> set[str]:
        """Learn from one page; returns the keys of the articles that may be read otherwise now.

        The page is noted as the last one of the layout period that it ends, too: the next crawl
        must know which pages that period counted.
        """
        history, last = self._opened(), example.capture.id
        held_against = history.periods[-1:]
        again: set[str] = set()
        for period in history.saw(example):
            again |= self._keep(period, last)
        for period in (*held_against, history.periods[-1]):
            self._models.note_last(period.since, last, period.sampled, period.agreed)
        self._last = last
        return again

    def finish(self, run: int) -> RunRows:
        """Learn as `advance` does, and try pages again that gave no article.

        Returns the counts of the articles that the pages of a run made.
        """
        self.advance()
        without_row = self._models.without_row()
        self.make_again(without_row)
        made = len(without_row) - len(self._models.without_row())
        counted = self._store.connection.execute(
            "SELECT count(nullif(problems, '[]')), count(*) - count(v.body),"  # noqa: S608
            f" count(nullif(problems LIKE '%\"{TITLE_FROM}%', 0)) FROM articles a"
            " JOIN article_versions v ON v.article_id = a.id AND v.version = a.version"
            " JOIN captures c ON c.id = a.capture_id WHERE c.run_id = ?",
            (run,),
        ).fetchone()
        return RunRows(made, *counted)

    def rebuild(self, corrections: Iterable[Correction]) -> None:
        """Make the layouts and the rows of all articles again, from their captures."""
        self.advance(corrections)
        rows = self._store.connection.execute(
            "SELECT DISTINCT key FROM captures WHERE portal = ? AND role = 'article'"
            " AND key IS NOT NULL ORDER BY key",
            (self._name,),
        ).fetchall()
        self.make_again(key for (key,) in rows)

    def make_again(self, keys: Iterable[str]) -> None:
        """Read articles again by the newest knowledge, by their keys."""
        remaking = Remaking(self._layout, self._store, {self._name: self.portal})
        keys = sorted(keys)
        for key in keys:
            remaking.make_again(self._name, key, is_final=False)
        runs = self._models.ended_runs(keys)
        for run in runs:
            self._store.presence.resolve_run(run)
        for key in self._models.missing_in(runs):
            remaking.make_again(self._name, key)

    def _examples_since(self) -> Iterator[ExamplePage]:
        last = self._last
        if last is None and (stored := self._models.all()):
            last = stored[-1].last_capture
        return self._examples(self._models.example_captures(after=last))

    def _examples(self, captures: Iterable[Capture]) -> Iterator[ExamplePage]:
        for capture in captures:
            try:
                answer = stored_answer(self._layout, capture)
            except ArchiveDamagedError as error:
                logger.warning("%s", error)
                continue
            kind = answer.head.value("content-type")
            at = utc_moment(capture.fetched_at)
            if self._is_declared(answer.body, capture.url, at, kind):
                continue
            yield ExamplePage(capture, answer.body, kind)

    def _is_declared(self, body: bytes, url: str, at: datetime, kind: str | None) -> bool:
        """Whether an earlier platform reads a page: nothing is learned from it."""
        declared = self._declaration
        return bool(declared.earlier) and declared.is_of_earlier(body, url, at, kind)

    def _opened(self) -> SiteHistory:
        """The layout periods from the database, read when the first page comes."""
        if self._history is None:
            self._history = self._restored(self._models.all())
        return self._history

    def _restored(self, stored: list[StoredModel]) -> SiteHistory:
        periods = [
            LayoutPeriod(
                since=one.since,
                first_capture=one.first_capture,
                model=SiteModel.from_json(one.model) if one.model is not None else None,
                learned_from=one.pages,
                corrected_by=one.corrected_by,
                sampled=one.sampled,
                agreed=one.agreed,
            )
            for one in stored
        ]
        if not periods:
            return SiteHistory()
        counted = self._counted(stored)
        if periods[-1].learns:
            history = SiteHistory(
                [*periods[:-1], LayoutPeriod(periods[-1].since, periods[-1].first_capture)]
            )
            for example in self._examples(counted):
                history.saw_again(example)
            return history
        periods[-1].keys.update(capture.key or "" for capture in counted)
        newest = self._examples(reversed(counted))
        recent = islice((example for example in newest if example.facts is not None), WINDOW)
        return SiteHistory(periods, reversed(list(recent)))

    def _counted(self, stored: Iterable[StoredModel]) -> list[Capture]:
        """The pages that the last layout period counted: the first one of each article.

        A layout period begins with pages that the period before it counted, too. Pages between
        them that the earlier period did not count, since it knew their articles, are left out.
        """
        counted: list[Capture] = []
        for one in stored:
            pages = list(self._until(one))
            shared = {capture.id for capture in counted}
            end = max((at for at, page in enumerate(pages, 1) if page.id in shared), default=0)
            first = (page for page in pages[:end] if page.id in shared and self._is_readable(page))
            keys: set[str | None] = {None}
            counted = []
            for page in chain(first, pages[end:]):
                if page.key not in keys:
                    keys.add(page.key)
                    counted.append(page)
        return counted

    def _until(self, stored: StoredModel) -> Iterator[Capture]:
        """The pages of a layout period that were compared with its layout."""
        for capture in self._models.example_captures(first=stored.first_capture):
            if not self._declaration.earlier or any(self._examples([capture])):
                yield capture
            if capture.id == stored.last_capture:
                return

    def _is_readable(self, capture: Capture) -> bool:
        return any(example.facts is not None for example in self._examples([capture]))

    def _keep(self, period: LayoutPeriod, last: int) -> set[str]:
        """Store a period's layout; returns the keys of the articles that it may read otherwise."""
        before = {one.since: one.id for one in self._models.all()}
        self._models.put(
            StoredModel(
                since=period.since,
                model=period.model.to_json() if period.model is not None else None,
                pages=period.learned_from,
                corrected_by=period.corrected_by,
                first_capture=period.first_capture,
                last_capture=last,
                sampled=period.sampled,
                agreed=period.agreed,
            )
        )
        knowledge = knowledge_of(self._store.connection, self._name)
        if knowledge == self.portal.knowledge:
            return set()
        self.portal = LearnedPortal(self._declaration, knowledge)
        logger.info(
            "%s: stored a changed page layout, valid since %s, learned from %d pages",
            self._name,
            period.since,
            period.learned_from,
        )
        return set(self._models.read_differently(period.since, before.get(period.since)))

    def correct(self, correction: Correction) -> set[str]:
        """Store a corrected layout; returns the keys of the articles that it may read otherwise."""
        model = SiteModel.from_json(correction.model)
        period = self._opened().corrected(correction.since, model, correction.record_id)
        if period is None:
            logger.warning(
                "%s: a correction was ignored, since no layout begins on %s",
                self._name,
                correction.since,
            )
            return set()
        return self._keep(period, self._last_of(period))

    def _last_of(self, period: LayoutPeriod) -> int:
        stored = (one.last_capture for one in self._models.all() if one.since == period.since)
        return next(stored, period.first_capture)
