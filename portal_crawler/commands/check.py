"""`portal check`: whether declarations still fit their live portals."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from archive.commands.options import OF_A_CRAWL, add_settings
from archive.commands.tables import write_table
from archive.output import say, write, write_json
from portal_crawler.crawl.sampling import Sample, Sampling
from portal_crawler.crawl.spider import Portal
from portal_crawler.errors import PortalDeclarationError, UsageError
from portal_crawler.exit_codes import ExitCode
from portal_crawler.expected.comparison import compared
from portal_crawler.expected.folder import read_folder, saved_files, text_of_expected
from portal_crawler.expected.form import FILE
from portal_crawler.expected.skeleton import skeleton_of
from portal_crawler.launch.options import contact_missing
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.registry import (
    Registry,
    check_settings,
    own_folder,
    parsed_settings,
    project_settings,
    registry,
)
from portal_crawler.scouting.checking import Fit, fits_of
from portal_crawler.scouting.crawls import Crawls, crawls_into, sampling_of
from portal_crawler.scouting.report import head, paragraphs
from portal_crawler.scouting.shown_before import Shown, shown_before

EXAMPLES = """
  portal check                                    # all portals that a nightly crawl takes
  portal check mst
  portal check lam-phuoc-sotttt --expected pages/ # saved pages: write or compare expected.json
"""

ARCHIVE_HELP = "keep the captures in this archive (else they are removed at the end)"

MOST_LISTINGS = 12
"""Listings of a portal that are asked, each for its first two pages."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `portal check`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a portal; none: all of them")
    parser.add_argument(
        "--expected", metavar="DIR",
        help="request nothing: compare the saved pages in DIR with its expected.json, or write one",
    )  # fmt: skip
    add_settings(parser, OF_A_CRAWL)


def run(args: argparse.Namespace) -> int:
    """Check the portals, or compare saved pages."""
    settings = project_settings(parsed_settings(args.settings))
    check_settings(settings)
    known = registry(settings)
    names = _names(args, known)
    if args.expected is not None:
        return _with_expected(args, known.portals[names[0]], Path(args.expected))
    if not args.quiet:
        for words in contact_missing(settings):
            say(words)
    portals = [cast(type[Portal], known.portals[name]) for name in names]
    own = own_folder(settings)
    before = [shown_before(portal, own, args.archive) for portal in portals]
    with crawls_into(args.archive, settings, args) as crawls:
        found = _checked(portals, crawls, before)
    for each in found:
        _show(args, each)
    fits = all(answer.fits for each in found for answer in each.answers)
    return int(ExitCode.OK if fits else ExitCode.INCOMPLETE)


def _names(args: argparse.Namespace, known: Registry) -> list[str]:
    """The portals to check; UsageError, UnknownPortalError, PortalDeclarationError."""
    if args.expected is not None and len(args.names) != 1:
        raise UsageError("--expected takes one portal, by whose declaration the pages are read")
    known.check_names(args.names)
    names = list(dict.fromkeys(args.names)) or known.nightly()
    for name in names:
        if name in known.broken:
            raise PortalDeclarationError(known.broken[name])
    if not names:
        raise UsageError("no portal is declared; `portal new URL` writes one")
    return names


# Live portals


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers of one portal."""

    name: str
    answers: list[Fit]
    requests: int


def _checked(portals: list[type[Portal]], crawls: Crawls, before: list[Shown]) -> list[Checked]:
    """The answers of the portals; `before` says where their fields were seen."""
    first, *others = (
        sampling_of(portal, _some_sections(portal), fetches_home=True) for portal in portals
    )
    crawls.run(first, *((lambda _, following=other: following) for other in others))
    return [
        Checked(
            portal.name,
            [
                *fits_of(portal, _sample(spider), _some_sections(portal), row.reason, shown),
                *_unasked(portal),
            ],
            row.requests,
        )
        for portal, spider, row, shown in zip(
            portals, crawls.spiders, crawls.runs, before, strict=True
        )
    ]


def _some_sections(portal: type[Portal]) -> dict[str, str]:
    return dict(list(portal.sections.items())[:MOST_LISTINGS])


def _unasked(portal: type[Portal]) -> Iterator[Fit]:
    """The listings that are not asked, by name."""
    if others := list(portal.sections)[MOST_LISTINGS:]:
        found = f"{MOST_LISTINGS} of {len(portal.sections)} were asked"
        note = f"these listings were not asked: {', '.join(others)}"
        yield Fit("listings", found, fits=True, note=note)


def _sample(spider: Portal) -> Sample:
    assert isinstance(spider, Sampling)
    return spider.sample


def _show(args: argparse.Namespace, checked: Checked) -> None:
    if args.json:
        answers = [
            {
                "question": each.question,
                "found": each.found,
                "fits": each.fits,
                "note": each.note,
            }
            for each in checked.answers
        ]
        write_json({"name": checked.name, "answers": answers, "requests": checked.requests})
        return
    if args.quiet:
        for each in checked.answers:
            if not each.fits:
                say(f"portal check: {checked.name}: {each.question}: {each.found}")
            if each.note:
                say(f"portal check: {checked.name}: {each.note}")
        return
    head(checked.name)
    rows = [[each.question, each.found, _word(each)] for each in checked.answers]
    write_table(["question", "found", "fits"], rows)
    paragraphs(f"{each.note}; look at one of them." for each in checked.answers if each.note)
    write(f"{checked.requests} requests")


def _word(answer: Fit) -> str:
    if not answer.fits:
        return "NO"
    return "look" if answer.note else "yes"


# Saved pages


def _with_expected(args: argparse.Namespace, portal: type[PortalDeclaration], folder: Path) -> int:
    """Compare the pages of a folder with its expected.json, or write one."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder")
    path = folder / FILE
    if path.exists():
        found = list(map(str, compared(portal, read_folder(folder))))
    else:
        made = skeleton_of(portal, saved_files(folder))
        if not made.expected["listings"] and not made.expected["articles"]:
            raise UsageError(f"{folder} has no pages; save some there")
        with path.open("x", encoding="utf-8") as file:
            file.write(text_of_expected(made.expected))
        found = list(made.todo)
        if not args.quiet:
            say(f"{path} is written. Compare each value with its page in a browser.")
    if args.json:
        for words in found:
            write_json({"finding": words})
    elif found:
        paragraphs(found)
    elif not args.quiet:
        write(f"The pages in {folder} agree with {FILE}.")
    return int(ExitCode.INCOMPLETE if found else ExitCode.OK)
