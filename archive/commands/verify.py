"""`portal verify`: reads every record, computes every digest, finds every row's record."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from archive.commands.options import OTHER_PORTALS, add_settings
from archive.database.reading import ended_by_sigterm
from archive.integrity.findings import Finding, Tally
from archive.integrity.verify import Verification
from archive.layout import Layout, archive_folder
from archive.output import say, say_passing, write, write_json

EXAMPLES = """\
examples:
  portal verify --archive ~/archive       one line on what was read; exit 0
  portal verify -q || mail-the-operator   silent when all is well; exit 4 when something is damaged
  portal verify --deep                    clean every page again too, and compare
  portal verify --from warc/mst/mst-20261127042947-00001-vm.warc.gz
                                          go on where an interrupted one says that it was
  portal verify --json | jq -r .code | sort | uniq -c

It reads only, also while a crawl goes on. A line is: where, what, and the code of the check.
"""

DAMAGED = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `portal verify` takes."""
    parser.add_argument(
        "--deep",
        action="store_true",
        help="clean every page again too, and say where a row and its page differ",
    )
    parser.add_argument(
        "--all", dest="all_places", action="store_true",
        help="name each damaged place of imported files, and those that were accepted",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="begin_at", metavar="FILE",
        help="begin at this WARC file; an interrupted verify names it",
    )  # fmt: skip
    add_settings(parser, f"with --deep, a setting of the crawl: {OTHER_PORTALS}")


def run(args: argparse.Namespace) -> int:
    """Verify, print what is wrong, and say how much was looked at.

    The command line calls another module for `--deep`: cleaning is the crawler's.
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


def say_of_imports(tally: Tally) -> None:
    """What a person can do about findings that came with imported files."""
    if tally.acceptable:
        say("what is wrong with an imported file can be accepted: `portal import --accept FILE`")


class Place:
    """The WARC file that is looked at; progress is told of each."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.name: str | None = None
        self._tell = tell

    def at(self, name: str) -> None:
        """Take note of a file, before it is read."""
        self.name = name
        self._tell(name)


@contextmanager
def resumable(place: Place) -> Iterator[None]:
    """At Ctrl-C or SIGTERM, say where the command can go on."""
    try:
        with ended_by_sigterm():
            yield
    except KeyboardInterrupt:
        if place.name is not None:
            say(f"interrupted at {place.name}; to go on there, add --from {place.name}")
        raise


def report(findings: Iterable[Finding], args: argparse.Namespace) -> None:
    """A line for each, as it is found; where quiet, for damage alone."""
    for finding in findings:
        if args.quiet and not finding.is_damage:
            continue
        if args.json:
            write_json(asdict(finding))
        else:
            write(f"{finding.where}: {finding.what} [{finding.code}]")


def progress(args: argparse.Namespace) -> Callable[[str], None]:
    """Where to tell what is looked at now."""
    if args.verbose:
        return say
    return _untold if args.quiet else _told


def _told(name: str) -> None:
    """What is read now; a large file takes minutes."""
    say_passing(f"reading {name}")


def _untold(name: str) -> None:
    """Nobody watches."""


def summary(tally: Tally, layout: Layout, begin_at: str | None) -> str:
    """How much was looked at, in a line."""
    since = f"from {begin_at} on, " if begin_at is not None else ""
    read = f"{since}{tally.files} files, {tally.records} records, {tally.captures} captures"
    if tally.odd:
        read += f"; {tally.odd} oddities are noted as the servers sent them"
    if tally.accepted:
        read += f"; {tally.accepted} damaged places of imported files are accepted"
    if tally.notes:
        read += f"; {tally.notes} records hold what is left out of the rows"
    if not tally.findings:
        well = "nothing is damaged" if tally.broken_off else "all is well"
        return f"{well} in {layout.folder}: {read}"
    count = "1 finding" if tally.findings == 1 else f"{tally.findings} findings"
    return f"{count} in {layout.folder}: {read}"
