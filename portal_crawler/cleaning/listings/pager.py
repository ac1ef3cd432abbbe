"""The pager of a listing whose layout nobody has declared: where it leads, if it can be followed.

A pager is a group of siblings with consecutive numbers, or one link that says next: by its words,
its rel, class or label. It stands in the listing, close behind it, or in an element that is named a
pager; menus, breadcrumbs, calendars, carousels and ratings have numbers and arrows, and are none.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from archive.addresses import can_be_asked
from portal_crawler.cleaning.page.urls import absolute, is_refused
from portal_crawler.cleaning.words.text import clean

ArticleKey = Callable[[str], str | None]

LEVELS_BEHIND = 4
"""Ancestors of the list behind which a pager may stand: a list lies in boxes of its own."""

SIBLINGS_BEHIND = 3
"""Elements behind one of them that may be the pager; further on a page's next part begins."""

LONGEST_LABEL_CHARS = 24
"""Of a pager's link; "Trang tiếp theo »" has 17."""

CALENDAR_DAYS = 28
"""Consecutive numbers from 1 to at least this are the days of a month."""

LEVELS_ABOVE = 3
"""Of a number, the ancestors that may hold its group: a link in an item of a list has two."""

MOST_NUMBERS = 200
"""Pieces of text of a group that are looked at; a pager has some ten, a month 31."""

MOST_PIECES = 8
"""Of a label's text, and of the icons in a link: real ones have one or two."""

MOST_CANDIDATES = 20
"""Marks with the wanted number that are looked at; a page has one pager, or two."""

_NUMBER = re.compile(
    r"(?:trang|page|tr\.?|p\.?)?\s*[\[(<]?\s*0{0,4}(\d{1,5})\s*[\])>]?", re.IGNORECASE
)
_NUMBERS = re.compile(r"[/?&-]?(?:trang|page|p|start|cur|tr)?[-_=/]?\d+", re.IGNORECASE)
"""As pagers write the number of a page into an address."""

_NEXT_WORDS = re.compile(
    r"(?:(?:xem|đọc|trang|tin|bài|các (?:tin|bài))\s+)?(?:viết\s+)?"
    r"(?:tiếp(?: theo)?|kế(?: tiếp)?|sau|cũ hơn)"
    r"|(?:older|next)(?: (?:page|posts|entries|articles))?",
    re.IGNORECASE,
)
_ARROWS = "\u203a\u00bb>\u2192\u25b6\u25ba\u27e9\u276f\u226b\u21d2"
_ARROW = re.compile(rf"[{_ARROWS}]{{1,2}}")
_FAR_ARROW = re.compile(r"[\u00bb\u226b\u21d2]|>>")
"""Where a single arrow stands beside it, it leads to the last page."""
_AROUND = re.compile(rf"^[\s\u2039\u00ab<\u2190|.-]*|[\s{_ARROWS}|.-]*$")
_NEXT_NAME = re.compile(
    r"(?:^|[^a-z])next(?:$|[^a-z])|next-?(?:page|link|btn|posts)", re.IGNORECASE
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PAGER_NAME = re.compile(
    r"pag(?:er|ing|ination|enav|elist|es?-?(?:nav|num|link))|phan-?trang|wp-pagenavi"
)
_ASIDE_NAME = re.compile(
    r"breadcrumb|menu|navbar|calendar|lich(?:-|$)|datepicker|month|carousel|slick|swiper|owl-|slide"
    r"|banner|gallery|lightbox|rating|stars?(?:-|$)|vote|binh-?chon|poll|comment|related|social|share"
    r"|sidebar|tab-?(?:list|nav|control)|language|font-?size|video|player|ticker|marquee",
    re.IGNORECASE,
)
_ASIDE_TAGS = frozenset(("header", "footer", "aside", "nav"))
_OFF = re.compile(r"(?:^|[^a-z])(?:disabled|inactive|off)(?:$|[^a-z])", re.IGNORECASE)
_ACTING = (
    "onclick",
    "data-page",
    "data-href",
    "data-url",
    "data-ajax",
    "ng-click",
    "@click",
    "v-on:click",
)
_LABELS = ("aria-label", "title", "alt", "value")
_WRAPPERS = ("li", "span", "div", "td", "p")
_CLICKABLE = ("a", "button", "input", "option")
_MARKING = frozenset(
    (*_CLICKABLE, "li", "span", "div", "td", "b", "strong", "em", "i", "font", "u")
)
_NAMED_TAGS = frozenset(("ul", "ol", "div", "nav", "table", "p", "span", "section", "form"))


@dataclass(frozen=True, slots=True)
class Pager:
    """What a page says of the one behind it."""

    following: str | None = None
    """The address of that page."""
    seen: str | None = None
    """Where it cannot be followed: what was seen of it, for a person."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """An element of a pager."""

    element: etree._Element
    label: str
    address: str | None
    """None of what is no link."""

    @property
    def number(self) -> int | None:
        found = _NUMBER.fullmatch(self.label)
        return int(found[1]) if found else None


def pager_of(
    root: etree._Element, holder: etree._Element | None, url: str, page: int, key: ArticleKey
) -> Pager:
    """What leads to page number `page` of a listing. Pure.

    `holder` is the element that holds the listing's rows; without it the whole page may have it.
    Links for which `key` knows an article are none of a pager's.
    """
    related = _related(root, url)
    if related is not None and not _is_articles(related, url, key):
        return Pager(related)
    marks = [
        mark
        for mark in _marks(root, holder, url)
        if mark.address is None or not _is_articles(mark.address, url, key)
    ]
    leading = [*_numbered(marks, url, page), *_worded(marks, url)]
    for mark in leading:
        if mark.address is not None:
            return Pager(mark.address)
    return Pager(seen=_words(leading[0])) if leading else Pager()


def _related(root: etree._Element, url: str) -> str | None:
    """By rel=next, which is meant for it."""
    for link in root.iter("a", "link"):
        if "next" in (link.get("rel") or "").lower().split():
            address = _address(link, url)
            if address is not None:
                return address
    return None


def _is_articles(address: str, url: str, key: ArticleKey) -> bool:
    """Whether a link leads to an article; sections may have names as long as headlines."""
    name = key(address) if can_be_asked(address) else None
    if name is None or name == key(url):
        return False
    return _NUMBERS.sub("", address) != _NUMBERS.sub("", url)


def _address(element: etree._Element, url: str) -> str | None:
    """Where a link leads, unless it acts by script or leads to the very page.

    As it is written where no request can be made for it: who follows it says so.
    """
    written = (element.get("href") or element.get("value") or "").strip()
    if not written or written.startswith("#") or written.lower().startswith("javascript:"):
        return None
    if element.tag == "option" and not re.search(r"[/?=]", written):
        return None
    if is_refused(url, written):
        return written
    address = absolute(url, written)
    return address if address != url.partition("#")[0] else None


# Where a pager may stand


def _marks(root: etree._Element, holder: etree._Element | None, url: str) -> Iterator[_Mark]:
    """What may be of a pager: links and what acts when it is clicked, in page order."""
    heads = set(_heads(holder)) if holder is not None else {root}
    known: dict[etree._Element | None, tuple[bool, bool]] = {None: (False, False)}
    for element in root.iter("*"):
        inside, aside = known.get(element.getparent(), (False, False))
        is_named = element.tag in _NAMED_TAGS and bool(_PAGER_NAME.search(_names(element)))
        inside = inside or is_named or element in heads
        aside = not is_named and (aside or _is_aside(element))
        known[element] = inside, aside
        if inside and not aside and element.tag in _MARKING:
            label = _label(element)
            if label is not None:
                yield _Mark(element, label, _address(element, url) if _is_link(element) else None)


def _is_link(element: etree._Element) -> bool:
    return element.tag in ("a", "option")


def _heads(holder: etree._Element) -> Iterator[etree._Element]:
    """The list, and the few elements that stand close behind it."""
    yield holder
    before: etree._Element | None = holder
    for _ in range(LEVELS_BEHIND):
        if before is None or before.tag in ("body", "html"):
            return
        yield from islice(before.itersiblings("*"), SIBLINGS_BEHIND)
        before = before.getparent()


def _names(element: etree._Element) -> str:
    """Class and id, words apart: `PagerNext` is `pager-next`."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _CAMEL.sub("-", names).lower().replace("_", "-")


def _is_aside(element: etree._Element) -> bool:
    """Whether it is a part of the page that has numbers and arrows of its own."""
    return element.tag in _ASIDE_TAGS or bool(_ASIDE_NAME.search(_names(element)))


def _label(element: etree._Element) -> str | None:
    """The words of what can be clicked, or of a number that stands between such; else None."""
    if element.tag in _CLICKABLE or _acts(element):
        text = clean("".join(map(str, islice(element.itertext(), MOST_PIECES))))
        labels = (text, *(clean(element.get(name) or "") for name in _LABELS))
        label = next((each for each in labels if each), "")
        return label if len(label) <= LONGEST_LABEL_CHARS else None
    text = clean(element.text or "") if len(element) == 0 else ""
    return text if _NUMBER.fullmatch(text) else None


def _acts(element: etree._Element) -> bool:
    return any(element.get(name) for name in _ACTING)


# What leads on


def _numbered(marks: list[_Mark], url: str, page: int) -> Iterator[_Mark]:
    """Marks with the page's number that lead there; those in a group of numbers come first."""
    wanted = [mark for mark in marks if mark.number == page and _can_be_clicked(mark)]
    beside = [(mark, _beside(mark)) for mark in wanted[:MOST_CANDIDATES]]
    yield from (mark for mark, numbers in beside if _is_pagers(numbers, page))
    for mark, numbers in beside:
        if len(numbers) <= 1 and mark.address is not None and _is_near(mark.address, url):
            yield mark


def _is_pagers(numbers: set[int], page: int) -> bool:
    """Whether numbers that stand together are those of pages, and not the days of a month."""
    is_calendar = len(numbers) >= CALENDAR_DAYS and numbers <= set(range(1, 32))
    return not is_calendar and not numbers.isdisjoint({page - 1, page + 1})


def _can_be_clicked(mark: _Mark) -> bool:
    return mark.element.tag in _CLICKABLE or _acts(mark.element)


def _beside(mark: _Mark) -> set[int]:
    """The numbers of a mark's group, its own among them."""
    numbers: set[int] = set()
    for ancestor in islice(mark.element.iterancestors(), LEVELS_ABOVE):
        texts = (clean(str(text)) for text in islice(ancestor.itertext(), MOST_NUMBERS))
        found = (_NUMBER.fullmatch(text) for text in texts if len(text) <= LONGEST_LABEL_CHARS)
        numbers |= {int(each[1]) for each in found if each}
        if len(numbers) > 1:
            break
    return numbers


def _worded(marks: list[_Mark], url: str) -> Iterator[_Mark]:
    """Marks that say next, the plainest first: words, then class or label, then arrows."""
    clickable = [mark for mark in marks if _can_be_clicked(mark) and not _is_off(mark.element)]
    worded = [mark for mark in clickable if _NEXT_WORDS.fullmatch(_AROUND.sub("", mark.label))]
    named = [mark for mark in clickable if _says_next(mark.element)]
    arrows = [mark for mark in clickable if _ARROW.fullmatch(mark.label.replace(" ", ""))]
    near = [mark for mark in arrows if not _FAR_ARROW.fullmatch(mark.label.replace(" ", ""))]
    for mark in (*worded, *named, *(near or arrows)):
        if mark.address is None or _is_near(mark.address, url):
            yield mark


def _says_next(element: etree._Element) -> bool:
    """Whether the class or label of a link, or of what holds it alone, says so."""
    parent = element.getparent()
    holders = [element]
    if parent is not None and parent.tag in _WRAPPERS and len(parent) == 1:
        holders.append(parent)
    icons = list(islice(element.iter("i", "span", "img", "svg"), MOST_PIECES))
    return any(_NEXT_NAME.search(_names(each)) for each in holders) or any(
        bool(_NEXT_WORDS.fullmatch(clean(each.get(name) or "")))
        for each in (element, *icons)
        for name in ("aria-label", "title", "alt")
    )


def _is_off(element: etree._Element) -> bool:
    parent = element.getparent()
    return any(
        _OFF.search(_names(each)) or each.get("disabled") is not None
        or (each.get("aria-disabled") or "").lower() == "true"
        for each in (element, parent)
        if each is not None
    )  # fmt: skip


def _is_near(address: str, url: str) -> bool:
    """Whether an address is of the same listing: the same host, and a path that begins alike."""
    if not can_be_asked(address):
        return False
    here, there = urlsplit(url), urlsplit(address)
    if here.netloc.lower() != there.netloc.lower():
        return False
    stem = re.sub(r"(?:[/-](?:trang|page|p|tr))?[/-]?\d*(?:\.\w{2,5})?/?$", "", here.path)
    return there.path.startswith(stem)


def _words(mark: _Mark) -> str:
    acts = next((name for name in _ACTING if mark.element.get(name)), None)
    href = mark.element.get("href") or ""
    how = acts or ("script" if href.lower().startswith("javascript:") else f"<{mark.element.tag}>")
    return f"{mark.label!r} ({how})" if mark.label else how
