"""`portal replay --check`: whether archived pages are complete in a browser.

The command line calls it in place of `replay`, which declares the options.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from archive.commands.tables import write_table
from archive.database.reading import ended_by_sigterm, reading
from archive.errors import ArchiveLockedError
from archive.layout import Layout, archive_folder
from archive.models import ReplayCheck
from archive.output import say, write, write_json
from archive.warc.own_records import CHECK_IDS
from portal_crawler.errors import UsageError
from portal_crawler.exit_codes import ExitCode
from portal_crawler.replay.check import CheckedPage, outcomes, pages_to_check
from portal_crawler.replay.check_records import check_of, keep_checks

SHOWN = 5
"""Missing addresses, and script errors, that are named of one page; --json has all."""

HEADS = ("article", "text", "missing", "other hosts", "script errors", "picture")


def run(args: argparse.Namespace) -> int:
    """Look at the newest pages, print a table of them, and keep the results."""
    if args.page is not None or args.at is not None:
        raise UsageError("--check takes the newest pages: leave out PAGE and --at")
    layout = Layout(archive_folder(args.archive))
    found = list(_checked(layout, args))
    _keep(layout, [check for _, check in found])
    amiss = sum(_is_amiss(check) for _, check in found)
    if found and not args.json:
        write_table(HEADS, [_row(page, check) for page, check in found], spare=["picture"])
    if found and not (args.json or args.quiet):
        say(f"{len(found)} pages checked, {amiss or 'none'} with something wrong; pictures are in"
            f" {layout.checks}")  # fmt: skip
    return ExitCode.INCOMPLETE if amiss else ExitCode.OK


def _checked(layout: Layout, args: argparse.Namespace) -> Iterator[tuple[CheckedPage, ReplayCheck]]:
    """Each page with its check; missing addresses and errors are printed at once."""
    with ended_by_sigterm(), reading(layout) as connection:
        pages = pages_to_check(connection, args.check)
        if not pages:
            say("the archive holds no article's page yet; `portal crawl NAME` adds some")
        for page, outcome in outcomes(layout, pages):
            check = check_of(layout, connection, page, outcome)
            if args.json:
                write_json(_json_row(check))
            else:
                _write_findings(page, check)
            yield page, check


def _keep(layout: Layout, checks: Sequence[ReplayCheck]) -> None:
    """Raise ArchiveLockedError if a portal is being crawled, when all others' checks are kept."""
    by_portal: Mapping[str, list[ReplayCheck]] = defaultdict(list)
    for check in checks:
        by_portal[check.portal].append(check)
    locked: ArchiveLockedError | None = None
    for portal, found in by_portal.items():
        try:
            keep_checks(layout, portal, found)
        except ArchiveLockedError as error:
            locked = error
    if locked is not None:
        raise locked


def _is_amiss(check: ReplayCheck) -> bool:
    return not check.is_text_visible or check.missing != "[]"


def _row(page: CheckedPage, check: ReplayCheck) -> tuple[object, ...]:
    return (
        f"{page.portal}/{page.key}",
        "visible" if check.is_text_visible else "not visible",
        len(json.loads(check.missing)),
        check.left_out,
        len(json.loads(check.script_errors)),
        check.picture,
    )


def _json_row(check: ReplayCheck) -> dict[str, object]:
    row = {name: value for name, value in asdict(check).items() if name not in CHECK_IDS}
    return row | {name: json.loads(str(row[name])) for name in ("missing", "script_errors")}


def _write_findings(page: CheckedPage, check: ReplayCheck) -> None:
    name = f"{page.portal}/{page.key}"
    for each in json.loads(check.missing)[:SHOWN]:
        by = f", asked for by {each['by']}" if each["by"] else ""
        write(f"{name}: missing: {each['kind']} {each['url']}{by}")
    for error in json.loads(check.script_errors)[:SHOWN]:
        write(f"{name}: script error: {error}")
