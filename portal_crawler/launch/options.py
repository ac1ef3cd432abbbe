"""The options of a crawl, and its result."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scrapy.settings import Settings

from archive.models import Run

CONTACT_MISSING = (
    "PORTAL_CONTACT is not set: the portals you crawl cannot see whom to contact; "
    "set it to an address or a page, e.g. PORTAL_CONTACT=archive@example.org"
)

SpiderArguments = Mapping[str, int | str | bool | None]
"""The arguments that a portal's constructor takes, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """The options of the command line for each portal's crawl."""

    archive: Path
    pages: int | None = None
    articles: int | None = None
    since: str | None = None
    time_limit_s: int | None = None
    full: bool = False
    requisites: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def spider_arguments(self) -> SpiderArguments:
        """The options that the spider's constructor takes."""
        return {
            "pages": self.pages,
            "articles": self.articles,
            "since": self.since,
            "full": self.full,
            "requisites": self.requisites,
        }


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """The end of a crawl: the row of its run, or the error because of which there is none."""

    portal: str
    exit_code: int
    run: Run | None = None
    error: str | None = None
    log: Path | None = None
    """The run's log file; None if the run did not begin."""


def contact_missing(settings: Settings) -> Iterator[str]:
    """A warning for an operator whom the user agent does not name."""
    if not settings.get("PORTAL_CONTACT"):
        yield CONTACT_MISSING


def json_row(result: CrawlResult) -> dict[str, object]:
    """The object that `--json` writes for a portal: its run's row, or the error before the run."""
    if result.run is not None:
        return asdict(result.run)
    return {"portal": result.portal, "error": result.error}
