"""Finds in a body what the page says of the article: elements of fields, lines with its date."""

import re
from collections.abc import Iterator

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS, BodyBlock
from portal_crawler.cleaning.page.selectors import ParsedPage, text_of
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.words.boilerplate import before_counter
from portal_crawler.cleaning.words.dates import LONGEST_DATE_LINE_CHARS, is_date, is_date_line
from portal_crawler.cleaning.words.names import labelled_source, source_of
from portal_crawler.cleaning.words.signed_lines import author_of

EDGE_LINES = 3
"""Lines at a body's beginning and end among which the line with the date is looked for."""

_BARE_NUMBER = re.compile(r"\d[\d.,]{0,11}")
"""A counter whose sign is a picture."""


def field_elements(
    body: etree._Element, page: ParsedPage, profile: Profile
) -> Iterator[etree._Element]:
    """The elements of a body that give date, author or source, each with the line that it fills.

    An element within a sentence belongs to the text and is left out, and so is a date between
    paragraphs: that of an event.
    """
    for element in _inside(body, page, profile.date):
        line = _line(element, body)
        if is_date(text_of(line)) and not _is_between_paragraphs(line, body):
            yield line
            break
    for selectors, name_of in ((profile.author, _signer), (profile.source, source_of)):
        for element in _inside(body, page, selectors):
            line = _line(element, body)
            text = text_of(line)
            if len(text) <= LONGEST_DATE_LINE_CHARS and name_of(before_counter(text)):
                yield line
                break


def _signer(text: str) -> str | None:
    """The author or the labelled source in the text of an author's element."""
    return author_of(text) or labelled_source(text)


def _inside(
    body: etree._Element, page: ParsedPage, selectors: tuple[str, ...]
) -> Iterator[etree._Element]:
    for css in selectors:
        if "::attr(" not in css:
            yield from (one for one in page.select(css) if body in one.iterancestors())


def _line(element: etree._Element, body: etree._Element) -> etree._Element:
    """The element, or the innermost block of the body around an element within a line."""
    outer = (element, *element.iterancestors())
    block = next((one for one in outer if one is body or one.tag in BLOCK_TAGS), body)
    return element if block is body else block


def _is_between_paragraphs(line: etree._Element, body: etree._Element) -> bool:
    blocks = [one for one in body.iter(*BLOCK_TAGS) if not _holds_block(one) and text_of(one)]
    return line in blocks[EDGE_LINES:-EDGE_LINES]


def _holds_block(element: etree._Element) -> bool:
    return next(element.iterdescendants(*BLOCK_TAGS), None) is not None


def date_lines(blocks: list[BodyBlock]) -> list[BodyBlock]:
    """The line with the date at the body's beginning or end, and the bare counters beside
    it."""
    texts = [block for block in blocks if block.text and not block.is_caption]
    first = [block for block in texts[:EDGE_LINES] if is_date_line(block.text)]
    last = [block for block in texts[-EDGE_LINES:] if is_date_line(block.text, labelled=True)]
    if len(first) == len(texts):
        return []
    counters = [block for block in texts[:EDGE_LINES] if _BARE_NUMBER.fullmatch(block.text)]
    return [*first, *last, *(counters if first else ())]
