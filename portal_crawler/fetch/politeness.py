"""Delays the requests to each host: by the delay that is set, and longer if it answers slowly."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response

from archive.errors import ArchiveUnwritableError
from archive.filesystem.turns import Turns
from archive.moments import now
from archive.numbers import whole_number
from portal_crawler.fetch.ip_addresses import Address
from portal_crawler.fetch.resolver import CheckedResolver
from portal_crawler.refusals import CrawlStoppedError, HostLeftAloneError
from portal_crawler.request_info import request_info
from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)

MAX_PAUSE_S = 600.0
"""Retry-After and Crawl-delay are obeyed up to ten minutes; a longer one counts as that."""

SLOWER = 2.0
"""The delay is multiplied by this when a host is too busy."""

LEAST_SLOWED_S = 0.25
"""The first step if no delay is set: four requests a second. Six more make it some 15 s."""

QUICKER = 0.9
"""The delay is multiplied by this after a good answer: from eight times the delay it takes twenty
of them to come back."""

SLOW_TIMES = 4.0
"""An answer is slow if it takes this many times as long as usual."""

SLOW_LEAST_S = 1.0
"""A quicker answer is never slow: no reader would notice it."""

USUAL_AFTER = 5
"""Good answers that are needed before there is a usual time."""

USUAL_WEIGHT = 0.1
"""The weight of the newest answer in the usual time, which follows within some twenty answers."""

BUSY = (429, 503)


@dataclass(slots=True, kw_only=True)
class Pace:
    """The delay between two requests to one host, in seconds. Pure.

    A delay of 0 grows only if the host answers slowly, or answers that it is too busy.
    """

    least_s: float
    """The delay that is set for the portal."""
    most_s: float
    """The longest delay that slow answers lead to."""
    asked_s: float = 0.0
    """The Crawl-delay of robots.txt."""
    slowed_s: float = 0.0
    """The delay that slow answers led to; 0 if there were none lately."""
    usual_s: float = 0.0
    """The usual time from a request to the head of its answer."""
    answers: int = 0
    """Good answers so far."""
    unanswered: int = 0
    """Requests in a row without a good answer."""

    @property
    def delay_s(self) -> float:
        """Seconds from one request to the next."""
        return max(self.least_s, self.asked_s, self.slowed_s)

    def answered(self, latency_s: float) -> bool:
        """Count a good answer; True if it was a slow one."""
        self.unanswered = 0
        slow = self.answers >= USUAL_AFTER and latency_s > max(
            SLOW_LEAST_S, SLOW_TIMES * self.usual_s
        )
        weight = max(USUAL_WEIGHT, 1 / (self.answers + 1))
        self.usual_s += weight * (latency_s - self.usual_s)
        self.answers += 1
        if slow:
            self._slow_down(latency_s)
            self._slow_down_from_nothing()
            return True
        self.slowed_s *= QUICKER
        if self.slowed_s <= max(self.least_s, self.asked_s) or self.slowed_s < LEAST_SLOWED_S:
            self.slowed_s = 0.0
        return False

    def went_unanswered(self) -> None:
        """Count an answer that never came."""
        self.unanswered += 1
        self._slow_down(self.most_s)

    def was_busy(self) -> None:
        """Count an answer that says that the host is too busy."""
        self.went_unanswered()
        self._slow_down_from_nothing()

    def _slow_down_from_nothing(self) -> None:
        """Begin with the least delay: without one there is nothing to multiply."""
        self.slowed_s = max(self.slowed_s, min(self.most_s, LEAST_SLOWED_S))

    def _slow_down(self, at_most_s: float) -> None:
        """Lengthen the delay up to the time of the slow answer: enough rest for the host."""
        bound = min(self.most_s, max(at_most_s, self.delay_s))
        self.slowed_s = min(self.delay_s * SLOWER, bound)


class PaceMiddleware:
    """Lets each request wait for its host's turn; the last middleware before StopMiddleware.

    Turns are kept by the server's IP address: portals on one server share its delay, whether this
    process crawls them or another. Behind a proxy only the host's name is known.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._least_s = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._most_s = crawler.settings.getfloat("PORTAL_MAX_DELAY")
        self._give_up_after = crawler.settings.getint("PORTAL_GIVE_UP_AFTER")
        self._resolver = CheckedResolver.of(crawler)
        self._turns = Turns(CrawlRun.of(crawler).layout)
        self._paces: dict[str, Pace] = {}
        self._servers: dict[str, str] = {}
        self._reported: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if it is not archived."""
        check_archiving(crawler)
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    def spider_closed(self) -> None:
        """Close the files of turns."""
        self._turns.close()

    async def process_request(self, request: Request) -> None:
        """Wait for the host's turn; HostLeftAloneError if it did not answer many times in a row."""
        host = _host(request)
        pace = self._pace(host)
        if (asked_s := request_info(request).crawl_delay_s) is not None:
            pace.asked_s = asked_s
        server = await self._server(request, host)
        while True:
            if pace.unanswered >= self._give_up_after:
                raise HostLeftAloneError(
                    f"{host} did not answer {pace.unanswered} times in a row; "
                    "it is left alone until the next run"
                )
            wait = self._wait(server, pace.delay_s)
            if not wait:
                return
            await CrawlRun.of(self._crawler).stopping.pause(wait)

    def _wait(self, server: str, delay_s: float) -> float:
        try:
            return self._turns.take(server, delay_s)
        except (OSError, ArchiveUnwritableError) as error:
            CrawlRun.of(self._crawler).archive_failure.report_unwritable(error)
            raise CrawlStoppedError from error

    def process_response(self, request: Request, response: Response) -> Response:
        """Learn from the answer how busy the host is, and obey its Retry-After."""
        host = _host(request)
        pause = retry_after_s(response, now())
        if response.status in BUSY:
            self._pace(host).was_busy()
            self._slowed(host, f"answered {response.status}")
        elif self._pace(host).answered(request.meta.get("download_latency", 0.0)):
            self._slowed(host, "answers slowly")
        if pause and response.status >= 400:
            self._hold(host, min(pause, MAX_PAUSE_S))
            logger.info("%s asks to wait %.0f s", host, pause)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a missing answer, but neither an unsent request nor an answer that is too long."""
        if not isinstance(exception, (IgnoreRequest, DownloadCancelledError)):
            self._pace(_host(request)).went_unanswered()
            self._slowed(_host(request), "did not answer")

    def _pace(self, host: str) -> Pace:
        if host not in self._paces:
            self._paces[host] = Pace(least_s=self._least_s, most_s=self._most_s)
        return self._paces[host]

    def _slowed(self, host: str, what: str) -> None:
        """Put the next turn off. This is logged once: a host may be slow for the whole crawl."""
        if not self._pace(host).slowed_s:
            return
        self._hold(host, self._pace(host).delay_s)
        if host not in self._reported:
            self._reported.add(host)
            logger.info(
                "%s %s: the delay grows with such answers, up to %g s, and shrinks with good ones",
                host, what, self._most_s,
            )  # fmt: skip

    def _hold(self, host: str, pause_s: float) -> None:
        with suppress(OSError, ArchiveUnwritableError):  # the next turn says it
            self._turns.hold(self._servers.get(host, host), pause_s)

    async def _server(self, request: Request, host: str) -> str:
        """The IP address of a host, or its name if that is not known."""
        if request.meta.get("proxy"):
            return host
        if host not in self._servers:
            stopping = CrawlRun.of(self._crawler).stopping
            try:
                found = await stopping.awaited(self._resolver.addresses(host))
            except (OSError, UnicodeError):
                found = []  # the request will fail as well, and say so
            self._servers[host] = one_of(found) or host
        return self._servers[host]


def one_of(addresses: Sequence[Address]) -> str | None:
    """The address that stands for a server, whatever their order; None if there are none.

    It is an IPv4 address if there is one: portals that share a server share that, if anything.
    """
    least = min(addresses, key=lambda address: (address.version, int(address)), default=None)
    return None if least is None else str(least)


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or ""


def retry_after_s(response: Response, now: datetime) -> float | None:
    """Seconds that Retry-After asks for, in either form (RFC 9110 §10.2.3); None without it."""
    given = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if given.isdecimal():
        seconds = whole_number(given)
        return float(seconds) if seconds is not None else MAX_PAUSE_S
    try:
        moment = parsedate_to_datetime(given)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
