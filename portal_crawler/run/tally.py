"""Counts for one run. Other modules report events to it; only this one changes the figures."""

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from archive.database.article_changes import Change
from archive.database.due import Unreadable
from archive.listing_gaps import ListingGap, gaps_json
from archive.models import Article, Capture, Run
from archive.numbers import MOST_COUNTED
from archive.status.coverage import section_counts_json
from portal_crawler.items import ArticlePage
from portal_crawler.run.drift import Drift
from portal_crawler.run.gaps import ListingGaps
from portal_crawler.run.left_out import LeftOut
from portal_crawler.run.measures import Measures

FEWEST_REQUISITES = 10
"""If fewer were requested, the share that failed says nothing."""


@dataclass(slots=True)
class Tally:
    """The figures of a run that is going on. Other modules read them and call its methods."""

    listed: set[str] = field(default_factory=set)
    """Keys of the articles that listings named."""
    requested: int = 0
    """Articles that were requested."""
    changes: dict[Change, int] = field(default_factory=lambda: dict.fromkeys(Change, 0))
    """Articles that were stored, by the change that it made."""
    gone: int = 0
    dead_links: int = 0
    returned: int = 0
    """Articles that were gone and are there again."""
    refused: int = 0
    """Articles that robots.txt disallows, or that lie on another site."""
    untitled: int = 0
    """Pages without an article."""
    without_headline: int = 0
    """Articles whose page shows no headline: their title is that of the head, a listing or the
    text."""
    unreadable: Unreadable | None = None
    """Articles whose newest page has no headline that the current rules find; None if there are
    none."""
    substituted: dict[str, int] = field(default_factory=dict)
    """Pages in whose place the portal served a block page or an error page, by its kind. Each is a
    failure too."""
    blocked_in_a_row: int = 0
    """Block pages since the last article that was read."""
    with_problems: int = 0
    without_body: int = 0
    requests: int = 0
    bytes: int = 0
    failures: list[str] = field(default_factory=list)
    """In words, with the address."""

    rows: dict[str, int] = field(default_factory=dict)
    """Rows on the listing pages of each section, repeated ones included."""
    portal_counts: dict[str, int] = field(default_factory=dict)
    """The portal's own count of results, by section."""
    pinned_rows: dict[str, int] = field(default_factory=dict)
    """Rows among these that only repeat an article which page after page names, by section."""
    doubles: dict[str, int] = field(default_factory=dict)
    """Rows that name an article which the same page names before, by section."""
    gaps: ListingGaps | None = None
    """Listing pages that could not be fetched; None before those of earlier runs are read."""
    named: set[str] = field(default_factory=set)
    """Sections that are the portal's own list of its articles and were followed to their end."""
    gap_rows: dict[str, int] = field(default_factory=dict)
    """Rows that the listing pages that could not be fetched are assumed to have, by section."""
    layout_changes: list[str] = field(default_factory=list)
    """Signs of a changed layout, in words: a listing without rows, say."""
    open_listings: set[str] = field(default_factory=set)
    """Sections whose listing was not yet followed to its end, or until it showed nothing new."""
    cut_at_known: set[str] = field(default_factory=set)
    """Sections followed only until they showed nothing new; they have more rows."""
    is_full_crawl: bool = False
    """The run set out to follow every listing to its end."""
    is_all_requested: bool = True
    """Everything that was due was requested, and answered or failed."""
    is_limited: bool = False
    """A limit that the operator set was reached."""

    requisites_requested: int = 0
    requisites_failed: int = 0
    """Requisites and attachments that could not be fetched; they are no failures of the run."""
    hosts_left_out: LeftOut = field(default_factory=LeftOut)
    """Page resources on hosts that the crawl does not request from."""
    drift: Drift = field(default_factory=Drift)
    """Selectors of the layout that found nothing."""
    measures: Measures = field(default_factory=Measures)
    """The figures that alarms compare."""

    # Listings

    def begin_listings(
        self, sections: Iterable[str], gaps: Iterable[ListingGap], *, is_full_crawl: bool
    ) -> ListingGaps:
        """Begin to follow the listings; `gaps` are the gaps that earlier runs left.

        Returns the run's own gaps, which the caller keeps up to date.
        """
        self.is_full_crawl, self.is_all_requested = is_full_crawl, False
        self.open_listings.update(sections)
        self.gaps = ListingGaps.after(gaps)
        return self.gaps

    def count_listing_page(self, section: str, keys: Iterable[str], *, is_whole: bool) -> None:
        """Count a listing page that was read; `keys` are the keys of its rows."""
        keys = list(keys)
        if is_whole:
            self.rows[section] = self.rows.get(section, 0) + len(keys)
            doubles = len(keys) - len(set(keys))
            self.doubles[section] = self.doubles.get(section, 0) + doubles
        self.measures.add_listing_page(section, len(keys))
        self.listed.update(keys)

    def note_portal_count(self, section: str, count: int) -> None:
        """Note the portal's own count of results, which a listing page showed."""
        self.portal_counts[section] = count

    def note_pinned(self, section: str, rows: int) -> None:
        """Note how many rows of a listing only repeat articles that page after page names."""
        self.pinned_rows[section] = rows

    def found_rows(self, section: str) -> int:
        """Rows of a listing that the portal's own count has, with those of pages that failed."""
        found = self.rows.get(section, 0) - self.pinned_rows.get(section, 0)
        return found + self.gap_rows.get(section, 0)

    def followed_counts(self) -> dict[str, int | None]:
        """The portal's own counts of the sections that were followed to their end; None for its
        sitemaps, whose articles are counted by the rows."""
        left = self.open_listings | self.cut_at_known
        counts = {**self.portal_counts, **dict.fromkeys(self.named)}.items()
        return {} if self.is_limited else {name: n for name, n in counts if name not in left}

    def note_named(self, section: str) -> None:
        """Note that a sitemap was read from its start to its end."""
        self.named.add(section)

    def count_gap_rows(self, section: str, rows: int) -> None:
        """Count a skipped listing page, which is assumed to have this many rows."""
        self.gap_rows[section] = self.gap_rows.get(section, 0) + rows

    def count_layout_change(self, words: str) -> None:
        """Note a sign that the layout of a listing has changed."""
        self.layout_changes.append(words)

    def resume_listing(self, section: str, rows: int) -> None:
        """Note that a listing is resumed after this many rows, which an earlier run has read."""
        self.rows[section] = rows

    def end_listing(self, section: str, *, is_cut_at_known: bool = False) -> None:
        """Note that a listing was followed to its end, or until it showed nothing new."""
        self.open_listings.discard(section)
        if is_cut_at_known:
            self.cut_at_known.add(section)

    def reach_limit(self) -> None:
        """Note that a limit of the operator kept the run from requesting everything."""
        self.is_limited = True

    def end_requests(self) -> None:
        """Note that everything due was requested."""
        self.is_all_requested = True

    # Articles

    def count_article_request(self) -> None:
        """Count the request for an article."""
        self.requested += 1

    def count_refused(self, addresses: int = 1) -> None:
        """Count articles that robots.txt disallows, or that lie on another site."""
        self.refused += addresses

    def count_dead_link(self) -> None:
        """Count a listed article that is missing and was never archived."""
        self.dead_links += 1

    def count_article_page(self, page: ArticlePage) -> None:
        """Count a page from which an article was read."""
        self.blocked_in_a_row = 0
        self.measures.add_page(page)

    def count_untitled(self, page: ArticlePage) -> None:
        """Count a page without an article."""
        self.untitled += 1
        self.measures.add_page(page)

    def count_fit(
        self, article: Article, watched: dict[str, tuple[str, ...]], general: str | None
    ) -> None:
        """Count an article's problems, and how well its layout fitted its page.

        `watched` are the layout's selectors by field; `general` is the body as a general extractor
        read it, or None if none did.
        """
        self.with_problems += bool(article.problems)
        self.without_body += article.body is None
        self.without_headline += not article.shows_headline
        self.drift.watch(watched)
        self.drift.count(article)
        if general is not None:
            self.drift.compare(article, general)

    def count_change(self, article: Article | None, stored: "Future[Change]") -> None:
        """Called when an article was stored, or could not be."""
        if stored.exception() is None:
            self.changes[stored.result()] += 1
            self.measures.add_change(article, stored.result())

    def count_returned(self) -> None:
        """Count an article that was gone and is there again."""
        self.returned += 1

    def count_gone(self, gone: "Future[bool]") -> None:
        """Called when it is known whether a missing article counts as gone."""
        if gone.exception() is None:
            self.gone += gone.result()

    def count_gone_at_end(self) -> None:
        """Count an article that is gone, as the pages of the whole run show."""
        self.gone += 1

    def count_read_late(
        self, articles: int, *, with_problems: int, without_body: int, without_headline: int
    ) -> None:
        """Count articles that were read only after more of the layout was learned.

        The other figures then count all articles of the run.
        """
        self.changes[Change.NEW] += articles
        self.with_problems = with_problems
        self.without_body = without_body
        self.without_headline = without_headline

    def note_unreadable(self, found: Unreadable | None) -> None:
        """Note the articles of the archive whose newest page has no headline."""
        self.unreadable = found

    # Requests

    def count_exchange(self, answer_bytes: int, kept: "Future[Capture]") -> None:
        """Count an exchange that was handed to the keeper."""
        self.requests += 1
        self.bytes += answer_bytes
        kept.add_done_callback(self.measures.add_answer)

    def count_failure(self, why: str, url: str | None = None) -> None:
        """Count a page that could not be fetched or read."""
        self.failures.append(why if url is None else f"{why} ({url})")

    def count_substitute_page(self, kind: str, *, is_block_page: bool) -> None:
        """Count a block page or an error page that the portal served with status 200."""
        self.substituted[kind] = self.substituted.get(kind, 0) + 1
        if is_block_page:
            self.measures.gates += 1
            self.blocked_in_a_row += 1

    def count_requisite_request(self) -> None:
        """Count the request for a requisite or an attachment."""
        self.requisites_requested += 1

    def count_requisite_failure(self) -> None:
        """Count a requisite or an attachment that could not be fetched."""
        self.requisites_failed += 1

    def count_left_out(self, url: str) -> None:
        """Count a page resource that is not requested because of its host."""
        self.hosts_left_out.add(url)

    def note_time_limit(self) -> None:
        """Note that the time limit ended the run."""
        self.measures.was_out_of_time = True

    # Sums

    @property
    def stored(self) -> int:
        """Articles that were stored, unchanged ones included."""
        return sum(self.changes.values())

    @property
    def portal_count(self) -> int | None:
        """The portal's own count over all sections; None if it shows none or an impossible one."""
        count = sum(self.portal_counts.values())
        return count if self.portal_counts and count <= MOST_COUNTED else None

    @property
    def is_whole_full_crawl(self) -> bool:
        """Whether the run was a full crawl and completed it: the column runs.swept."""
        return self.is_full_crawl and self.is_all_requested and self.has_followed_listings

    @property
    def has_followed_listings(self) -> bool:
        """Whether every listing was followed as far as it shows anything new: the column
        runs.walked."""
        return bool(self.rows) and not self.open_listings and not self.is_limited

    @property
    def lacks_requisites(self) -> bool:
        """Whether most of the page resources that were requested could not be fetched."""
        enough = self.requisites_requested >= FEWEST_REQUISITES
        return enough and self.requisites_failed > self.requisites_requested / 2

    def counted_in(self, run: Run) -> Run:
        """The row of a run with everything that was counted."""
        return replace(
            run,
            listed=len(self.listed),
            articles_new=self.changes[Change.NEW],
            articles_changed=self.changes[Change.CHANGED],
            articles_unchanged=self.changes[Change.UNCHANGED] + self.changes[Change.LOST],
            articles_gone=self.gone,
            dead_links=self.dead_links,
            pages_without_title=self.untitled,
            refused=self.refused,
            problems=self.with_problems,
            requests=self.requests,
            bytes=self.bytes,
            failures=len(self.failures),
            requisites_failed=self.requisites_failed,
            portal_count=self.portal_count,
            section_counts=section_counts_json(self.portal_counts),
            swept=int(self.is_whole_full_crawl),
            walked=int(self.has_followed_listings),
            articles_returned=self.returned,
            listing_gaps=gaps_json(self.gaps) if self.gaps is not None else None,
            drift=self.drift.as_json(),
            measures=self.measures.as_json(),
            hosts_left_out=self.hosts_left_out.as_json(),
        )
