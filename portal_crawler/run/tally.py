"""What a run counts while it goes on, and what becomes of it: the judgement is pure."""

from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from archive.database.due import Unreadable
from archive.database.store import Change
from archive.models import Article, Run, gaps_json
from archive.numbers import MOST_COUNTED
from archive.status.coverage import section_counts_json
from portal_crawler.run.drift import Drift
from portal_crawler.run.gaps import ListingGaps
from portal_crawler.run.left_out import LeftOut
from portal_crawler.run.measures import Measures

FEWEST_REQUISITES = 10
"""Of fewer that were asked for, a share says nothing."""


@dataclass(slots=True)
class Tally:
    """The figures of a run that is going on."""

    listed: set[str] = field(default_factory=set)
    asked: int = 0
    """Articles asked for."""
    changes: dict[Change, int] = field(default_factory=lambda: dict.fromkeys(Change, 0))
    gone: int = 0
    dead_links: int = 0
    untitled: dict[str, int] = field(default_factory=dict)
    """Pages without an article, by why."""
    unreadable: Unreadable | None = None
    """Articles whose newest page has no headline by the rules in force; None where none has."""
    unanswered: dict[str, int] = field(default_factory=dict)
    """Pages that a gate or the portal's own failure answered, by which; each is a failure too."""
    blocked_in_a_row: int = 0
    """Articles, one after the other, that a gate answered."""
    problems: dict[str, int] = field(default_factory=dict)
    """Problem codes of the articles stored."""
    with_problems: int = 0
    without_body: int = 0
    requests: int = 0
    bytes: int = 0
    failures: list[str] = field(default_factory=list)
    """In words, with the address."""
    rows: dict[str, int] = field(default_factory=dict)
    """Rows that each section's listing pages had, repeats included."""
    portal_counts: dict[str, int] = field(default_factory=dict)
    """The portal's own count of results, by section."""
    gaps: ListingGaps | None = None
    """Pages of listings that could not be had; None until those of earlier runs are read."""
    gap_rows: dict[str, int] = field(default_factory=dict)
    """Rows that a section's pages that could not be had are taken to have."""
    layout_changes: list[str] = field(default_factory=list)
    """Listings without rows and the like, in words."""
    open_listings: set[str] = field(default_factory=set)
    """Sections that were not yet followed to their end, or to where they had no more news."""
    told: set[str] = field(default_factory=set)
    """Sections that were followed to where they had no more news: their rows are not all."""
    sweeps: bool = False
    """The run set out to follow every listing to its end."""
    settled: bool = True
    """All that the run set out to ask for was asked for, and came to its end."""
    returned: int = 0
    """Articles that were gone and are there again."""
    limited: bool = False
    """A limit that was asked for was reached."""
    refused: int = 0
    """Articles that robots.txt disallows, or that lie on another site."""

    requisites_asked: int = 0
    requisites_failed: int = 0
    """Requisites and attachments that could not be had; no failure of the run."""
    hosts_left_out: LeftOut = field(default_factory=LeftOut)
    """Hosts of page resources that are none of the portal's."""
    drift: Drift = field(default_factory=Drift)
    """What the layout's selectors did not find."""
    measures: Measures = field(default_factory=Measures)
    """What alarms compare."""

    @property
    def stored(self) -> int:
        """Pages read into rows."""
        return sum(self.changes.values())

    @property
    def portal_count(self) -> int | None:
        """The portal's own count over all sections; None where it shows none, or none that can be
        right."""
        count = sum(self.portal_counts.values())
        return count if self.portal_counts and count <= MOST_COUNTED else None

    @property
    def swept(self) -> bool:
        """Whether it was a full sweep, and came to its end."""
        return self.sweeps and self.settled and self.walked

    @property
    def walked(self) -> bool:
        """Whether every listing was followed as far as it brings news."""
        return bool(self.rows) and not self.open_listings and not self.limited

    @property
    def lacks_requisites(self) -> bool:
        """Whether most of the page resources that were asked for could not be had."""
        enough = self.requisites_asked >= FEWEST_REQUISITES
        return enough and self.requisites_failed > self.requisites_asked / 2

    def count(self, table: dict[str, int], name: str) -> None:
        """One more of a name in `untitled`, `unanswered` or `problems`."""
        table[name] = table.get(name, 0) + 1

    def count_change(self, article: Article | None, stored: Future[Change]) -> None:
        """Called when an article was stored, or could not be."""
        if stored.exception() is None:
            self.changes[stored.result()] += 1
            self.measures.add_change(article, stored.result())

    def count_gone(self, gone: Future[bool]) -> None:
        """Called when it is known whether a missing article counts as gone."""
        if gone.exception() is None:
            self.gone += gone.result()

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
            pages_without_title=sum(self.untitled.values()),
            refused=self.refused,
            problems=self.with_problems,
            requests=self.requests,
            bytes=self.bytes,
            failures=len(self.failures),
            requisites_failed=self.requisites_failed,
            portal_count=self.portal_count,
            section_counts=section_counts_json(self.portal_counts),
            swept=int(self.swept),
            walked=int(self.walked),
            articles_returned=self.returned,
            listing_gaps=gaps_json(self.gaps) if self.gaps is not None else None,
            drift=self.drift.as_json(),
            measures=self.measures.as_json(),
            hosts_left_out=self.hosts_left_out.as_json(),
        )
