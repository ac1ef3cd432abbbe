"""`portal replay`: archived pages in a web browser, on loopback."""

import argparse
import os
import sys
import webbrowser
from datetime import date

from archive.commands.options import OTHER_PORTALS, add_settings
from archive.database.reading import ended_by_sigterm, reading
from archive.errors import QueryError
from archive.layout import Layout, archive_folder
from archive.numbers import whole_number
from archive.output import say, write, write_json
from portal_crawler.errors import UsageError
from portal_crawler.portals.own_folder import SETTING
from portal_crawler.replay.own_pages import view_of
from portal_crawler.replay.server import ReplayServer

EXAMPLES = """\
examples:
  portal replay                                  the portals of the archive
  portal replay mst/197100921                    an article's page as it was captured last
  portal replay https://mst.gov.vn/tin.htm --at 2026-03-01
  portal replay --host 127.0.0.1:8480            at a port of your own choice
  portal replay --check                          are the newest pages complete? needs Chromium
  portal replay --pywb ~/pywb                    a configuration for pywb, which runs scripts

No script of an archived page runs, and nothing is asked of the network. Ctrl-C ends it.
"""

LOOPBACK = "127.0.0.1"

CHECKED, MOST_CHECKED = 20, 10_000
"""Pages: without a number, and at most."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal replay`."""
    parser.add_argument(
        "page", metavar="PAGE", nargs="?", help="an article's id, portal/key or key, or an address"
    )
    parser.add_argument(
        "--at", metavar="DATE", help="the capture nearest to a day, as 2026-03-01; else the newest"
    )
    parser.add_argument(
        "--host", metavar="HOST[:PORT]", default=LOOPBACK,
        help="where to listen; others than this machine can read the archive at any but 127.0.0.1",
    )  # fmt: skip
    parser.add_argument(
        "--pywb", metavar="DIR",
        help="write a configuration for pywb there, which reads the archive in place",
    )  # fmt: skip
    parser.add_argument(
        "--check", metavar="N", nargs="?", type=_checked, const=CHECKED,
        help=f"look at the newest N ({CHECKED}) articles' pages in Chromium, scripts and all,"
        " with nothing but the archive to answer them",
    )  # fmt: skip
    add_settings(parser, f"as of the crawl: {OTHER_PORTALS}")


def _checked(given: str) -> int:
    number = whole_number(given, MOST_CHECKED)
    if not number:
        raise argparse.ArgumentTypeError(f"{given}: write a number from 1 to {MOST_CHECKED:,}")
    return number


def run(args: argparse.Namespace) -> int:
    """Serve the archive until it is interrupted."""
    layout = Layout(archive_folder(args.archive))
    moment = _moment(args.at)
    _check_portals(args)
    with reading(layout) as connection:
        path = view_of(connection, args.page, moment).path if args.page else "/"
    with _server(layout, args) as server:
        url = server.url.rstrip("/") + path
        _announce(url, args)
        try:
            with ended_by_sigterm():
                server.serve_forever()
        except KeyboardInterrupt:
            pass
    return 0


def _check_portals(args: argparse.Namespace) -> None:
    """Raise UsageError for a wrong setting or a missing folder now, not when a page is shown."""
    if args.settings or os.environ.get(SETTING):
        from portal_crawler.portals.registry import own_folder, parsed_settings, project_settings

        own_folder(project_settings(parsed_settings(args.settings)))


def _server(layout: Layout, args: argparse.Namespace) -> ReplayServer:
    host, _, port = args.host.rpartition(":") if ":" in args.host else (args.host, ":", "0")
    if not port.isdecimal() or int(port) > 65_535:
        raise UsageError(f"--host {args.host}: write a host, or a host and a port: 127.0.0.1:8480")
    try:
        return ReplayServer(layout, host, int(port), args.settings)
    except OSError as error:
        raise UsageError(f"cannot listen at {args.host}: {error.strerror or error}") from error


def _announce(url: str, args: argparse.Namespace) -> None:
    if args.json:
        write_json({"url": url})
    else:
        write(url)
    sys.stdout.flush()
    if sys.stdout.isatty():
        if not args.quiet:
            say("open it in a browser; Ctrl-C ends it")
        webbrowser.open(url)


def _moment(given: str | None) -> str | None:
    """The end of the day that was given, in UTC."""
    if given is None:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise QueryError(f"--at {given}: write a day, as 2026-03-01") from None
    return f"{day}T23:59:59Z"
