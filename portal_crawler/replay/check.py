"""Whether archived pages are complete in a browser that only the archive answers."""

import json
import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest
from urllib.parse import urlsplit

from archive.layout import Layout
from portal_crawler.references.reference import DATA, IMAGE, SCRIPT, kind_by_ending
from portal_crawler.replay.chromium import Chromium, ChromiumError, Message, Tab, chromium
from portal_crawler.replay.forward_proxy import NOT_CAPTURED, ArchiveProxy, Lacking

WIDTH, HEIGHT = 1280, 2000
LOAD_S = 30.0
QUIET_S, MOST_WAITED_S = 0.5, 10.0
"""A page is complete if all its requests are answered and nothing more comes for so long. It is
not waited for longer than the second."""

MOST_NAMED = 100
"""The most missing addresses, and the most errors, that are listed for one page."""

LONGEST_NAMED_CHARS = 1_000
LONGEST_TEXT_CHARS = 2_000_000

PASSAGE_CHARS = 40
LEAST_SHARE = 0.5
"""The least share of an article's paragraphs whose beginnings must be visible. Cleaning writes some
paragraphs differently."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_KINDS = {
    "image": "image", "script": "script", "serviceworker": "script", "sharedworker": "script",
    "worker": "script",
}  # fmt: skip
"""The names of Chromium's protocol for values of Sec-Fetch-Dest."""

SWITCHES = (
    "--ignore-certificate-errors",  # of the proxy; nobody else can be reached
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """The newest capture of an article's page."""

    portal: str
    key: str
    article: int
    title: str
    body: str
    capture_id: int
    url: str
    fetched_at: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A request of a page that the archive has no answer to."""

    url: str
    kind: str
    """The kind of the request: image, stylesheet, script, fetch, websocket …"""
    by: str
    """The page, stylesheet or script that made the request."""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """The result of opening a page in a browser."""

    is_text_visible: bool
    missing: tuple[Missing, ...]
    script_errors: tuple[str, ...]
    picture: bytes
    """The picture as PNG; empty if the page did not load to its end."""


def pages_to_check(connection: sqlite3.Connection, number: int) -> list[CheckedPage]:
    """The newest pages, of each portal in turn."""
    names = [name for (name,) in connection.execute("SELECT name FROM portals ORDER BY name")]
    by_portal = [_newest(connection, name, number) for name in names]
    in_turn = (page for row in zip_longest(*by_portal) for page in row if page is not None)
    return list(islice(in_turn, number))


def _newest(connection: sqlite3.Connection, portal: str, number: int) -> list[CheckedPage]:
    rows = connection.execute(
        "SELECT a.portal, a.key, a.id, a.title, coalesce(a.body, a.lead, ''),"
        " c.id, c.url, c.fetched_at"
        " FROM articles a JOIN captures c ON c.id = a.capture_id WHERE a.portal = ?"
        " ORDER BY c.fetched_at DESC, a.id LIMIT ?",
        (portal, number),
    )
    return [CheckedPage(*row) for row in rows]


@contextmanager
def serving(layout: Layout) -> Iterator[ArchiveProxy]:
    """The proxy, which runs until the block ends."""
    with ArchiveProxy(layout) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


def outcomes(
    layout: Layout, pages: Sequence[CheckedPage]
) -> Iterator[tuple[CheckedPage, PageOutcome]]:
    """Each page with its outcome.

    If a page makes the browser hang or crash, a new browser opens the other pages. Raises
    ChromiumError if Chromium is not installed.
    """
    waiting = list(pages)
    with serving(layout) as proxy:
        while waiting:
            with chromium(f"--proxy-server={proxy.url}", *SWITCHES) as browser:
                browser.call("Browser.setDownloadBehavior", behavior="deny")
                yield from _until_lost(browser, proxy, waiting)


def _until_lost(
    browser: Chromium, proxy: ArchiveProxy, waiting: list[CheckedPage]
) -> Iterator[tuple[CheckedPage, PageOutcome]]:
    while waiting:
        page = waiting.pop(0)
        proxy.moment = page.fetched_at
        proxy.lacking.clear()
        try:
            found = looked_at(browser, proxy, page)
        except ChromiumError as error:
            yield page, PageOutcome(False, (), (str(error)[:LONGEST_NAMED_CHARS],), b"")
            return
        yield page, found


def looked_at(browser: Chromium, proxy: ArchiveProxy, page: CheckedPage) -> PageOutcome:
    """The outcome of opening a page at its exact address, with its scripts."""
    with Tab(browser, WIDTH, HEIGHT) as tab:
        tab.load(page.url, LOAD_S)
        _wait_until_quiet(browser, tab.session)
        # Of a body that is hidden itself, innerText is all its text.
        text = tab.value(f"document.documentElement.innerText.slice(0, {LONGEST_TEXT_CHARS})")
        picture = tab.screenshot()
        return PageOutcome(
            is_seen(page, str(text or "")),
            missing_of(browser, tab.session, proxy.lacking),
            tuple(islice(_errors(browser, tab.session), MOST_NAMED)),
            picture,
        )


def _wait_until_quiet(browser: Chromium, session: str) -> None:
    """Wait for the requests that scripts make after the page has loaded."""
    until = time.monotonic() + MOST_WAITED_S
    while (left := until - time.monotonic()) > 0:
        before = len(browser.events)
        browser.wait(lambda _: False, time.monotonic() + min(QUIET_S, left))
        if len(browser.events) == before and not _is_waiting(browser, session):
            return


def _is_waiting(browser: Chromium, session: str) -> bool:
    """Whether a request of a tab is not answered yet."""
    asked, ended = (
        {event["requestId"] for name in names for event in browser.events_of(session, name)}
        for names in (
            ("Network.requestWillBeSent",),
            ("Network.loadingFinished", "Network.loadingFailed"),
        )
    )
    return not asked <= ended


def is_seen(page: CheckedPage, text: str) -> bool:
    """Whether the visible text of a page contains the article's text."""
    seen = _folded(text)
    passages = [_folded(part)[:PASSAGE_CHARS] for part in page.body.split("\n\n")]
    wanted = [passage for passage in passages if len(passage) == PASSAGE_CHARS]
    wanted = wanted or [passage for passage in (*passages, _folded(page.title)) if passage]
    return sum(passage in seen for passage in wanted) >= LEAST_SHARE * len(wanted)


def _folded(text: str) -> str:
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(plain.casefold().split())


def missing_of(
    browser: Chromium, session: str, lacking: Sequence[Lacking] = ()
) -> tuple[Missing, ...]:
    """The addresses that a page asked for and the archive does not hold, each once.

    A tab reports its own requests, with their initiators. Those of workers and of other targets
    are known by `lacking` alone, which the proxy keeps. Chromium's own requests have no Referer.
    """
    found = {each.url: each for each in _reported(browser, session)}
    for each in (each for each in lacking if each.referer):
        url = _short(each.url)
        kind = _KINDS.get(each.destination) or _guessed_kind(url)
        found.setdefault(url, Missing(url, kind, _short(each.referer)))
    return tuple(islice(found.values(), MOST_NAMED))


def _guessed_kind(url: str) -> str:
    """The kind of a request that does not say it: browsers say it to https alone."""
    return {IMAGE: "image", SCRIPT: "script"}.get(kind_by_ending(url, DATA), "fetch")


def _reported(browser: Chromium, session: str) -> Iterator[Missing]:
    asked = {
        event["requestId"]: event
        for event in browser.events_of(session, "Network.requestWillBeSent")
    }
    known: set[str] = set()
    for event in browser.events_of(session, "Network.responseReceived"):
        answer = event["response"]
        names = {name.lower() for name in answer["headers"]}
        if NOT_CAPTURED.lower() in names and answer["url"] not in known:
            known.add(answer["url"])
            request = asked.get(event["requestId"], {})
            yield Missing(_short(answer["url"]), str(event["type"]).lower(), _by(request))
    for event in browser.events_of(session, "Network.webSocketCreated"):
        yield Missing(_short(event["url"]), "websocket", _by(event))


def _by(request: Message) -> str:
    """The address of the stylesheet, script or page that made a request."""
    initiator = request.get("initiator") or {}
    frames = (initiator.get("stack") or {}).get("callFrames") or [{}]
    named = initiator.get("url") or frames[0].get("url") or request.get("documentURL") or ""
    return _short(str(named))


def _errors(browser: Chromium, session: str) -> Iterator[str]:
    for event in browser.events_of(session, "Runtime.exceptionThrown"):
        detail = event["exceptionDetails"]
        said = (detail.get("exception") or {}).get("description") or detail.get("text") or ""
        line = str(said).partition("\n")[0]
        yield _short(f"{line} ({detail.get('url') or 'inline'}:{detail.get('lineNumber', 0) + 1})")


def _short(text: str) -> str:
    return text[:LONGEST_NAMED_CHARS]


def is_crawled(connection: sqlite3.Connection, portal: str, url: str) -> bool:
    """Whether crawls of a portal may request the host of an address."""
    host = urlsplit(url).netloc
    ranges = [(f"{scheme}://{host}/", f"{scheme}://{host}0") for scheme in ("http", "https")]
    return any(
        connection.execute(
            "SELECT 1 FROM captures WHERE url >= ? AND url < ? AND portal = ? AND role <> 'robots'"
            " LIMIT 1",
            (*each, portal),
        ).fetchone()
        for each in ranges
    )


def missing_json(missing: Sequence[Missing]) -> str:
    """The column replay_checks.missing."""
    values = [{"url": each.url, "kind": each.kind, "by": each.by} for each in missing]
    return json.dumps(values)
