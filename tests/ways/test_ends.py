"""Each way of listing comes to each end, goes past a page that fails if it can, and has a bound.

One crawl has a section for each way and end, all on one server.
"""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.support.crawls import ended, last_run, next_night, rows, start_crawl, wire_environment
from tests.support.pages import article, listing
from tests.support.way_ends import SECTIONS, WAYS
from tests.support.wire_server import NOT_FOUND, Answer, Script, WireServer, page
from tests.ways.serving import OOPS, form_of, redirect

ROWS, LAST = 1, 4
"""Rows of a page, and the number of the last page."""
NAMES_ITS_PAGES = ("linked", "postback", "named")
"""Ways that go on only where the page has a link."""


def articles_of(section: str, number: int) -> list[int]:
    return [100 * (SECTIONS.index(section) + 1) + number] if 0 < number <= LAST else []


def everything_in(sections: list[str]) -> set[int]:
    return {
        article
        for section in sections
        for number in range(1, LAST + 1)
        for article in articles_of(section, number)
    }


class Section:
    """The pages of one section."""

    def __init__(self, section: str, failing: int | None = None) -> None:
        self.section, self.failing = section, failing
        self.way, _, self.end = section.partition("-")
        self.home = f"/{section}/tin-tuc"
        self.is_changed = False

    def answer(self, request: bytes) -> Answer:
        """The page that is asked for; those behind the last one are the end."""
        number = self._number(request)
        if number == self.failing:
            return OOPS
        if self.is_changed and number == 1:
            return self._shown(1, [*articles_of(self.section, LAST), *articles_of(self.section, 1)])
        if number <= LAST:
            self.is_changed = self.end == "redirect" and number == LAST
            return self._shown(number, articles_of(self.section, number))
        return self._behind(number)

    def _behind(self, number: int) -> Answer:
        first, last = articles_of(self.section, 1), articles_of(self.section, LAST)
        return {
            "empty": self._shown(number, []),
            "none": self._shown(number, []),
            "first": self._shown(number, first),
            "last": self._shown(number, last),
            "mixed": self._shown(number, [*first, *last][:: 1 if number % 2 else -1]),
            "redirect": redirect(self.home),
            "404": NOT_FOUND,
            "400": page("", status="400 Bad Request"),
            "total": OOPS,
        }[self.end]

    def _number(self, request: bytes) -> int:
        target = request.split(b" ", 2)[1].decode()
        if request.startswith(b"POST "):
            form = form_of(request)
            return int(form.get("page") or form["__EVENTARGUMENT"].removeprefix("Page$"))
        query = parse_qs(urlsplit(target).query)
        if self.way == "offset":
            return int(query.get("start", ["0"])[0]) // ROWS + 1
        named = re.search(r"/page-(\d+)$|[?&]page=(\d+)|/(\d+)$", target)
        return int(next(filter(None, named.groups()))) if named else 1

    def _shown(self, number: int, articles: list[int]) -> Answer:
        has_more = number < LAST or (number < LAST + 3 and self.end != "none")
        following = f"{self.home}/page-{number + 1}" if self.way == "named" and has_more else None
        total = ROWS * LAST if self.end == "total" else None
        text = listing(articles, following=following, total=total)
        more = f'<p zone="{self.section}"></p>'
        if self.way == "linked" and has_more:
            more += (
                f'<div class="pager"><a href="{self.home}/page-{number + 1}">{number + 1}</a></div>'
            )
        if self.way == "postback":
            call = f"__doPostBack('p','Page${number + 1}')"
            link = f'<a href="javascript:{call}">{number + 1}</a>' if has_more else ""
            more += f'<form method=post><input name="__VIEWSTATE" value="s{number}">{link}</form>'
        return page(text.replace("</body>", f"{more}</body>"))


def publish(server: WireServer, sections: list[str], failing: int | None = None) -> None:
    for section in sections:
        script: Script = Section(section, failing).answer
        home = f"/{section}/tin-tuc"
        server.answer(home, script)
        for number in range(1, LAST + 5):
            server.answer(f"{home}/page-{number}", script)
            server.answer(f"{home}?page={number}", script)
            server.answer(f"{home}?start={ROWS * (number - 1)}", script)
            server.answer(f"/khoi/{section}/{number}", script)
            for one in articles_of(section, number):
                server.answer(f"/tin/{one}", page(article(one)))


def crawl(server: WireServer, archive: Path, portal: str, *options: str) -> int:
    server.forget()
    env = wire_environment(server, **next_night(archive))
    words = ("-s", "SPIDER_MODULES=tests.support.way_ends", "-s", "RETRY_TIMES=0", *options)
    return ended(start_crawl(archive, *words, env=env, portals=(portal,))).code


def stored(archive: Path) -> set[int]:
    return {int(key) for (key,) in rows(archive, "SELECT key FROM articles")}


def log_of(archive: Path) -> str:
    return max(archive.glob("logs/*.log"), key=lambda path: path.stat().st_mtime_ns).read_text()


SAID = {
    "empty": "an empty page",
    "none": "no next page",
    "first": "a page that repeats an earlier one",
    "last": "a page that repeats an earlier one",
    "mixed": "2 pages without an article that was not listed before",
    "redirect": "a redirect to the first page",
    "404": "it answered 404",
    "400": "it answered 400",
    "total": "as many rows as the portal counts",
}


def test_each_way_knows_each_end_and_loses_no_article(server: WireServer, archive: Path) -> None:
    publish(server, SECTIONS)
    assert crawl(server, archive, "ends") == 0, last_run(archive)["reason"]
    said = dict(re.findall(r": ([\w-]+): listing page \d+ is the last: (.+)", log_of(archive)))
    wanted = {section: SAID[section.partition("-")[2]] for section in SECTIONS}
    for way in set(WAYS) - set(NAMES_ITS_PAGES):
        wanted[f"{way}-none"] = "an empty page"
    wanted["offset-mixed"] = SAID["last"]  # its step is the page's rows, so the order comes again
    assert said == wanted
    assert stored(archive) == everything_in(SECTIONS)


def test_each_way_goes_past_a_page_that_fails_if_it_can(server: WireServer, archive: Path) -> None:
    sections = [f"{way}-empty" for way in WAYS]
    publish(server, sections, failing=3)
    assert crawl(server, archive, "faults") == 3
    found = {
        way: [number for number in range(1, LAST + 1)
              if stored(archive).issuperset(articles_of(f"{way}-empty", number))]
        for way in WAYS
    }  # fmt: skip
    past = {way: [1, 2] if way == "postback" else [1, 2, 4] for way in WAYS}
    assert found == past
    publish(server, sections)
    assert crawl(server, archive, "faults") == 0
    assert stored(archive) == everything_in(sections)


def test_each_way_is_left_at_its_bound_and_says_so(server: WireServer, archive: Path) -> None:
    publish(server, [f"{way}-empty" for way in WAYS])
    assert crawl(server, archive, "bounds") == 3
    log = log_of(archive)
    for way in WAYS:
        assert f"{way}: no end after 2 pages; the listing is left there" in log
    assert len(stored(archive)) == 2 * ROWS * len(WAYS)
