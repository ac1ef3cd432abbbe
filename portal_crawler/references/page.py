"""Rewrites the addresses of a page, and of the pages inside its attributes. Pure."""

from collections.abc import Callable, Iterator

from portal_crawler.references.attributes import rewritings
from portal_crawler.references.markup import Attribute, Tag, quoted, tags
from portal_crawler.references.module import rewrite_module
from portal_crawler.references.reference import See
from portal_crawler.references.stylesheet import rewrite_stylesheet

Adjust = Callable[[Tag, Attribute], str | None]
"""Gives a new value for an attribute, even one without an address; None keeps the value."""

MOST_NESTED = 3
"""The depth to which pages inside `srcdoc` attributes are read."""


def rewrite_page(
    page: str,
    see: See,
    *,
    text: Callable[[str], str] = str,
    adjust: Adjust | None = None,
    depth: int = 0,
) -> str:
    """The page with its addresses replaced by those that `see` returns; everything else stays.

    The characters of `page` may stand for bytes; `text` gives their letters. The
    replacements are ASCII. `adjust` is asked first about each attribute.
    """
    out: list[str] = []
    kept = 0
    for start, end, new in _changes(page, see, text, adjust, depth):
        out += page[kept:start], new
        kept = end
    return "".join(out) + page[kept:] if out else page


def _changes(
    page: str, see: See, text: Callable[[str], str], adjust: Adjust | None, depth: int
) -> Iterator[tuple[int, int, str]]:
    """Start and end of each replaced part, and its replacement."""
    for tag in tags(page, text):
        yield from _of_attributes(tag, see, adjust, depth)
        inner = page[tag.text_start : tag.text_end]
        if inner and (new := _of_text(tag, inner, see, text)) is not None:
            yield tag.text_start, tag.text_end, new


def _of_attributes(
    tag: Tag, see: See, adjust: Adjust | None, depth: int
) -> Iterator[tuple[int, int, str]]:
    rewrite_of = {attribute.name: rewrite for attribute, rewrite in rewritings(tag)}
    for attribute in tag.attributes:
        new = adjust(tag, attribute) if adjust is not None else None
        if new is None and attribute.name in rewrite_of:
            new = rewrite_of[attribute.name](attribute.value, see)
        elif new is None and attribute.name == "srcdoc" and depth < MOST_NESTED:
            nested = rewrite_page(attribute.value, see, adjust=adjust, depth=depth + 1)
            new = nested if nested != attribute.value else None
        if new is not None:
            yield attribute.start, attribute.end, quoted(new)


def _of_text(tag: Tag, inner: str, see: See, text: Callable[[str], str]) -> str | None:
    if tag.name == "style":
        return rewrite_stylesheet(inner, see, text)
    if tag.name == "script" and (tag.value("type") or "").strip().lower() == "module":
        return rewrite_module(inner, see)
    return None
