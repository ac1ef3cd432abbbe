"""Checks of an article that has been read; their codes stand in its row."""

from collections.abc import Iterator
from dataclasses import replace

from archive.entities import mended_lines
from archive.models import Article
from portal_crawler.cleaning.body.surroundings import MENU_IN_BODY, holds_surroundings
from portal_crawler.cleaning.words.boilerplate import is_boilerplate
from portal_crawler.cleaning.words.fonts import misread_lines
from portal_crawler.cleaning.words.passing import passing_lines

TITLE_FROM_HEAD = "title-from-head"
"""A problem code: the page shows no headline, and the title is that of its head."""

TITLE_FROM_LISTING = "title-from-listing"
"""A problem code: the page shows no headline, and the title is that of a listing."""

TITLE_FROM_TEXT = "title-from-text"
"""A problem code: the page has no headline and no title, and the title is the text's first line."""

SHORT_BODY_CHARS = 80
"""A notice that only points to its attachment has about 100 characters. In a shorter body a
selector probably finds the wrong element."""

_UNREADABLE = "\ufffd"


def checked_article(article: Article, *, truncated: bool = False) -> Article:
    """The article with the codes of all problems, sorted and each once, `repaired_words` and
    `passing`.

    `repaired_words` has the lines that broken entities spoil, as they were meant; the other fields
    stay as readers saw them. `truncated` says that the page was cut on its way.
    """
    found = {*article.problems, *_missing(article), *_suspect(article)}
    if truncated:
        found.add("truncated")
    mended = _mended(article)
    if mended:
        found.add("broken-entities")
    words = "\n".join(line for line in mended if line) or None
    passing = dict(pair for text in (article.lead, article.body) for pair in passing_lines(text))
    return replace(
        article,
        problems=tuple(sorted(found)),
        repaired_words=words,
        passing=tuple(passing.items()),
    )


def _missing(article: Article) -> Iterator[str]:
    if article.published_at is None:
        yield "no-date"
    if article.body is None:
        yield "no-body"
    elif len(article.body) < SHORT_BODY_CHARS:
        yield "body-short"


def _suspect(article: Article) -> Iterator[str]:
    heads = (head for head in (article.title, article.lead) if head)
    body = (article.body or "").splitlines()
    lines = [*(line for head in heads for line in head.splitlines()), *body]
    if any(is_boilerplate(line) for line in lines if line):
        yield "boilerplate-left"
    if holds_surroundings(body):
        yield MENU_IN_BODY
    if any(_UNREADABLE in line for line in lines):
        yield "unreadable-characters"
    if code := misread_lines(lines):
        yield code


def _mended(article: Article) -> list[str]:
    """The lines with broken entities, corrected."""
    texts = (article.title, article.lead, article.body, article.author)
    return [line for text in texts if text for line in mended_lines(text)]
