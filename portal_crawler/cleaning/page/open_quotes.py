"""Repairs start tags that were broken off, mostly because an editor's text was cut to a length.

Parsers read `<td style="BORDER: # <p align="right">` as one tag, which swallows the next. The
repair ends the tag where the next one begins: `<td style="BORDER: # "><p align="right">`. Valid
pages have no such tags.
"""

import re
from collections import Counter

MOST_REPAIRS = 5
"""Repairs of a page. Each looks again at the markup that the broken tag had swallowed."""

_MARKUP_IN_VALUE = re.compile(r"=\s?(?:\"[^\"<>]*+|'[^'<>]*+)<[a-zA-Z/]")
_TAG_IN_TAG = re.compile(r"<[a-zA-Z][^<>]*+(?<=\s)<[a-zA-Z/]")
"""Finds all broken tags, and texts in scripts that look like them."""

_ATTRIBUTES = r"(?:=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|[^>])*+"
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    rf"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?![^\s/>]){_ATTRIBUTES}>"
    r".*?(?:</(?P=raw)(?![^\s/>])|\Z)"
    rf"|<[a-z][^\s/>]*+(?P<attributes>{_ATTRIBUTES})(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
"""A tag as HTML defines it, a comment, or an element such as a script, which holds no tags."""

_STRUCTURE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|textarea)(?![^\s/>]).*?(?:</(?P=raw)(?![^\s/>])|\Z)"
    r"|<(?P<end>/?)(?P<name>table|div|article|section|main|form|center|body)(?![^\s/>])",
    re.IGNORECASE | re.DOTALL,
)
NEAREST_OPENED = 100
"""How many open elements are looked at for the one that an end tag closes."""

_VALUE = re.compile(
    r"=\s*(?P<quote>[\"'])(?P<value>.*?)(?P<end>(?P=quote)|\Z)"
    r"|\s(?=</?[a-z][a-z0-9]*(?:[\s>/]|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_NEXT_TAG = re.compile(r"</?[a-z]", re.IGNORECASE)
_TO_ATTRIBUTE = re.compile(r"<[a-z][^<>]*\s[^\s<>]+=\s?", re.IGNORECASE)
_MAY_FOLLOW_VALUE = ("", " ", "\t", "\n", "\f", "\r", ">")


_SCRIPT_OR_COMMENT = re.compile(rb"<(?:(?P<script>script)|!--)", re.IGNORECASE)
_SCRIPT, _SCRIPT_END = (
    re.compile(rb"<script", re.IGNORECASE),
    re.compile(rb"</script", re.IGNORECASE),
)
_RAW_END = re.compile(
    rb"</(?:style|textarea|title|xmp|iframe|noembed|noframes)(?![^\s/>])", re.IGNORECASE
)
_ALL_BUT_BRACKETS_AND_QUOTES = bytes(set(range(256)) - set(b"<>=\"'"))
_QUOTES = b"=\"'"
_BRACKET_IN_VALUE = re.compile(rb"=\s*+(?:\"[^\"<>]*+|'[^'<>]*+)>")


def may_have_open_quotes(markup: bytes) -> bool:
    """Whether a page in UTF-8 may have a tag that swallows another; False only if it has none.

    Such a tag holds a `<`. No tag does if each `<` has a `>` before the next one and no quoted
    value holds a `>`. Checking that takes a third of the time of looking for the tags.
    """
    tags = _without_comments_and_scripts(markup)
    if tags is None:
        return True
    signs = tags.translate(None, _ALL_BUT_BRACKETS_AND_QUOTES)
    if b"<<" in signs.translate(None, _QUOTES):
        return True
    # Without its letters, the end of `href="?a=b">` looks like a value.
    return bool(_BRACKET_IN_VALUE.search(signs) and _BRACKET_IN_VALUE.search(tags))


def _without_comments_and_scripts(markup: bytes) -> bytes | None:
    """A page without the contents of comments and of scripts that have a `<`; None if an element
    that began before one of these may end in it."""
    kept: list[bytes] = []
    at = 0
    for found in _SCRIPT_OR_COMMENT.finditer(markup):
        if found.start() < at:
            continue  # It is inside of another one.
        held = (_in_script if found["script"] else _in_comment)(markup, found.end())
        if held is None:
            return None
        start, end = held
        if start < end:
            kept.append(markup[at:start])
            at = end
    return b"".join((*kept, markup[at:])) if kept else markup


def _in_comment(markup: bytes, inside: int) -> tuple[int, int] | None:
    """The start and the end of a comment's content; None if it may be text of a style or a title
    whose end tag stands in it."""
    end = markup.find(b"-->", inside)
    return None if end < 0 or _RAW_END.search(markup, inside, end) else (inside, end)


def _in_script(markup: bytes, inside: int) -> tuple[int, int] | None:
    """The start and the end of a script's content, the same place if that has no `<`; None if its
    end is not certain."""
    end = markup.find(b"<", inside)
    if end >= 0 and _SCRIPT_END.match(markup, end):
        return end, end
    opened, end = markup.find(b">", inside), markup.find(b"</", inside)
    behind_name = markup[inside : inside + 1]
    is_script = behind_name == b">" or behind_name.isspace()
    if not (is_script and inside <= opened < end and _SCRIPT_END.match(markup, end)):
        return None
    if markup.find(b"-->", inside, end) >= 0 or _SCRIPT.search(markup, inside, end):
        return None
    return opened + 1, end


def without_open_quotes(text: str) -> str:
    """The page with each broken tag ended before the tag that it swallows.

    Tables around it that have no end tag are ended, too: in an open table parsers ignore the end of
    the element that holds the article, and the rest of the page would be in it.
    """
    if not (_TAG_IN_TAG.search(text) or any(map(_is_open, _MARKUP_IN_VALUE.finditer(text)))):
        return text
    ends: list[int] = []
    for _ in range(MOST_REPAIRS):
        found = _first_break(text, ends[-1] if ends else 0)
        if found is None:
            break
        at, end = found
        text = f"{text[:at]}{end}{text[at:]}"
        ends.append(at + len(end))
    for at, tables in sorted(_endless_tables(text, ends).items(), reverse=True):
        text = f"{text[:at]}{'</table>' * tables}{text[at:]}"
    return text


def _endless_tables(text: str, ends: list[int]) -> Counter[int]:
    """For each of the places, how many tables around it an outer element's end leaves open."""
    found: Counter[int] = Counter()
    opened: list[tuple[str, int]] = []
    for tag in _STRUCTURE.finditer(text) if ends else ():
        if tag["name"] is None:
            continue
        name = tag["name"].lower()
        if not tag["end"]:
            opened.append((name, tag.start()))
            continue
        near = enumerate(reversed(opened[-NEAREST_OPENED:]))
        inside = next((number for number, (outer, _) in near if outer == name), None)
        if inside is not None:
            left_open = [
                start for inner, start in opened[len(opened) - inside :] if inner == "table"
            ]
            for start in left_open:
                found.update([at for at in ends if start < at <= tag.start()][-1:])
            del opened[len(opened) - inside - 1 :]
    return found


def _is_open(found: re.Match[str]) -> bool:
    """Whether a value that holds markup has no end, or ends at a quote that opens another value."""
    text = found.string
    opened = text.find('"', found.start(), found.end()) if '"' in found[0] else -1
    quote, value = ('"', opened) if opened >= 0 else ("'", text.index("'", found.start()))
    closed = text.find(quote, found.end())
    return closed < 0 or _opens_another(text[value:closed], text[closed + 1 : closed + 3])


def _opens_another(value: str, behind: str) -> bool:
    """Whether the quote behind a value opens a value of the tag that this one swallows."""
    if behind[:1] in _MAY_FOLLOW_VALUE or behind in ("/", "/>"):
        return False
    return bool(_TO_ATTRIBUTE.fullmatch(value, value.rfind("<")))


def _first_break(text: str, start: int) -> tuple[int, str] | None:
    """The place where a tag first swallows another, and the markup that ends it there; None if no
    tag does."""
    for tag in _TAG.finditer(text, start):
        attributes = tag["attributes"]
        if attributes and "<" in attributes:
            for value in _VALUE.finditer(attributes):
                broken = _break_in(attributes, value)
                if broken is not None:
                    at, end = broken
                    return tag.start("attributes") + at, end
    return None


def _break_in(attributes: str, value: re.Match[str]) -> tuple[int, str] | None:
    if value["quote"] is None:
        return value.end(), ">"
    swallowed = _NEXT_TAG.search(value["value"])
    if swallowed is None:
        return None
    behind = attributes[value.end() : value.end() + 2]
    if value["end"] and not _opens_another(value["value"], behind):
        return None
    return value.start("value") + swallowed.start(), value["quote"] + ">"
