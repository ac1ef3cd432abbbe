"""`portal verify`: reads every record, computes every digest, finds every row's record."""

import argparse
from dataclasses import asdict

from archive.commands.terminal import printable, say, write, write_json
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
    verification = Verification(layout)
    for finding in verification.findings():
        if args.json:
            write_json(asdict(finding))
        else:
            write(printable(f"{finding.where}: {finding.what} [{finding.code}]"))
    tally = verification.tally
    if tally.findings or not args.quiet:
        say(_summary(tally, layout))
    return DAMAGED if tally.findings else 0


def _summary(tally: Tally, layout: Layout) -> str:
    read = f"{tally.files} files, {tally.records} records, {tally.captures} captures"
    if not tally.findings:
        return f"all is well in {layout.folder}: {read}"
    count = "1 finding" if tally.findings == 1 else f"{tally.findings} findings"
    return f"{count} in {layout.folder}: {read}"
