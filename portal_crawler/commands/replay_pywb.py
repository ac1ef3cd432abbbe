"""`portal replay --pywb`: a configuration by which pywb shows the archive in place.

The command line calls it in place of `replay`, which declares the options.
"""

import argparse
import shlex
from pathlib import Path

from archive.database.reading import ended_by_sigterm, reading
from archive.export.pywb import COLLECTION, PywbIndex, write_pywb
from archive.layout import Layout, archive_folder
from archive.output import say, write, write_json
from portal_crawler.errors import UsageError


def run(args: argparse.Namespace) -> int:
    """Write the configuration and say how pywb is started."""
    if args.page is not None or args.at is not None:
        raise UsageError("--pywb writes a configuration for all pages; give it no page and no day")
    folder = Path(args.pywb).expanduser().absolute()
    layout = Layout(archive_folder(args.archive))
    with ended_by_sigterm(), reading(layout) as connection:
        written = write_pywb(layout, connection, folder)
    _tell(written, args)
    return 0


def _tell(written: PywbIndex, args: argparse.Namespace) -> None:
    command = f"wayback -b 127.0.0.1 -d {shlex.quote(str(written.folder))}"
    page = f"http://127.0.0.1:8080/{COLLECTION}/"
    if args.json:
        values = {"folder": str(written.folder), "lines": written.lines}
        write_json({**values, "left_out": written.left_out, "command": command, "url": page})
    else:
        write(command)
    if args.quiet:
        return
    say(f"{written.lines} captures; pywb has one at {page}ADDRESS and lists all at {page}*/ADDRESS")
    if written.left_out:
        say(f"{written.left_out} are left out: their files are not closed, or not there")
    say("the scripts of the pages run in pywb, and can reach the network")
