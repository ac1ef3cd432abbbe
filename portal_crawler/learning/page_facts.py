"""The facts of a page that layouts are learned from: its skeleton of elements, its texts as
blocks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, cast
from zlib import crc32

from lxml import etree

from portal_crawler.cleaning.body.attachments import COMMON_ENDINGS
from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.page import tree
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.visible import SILENT_TAGS, css_of, is_hidden
from portal_crawler.cleaning.words.dates import LONGEST_DATE_CHARS, may_be_date, published_at
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.pictures import (
    MOST_PICTURES,
    PictureFact,
    Shape,
    address_key,
    captions,
    picture_fact,
)

KEPT_CHARS = 320
"""Characters kept of a block's text: enough for any headline. The keys of longer texts have a
checksum."""

LONGEST_COUNTER_WORDS = 4
"""In texts of so few words, digits are counters and dates, which differ by page; in longer ones
they belong to the article ("kỳ 8")."""

SHOWN_KEY_CHARS = 60
"""Characters of a long text at the beginning of its key."""

MOST_PIECES = 8
"""Texts in an inline element that shows a date: beside it there are icons and a label."""

MOST_INNER_DATES = 3
"""Dates found last, among which are those inside of an inline element."""

MOST_DAYS = 5_000
"""Blocks of a page that are read as dates, which takes longer than everything else."""

KEPT_LABELS = 4096
"""More than a site's templates have; labels from ids of single pages are forgotten first."""

FEWEST_PARAGRAPHS = 3
"""So many hidden paragraphs, if they are most of the page's, are an article that a script shows."""

UNSEEN_TAGS = SILENT_TAGS - {"title", "xml", "datalist"}
"""Elements whose text is not compared between pages."""

_MAY_HOLD_ARTICLE = ("template", "noscript", "button")

_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters of Chinese, Japanese and Korean."""

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_ANY_TIME = datetime(2100, 1, 1, tzinfo=UTC)
"""Facts do not depend on the time: whether a date is plausible is checked when the page is read."""

_VOLATILE = re.compile(
    r"\d{2}|[0-9a-f]{8}|[^\w-]|^\d|^-|(?:^|[-_])(?:active|current|first|last|odd|even|open|show)(?:$|[-_])",
    re.ASCII,
)
"""Names of classes and ids that differ by page (numbers, states) or need an escape in CSS."""
_ID_TAIL = re.compile(r"_([A-Za-z][A-Za-z]{3,})$")
"""The last part of an id: SharePoint and ASP.NET number all other parts."""

_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_DOCUMENT = re.compile(rf"\.(?:{COMMON_ENDINGS}|rtf|odt)(?:$|[?#])", re.IGNORECASE)


class BlockFact(NamedTuple):
    """The text of one block element without the blocks inside it."""

    element: int
    """Its place in the skeleton."""
    key: str
    """The text as `block_key` gives it: equal for the same block on different pages."""
    text: str
    """Cleaned, its first `KEPT_CHARS`."""
    length: int
    """Characters of the whole text."""
    linked: int
    """How many of them are in links, links to documents not counted."""
    date: str
    """As Article.published_at; empty if the text is not a date."""
    right: bool = False
    """It is set at the right."""
    document: str = ""
    """The address of the first document that it links to; empty if there is none."""
    picture: str = ""
    """The address of the picture in it or before it, if it may be its caption; else empty."""


BlockName = tuple[str, str]
"""A block's key and the last two steps to it, which identify it on all pages of a site."""


class PageFacts(NamedTuple):
    """The facts of an article's page. An element is a place in the tuples, which are in page
    order."""

    url: str
    titles: tuple[str, ...]
    """The titles in the page's head: that of `<title>`, then that of `og:title`."""
    tags: tuple[str, ...]
    labels: tuple[str, ...]
    """Classes or ids that are not of this page alone, as CSS; empty if there are none."""
    parents: tuple[int, ...]
    """The place of each element's parent; -1 for the outermost."""
    nths: tuple[int, ...]
    """The number of an element among its parent's children with its tag, from 1."""
    ends: tuple[int, ...]
    """The place behind an element's last descendant."""
    blocks: tuple[BlockFact, ...]
    """In page order."""
    inline_dates: tuple[BlockFact, ...]
    """Dates that fill an element within a block."""
    pictures: tuple[PictureFact, ...]
    """In page order, the first `MOST_PICTURES`."""


def page_facts(html: bytes, url: str, *, content_type: str | None = None) -> PageFacts | None:
    """The facts of a page; None if it cannot be parsed. `html` is the decompressed payload."""
    root = learning_tree(decode(html, content_type).text)
    if root is None:
        return None
    return facts_of(root, url)


def learning_tree(text: str) -> etree._Element | None:
    """The page's tree, with odd elements renamed so that CSS can count them; None if it has
    none."""
    root = tree.tree_of(text)
    if root is not None:
        tree.rename_odd_elements(root)
    return root


def facts_of(root: etree._Element, url: str = "") -> PageFacts:
    """The facts of a tree, which stays as it is."""
    return facts_and_elements(root, url)[0]


def facts_and_elements(
    root: etree._Element, url: str = ""
) -> tuple[PageFacts, list[etree._Element]]:
    """The facts of a tree, and the elements at the places of its skeleton."""
    walk = _Walk(root)
    return walk.facts(url), walk.elements


def page_titles(root: etree._Element) -> tuple[str, ...]:
    """The titles in the page's head, cleaned; the first is that of `<title>`, empty if there is
    none."""
    shown = next((clean(element.text or "") for element in root.iter("title")), "")
    metas = (meta for meta in root.iter("meta") if meta.get("property") == "og:title")
    named = (clean(meta.get("content") or "") for meta in metas)
    return (shown, *(title for title in named if title and title != shown))


def text_weight(text: str, length: int) -> int:
    """The length of a text whose beginning is `text`, as if it were in an alphabet: a Chinese or
    Japanese character says as much as three letters."""
    return 3 * length if text and 3 * len(_DENSE.findall(text)) > len(text) else length


def block_key(text: str) -> str:
    """The key of a cleaned text, equal for texts that differ only in case or in counters."""
    same_case = text.casefold()
    if len(same_case) <= KEPT_CHARS:
        return _NUMBER.sub("0", same_case) if _is_counter(same_case) else same_case
    return f"{same_case[:SHOWN_KEY_CHARS]}…{crc32(same_case.encode()):08x}"


def _is_counter(text: str) -> bool:
    words = [word for word in text.split() if not _NUMBER.search(word)]
    return len(words) <= LONGEST_COUNTER_WORDS


def label_of(element: etree._Element) -> str:
    """An element's classes that do not differ by page, sorted; else its id or the end of that.

    As CSS; empty if it has neither.
    """
    classes, name = element.get("class"), element.get("id")
    return _label(classes or "", name or "") if classes or name else ""


@lru_cache(maxsize=KEPT_LABELS)
def _label(classes: str, name: str) -> str:
    if classes:
        lasting = {name for name in classes.split() if not _VOLATILE.search(name)}
        if lasting:
            return "." + ".".join(sorted(lasting))
    if not name:
        return ""
    if not _VOLATILE.search(name):
        return f"#{name}"
    tail = _ID_TAIL.search(name)
    return f'[id$="_{tail[1]}"]' if tail else ""


class _Inside(NamedTuple):
    """An element of the skeleton that the walk is inside of."""

    element: etree._Element | None
    place: int
    children: dict[str, int]
    """For each tag, how many children the walk has met."""


class _OpenBlock:
    """A block that the walk is inside of."""

    __slots__ = ("document", "linked", "pieces", "place")

    def __init__(self, place: int) -> None:
        self.place = place
        self.pieces: list[str] = []
        self.linked = 0
        self.document = ""


class _Walk:
    """One walk over a page."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self.elements: list[etree._Element] = []
        self._tags: list[str] = []
        self._labels: list[str] = []
        self._parents: list[int] = []
        self._nths: list[int] = []
        self._ends: list[int] = []
        self._inside = [_Inside(None, -1, {})]
        self._open = [_OpenBlock(-1)]
        self._links = 0
        self._days = 0
        self._blocks: list[BlockFact] = []
        self._inline: list[BlockFact] = []
        self._pictures: list[PictureFact] = []

    def facts(self, url: str) -> PageFacts:
        walk = etree.iterwalk(self._root, events=("start", "end"))
        unseen: etree._Element | None = None
        for event, element in walk:
            if event == "end":
                if element is not unseen:
                    self._end(element)
                if element.tail and element is not self._root:
                    self._text(element.tail)
            elif self._is_unseen(element):
                unseen = element
                siblings = self._inside[-1].children
                siblings[element.tag] = siblings.get(element.tag, 0) + 1
                walk.skip_subtree()
            else:
                self._start(element)
        self._blocks.sort()
        self._set_captions()
        return PageFacts(
            url=url,
            titles=page_titles(self._root),
            tags=tuple(self._tags),
            labels=tuple(self._labels),
            parents=tuple(self._parents),
            nths=tuple(self._nths),
            ends=tuple(self._ends),
            blocks=tuple(self._blocks),
            inline_dates=tuple(self._inline),
            pictures=tuple(self._pictures),
        )

    def _set_captions(self) -> None:
        starts = [block.element for block in self._blocks]
        texts = [block.text for block in self._blocks]
        shape = Shape(self.elements, self._parents, self._ends)
        for at, address in captions(self._pictures, starts, texts, shape):
            self._blocks[at] = self._blocks[at]._replace(picture=address)

    def _is_unseen(self, element: etree._Element) -> bool:
        """Whether an element is hidden or has no text that readers see, and is not the article that
        a script shows later, or that fell into the element because end tags are missing."""
        if element.tag in UNSEEN_TAGS:
            if element.tag not in _MAY_HOLD_ARTICLE:
                return True
        elif not is_hidden(element, css_of(element)) or element.tag in ("html", "body"):
            return False
        inside = sum(1 for _ in element.iter("p"))
        return inside < FEWEST_PARAGRAPHS or 2 * inside < sum(1 for _ in self._root.iter("p"))

    def _start(self, element: etree._Element) -> None:
        tag, text = element.tag, element.text
        children = self._inside[-1].children
        number = children[tag] = children.get(tag, 0) + 1
        if tag in BLOCK_TAGS:
            self._open.append(_OpenBlock(self._enter(element, number)))
        elif tag == "a":
            document = document_of(element)
            self._links += not document
            self._open[-1].document = self._open[-1].document or document
            if len(element):
                self._enter(element, number)
        elif tag == "br":
            self._text(" ")
        elif tag == "img":
            self._picture(element)
        elif text and may_be_date(text):
            self._inline += _dated(self._enter(element, number), text, self._links)
        elif len(element):
            self._enter(element, number)
        if text:
            self._text(text)

    def _picture(self, element: etree._Element) -> None:
        if len(self._pictures) < MOST_PICTURES:
            fact = picture_fact(element, self._inside[-1].place, len(self._tags))
            self._pictures += (fact,) if fact else ()

    def _enter(self, element: etree._Element, number: int) -> int:
        """Add the element to the skeleton; gives its place there."""
        place = len(self._tags)
        self.elements.append(element)
        self._tags.append(element.tag)
        self._labels.append(label_of(element))
        self._parents.append(self._inside[-1].place)
        self._nths.append(number)
        self._ends.append(place + 1)
        self._inside.append(_Inside(element, place, {}))
        return place

    def _text(self, text: str) -> None:
        block = self._open[-1]
        block.pieces.append(text)
        if self._links:
            block.linked += len(text.strip())

    def _end(self, element: etree._Element) -> None:
        if element.tag == "a":
            self._links -= not document_of(element)
        if self._inside[-1].element is element:
            place = self._inside.pop().place
            self._ends[place] = len(self._tags)
            if element.tag in BLOCK_TAGS:
                self._close(element, self._open.pop())
            elif len(element):
                self._inline += self._dated_behind_sign(element, place)

    def _dated_behind_sign(self, element: etree._Element, place: int) -> Iterator[BlockFact]:
        """The fact of an inline element whose date stands behind an icon or a label."""
        if may_be_date((element.text or "")[:LONGEST_DATE_CHARS]):
            return
        pieces = list(islice(cast("Iterator[str]", element.itertext()), MOST_PIECES + 1))
        text = "".join(pieces) if len(pieces) <= MOST_PIECES else ""
        if len(text) <= LONGEST_DATE_CHARS and may_be_date(text):
            inner = any(block.element > place for block in self._inline[-MOST_INNER_DATES:])
            yield from () if inner else _dated(place, text, self._links)

    def _close(self, element: etree._Element, block: _OpenBlock) -> None:
        text = clean("".join(block.pieces))
        if not text:
            return
        date = ""
        is_linked = 2 * block.linked >= len(text)  # as a row of other articles, with its date
        may_be = len(text) <= LONGEST_DATE_CHARS and not is_linked and self._days < MOST_DAYS
        if may_be and may_be_date(text):
            self._days += 1
            date = published_at(text, _ANY_TIME) or ""
        self._blocks.append(
            BlockFact(
                element=block.place,
                key=block_key(text),
                text=text[:KEPT_CHARS],
                length=len(text),
                linked=block.linked,
                date=date,
                right=_is_right(element),
                document=block.document,
            )
        )


def _is_right(element: etree._Element) -> bool:
    if element.get("align") == "right" or "text-right" in (element.get("class") or ""):
        return True
    return bool(_RIGHT.search(element.get("style") or ""))


def document_of(link: etree._Element) -> str:
    """The address of the document that a link leads to, as `address_key` gives it; else empty."""
    href = link.get("href") or ""
    return address_key(href) if _DOCUMENT.search(href) else ""


def _dated(place: int, text: str, links: int) -> Iterator[BlockFact]:
    """The fact of an element within a block, if its own text is a date."""
    text = clean(text)
    if not links and len(text) <= LONGEST_DATE_CHARS:
        date = published_at(text, _ANY_TIME)
        if date:
            yield BlockFact(place, block_key(text), text, len(text), 0, date)
