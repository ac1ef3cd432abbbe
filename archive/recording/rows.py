"""What a crawl hands over to be written as rows, in an order that nothing changes afterwards."""

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
    """Where the page of an article was read from."""

    answer: "Future[Capture]"
    """The exchange of this crawl."""
    stored: Capture | None = None
    """Where the answer was 304: the capture that holds the body."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, and the future of what it gives; None where nobody waits for that."""

    do: Callable[[], Any]
    future: "Future[Any] | None" = None


class Rows:
    """Takes rows that rest on captures which were kept before; each method gives a future at once.

    They are written when the records that they rest on are on the disk.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def _add(self, task: Task) -> None:
        raise NotImplementedError

    def do(self, task: Callable[[], T]) -> "Future[T]":
        """Do something with the rows that rest on what was handed over before."""
        future: Future[T] = Future()
        self._add(Task(task, future))
        return future

    def keep_sightings(
        self, rows: Sequence[ListedArticle], first_position: int, capture: "Future[Capture]"
    ) -> "Future[None]":
        """Keep the rows of a listing page."""
        return self.do(lambda: self._store.sightings.put(rows, first_position, capture.result()))

    def keep_article(
        self, article: Callable[[], Article], page: PageRead, reread: Reread
    ) -> "Future[Change]":
        """Store an article that was read from a page."""
        return self.do(lambda: self._put_article(article, page, reread))

    def note_missing(self, capture: "Future[Capture]") -> "Future[bool]":
        """Heed that an article was not there; whether it counts as gone now."""
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
        """Whether nothing more is kept."""

    def refuse(self, task: Task) -> None:
        """Give the task's future an error."""


class Place(Rows):
    """A place in the order of the rows, kept for a page until it is read.

    Rows that are handed over after the place was taken wait until it is left: in which order pages
    are read changes no row.
    """

    def __init__(self, store: Store, keeper: Refusing) -> None:
        super().__init__(store)
        self._keeper = keeper
        self.tasks: list[Task] = []
        self.is_left = False

    def _add(self, task: Task) -> None:
        if self._keeper.has_failed:
            self._keeper.refuse(task)
        else:
            self.tasks.append(task)

    def leave(self) -> None:
        """Nothing more comes of the page."""
        self.is_left = True
