"""Elements of a page that readers do not see, and the leftovers of Word."""

import re
from collections.abc import Container

from lxml import etree

SILENT_TAGS = frozenset(
    (
        *("script", "style", "noscript", "template", "button", "select", "option", "textarea"),
        *("input", "head", "title", "iframe", "object", "embed", "svg", "audio", "video", "canvas"),
        *("xml", "datalist"),
    )
)
"""Elements whose text readers do not see as text; `xml` holds settings of Word."""

_HIDING_CSS = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all)"
)
_HIDING_CLASSES = frozenset(
    (
        *("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "d-none"),
        *("off-screen", "offscreen", "element-invisible", "assistive-text"),
    )
)
"""Classes of Bootstrap, WordPress, Drupal and others that hide an element, or show it to screen
readers only."""
_SHOWN_AT_SOME_WIDTH = re.compile(r"\bd-(?:sm|md|lg|xl|xxl|print)-(?!none)")

_SPACED_TAGS = frozenset(
    (
        *("br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "table", "section", "article"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figure", "figcaption", "dt", "dd"),
    )
)
"""Elements that part words: `A<br>B` is "A B"."""

_SHOWING_TAGS = frozenset(("img", "table", "iframe", "video"))
MOST_SIGN_ELEMENTS = 10
"""Elements inside of a sign without words: an icon has one or two. Looking at more would take
quadratic time if such elements are nested."""

_WORD_BULLET = re.compile(r"mso-list\s*:\s*ignore")
_WRITTEN_MARK = re.compile(r"\w+[.)]|\(\w+\)|[-–—+*•]")


def css_of(element: etree._Element) -> str:
    """An element's own style in lower case; empty if it has none."""
    css = element.get("style")
    return css.lower() if css else ""


def shown_text(element: etree._Element, silent: Container[str] = SILENT_TAGS) -> str:
    """The text in an element that readers see, uncleaned; lines and blocks are parted by spaces.

    The element itself counts as shown. The text of elements in `silent` is left out.
    """
    if not len(element):
        return element.text or ""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if inner.tag in _SPACED_TAGS:
            pieces.append(" ")
        if event == "start":
            if inner is not element and (inner.tag in silent or is_hidden(inner, css_of(inner))):
                walk.skip_subtree()
            elif inner.text:
                pieces.append(inner.text)
        elif inner is not element and inner.tail:
            pieces.append(inner.tail)
    return "".join(pieces)


def is_hidden(element: etree._Element, css: str) -> bool:
    """Whether an element is not shown; `css` is its own style as `css_of` gives it.

    `aria-hidden` hides an element from screen readers only. It counts for signs without a letter
    or digit, and not for words, which everyone else sees.
    """
    if css and ("none" in css or "hid" in css or "collapse" in css) and _HIDING_CSS.search(css):
        return True
    attributes = element.attrib
    if "hidden" in attributes:
        return True
    classes = attributes.get("class")
    if classes and not _HIDING_CLASSES.isdisjoint(classes.split()):
        return not _SHOWN_AT_SOME_WIDTH.search(classes)
    return attributes.get("aria-hidden") == "true" and _is_without_words(element)


def _is_without_words(element: etree._Element) -> bool:
    for number, inner in enumerate(element.iter("*")):
        if number > MOST_SIGN_ELEMENTS or inner.tag in _SHOWING_TAGS:
            return False
        behind = None if inner is element else inner.tail
        if any(map(str.isalnum, f"{inner.text or ''}{behind or ''}")):
            return False
    return True


def word_bullet(element: etree._Element, css: str) -> str | None:
    """The mark that Word wrote before a list's item, with a space; None if the element is not one.

    A letter of a symbol font becomes a hyphen: in Symbol and Wingdings "·", "§", "Ø" and "v" look
    like bullets.
    """
    if "mso-list" not in css or not _WORD_BULLET.search(css):
        return None
    mark = "".join(map(str, element.itertext())).replace("\xa0", " ").strip()
    return f"{mark if _WRITTEN_MARK.fullmatch(mark) else '-'} " if mark else None
