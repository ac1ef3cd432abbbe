"""The marks of lists: hyphens, and numbers as browsers show them."""

import re
from dataclasses import dataclass

from lxml import etree

BULLET = "-"

DEEPEST_LIST = 8
"""Lists nested deeper are taken to be at this depth: no text has more, and writing them as markup
is recursive."""

HIGHEST_NUMBER = 1_000_000
"""A higher `start` or `value` is not an item's number; in Roman numerals it would be endless."""

LONGEST_ROMAN = 3999

_NUMERALS = {
    "1": "1",
    "a": "a",
    "A": "A",
    "i": "i",
    "I": "I",
    "decimal": "1",
    "decimal-leading-zero": "01",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "disc": "",
    "circle": "",
    "square": "",
}
"""Values of `type` and `list-style-type`, with the number 1 as such a list writes it; empty for
bullets."""

_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]+)", re.IGNORECASE)
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
_OWN_MARK = re.compile(
    r"[-–—+*•·▪●○■□◦‣►➢✓✔]\s*|(?:\d{1,3}(?:\.\d{1,3})*[.)]|\(\w{1,3}\)|[^\W\d_][.)]"
    r"|[ivxIVX]{1,5}[.)]|\d{1,2}(?:\.\d{1,2})+)(?:\s|$)"
)
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


@dataclass(slots=True, eq=False)
class List:
    """A list whose items are being read."""

    numeral: str | None
    """How numbers are written: 1, 01, a, A, i or I; "" for bullets, None for no marks."""
    next: int
    """The number of its next item."""
    step: int
    """1, or -1 if it counts down."""
    depth: int
    """How many lists deep it is, from 1."""


@dataclass(slots=True, eq=False)
class Item:
    """One item of a list; the blocks in it share it."""

    within: List
    number: int
    is_begun: bool = False
    """A block of it with text has been read; the item's mark stands before that one."""
    is_marked: bool = True
    """Whether it has a mark. It has none if the page writes the marks itself, or shows none."""

    @property
    def mark(self) -> str:
        """The mark before the item: "-", "3.", "c.", "iv."."""
        if not self.within.numeral:
            return BULLET
        return f"{_numbered(self.number, self.within.numeral)}."


def list_of(element: etree._Element, depth: int) -> List:
    """The list of an `ol` or `ul` element that is `depth` lists deep, from 1."""
    css = element.get("style")
    ordered = element.tag == "ol"
    numeral = _numeral(element.get("type"), css, "1" if ordered else "")
    backwards = ordered and element.get("reversed") is not None
    items = sum(1 for _ in element.iterchildren("li")) if backwards else 1
    start = _integer(element.get("start")) if ordered else None
    return List(
        numeral,
        items if start is None else start,
        -1 if backwards else 1,
        min(depth, DEEPEST_LIST),
    )


def item_of(element: etree._Element, within: List) -> Item:
    """The item of an `li` element; counts it in its list."""
    value = _integer(element.get("value")) if within.numeral else None
    number = within.next if value is None else value
    within.next = number + within.step
    shown = _numeral(element.get("type"), element.get("style"), within.numeral)
    return Item(within, number, is_marked=shown is not None)


def has_own_mark(text: str) -> bool:
    """Whether a text begins with a mark or number as writers set it."""
    return bool(_OWN_MARK.match(text))


def _numeral(kind: str | None, css: str | None, default: str | None) -> str | None:
    """The numeral that `list-style-type` names, else `type`; None if it is `none`."""
    if css and (style := _LIST_STYLE.search(css)):
        words = style[1].lower().replace("!important", "").split()
        if "none" in words:
            return None
        for word in words:
            if word in _NUMERALS:
                return _NUMERALS[word]
    return _NUMERALS.get(kind or "", default)


def _integer(value: str | None) -> int | None:
    match = _INTEGER.match(value) if value else None
    number = int(match[1]) if match else None
    return number if number is not None and abs(number) <= HIGHEST_NUMBER else None


def _numbered(number: int, numeral: str) -> str:
    """A number as the list writes it; in figures if letters cannot write it."""
    if numeral == "01":
        return f"{number:02}"
    if numeral in "aA" and number > 0:
        letters = _letters(number)
    elif numeral in "iI" and 0 < number <= LONGEST_ROMAN:
        letters = _roman(number)
    else:
        return str(number)
    return letters.upper() if numeral.isupper() else letters.lower()


def _letters(number: int) -> str:
    """A number from 1 as A to Z, then AA, AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _roman(number: int) -> str:
    letters = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        letters += sign * count
    return letters
