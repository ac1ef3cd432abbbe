"""Whether two readings of an article's pages say the same, whatever the pages change themselves."""

import re

from archive.database.article_rows import VERSIONED, PageContent, page_content
from archive.models import Article

_DATE = "published_at"


def says_the_same(one: Article, other: Article) -> bool:
    """Whether title, lead, body, author and date are the same.

    Counters and the line with the page's time do not count, nor does a date that the page gives by
    the time that has passed ("3 giờ trước").
    """
    return _lasting_text(one, other) == _lasting_text(other, one)


def is_beside_text_the_same(stored: PageContent, article: Article) -> bool:
    """Whether a row has the pictures, documents and other values of an article beside its text."""
    content = page_content(article)
    return all(stored[name] == content[name] for name in content if name not in VERSIONED)


def _lasting_text(article: Article, other: Article) -> list[object]:
    is_approximate = article.has_approximate_date or other.has_approximate_date
    names = (name for name in VERSIONED if not (is_approximate and name == _DATE))
    return [_lasting(article, getattr(article, name)) for name in names]


def _lasting(article: Article, text: str | None) -> str | None:
    if not text or not article.passing:
        return text
    passing = dict(article.passing)
    lasting = "\n".join(passing.get(line, line) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lasting).strip("\n") or None
