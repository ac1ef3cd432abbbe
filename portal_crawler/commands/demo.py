"""`portal demo`: runs the full pipeline offline on the two portals that ship with the project."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from archive.layout import Layout, archive_folder
from archive.output import say, write_json
from portal_crawler.commands.demo_report import write_report
from portal_crawler.demo.folder import PORTALS, empty_folder
from portal_crawler.demo.server import demo_proxy
from portal_crawler.exit_codes import ExitCode, worst
from portal_crawler.launch.child_processes import crawl_apart
from portal_crawler.launch.display import display_for
from portal_crawler.launch.options import CrawlOptions, CrawlResult, json_row

EXAMPLES = """
  portal demo                          # replaces ./demo-archive
  portal demo --archive /tmp/demo
"""

DEMO_FOLDER = "demo-archive"

ARCHIVE_HELP = f"the folder that it writes and each time replaces (./{DEMO_FOLDER})"

DEMO_SETTINGS = {
    "SPIDER_MODULES": "portal_crawler.demo.portals",
    "PORTAL_PORTALS": "",
    "DOWNLOAD_DELAY": "0",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`portal demo` takes only the common options."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Serve the demo's pages, crawl both portals in parallel, and report."""
    folder = archive_folder(args.archive or DEMO_FOLDER)
    empty_folder(folder)
    results = _crawl(folder, quiet=args.quiet)
    code = worst(result.exit_code for result in results)
    if args.json:
        for result in results:
            write_json(json_row(result))
    elif not args.quiet and code == ExitCode.OK:
        write_report(Layout(folder), results)
    return code


def _crawl(folder: Path, *, quiet: bool) -> list[CrawlResult]:
    options = CrawlOptions(archive=folder, settings=DEMO_SETTINGS)
    if not quiet:
        say(f"Crawling two demo portals on loopback into {folder}")
    with demo_proxy() as proxy, display_for(quiet=quiet) as display:
        return crawl_apart(PORTALS, options, len(PORTALS), display, _environment(os.environ, proxy))


def _environment(given: Mapping[str, str], proxy: str) -> dict[str, str]:
    """The environment without the user's proxies: no request of the demo may leave this machine."""
    kept = {name: value for name, value in given.items() if not name.lower().endswith("_proxy")}
    return {**kept, "http_proxy": proxy}
