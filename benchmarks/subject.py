"""The portal of `make bench`: the saved Hanoi portal, or, on a fresh clone, a made-up one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.made_up_portal import article_pages as made_up_pages
from benchmarks.pack import article_pages
from benchmarks.replica import HANOI, PAGES, is_saved_portal_there, made_up, replica

SAVED = "A saved Liferay portal of Hanoi"
MADE_UP = "A made-up Liferay portal, for the saved one is not beside this checkout"


@dataclass(frozen=True, slots=True)
class Subject:
    """A portal that is being served."""

    words: str
    proxy: str
    articles: dict[str, bytes]
    """The articles' bodies by address."""


@contextmanager
def subject() -> Iterator[Subject]:
    """The saved portal where it is there, for the time of the block."""
    if is_saved_portal_there():
        with replica(HANOI) as proxy:
            yield Subject(SAVED, proxy, article_pages(HANOI))
    else:
        with made_up(PAGES) as proxy:
            yield Subject(MADE_UP, proxy, made_up_pages(PAGES))
