"""`portal crawl`: crawl portals into an archive."""

import argparse
import os
import re
import sys
from contextlib import suppress
from urllib.parse import urlsplit

from archive.commands.options import OF_A_CRAWL, add_settings
from archive.layout import archive_folder
from archive.output import say, say_in_lines, write_json
from portal_crawler.commands.options import day, jobs, positive
from portal_crawler.errors import UnknownPortalError, UsageError
from portal_crawler.exit_codes import ExitCode, worst
from portal_crawler.launch.child_processes import crawl_apart
from portal_crawler.launch.display import Display, display_for
from portal_crawler.launch.healthcheck import pinged
from portal_crawler.launch.in_process import crawl_here
from portal_crawler.launch.options import CrawlOptions, CrawlResult, contact_missing, json_row
from portal_crawler.launch.user_log import log_to
from portal_crawler.portals.registry import (
    Registry,
    check_settings,
    parsed_settings,
    project_settings,
    registry,
)
from portal_crawler.run.progress import CHANNEL_VARIABLE

EXAMPLES = """
  portal crawl mst --archive /srv/archive
  portal crawl --all --jobs 4 --archive /srv/archive -q      # from cron
  portal crawl --all --except mst                            # all but one
  portal crawl hanoi-sotttt --pages 3                        # a first look
"""

_DURATION = re.compile(r"([0-9]{1,9})([smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal crawl`."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="name of a portal; see `portal list`"
    )
    parser.add_argument("--all", action="store_true", help="crawl every portal that is not closed")
    parser.add_argument(
        "--except", dest="left_out", action="append", default=[], metavar="NAME",
        help="with --all, leave this portal out; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=jobs, default=1, metavar="N", help="crawl N portals in parallel"
    )
    parser.add_argument(
        "--pages", type=positive, metavar="N", help="at most N pages of each listing"
    )
    parser.add_argument(
        "--articles", type=positive, metavar="N", help="at most N articles of each listing"
    )
    parser.add_argument(
        "--since", type=day, metavar="YYYY-MM-DD", help="skip articles published earlier"
    )
    parser.add_argument(
        "--time-limit", type=_duration_s, metavar="TIME",
        help="stop each portal cleanly after this time: 90 (seconds), 30m, 2h",
    )  # fmt: skip
    parser.add_argument("--full", action="store_true", help="check every article and listing again")
    parser.add_argument(
        "--no-requisites", action="store_true", help="skip images, styles and documents"
    )
    parser.add_argument(
        "--ping", metavar="URL",
        help="request URL/start at the start, then URL on success or URL/EXITCODE on failure",
    )  # fmt: skip
    add_settings(parser, OF_A_CRAWL)


def run(args: argparse.Namespace) -> int:
    """Crawl; the exit code is the worst of the portals'."""
    return pinged(args.ping, lambda: _run(args), say_in_lines if args.quiet else say)


def _run(args: argparse.Namespace) -> int:
    options = CrawlOptions(
        archive=archive_folder(args.archive),
        pages=args.pages,
        articles=args.articles,
        since=args.since,
        time_limit_s=args.time_limit,
        full=args.full,
        requisites=not args.no_requisites,
        settings=parsed_settings(args.settings),
    )
    settings = project_settings(options.settings)
    check_settings(settings)
    known = registry(settings)
    names = _names(args, known)
    if not args.quiet and not _is_watched():
        say(f"Archive: {options.archive}")
        for words in (*contact_missing(settings), *_left_out_words(args, known)):
            say(words)
    with display_for(quiet=args.quiet) as display:
        results = _broken(names, known, display)
        sound = [name for name in names if name in known.portals]
        results += _crawl(sound, options, args, display)
    with suppress(BrokenPipeError):  # the crawl is complete even if nobody reads its result
        for result in results if args.json else ():
            write_json(json_row(result))
        sys.stdout.flush()
    code = worst(result.exit_code for result in results)
    if len(results) > 1 and (not args.quiet or code):
        say(_summary_of_all(results))
    return code


def _names(args: argparse.Namespace, known: Registry) -> list[str]:
    if args.all and args.names:
        raise UsageError("give either names of portals or --all, not both")
    if not (args.all or args.names):
        raise UsageError("name the portals to crawl, or give --all; `portal list` names them")
    if args.left_out and not args.all:
        raise UsageError("--except goes with --all; without --all, name the portals to crawl")
    every = {*known.portals, *known.broken}
    if not every:
        raise UsageError("SPIDER_MODULES declares no portal; docs/PORTALS.md shows how to add one")
    if args.all:
        return known.nightly(args.left_out)
    _refuse_addresses(args.names, known)
    known.check_names(args.names)
    return list(dict.fromkeys(args.names))


def _refuse_addresses(names: list[str], known: Registry) -> None:
    """Raise UnknownPortalError for an address, with the portal that it belongs to."""
    for name in names:
        host = urlsplit(name).hostname if "://" in name else None
        if host is not None:
            found = [one for one, portal in known.portals.items() if host in portal.hosts]
            todo = f"crawl it by its name: {found[0]}" if found else "`portal list` names them"
            raise UnknownPortalError(f"{name} is an address, not a portal's name; {todo}")


def _left_out_words(args: argparse.Namespace, known: Registry) -> list[str]:
    """Why `--all` leaves out some portals by itself."""
    return [f"{name} is left out: {words}" for name, words in known.unasked.items() if args.all]


def _broken(names: list[str], known: Registry, display: Display) -> list[CrawlResult]:
    """The results of portals that cannot work, shown at once; the others are crawled anyway."""
    results = [
        CrawlResult(name, int(ExitCode.ERROR), error=known.broken[name])
        for name in names
        if name in known.broken
    ]
    for result in results:
        display.finish(result)
    return results


def _crawl(
    names: list[str], options: CrawlOptions, args: argparse.Namespace, display: Display
) -> list[CrawlResult]:
    if len(names) != 1:
        return crawl_apart(names, options, args.jobs, display)
    log_to(display.log, quiet=args.quiet, verbose=False)
    result = crawl_here(names[0], options, None if _is_watched() else display.update)
    if not _is_watched():
        display.finish(result)
    return [result]


def _is_watched() -> bool:
    """Whether another process follows this crawl on a channel and prints its summary."""
    return CHANNEL_VARIABLE in os.environ


def _summary_of_all(results: list[CrawlResult]) -> str:
    outcomes = [str(result.run.outcome) if result.run else "not crawled" for result in results]
    counted = ", ".join(
        f"{outcomes.count(outcome)} {outcome}" for outcome in dict.fromkeys(outcomes)
    )
    new = sum(result.run.articles_new for result in results if result.run)
    return f"{len(results)} portals: {counted}; {new} new articles"


def _duration_s(text: str) -> int:
    found = _DURATION.fullmatch(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not seconds:
        raise argparse.ArgumentTypeError(f"{text}: write it as 90 (seconds), 30m or 2h")
    return seconds
