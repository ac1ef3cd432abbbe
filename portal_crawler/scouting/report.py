"""Shows the findings of a look at a portal: tables for a person, objects for a program."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from archive.commands.tables import write_table
from archive.commands.terminal import columns, wrapped
from archive.models import Article
from archive.output import bold, write
from portal_crawler.platforms.recognition import RecognisedPlatform
from portal_crawler.run.drift import counted_words, likeness
from portal_crawler.scouting.claims import ListingClaim
from portal_crawler.scouting.feeds import FeedClaim
from portal_crawler.scouting.result import ReadPage

FIELDS = ("title", "published_at", "lead", "author", "category", "source")
"""Fields that are shown as they were read. For the others their size is shown."""

SHOWN_ALWAYS = (*FIELDS, "body")
"""Fields with a line also if the page lacks them."""

LABEL_CHARS = 16
"""Columns of a table of fields beside the two values."""


def head(words: str) -> None:
    """A heading, behind an empty line."""
    write()
    write(bold(words))


def paragraphs(lines: Iterable[str]) -> None:
    """Sentences, each a paragraph of its own behind a hyphen; further lines of one stay lines."""
    for line in lines:
        first, *values = line.split("\n")
        for piece in wrapped(first, "  ", "- "):
            write(piece)
        for value in values:
            for piece in wrapped(" ".join(value.split(None, 1)), "      ", "    "):
                write(piece)


def write_platform(platform: RecognisedPlatform) -> None:
    """The platform, and the signs by which it was recognized."""
    sure = f", {platform.recognition.confidence:.0%} sure" if platform.recognition.claims else ""
    head(f"Platform: {platform.name}{sure}")
    paragraphs(platform.recognition.reasons)


def write_listings(
    listings: Iterable[tuple[str, ListingClaim]], feeds: Iterable[FeedClaim] = ()
) -> None:
    """A table of listings and feeds: how many articles each claims, the newest and oldest date."""
    rows: list[list[object]] = []
    for section, claim in listings:
        is_sure = claim.is_counted or claim.pages == 1 or claim.total is None
        count = f"{'' if is_sure else 'about '}{claim.total or '?'}"
        rows.append([section, count, claim.pages, claim.newest, claim.oldest, _path(claim.url)])
    rows += [
        [feed.kind, str(feed.entries), None, feed.newest, feed.oldest, _path(feed.url)]
        for feed in feeds
    ]
    head("Listings")
    heads = ["section", "articles", "pages", "newest", "oldest", "address"]
    write_table(heads, rows, ["pages"])


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def write_fields(read: Iterable[ReadPage], *, is_compared: bool) -> None:
    """A table for each article: the fields that were read, beside a general extractor's."""
    beside = ", beside them a general extractor's" if is_compared else ""
    head(f"Fields that were read{beside}")
    width = (columns() - LABEL_CHARS) // (2 if is_compared else 1)
    for number, each in enumerate(read):
        if number:
            write()
        write(each.file)
        if each.article is None:
            write(f"  no article: {each.why}")
            continue
        rows: list[list[object]] = [
            [label, _cut(one, width), *([_cut(other, width)] if is_compared else [])]
            for label, one, other in _values(each.article, each.general)
            if label in SHOWN_ALWAYS or not {one, other} <= {"", "-"}
        ]
        heads = ["field", "as read", *(["general"] if is_compared else [])]
        write_table(heads, rows)


def _values(article: Article, general: Article | None) -> Iterable[tuple[str, str, str]]:
    for name in FIELDS:
        yield name, _text(getattr(article, name)), _text(getattr(general, name, None))
    yield "body", _body(article), _body(general)
    yield "", "", _alike(article, general)
    for name in ("images", "videos", "attachments"):
        yield name, _count(article, name), _count(general, name)
    yield "problems", ", ".join(article.problems) or "-", ""


def _text(value: str | None) -> str:
    return value or "-"


def _body(article: Article | None) -> str:
    if article is None or not article.body:
        return "-"
    paragraphs_of = article.body.count("\n\n") + 1
    plural = "s" if paragraphs_of > 1 else ""
    return f"{paragraphs_of} paragraph{plural}, {len(article.body.split())} words"


def _alike(article: Article, general: Article | None) -> str:
    if general is None or not general.body or not article.body:
        return ""
    like = likeness(counted_words(article.body), counted_words(general.body))
    return f"{like:.0%} of the words alike"


def _count(article: Article | None, name: str) -> str:
    return "-" if article is None else str(len(getattr(article, name)) or "-")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(1, width - 1)].rstrip()}…"


def article_object(each: ReadPage) -> dict[str, Any]:
    """An article's page as `--json` has it."""
    article = asdict(each.article) if each.article is not None else None
    return {"file": each.file, "url": each.page.url, "article": article, "error": each.why}


def feed_object(feed: FeedClaim) -> dict[str, Any]:
    """A feed or sitemap as `--json` has it."""
    return {
        "url": feed.url, "kind": feed.kind, "entries": feed.entries, "newest": feed.newest,
        "oldest": feed.oldest,
    }  # fmt: skip


def listing_object(section: str, claim: ListingClaim) -> dict[str, Any]:
    """A listing as `--json` has it."""
    return {
        "section": section, "url": claim.url, "articles": claim.total,
        "counted": claim.is_counted, "pages": claim.pages, "rows": len(claim.rows),
        "newest": claim.newest, "oldest": claim.oldest, "next": claim.following,
        "unfollowed_pager": claim.pager,
    }  # fmt: skip
