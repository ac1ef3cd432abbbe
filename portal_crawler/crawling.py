"""Runs one crawl in this process, and says how it ended."""

import gc
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from archive.errors import ArchiveError
from archive.models import Run
from archive.printable import printable
from portal_crawler import settings as defaults
from portal_crawler.declared import Declared, declared_in
from portal_crawler.errors import CrawlerError, UnknownPortalError, UsageError
from portal_crawler.exit_codes import of_error, of_outcome
from portal_crawler.log_lines import OneLine
from portal_crawler.portal import Portal
from portal_crawler.progress import Listener, snapshot_taken
from portal_crawler.run import CrawlRun

DEMO_PORTALS = "portal_crawler.demo.portals"

FILE_ONLY_LOGGER = "portal_crawler.requisite_walk"
"""Old pages name hundreds of pictures that are no more: the run's log has each, its summary all."""

GARBAGE_THRESHOLD = 100_000
"""Objects between two looks for garbage, some 300 pages; 700 is Python's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """What the command line asks of each portal's crawl."""

    archive: Path
    pages: int | None = None
    articles: int | None = None
    since: str | None = None
    time_limit_s: int | None = None
    full: bool = False
    requisites: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def spider_arguments(self) -> dict[str, Any]:
        """As the spider's constructor takes them."""
        return {
            "pages": self.pages,
            "articles": self.articles,
            "since": self.since,
            "full": self.full,
            "requisites": self.requisites,
        }


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """How a crawl ended: with a run's row, or with an error before or in place of it."""

    portal: str
    exit_code: int
    run: Mapping[str, Any] | None = None
    error: str | None = None


def project_settings(own: Mapping[str, str]) -> Settings:
    """The project's settings with those of the command line over them."""
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    settings.setdict(dict(own), priority="cmdline")
    return settings


def contact_missing(settings: Settings) -> Iterator[str]:
    """What to tell an operator whom the user agent does not name."""
    if not settings.get("PORTAL_CONTACT"):
        yield (
            "PORTAL_CONTACT is not set: the portals are not told whom to turn to; "
            "set it to an address or a page, e.g. PORTAL_CONTACT=archive@example.org"
        )


def parsed_settings(given: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` words as a mapping; UsageError where one has no `=`."""
    pairs = [word.partition("=") for word in given]
    for name, equals, _ in pairs:
        if not equals or not name.isidentifier():
            raise UsageError(f"-s {name}: write it as SETTING=VALUE, e.g. -s DOWNLOAD_DELAY=2")
    return {name: value for name, _, value in pairs}


def declared(settings: Settings) -> Declared:
    """The portals that the settings' spider modules declare, and the modules that cannot say."""
    return declared_in(settings.getlist("SPIDER_MODULES"))


def portals(settings: Settings) -> dict[str, type[Portal]]:
    """As `declared`, by name; PortalDeclarationError where a module cannot be imported."""
    found = declared(settings)
    found.check()
    return found.portals


def readable_portals(given: Iterable[str]) -> dict[str, type[Portal]]:
    """All portals whose stored pages can be read again; `given` are words of `-s`.

    Those of the demo count, which `portals` does not list: a demo's archive is one like others.
    """
    settings = project_settings(parsed_settings(given))
    modules = [*settings.getlist("SPIDER_MODULES"), DEMO_PORTALS]
    settings.set("SPIDER_MODULES", list(dict.fromkeys(modules)), priority="cmdline")
    return portals(settings)


def check_names(names: Iterable[str], known: Iterable[str]) -> None:
    """UnknownPortalError, with the nearest name, for the first that is not known."""
    known = list(known)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else "`portal list` names them"
            raise UnknownPortalError(f"no portal is named {name!r}; {hint}")


def crawl_here(name: str, options: CrawlOptions, listener: Listener | None) -> CrawlResult:
    """Crawl one portal in this process; once a process, as the reactor cannot start again."""
    _collect_garbage_less()
    settings = project_settings(options.settings)
    settings.set("PORTAL_ARCHIVE", str(options.archive), priority="cmdline")
    if options.time_limit_s is not None:
        settings.set("PORTAL_TIME_LIMIT", options.time_limit_s, priority="cmdline")
    portal = declared(settings).portals[name]
    # Scrapy imports all of them itself, and one that is broken would keep this one from starting.
    settings.set("SPIDER_MODULES", [portal.__module__], priority="cmdline")
    process = AsyncCrawlerProcess(settings, install_root_handler=False)
    crawler = process.create_crawler(portal)
    if listener is not None:
        crawler.signals.connect(listener, snapshot_taken)
    task = process.crawl(crawler, **options.spider_arguments)
    process.start()
    error = task.exception() if task.done() and not task.cancelled() else None
    if isinstance(error, (ArchiveError, CrawlerError)):
        return CrawlResult(name, of_error(error), error=str(error))
    if error is not None:
        raise error
    run = CrawlRun.of(crawler)
    run.end_at_once()
    return CrawlResult(name, of_outcome(run.row.outcome), run=row_of(run.row))


def _collect_garbage_less() -> None:
    """Python's collector otherwise takes a sixth of a crawl's CPU, for some kilobytes a page."""
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 50, 100)


def row_of(run: Run) -> dict[str, Any]:
    """The runs row as JSON has it."""
    return asdict(run)


def json_row(result: CrawlResult) -> dict[str, Any]:
    """What `--json` writes of a portal: its run's row, or why there is none."""
    if result.run is not None:
        return dict(result.run)
    return {"portal": result.portal, "error": result.error}


def log_to(write: Callable[[str], None], *, quiet: bool, verbose: bool) -> None:
    """Send what the user should read of the log to `write`; the run's log file has all of it."""
    handler = _WriteHandler(write)
    handler.setFormatter(OneLine("%(asctime)s %(message)s", "%H:%M:%S"))
    handler.setLevel(logging.ERROR if quiet else logging.INFO)
    if not verbose:
        handler.addFilter(_is_for_users)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


def _is_for_users(record: logging.LogRecord) -> bool:
    if record.name == FILE_ONLY_LOGGER and record.levelno < logging.WARNING:
        return False
    return record.levelno >= logging.ERROR or record.name.startswith("portal_crawler")


class _WriteHandler(logging.Handler):
    """Hands each formatted line to a function."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(BrokenPipeError):  # who listened has ended; the run's log file has it too
            self._write(self.format(record))


def write_to_stderr(line: str) -> None:
    """A line of words about progress."""
    sys.stderr.write(printable(line) + "\n")
    sys.stderr.flush()
