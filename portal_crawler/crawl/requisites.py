"""Requests the resources that pages need, and the documents that articles link to.

Each is requested once a run. One that was answered before is requested again if a new or changed
page names it after some days; a run with `full` requests all that were there, conditionally. Their
failures are counted apart and do not make a run incomplete.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive.addresses import asked_address, without_session
from archive.errors import ArchiveDamagedError
from archive.imports.stored import stored_answer
from archive.models import Article, Capture, Role
from archive.moments import now, utc_text
from archive.warc.reader import StoredAnswer
from portal_crawler.cleaning.json_answers import is_json
from portal_crawler.crawl.conditions import Condition
from portal_crawler.fetch.failure_words import failure_words, request_of
from portal_crawler.fetch.scope import requisite_scope
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.scope import Scope, declared_scope
from portal_crawler.references.followed import FOLLOWED, MAX_HOPS, Followed
from portal_crawler.references.reference import (
    DATA,
    FONT,
    FRAME,
    ICON,
    IMAGE,
    MANIFEST,
    MEDIA,
    MODULE,
    SCRIPT,
    STYLE,
)
from portal_crawler.references.requisites import Requisite, asked_from, page_requisites
from portal_crawler.refusals import CrawlStoppedError, OutOfScopeError, RobotsRefusedError
from portal_crawler.request_info import RequestInfo, Via, meta_of, request_info
from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)

BEHIND_ARTICLES = 5
"""Priority: after the articles of a listing page and before the next page. The queue stays short
and an interrupted crawl has whole pages."""

MAX_PER_PAGE = 2_000
"""The most requisites of one page; real pages have some dozens."""

FROM_PAGE = 1
"""The hop from a page to its requisites."""

DOCUMENT = "document"
"""The kind of an attachment."""

ASKED_BY_BROWSERS = {
    "document": FRAME, "fetch": DATA, "font": FONT, "image": IMAGE, "manifest": MANIFEST,
    "media": MEDIA, "script": SCRIPT, "stylesheet": STYLE, "xhr": DATA,
}  # fmt: skip
"""Our kinds by Chromium's names, which replay_checks.missing has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequisiteRules:
    """The settings for requisites and attachments."""

    scope: Scope
    own_scope: Scope
    """The scope of frames: only the portal's hosts."""
    kinds: frozenset[str]
    max_bytes: int
    media_max_bytes: int
    attachment_max_bytes: int
    attachment_timeout_s: int
    recheck_before: str
    """UTC, as in captures.fetched_at: an older answer is requested again."""
    full: bool

    @classmethod
    def of(cls, settings: BaseSettings, portal: PortalDeclaration, *, full: bool) -> Self:
        """The rules of a crawl that begins now.

        Raises PortalDeclarationError or UsageError if an entry of a scope is not a host.
        """
        days = timedelta(days=settings.getfloat("PORTAL_REQUISITE_RECHECK_DAYS"))
        return cls(
            scope=requisite_scope(settings, portal),
            own_scope=declared_scope(portal),
            kinds=frozenset(settings.getlist("PORTAL_REQUISITE_KINDS")),
            max_bytes=settings.getint("PORTAL_REQUISITE_MAX_BYTES"),
            media_max_bytes=settings.getint("PORTAL_MEDIA_MAX_BYTES"),
            attachment_max_bytes=settings.getint("PORTAL_ATTACHMENT_MAX_BYTES"),
            attachment_timeout_s=settings.getint("PORTAL_ATTACHMENT_TIMEOUT"),
            recheck_before=utc_text(now() - days),
            full=full,
        )


class RequisiteCrawl:
    """The requisites and attachments of one run."""

    def __init__(self, run: CrawlRun, rules: RequisiteRules) -> None:
        self._run = run
        self._rules = rules
        self._requested: set[str] = set()

    def of_page(
        self, body: bytes, url: str, content_type: str | None, *, fresh: bool
    ) -> Iterator[Request]:
        """Requests for the requisites of a page, and for the site's icon if the page names none.

        An answer in JSON names none: addresses in it are those of the article that it holds.
        """
        if is_json(body):
            return
        found = page_requisites(body, url, content_type)
        via = Via(url, FROM_PAGE, fresh)
        yield from self._wanted(islice(found, MAX_PER_PAGE), via)
        if all(requisite.kind != ICON for requisite in found):
            icon = Requisite(urljoin(url, "/favicon.ico"), ICON)
            yield from self._wanted([icon], replace(via, names_it=False))

    def of_article(self, article: Article, read_at: str, *, fresh: bool) -> Iterator[Request]:
        """Requests for the documents that an article links to, and for its pictures.

        `read_at` is the address of the capture that it was read from. If that is the answer of an
        interface, the page for readers at the article's address is requested, too.
        """
        via = Via(article.url, FROM_PAGE, fresh)
        if without_session(article.url) != without_session(read_at):
            yield from self._wanted([Requisite(asked_address(article.url), FRAME)], via)
        for document in article.attachments:
            yield from self._request_if_due(Requisite(asked_address(document.href), DOCUMENT), via)
        pictures = (Requisite(asked_address(image.src), IMAGE) for image in article.images)
        yield from self._wanted(pictures, via)

    async def left_out(self) -> AsyncIterator[Request]:
        """Requests that earlier runs did not make, or that failed.

        They are for the pictures and documents of all stored articles, for the requisites of the
        last run's pages if that run was incomplete, and for files that checks of replay missed.
        """
        for address, asked_as, checked in self._run.frontier.captures.missing_in_replay():
            if asked_as in ASKED_BY_BROWSERS and (url := asked_from(checked, address)) is not None:
                wanted = Requisite(url, ASKED_BY_BROWSERS[asked_as])
                for request in self._wanted([wanted], Via(checked, FROM_PAGE, fresh=False)):
                    yield request
        for role, address, article in self._run.frontier.captures.parts_without_capture():
            kind = DOCUMENT if role == "attachment" else IMAGE
            wanted = Requisite(asked_address(address), kind)
            for request in self._request_if_due(wanted, Via(article, FROM_PAGE, fresh=False)):
                yield request
        for page in self._run.frontier.captures.pages_of_incomplete_run():
            await asyncio.sleep(0)  # a page takes milliseconds, and there may be thousands
            for request in self._of_stored_page(page):
                yield request

    def _of_stored_page(self, capture: Capture) -> Iterator[Request]:
        stored = self._stored(capture)
        if stored is not None:
            content_type = stored.head.value("content-type")
            yield from self.of_page(stored.body, capture.url, content_type, fresh=False)

    def _wanted(self, found: Iterable[Requisite], via: Via) -> Iterator[Request]:
        for requisite in found:
            if self._is_wanted(requisite, via):
                yield from self._request_if_due(requisite, via)

    def _is_wanted(self, requisite: Requisite, via: Via) -> bool:
        kind = SCRIPT if requisite.kind == MODULE else requisite.kind
        if kind == FRAME and (via.is_frame or not self._rules.own_scope.has(requisite.url)):
            return False
        return kind in self._rules.kinds

    def _request_if_due(self, requisite: Requisite, via: Via) -> Iterator[Request]:
        url = requisite.url
        if url in self._requested:
            return
        if not self._rules.scope.has(url):
            self._run.tally.count_left_out(url)
            return
        self._requested.add(url)
        known = self._run.frontier.captures.resolved(url)
        if known is None or self._is_due(known, via):
            yield self._request(requisite, via, known)
        elif requisite.kind in FOLLOWED and known.status in (200, 304):
            # The requisites that it names may be missing: its run was interrupted, say.
            yield from self._of_stored_answer(known, requisite.kind, via)

    def _is_due(self, known: Capture, via: Via) -> bool:
        """Whether to request it again; a missing one waits for the days even in a `full` run."""
        old = known.fetched_at < self._rules.recheck_before
        if self._rules.full:
            return old or (known.status or 0) < 400
        return old and via.fresh

    def _request(self, requisite: Requisite, via: Via, known: Capture | None) -> Request:
        rules = self._rules
        document = requisite.kind == DOCUMENT
        self._run.tally.count_requisite_request()
        if known is not None and known.status == 304:
            known = self._run.frontier.captures.original(known)
        condition = Condition.of(self._run.frontier, known)
        is_respelled = "[" in requisite.url or requisite.url.endswith("?")
        info = RequestInfo(
            role=Role.ATTACHMENT if document else Role.REQUISITE,
            via=via,
            kind=requisite.kind,
            revisit_of=condition.revisit_of,
            wire_address=requisite.url if is_respelled else None,
        )
        meta = {**meta_of(info), "download_maxsize": self._most_bytes(requisite.kind)}
        if requisite.kind in (DOCUMENT, MEDIA):
            meta["download_timeout"] = rules.attachment_timeout_s
        return Request(
            requisite.url,
            headers={"Accept": "*/*", **via.referer(), **condition.headers},
            callback=self.arrived,
            errback=self.failed,
            dont_filter=True,
            priority=BEHIND_ARTICLES,
            meta=meta,
        )

    def _most_bytes(self, kind: str) -> int:
        if kind == MEDIA:
            return self._rules.media_max_bytes
        return self._rules.attachment_max_bytes if kind == DOCUMENT else self._rules.max_bytes

    def arrived(self, response: Response) -> Iterator[Request]:
        """Follow an answer that names further requisites; count one that is not whole."""
        self._requested.add(response.url)
        info = request_info(response)
        via, kind = info.via, info.kind
        if response.status not in (200, 304) or "dataloss" in response.flags:
            broke = " and broke off" if response.status == 200 else ""
            self._count(response.url, f"answered {response.status}{broke}", via)
        elif kind is None or kind not in FOLLOWED:
            return
        elif response.status == 200:
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            answer = Followed(response.url, kind, response.body, content_type)
            yield from self._of_answer(answer, via)
        elif info.revisit_of is not None:
            yield from self._of_stored_answer(info.revisit_of, kind, via)

    def _of_answer(self, answer: Followed, via: Via) -> Iterator[Request]:
        if via.hop < MAX_HOPS:
            found = islice(answer.requisites(), MAX_PER_PAGE)
            is_frame = answer.kind == FRAME and not answer.is_frameset
            yield from self._wanted(found, Via(answer.url, via.hop + 1, via.fresh, is_frame))

    def _of_stored_answer(self, capture: Capture, kind: str, via: Via) -> Iterator[Request]:
        stored = self._stored(capture)
        if stored is not None:
            content_type = stored.head.value("content-type")
            yield from self._of_answer(Followed(capture.url, kind, stored.body, content_type), via)

    def _stored(self, capture: Capture) -> StoredAnswer | None:
        """The archived answer; None, and a warning, if its record is damaged."""
        original = self._run.frontier.captures.original(capture)
        try:
            return stored_answer(self._run.layout, capture, original)
        except ArchiveDamagedError as error:
            logger.warning("%s: %s", capture.url, error)
            return None

    def failed(self, failure: Failure) -> None:
        """Count a failure, unless robots.txt disallows it or it is out of scope."""
        request = request_of(failure)
        words = failure_words(failure)
        if isinstance(failure.value, (RobotsRefusedError, OutOfScopeError, CrawlStoppedError)):
            logger.info("%s: %s: %s", self._run.portal.name, words, request.url)
            return
        self._count(request.url, words, request_info(request).via)

    def _count(self, url: str, why: str, via: Via) -> None:
        logger.info("%s: requisite %s: %s", self._run.portal.name, why, url)
        if via.names_it:
            self._run.tally.count_requisite_failure()
