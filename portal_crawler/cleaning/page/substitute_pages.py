"""Substitute pages: pages served in place of an article with status 200.

A page is one if it has little text and a marker (docs/FIELDS.md, *A substitute page*).
The markers alone occur in articles about firewalls, and in boxes of sound pages.
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
    is_login,
    is_placeholder,
    is_soft_not_found,
    is_substitute_title,
)
from portal_crawler.cleaning.words.text import clean

LONGEST_SUBSTITUTE_CHARS = 1500
"""The longest text outside of links. Pages of firewalls have 100 to 700 characters, a message
between a portal's head and foot 300 to 800, a portal's page with news some thousand."""

LONGEST_SCRIPT_PAGE_CHARS = 100
"""The longest visible text on a page that is only a script: "Loading…"."""

LONGEST_BLOCK_PAGE_SCRIPT_CHARS = 20_000
"""The known scripts have 150 to 9,000 characters; longer ones are a site's own program."""

_NOT_SPOKEN_TAGS = ("script", "style", "template", "head")


class SubstituteKind(Enum):
    """The kinds of substitute pages; the value is in words for a person."""

    NOT_FOUND = "soft 404"
    """The article is not there, or not yet."""
    BLOCK_PAGE = "blocked"
    """A firewall, captcha or login answers: the page says nothing about the article."""
    FAILURE = "the portal's failure"
    """The portal has an error: the page says nothing about the article."""


@dataclass(frozen=True, slots=True)
class SubstitutePage:
    """The kind of a substitute page, and the words of the page that show it."""

    kind: SubstituteKind
    phrase: str

    def words(self) -> str:
        """A description for a person."""
        return f"{self.kind.value}, the page says {self.phrase!r}"


def no_answer(root: etree._Element) -> SubstitutePage | None:
    """The block page or the portal's own error that a page is; None if it is neither."""
    found = substitute_page(root)
    return found if found is not None and found.kind is not SubstituteKind.NOT_FOUND else None


def substitute_page(
    root: etree._Element, title: str | None = None, not_found: tuple[str, ...] = ()
) -> SubstitutePage | None:
    """The substitute page that a page is; None if it may be an article.

    `title` is the headline that was found on it. A page with a headline is a substitute page only
    if the headline says so, whatever its other words. `not_found` has the platform's own phrases.
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
    if login := _login(root):
        return SubstitutePage(SubstituteKind.BLOCK_PAGE, login)
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


def _login(root: etree._Element) -> str | None:
    """The heading of a page that asks for a password; a login box of a sound page has none."""
    if not any(_is_password(field) for field in root.iter("input")):
        return None
    headings = (clean("".join(map(str, each.itertext()))) for each in root.iter("title", "h1"))
    return next(filter(is_login, headings), None)


def _is_password(field: etree._Element) -> bool:
    return (field.get("type") or "").casefold() == "password"


def _spoken(root: etree._Element) -> Iterator[tuple[str, bool]]:
    """The texts that a reader may see, each with whether it is in a link."""
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
