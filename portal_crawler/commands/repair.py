"""`portal repair`: repairs an archive after a crash or disk damage."""

import argparse
from dataclasses import asdict
from functools import partial

from archive.commands.options import add_settings
from archive.commands.verify import progress, report
from archive.errors import ArchiveMissingError
from archive.filesystem.locks import archive_lock
from archive.layout import Layout, archive_folder
from archive.output import say, write, write_json
from archive.warc import storage
from portal_crawler.commands.options import reserve_bytes
from portal_crawler.exit_codes import ExitCode
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.missing_modules import missing_words
from portal_crawler.reprocessing.rebuild import check_rebuild, rebuild
from portal_crawler.reprocessing.repair import Repair, Step

EXAMPLES = """
  portal repair --dry-run --archive /srv/archive    # list the steps, do nothing
  portal repair --archive /srv/archive              # keep whole records, quarantine the rest

Nothing is deleted: damaged and incomplete records are moved to files of their own (….torn-OFFSET,
….damaged-OFFSET), and a file or database that is replaced is kept beside it as ….before-repair.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal repair`."""
    parser.add_argument("--dry-run", action="store_true", help="list the steps without doing them")
    add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Repair, print each step, and say whether the archive is whole now."""
    layout = Layout(archive_folder(args.archive))
    if not layout.database.exists() and not storage.has_files(layout):
        raise ArchiveMissingError(
            f"no archive in {layout.folder}; name one with --archive or $PORTAL_ARCHIVE"
        )
    declared = readable_portals(args.settings)
    with archive_lock(layout):
        repair = Repair(
            layout,
            declared,
            partial(rebuild, layout, declared, warned=say),
            partial(check_rebuild, layout, declared, reserve_bytes(args.settings)),
            progress(args),
        )
        count = 0
        for step in repair.steps(dry_run=args.dry_run):
            count += 1
            _write(step, args)
    if repair.undeclared:
        say(f"some pages are left as they are: {missing_words(layout, repair.undeclared)}")
    if args.dry_run:
        say_unless_quiet(args, f"{count} steps would be done" if count else "nothing to repair")
        return int(ExitCode.OK)
    report(repair.left, args)
    if repair.left:
        say(f"{len(repair.left)} findings remain in {layout.folder}: they cannot be repaired")
        return int(ExitCode.DAMAGED)
    if repair.undeclared:
        return int(ExitCode.INCOMPLETE)
    done = "nothing to repair" if not count else "repaired"
    say_unless_quiet(args, f"{done}; all is well in {layout.folder}")
    return int(ExitCode.OK)


def _write(step: Step, args: argparse.Namespace) -> None:
    if args.json:
        write_json({**asdict(step), "dry_run": args.dry_run})
    else:
        write(f"{step.where}: {step.what} [{step.action}]")


def say_unless_quiet(args: argparse.Namespace, words: str) -> None:
    """Print a line, unless --quiet is given."""
    if not args.quiet:
        say(words)
