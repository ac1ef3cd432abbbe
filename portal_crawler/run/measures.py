"""The measures of a run's pages and answers, which archive.status.alarms compares. No I/O.

Only pages that were sent in this run count: a 304 says nothing about today's pages.
"""

import hashlib
from concurrent.futures import Future
from dataclasses import dataclass, field

from archive.database.article_changes import Change
from archive.field_spec import specs_of
from archive.models import JUDGED_ROLES, Article, Capture
from archive.status.alarms import NOTHING, OUT_OF_TIME, Share, measures_json
from portal_crawler.items import ArticlePage

WATCHED_FIELDS = tuple(name for name, spec in specs_of(Article).items() if spec.is_expected)
"""Fields counted in new articles only: a full crawl reads old pages, whose layouts had other
fields."""

REFUSALS = (403, 429)
"""A portal that answers 503 is down or overloaded; it does not refuse this crawler."""

SERVER_ERRORS = range(500, 600)
DOWN_SHARE = 0.5
"""If this share of the answers is one server error, the portal failed and not a single page."""

DIGEST_BYTES = 8
"""Enough to distinguish a million texts; stored for each page of a run."""


@dataclass(slots=True)
class Measures:
    """The counts of one run. Each is only changed in one thread: the crawl's or the keeper's."""

    rows: dict[str, Share] = field(default_factory=dict)
    """Rows over listing pages, by section."""
    fields: dict[str, Share] = field(default_factory=dict)
    changes: Share = NOTHING
    size: Share = NOTHING
    """Bytes over article pages, decoded."""
    alike: Share = NOTHING
    refused: int = 0
    """Answers whose status refuses the request."""
    answers: int = 0
    server_errors: dict[int, int] = field(default_factory=dict)
    """Answers with a status of SERVER_ERRORS, by status."""
    gates: int = 0
    """Block pages, which refuse the request with status 200."""
    was_out_of_time: bool = False
    """The time limit ended the run."""
    _texts: set[bytes] = field(default_factory=set)

    def add_listing_page(self, section: str, rows: int) -> None:
        """Count a listing page that was read, also one from the archive after a 304."""
        self.rows[section] = self.rows.get(section, NOTHING) + Share(rows, 1)

    def add_page(self, page: ArticlePage) -> None:
        """Count an article's page, with or without an article in it."""
        if page.stored is not None or page.truncated:
            return
        self.size += Share(len(page.body), 1)
        text = page.article.body if page.article is not None else None
        data = text.encode() if text is not None else page.body
        digest = hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest()
        self.alike += Share(int(digest in self._texts), 1)
        self._texts.add(digest)

    def add_change(self, article: Article | None, change: Change) -> None:
        """Count an article that was stored."""
        if change not in (Change.NEW, Change.LOST):
            self.changes += Share(int(change is Change.CHANGED), 1)
            return
        for name in WATCHED_FIELDS if article is not None else ():
            has = Share(int(bool(getattr(article, name))), 1)
            self.fields[name] = self.fields.get(name, NOTHING) + has

    def add_answer(self, kept: "Future[Capture]") -> None:
        """Called when an answer was kept, or could not be."""
        if kept.exception() is None and kept.result().role in JUDGED_ROLES:
            self.answers += 1
            status = kept.result().status
            self.refused += status in REFUSALS
            if status is not None and status in SERVER_ERRORS:
                self.server_errors[status] = self.server_errors.get(status, 0) + 1

    def down(self) -> str | None:
        """Says that most answers were one server error, in words; None if they were not."""
        for status, count in self.server_errors.items():
            if count >= DOWN_SHARE * self.answers:
                return f"the portal answered {status} ({count} of {self.answers} answers)"
        return None

    def as_json(self) -> str | None:
        """The column runs.measures."""
        return measures_json(
            {
                "no-rows": self.rows,
                "fewer-fields": self.fields,
                "many-changes": {"articles": self.changes},
                "size-jump": {"article pages": self.size},
                "all-alike": {"article pages": self.alike},
                OUT_OF_TIME: {"runs": Share(1, 1) if self.was_out_of_time else NOTHING},
                "blocked": {"answers": Share(self.refused + self.gates, self.answers)},
            }
        )
