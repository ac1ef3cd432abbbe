"""What every portal does: walk its listings, ask for what may have changed, hand on the pages.

A portal is a subclass of its platform's class with a dozen attributes and no method.
"""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from twisted.python.failure import Failure

from archive.addresses import can_be_asked
from archive.database.frontier import Known, conditions
from archive.database.store import GONE_AT_ONCE
from archive.imports.stored import stored_answer
from archive.models import MISSING, Capture, ListedArticle, ListingGap, Role, Unread
from archive.moments import utc_moment
from archive.warc.reader import StoredAnswer
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.crawl.listing import MOST_BAD_PAGES, ListingWalk
from portal_crawler.crawl.numbering import next_address
from portal_crawler.crawl.plan import BATCH, Ask, CrawlBounds, Night, RevisitRules, planned
from portal_crawler.crawl.queue_bound import QueueBound
from portal_crawler.crawl.requisites import RequisiteRules, RequisiteWalk
from portal_crawler.fetch.failure_words import failure_words
from portal_crawler.items import ArticlePage, ListingRows
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.refusals import CrawlStoppedError, OutOfScopeError, RobotsRefusedError
from portal_crawler.reprocessing.identity import is_front
from portal_crawler.request_info import RequestInfo, Via, meta_of, request_info
from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.block_pages import heed_no_answer
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.gaps import ListingGaps

logger = logging.getLogger(__name__)

ARTICLES_FIRST = 10
"""Priority of articles: a listing goes on when its page's articles are in, so that the queue stays
short and an interrupted crawl has whole pages."""

_PROJECT = SETTINGS_PRIORITIES["project"]
UNREADABLE = ""
"""In place of an address that no request can be made for."""

BROKE_OFF = " broke off"
OLDER_IN_A_ROW = 20
"""Articles older than `since` after which a listing is followed no further: pinned ones come
first."""


class Portal(PortalDeclaration, Spider):
    """Base of all platforms. Reads each section's listing page by page."""

    def __init__(
        self,
        name: str | None = None,
        *,
        pages: str | int | None = None,
        articles: str | int | None = None,
        since: str | None = None,
        full: str | bool = False,
        **kwargs: Any,
    ) -> None:
        self.with_requisites = _is_yes(kwargs.pop("requisites", True))
        super().__init__(name, **kwargs)
        self.bounds = CrawlBounds(
            pages=int(pages) if pages is not None else None,
            articles=int(articles) if articles is not None else None,
            since=since,
            full=_is_yes(full),
        )
        self.run: CrawlRun
        self.queue: QueueBound
        self.requisites: RequisiteWalk | None = None
        self.night: Night
        self.rules: RevisitRules
        self._walks: dict[str, ListingWalk] = {}
        self._asked: set[str] = set()
        self._asked_gaps = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build it for one crawl; UsageError where a setting makes no sense."""
        portal = super().from_crawler(crawler, *args, **kwargs)
        portal.rules = RevisitRules.of(crawler.settings)
        portal.queue = QueueBound(crawler)
        crawler.signals.connect(portal.listings_walked, signals.spider_idle)
        return portal

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Name the contact in the user agent, where there is one."""
        super().update_settings(settings)
        contact = settings.get("PORTAL_CONTACT")
        if contact and (settings.getpriority("USER_AGENT") or 0) <= _PROJECT:
            agent = f"{settings['USER_AGENT'].rstrip(')')}; {contact})"
            settings.set("USER_AGENT", agent, priority="spider")

    # The walk

    async def start(self) -> AsyncIterator[Request]:
        """The first page of each listing."""
        if not isinstance(self.crawler, ArchivingCrawler):
            logger.error("%s: nothing is archived so; crawl it by `scrapy crawl`", self.name)
            return
        self.run = CrawlRun.of(self.crawler)
        with self.run.archive_failure.database_errors():
            async for request in self._beginnings():
                yield request

    async def _beginnings(self) -> AsyncIterator[Request]:
        begun = self.run.row.started_at
        plan = planned(self.run.frontier, self.rules, begun, self.bounds, len(self.sections))
        self.night = Night(self.run, self.rules, plan, list(self.sections), self.is_older_address)
        gaps = self.run.frontier.listing_gaps()
        self.run.tally.begin_listings(self.sections, gaps, is_full_crawl=plan.sweeps)
        if self.with_requisites and self.settings.getbool("PORTAL_REQUISITES"):
            rules = RequisiteRules.of(self.settings, self, full=self.bounds.full)
            self.requisites = RequisiteWalk(self.run, rules)
        for section, url in self.sections.items():
            self._walks[section] = self.night.walk(section)
            yield self._listing_request(self._walks[section], url)
        if self.requisites is not None and self.bounds.are_none:
            async for request in self.requisites.left_out():
                await self._until_queue_is_empty()
                yield request

    async def _until_queue_is_empty(self) -> None:
        """Or Scrapy takes all that `start` gives at once, however much waits already."""
        engine = self.crawler.engine
        if engine is not None and engine.needs_backout():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _listing_request(self, walk: ListingWalk, url: str, via: str | None = None) -> Request:
        walk.addresses.append(url)
        known = self.run.frontier.whole_page(url)
        return self._request(
            url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            known=known,
            cb_kwargs={"walk": walk},
            info=RequestInfo(
                role=Role.LISTING,
                section=walk.section,
                via=Via(via, walk.page - 1),
                notes=(
                    ("listing-page", str(walk.page)),
                    ("first-position", str(walk.position)),
                ),
            ),
        )

    def _request(
        self, url: str, *, info: RequestInfo, known: Capture | None, **kwargs: Any
    ) -> Request:
        """A request for an address, conditional where a capture of it is named."""
        original = self.run.frontier.original(known) if known is not None else None
        conditional = conditions(known, original)
        if conditional:
            info = replace(info, revisit_of=original)
        headers = {**conditional, **info.via.referer()}
        return Request(url, headers=headers, dont_filter=True, meta=meta_of(info), **kwargs)

    def parse_listing(self, response: Response, walk: ListingWalk) -> Iterator[Any]:
        """The rows of one listing page, the articles to ask for, and the next page."""
        if response.status in MISSING and walk.page > 1 and self.ends_with_404:
            yield from self._maybe_the_end(walk, response)
            return
        read = self._listing_page(response, walk)
        if isinstance(read, str):
            status = response.status if response.status != 200 else None
            yield from self._go_past(walk, response.url, status, read)
            return
        page, body, content_type = read
        yield from self._rows_of(page, walk, response)
        if self.requisites is not None:
            yield from self.requisites.of_page(
                body, response.url, content_type, fresh=response.status != 304
            )
        if "dataloss" in response.flags:
            yield from self._go_past(walk, response.url, None, BROKE_OFF)
            return
        if page.cut:
            why = f"listing page {walk.page} is too large and was read in part"
            self._failed(f"{walk.section}: {why}", response.url)
        yield from self._go_on(page, walk, body, response.url)

    def _listing_page(
        self, response: Response, walk: ListingWalk
    ) -> tuple[ListingPage, bytes, str | None] | str:
        """A listing page with its body and content type, or why it is none."""
        if response.status not in (200, 304):
            return f" answered {response.status}"
        if response.status == 304 and request_info(response).revisit_of is None:
            return " answered 304 to a request without a condition"
        stored = self._stored(response)
        body = stored.body if stored is not None else response.body
        content_type = _content_type(response, stored)
        page = self.read_listing_page(body, response.url, self._fetched_at(response), content_type)
        page = replace(page, rows=self.run.identities.listed(page.rows))
        if page.no_answer is not None:
            heed_no_answer(self.run, page.no_answer.kind)
            return f" is none: {page.no_answer.words()}"
        return page, body, content_type

    def _rows_of(self, page: ListingPage, walk: ListingWalk, response: Response) -> Iterator[Any]:
        tally = self.run.tally
        if page.total is not None:
            walk.total = page.total
            tally.note_portal_count(walk.section, page.total)
        keys = [row.key for row in page.rows]
        tally.count_listing_page(walk.section, keys, is_whole="dataloss" not in response.flags)
        if page.refused:
            tally.count_refused(page.refused)
            logger.info(
                "%s: %d addresses cannot be read: %s", self.name, page.refused, response.url
            )
        # Looked up before the rows are kept, so that they are compared with what was listed before.
        wanted = list(self._wanted(page, walk))
        if page.rows:
            yield ListingRows(
                section=walk.section,
                first_position=walk.position,
                rows=page.rows,
                capture=_capture(response),
            )
        for row, known in wanted:
            yield self._article_request(row, known, walk, via=response.url)

    def _wanted(
        self, page: ListingPage, walk: ListingWalk
    ) -> Iterator[tuple[ListedArticle, Known]]:
        rows = self._newest_addresses(page.rows)
        found = [self.run.frontier.known(walk.section, row) for row in rows]
        pairs = list(zip(rows, found, strict=True))
        if (settled_at := walk.settled_at) is not None:
            news = (row.key for row, known in pairs if known.is_news(settled_at))
            walk.heed((row.key for row in rows), news)
        for row, known in pairs:
            if row.key in self._asked or not can_be_asked(row.url):
                continue
            if self.bounds.since is not None and row.date is not None:
                walk.older = walk.older + 1 if row.date < self.bounds.since else 0
                if row.date < self.bounds.since:
                    continue
            if not self.night.is_wanted(known):
                continue
            if not self._may_ask(walk):
                return
            self._asked.add(row.key)
            yield row, known

    def _newest_addresses(self, rows: Iterable[ListedArticle]) -> list[ListedArticle]:
        """One row an article: of two on a page, the one with the newer generation's address."""
        best: dict[str, ListedArticle] = {}
        for row in rows:
            held = best.get(row.key)
            if held is None or self.is_older_address(held.url) > self.is_older_address(row.url):
                best[row.key] = row
        return list(best.values())

    def _article_request(
        self, row: ListedArticle, known: Known, walk: ListingWalk, via: str
    ) -> Request:
        answer = known.answer if not known.due else None
        ask = Ask(key=row.key, section=walk.section, url=row.url, answer=answer)
        return self._ask(ask, via=via, hop=walk.page)

    def _ask(self, ask: Ask, *, via: str | None, hop: int) -> Request:
        """The request for an article, conditional where an answer of it is named."""
        page = ask.answer
        if page is not None and page.status not in (200, 304):
            page = None
        if page is not None and page.status == 304:
            page = self.run.frontier.original(page)
        self.run.tally.count_article_request()
        return self._request(
            ask.url,
            callback=self.parse_article,
            errback=self.article_failed,
            known=page,
            priority=ARTICLES_FIRST,
            cb_kwargs={"key": ask.key, "section": ask.section},
            info=RequestInfo(
                role=Role.ARTICLE, key=ask.key, section=ask.section, via=Via(via, hop)
            ),
        )

    def listings_walked(self) -> None:
        """Told by Scrapy that nothing is left to do: ask for what no listing made ask for."""
        engine = self.crawler.engine
        if engine is None or not self._walks:
            return  # outside the portal's hours nothing was begun
        with self.run.archive_failure.database_errors():
            if requests := self._gap_requests():
                for request in requests[: self.queue.at_most(len(requests))]:
                    engine.crawl(request)
                raise DontCloseSpider
            while asks := self.night.more(self._asked, self.queue.at_most(BATCH)):
                wanted = [
                    ask
                    for ask in asks
                    if can_be_asked(ask.url) and self._may_ask(self._walks[ask.section])
                ]
                for ask in wanted:
                    self._asked.add(ask.key)
                    engine.crawl(self._ask(ask, via=None, hop=0))
                if wanted:
                    raise DontCloseSpider
        self.run.tally.end_requests()

    def _may_ask(self, walk: ListingWalk) -> bool:
        """Count an article of a listing, up to the limit that was asked for."""
        if self.bounds.articles is not None and walk.asked >= self.bounds.articles:
            self.run.tally.reach_limit()
            return False
        walk.asked += 1
        return True

    def _go_on(
        self, page: ListingPage, walk: ListingWalk, body: bytes, url: str
    ) -> Iterator[Request]:
        """The next page of the listing, unless this was the last one or a limit is reached."""
        keys = tuple(row.key for row in page.rows)
        if not keys and walk.page == 1:
            self.run.tally.count_layout_change(
                f"{walk.section}: no rows on {url}; the layout has most likely changed"
            )
            return
        if not keys:
            self._drop_the_end(walk)
        self._close_gaps(walk)
        self._gaps.had(walk.addresses[-1])
        walk.had(page, body, url)
        ended = walk.has_ended(keys)
        if ended or walk.is_told:
            yield from self._leave(walk, url, told=not ended)
            return
        if self._stops_here(walk, url):
            return
        following = self._following(walk, body, url)
        if following == UNREADABLE:
            return
        if following is None:
            self._end_without_next(walk, body, url)
            return
        if not self.repeats_first_page or walk.page > 1:
            walk.row_keys.add(keys)
        walk.page += 1
        yield self._listing_request(walk, following, via=url)

    def _end_without_next(self, walk: ListingWalk, body: bytes, url: str) -> None:
        """End a listing whose page names none behind it, unless something on it says otherwise."""
        seen = self.unfollowed_pager(body, url, walk.page + 1) if self.paged else None
        if seen is None:
            self._end_of(walk)
            return
        why = f"listing page {walk.page} has a pager that cannot be followed, {seen}"
        self._failed(f"{walk.section}: {why}; docs/PORTALS.md says what to do", url)

    # Pages that cannot be had

    def _maybe_the_end(self, walk: ListingWalk, response: Response) -> Iterator[Request]:
        """A 404 is how the listing ends, if no page is behind it: one further is asked for."""
        was_missing = bool(walk.bad) and walk.bad[-1][0].is_missing
        behind = None if walk.is_counted_out or was_missing else self._behind(walk)
        if behind is not None and not self._limit_reached(walk):
            walk.skip(response.status, f"{_page_of(walk)} answered {response.status}")
            walk.page += 1
            yield self._listing_request(walk, behind, via=walk.last_had[1])
            return
        self._drop_the_end(walk)
        self._close_gaps(walk)
        self._end_of(walk)

    def _drop_the_end(self, walk: ListingWalk) -> None:
        """Behind a 404 nothing was found: it was the listing's end."""
        while self.ends_with_404 and walk.bad and walk.bad[-1][0].is_missing:
            walk.bad.pop()

    def _go_past(
        self, walk: ListingWalk, url: str, status: int | None, why: str
    ) -> Iterator[Request]:
        """The page behind one that could not be had, where its address can be known."""
        words = f"{_page_of(walk)}{why}"
        behind = self._behind(walk)
        if walk.page == 1:
            self._failed(words, url)
            return
        if walk.is_tried_again:
            self._failed(f"{words}, nor could the {MOST_BAD_PAGES} behind it be had", url)
            return
        if behind is None and not walk.is_counted_out:
            self._failed(f"{words}; only that page names the next one", url)
            return
        walk.skip(status, words)
        logger.warning("%s: %s: %s", self.name, words, url)
        if walk.is_counted_out:
            self._close_gaps(walk)
            self._end_of(walk)
        elif len(walk.bad) > MOST_BAD_PAGES:
            logger.warning("%s: %s: the listing is left there for now", self.name, words)
        elif self._limit_reached(walk):
            self.run.tally.reach_limit()
        elif behind is not None:
            walk.page += 1
            yield self._listing_request(walk, behind, via=walk.last_had[1])

    def _close_gaps(self, walk: ListingWalk) -> None:
        """Pages that could not be had, and that nobody waits for any more in this walk."""
        for gap, why in walk.bad:
            self._gaps.missed(gap, why)
            self.run.tally.count_gap_rows(walk.section, walk.page_rows)
        walk.bad = []

    @property
    def _gaps(self) -> ListingGaps:
        gaps = self.run.tally.gaps
        assert gaps is not None, "the listings are walked"
        return gaps

    def _gap_requests(self) -> list[Request]:
        """Once a run, when the listings are walked: what could not be had, and may be by now."""
        if self._asked_gaps:
            return []
        self._asked_gaps = True
        bounds = self.bounds
        gaps = self._gaps.to_ask_again(all_of_them=self.night.plan.asks_all)
        if not bounds.are_none:
            gaps = [gap for gap in gaps if gap.url not in self._gaps.earlier]
        left = [walk for walk in self._walks.values() if len(walk.bad) > MOST_BAD_PAGES]
        return [
            *(self._gap_request(gap) for gap in gaps if gap.section in self._walks),
            *(self._listing_request(walk, walk.try_again()) for walk in left),
        ]

    def _gap_request(self, gap: ListingGap) -> Request:
        position = (gap.page - 1) * self._walks[gap.section].page_rows + 1
        walk = ListingWalk(section=gap.section, page=gap.page, position=position)
        request = self._listing_request(walk, gap.url)
        return request.replace(callback=self.parse_gap, errback=self.gap_failed)

    def parse_gap(self, response: Response, walk: ListingWalk) -> Iterator[Any]:
        """The rows of a listing page that is asked for once more."""
        read = self._listing_page(response, walk)
        if isinstance(read, str):
            self._gap_stays(walk, response.status if response.status != 200 else None, read)
            return
        yield from self._rows_of(read[0], walk, response)
        if "dataloss" in response.flags:
            self._gap_stays(walk, None, BROKE_OFF)
        else:
            self._gaps.had(walk.addresses[0])

    def gap_failed(self, failure: Failure) -> None:
        """A listing page that could not be had the second time either."""
        if isinstance(failure.value, CrawlStoppedError):
            return
        request = failure.request  # type: ignore[attr-defined]
        self._gap_stays(request.cb_kwargs["walk"], None, f": {failure_words(failure)}")

    def _gap_stays(self, walk: ListingWalk, status: int | None, why: str) -> None:
        url, words = walk.addresses[0], f"{_page_of(walk)}{why}"
        gap = ListingGap(section=walk.section, page=walk.page, url=url, status=status)
        logger.warning("%s: once more: %s: %s", self.name, words, url)
        self._gaps.missed(gap, words)

    def _behind(self, walk: ListingWalk) -> str | None:
        """The address of the page behind the one that was asked for last; None where nothing but
        that page names it."""
        body, url = walk.last_had
        if url:
            named = self._named(body, url, walk.page + 1)
            # A link that is the same for each number leads behind the page that it stands on.
            if named not in (None, UNREADABLE, *walk.addresses, self._named(body, url, walk.page)):
                return named
        return next_address(walk.addresses, walk.page, walk.page_rows)

    def _following(self, walk: ListingWalk, body: bytes, url: str) -> str | None:
        """The next page's address; UNREADABLE where no request can be made for it."""
        following = self._named(body, url, walk.page + 1)
        if following == UNREADABLE:
            why = "the next page's address cannot be read"
            self._failed(f"{walk.section}: listing page {walk.page}: {why}", url)
        return following

    def _named(self, body: bytes, url: str, page: int) -> str | None:
        try:
            named = self.next_listing(body, url, page)
        except ValueError:  # of what the address was joined with
            return UNREADABLE
        return named if named is None or can_be_asked(named) else UNREADABLE

    def _leave(self, walk: ListingWalk, url: str, *, told: bool) -> Iterator[Request]:
        """End a listing, or go on where an earlier run had to leave it."""
        if told and (place := walk.broken_off) is not None:
            walk.go_on_behind(place)
            self.run.tally.resume_listing(walk.section, place.rows)
            yield self._listing_request(walk, place.url, via=url)
            return
        self.run.tally.end_listing(walk.section, is_cut_at_known=told)
        if told and self.night.plan.bounded:
            self.run.tally.reach_limit()

    def _stops_here(self, walk: ListingWalk, url: str) -> bool:
        if self._limit_reached(walk):
            self.run.tally.reach_limit()
            return True
        if (bound := walk.met_bound(self.max_pages)) is not None:
            self._failed(f"{walk.section}: {bound}; the listing is left there", url)
            return True
        return False

    def _limit_reached(self, walk: ListingWalk) -> bool:
        if self.bounds.pages is not None and walk.page >= self.bounds.pages:
            return True
        if self.bounds.articles is not None and walk.asked >= self.bounds.articles:
            return True
        return self.bounds.since is not None and walk.older >= OLDER_IN_A_ROW

    def _end_of(self, walk: ListingWalk) -> None:
        self.run.tally.end_listing(walk.section)

    def listing_failed(self, failure: Failure) -> Iterator[Request]:
        """A listing page that could not be had."""
        if isinstance(failure.value, CrawlStoppedError):
            return
        request = failure.request  # type: ignore[attr-defined]
        walk: ListingWalk = request.cb_kwargs["walk"]
        yield from self._go_past(walk, request.url, None, f": {failure_words(failure)}")

    # The articles

    def parse_article(self, response: Response, key: str, section: str) -> Iterator[ArticlePage]:
        """Hand the page on to the pipelines, or count why there is none."""
        if response.status in MISSING or (response.status == 200 and is_front(self, response.url)):
            self._note_missing(response, key, section)
            return
        key = request_info(response).identity or key
        self._asked.add(key)
        if response.status not in (200, 304):
            self._failed(f"article answered {response.status}", response.url)
            return
        if self._is_unasked(response):
            return
        stored = self._stored(response)
        truncated = "dataloss" in response.flags
        if truncated:
            self._failed("article broke off", response.url)
        original = request_info(response).revisit_of if stored is not None else None
        yield ArticlePage(
            key=key,
            section=section,
            url=response.url,
            body=stored.body if stored is not None else response.body,
            content_type=_content_type(response, stored),
            fetched_at=self._fetched_at(response),
            truncated=truncated,
            capture=_capture(response),
            stored=original,
        )

    def article_failed(self, failure: Failure) -> None:
        """An article that could not be had: asked for again by the next run.

        What robots.txt disallows, or lies on another site, is none of ours to have.
        """
        if isinstance(failure.value, CrawlStoppedError):
            return
        request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, (RobotsRefusedError, OutOfScopeError)):
            self.run.tally.count_refused()
            logger.info("%s: %s: %s", self.name, failure_words(failure), request.url)
            return
        self._failed(failure_words(failure), request.url)

    def _note_missing(self, response: Response, key: str, section: str) -> None:
        capture = _capture(response)
        if response.status == 200:
            self.run.keeper.note_unread(capture, Unread.MISSING)
        if "dataloss" in response.flags:
            self._failed("article broke off", response.url)
            return
        if not self.run.frontier.had(key):
            self.run.tally.count_dead_link()
            return
        if response.status != GONE_AT_ONCE:
            asked = response.meta.get("redirect_urls", [response.url])[0]
            self.night.missed(key, section, asked)
        self.run.recorder.note_missing(self.run.keeper, capture, key, response.url)

    # Helpers of both

    def saw_date(self, section: str, published_at: str | None) -> None:
        """Told by the pipeline Clean, for listings that show no dates."""
        walk = self._walks[section]
        if self.bounds.since is not None and published_at is not None:
            walk.older = walk.older + 1 if published_at < self.bounds.since else 0

    def _is_unasked(self, response: Response) -> bool:
        """Whether it is a 304 to a request that named no capture: there is nothing to read."""
        if response.status != 304 or request_info(response).revisit_of is not None:
            return False
        self._failed("304 to a request without a condition", response.url)
        return True

    def _stored(self, response: Response) -> StoredAnswer | None:
        """Where the answer is 304: what the archive has."""
        original = request_info(response).revisit_of
        if response.status != 304 or original is None:
            return None
        return stored_answer(self.run.layout, original)

    def _fetched_at(self, response: Response) -> datetime:
        info = request_info(response)
        if response.status == 304 and info.revisit_of is not None:
            return utc_moment(info.revisit_of.fetched_at)
        assert info.started_at is not None, "it was downloaded"
        return info.started_at

    def _failed(self, why: str, url: str) -> None:
        logger.warning("%s: %s: %s", self.name, why, url)
        self.run.tally.count_failure(why, url)


def _is_yes(given: object) -> bool:
    """Spider arguments come as words from Scrapy's command line."""
    return str(given).lower() in ("true", "1", "yes")


def _capture(response: Response) -> Future[Capture]:
    capture = request_info(response).capture
    assert capture is not None, "each answer is recorded before it is read"
    return capture


def _page_of(walk: ListingWalk) -> str:
    return f"{walk.section}: listing page {walk.page}"


def _content_type(response: Response, stored: StoredAnswer | None) -> str | None:
    if stored is not None:
        return stored.head.value("content-type")
    given = response.headers.get("Content-Type")
    return given.decode("latin-1") if given else None
