"""The first pages of a look: the one that was given, and the front page behind it."""

import re
from urllib.parse import urlsplit

from portal_crawler.cleaning.listings.article_keys import article_key
from portal_crawler.errors import UsageError
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.scouting.address import is_same_site, root_of
from portal_crawler.scouting.fetching import Fetcher, UnfetchedError
from portal_crawler.scouting.links import PageLinks, links_of, listing_candidates
from portal_crawler.scouting.splash import ways_on

MOST_REDIRECTS = 5
MOST_SPLASHES = 3
"""Splash pages, one behind the other, that lead to the front page."""

LOOKED_AT_BYTES = 1_000
MOST_CONTROLS = 20
"""Bytes among them that no text has; texts in UTF-16 have NULs, which do not count."""
_CONTROLS = frozenset((*range(1, 9), *range(14, 27), *range(28, 32)))


class FirstPages:
    """Fetches the first pages of one site."""

    def __init__(self, fetcher: Fetcher, addresses: tuple[str, ...]) -> None:
        """`addresses` are tried one after the other."""
        self._fetcher = fetcher
        self._addresses = addresses
        self._began_at_root = False
        """The page that was given is the front page, wherever it led to."""
        self.unavailable: list[str] = []
        """Pages that a splash page leads on to and that cannot be had, with the reasons."""

    async def entry(self) -> FetchedPage:
        """The page at the given address."""
        why = ""
        for number, address in enumerate(self._addresses):
            try:
                entry = await self._entered(address)
                self._began_at_root = address == root_of(address)
                return entry
            except UnfetchedError as error:
                if number and not why.startswith("answered"):
                    why = str(error)
                why = why or str(error)
        given = self._addresses[-1]
        raise UsageError(_words(given, why))

    async def _entered(self, address: str) -> FetchedPage:
        """The page at an address, or the one that it leads on to if it has no news itself."""
        page = await self._followed(address)
        for _ in range(MOST_SPLASHES):
            beyond = [] if _names_news(page) else await self._beyond(page)
            if not beyond:
                break
            page = max(beyond, key=lambda each: len(links_on(each).links))
        return page

    async def _beyond(self, page: FetchedPage) -> list[FetchedPage]:
        """The pages that a splash page leads on to. Raises UsageError if it leads elsewhere."""
        found: list[FetchedPage] = []
        ways = ways_on(page)
        for url in ways:
            if not is_same_site(urlsplit(url).hostname or "", urlsplit(page.url).hostname or ""):
                if len(ways) == 1:
                    raise _other_host(page.url, url)
                continue
            try:
                found.append(await self._followed(url))
            except (UnfetchedError, UsageError) as error:
                self.unavailable.append(f"{url} {error}")
        return found

    async def _followed(self, address: str) -> FetchedPage:
        """The page behind redirects within the site; UsageError for one to another host."""
        first = urlsplit(address).hostname or ""
        for _ in range(MOST_REDIRECTS):
            answer = await self._fetcher.answer(address, follows=False)
            if answer.location is None:
                return html_page(answer.page)
            host = urlsplit(answer.location).hostname or ""
            if not is_same_site(host, first):
                raise _other_host(address, answer.location)
            address = answer.location
        raise UsageError(f"{address}: more than {MOST_REDIRECTS} redirects; give another address")

    async def home(self, entry: FetchedPage) -> FetchedPage:
        """The front page; the given page if it cannot be fetched."""
        root = root_of(entry.url)
        if self._began_at_root or entry.url == root or self._is_front(entry.url):
            return entry
        try:
            return await self._entered(root)
        except (UnfetchedError, UsageError):
            return entry

    def _is_front(self, url: str) -> bool:
        path = urlsplit(url).path.strip("/")
        return (
            re.fullmatch(r"(?:[a-z]{2}|index\.\w+|default\.\w+|home|trang-chu)?", path) is not None
        )


def links_on(page: FetchedPage) -> PageLinks:
    """The links of a page that was fetched."""
    return links_of(page.body, page.url, page.content_type)


def _names_news(page: FetchedPage) -> bool:
    """Whether a page has a link that leads to news of its own site."""
    host = urlsplit(page.url).hostname or ""
    own = listing_candidates(
        links_on(page), article_key, lambda url: is_same_site(urlsplit(url).hostname or "", host)
    )
    return bool(own)


def _other_host(url: str, target: str) -> UsageError:
    return UsageError(
        f"{url} leads to another host, {target}; if that is the portal, give that address"
    )


def html_page(page: FetchedPage) -> FetchedPage:
    """The page, if a reader could read it; UsageError for a file or bytes that are no text."""
    kind = (page.content_type or "").partition(";")[0].strip().lower()
    if sum(byte in _CONTROLS for byte in page.body[:LOOKED_AT_BYTES]) > MOST_CONTROLS:
        raise UsageError(
            f"{page.url} is not readable: the server compresses it in a form that was not asked "
            "for, such as brotli; no crawl can read it"
        )
    if kind and "html" not in kind and "xml" not in kind:
        raise UsageError(f"{page.url} is {kind} and no page; give the address of the front page")
    return page


def _words(given: str, why: str) -> str:
    """The reason why an address gives no page, and the remedy, in one sentence."""
    if found := re.search(r"could not be fetched \((.*)\)", why):
        if "tls = {" in found[1]:
            todo = "a portal that needs `tls` is declared by hand: docs/PORTALS.md, Add a portal"
            return f"{given} gives no answer: {found[1]}; {todo}"
        spelled = "check the spelling of the host, " if "no address is known" in found[1] else ""
        return f"{given} gives no answer: {found[1]}; {spelled}open it in a browser, and try later"
    if "robots.txt disallows" in why:
        return f"{given}: {why}; ask the department whether its news may be archived"
    if "with no rules" in why:
        return f"{given}: {why.partition(';')[0]}; nothing is crawled without rules, try later"
    if re.search(r"answered (?:401|403|429)|blocked", why):
        todo = "ask the department for access; this software does not try to get around it"
        return f"{given} {why}; {todo}"
    return f"{given} {why}; open it in a browser, and give the address that works there"
