"""Writes archive.db in transactions. Everything in a row also stands in a WARC file."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from archive.database import patience
from archive.database.article_changes import Articles, Rules
from archive.database.article_parts import ArticleParts
from archive.database.article_writing import ArticleWriting
from archive.database.captures import Captures
from archive.database.presence import Presence
from archive.database.replay_checks import put_replay_check
from archive.database.runs import Runs
from archive.database.sightings import Sightings
from archive.database.sqlite_errors import is_busy
from archive.models import ReplayCheck

if TYPE_CHECKING:
    from archive.database.timeline import Timeline

T = TypeVar("T")


class Store:
    """One connection with the gateways that write through it, inside `in_transaction`.

    The connection comes from `schema.open_for_writing`; sqlite3.Error passes through.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        rules: Rules = lambda _: None,
        *,
        is_indexed: bool = True,
    ) -> None:
        """A database of `schema.open_aside` is not indexed yet."""
        self.patience_s = patience.WRITER_S
        """Seconds that a transaction waits for another process."""
        self.connection = connection
        connection.row_factory = sqlite3.Row
        connection.execute(patience.busy_timeout(patience.WRITER_PAUSE_S))
        self._writing = ArticleWriting(connection, is_indexed=is_indexed)
        parts = ArticleParts(connection)
        self.runs = Runs(connection)
        self.sightings = Sightings(connection)
        self.captures = Captures(connection, self.sightings, parts)
        self.presence = Presence(connection, self.captures, self.sightings)
        self.articles = Articles(self._writing, self.captures, self.presence, parts, rules)

    @cached_property
    def timeline(self) -> "Timeline":
        """The captures in the order of time, for imports and for articles that are read again."""
        from archive.database.timeline import Timeline  # a crawl's start does not need it

        return Timeline(self.connection)

    def put_replay_check(self, check: ReplayCheck) -> None:
        """Insert the result of a replay check."""
        put_replay_check(self.connection, check)

    def in_transaction(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Do all tasks in one transaction, and return their results in order.

        After an error none of it is done, and the error passes through.
        """
        self._begin()
        try:
            results = [task() for task in tasks]
            self._writing.end()
        except BaseException:
            self.connection.rollback()
            self._writing.undone()
            raise
        self.connection.commit()
        return results

    def _begin(self) -> None:
        begun = time.monotonic()
        while True:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() - begun >= self.patience_s:
                    raise

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
