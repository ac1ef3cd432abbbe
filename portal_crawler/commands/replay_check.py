"""`portal replay --check`: whether archived pages come out whole in a browser.

The command line calls it in place of `replay`, which declares the options.
"""

import argparse
import json
from collections import defaultdict
from dataclasses import asdict

from archive.database.reading import ended_by_sigterm, reading
from archive.layout import Layout, archive_folder
from archive.models import ReplayCheck
from archive.output import say, write, write_json
from archive.warc.own_records import CHECK_IDS
from portal_crawler.errors import UsageError
from portal_crawler.exit_codes import ExitCode
from portal_crawler.replay.check import outcomes, pages_to_check
from portal_crawler.replay.check_records import judged, keep

SHOWN = 5
"""Of what is missing on a page; --json has all."""


def run(args: argparse.Namespace) -> int:
    """Look at the newest pages, print what is wrong with each, and keep it."""
    if args.page is not None or args.at is not None:
        raise UsageError("--check takes the newest pages: leave out PAGE and --at")
    layout = Layout(archive_folder(args.archive))
    checks = _checked(layout, args)
    for portal, found in checks.items():
        keep(layout, portal, found)
    every = [check for found in checks.values() for check in found]
    amiss = sum(map(_is_amiss, every))
    if every and not (args.json or args.quiet):
        say(f"{len(every)} pages checked, {amiss or 'none'} with something wrong; pictures are in"
            f" {layout.checks}")  # fmt: skip
    return ExitCode.INCOMPLETE if amiss else ExitCode.OK


def _checked(layout: Layout, args: argparse.Namespace) -> dict[str, list[ReplayCheck]]:
    """Of each portal what was found; said as soon as it is."""
    checks: dict[str, list[ReplayCheck]] = defaultdict(list)
    with ended_by_sigterm(), reading(layout) as connection:
        pages = pages_to_check(connection, args.check)
        if not pages:
            say("the archive holds no article's page yet; `portal crawl NAME` adds some")
        for page, outcome in outcomes(layout, pages):
            check = judged(layout, connection, page, outcome)
            checks[page.portal].append(check)
            _tell(check, as_json=args.json)
    return checks


def _is_amiss(check: ReplayCheck) -> bool:
    return not check.is_text_visible or check.missing != "[]"


def _tell(check: ReplayCheck, *, as_json: bool) -> None:
    missing = json.loads(check.missing)
    errors = json.loads(check.script_errors)
    if as_json:
        told = {name: value for name, value in asdict(check).items() if name not in CHECK_IDS}
        write_json({**told, "missing": missing, "script_errors": errors})
        return
    parts = [
        "text visible" if check.is_text_visible else "text not visible",
        f"{len(missing)} missing",
        f"{check.left_out} of hosts that are not asked",
        f"{len(errors)} script errors",
    ]
    write(f"{check.url}: {', '.join(parts)}")
    for each in missing[:SHOWN]:
        write(f"  missing: {each['kind']} {each['url']}, asked for by {each['by']}")
    for error in errors[:SHOWN]:
        write(f"  script error: {error}")
