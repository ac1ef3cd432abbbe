"""`portal verify --deep`: verifies, cleans every page again and compares it with its row."""

import argparse
from contextlib import closing

from archive.commands.verify import (
    Place,
    progress,
    report,
    resumable,
    say_of_imports,
    summary,
)
from archive.integrity.verify import Verification
from archive.layout import Layout, archive_folder
from archive.output import say
from portal_crawler.exit_codes import ExitCode
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.missing_modules import missing_words
from portal_crawler.reprocessing.verify_deep import DeepTally, DeepVerification


def run(args: argparse.Namespace) -> int:
    """Verify and clean again; differences that changed rules explain are not damage."""
    layout = Layout(archive_folder(args.archive))
    declared = readable_portals(args.settings)
    place = Place(progress(args))
    deep = DeepVerification(layout, declared, begin_at=args.begin_at)
    plain = Verification(
        layout,
        place.at,
        begin_at=args.begin_at,
        cleaned=deep.up_to,
        all_places=args.all_places,
    )
    with resumable(place), closing(deep):
        report(plain.findings(), args)
    if plain.tally.findings or not args.quiet:
        say(f"{summary(plain.tally, layout, args.begin_at)}; {_cleaned(deep.tally)}")
    say_of_imports(plain.tally)
    if deep.tally.rules_changed and not args.quiet:
        say("the cleaning rules have changed; `portal rebuild` cleans every page again")
    if deep.tally.without_digest and not args.quiet:
        say(f"{deep.tally.without_digest} articles have no digest yet; `portal rebuild` adds them")
    if missing := sorted(deep.tally.undeclared):
        say(f"some rows were not cleaned again: {missing_words(layout, missing)}")
    if plain.tally.findings:
        return int(ExitCode.DAMAGED)
    return int(ExitCode.INCOMPLETE if missing else ExitCode.OK)


def _cleaned(tally: DeepTally) -> str:
    words = f"{tally.rows} rows cleaned again"
    if tally.rules_changed:
        words += f", {tally.rules_changed} of them differ by changed rules"
    if tally.unknown:
        words += f", {tally.unknown} of unknown portals could not be"
    return words
