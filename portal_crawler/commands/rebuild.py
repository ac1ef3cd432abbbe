"""`portal rebuild`: rebuilds archive.db from the WARC files."""

import argparse
import sys
from contextlib import ExitStack

from archive.commands.options import add_settings
from archive.database.holdings import Holdings
from archive.errors import ArchiveMissingError
from archive.filesystem.locks import archive_lock
from archive.layout import Layout, archive_folder
from archive.output import say
from archive.warc import storage
from portal_crawler.commands.options import jobs, reserve_bytes
from portal_crawler.exit_codes import ExitCode
from portal_crawler.launch.display import counting_bar
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.rebuild import (
    Agreed,
    Rebuilt,
    check_rebuild,
    rebuild,
)

EXAMPLES = """
  portal rebuild --archive /srv/archive
  portal rebuild --archive /srv/archive --jobs 2
  portal rebuild --archive /srv/archive --yes     # even if the new database holds less

If the new database would hold fewer articles or versions than the old one, the command asks first.
If there is no terminal to ask at, it keeps the old one and ends with exit code 2. Damaged places in
WARC files are listed and passed over; the exit code is then 4. Articles of a portal whose module is
missing cannot be read: the portal is named, and the exit code is 3. As long as the old database has
such articles, it is kept.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal rebuild`."""
    parser.add_argument(
        "--jobs", type=jobs, default=1, metavar="N", help="read pages in N processes"
    )
    parser.add_argument(
        "--yes", action="store_true", help="use the new database even if it holds less; do not ask"
    )
    add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Build a new database beside the old one, and replace that when the new one is complete."""
    layout = Layout(archive_folder(args.archive))
    if not storage.has_files(layout):
        raise ArchiveMissingError(
            f"no WARC files in {layout.warc}; name an archive with --archive or $PORTAL_ARCHIVE"
        )
    with archive_lock(layout), ExitStack() as while_reading:
        declared = readable_portals(args.settings)
        check_rebuild(layout, declared, reserve_bytes(args.settings))
        on_captures = while_reading.enter_context(
            counting_bar("Captures", _indexed(layout), quiet=args.quiet)
        )
        agreed = _agreed(while_reading, yes=args.yes)
        rebuilt = rebuild(
            layout, declared, args.jobs, on_captures=on_captures, warned=say, agreed=agreed
        )
    if not args.quiet:
        say(_words(layout, rebuilt))
    if rebuilt.damages:
        say(
            f"damaged places passed over in {layout.warc}: {rebuilt.damages}; `portal repair` "
            "quarantines them, and a copy of the files may have them whole"
        )
        return int(ExitCode.DAMAGED)
    return int(ExitCode.INCOMPLETE if rebuilt.undeclared else ExitCode.OK)


def _agreed(bar: ExitStack, *, yes: bool) -> Agreed:
    """A function that asks a person at a terminal, after it has closed the progress bar."""

    def agreed(before: Holdings, after: Holdings) -> bool:
        if yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return yes
        bar.close()
        say(f"The database holds {before.words()}, the new one only {after.words()}.")
        say("Use the new one anyway? Type yes or no:")
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    return agreed


def _words(layout: Layout, rebuilt: Rebuilt) -> str:
    before = "not readable" if rebuilt.before is None else rebuilt.before.words()
    return (
        f"{layout.database} rebuilt from {rebuilt.captures} captures; "
        f"before: {before}; now: {rebuilt.after.words()}"
    )


def _indexed(layout: Layout) -> int | None:
    """How many captures the indexes list, the end of the progress bar; None without indexes."""
    return storage.count_index_lines(layout) or None
