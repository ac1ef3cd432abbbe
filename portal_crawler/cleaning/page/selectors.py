"""CSS selectors over one page, fast where a page is searched by class.

Selectors of tags and classes inside each other, which are most of them, are answered from an index
made in one walk over the page; lxml's own, which walk the page for each selector, answer the rest.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import cast

from lxml import etree
from lxml.cssselect import CSSSelector

_ATTRIBUTE_SUFFIX = re.compile(r"::attr\(([\w:-]+)\)$")
_SIMPLE_STEP = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)")

COMPILED_SELECTORS = 1024
"""More than all platforms together have."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a selector: the tag and the classes that an element needs."""

    tag: str | None
    classes: frozenset[str]

    def fits(self, element: etree._Element) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        return not self.classes or self.classes.issubset((element.get("class") or "").split())


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
    steps = tuple(_Step(match[1], frozenset(match[2].split(".")[1:])) for match in matches if match)
    simple = len(steps) == len(matches) and any(step.classes for step in steps[-2:])
    return _Compiled(
        steps=steps if simple else (),
        general=None if simple else CSSSelector(css, translator="html"),
        attribute=suffix[1] if suffix else None,
    )


class Page:
    """A parsed page to be asked with selectors. The index is as the page was when it was made, and
    a selector that it answers gets the same answer again."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        by_classes: dict[str, list[tuple[int, etree._Element]]] = {}
        for position, element in enumerate(root.iter("*")):
            classes = element.get("class")
            if classes:
                by_classes.setdefault(classes, []).append((position, element))
        # Keyed by the whole attribute, of which a page has few different ones.
        self._by_classes = by_classes
        self._with_class: dict[str, list[str]] = {}
        for classes in by_classes:
            for one in dict.fromkeys(classes.split()):
                self._with_class.setdefault(one, []).append(classes)
        self._found: dict[_Step, list[etree._Element]] = {}
        self._answers: dict[str, list[etree._Element]] = {}

    def select(self, selector: str) -> list[etree._Element]:
        """All elements in page order that the CSS finds."""
        compiled = _compiled(selector)
        if compiled.general is not None:
            # A selector without functions gives elements, whatever lxml's stubs allow for.
            return cast("list[etree._Element]", compiled.general(self.root))
        known = self._answers.get(selector)
        if known is None:
            known = self._answers[selector] = self._indexed(compiled)
        return known

    def _indexed(self, compiled: _Compiled) -> list[etree._Element]:
        *outer, last = compiled.steps
        if last.classes:
            return [found for found in self._with_classes(last) if _is_inside(found, outer)]
        holders = [
            found for found in self._with_classes(outer[-1]) if _is_inside(found, outer[:-1])
        ]
        inside = (found for holder in holders for found in holder.iterdescendants(last.tag))
        return list(dict.fromkeys(inside))

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
                yield element.get(attribute) or "" if attribute else text_of(element)

    def _with_classes(self, step: _Step) -> list[etree._Element]:
        """Kept: a step ends several selectors."""
        known = self._found.get(step)
        if known is None:
            known = self._found[step] = [element for _, element in self._entries(step)]
        return known

    def _entries(self, step: _Step) -> list[tuple[int, etree._Element]]:
        some_class = next(iter(step.classes))
        found = [
            entry
            for classes in self._with_class.get(some_class, ())
            for entry in self._by_classes[classes]
            if step.fits(entry[1])
        ]
        return sorted(found, key=itemgetter(0))


def text_of(element: etree._Element) -> str:
    """All text in an element, uncleaned."""
    return "".join(cast("Iterator[str]", element.itertext()))


def _is_inside(element: etree._Element, outer: Sequence[_Step]) -> bool:
    """Whether the element's ancestors fit the steps, the last step the nearest of them."""
    waiting = list(outer)
    ancestor = element.getparent() if waiting else None
    while waiting and ancestor is not None:
        if waiting[-1].fits(ancestor):
            waiting.pop()
        ancestor = ancestor.getparent()
    return not waiting
