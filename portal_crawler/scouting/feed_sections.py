"""Feeds and sitemaps as sections of a portal, where its listings give less. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from archive.words.letters import normalised, without_marks
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.scouting.claims import FoundListing, ListingClaim, claim_of
from portal_crawler.scouting.feeds import FeedClaim

FEWEST_NEWS = 2
NEWS_SHARE = 0.8
"""The share of a sitemap's articles that lie in no folder of other pages; the crawl takes all."""

LEAST_GAIN = 1.1
"""A sitemap that names so many times the articles of the listings is a section beside them: counts
of a pager's pages are not exact."""

LONGEST_PATTERN_CHARS = 60

_NEWS = re.compile(
    r"\b(?:news|posts?|articles?|tin|tin tuc|bai viet|bai dang|su kien|thong bao|hoat dong)\b"
)
_OTHERS = re.compile(
    r"\b(?:pages?|categor(?:y|ies)|taxonom(?:y|ies)|tags?|authors?|users?|members?|images?|videos?"
    r"|albums?|galler(?:y|ies)|menus?|products?|san pham|danh muc|chuyen muc|trang|van ban|laws?"
    r"|thu tuc|dich vu|services?|lien he|contact|gioi thieu|about|hoi dap|faqs?|lich|events?|forms?"
    r"|du an|projects?|comments?|tai lieu|documents?|files?|downloads?|co cau|hinh anh|thu vien)\b"
)
"""Words, without marks, in the names of slices and folders that hold other pages than news."""


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed or sitemap, or a slice of one."""

    claim: FeedClaim
    page: FetchedPage
    index: FeedClaim | None = None
    """The sitemap that names it as a slice."""


def news_slices(slices: Sequence[str]) -> list[str]:
    """The slices of an index that have news by their names; if no name says so, those whose names
    say nothing else."""
    ranked = [(_rank(_last_part(url)), url) for url in slices]
    best = min((rank for rank, _ in ranked), default=_OTHER)
    return [url for rank, url in ranked if rank == best] if best < _OTHER else []


def likeliest(sitemaps: Iterable[str]) -> list[str]:
    """Sitemaps, those with news by their names first and those of other pages last."""
    return sorted(sitemaps, key=lambda url: _rank(_last_part(url)))


def feed_listings(
    feeds: Iterable[FoundFeed], listings: Sequence[FoundListing], portal: type[PortalDeclaration]
) -> list[FoundListing]:
    """The feeds and sitemaps that name more of the portal's news than its listings reach."""
    reach = _reach(listings)
    if reach is None:
        return []
    known = {row.key for each in listings for row in each.claim.rows}
    found: list[FoundListing] = []
    # A sitemap names everything; a feed has the newest articles.
    for feed in sorted(feeds, key=lambda each: "sitemap" not in each.claim.kind):
        claim = claim_of(portal, feed.page)
        keys = {row.key for row in claim.rows}
        if not _has_news(claim) or keys <= known:
            continue
        listing = _listing(feed, claim, [each.section for each in (*listings, *found)])
        if not listings or (listing.claim.total or 0) > LEAST_GAIN * reach:
            known |= keys
            found.append(listing)
    return found


def _reach(listings: Sequence[FoundListing]) -> int | None:
    """The number of articles to which the listings lead; None if it is not known."""
    reach = 0
    for each in listings:
        count = len(each.claim.rows) if each.claim.pager is not None else each.claim.total
        if count is None:
            return None
        reach += count
    return reach


def _has_news(claim: ListingClaim) -> bool:
    """Whether the addresses are mostly those of news, by their folders."""
    keys = {row.key for row in claim.rows}
    news = {row.key for row in claim.rows if _rank(_folders(row.url)) < _OTHER}
    return len(news) >= FEWEST_NEWS and len(news) >= NEWS_SHARE * len(keys)


def _listing(feed: FoundFeed, claim: ListingClaim, taken: Sequence[str]) -> FoundListing:
    kind = "sitemap" if "sitemap" in feed.claim.kind else "rss"
    numbers = (f"{kind}-{number}" for number in range(2, len(taken) + 3))
    section = kind if kind not in taken else next(each for each in numbers if each not in taken)
    listing = FoundListing(section, feed.claim.kind, replace(claim, following=None, pager=None))
    if feed.index is None:
        return listing
    wanted = news_slices(feed.index.slices)
    if len(wanted) == 1:
        return listing
    total = len(claim.rows) * len(wanted)
    whole = replace(listing.claim, url=feed.index.url, total=total, pages=len(wanted) + 1)
    pattern = "" if len(wanted) == len(feed.index.slices) else _pattern(wanted)
    return replace(listing, claim=whole, slices=pattern)


def _pattern(slices: Iterable[str]) -> str:
    """A pattern of the slices' names without their numbers; empty if it would be too long."""
    stems = dict.fromkeys(re.split(r"\d", _last_part(url), maxsplit=1)[0] for url in slices)
    pattern = "|".join(f"/{re.escape(stem)}" for stem in stems if stem)
    return pattern if len(pattern) <= LONGEST_PATTERN_CHARS else ""


_NEWS_RANK, _UNKNOWN, _OTHER = range(3)


def _rank(name: str) -> int:
    words = " ".join(re.findall(r"[^\W_\d]+", without_marks(normalised(unquote(name))).lower()))
    if _NEWS.search(words):
        return _NEWS_RANK
    return _OTHER if _OTHERS.search(words) else _UNKNOWN


def _folders(url: str) -> str:
    """The path of an address without its last part, which has the words of a headline."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[0]


def _last_part(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]
