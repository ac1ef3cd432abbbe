"""Finds the pager of a listing without a declared layout, and the page that it leads to.

A pager is a group of siblings with consecutive numbers, or a link that says next by its words, rel,
class or label. It stands in the listing, close behind it, or in an element that is named a pager.
Menus, breadcrumbs, calendars, carousels and ratings also have numbers or arrows; they are excluded.
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
"""Gives the key in an article's address; None for addresses of other pages."""

LEVELS_BEHIND = 4
"""How many elements around the list may have the pager behind them."""

SIBLINGS_BEHIND = 3
"""Elements behind one of them that may be the pager; later ones belong to another part."""

LONGEST_LABEL_CHARS = 24
"""The longest text of a pager's link; "Trang tiếp theo »" has 17 characters."""

CALENDAR_DAYS = 28
"""The number of consecutive numbers from 1 that are a calendar, not pages."""

LEVELS_ABOVE = 3
"""How many elements around a number may hold its group; a link in an item of a list has two."""

MOST_NUMBERS = 200
"""Texts of a group that are looked at; a pager has some ten, a month 31."""

MOST_PIECES = 8
"""Texts of a label, or icons in a link, that are looked at; real ones have one or two."""

MOST_CANDIDATES = 20
"""Marks with the page's number that are looked at; a page has one or two pagers."""

_NUMBER = re.compile(
    r"(?:trang|page|tr\.?|p\.?)?\s*[\[(<]?\s*0{0,4}(\d{1,5})\s*[\])>]?", re.IGNORECASE
)
_NUMBERS = re.compile(r"[/?&-]?(?:trang|page|p|start|cur|tr)?[-_=/]?\d+", re.IGNORECASE)
"""The number of a page as pagers write it into an address."""

_PAGE_ENDING = re.compile(r"\.(?:html?|aspx?|php|jsp)$", re.IGNORECASE)

_NEXT_WORDS = re.compile(
    r"(?:(?:xem|đọc|trang|tin|bài|các (?:tin|bài))\s+)?(?:viết\s+)?"
    r"(?:tiếp(?: theo)?|kế(?: tiếp)?|sau|cũ hơn)"
    r"|(?:older|next)(?: (?:page|posts|entries|articles))?",
    re.IGNORECASE,
)
_ARROWS = "\u203a\u00bb>\u2192\u25b6\u25ba\u27e9\u276f\u226b\u21d2"
_ARROW = re.compile(rf"[{_ARROWS}]{{1,2}}")
_FAR_ARROW = re.compile(r"[\u00bb\u226b\u21d2]|>>")
"""An arrow that leads to the last page if a single arrow stands beside it."""
_AROUND = re.compile(rf"^[\s\u2039\u00ab<\u2190|.-]*|[\s{_ARROWS}|.-]*$")
_NEXT_NAME = re.compile(
    r"(?:^|[^a-z])next(?:$|[^a-z])|next-?(?:page|link|btn|posts)", re.IGNORECASE
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PAGER_NAME = re.compile(
    r"pag(?:er|ing|ination|enav|elist|es?-?(?:nav|num|link))|phan-?trang|wp-pagenavi"
)
_OTHER_PART_NAME = re.compile(
    r"breadcrumb|menu|navbar|calendar|lich(?:-|$)|datepicker|month|carousel|slick|swiper|owl-|slide"
    r"|banner|gallery|lightbox|rating|stars?(?:-|$)|vote|binh-?chon|poll|comment|related|social|share"
    r"|sidebar|tab-?(?:list|nav|control)|language|font-?size|video|player|ticker|marquee",
    re.IGNORECASE,
)
_OTHER_PART_TAGS = frozenset(("header", "footer", "aside", "nav"))
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
    """The link from a listing page to the next one."""

    following: str | None = None
    """The address of that page; None if there is none or it cannot be followed."""
    seen: str | None = None
    """A description for a person of a link that cannot be followed; else None."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """An element that may belong to a pager."""

    element: etree._Element
    label: str
    address: str | None
    """The address that the mark leads to; None if the mark is not a link."""

    @property
    def number(self) -> int | None:
        found = _NUMBER.fullmatch(self.label)
        return int(found[1]) if found else None


def pager_of(
    root: etree._Element, holder: etree._Element | None, url: str, page: int, key: ArticleKey
) -> Pager:
    """The link to page number `page` of a listing, counted from 1.

    `holder` is the element that holds the listing's rows; without it the whole page is searched.
    Links to articles, for which `key` gives a key, do not belong to a pager.
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
    """The address in a link with rel=next."""
    for link in root.iter("a", "link"):
        if "next" in (link.get("rel") or "").lower().split():
            address = _address(link, url)
            if address is not None:
                return address
    return None


def _is_articles(address: str, url: str, key: ArticleKey) -> bool:
    """Whether a link leads to an article, and not to another page of the listing."""
    name = key(address) if can_be_asked(address) else None
    if name is None or name == key(url):
        return False
    return _without_number(address) != _without_number(url)


def _without_number(address: str) -> str:
    """An address without the numbers of pages: `/tin-tuc/2.html` becomes that of `/tin-tuc`."""
    return _NUMBERS.sub("", _PAGE_ENDING.sub("", address)).rstrip("/?&")


def _address(element: etree._Element, url: str) -> str | None:
    """The address of a link; None if it acts by script or leads to the same page.

    An address that cannot be requested stays as written: whoever follows it reports it.
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
    """The elements that may belong to a pager, in page order: links, and elements that act on a
    click."""
    heads = set(_heads(holder)) if holder is not None else {root}
    known: dict[etree._Element | None, tuple[bool, bool]] = {None: (False, False)}
    for element in root.iter("*"):
        inside, elsewhere = known.get(element.getparent(), (False, False))
        is_named = element.tag in _NAMED_TAGS and bool(_PAGER_NAME.search(_names(element)))
        inside = inside or is_named or element in heads
        elsewhere = not is_named and (elsewhere or _is_other_part(element))
        known[element] = inside, elsewhere
        if inside and not elsewhere and element.tag in _MARKING:
            label = _label(element)
            if label is not None:
                yield _Mark(element, label, _address(element, url) if _is_link(element) else None)


def _is_link(element: etree._Element) -> bool:
    return element.tag in ("a", "option")


def _heads(holder: etree._Element) -> Iterator[etree._Element]:
    """The list, and the few elements close behind it."""
    yield holder
    before: etree._Element | None = holder
    for _ in range(LEVELS_BEHIND):
        if before is None or before.tag in ("body", "html"):
            return
        yield from islice(before.itersiblings("*"), SIBLINGS_BEHIND)
        before = before.getparent()


def _names(element: etree._Element) -> str:
    """Class and id with hyphens between words: `PagerNext` is `pager-next`."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _CAMEL.sub("-", names).lower().replace("_", "-")


def _is_other_part(element: etree._Element) -> bool:
    """Whether an element is a part of the page that has other numbers and arrows."""
    return element.tag in _OTHER_PART_TAGS or bool(_OTHER_PART_NAME.search(_names(element)))


def _label(element: etree._Element) -> str | None:
    """The words of an element that can be clicked, or a number beside such elements; else None."""
    if element.tag in _CLICKABLE or _acts(element):
        text = clean("".join(map(str, islice(element.itertext(), MOST_PIECES))))
        labels = (text, *(clean(element.get(name) or "") for name in _LABELS))
        label = next((each for each in labels if each), "")
        return label if len(label) <= LONGEST_LABEL_CHARS else None
    text = clean(element.text or "") if len(element) == 0 else ""
    return text if _NUMBER.fullmatch(text) else None


def _acts(element: etree._Element) -> bool:
    return any(element.get(name) for name in _ACTING)


# Which mark leads to the next page


def _numbered(marks: list[_Mark], url: str, page: int) -> Iterator[_Mark]:
    """Marks with the page's number; those in a group of numbers come first."""
    wanted = [mark for mark in marks if mark.number == page and _can_be_clicked(mark)]
    beside = [(mark, _beside(mark)) for mark in wanted[:MOST_CANDIDATES]]
    yield from (mark for mark, numbers in beside if _is_pagers(numbers, page))
    for mark, numbers in beside:
        if len(numbers) <= 1 and mark.address is not None and _is_near(mark.address, url):
            yield mark


def _is_pagers(numbers: set[int], page: int) -> bool:
    """Whether numbers in a group are those of pages, and not the days of a month."""
    is_calendar = len(numbers) >= CALENDAR_DAYS and numbers <= set(range(1, 32))
    return not is_calendar and not numbers.isdisjoint({page - 1, page + 1})


def _can_be_clicked(mark: _Mark) -> bool:
    return mark.element.tag in _CLICKABLE or _acts(mark.element)


def _beside(mark: _Mark) -> set[int]:
    """The numbers of a mark's group, its own included."""
    numbers: set[int] = set()
    for ancestor in islice(mark.element.iterancestors(), LEVELS_ABOVE):
        texts = (clean(str(text)) for text in islice(ancestor.itertext(), MOST_NUMBERS))
        found = (_NUMBER.fullmatch(text) for text in texts if len(text) <= LONGEST_LABEL_CHARS)
        numbers |= {int(each[1]) for each in found if each}
        if len(numbers) > 1:
            break
    return numbers


def _worded(marks: list[_Mark], url: str) -> Iterator[_Mark]:
    """Marks that say next, the clearest first: words, then class or label, then arrows."""
    clickable = [mark for mark in marks if _can_be_clicked(mark) and not _is_off(mark.element)]
    worded = [mark for mark in clickable if _NEXT_WORDS.fullmatch(_AROUND.sub("", mark.label))]
    named = [mark for mark in clickable if _says_next(mark.element)]
    arrows = [mark for mark in clickable if _ARROW.fullmatch(mark.label.replace(" ", ""))]
    near = [mark for mark in arrows if not _FAR_ARROW.fullmatch(mark.label.replace(" ", ""))]
    for mark in (*worded, *named, *(near or arrows)):
        if mark.address is None or _is_near(mark.address, url):
            yield mark


def _says_next(element: etree._Element) -> bool:
    """Whether the class or label of a link, or of the element that holds nothing else, says
    next."""
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
    """Whether an address may be of the same listing: the same host, and the path begins alike."""
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
