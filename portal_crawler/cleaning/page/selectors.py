"""CSS selectors over one page, with an index of its classes.

Most selectors consist of tags and classes. They are answered from the index, which takes one walk
over the page. lxml answers the others and walks the page for each of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import cast

from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError

from portal_crawler.cleaning.page.visible import shown_text

_ATTRIBUTE_SUFFIX = re.compile(r"::attr\(([\w:-]+)\)$")
_SIMPLE_STEP = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)")

_FIRST_BY_TURN = re.compile(r"^descendant-or-self::(\w+)\[(?=count\(\w+-sibling::\1\) = \d+\])")
_BY_TURN = re.compile(r"/(\w+)\[count\(preceding-sibling::\1\) = (\d{1,9})\]")
_LAST = re.compile(r"/(\w+)\[count\(following-sibling::\1\) = 0\]")
"""`:nth-of-type(N)` and `:last-of-type` as lxml writes them in XPath."""

COMPILED_SELECTORS = 1024
"""Selectors that are kept compiled: more than all platforms have together."""

KNOWN_PAGES = 64
"""Sets of classes that are kept; most pages of a site have the same ones."""

LONGEST_KNOWN_CHARS = 20_000
"""The longest set of classes that is kept, joined; real pages have a tenth of it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One part of a selector: the tag and the classes that an element needs."""

    tag: str | None
    classes: frozenset[str]
    one_class: str | None
    """Any of the classes; None if there are none."""

    def fits(self, element: etree._Element) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        return not self.classes or self.classes.issubset((element.get("class") or "").split())


@lru_cache(maxsize=COMPILED_SELECTORS)
def _step(tag: str | None, classes: str) -> _Step:
    """The step of a selector, the same for all selectors; `classes` is as in CSS, `.a.b`."""
    names = classes.split(".")[1:]
    return _Step(tag, frozenset(names), names[0] if names else None)


@dataclass(frozen=True, slots=True)
class _Compiled:
    outer: tuple[_Step, ...]
    """All steps but the last, outermost first."""
    last: _Step | None
    """None if only lxml can answer."""
    general: etree.XPath | None
    attribute: str | None


@lru_cache(maxsize=COMPILED_SELECTORS)
def _compiled(selector: str) -> _Compiled:
    suffix = _ATTRIBUTE_SUFFIX.search(selector)
    css = selector[: suffix.start()] if suffix else selector
    matches = [_SIMPLE_STEP.fullmatch(part) for part in css.split()]
    steps = tuple(_step(match[1], match[2]) for match in matches if match)
    simple = len(steps) == len(matches) and any(step.classes for step in steps[-2:])
    return _Compiled(
        outer=steps[:-1] if simple else (),
        last=steps[-1] if simple else None,
        general=None if simple else _general(css),
        attribute=suffix[1] if suffix else None,
    )


def _general(css: str) -> etree.XPath:
    """The XPath of a selector. It takes `:nth-of-type` as a position: lxml counts siblings for each
    element, which takes quadratic time if a parent has thousands of children."""
    path = CSSSelector(css, translator="html").path
    path = _FIRST_BY_TURN.sub(r"descendant-or-self::*/\1[", path)
    path = _BY_TURN.sub(lambda match: f"/{match[1]}[{int(match[2]) + 1}]", path)
    return etree.XPath(_LAST.sub(r"/\1[last()]", path))


def attribute_of(selector: str) -> str | None:
    """The attribute that a selector takes in place of the text; None if it takes the text."""
    return _compiled(selector).attribute


def selector_fault(selector: str) -> str | None:
    """A sentence that says why a selector cannot be used; None if it can."""
    try:
        ParsedPage(etree.Element("html")).select(selector)
    except (SelectorError, etree.XPathError) as error:
        return str(error)
    return None


class ParsedPage:
    """A parsed page that is searched with selectors.

    The index stays as the page was at the beginning, and a selector that it answers finds the same
    elements again after some were removed.
    """

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        # Keyed by the whole attribute, of which a page has few different ones.
        by_classes: dict[str, list[tuple[int, etree._Element]]] = defaultdict(list)
        for position, element in enumerate(root.iter("*")):
            if classes := element.get("class"):
                by_classes[classes].append((position, element))
        self._by_classes = by_classes
        self._having = _having(by_classes)
        self._found: dict[_Step, list[etree._Element]] = {}
        self._answers: dict[str, list[etree._Element]] = {}

    def select(self, selector: str) -> list[etree._Element]:
        """All elements that a selector finds, in page order.

        Raises SelectorError or XPathError for a selector that cannot be used.
        """
        known = self._answers.get(selector)
        if known is not None:
            return known
        compiled = _compiled(selector)
        if compiled.last is None:
            assert compiled.general is not None
            # A selector without functions gives elements, whatever lxml's stubs allow for.
            return cast("list[etree._Element]", compiled.general(self.root))
        found = self._answers[selector] = self._indexed(compiled.outer, compiled.last)
        return found

    def _indexed(self, outer: tuple[_Step, ...], last: _Step) -> list[etree._Element]:
        if last.classes:
            return _inside(self._with_classes(last), outer)
        holders = _outermost(_inside(self._with_classes(outer[-1]), outer[:-1]))
        inside = (found for holder in holders for found in holder.iterdescendants(last.tag))
        return list(inside)

    def first(self, selectors: Iterable[str]) -> etree._Element | None:
        """The first element of the first selector that finds any; None if none does."""
        for selector in selectors:
            if found := self.select(selector):
                return found[0]
        return None

    def texts(self, selectors: Iterable[str]) -> Iterator[str]:
        """The shown texts or the attributes of the elements found, uncleaned, in the order of the
        selectors."""
        for selector in selectors:
            attribute = _compiled(selector).attribute
            for element in self.select(selector):
                yield element.get(attribute) or "" if attribute else shown_text(element)

    def _with_classes(self, step: _Step) -> list[etree._Element]:
        """The elements that fit a step; kept, as a step ends several selectors."""
        known = self._found.get(step)
        if known is None:
            known = self._found[step] = [element for _, element in self._entries(step)]
        return known

    def _entries(self, step: _Step) -> list[tuple[int, etree._Element]]:
        having = self._having.get(step.one_class or "", ())
        if len(step.classes) > 1:
            having = [classes for classes in having if step.classes.issubset(classes.split())]
        found = [self._by_classes[classes] for classes in having]
        all_found = found[0] if len(found) == 1 else sorted(chain(*found), key=itemgetter(0))
        if step.tag is None:
            return all_found
        return [entry for entry in all_found if entry[1].tag == step.tag]


def _having(attributes: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """For each class, the `class` attributes of a page that have it."""
    joined = "\0".join(attributes)
    return _known_having(joined) if len(joined) <= LONGEST_KNOWN_CHARS else _split(joined)


def _split(joined: str) -> Mapping[str, Sequence[str]]:
    having: dict[str, list[str]] = defaultdict(list)
    for attribute in joined.split("\0"):
        for name in set(attribute.split()):
            having[name].append(attribute)
    return dict(having)


_known_having = lru_cache(maxsize=KNOWN_PAGES)(_split)


def text_of(element: etree._Element) -> str:
    """All text in an element, uncleaned."""
    if not len(element):
        return element.text or ""
    return "".join(cast("Iterator[str]", element.itertext()))


def attributes_of(element: etree._Element) -> dict[str, str]:
    """All attributes at once: quicker than asking an element for several."""
    return dict(cast("list[tuple[str, str]]", element.items()))


def _inside(elements: list[etree._Element], outer: Sequence[_Step]) -> list[etree._Element]:
    """The elements whose ancestors fit the steps, the nearest ancestor the last step.

    The result for an ancestor is kept: thousands of elements may be deep inside the same one.
    """
    if not (outer and elements):
        return elements
    known: dict[tuple[etree._Element, int], bool] = {}
    return [element for element in elements if _is_inside(element, outer, known)]


def _is_inside(
    element: etree._Element,
    outer: Sequence[_Step],
    known: dict[tuple[etree._Element, int], bool],
) -> bool:
    """Whether an element's ancestors fit the steps. `known` has, by ancestor and number of steps,
    whether the ancestor and those around it fit so many."""
    waiting, passed, fits = len(outer), [], False
    ancestor = element.getparent()
    while ancestor is not None:
        place = ancestor, waiting
        if place in known:
            fits = known[place]
            break
        passed.append(place)
        waiting -= outer[waiting - 1].fits(ancestor)
        if not waiting:
            fits = True
            break
        ancestor = ancestor.getparent()
    known.update(dict.fromkeys(passed, fits))
    return fits


def _outermost(elements: list[etree._Element]) -> list[etree._Element]:
    """The elements, in page order, without those inside of another of them."""
    if len(elements) < 2:
        return elements
    kept: list[etree._Element] = []
    chosen = set(elements)
    outside: dict[etree._Element, bool] = {}
    for element in elements:
        passed = []
        ancestor = element.getparent()
        while ancestor is not None and ancestor not in outside and ancestor not in chosen:
            passed.append(ancestor)
            ancestor = ancestor.getparent()
        free = ancestor is None or (ancestor not in chosen and outside[ancestor])
        outside.update(dict.fromkeys(passed, free))
        if free:
            kept.append(element)
    return kept
