"""Saved pages with their answers, in the forms that all corpora have."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.quality.scoring import Answer
from portal_crawler.portals.declaration import PortalDeclaration

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
SHARED = ROOT.parent / "shared"
HTML = "text/html; charset=utf-8"
SAVED_AT = datetime(2022, 8, 27, tzinfo=UTC)
PHRASES = tuple((TESTS / "quality" / "boilerplate.txt").read_text(encoding="utf-8").splitlines())
"""Phrases around the articles of many portals that occur in no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article's page as served."""

    url: str
    body: bytes
    content_type: str | None = HTML
    fetched_at: datetime = SAVED_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Pages of one host, in the order of its listing, and the answers to some of them."""

    name: str
    portal: type[PortalDeclaration] | None
    """How its platform reads it; None where no platform knows it."""
    pages: tuple[Page, ...]
    answers: Mapping[str, Answer]
    phrases: tuple[str, ...] = PHRASES
    is_single: bool = False
    """Whether each page is read alone, as pages of different hosts are."""

    @property
    def asked(self) -> tuple[Page, ...]:
        """The pages that have an answer."""
        return tuple(page for page in self.pages if page.url in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corpus:
    """Sites that are measured together."""

    name: str
    about: str
    sites: tuple[Site, ...] = field(repr=False)
    shipped: bool = True
    """Whether it lies in the repository: then it changes with a commit only."""

    @property
    def answers(self) -> int:
        """How many pages are scored."""
        return sum(len(site.answers) for site in self.sites)

    @property
    def is_single(self) -> bool:
        """Whether its pages are read alone."""
        return all(site.is_single for site in self.sites)

    @property
    def digest(self) -> str:
        """SHA-256 over the scored pages' bytes and the answers, whatever their order."""
        lines = sorted(
            f"{page.url} {hashlib.sha256(page.body).hexdigest()} {_spelt(site.answers[page.url])}"
            for site in self.sites
            for page in site.asked
        )
        return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _spelt(answer: Answer) -> str:
    return json.dumps([asdict(answer.said), sorted(answer.told)], sort_keys=True)
