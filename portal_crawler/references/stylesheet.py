"""Finds the addresses in a stylesheet, and puts others in their place. Pure."""

import codecs
import re
from collections.abc import Callable

from portal_crawler.references.reference import (
    FONT,
    IMAGE,
    PICTURE_ENDINGS,
    STYLE,
    Reference,
    See,
    ending_of,
    kind_by_ending,
)

_DOUBLE, _SINGLE = r"(?:[^\"\\\n]|\\.)*+", r"(?:[^'\\\n]|\\.)*+"
"""Patterns of the text of a string in double or single quotes."""
_STRING = rf"\"{_DOUBLE}(?:\"|\Z)|'{_SINGLE}(?:'|\Z)"
_IN_QUOTES = rf"(?<=\"){_DOUBLE}(?:\"|\Z)|(?<='){_SINGLE}(?:'|\Z)"
"""A pattern of the rest of a string, behind its first quote."""
_BROKEN = rf"(?<=\"){_DOUBLE}|(?<='){_SINGLE}"
"""A pattern of a string that ends with its line, without a closing quote."""
_TOKEN = (
    r"(?i:"
    r"(?<=/)\*.*?(?:\*/|\Z)"
    r"|(?<=@)(?:(?P<namespace>namespace\b[^;]*)|(?P<import>import\b))"
    rf"|(?<=u)(?<![\w-]u)(?:(?P<url>rl\(\s*(?:(?P<quoted>{_STRING})"
    r"|(?P<bare>(?:[^\s\"'()\\]|\\[0-9a-fA-F]{1,6}\s?|\\[^\n])++)(?=\s*(?:\)|\Z)))\s*\)?)"
    r"|(?P<bad>rl\((?:[^()\\]|\\.)*+\)?))"
    rf"|(?P<string>{_IN_QUOTES})|{_BROKEN}"
    r"|(?<=-)(?<![\w-]-)(?:(?P<custom>-[\w-]++\s*:)|(?P<set>webkit-image-set\())"
    r"|(?<=i)(?<![\w-]i)(?P<image_set>mage-set\()"
    r"|(?P<open>(?<=\())|(?P<close>(?<=\)))|(?P<end>(?<=[;{}])))"
)
"""The rest of a token behind its first character; the search skips all other characters."""
_TOKENS = re.compile(r"[/@uUiI\"'(){};-]" + _TOKEN, re.DOTALL)
_COMMENTS_STRINGS_URLS = re.compile(r"[/uU\"']" + _TOKEN, re.DOTALL)
_CUSTOM = re.compile(r"--(?<![\w-]--)[\w-]++\s*:")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n)|(.))", re.DOTALL)
_CHARSET = re.compile(rb'@charset "([\w:.-]{1,40})";')
_CHARSET_OF_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def stylesheet_text(css: bytes, content_type: str | None = None) -> str:
    """The text of a stylesheet, decoded by its byte order mark, header or first rule, or UTF-8.

    The order is that of browsers (CSS Syntax 3, section 3.2).
    """
    for mark, encoding in _MARKS:
        if css.startswith(mark):
            return css[len(mark) :].decode(encoding, "replace")
    header = _CHARSET_OF_HEADER.search(content_type or "")
    rule = _CHARSET.match(css)
    for name in (header[1] if header else None, rule[1].decode("ascii") if rule else None):
        if name is not None and (text := _decoded(css, name)) is not None:
            return text
    return css.decode("utf-8", "replace")


def _decoded(css: bytes, encoding: str) -> str | None:
    try:
        codec = codecs.lookup(encoding)
    except LookupError:
        return None
    # A rule that says UTF-16 was read as ASCII, so it is wrong.
    name = "utf-8" if codec.name.startswith(("utf-16", "utf-32", "utf-7")) else codec.name
    try:
        return css.decode(name, "replace")
    except (LookupError, ValueError, AssertionError):  # a codec that gives no text
        return None


def rewrite_stylesheet(css: str, see: See, text: Callable[[str], str] = str) -> str:
    """The stylesheet with its addresses replaced by those that `see` returns.

    The characters of `css` may stand for bytes; `text` gives their letters. Replacements
    are percent-encoded or escaped ASCII if `see` returns ASCII.
    """
    out: list[str] = []
    kept = 0
    place = _Place()
    for token in _tokens_of(css).finditer(css):
        written = place.address(token)
        if not written:
            continue
        given = see(_reference(text(written), is_import=place.is_import))
        place.is_import = False
        if given is not None:
            new = _written(given)
            out += css[kept : token.start()], f"url({new})" if token["url"] else new
            kept = token.end()
    return "".join(out) + css[kept:] if out else css


def _tokens_of(css: str) -> re.Pattern[str]:
    """The pattern of the relevant tokens. If no plain string can be an address, it has fewer
    alternatives and takes a fifth of the time."""
    lower = css.lower()
    has_more = any(name in lower for name in ("image-set(", "@import", "@namespace"))
    return _TOKENS if has_more or _CUSTOM.search(css) else _COMMENTS_STRINGS_URLS


class _Place:
    """The place of a token in a stylesheet, which decides which strings are addresses."""

    def __init__(self) -> None:
        self.is_import = False
        self._is_custom = False
        """Whether the place is in a custom property's value, which an image-set may use."""
        self._functions: list[bool] = []
        """For each open bracket, whether it belongs to an image-set."""

    def address(self, token: re.Match[str]) -> str | None:
        """The address that a token is, as written; None if it is another token."""
        kind = token.lastgroup
        if kind == "url":
            return token["quoted"] or token["bare"]
        if kind == "string":
            return token[0] if self._names_address(token[0]) else None
        if kind == "import":
            self.is_import = True
        elif kind == "custom":
            self._is_custom = True
        elif kind in ("open", "set", "image_set"):
            self._functions.append(kind != "open")
        elif kind == "close" and self._functions:
            self._functions.pop()
        elif kind == "end":
            self.is_import = self._is_custom = False
            self._functions.clear()
        return None

    def _names_address(self, string: str) -> bool:
        in_set = bool(self._functions) and self._functions[-1]
        return self.is_import or in_set or (self._is_custom and _is_picture(string))


def _is_picture(written: str) -> bool:
    return ending_of(written[1:-1]) in PICTURE_ENDINGS


def _reference(written: str, *, is_import: bool) -> Reference:
    address = _unescaped(written[1:-1] if written[0] in "\"'" else written)
    if is_import:
        return Reference(address, STYLE)
    return Reference(address, FONT if kind_by_ending(address, IMAGE) == FONT else IMAGE)


def _written(address: str) -> str:
    escaped = address.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")
    return f'"{escaped}"'


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written
    return _ESCAPE.sub(_escaped, written)


def _escaped(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[3] or ""
    number = int(match[1], 16)
    valid = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
    return chr(number) if valid else "\ufffd"
