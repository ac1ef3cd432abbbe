"""The resources of one run: opened before its first request, closed after its last answer."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings

from archive.database.frontier import Frontier
from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.errors import ArchiveError, ArchiveUnwritableError
from archive.filesystem.ballast import Ballast
from archive.filesystem.disk_space import FREE_IT, MB, shortage
from archive.filesystem.locks import portal_lock
from archive.filesystem.logs import remove_old_logs
from archive.layout import Layout
from archive.models import PortalEntry, Run
from archive.moments import utc_moment
from archive.recording.keeper import Keeper
from archive.recording.refused import note_refused
from archive.warc.own_metadata import lines_of_run
from archive.warc.sources import lines_of_sources, newest_sources
from archive.warc.writer import WarcWriter
from portal_crawler.learning.extractor import check_extractor
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.catchup import catch_up
from portal_crawler.reprocessing.fingerprint import rules_by_portal
from portal_crawler.reprocessing.own_sources import own_sources
from portal_crawler.run.identities import Identities
from portal_crawler.run.log_file import logging_to
from portal_crawler.run.outcome import Outcome, Verdict
from portal_crawler.run.reading.readings import PageReadings
from portal_crawler.run.row import begun, finished
from portal_crawler.run.run_log import log_end
from portal_crawler.run.stopping import interruptible
from portal_crawler.run.tally import Tally
from portal_crawler.run.warcinfo import warcinfo

if TYPE_CHECKING:
    from portal_crawler.reprocessing.relearn import Relearning


class RunResources:
    """The lock, log, keeper, database connection and reading process of one run, and its row."""

    row: Run
    keeper: Keeper
    frontier: Frontier
    identities: Identities
    readings: PageReadings

    def __init__(self, layout: Layout, declaration: PageReader, tls: Mapping[str, str]) -> None:
        """`tls` is the portal's (`PortalDeclaration.tls`)."""
        self.layout = layout
        self.portal: PortalEntry = declaration.entry()
        self.learning: Relearning | None = None
        """Learns the layout of the site; None if the portal declares it."""
        self._declaration = declaration
        self._tls = tls
        self._held = ExitStack()
        self._has_failed = False

    @property
    def declaration(self) -> PageReader:
        """The portal that reads pages now; another object after each change of a learned layout."""
        return self._declaration if self.learning is None else self.learning.portal

    def open(self, settings: BaseSettings, on_failure: Callable[[BaseException], None]) -> None:
        """Open everything and record the run's start, or leave nothing open.

        `on_failure` is called once, from any thread, if nothing more can be kept later. Raises
        ArchiveError, MissingDependencyError, CrawlInterruptedError.
        """
        held = self._held
        try:
            held.enter_context(portal_lock(self.layout, self.portal.name))
            if self._declaration.learns:
                check_extractor()
            self.row = begun(self.portal, self._declaration)
            writer = WarcWriter(
                self.layout, self.portal.name, warcinfo(settings, self._tls, self.row)
            )
            self._refuse_full_disk(settings, writer)
            if days := settings.getfloat("PORTAL_LOG_DAYS"):
                remove_old_logs(self.layout, days, utc_moment(self.row.started_at))
            self._ballast = Ballast(self.layout.folder)
            held.callback(self._ballast.release)
            path = self.layout.log_file(self.portal.name, self.row.id)
            held.enter_context(logging_to(path, settings["LOG_LEVEL"]))
            held.callback(self._log_end)
            with interruptible():
                store = self._caught_up_store()
            self.keeper = Keeper(store, writer, on_failure)
            held.callback(self._stop_keeper)
            self._record_start()
            self.frontier = Frontier(self.layout, self.portal.name, self.row.started_at)
            held.callback(self.frontier.close)  # before the keeper: SQLite tidies up at the last
            self.identities = Identities(self.frontier, self._declaration)
            self.readings = PageReadings(self._declaration, on_failure)
            held.callback(self.readings.close)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close everything in reverse, even if one step fails; a second call does nothing."""
        self._held.close()

    def fail(self, reason: str, tally: Tally) -> None:
        """Finish the row of a run whose end cannot be recorded; closing notes it if it can."""
        self.row = finished(self.row, tally, Verdict(Outcome.FAILED, reason))
        self._has_failed = True

    def _refuse_full_disk(self, settings: BaseSettings, writer: WarcWriter) -> None:
        """Note that the run was refused if less than the reserve is free, and raise."""
        short = shortage(self.layout, settings.getint("PORTAL_DISK_RESERVE_MB") * MB)
        if short is None:
            return
        why = f"{short} {FREE_IT}"
        self.row = finished(self.row, Tally(), Verdict(Outcome.FAILED, why))
        with suppress(ArchiveError, sqlite3.Error):
            note_refused(writer, self.portal, self.row, lines_of_run(self.row, "end"))
        raise ArchiveUnwritableError(why)

    def _caught_up_store(self) -> Store:
        """The archive's store, after adding the rows that a killed crawl did not write."""
        rules = rules_by_portal({self.portal.name: self._declaration})
        store = Store(open_for_writing(self.layout), rules)
        if self._declaration.learns:
            from portal_crawler.reprocessing.relearn import Relearning  # few portals learn

            self.learning = Relearning(self.layout, store, self._declaration)
        catch_up(self.layout, store, self.portal.name, {self.portal.name: self.declaration})
        if self.learning is not None:
            store.in_transaction([self.learning.advance])
        return store

    def _record_start(self) -> None:
        files = own_sources(self._declaration)
        known = newest_sources(self.layout, self.portal.name) if files else {}
        new = [file for file in files if known.get(file.path) != file.digest]
        lines = [*lines_of_run(self.row, "start"), *lines_of_sources(files)]
        try:
            with interruptible():
                self.keeper.begin_run(self.portal, self.row, lines, new).result()
        except BaseException as error:
            self.keeper.hurry()
            if isinstance(error, ArchiveError):
                self.fail(str(error), Tally())
            raise

    def _stop_keeper(self) -> None:
        self._ballast.release()  # or the last rows may not fit on a full disk
        self.keeper.stop(self.row if self._has_failed else None)

    def _log_end(self) -> None:
        if self.row.outcome is not None:
            log_end(self.row)
