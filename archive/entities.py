"""Mends broken HTML entities in displayed text. Pure.

Portals lose the ampersand (`phograve;ng`) or escape it once more, so that the page shows
`&ndash;`; they put a blank inside (`&agrave ;`), lose the semicolon (`&#224y`), change the case
(`TH&OCIRC;NG`), or leave a semicolon before é (`ph;ép`). Text that people write is not a broken
entity: `R&D;`, `status quo;`, `hearing;`, `?a=1&copy=2`.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from html.entities import html5, name2codepoint
from itertools import pairwise

REACH = 16
"""Most characters of an entity before its semicolon, with blanks and the character before it:
`& thetasym` has ten."""

MOST_PASSES = 4
"""Passes over a text. A second one is needed only if the mended text shows another entity."""

_LETTERS = "[aeiou](?:grave|acute|circ|uml)|y(?:acute|uml)|[anoiu]tilde|ccedil|abreve|dstrok"
_MARKS = "[lr](?:a|d|s|sa)quo|sbquo|bdquo|nbsp|[mn]dash|hellip|quot|middot|plusmn|frac(?:12|14|34)"
_TOLD = f"(?:{_LETTERS}|{_MARKS})"
"""Names that no word ends with: they are recognized in any case and amid letters."""

_TOLD_ENDS = (
    *("grave", "acute", "circ", "uml", "tilde", "cedil", "breve", "strok", "quo", "nbsp", "dash"),
    *("hellip", "quot", "middot", "plusmn", "frac12", "frac14", "frac34"),
)
_ENDS = (*_TOLD_ENDS, "amp", "sup2", "sup3", "times", "deg", "eth")

_NAMES = "|".join(sorted((*name2codepoint, "apos"), key=len, reverse=True))
"""Names of HTML 4. Most are words too, so they need ampersand, semicolon and their exact case."""

_NUMBER = "(?:[0-9]{2,7}|x[0-9a-f]{2,6})"
_DIGITS = tuple("0123456789abcdef")

_BEGUN = re.compile(rf"&(?: ?(?:#|[A-Za-z]{{2,8}}[0-9]{{0,2}} ?;)|(?i:amp|{_TOLD}))")
_NUMBERED = re.compile("(?i:#[0-9x][0-9a-f]+ ?;)")


def mended(text: str) -> str:
    """The text as it was meant, line by line; the same text if it has no broken entity.

    A line that is mended has single spaces and is in NFC. Mended once more, nothing changes.
    """
    if not _may_be_broken(text):
        return text
    return "\n".join(map(_mended_line, text.split("\n")))


def mended_lines(text: str) -> Iterator[str]:
    """The lines that hold broken entities, as they were meant."""
    for line in text.split("\n") if _may_be_broken(text) else ():
        if (meant := _mended_line(line)) != line:
            yield meant


def _may_be_broken(text: str) -> bool:
    """A quick test that is also true for some sound texts: nearly all texts are sound."""
    if "&" in text and _BEGUN.search(text):
        return True
    if ";" not in text:
        return False
    if ";é" in text or ";É" in text or ("#" in text and _NUMBERED.search(text)):
        return True
    ended = text.split(";")
    ended.pop()
    return any(part[-7:].rstrip(" ").lower().endswith(_ENDS) for part in ended)


def _mended_line(line: str) -> str:
    meant = line
    for _ in range(MOST_PASSES):
        before = meant
        meant = _without_open(_without_ended(before))
        if meant == before:
            return meant
        cells = (" ".join(cell.split()) for cell in meant.split("\t"))
        meant = unicodedata.normalize("NFC", "\t".join(cells))
        if not _may_be_broken(meant):
            return meant
    return line  # Each pass shows another entity: no portal makes such text.


# The meaning of numbers and names

_Meaning = Callable[[re.Match[str], str], str | None]
"""Maps a match and the text after its semicolon to the text that was meant, or to None if it is not
an entity."""

_VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", case(letter + tone))
    for letter in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    for case in (str.lower, str.upper)
    if letter + tone not in "aeiouy"
) | frozenset("đĐ")
_TYPED = frozenset("\u00a0°·«»–—‘’\u201a“”„•…")
"""Marks that editors write as numbers."""

LATER_LETTERS = 0x1EA0
"""The block of most Vietnamese letters: such high numbers are seldom numbers of a list."""


def _of_name(found: re.Match[str], _: str) -> str | None:
    return _named(found["name"])


@lru_cache(maxsize=1024)
def _named(name: str) -> str | None:
    # In AGRAVE and Agrave the first letter's case is the letter's.
    for spelling in (name, name[0] + name[1:].lower(), name.lower()):
        if character := html5.get(f"{spelling};"):
            return _plain(character)
    return None


def _of_number(found: re.Match[str], _: str) -> str | None:
    return _numbered(found["number"])


@lru_cache(maxsize=1024)
def _numbered(number: str) -> str | None:
    character = html.unescape(f"&#{number};")
    return None if character in ("", "\ufffd") else _plain(character)


def _of_bare_number(found: re.Match[str], rest: str) -> str | None:
    """The letter or mark, if it stands beside others: people also number lists this way."""
    character = html.unescape(f"&#{found['number']};")
    before = found.string[: found.start()][-1:]
    is_beside = rest[:1].isalpha() or rest[:1] in tuple("&#")
    if character in _VIETNAMESE:
        is_beside = is_beside or before.isalnum() or ord(character) >= LATER_LETTERS
    elif character in _TYPED:
        is_beside = is_beside or bool(before.strip())
    else:
        return None
    return _plain(character) if is_beside else None


def _plain(character: str) -> str:
    """The text as it is stored: plain spaces, nothing invisible, no look-alike of Đ."""
    if character.isspace():
        return " "
    if unicodedata.category(character[0]) in ("Cc", "Cf"):
        return ""
    return {"Ð": "Đ", "ð": "đ"}.get(character, character)


def _ampersand(_: re.Match[str], __: str) -> str:
    return "&"


# Entities that a semicolon ends


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to break them."""

    ends: tuple[str, ...]
    """How the text before the semicolon ends, in lower case, for a quick test."""
    before: re.Pattern[str]
    """The whole pattern, up to the end of that text."""
    meant: _Meaning
    behind: re.Pattern[str] = re.compile("")
    """How the text behind the semicolon begins."""


def _form(
    ends: str | tuple[str, ...], before: str, meant: _Meaning = _of_name, behind: str = ""
) -> _Form:
    ends = (ends,) if isinstance(ends, str) else ends
    return _Form(ends, re.compile(rf"{before}\Z"), meant, re.compile(behind))


_FORMS = (
    _form(_TOLD_ENDS, rf"(?i:(?:& ?)?(?P<name>{_TOLD}) ?)"),
    _form("amp", "(?i:& ?amp ?)", _ampersand),
    _form(_DIGITS, rf"(?i:& ?# ?(?P<number>{_NUMBER}) ?)", _of_number),
    _form(_DIGITS, "(?i:#(?P<number>[0-9]{3,4}|x[0-9a-f]{2,4}))", _of_bare_number),
    _form("", rf"&(?P<name>{_NAMES})"),
    # Without ampersand these are words or their ends: the text on both sides decides.
    _form("amp", "(?i:amp)", _ampersand, rf"(?i:(?:amp|{_TOLD}|#[0-9x]\w+)\Z)"),
    _form("amp", r"(?:(?<=[A-ZĐ])|(?<=[^\W\d] ))amp", _ampersand, " ?[A-ZĐ]"),
    _form(("sup2", "sup3"), "(?<=m)(?P<name>sup[23])"),
    _form("times", "(?<=[0-9])(?P<name>times)", behind="[0-9]"),
    _form("deg", "(?<=[0-9])(?P<name>deg)", behind=r" ?[CF]\b"),
    # A vowel follows Đ: "BTC;ETH;USDT" names a currency.
    _form("eth", r"(?<!\w)(?P<name>ETH|eth)", behind=r"(?:[aeiouy]|(?![a-zA-ZđĐ])[^\W\d_])"),
)

_ONSET = r"(?<!\w)(?:[bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX][cghlnr]{0,2}|[gG]i|[qQ]u)o?"
_BROKEN_E = {
    "é": (re.compile(rf"{_ONSET}\Z"), re.compile(r"[^\W\d_A-ZĐ]{2}\Z")),
    "É": (
        re.compile(r"(?<!\w)(?:[BCDĐGHKLMNPQRSTVX][CGHLNR]{0,2}|GI|QU)O?\Z"),
        re.compile(r"[A-ZĐ]{2}\Z"),
    ),
}
"""The text that may stand before its semicolon: the beginning of a syllable, or of a word that
é ends."""


def _without_ended(line: str) -> str:
    """The text before a semicolon is already mended, so `&amp;amp;agrave;` becomes à."""
    parts = line.split(";")
    done: list[str] = []
    near = ""
    for part, rest in pairwise(parts):
        near += part
        if len(near) > 2 * REACH:
            done.append(near[:-REACH])
            near = near[-REACH:]
        near = _ended(near, rest)
    return "".join((*done, near, parts[-1]))


def _ended(near: str, rest: str) -> str:
    """The text before a semicolon with its entity mended, or with the semicolon if it has none.

    `rest` is the text after it, up to the next one.
    """
    start = max(0, len(near) - REACH)
    small = near[start:].rstrip(" ").lower()
    for form in _FORMS:
        found = small.endswith(form.ends) and form.before.search(near, start)
        if found and form.behind.match(rest):
            meant = form.meant(found, rest)
            if meant is not None:
                return near[: found.start()] + meant
    return near if _is_amid(near, rest) else near + ";"


def _is_amid(near: str, rest: str) -> bool:
    """Whether the semicolon stands before an é and amid a word: é was broken.

    Vietnamese words also begin with é, and the blank before one may be missing: `luật;ép`.
    """
    if rest[:1] not in _BROKEN_E:
        return False
    syllable, word = _BROKEN_E[rest[0]]
    window = near[-REACH:]
    begins = syllable.search(window) is not None
    return begins or (word.search(window) is not None and not rest[1:2].isalpha())


# Entities without a semicolon, whose ampersand is there

_OPEN_AMPERSAND = re.compile(r"(?i:&amp(?![\w;=-]))")
_OPEN_NAME = re.compile(rf"(?i:&(?P<name>{_TOLD})(?![\w-]{{0,40}}=))")
_OPEN_NUMBER = re.compile(rf"(?i:&#(?P<number>{_NUMBER}))")


def _without_open(line: str) -> str:
    if "&" not in line:
        return line
    line = _OPEN_AMPERSAND.sub("&", line)
    for pattern, meaning in ((_OPEN_NAME, _of_name), (_OPEN_NUMBER, _of_number)):
        line = pattern.sub(partial(_or_itself, meaning), line)
    return line


def _or_itself(meaning: _Meaning, found: re.Match[str]) -> str:
    meant = meaning(found, "")
    return found[0] if meant is None else meant
