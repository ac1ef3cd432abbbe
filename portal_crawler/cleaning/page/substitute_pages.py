"""Pages that stand in an article's place with status 200, and what each says of the article.

Told by few words and a marker together (docs/FIELDS.md, *A page in an article's place*): the
markers alone stand in articles about firewalls and in boxes of whole pages too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from lxml import etree

from portal_crawler.cleaning.page.visible import is_hidden
from portal_crawler.cleaning.words.boilerplate import (
    block_page_phrase,
    failure_phrase,
    is_block_page_script,
    is_placeholder,
    is_soft_not_found,
    is_substitute_title,
)
from portal_crawler.cleaning.words.text import clean

LONGEST_SUBSTITUTE_CHARS = 1500
"""Of text that is no link. Firewalls' pages have 100 to 700, a portal's head and foot around a
message 300 to 800; a portal's page with news on it has some thousand."""

LONGEST_SCRIPT_PAGE_CHARS = 100
"""Of visible text on a page that is only a script: "Loading…", or a word on JavaScript."""

LONGEST_BLOCK_PAGE_SCRIPT_CHARS = 20_000
"""The scripts seen have 150 to 9,000; more is a site's own program."""

_NOT_SPOKEN_TAGS = ("script", "style", "template", "head")


class SubstituteKind(Enum):
    """What a page that stands in for another says; its value, for a person."""

    NOT_FOUND = "soft 404"
    """The article is not there, or not yet."""
    BLOCK_PAGE = "blocked"
    """We are not let in: nothing is said of the article."""
    FAILURE = "the portal's failure"
    """The portal has broken down: nothing is said of the article."""


@dataclass(frozen=True, slots=True)
class SubstitutePage:
    """What stands in the article's place, and the words that say so."""

    kind: SubstituteKind
    phrase: str

    def words(self) -> str:
        """For a person."""
        return f"{self.kind.value}, the page says {self.phrase!r}"


def no_answer(root: etree._Element) -> SubstitutePage | None:
    """The gate or the portal's own failure that a page is; None of all other pages."""
    found = substitute_page(root)
    return found if found is not None and found.kind is not SubstituteKind.NOT_FOUND else None


def substitute_page(
    root: etree._Element, title: str | None = None, not_found: tuple[str, ...] = ()
) -> SubstitutePage | None:
    """What a page is instead of an article; None where it may well be one.

    `title` is the headline that was found on it; a page with one stands in for another only where
    the headline says so, whatever its other words are. `not_found` are the platform's own phrases.
    """
    if title is not None and (is_soft_not_found(title, not_found) or is_placeholder(title)):
        return SubstitutePage(SubstituteKind.NOT_FOUND, title)
    if title is not None and not is_substitute_title(title):
        return None
    texts = list(_spoken(root))
    if title is None and (phrase := _first(texts, not_found)):
        return SubstitutePage(SubstituteKind.NOT_FOUND, phrase)
    unlinked = clean(" ".join(text for text, linked in texts if not linked))
    if len(unlinked) > LONGEST_SUBSTITUTE_CHARS:
        return None
    return _short_substitute(root, unlinked, [text for text, _ in texts])


def _first(texts: list[tuple[str, bool]], not_found: tuple[str, ...]) -> str | None:
    return next((clean(text) for text, _ in texts if is_soft_not_found(text, not_found)), None)


def _short_substitute(
    root: etree._Element, unlinked: str, texts: list[str]
) -> SubstitutePage | None:
    named = " ".join(title.text or "" for title in root.iter("title"))
    said = f"{named} {unlinked}"
    if phrase := block_page_phrase(said):
        return SubstitutePage(SubstituteKind.BLOCK_PAGE, phrase)
    if len(unlinked) <= LONGEST_SCRIPT_PAGE_CHARS:
        scripts = "".join(script.text or "" for script in root.iter("script"))
        if len(scripts) <= LONGEST_BLOCK_PAGE_SCRIPT_CHARS and is_block_page_script(scripts):
            return SubstitutePage(
                SubstituteKind.BLOCK_PAGE, "a script that sets a cookie and loads the page again"
            )
    if phrase := failure_phrase(said):
        return SubstitutePage(SubstituteKind.FAILURE, phrase)
    placeholder = next((clean(text) for text in texts if is_placeholder(text)), None)
    return SubstitutePage(SubstituteKind.NOT_FOUND, placeholder) if placeholder else None


def _spoken(root: etree._Element) -> Iterator[tuple[str, bool]]:
    """The texts that a reader may see, each with whether it is a link's."""
    links = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            links += element.tag == "a"
            if element.tag in _NOT_SPOKEN_TAGS or is_hidden(element, element.get("style")):
                walk.skip_subtree()
            elif element.text:
                yield element.text, links > 0
        else:
            links -= element.tag == "a"
            if element.tail and element is not root:
                yield element.tail, links > 0
