"""`portal rebuild`: archive.db again, from the WARC files alone."""

import argparse

from archive.errors import ArchiveMissingError
from archive.filesystem.locks import archive_lock
from archive.filesystem.regular import is_regular
from archive.layout import Layout, archive_folder
from archive.output import say
from portal_crawler.commands.options import add_settings, jobs, reserve_bytes
from portal_crawler.launch.display import counting_bar
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.rebuild import check_room_to_rebuild, rebuild

EXAMPLES = """
  portal rebuild --archive /srv/archive
  portal rebuild --archive /srv/archive --jobs 2
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many processes read pages."""
    parser.add_argument(
        "--jobs", type=jobs, default=1, metavar="N", help="read pages in N processes"
    )
    add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Rebuild aside, and take the old database's place when all is in."""
    layout = Layout(archive_folder(args.archive))
    if not layout.warc.is_dir():
        raise ArchiveMissingError(
            f"no WARC files in {layout.warc}; name an archive with --archive or $PORTAL_ARCHIVE"
        )
    with archive_lock(layout):
        declared = readable_portals(args.settings)
        check_room_to_rebuild(layout, reserve_bytes(args.settings))
        with counting_bar("Captures", _indexed(layout), quiet=args.quiet) as heard:
            captures = rebuild(layout, declared, args.jobs, heard=heard, warned=say)
    if not args.quiet:
        say(f"{layout.database} rebuilt from {captures} captures")
    return 0


def _indexed(layout: Layout) -> int | None:
    """How many captures the indexes name, so that the bar knows its end; None without any."""
    indexes = (path for path in layout.warc.rglob("*.cdxj") if is_regular(path))
    return sum(path.read_bytes().count(b"\n") for path in indexes) or None
