"""Example pages that are also read as single pages, to hold a learned layout against that reading.

Which pages of a site are samples follows from the keys of their articles alone: those with the
lowest hashes. Whatever comes in whatever order, one set of pages has one set of samples.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zlib import crc32

from archive.models import Article
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.learning.extract import PageReading, read_page
from portal_crawler.learning.model import SiteModel

MOST_SAMPLES = 12
"""Samples of a site: a general reading takes ten times as long as a learned one."""

SAMPLED = 2**32 // 20
"""Once a layout is learned, articles whose key has a lower hash are samples: one in twenty."""


def key_hash(key: str) -> int:
    """The hash of an article's key, below 2**32."""
    return crc32(key.encode())


@dataclass(frozen=True)
class SamplePage:
    """A page that a layout may be learned from, with its bytes."""

    key: str
    url: str
    html: bytes = field(repr=False)
    fetched_at: datetime
    content_type: str | None = None

    @property
    def rank(self) -> tuple[int, str]:
        """The place among samples: those of the lowest ranks are used."""
        return key_hash(self.key), self.url

    @cached_property
    def single(self) -> PageReading | None:
        """The page as read without a layout; None if it gives no article."""
        return self._read(None)

    @property
    def general(self) -> Article | None:
        """The article of the page as read without a layout."""
        return self.single.article if self.single else None

    def article(self, model: SiteModel) -> Article | None:
        """The article by a layout; None if the page gives none."""
        reading = self._read(model)
        return reading.article if reading else None

    def _read(self, model: SiteModel | None) -> PageReading | None:
        try:
            return read_page(
                self.html,
                self.url,
                model,
                fetched_at=self.fetched_at,
                content_type=self.content_type,
            )
        except ExtractionError:
            return None


def lowest(pages: Iterable[SamplePage]) -> list[SamplePage]:
    """The samples among some pages, by rank."""
    return sorted(pages, key=lambda page: page.rank)[:MOST_SAMPLES]
