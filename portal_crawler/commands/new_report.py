"""The report of `portal new`: its findings, its files, and the points that a person looks at."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any
from urllib.parse import urlsplit

from archive.output import say, write, write_json
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.scouting.address import is_same_site
from portal_crawler.scouting.files import PortalFiles
from portal_crawler.scouting.making import MadePortal
from portal_crawler.scouting.report import (
    article_object,
    feed_object,
    head,
    listing_object,
    paragraphs,
    write_fields,
    write_listings,
    write_platform,
)
from portal_crawler.scouting.result import never_found

PAGES_ARE_THE_PORTALS = (
    "The saved pages are the portal's own. Look for session tokens and private people's data in "
    "them, and publish them only if their rights allow it: this project ships only pages that "
    "were written after the markup."
)

COST_OF_GENERIC = (
    "No platform knows this layout, so `generic` reads it: it learns the layout once five "
    "articles are known, reads each of the first ones alone, often without author and category, "
    "and takes an address without a number for the article's key."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPortal:
    """A portal that was written, and the cost of the look at its site."""

    made: MadePortal
    files: PortalFiles
    known: Mapping[str, type[PortalDeclaration]]
    """The portals that there were before, by name."""
    requests: int
    seconds: float

    def with_host(self, host: str) -> list[str]:
        """The names of the portals that have a host, too."""
        return [
            name
            for name, portal in self.known.items()
            if any(is_same_site(each.partition(":")[0], host) for each in portal.hosts)
        ]


def write_report(args: argparse.Namespace, found: NewPortal) -> None:
    """Write it as the options ask: as text, as one object, or only the missing parts."""
    if args.json:
        write_json(_object(found))
    elif args.quiet:
        for words in (*found.made.result.missing, *map(str, found.made.result.findings)):
            say(f"portal new: {words}")
    else:
        _write_text(found)


def _write_text(found: NewPortal) -> None:
    site, draft, result = found.made.site, found.made.draft, found.made.result
    write_platform(site.platform)
    write_listings([(each.section, each.claim) for each in site.listings], site.feeds)
    write_fields(result.read, is_compared=not draft.platform.learns)
    head("Written")
    write(f"  {found.files.module} ({draft.code_lines()} lines)")
    write(f"  {found.files.folder} ({len(result.pages)} pages, expected.json)")
    write(f"  {found.requests} requests, {found.seconds:.0f} s")
    head("Missing" if result.missing or result.findings else "Nothing is missing")
    paragraphs(result.missing)
    paragraphs(map(str, result.findings))
    if not result.findings:
        write("  The pages agree with expected.json.")
    head("Look at")
    paragraphs(_notes(found))
    head("Next")
    for words, command in _commands(found):
        write(f"  {words}:")
        write(f"    {command}")


def _notes(found: NewPortal) -> Iterator[str]:
    """Sentences on the points that a person has to look at."""
    draft, site, files = found.made.draft, found.made.site, found.files
    yield PAGES_ARE_THE_PORTALS
    yield (
        f"The values in {files.folder / 'expected.json'} were read by this software. Compare each "
        "with its page in a browser, and correct the file where they differ."
    )
    yield f"title = {draft.title!r}, province = {draft.province!r}: are they right?"
    host = urlsplit(site.home.url).hostname or ""
    for name in found.with_host(host):
        yield f"Portal {name!r} has the host {host}, too. Its articles would be crawled twice."
    if draft.platform.learns:
        yield COST_OF_GENERIC
    if never := never_found(found.made.portal, found.made.result.read):
        yield f"No page has {', '.join(never)}: the theme may differ from the platform's."
    yield from site.notes
    if not files.is_own:
        yield f"Enter name = {draft.name!r} at its department in catalogue/departments.toml."


def _commands(found: NewPortal) -> Iterator[tuple[str, str]]:
    """The next commands, each as it can be given to a shell, and before it what it is for."""
    draft, files = found.made.draft, found.files
    own = f" --portals {quote(str(files.module.parent))}" if files.is_own else ""
    yield (
        "Crawl a little, into a folder of its own",
        f"portal crawl {draft.name} --articles 20 --archive look{own}",
    )
    if draft.platform.learns:
        draft_of = f"portal status {draft.name} --draft --archive look{own}"
        yield "Print the layout, once it is learned, as a module", draft_of
    expected = f"portal check {draft.name} --expected {quote(str(files.folder))}{own}"
    tests = f"pytest tests/portals -k {draft.name}"
    yield "After each change of the module or of expected.json", expected if own else tests


def _object(found: NewPortal) -> dict[str, Any]:
    made, site, result = found.made, found.made.site, found.made.result
    return {
        "name": made.draft.name,
        "title": made.draft.title,
        "province": made.draft.province,
        "platform": site.platform.name,
        "confidence": site.platform.recognition.confidence,
        "reasons": list(site.platform.recognition.reasons),
        "listings": [listing_object(each.section, each.claim) for each in site.listings],
        "feeds": [feed_object(each) for each in site.feeds],
        "articles": [article_object(each) for each in result.read],
        "module": str(found.files.module),
        "folder": str(found.files.folder),
        "missing": list(result.missing),
        "findings": list(map(str, result.findings)),
        "notes": list(_notes(found)),
        "next": [command for _, command in _commands(found)],
        "requests": found.requests,
    }
