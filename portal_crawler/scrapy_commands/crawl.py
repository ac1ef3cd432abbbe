"""`scrapy crawl NAME`: does the same as `portal crawl NAME`, with Scrapy's options and log.

Archive, lock and exit codes are the same. A spider that is not a portal is crawled as by Scrapy.
"""

import argparse
import warnings
from collections.abc import Callable, Mapping

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from archive.errors import ArchiveError
from archive.layout import archive_folder
from archive.output import guarded, say
from portal_crawler.commands.options import day, positive
from portal_crawler.errors import (
    CrawlerError,
    PortalDeclarationError,
    UsageError,
    missing_dependency,
)
from portal_crawler.exit_codes import ExitCode, of_error
from portal_crawler.launch.display import summary
from portal_crawler.launch.in_process import crawl_with
from portal_crawler.launch.options import SpiderArguments, contact_missing
from portal_crawler.portals.registry import check_names, check_settings, registry

_SWITCH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise argparse.ArgumentTypeError(f"{text}: write true or false")
    return _SWITCH[text.lower()]


_ARGUMENTS: dict[str, Callable[[str], int | str | bool]] = {
    "pages": positive,
    "articles": positive,
    "since": day,
    "full": _switch,
    "requisites": _switch,
}


class Command(crawl.Command):
    """Scrapy's command, changed for portals."""

    requires_crawler_process = False  # it would import every portal, broken ones too

    def syntax(self) -> str:
        """The usage after the command's name."""
        return "[options] <portal>"

    def short_desc(self) -> str:
        """The description in the list of commands."""
        return "Crawl a portal into an archive, as `portal crawl` does"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and set `exitcode` as `portal crawl` does."""
        with guarded():
            self.exitcode = self._exitcode(args, opts)

    def _exitcode(self, args: list[str], opts: argparse.Namespace) -> int:
        try:
            return self._run(args, opts)
        except ImportError as error:
            return _reported(missing_dependency(error))
        except (ArchiveError, CrawlerError) as error:
            return _reported(error)
        except KeyboardInterrupt:
            return int(ExitCode.INTERRUPTED)

    def _run(self, args: list[str], opts: argparse.Namespace) -> int:
        settings = self.settings
        assert settings is not None, "Scrapy's command line sets them"
        if len(args) != 1:
            raise UsageError("name one portal, as `scrapy list` does; `portal crawl` takes several")
        check_settings(settings)
        name, known = args[0], registry(settings)
        if name in known.broken:
            raise PortalDeclarationError(known.broken[name])
        if name in known.portals:
            return self._crawl(name, settings, opts)
        check_names([name], _others(settings))
        self.crawler_process = AsyncCrawlerProcess(settings)
        super().run(args, opts)
        return self.exitcode

    def _crawl(self, name: str, settings: Settings, opts: argparse.Namespace) -> int:
        arguments = _spider_arguments(opts.spargs)
        folder = archive_folder(settings.get("PORTAL_ARCHIVE"))
        settings.set("PORTAL_ARCHIVE", str(folder), priority="cmdline")
        if settings.getbool("LOG_ENABLED"):
            for words in (f"Archive: {folder}", *contact_missing(settings)):
                say(words)
        result = crawl_with(settings, name, arguments)
        if result.exit_code:
            say(summary(result))
        return result.exit_code


def _others(settings: Settings) -> list[str]:
    """Names of all spiders, including those that are not portals."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about modules that cannot be imported, with a traceback
        return list(get_spider_loader(settings).list())


def _reported(error: ArchiveError | CrawlerError) -> int:
    say(f"scrapy crawl: {error}")
    return of_error(error)


def _spider_arguments(given: Mapping[str, str]) -> SpiderArguments:
    """The arguments given by `-a`, converted; UsageError for an unknown or bad one."""
    taken = {}
    for name, text in given.items():
        if name not in _ARGUMENTS:
            raise UsageError(f"-a {name}: a portal takes {', '.join(_ARGUMENTS)}")
        try:
            taken[name] = _ARGUMENTS[name](text)
        except argparse.ArgumentTypeError as error:
            raise UsageError(f"-a {name}={error}") from error
    return taken
