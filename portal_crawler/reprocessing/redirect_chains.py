"""The identity of others' captures: which redirect led to which page, in the order of time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from archive.database.timeline import Timeline
from archive.warc.http1 import Head
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.claims import Claim
from portal_crawler.reprocessing.identity import identity

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class _Past:
    """The captures that the archive has of one portal."""

    timeline: Timeline
    portal: str

    def first_key(self, url: str) -> str | None:
        return self.timeline.first_key(self.portal, url)

    def has_page(self, key: str) -> bool:
        return self.timeline.has_page(self.portal, key)


class RedirectChains:
    """Follows the redirects of one file, as a crawl would have."""

    def __init__(self, timeline: Timeline, portals: Mapping[str, PageReader]) -> None:
        self._timeline = timeline
        self._portals = portals
        self._led: dict[tuple[str, str], str] = {}
        """The key of the requested address, by portal and target of the redirect."""

    def identified(self, claim: Claim, url: str, head: Head) -> Claim:
        """The claim with the key of the page's article, and the requested key if it is another."""
        if claim.role != "article" or claim.key is None:
            return claim
        led = self._led.pop((claim.portal, url), None)
        asked = led or claim.key
        location = head.value("location")
        if head.status in REDIRECTS and location is not None:
            self._lead(claim.portal, url, location, asked)
        if head.status != 200:
            return replace(claim, key=asked)
        rule = self._portals[claim.portal].article_key
        past = _Past(self._timeline, claim.portal)
        key = identity(asked, url, rule, past, redirected=led is not None)
        return replace(claim, key=key, asked_key=asked if asked != key else None)

    def _lead(self, portal: str, url: str, location: str, asked: str) -> None:
        try:
            target = urljoin(url, location).partition("#")[0]
        except ValueError:
            return
        self._led[portal, target] = asked
