"""The questions that `portal check` asks of a sample of a live portal's pages. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.models import Article, Role
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.crawl.sampling import Sample, SampledPage
from portal_crawler.platforms.recognition import recognise_platform
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import FetchedPage, read_article
from portal_crawler.portals.recognition import SeenPage
from portal_crawler.scouting.claims import claim_of
from portal_crawler.scouting.listed_dates import day_pairs
from portal_crawler.scouting.result import ALWAYS, fetched, rows_of
from portal_crawler.ways.requests import ListingAnswer, ListingRequest

FIELDS = ("title", "published_at", "lead", "body", "author", "category")


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer to one question."""

    question: str
    found: str
    fits: bool
    """Whether it agrees with the declaration."""
    note: str | None = None
    """What a person should look at, though it may fit."""


def fits_of(
    portal: type[PortalDeclaration],
    sample: Sample,
    sections: Iterable[str],
    why: str | None,
    shown: Mapping[str, Sequence[str]],
) -> list[Fit]:
    """The answers of a sample. `why` is the reason of a crawl that requested nothing.

    `shown` says in words, by field, where it was seen before.
    """
    if not sample.pages:
        return [Fit("pages", why or "; ".join(sample.failures) or "none was fetched", fits=False)]
    pages = sample.of(Role.ARTICLE)
    articles = list(_articles(portal, pages))
    return [
        _platform(portal, sample.pages),
        *(answer for section in sections for answer in _of_listing(portal, section, sample)),
        *_of_fields(articles, shown),
        *_of_days(portal, sample, zip(pages, articles, strict=True)),
        *(Fit("failure", failure, fits=False) for failure in sample.failures),
    ]


def _platform(portal: type[PortalDeclaration], pages: list[SampledPage]) -> Fit:
    seen = [
        SeenPage.of(page.answer.body, page.answer.url, page.answer.content_type) for page in pages
    ]
    found = recognise_platform(seen)
    is_same = found.name == portal.platform or any(portal.recognise(page).claims for page in seen)
    if portal.learns and not any(_reads_rows(found.portal, page) for page in pages):
        return Fit("platform", portal.platform, fits=True)  # a platform's signs, another theme
    if is_same or not portal.signs:
        sure = f", {found.recognition.confidence:.0%} sure" if found.recognition.claims else ""
        words = f"{portal.platform}{sure if is_same else ', which has no signs'}"
        other = found.recognition.claims and not is_same
        return Fit("platform", found.name + sure if other else words, fits=not other)
    reasons = "; ".join(found.recognition.reasons[:2])
    return Fit("platform", f"{found.name} in place of {portal.platform}: {reasons}", fits=False)


def _reads_rows(platform: type[PortalDeclaration], page: SampledPage) -> bool:
    """Whether a platform's own layout finds rows on a page of the sample."""
    if platform.learns or page.role != Role.LISTING:
        return False
    read = fetched(page)
    found = platform.read_listing_page(read.body, read.url, read.fetched_at, read.content_type)
    return bool(found.rows)


def _of_listing(portal: type[PortalDeclaration], section: str, sample: Sample) -> Iterator[Fit]:
    pages = [page for page in sample.of(Role.LISTING) if page.section == section]
    if not pages:
        yield Fit(f"{section}: rows", "the page could not be fetched", fits=False)
        return
    claims = [claim_of(portal, fetched(page)) for page in pages]
    # The first page may be an index of sitemaps, or one that has the listing's form alone.
    later = next((each for each in claims if each.rows), claims[0])
    claim = later if _may_be_empty(portal, fetched(pages[0])) else claims[0]
    yield Fit(f"{section}: rows", str(len(claim.rows)), fits=bool(claim.rows))
    yield _pager(portal, section, pages)
    if claim.is_counted:
        yield Fit(f"{section}: count", str(claim.total), fits=bool(claim.total))


def _may_be_empty(portal: type[PortalDeclaration], page: FetchedPage) -> bool:
    asked = ListingRequest(url=page.url)
    answer = ListingAnswer(request=asked, url=page.url, body=page.body, page=1)
    return portal.way(page.url).may_be_empty(answer)


def _pager(portal: type[PortalDeclaration], section: str, pages: list[SampledPage]) -> Fit:
    claim = claim_of(portal, fetched(pages[0]))
    question = f"{section}: pager"
    if len(pages) > 1:
        second = fetched(pages[1])
        read = portal.read_listing_page(
            second.body, second.url, second.fetched_at, second.content_type
        )
        return Fit(question, f"page 2 has {len(read.rows)} rows", fits=bool(read.rows))
    if claim.pager is not None and portal.paged:
        return Fit(question, f"it cannot be followed: {claim.pager}", fits=False)
    if claim.following is not None:
        return Fit(question, f"page 2 was not fetched: {claim.following}", fits=False)
    return Fit(question, "one page", fits=True)


def _articles(
    portal: type[PortalDeclaration], pages: Iterable[SampledPage]
) -> Iterator[Article | None]:
    for page in pages:
        try:
            yield read_article(portal, fetched(page))
        except ExtractionError:
            yield None


def _of_fields(articles: list[Article | None], shown: Mapping[str, Sequence[str]]) -> Iterator[Fit]:
    if not articles:
        yield Fit("articles", "none was fetched", fits=False)
        return
    for name in FIELDS:
        found = sum(article is not None and bool(getattr(article, name)) for article in articles)
        fits = found == len(articles) if name in ALWAYS else True
        words = f"{name} is on none of these articles, but {' and '.join(shown.get(name, ()))}"
        note = words if not found and name in shown else None
        yield Fit(name, f"{found} of {len(articles)} articles", fits=fits, note=note)


def _of_days(
    portal: type[PortalDeclaration],
    sample: Sample,
    read: Iterable[tuple[SampledPage, Article | None]],
) -> Iterator[Fit]:
    """Whether the pages' dates are those of the rows; nothing if no row has a date."""
    named = [
        (page.answer.url, portal.article_key(page.answer.url), article)
        for page, article in read
        if article is not None
    ]
    pairs = list(day_pairs(rows_of(portal, sample), named))
    others = [pair for pair in pairs if pair.differs]
    if others:
        one = others[0]
        words = f"differs from the listing's on {len(others)} of {len(pairs)}"
        note = f"{one.url} has the date {one.of_page}, and its row in the listing {one.of_row}"
        yield Fit("date", words, fits=False, note=note)
    elif pairs:
        yield Fit("date", f"the listing's on {len(pairs)} of {len(pairs)}", fits=True)
