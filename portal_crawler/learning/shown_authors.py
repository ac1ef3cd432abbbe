"""Finds the author's line of a page that is read alone, where a class names it.

It is the last resort: bylines of the text and what the page states for machines come first.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree

from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.stated import Stated
from portal_crawler.cleaning.words.names import labelled_source
from portal_crawler.cleaning.words.text import clean

MOST_LINES = 40
"""Elements with a class for authors that are looked at."""

LONGEST_LINE_CHARS = 160
"""The longest line with authors, a date and the newspaper."""

FEWEST_WORDS, MOST_WORDS = 2, 5
"""Words of one name."""

_NAMED = etree.XPath(
    "descendant::*[contains(@class, 'uthor') or contains(@class, 'yline')"
    " or contains(@class, 'by-line') or contains(@class, 'utor') or contains(@class, 'auteur')"
    " or contains(@class, 'tac-gia') or contains(@class, 'tacgia')]"
)
_LINE = re.compile(r"by-?line|(?<![a-z])(?:author|autor|auteur|tac-?gia)", re.IGNORECASE)
_OTHER = re.compile(
    r"bio|image|img|avatar|photo|picture|about|box|relate|more|comment|social|follow|title|role|job"
    r"|desc|date|time|list|widget|sidebar|promo|teaser|recommend|authori",
    re.IGNORECASE,
)
"""Names of what stands beside an author's name, or of other articles."""
_OTHER_TAGS = frozenset(("nav", "aside", "footer", "img"))

_LABEL = re.compile(
    r"(?:(?:written|story|text|words|reported|posted|published)\s+)?(?:by|von|par|por|door|bởi)\s+"
    r"|(?:autor(?:en|in|ka|es)?|authors?|auteurs?|автор(?:ы)?|текст|text|tác giả|作者|记者|記者)"
    r"\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s*(?:[|•·\d(@]|\s[-–—]\s"
    r"|(?<!\w)(?:on|updated|published|am|le|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?!\w)).*",
    re.DOTALL | re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*[,;&]\s*|\s+(?:and|und|et|y|og|och|en|i|и|και|và)\s+")
_PARTICLES = frozenset(
    ("von", "van", "de", "der", "den", "del", "della", "di", "da", "la", "le", "du", "bin", "al")
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,4}")


class Shown(NamedTuple):
    """Who an author's line names."""

    author: str | None = None
    source: str | None = None


def shown_author(
    root: etree._Element,
    stated: Stated,
    find_head: Callable[[], etree._Element | None],
    body: etree._Element,
) -> Shown:
    """The names in the first author's line between the headline's element and the end of the
    body's."""
    named = cast("list[etree._Element]", _NAMED(root))[:MOST_LINES]
    lines = {line for line in named if _is_of_article(line)}
    for line in _within(root, find_head(), body, lines) if lines else ():
        text = clean(shown_text(line))
        if len(text) > LONGEST_LINE_CHARS:
            continue
        if source := labelled_source(text):
            return Shown(source=source)
        names = dict.fromkeys(_names(text))
        persons = [name for name in names if stated.person_named(name)]
        if persons:
            return Shown(", ".join(persons))
    return Shown()


def _within(
    root: etree._Element,
    head: etree._Element | None,
    body: etree._Element,
    lines: set[etree._Element],
) -> Iterator[etree._Element]:
    """The lines behind the headline and not behind the body."""
    last = deque(body.iter("*"), maxlen=1)[0]
    has_begun = head is None
    for element in root.iter("*"):
        has_begun = has_begun or element is head
        if has_begun and element in lines:
            yield element
        if element is last:
            return


def _is_of_article(line: etree._Element) -> bool:
    name = line.get("class") or ""
    if not _LINE.search(name) or _OTHER.search(name):
        return False
    outer = islice(line.iterancestors(), 4)
    around = [(one.tag, one.get("class") or "") for one in outer if one.tag not in ("body", "html")]
    return not any(tag in _OTHER_TAGS or _OTHER.search(names) for tag, names in around)


def _names(text: str) -> Iterator[str]:
    """The names in an author's line, without its label, date and newspaper."""
    label = _LABEL.match(text)
    line = text[label.end() :] if label else text
    for part in _BETWEEN.split(_END.sub("", line)):
        if _is_name(part):
            yield part


def _is_name(text: str) -> bool:
    if _CHINESE.fullmatch(text):
        return True
    words = text.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return False
    letters = (
        word.replace("-", "").replace("'", "").replace("’", "").rstrip(".") for word in words
    )
    if not all(map(str.isalpha, letters)):
        return False
    return all(word in _PARTICLES or word[0].isupper() for word in words)
