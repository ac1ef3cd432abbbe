"""`portal verify`: reads every record, computes every digest, finds every row's record."""

import argparse
import os
import sys
from dataclasses import asdict

from archive.commands.terminal import columns, printable, say, write, write_json
from archive.layout import Layout, archive_folder
from archive.verify import Tally, Verification

HELP = "check every record, digest and row"

EXAMPLES = """\
examples:
  portal verify --archive ~/archive       one line on what was read; exit 0
  portal verify -q || mail-the-operator   silent when all is well; exit 4 when something is damaged
  portal verify --json | jq -r .code | sort | uniq -c

It reads only, also while a crawl goes on. A line is: where, what, and the code of the check.
"""

DAMAGED = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`portal verify` takes no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Verify, print what is wrong, and say how much was looked at."""
    layout = Layout(archive_folder(args.archive))
    live = _live() and not args.quiet and not args.verbose
    verification = Verification(layout, _told if live else say if args.verbose else _untold)
    for finding in verification.findings():
        if live:
            _told("")
        if args.json:
            write_json(asdict(finding))
        else:
            write(printable(f"{finding.where}: {finding.what} [{finding.code}]"))
    if live:
        _told("")
    tally = verification.tally
    if tally.findings or not args.quiet:
        say(_summary(tally, layout))
    return DAMAGED if tally.findings else 0


def _live() -> bool:
    """Whether a line on stderr can be written over."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return sys.stderr.isatty() and not plain


def _told(name: str) -> None:
    """The one line that says what is read now; a large file takes minutes."""
    words = f"reading {printable(name)}"[: columns() - 1] if name else ""
    sys.stderr.write(f"\r\x1b[K{words}")
    sys.stderr.flush()


def _untold(name: str) -> None:
    """Nobody watches."""


def _summary(tally: Tally, layout: Layout) -> str:
    read = f"{tally.files} files, {tally.records} records, {tally.captures} captures"
    if tally.odd:
        read += f"; {tally.odd} oddities are noted as the servers sent them"
    if not tally.findings:
        return f"all is well in {layout.folder}: {read}"
    count = "1 finding" if tally.findings == 1 else f"{tally.findings} findings"
    return f"{count} in {layout.folder}: {read}"
