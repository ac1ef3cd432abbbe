"""What looks wrong with an article once it is read, as codes that stand in its row."""

import re
from collections.abc import Iterator

from archive.models import Article
from portal_crawler.cleaning.words.boilerplate import is_boilerplate
from portal_crawler.cleaning.words.fonts import misread

SHORT_BODY_CHARS = 80
"""A notice that only points to its attachment has about 100 characters; one sentence is enough.
Under this, rather a selector finds the wrong element."""

_UNREADABLE = "\ufffd"

_ENTITY_ENDS = ("grave;", "acute;", "circ;", "tilde;", "cedil;", "uml;", "quo;")
"""Looked for first: a twentieth of the pattern's time."""

_BROKEN_ENTITY = re.compile(
    r"[^\W\d_](?:grave|acute|circ|tilde|cedil|uml);|(?<!&)\b[lr][ds]quo;", re.IGNORECASE
)
"""`phograve;ng`, `ldquo;`: the portal's editor lost the ampersand; kept as displayed."""


def problems(article: Article, *, truncated: bool = False) -> tuple[str, ...]:
    """The codes of `article.problems` and of what these checks find, sorted, each once.

    `truncated` says that the page was cut on its way, which nothing in the page tells.
    """
    found = {*article.problems, *_missing(article), *_suspect(article)}
    if truncated:
        found.add("truncated")
    return tuple(sorted(found))


def _missing(article: Article) -> Iterator[str]:
    if article.published_at is None:
        yield "no-date"
    if article.body is None:
        yield "no-body"
    elif len(article.body) < SHORT_BODY_CHARS:
        yield "body-short"


def _suspect(article: Article) -> Iterator[str]:
    text = "\n".join(part for part in (article.title, article.lead, article.body) if part)
    if any(is_boilerplate(line) for line in text.splitlines() if line):
        yield "boilerplate-left"
    if _UNREADABLE in text:
        yield "unreadable-characters"
    if code := misread(text):
        yield code
    small = text.lower()
    if any(end in small for end in _ENTITY_ENDS) and _BROKEN_ENTITY.search(text):
        yield "broken-entities"
