"""The pages of a sample as a portal's folder, with the fields that are missing. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.models import Article, ListedArticle, Role
from archive.words.letters import normalised, without_marks
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.json_answers import is_json
from portal_crawler.crawl.sampling import Sample, SampledPage
from portal_crawler.expected.comparison import SavedFolder, compared
from portal_crawler.expected.entries import article_entry, listed_keys, listing_entry
from portal_crawler.expected.form import Difference
from portal_crawler.learning.extractor import READ_GENERALLY
from portal_crawler.platforms.generic import Generic
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import FetchedPage, read_article
from portal_crawler.scouting.listed_dates import day_pairs

MOST_LISTING_PAGES = 2
MOST_ARTICLES = 4
FEWEST_ARTICLES = 2

ALWAYS = ("title", "published_at", "body")
"""Fields that each article has; without one of them something is missing."""

LONGEST_STEM_CHARS = 40


@dataclass(frozen=True, slots=True)
class ReadPage:
    """An article's page, as its portal and a general extractor read it."""

    file: str
    page: FetchedPage
    article: Article | None
    """None if the page gives none."""
    general: Article | None
    why: str | None = None
    """The reason why the page gives no article."""


@dataclass(frozen=True, slots=True)
class SampleResult:
    """The pages of a sample as a portal reads them."""

    expected: dict[str, Any]
    pages: Mapping[str, bytes] = field(repr=False)
    """The payloads by file name."""
    read: tuple[ReadPage, ...]
    missing: tuple[str, ...]
    """Sentences about listings and fields that a portal must have and this one lacks, and about
    dates that are not those of the listing."""
    findings: tuple[Difference, ...]
    """The differences between the pages and the expected result."""


def result_of(
    portal: type[PortalDeclaration], sample: Sample, origin: str, pager: str | None = None
) -> SampleResult:
    """The result of a sample: two listing pages and four articles of different shape.

    `pager` is a pager that cannot be followed, in words.
    """
    listings = _listing_pages(sample.of(Role.LISTING))
    read = chosen([_read(portal, page) for page in sample.of(Role.ARTICLE)])
    pages = {name: page.page.body for name, page in listings.items()} | {
        each.file: each.page.body for each in read
    }
    listed = [
        listing_entry(portal, name, each.page, each.number) for name, each in listings.items()
    ]
    keys = listed_keys(listed)
    expected: dict[str, Any] = {
        "origin": origin,
        "listings": listed,
        "articles": [article_entry(portal, each.file, each.page, keys) for each in read],
    }
    findings = compared(portal, SavedFolder(expected, pages))
    missing = [
        *_missing_in_listings(portal, expected["listings"], pager),
        *_missing_in_articles(read),
        *_other_days(portal, sample, read),
    ]
    return SampleResult(expected, pages, tuple(read), tuple(missing), tuple(findings))


def fits_layout(result: SampleResult) -> bool:
    """Whether the portal's own layout reads most of the pages that give an article."""
    articles = [each.article for each in result.read if each.article is not None]
    own = [article for article in articles if READ_GENERALLY not in article.problems]
    return 2 * len(own) > len(articles)


# Listings


@dataclass(frozen=True, slots=True)
class _Listing:
    page: FetchedPage
    number: int


def _listing_pages(pages: Iterable[SampledPage]) -> dict[str, _Listing]:
    """The first pages of the first listing, by file name."""
    found: dict[str, _Listing] = {}
    section = None
    for page in pages:
        section = page.section if section is None else section
        if page.section == section and len(found) < MOST_LISTING_PAGES:
            name = "listing" if page.number <= 1 else f"listing-{page.number}"
            saved = fetched(page)
            found[f"{name}.{_ending(saved)}"] = _Listing(saved, max(1, page.number))
    return found


def _missing_in_listings(
    portal: type[PortalDeclaration], entries: list[dict[str, Any]], pager: str | None
) -> Iterator[str]:
    if not any(entry["rows"] for entry in entries):
        yield "the listing has no rows: it is another platform, or another theme of this one"
        return
    if pager is not None:
        yield f"the listing has a pager that cannot be followed: {pager}"
    if entries[0]["next"] and (len(entries) < MOST_LISTING_PAGES or not entries[1]["rows"]):
        yield f"the listing's second page has no rows: {entries[0]['next']}"
    rows = entries[0]["rows"]
    without = sum(row["title"] is None for row in rows)
    if without and not portal.way(entries[0]["url"]).names_everything:  # a sitemap has no titles
        yield f"{without} of {len(rows)} rows have no title"


# Articles


def _read(portal: type[PortalDeclaration], sampled: SampledPage) -> ReadPage:
    page = fetched(sampled)
    article, why = _article(portal, page)
    general = None if portal.learns or is_json(page.body) else _article(Generic, page)[0]
    return ReadPage(_file_name(article, page), page, article, general, why)


def _article(
    portal: type[PortalDeclaration], page: FetchedPage
) -> tuple[Article | None, str | None]:
    try:
        return read_article(portal, page), None
    except ExtractionError as error:
        return None, str(error)


def _file_name(article: Article | None, page: FetchedPage) -> str:
    words = article.title if article is not None else page.url.rpartition("/")[2]
    plain = re.sub(r"[^a-z0-9]+", "-", without_marks(normalised(words)).lower()).strip("-")
    stem = plain[:LONGEST_STEM_CHARS].rpartition("-")[0] if len(plain) > LONGEST_STEM_CHARS else ""
    return f"article-{stem or plain[:LONGEST_STEM_CHARS] or 'page'}.{_ending(page)}"


def _ending(page: FetchedPage) -> str:
    """The ending of the file of a page; an answer in JSON is not one that browsers show."""
    return "json" if is_json(page.body) else "html"


def chosen(read: list[ReadPage]) -> list[ReadPage]:
    """At most four pages of the most different shapes, those with an article first."""
    left = sorted(read, key=lambda each: each.article is None)
    left = list({each.page.url: each for each in reversed(left)}.values())[::-1]
    found: list[ReadPage] = []
    while left and len(found) < MOST_ARTICLES:
        best = max(left, key=lambda each: _difference(each, found))
        left.remove(best)
        names = [each.file for each in found]
        number = 2
        file = best.file
        while file in names:
            stem, _, ending = best.file.rpartition(".")
            file = f"{stem}-{number}.{ending}"
            number += 1
        found.append(ReadPage(file, best.page, best.article, best.general, best.why))
    return found


def _difference(one: ReadPage, others: list[ReadPage]) -> float:
    """By how many features the nearest chosen page differs; without an article the least."""
    if one.article is None:
        return -1.0
    shape = _shape(one.article)
    shapes = [_shape(each.article) for each in others if each.article is not None]
    return min((float(len(shape ^ other)) for other in shapes), default=float(len(shape)))


def _shape(article: Article) -> frozenset[str]:
    """The features by which articles differ for their readers."""
    body = article.body or ""
    features = {
        "lead": article.lead, "author": article.author, "source": article.source,
        "images": article.images, "videos": article.videos, "attachments": article.attachments,
        "table": "\t" in body, "tags": article.tags, "date": article.published_at,
        "long": len(body) > 3_000, "short": len(body) < 600, "problems": article.problems,
    }  # fmt: skip
    return frozenset(name for name, value in features.items() if value)


def _missing_in_articles(read: list[ReadPage]) -> Iterator[str]:
    if len(read) < FEWEST_ARTICLES:
        yield f"{len(read)} of the listed articles could be fetched, and two are needed"
    for each in read:
        if each.article is None:
            yield f"{each.file}: {each.why}"
            continue
        found = each.article
        if lacking := [name for name in ALWAYS if not getattr(found, name)]:
            yield f"{each.file} has no {' and no '.join(lacking)}: {found.url}"


def _other_days(
    portal: type[PortalDeclaration], sample: Sample, read: list[ReadPage]
) -> Iterator[str]:
    files = {each.page.url: each.file for each in read}
    named = [
        (each.page.url, portal.article_key(each.page.url), each.article)
        for each in read
        if each.article is not None
    ]
    for pair in day_pairs(rows_of(portal, sample), named):
        if pair.differs:
            yield (
                f"{files[pair.url]}: the page's date {pair.of_page} is not the listing's "
                f"{pair.of_row}: {pair.url}"
            )


def rows_of(portal: type[PortalDeclaration], sample: Sample) -> Iterator[ListedArticle]:
    """The rows of all listing pages of a sample."""
    for page in map(fetched, sample.of(Role.LISTING)):
        yield from portal.read_listing_page(
            page.body, page.url, page.fetched_at, page.content_type
        ).rows


def never_found(portal: type[PortalDeclaration], read: Iterable[ReadPage]) -> list[str]:
    """Fields that the layout has elements for, and that no page has."""
    articles = [each.article for each in read if each.article is not None]
    return [
        name
        for name in portal.watched_fields()
        if articles and all(name in article.missed for article in articles)
    ]


def fetched(sampled: SampledPage) -> FetchedPage:
    """A page of a sample, as it is read."""
    answer = sampled.answer
    return FetchedPage(
        body=answer.body,
        url=answer.url,
        fetched_at=answer.fetched_at,
        content_type=answer.content_type,
        truncated=answer.broke_off,
        listed_title=answer.listed_title,
    )
