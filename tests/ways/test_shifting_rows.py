"""Pinned rows, and rows that move while a listing is followed, lose no article."""

from pathlib import Path

from tests.support.crawls import environment, last_run, rows
from tests.support.pages import listing
from tests.support.wire_server import NOT_FOUND, Answer, WireServer, page
from tests.ways.serving import (
    EVERYTHING,
    PER_PAGE,
    crawl_way,
    listings_asked,
    part,
    publish_articles,
    redirect,
    said_by,
    stored,
)

PAGES = 12


class Listing:
    """A listing that changes when one of its pages is requested."""

    def __init__(
        self,
        server: WireServer,
        articles: list[int],
        pinned: int | None = None,
        count: int | None = None,
    ) -> None:
        self.articles = articles
        self.count = count
        self.pinned = pinned
        self.added: dict[int, int] = {}
        """By the number of a page: the article that is added behind it."""
        self.removed: dict[int, int] = {}
        for number in range(1, PAGES):
            path = "/tin-tuc" if number == 1 else f"/tin-tuc/page-{number}"
            server.answer(path, self._page(number))

    def _page(self, number: int):  # type: ignore[no-untyped-def]
        def answer(request: bytes) -> Answer:
            del request
            shown = part(number - 1, self.articles)
            if number > 1 and not shown:
                return redirect("/tin-tuc")
            total = self.count or len(self.articles) + (self.pinned is not None)
            shown = [self.pinned, *shown] if self.pinned is not None else shown
            found = page(listing(shown, total=total))
            if (added := self.added.pop(number, None)) is not None:
                self.articles = [added, *self.articles]
            if (removed := self.removed.pop(number, None)) is not None:
                self.articles = [one for one in self.articles if one != removed]
            return found

        return answer


def log_of(archive: Path) -> str:
    return max(archive.glob("logs/*.log"), key=lambda path: path.stat().st_mtime_ns).read_text()


def test_a_pinned_row_on_each_page_does_not_end_the_listing_early(
    server: WireServer, archive: Path
) -> None:
    Listing(server, EVERYTHING, pinned=99)
    publish_articles(server, [*EVERYTHING, 99])
    assert crawl_way(server, archive, "by-path").code == 0
    assert stored(archive) == {*EVERYTHING, 99}
    assert "tin-tuc: 21 of 21, 0 dead links, 0 unexplained" in log_of(archive)


def test_a_listing_that_lacks_articles_behind_pinned_rows_is_incomplete(
    server: WireServer, archive: Path
) -> None:
    given = Listing(server, EVERYTHING, pinned=99)
    publish_articles(server, [*EVERYTHING, 99])
    given.removed = {7: 1}
    for number in range(5, PAGES):
        server.answer(f"/tin-tuc/page-{number}", redirect("/tin-tuc"))
    assert crawl_way(server, archive, "by-path").code == 3
    assert "the portal counts 21 articles, its pages listed 13" in last_run(archive)["reason"]
    assert "tin-tuc: 13 of 21, 0 dead links, 8 unexplained" in log_of(archive)


def test_rows_that_move_down_are_all_found_and_the_new_one_by_the_next_run(
    server: WireServer, archive: Path
) -> None:
    given = Listing(server, EVERYTHING)
    given.added = {2: 21, 4: 22}
    publish_articles(server, [*EVERYTHING, 21, 22])
    crawl_way(server, archive, "by-path")
    assert stored(archive) >= set(EVERYTHING)
    assert crawl_way(server, archive, "by-path").code == 0
    assert stored(archive) == {*EVERYTHING, 21, 22}


def test_rows_that_move_up_over_the_end_of_a_page_are_found_by_looking_back(
    server: WireServer, archive: Path
) -> None:
    given = Listing(server, EVERYTHING)
    given.removed = {2: 19}
    publish_articles(server, EVERYTHING)
    assert crawl_way(server, archive, "by-path").code == 0
    assert stored(archive) == set(EVERYTHING)
    assert listings_asked(server).count("/tin-tuc/page-2") == 2
    lost = EVERYTHING[2 * PER_PAGE]
    assert rows(archive, "SELECT count(*) FROM sightings WHERE key = ?", str(lost)) == [(1,)]


def test_dead_links_are_counted_in_the_account_and_shown_by_status(
    server: WireServer, archive: Path
) -> None:
    Listing(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    server.answer("/tin/5", NOT_FOUND)
    assert crawl_way(server, archive, "by-path").code == 0
    account = "tin-tuc: 19 of 20, 1 dead link, 0 unexplained"
    assert account in log_of(archive)
    assert account in said_by("status", "by-path", "--archive", str(archive), env=environment())


def test_a_count_that_stays_while_rows_move_down_does_not_end_the_listing_early(
    server: WireServer, archive: Path
) -> None:
    given = Listing(server, EVERYTHING, count=len(EVERYTHING))
    given.added = {2: 21, 3: 22, 4: 23, 5: 24}
    publish_articles(server, [*EVERYTHING, 21, 22, 23, 24])
    assert crawl_way(server, archive, "by-path").code == 0
    assert stored(archive) >= set(EVERYTHING)
