"""Finds the lead of a page that is read alone: by its class, its place or its look."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import etree

from portal_crawler.cleaning.body.bold_lead import LONGEST_LEAD_CHARS, SHORTEST_BOLD_LEAD_CHARS
from portal_crawler.cleaning.page.visible import css_of
from portal_crawler.cleaning.words.dates import may_be_date
from portal_crawler.cleaning.words.text import clean, folded_line
from portal_crawler.learning.fields import is_byline
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.page_facts import KEPT_CHARS, BlockFact, text_weight
from portal_crawler.learning.pictures import is_named_caption
from portal_crawler.learning.repetition import SitePage, is_link

SHORTEST_LEAD_CHARS = 40
"""A shorter line above the text is a section or a label, unless a class names it as the lead."""

BLOCKS_BEHIND = 3
"""Blocks behind a first paragraph in bold, one of which must not be bold: the first may be a
subheading."""

MOST_LEADS = 2
"""Elements like the lead's: it may be shown again for small screens."""

LONGEST_DATE_LINE = 60
"""Characters of a line above the text that is nothing but a date in any language."""

LONGEST_NAMING_CHARS = 80
"""Characters of a line above the text that begins like a byline and is one."""

_SURE_LABEL = re.compile(
    r"sapo|hometext|(?<![a-z])lead(?![a-z])|standfirst|chapeau|\bdek\b|trich-?yeu|tom-?tat"
    r"|article-?summary",
    re.IGNORECASE,
)
"""Names that are only the lead's."""
_LABEL = re.compile(
    rf"{_SURE_LABEL.pattern}|brief|summary|description|abstract|excerpt|intro(?:text)?\b"
    r"|short-?(?:content|text|intro)|desc\b|sub-?(?:title|head)|mo-?ta",
    re.IGNORECASE,
)
"""Names of the lead in the classes of systems; some call other things so, too."""
_EMPTY_LABEL = re.compile(rf"{_SURE_LABEL.pattern}|summary|description", re.IGNORECASE)
_NAMING_ATTRIBUTES = ("class", "id", "data-role", "itemprop")

_BYLINE = re.compile(
    r"^(?:by|bởi|tác giả|theo|von|por|par|biên tập|đăng bởi|posted by|written by)\b[:\s]",
    re.IGNORECASE,
)
"""The beginning of a line that names the author, above the text."""
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)

_BOLD_TAGS = frozenset(("b", "strong", "h2", "h3", "h4", "h5", "h6"))
_WEIGHT_CSS = re.compile(r"font-weight\s*:\s*(bold|normal|[1-9]00)")
_LIGHT = ("normal", "100", "200", "300", "400", "500")
_BOLD_CLASS = re.compile(r"(?:^|[\s-])bold(?:$|\s)")
_CENTERED_CSS = re.compile(r"text-align\s*:\s*(?:center|right)")
_NUMBERED = re.compile(r"(?:[IVX]+|\d+|[A-Za-z])[.)/]\s|[-+*•]\s")


def lead_of(page: SitePage, known: KnownPage, text: Sequence[int], core: int) -> int | None:
    """The element with the lead; None if there is none.

    It is the one that a class names so; else the only long block between the headline and the text;
    else the first paragraph if it alone is bold. A page with an empty element for the lead has none
    elsewhere. `text` are the blocks of the text, `core` the element that holds them.
    """
    blocks = page.facts.blocks
    heads = [at for at, block in enumerate(blocks) if block.text == page.headline]
    top = heads[0] + 1 if heads else text[0]
    text = [at for at in text if at >= top] or text
    start = next((at for at in text if core <= blocks[at].element), text[0])
    for at in range(min(top, text[0]), start + 1):
        place = _labelled(page, known, at)
        if place is not None:
            return place
    if heads and _has_empty_place(page, known, heads[0], blocks[start].element):
        return None
    above = [at for at in range(top, start) if heads and _may_be_lead(page, known, at)]
    long = [at for at in above if blocks[at].length >= SHORTEST_LEAD_CHARS]
    if long:
        return blocks[long[0]].element if len(long) == 1 else None
    return _bold_beginning(page, known, text)


def is_headline(page: SitePage, at: int) -> bool:
    """Whether a block has the headline's text."""
    block = page.facts.blocks[at]
    return block.length < KEPT_CHARS and folded_line(block.text) == folded_line(page.headline or "")


def _may_be_lead(page: SitePage, known: KnownPage, at: int) -> bool:
    """Whether a block may be a lead: no headline, date, byline, caption, link or notice."""
    block = page.facts.blocks[at]
    if block.date or block.element in page.date_lines or is_headline(page, at):
        return False
    if is_link(block) or is_byline(block) or _is_naming(block):
        return False
    if block.length > LONGEST_LEAD_CHARS:
        return False
    if block.length <= LONGEST_DATE_LINE and may_be_date(block.text):
        return False
    element = known.elements[block.element]
    outer = element.getparent()
    around = (element,) if outer is None else (element, outer)
    if any(is_named_caption(one) or one.tag == "figure" for one in around):
        return False
    return not _COOKIES.search(block.text) and page.skeleton.is_leaf(block.element)


def _is_naming(block: BlockFact) -> bool:
    """Whether a line begins like a byline and is not a sentence, as "Theo Bộ Y tế, …" is."""
    return block.length <= LONGEST_NAMING_CHARS and bool(_BYLINE.search(block.text))


# By the names of classes


def _labelled(page: SitePage, known: KnownPage, at: int) -> int | None:
    """The element of a block, or one of the two around it, if a class names it as the lead.

    An element with most of the text needs a name that is only the lead's, and text behind it.
    """
    block = page.facts.blocks[at]
    if not _may_be_lead(page, known, at):
        return None
    for place in (block.element, *islice(page.skeleton.ancestors(block.element), 2)):
        first, end = page.skeleton.block_range(place)
        chars = sum(one.length for one in page.facts.blocks[first:end])
        if first != at:
            return None
        is_most = 2 * chars > page.all_own_chars
        name = _name(known.elements[place])
        if is_most and not (_SURE_LABEL.search(name) and _has_text_behind(page, end, chars)):
            return None
        if _LABEL.search(name):
            return None if _repeats(page, place) else place
    return None


def _repeats(page: SitePage, place: int) -> bool:
    """Whether elements like one stand in several places, as the summaries of a list do."""
    steps = page.skeleton.steps
    return steps.count(steps[place]) > MOST_LEADS


def _name(element: etree._Element) -> str:
    return " ".join(filter(None, map(element.get, _NAMING_ATTRIBUTES)))


def _has_text_behind(page: SitePage, end: int, chars: int) -> bool:
    return chars <= LONGEST_LEAD_CHARS and any(page.own[end:])


def _has_empty_place(page: SitePage, known: KnownPage, head: int, start: int) -> bool:
    """Whether an element for the lead stands empty between the headline and the text."""
    first = page.facts.blocks[head].element + 1
    for place in range(first, start):
        blocks_from, blocks_to = page.skeleton.block_range(place)
        element = known.elements[place]
        if blocks_from == blocks_to and _EMPTY_LABEL.search(_name(element)):
            return True
    return False


# By the look


def _bold_beginning(page: SitePage, known: KnownPage, text: Sequence[int]) -> int | None:
    """The element of the text's first paragraph, if it is bold and the text behind it is not."""
    blocks = page.facts.blocks
    own = [at for at in text if not (is_headline(page, at) or _is_between(page, known, at))]
    if len(own) < 2 or not _may_be_lead(page, known, own[0]):
        return None
    first = blocks[own[0]]
    if text_weight(first.text, first.length) < SHORTEST_BOLD_LEAD_CHARS or first.text.isupper():
        return None
    if first.length > LONGEST_LEAD_CHARS or _NUMBERED.match(first.text):
        return None
    if first.length < KEPT_CHARS and first.text.endswith((":", "?", ";")):
        return None
    element = known.elements[first.element]
    if _is_centered(element) or not _is_bold(element):
        return None
    behind = (known.elements[blocks[at].element] for at in own[1 : 1 + BLOCKS_BEHIND])
    return None if all(map(_is_bold, behind)) else first.element


def _is_between(page: SitePage, known: KnownPage, at: int) -> bool:
    """Whether a block is the text that an element has between or behind its other blocks."""
    place = page.facts.blocks[at].element
    return not page.skeleton.is_leaf(place) and not clean(known.elements[place].text or "")


def _is_centered(element: etree._Element) -> bool:
    is_set = element.get("align") in ("center", "right")
    return is_set or bool(_CENTERED_CSS.search(css_of(element)))


def _is_bold(element: etree._Element) -> bool:
    """Whether all text in an element is bold."""
    return all(_stands_bold(holder, element) for holder in _holders(element))


def _holders(element: etree._Element) -> Iterator[etree._Element]:
    """The elements that hold the texts in an element."""
    for inner in element.iter("*"):
        if clean(inner.text or ""):
            yield inner
        outer = inner.getparent()
        if inner is not element and outer is not None and clean(inner.tail or ""):
            yield outer


def _stands_bold(holder: etree._Element, area: etree._Element) -> bool:
    for one in (holder, *holder.iterancestors()):
        if weight := _WEIGHT_CSS.search(css_of(one)):
            return weight[1] not in _LIGHT
        if one.tag in _BOLD_TAGS:
            return True
        if _BOLD_CLASS.search(one.get("class") or ""):
            return True
        if one is area:
            return False
    return False
