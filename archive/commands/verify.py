"""`portal verify`: reads every record, computes every digest and finds the record of every row."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from archive.commands.options import OTHER_PORTALS, add_settings
from archive.database.reading import ended_by_sigterm
from archive.integrity.findings import Finding, VerifyTally
from archive.integrity.verify import Verification
from archive.layout import Layout, archive_folder
from archive.output import say, say_passing, write, write_json

EXAMPLES = """\
examples:
  portal verify --archive ~/archive       one line if all is well; exit code 0
  portal verify -q || mail-the-operator   exit code 4 if something is damaged
  portal verify --deep                    also clean every page again and compare
  portal verify --from warc/mst/mst-20261127042947-00001-vm.warc.gz
                                          continue where an interrupted verify stopped
  portal verify --json | jq -r .code | sort | uniq -c

It changes nothing, and can run during a crawl. A line names the place, what is wrong, and the code
of the check.
"""

DAMAGED = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal verify`."""
    parser.add_argument(
        "--deep",
        action="store_true",
        help="also clean every page again and compare it with its row",
    )
    parser.add_argument(
        "--all", dest="all_places", action="store_true",
        help="list each damaged place of imported files, and those that were accepted",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="begin_at", metavar="FILE",
        help="begin at this WARC file, as an interrupted verify names it",
    )  # fmt: skip
    add_settings(parser, f"with --deep, a setting of the crawl: {OTHER_PORTALS}")


def run(args: argparse.Namespace) -> int:
    """Verify, print the findings, and say how much was read.

    The command line calls another module for `--deep`, which needs the crawler.
    """
    layout = Layout(archive_folder(args.archive))
    place = Place(progress(args))
    verification = Verification(
        layout, place.at, begin_at=args.begin_at, all_places=args.all_places
    )
    with resumable(place):
        report(verification.findings(), args)
    tally = verification.tally
    if tally.findings or not args.quiet:
        say(summary(tally, layout, args.begin_at))
    say_of_imports(tally)
    return DAMAGED if tally.findings else 0


def say_of_imports(tally: VerifyTally) -> None:
    """Say how findings in imported files are accepted."""
    if tally.acceptable:
        say("to accept the findings in an imported file: `portal import --accept FILE`")


class Place:
    """The WARC file that is being read, shown to the person who waits."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self.name: str | None = None
        """Relative to the archive's folder; None before the first."""
        self._show = show

    def at(self, name: str) -> None:
        """Note a file before it is read."""
        self.name = name
        self._show(name)


@contextmanager
def resumable(place: Place) -> Iterator[None]:
    """On Ctrl-C or SIGTERM, say where the command can continue."""
    try:
        with ended_by_sigterm():
            yield
    except KeyboardInterrupt:
        if place.name is not None:
            say(f"interrupted at {place.name}; to continue there, add --from {place.name}")
        raise


def report(findings: Iterable[Finding], args: argparse.Namespace) -> None:
    """Write a line for each finding as it is found; if quiet, only for damage."""
    for finding in findings:
        if args.quiet and not finding.is_damage:
            continue
        if args.json:
            write_json(asdict(finding))
        else:
            write(f"{finding.where}: {finding.what} [{finding.code}]")


def progress(args: argparse.Namespace) -> Callable[[str], None]:
    """The function that shows names of files before they are read; a large one takes minutes."""
    if args.verbose:
        return say
    return _ignore if args.quiet else _show_passing


def _show_passing(name: str) -> None:
    say_passing(f"reading {name}")


def _ignore(name: str) -> None:
    """For a person who asked for silence."""


def summary(tally: VerifyTally, layout: Layout, begin_at: str | None) -> str:
    """How much was read and how many findings there are, in a line."""
    since = f"from {begin_at} on, " if begin_at is not None else ""
    read = f"{since}{tally.files} files, {tally.records} records, {tally.captures} captures"
    if tally.odd:
        read += f"; {tally.odd} oddities are noted as the servers sent them"
    if tally.accepted:
        read += f"; {tally.accepted} damaged places of imported files are accepted"
    if tally.notes:
        read += f"; {tally.notes} records have numbers that are left out of the rows"
    if not tally.findings:
        well = "nothing is damaged" if tally.broken_off else "all is well"
        return f"{well} in {layout.folder}: {read}"
    count = "1 finding" if tally.findings == 1 else f"{tally.findings} findings"
    return f"{count} in {layout.folder}: {read}"
