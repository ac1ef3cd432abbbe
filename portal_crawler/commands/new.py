"""`portal new`: proposes a portal for a site, and writes its module, pages and expected result."""

import argparse
import time
from difflib import get_close_matches
from urllib.parse import urlsplit

from archive.commands.options import OF_A_CRAWL, add_settings
from archive.moments import VIETNAM, now
from archive.output import say
from portal_crawler.commands.new_report import NewPortal, write_report
from portal_crawler.errors import UsageError
from portal_crawler.exit_codes import ExitCode
from portal_crawler.expected.folder import text_of_expected
from portal_crawler.launch.options import contact_missing
from portal_crawler.platforms.recognition import platform_classes
from portal_crawler.portals.declaration_check import declaration_fault
from portal_crawler.portals.own_folder import SETTING
from portal_crawler.portals.registry import (
    Registry,
    check_settings,
    own_folder,
    parsed_settings,
    project_settings,
    registry,
)
from portal_crawler.scouting.address import addresses_of, is_same_site, name_of
from portal_crawler.scouting.crawls import crawls_into
from portal_crawler.scouting.files import made_folder, portal_files
from portal_crawler.scouting.look import looking_at
from portal_crawler.scouting.making import made_portal
from portal_crawler.scouting.survey import WantedPortal

EXAMPLES = """
  portal new https://sotttt.lamphuoc.example/
  portal new sotttt.lamphuoc.example --portals ~/portals --name lam-phuoc-sotttt
  portal new https://lamphuoc.example/ --listing https://lamphuoc.example/tin-tuc
"""

ARCHIVE_HELP = "keep the captures in this archive (else they are removed at the end)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `portal new`."""
    parser.add_argument("url", metavar="URL", help="the site's front page, or any page of it")
    parser.add_argument("--name", metavar="NAME", help="the portal's name (else from the host)")
    parser.add_argument("--platform", metavar="NAME", help="take this platform for it")
    parser.add_argument(
        "--listing", dest="listings", action="append", default=[], metavar="URL",
        help="a page that lists news (else they are searched for); may be repeated",
    )  # fmt: skip
    add_settings(parser, OF_A_CRAWL)


def run(args: argparse.Namespace) -> int:
    """Look at the site, write the portal's files, and show the findings."""
    settings = project_settings(parsed_settings(args.settings))
    check_settings(settings)
    with made_folder(settings.get(SETTING)):
        return _proposed(args)


def _proposed(args: argparse.Namespace) -> int:
    began = time.monotonic()
    settings = project_settings(parsed_settings(args.settings))
    known = registry(settings)
    wanted = _wanted(args, known)
    files = portal_files(wanted.name, own_folder(settings))
    files.check_free()
    if not args.quiet:
        for words in contact_missing(settings):
            say(words)
    with crawls_into(args.archive, settings, args) as crawls:
        made = made_portal(wanted, crawls, now().astimezone(VIETNAM), is_own=files.is_own)
    result = made.result
    files.write(made.draft.text(), result.pages, text_of_expected(result.expected))
    seconds = time.monotonic() - began
    found = NewPortal(
        made=made, files=files, known=known.portals, requests=crawls.requests, seconds=seconds
    )
    write_report(args, found)
    return int(ExitCode.INCOMPLETE if result.missing or result.findings else ExitCode.OK)


def _wanted(args: argparse.Namespace, known: Registry) -> WantedPortal:
    """The portal that the options ask for, checked before any request is made; UsageError."""
    addresses = addresses_of(args.url)
    listings = tuple(addresses_of(url)[0] for url in args.listings)
    host = urlsplit(addresses[0]).hostname or ""
    name = args.name if args.name is not None else name_of(host)
    if name in known.portals or name in known.broken:
        raise UsageError(
            f"a portal named {name!r} exists; `portal check {name}{known.option}` looks at it, "
            "--name gives the new one another name"
        )
    if args.platform is not None and args.platform not in platform_classes():
        near = get_close_matches(args.platform, platform_classes(), n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(platform_classes())}"
        raise UsageError(f"no platform is named {args.platform!r}; {hint}")
    for url in listings:
        if not is_same_site(urlsplit(url).hostname or "", host):
            raise UsageError(f"--listing {url} is on another host than {addresses[0]}")
    wanted = WantedPortal(addresses=addresses, name=name, platform=args.platform, listings=listings)
    if (fault := declaration_fault(looking_at(wanted), project_settings({}))) is not None:
        raise UsageError(fault.rpartition(" (class ")[0])
    return wanted
