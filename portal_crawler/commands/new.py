"""`portal new`: proposes a portal for a site, and writes its module, pages and expected result."""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from urllib.parse import urlsplit

from archive.commands.options import add_settings
from archive.layout import archive_folder
from archive.moments import VIETNAM, now
from archive.output import say, write, write_json
from portal_crawler.crawl.sampling import Sampling
from portal_crawler.crawl.spider import Portal
from portal_crawler.errors import UsageError
from portal_crawler.exit_codes import ExitCode
from portal_crawler.expected.folder import text_of_expected
from portal_crawler.launch.options import contact_missing
from portal_crawler.launch.user_log import log_to
from portal_crawler.platforms.recognition import platform_classes
from portal_crawler.portals.declaration_check import declaration_fault
from portal_crawler.portals.own_folder import load_from
from portal_crawler.portals.registry import (
    Registry,
    check_settings,
    own_folder,
    parsed_settings,
    project_settings,
    registry,
    registry_of,
)
from portal_crawler.scouting.address import addresses_of, is_same_site, name_of, root_of
from portal_crawler.scouting.crawls import Crawls, sampling_of
from portal_crawler.scouting.draft import Draft
from portal_crawler.scouting.look import Look, looking_at
from portal_crawler.scouting.places import Place, place_of
from portal_crawler.scouting.proposal import draft_of
from portal_crawler.scouting.report import (
    article_object,
    head,
    listing_object,
    paragraphs,
    say_answer,
    unsaid,
    write_fields,
    write_listings,
    write_platform,
)
from portal_crawler.scouting.result import Result, never_found, result_of
from portal_crawler.scouting.survey import Question, Site

EXAMPLES = """
  portal new https://sotttt.lamphuoc.example/
  portal new sotttt.lamphuoc.example --portals ~/portals --name lam-phuoc-sotttt
  portal new https://lamphuoc.example/ --listing https://lamphuoc.example/tin-tuc
"""

ARCHIVE_HELP = "keep the captures in this archive (else they are removed at the end)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `portal new`."""
    parser.add_argument("url", metavar="URL", help="the site's front page, or any page of it")
    parser.add_argument("--name", metavar="NAME", help="the portal's name (else from the host)")
    parser.add_argument("--platform", metavar="NAME", help="take this platform for it")
    parser.add_argument(
        "--listing", dest="listings", action="append", default=[], metavar="URL",
        help="a page that lists news (else they are searched for); may be repeated",
    )  # fmt: skip
    add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Look at the site, write the portal's files, and show what was found."""
    began = time.monotonic()
    settings = project_settings(parsed_settings(args.settings))
    check_settings(settings)
    known = registry(settings)
    question = _question(args, known)
    trial = Draft(
        name=question.name, title=question.name, platform=platform_classes()["generic"],
        province=None, home=root_of(question.addresses[0]), hosts=(),
        sections={}, verified_on="never", about="",
    )  # fmt: skip
    place = place_of(question.name, trial.module, own_folder(settings))
    place.check_free()
    if not args.quiet:
        for words in contact_missing(settings):
            say(words)
    with ExitStack() as held:
        folder = (
            archive_folder(args.archive)
            if args.archive is not None
            else Path(held.enter_context(TemporaryDirectory(prefix="portal-new-")))
        )
        settings.set("PORTAL_ARCHIVE", str(folder), priority="cmdline")
        settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
        log_to(say, quiet=not args.verbose, verbose=args.verbose)
        loaded = Path(held.enter_context(TemporaryDirectory(prefix="portal-new-")))
        made = _Made(question, now().astimezone(VIETNAM), loaded if place.is_own else None)
        crawls = Crawls(settings, note=unsaid if args.quiet else say_answer)
        crawls.run(looking_at(question), made.sampling)
        made.read(crawls.spiders[-1])
    place.write(made.draft.text(), made.result.pages, text_of_expected(made.result.expected))
    _report(args, made, place, _Cost(crawls.requests, time.monotonic() - began), known)
    is_whole = not made.result.missing and not made.result.findings
    return int(ExitCode.OK if is_whole else ExitCode.INCOMPLETE)


# The question


def _question(args: argparse.Namespace, known: Registry) -> Question:
    """What is asked, checked before any request is made; UsageError, UnknownPortalError."""
    addresses = addresses_of(args.url)
    listings = tuple(addresses_of(url)[0] for url in args.listings)
    host = urlsplit(addresses[0]).hostname or ""
    name = args.name if args.name is not None else name_of(host)
    if name in known.portals or name in known.broken:
        raise UsageError(
            f"a portal named {name!r} exists; `portal check {name}` looks at it, --name gives the "
            "new one another name"
        )
    if args.platform is not None and args.platform not in platform_classes():
        near = get_close_matches(args.platform, platform_classes(), n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(platform_classes())}"
        raise UsageError(f"no platform is named {args.platform!r}; {hint}")
    for url in listings:
        if not is_same_site(urlsplit(url).hostname or "", host):
            raise UsageError(f"--listing {url} is on another host than {addresses[0]}")
    question = Question(addresses=addresses, name=name, platform=args.platform, listings=listings)
    if (fault := declaration_fault(looking_at(question), project_settings({}))) is not None:
        raise UsageError(fault.rpartition(" (class ")[0])
    return question


class _Made:
    """The portal that is made of a site: its draft and the pages of its sample."""

    site: Site
    draft: Draft
    result: Result

    portal: type[Portal]

    def __init__(self, question: Question, at: datetime, folder: Path | None) -> None:
        """`folder` is one from which the module is loaded as it will be from one's own."""
        self._question = question
        self._at = at
        self._folder = folder

    def sampling(self, look: Portal) -> type[Portal]:
        """The class that fetches a sample of the site; UsageError if there is nothing to fetch."""
        assert isinstance(look, Look)
        if look.error is not None:
            raise look.error
        assert look.site is not None, "a look has an error or a site"
        self.site = look.site
        self.draft = draft_of(self.site, self._question.name, self._at.date())
        self.portal = self._portal()
        main = self.site.listings[0]
        return sampling_of(self.portal, {main.section: main.claim.url}, fetches_home=False)

    def _portal(self) -> type[Portal]:
        """The drafted portal; of one's own from its module, so that its rows have its rules."""
        if self._folder is None:
            return self.draft.declared()
        (self._folder / f"{self.draft.module}.py").write_text(self.draft.text(), "utf-8")
        found = registry_of([load_from(self._folder)])
        found.check()
        return cast(type[Portal], found.portals[self.draft.name])

    def read(self, spider: Portal) -> None:
        """Read the pages of the sample."""
        assert isinstance(spider, Sampling)
        origin = f"saved on {self._at.date().isoformat()} by `portal new`"
        pager = self.site.listings[0].claim.pager
        self.result = result_of(self.portal, spider.sample, origin, pager)
        self.site.notes += spider.sample.failures


# The report


class _Cost:
    """What a look took."""

    def __init__(self, requests: int, seconds: float) -> None:
        self.requests = requests
        self.seconds = seconds


def _report(
    args: argparse.Namespace, made: _Made, place: Place, cost: _Cost, known: Registry
) -> None:
    notes = list(_notes(made, place, known))
    if args.json:
        _write_objects(made, place, cost, notes)
        return
    if args.quiet:
        for words in (*made.result.missing, *map(str, made.result.findings)):
            say(f"portal new: {words}")
        return
    site, result = made.site, made.result
    write_platform(site.platform)
    write_listings([(each.section, each.claim) for each in site.listings], site.feeds)
    write_fields(result.read, is_compared=not made.draft.platform.learns)
    head("Written")
    lines = len([line for line in made.draft.text().partition('"""\n\n')[2].splitlines() if line])
    write(f"  {place.module} ({lines} lines)")
    write(f"  {place.folder} ({len(result.pages)} pages, expected.json)")
    write(f"  {cost.requests} requests, {cost.seconds:.0f} s")
    head("Missing" if result.missing or result.findings else "Nothing is missing")
    paragraphs(result.missing)
    paragraphs(map(str, result.findings))
    if not result.findings:
        write("  The pages give what expected.json says.")
    head("Look at")
    paragraphs(notes)


def _notes(made: _Made, place: Place, known: Registry) -> Iterator[str]:
    """Sentences on what a person has to look at."""
    draft, site = made.draft, made.site
    yield (
        "The saved pages are the portal's own. Look for session tokens and private people's data "
        "in them, and publish them only if their rights allow it: this project ships only pages "
        "that were written after the markup."
    )
    yield (
        f"The values in {place.folder / 'expected.json'} were read by this software. Compare each "
        "with its page in a browser, and correct the file where they differ."
    )
    yield f"title = {draft.title!r}, province = {draft.province!r}: are they right?"
    host = urlsplit(site.home.url).hostname or ""
    for name, portal in known.portals.items():
        if any(is_same_site(each.partition(":")[0], host) for each in portal.hosts):
            yield f"Portal {name!r} has the host {host}, too. Its articles would be crawled twice."
    if draft.platform.learns:
        yield (
            "No platform knows this system, so `generic` reads it: it learns the layout once five "
            "articles are known, reads the first ones by a general extractor, finds no author or "
            "category at first, and takes an address without a number for the article's key. "
            "`portal status NAME --draft` prints the learned layout as a module."
        )
    if never := never_found(made.portal, made.result.read):
        yield f"No page has {', '.join(never)}: the theme may differ from the platform's."
    yield from site.notes
    test = f"pytest tests/portals -k {draft.name}" if not place.is_own else "the comparison again"
    folder = f"`portal check {draft.name} --expected {place.folder}`"
    yield f"After each change run {folder if place.is_own else test}."


def _write_objects(made: _Made, place: Place, cost: _Cost, notes: list[str]) -> None:
    site, result = made.site, made.result
    write_json(
        {
            "name": made.draft.name,
            "title": made.draft.title,
            "province": made.draft.province,
            "platform": site.platform.name,
            "confidence": site.platform.recognition.confidence,
            "reasons": list(site.platform.recognition.reasons),
            "listings": [listing_object(each.section, each.claim) for each in site.listings],
            "feeds": [
                {"url": feed.url, "kind": feed.kind, "entries": feed.entries,
                 "newest": feed.newest, "oldest": feed.oldest}
                for feed in site.feeds
            ],
            "articles": [article_object(each) for each in result.read],
            "module": str(place.module),
            "folder": str(place.folder),
            "missing": list(result.missing),
            "findings": list(map(str, result.findings)),
            "notes": notes,
            "requests": cost.requests,
        }
    )  # fmt: skip
