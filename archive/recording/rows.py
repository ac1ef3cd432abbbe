"""The rows that a crawl hands over to be written, in a fixed order."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from archive.database.article_changes import Change, Reread
from archive.database.store import Store
from archive.models import Article, Capture, ListedArticle, Unread

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageRead:
    """The capture that the page of an article was read from."""

    answer: "Future[Capture]"
    """The exchange of this crawl."""
    stored: Capture | None = None
    """The capture that holds the body, if the answer was 304."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task, and the future of its result; None if nobody waits for it."""

    do: Callable[[], Any]
    future: "Future[Any] | None" = None


class Rows:
    """Takes rows that depend on recorded captures; each method returns a future at once.

    They are written when the records that they depend on are on the disk.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def _add(self, task: Task) -> None:
        raise NotImplementedError

    def do(self, task: Callable[[], T]) -> "Future[T]":
        """Do a task after all rows that were handed over before."""
        future: Future[T] = Future()
        self._add(Task(task, future))
        return future

    def keep_sightings(
        self, rows: Sequence[ListedArticle], first_position: int, capture: "Future[Capture]"
    ) -> "Future[None]":
        """Store the rows of a listing page."""
        return self.do(lambda: self._store.sightings.put(rows, first_position, capture.result()))

    def keep_article(
        self, article: Callable[[], Article], page: PageRead, reread: Reread
    ) -> "Future[Change]":
        """Store an article that was read from a page."""
        return self.do(lambda: self._put_article(article, page, reread))

    def note_missing(self, capture: "Future[Capture]") -> "Future[bool]":
        """Record that an article was missing; the result is whether it counts as gone now."""
        return self.do(lambda: self._store.presence.note_missing(capture.result()))

    def note_unread(self, capture: "Future[Capture]", why: Unread) -> "Future[None]":
        """Note why an article's page gave no row."""
        return self.do(lambda: self._store.captures.note_unread(capture.result(), why))

    def _put_article(
        self, article: Callable[[], Article], page: PageRead, reread: Reread
    ) -> Change:
        answer = page.answer.result()
        if page.stored is None:
            return self._store.articles.put(article(), answer, reread)
        change = self._store.articles.put(article(), page.stored, reread)
        self._store.presence.note_seen(page.stored, answer.fetched_at)
        return change


class Refusing(Protocol):
    """Refuses tasks once nothing more is kept."""

    @property
    def has_failed(self) -> bool:
        """Whether it failed and keeps nothing more."""

    def refuse(self, task: Task) -> None:
        """Set an error in the task's future."""


class ReservedRows(Rows):
    """A place in the order of the rows, reserved for a page until it is read.

    Rows that are handed over later wait until it is released: the order in which pages are read
    changes no row.
    """

    def __init__(self, store: Store, keeper: Refusing) -> None:
        super().__init__(store)
        self._keeper = keeper
        self.tasks: list[Task] = []
        self.is_released = False

    def _add(self, task: Task) -> None:
        if self._keeper.has_failed:
            self._keeper.refuse(task)
        else:
            self.tasks.append(task)

    def release(self) -> None:
        """Release the place: the page gives no more rows."""
        self.is_released = True
