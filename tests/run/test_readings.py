"""Pages that a crawl reads itself or has read, whatever becomes of their reading."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Any

import pytest

from archive.models import Article
from portal_crawler.cleaning.extraction import NoTitleError
from portal_crawler.errors import CrawlerError, PageFaultError, ReaderDiedError
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.run.reading.page import PageReading
from portal_crawler.run.reading.readings import MOST_WAITING, PageReadings
from tests.support.portals import Wire

SLOW_MS = 20


class NotYetError(NoTitleError):
    """Raised by a portal of an operator's own."""


class Told(Wire):
    """Does with each page what the page's bytes say."""

    @classmethod
    def read_article_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> Article:
        """Give a title, fail, die, or take some time."""
        word = body.decode()
        if word == "no title":
            raise NoTitleError(url, ("h1",))
        if word == "not yet":
            raise NotYetError(url, ("h1",))
        if word == "fault":
            raise KeyError(word)
        if word == "die":
            os._exit(7)
        if word == "foreign":
            return Article(url=url, title=word, model=Foreign())
        _spend(SLOW_MS / 1000 if word == "slow" else 0.0)
        return Article(url=url, title=f"{word} by {os.getpid()}")


class Foreign(str):
    """Runs a command where it is unpickled."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        return os.system, ("true",)


def _spend(seconds: float) -> None:
    began = datetime.now(UTC)
    while (datetime.now(UTC) - began).total_seconds() < seconds:
        pass


def fetched(number: int, word: str) -> FetchedPage:
    return FetchedPage(
        body=word.encode(),
        url=f"http://wire.test/{number}",
        fetched_at=datetime(2024, 3, 5, tzinfo=UTC),
        content_type="text/html",
    )


class Crawl:
    """Reads pages as a crawl does that has them all at once, or one after the other."""

    def __init__(self) -> None:
        self.deaths: list[BaseException] = []
        self.readings = PageReadings(Told, self.deaths.append)
        self.order: list[int] = []

    async def read(self, number: int, word: str) -> PageReading | CrawlerError:
        try:
            return await self.readings.of(Told, fetched(number, word), is_compared=False)
        except CrawlerError as error:
            return error
        finally:
            self.order.append(number)

    async def until_beside(self) -> None:
        """Read slow pages until a process beside this one reads them."""
        while True:
            reading = await self.read(0, "slow")
            await asyncio.sleep(0)
            assert isinstance(reading, PageReading)
            if own_pid() not in title(reading):
                return


def own_pid() -> str:
    return f" by {os.getpid()}"


def title(reading: PageReading | CrawlerError) -> str:
    assert isinstance(reading, PageReading), reading
    assert reading.article is not None
    return reading.article.title


def crawled(*words: str, beside: bool = True) -> tuple[Crawl, list[PageReading | CrawlerError]]:
    """A crawl that has had all these pages at once."""

    async def run() -> tuple[Crawl, list[PageReading | CrawlerError]]:
        crawl = Crawl()
        try:
            if beside:
                await crawl.until_beside()
            crawl.order.clear()
            pages = [crawl.read(number, word) for number, word in enumerate(words)]
            return crawl, await asyncio.gather(*pages)
        finally:
            crawl.readings.close()
            with pytest.raises(ChildProcessError):
                os.waitpid(-1, 0)

    return asyncio.run(run())


def test_pages_that_come_slowly_are_read_by_the_crawl_itself() -> None:
    async def run() -> set[str]:
        crawl = Crawl()
        seen = set()
        for number in range(30):
            seen.add(title(await crawl.read(number, "quick")))
            await asyncio.sleep(0.01)
        crawl.readings.close()
        return seen

    assert asyncio.run(run()) == {f"quick{own_pid()}"}


def test_pages_are_handed_back_in_the_order_in_which_they_came() -> None:
    crawl, found = crawled(*["slow", "quick"] * MOST_WAITING)
    assert crawl.order == list(range(2 * MOST_WAITING))
    readers = {title(reading).rpartition(" ")[2] for reading in found}
    assert len(readers) == 2, "what the process had no room for was read here"


def test_what_a_page_lacks_is_told_as_it_is_by_the_crawl_itself() -> None:
    _, (beside,) = crawled("no title")
    _, (itself,) = crawled("no title", beside=False)
    assert isinstance(beside, PageReading)
    assert isinstance(itself, PageReading)
    assert type(beside.error) is type(itself.error) is NoTitleError
    assert vars(beside.error) == vars(itself.error)
    assert str(beside.error) == str(itself.error)


def test_an_error_of_a_portals_own_package_is_told_too() -> None:
    _, (beside,) = crawled("not yet")
    assert isinstance(beside, PageReading)
    assert type(beside.error) is NotYetError


def test_a_fault_of_ours_costs_its_own_page_alone() -> None:
    _, (fault, well) = crawled("fault", "quick")
    assert isinstance(fault, PageFaultError)
    assert "KeyError" in str(fault)
    assert title(well).startswith("quick")


def test_a_process_that_dies_says_so_to_every_page_that_waits() -> None:
    crawl, found = crawled("quick", "die", "quick", "quick")
    assert title(found[0]).startswith("quick")
    assert [type(error) for error in found[1:]] == [ReaderDiedError] * 3
    assert "with exit code 7 while it read http://wire.test/1" in str(found[1])
    assert crawl.deaths == [found[1]]


def test_a_value_that_is_not_ours_is_not_made() -> None:
    crawl, (error,) = crawled("foreign")
    assert isinstance(error, ReaderDiedError)
    assert "is not one of our classes" in str(error)
    assert crawl.deaths == [error]


@pytest.mark.parametrize("beside", [True, False])
def test_pages_of_a_crawl_that_was_closed_leave_no_process(beside: bool) -> None:
    crawl, _ = crawled("quick", beside=beside)
    assert crawl.deaths == []
