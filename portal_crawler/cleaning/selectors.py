"""CSS selectors over one page, fast where a page is searched by class or id.

Selectors of tags, classes and ids under each other, which is nearly all of them, are answered from
an index made in one walk over the page; lxml's own, one walk a selector, answer the others.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector

_ATTRIBUTE_SUFFIX = re.compile(r"::attr\(([\w:-]+)\)$")
_SIMPLE_STEP = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)+)|([a-z][a-z0-9]*)")
_NAME = re.compile(r"[.#][\w-]+")

COMPILED_SELECTORS = 1024
"""More than all platforms together have."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a selector: a tag, and the classes (with a dot) and ids (with a hash) it needs."""

    tag: str | None
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Compiled:
    steps: tuple[_Step, ...]
    """Outermost first; empty where only lxml can answer."""
    general: CSSSelector | None
    attribute: str | None


@lru_cache(maxsize=COMPILED_SELECTORS)
def _compiled(selector: str) -> _Compiled:
    suffix = _ATTRIBUTE_SUFFIX.search(selector)
    css = selector[: suffix.start()] if suffix else selector
    matches = [_SIMPLE_STEP.fullmatch(part) for part in css.split()]
    steps = [
        _Step(match[1] or match[3], frozenset(_NAME.findall(match[2] or "")))
        for match in matches
        if match
    ]
    simple = len(steps) == len(matches) and bool(steps) and bool(steps[-1].names)
    return _Compiled(
        steps=tuple(steps) if simple else (),
        general=None if simple else CSSSelector(css, translator="html"),
        attribute=suffix[1] if suffix else None,
    )


def names_of(element: etree._Element) -> list[str]:
    """The classes of an element, each with a dot, and its id with a hash."""
    names = [f".{name}" for name in (element.get("class") or "").split()]
    if own_id := element.get("id"):
        names.append(f"#{own_id}")
    return names


class Page:
    """A parsed page to be asked with selectors. The index is as the page was when it was made."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._by_name: defaultdict[str, list[etree._Element]] = defaultdict(list)
        by_name = self._by_name
        for element in root.iter("*"):
            attributes = element.attrib
            if "class" in attributes or "id" in attributes:
                for name in names_of(element):
                    by_name[name].append(element)

    def select(self, selector: str) -> list[etree._Element]:
        """All elements in page order that the CSS finds."""
        compiled = _compiled(selector)
        if compiled.general is not None:
            return list(compiled.general(self.root))
        *outer, last = compiled.steps
        # Any of the names will do: all are checked; and most pages have few elements of each.
        candidates = self._by_name.get(min(last.names), ())
        return [
            element for element in candidates if _fits(element, last) and _is_inside(element, outer)
        ]

    def first(self, selectors: Iterable[str]) -> etree._Element | None:
        """The first element that the first successful selector finds."""
        for selector in selectors:
            if found := self.select(selector):
                return found[0]
        return None

    def texts(self, selectors: Iterable[str]) -> Iterator[str]:
        """Uncleaned texts, or attributes, of what the selectors find, in the selectors' order."""
        for selector in selectors:
            attribute = _compiled(selector).attribute
            for element in self.select(selector):
                yield element.get(attribute) or "" if attribute else "".join(element.itertext())


def _fits(element: etree._Element, step: _Step) -> bool:
    if step.tag is not None and element.tag != step.tag:
        return False
    return not step.names or step.names.issubset(names_of(element))


def _is_inside(element: etree._Element, outer: list[_Step]) -> bool:
    waiting = list(outer)
    ancestor = element.getparent()
    while waiting and ancestor is not None:
        if _fits(ancestor, waiting[-1]):
            waiting.pop()
        ancestor = ancestor.getparent()
    return not waiting
