"""Finds the tags of a page as a browser does with scripts switched off, each with its place. Pure.

The tokens are those of the HTML standard (13.2.5). A parser that builds a tree would not do: replay
sends a page's own bytes, and only addresses in them change.
"""

import html.entities
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_MARKUP = re.compile(
    r"<(?:!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|[!?][^>]*"
    r"|/[a-zA-Z][^>]*"
    r"|(?P<name>[a-zA-Z][^\s/>]*))",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"[\s/]*(?:(?P<close>>)"
    r"|(?P<name>[^\s/>][^\s/>=]*)(?:\s*=\s*"
    r"(?P<value>\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*|(?=>)))?)"
)
_CHARACTER = re.compile(r"&(?:#(?:[xX][0-9a-fA-F]+|[0-9]+);?|[a-zA-Z][a-zA-Z0-9]*;?)(?==?)")

_TEXT_ALONE = ("iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea",
               "title", "xmp")  # fmt: skip
"""Elements in which tags are text, up to their own end tag."""

_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _TEXT_ALONE}
_SCRIPT_IN_COMMENT = re.compile(r"<script(?=[\s/>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag."""

    name: str
    """The name in lower case."""
    value: str
    """The value without character references."""
    start: int
    """The offset at which the value begins in the page, including the quote."""
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, and the text of an element that holds only text."""

    name: str
    """The name in lower case."""
    attributes: tuple[Attribute, ...]
    """The attributes; of several with one name only the first."""
    text_start: int
    """The offset at which the text of a style or script begins; `text_end` if there is no text."""
    text_end: int

    def value(self, name: str) -> str | None:
        """The value of an attribute, its name given in lower case."""
        return next((each.value for each in self.attributes if each.name == name), None)


def tags(page: str, text: Callable[[str], str] = str) -> Iterator[Tag]:
    """The start tags of a page in order.

    `text` gives the letters of a part of `page`, whose characters may stand for bytes.
    """
    position = 0
    while (found := _MARKUP.search(page, position)) is not None:
        position = found.end()
        if found["name"] is None:
            continue
        name = found["name"].lower()
        attributes, end = _attributes(page, position, text)
        if end is None:
            return  # the page ends inside the tag, which is no tag then
        position = _text_end(page, name, end) if name in _TEXT_ALONE else end
        yield Tag(name, attributes, end, position)


def _attributes(
    page: str, position: int, text: Callable[[str], str]
) -> tuple[tuple[Attribute, ...], int | None]:
    found: dict[str, Attribute] = {}
    while (match := _ATTRIBUTE.match(page, position)) is not None:
        position = match.end()
        if match["close"]:
            return tuple(found.values()), position
        name = match["name"].lower()
        if name not in found:
            written = match["value"] or ""
            bare = written[1:].removesuffix(written[0]) if written[:1] in ('"', "'") else written
            start, end = match.span("value") if match["value"] is not None else (position, position)
            found[name] = Attribute(name, unescaped(text(bare)), start, end)
    return (), None


def _text_end(page: str, name: str, start: int) -> int:
    if name == "plaintext":
        return len(page)
    ends = _ENDS[name]
    position = start
    while (end := ends.search(page, position)) is not None:
        if name != "script" or not _is_in_comment(page, start, end.start()):
            return end.start()
        position = end.end()
    return len(page)


def _is_in_comment(page: str, start: int, end: int) -> bool:
    """Whether an end tag closes a script that stands in a comment of the outer script."""
    comment = page.rfind("<!--", start, end)
    if comment < 0 or page.find("-->", comment, end) >= 0:
        return False
    inner = _SCRIPT_IN_COMMENT.search(page, comment, end)
    return inner is not None and _ENDS["script"].search(page, inner.end(), end) is None


def unescaped(value: str) -> str:
    """An attribute's value without character references (HTML standard, 13.2.5.72-80)."""
    if "&" not in value:
        return value
    return _CHARACTER.sub(lambda match: _character(match, value), value)


def _character(match: re.Match[str], value: str) -> str:
    written = match[0]
    if written[1] == "#":
        return html.unescape(written if written.endswith(";") else f"{written};")
    name = written[1:]
    is_followed = value[match.end() : match.end() + 1] == "="
    if name not in html.entities.html5 or (is_followed and not name.endswith(";")):
        return written
    return html.entities.html5[name]


def quoted(value: str) -> str:
    """A value in quotes, in ASCII: it fits into a page of any encoding."""
    escaped = value.replace("&", "&amp;").replace('"', "&quot;")
    return f'"{escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")}"'
