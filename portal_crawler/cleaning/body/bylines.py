"""The bylines of a body, and the names in them."""

import re
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from portal_crawler.cleaning.body.attachments import leads_to_document
from portal_crawler.cleaning.body.blocks import BlockKind, BodyBlock
from portal_crawler.cleaning.body.signatures import end_of_signature
from portal_crawler.cleaning.words.boilerplate import (
    is_contact,
    is_tail_boilerplate,
)
from portal_crawler.cleaning.words.closing_lines import is_closing
from portal_crawler.cleaning.words.names import (
    LONGEST_NAME_CHARS,
    labelled_account,
    labelled_source,
)
from portal_crawler.cleaning.words.place_dates import is_place_and_date
from portal_crawler.cleaning.words.signed_lines import (
    KNOWN_BYLINES,
    ROLE,
    author_of,
    is_spoken,
    pictures_of,
    signature_of,
    source_behind,
)

LONGEST_BYLINE_WORDS = 14
"""A department's full name ("Thanh tra Sở …") with its label is shorter; a sentence is longer."""

LONGEST_NAME_WORDS = 5
"""The longest name of a person: "Nguyễn Thị Phương Hoa" has four words, a title makes five."""

_PICTURES_LABEL = re.compile(
    r"(?:(?:tin|bài(?: viết)?)(?:\s*[,/–-]\s*|\s+và\s+|\s+)){0,2}ảnh\s*:\s*", re.IGNORECASE
)
_LABELLED = re.compile(
    rf"[(\[]\s*(?:theo|nguồn)(?:\s*:|\s).*[)\]]\s*\.?$|(?:nguồn(?: tin)?|{ROLE})\s*:", re.IGNORECASE
)
"""A line that is a byline wherever it is set: "Tác giả: X", "(Nguồn: X)"."""

_NO_BYLINE_END = ("./.", "/.", ":", ";", "?", ",")
"""Endings of official texts and of sentences. No byline ends like this."""


def looks_like_byline(block: BodyBlock) -> bool:
    """Whether a block is a short line that is labelled as a byline, or is set at the right and is
    not a sentence."""
    text = block.text
    if not text or block.is_table or block.mark or len(text) > LONGEST_NAME_CHARS:
        return False
    if len(text.split()) > LONGEST_BYLINE_WORDS:
        return False
    if is_spoken(text):
        return False
    if block.align == "right":
        return not text.endswith(_NO_BYLINE_END)
    return bool(_LABELLED.match(text))


@dataclass(frozen=True, slots=True)
class Signed:
    """A body without its bylines, and the names in them."""

    blocks: list[BodyBlock]
    author: str | None = None
    source: str | None = None
    credit: str | None = None
    """The author of the pictures."""
    account: str | None = None
    """The account that filed the article, from a labelled line."""


def take_bylines(blocks: list[BodyBlock], *, last: bool) -> Signed:
    """Remove the bylines at a body's end and the boilerplate behind them; footnotes stay.

    The first byline names the author, or with `last` the last one.
    """
    first = end_of_signature(blocks)
    end = max(first, _without_appendix(blocks))
    bylines: deque[BodyBlock] = deque()
    kept = deque(blocks[end:])
    account = None
    for block in reversed(blocks[first:end]):
        if block.is_footnote or not block.text or _signs_nothing(block):
            kept.appendleft(block)
        elif name := _account(block):
            account = name
        elif looks_like_byline(block) and (not bylines or bylines[0].box == block.box):
            bylines.appendleft(block)
        elif not _is_behind_text(block, signed=bool(bylines)):
            break
        end -= 1
    if not bylines and end > first and _is_name_alone(blocks, end - 1):
        end -= 1
        bylines.append(blocks[end])
    if not (bylines or account):
        return Signed(blocks)
    names = [name for block in bylines if (name := author_of(block.text))]
    return Signed(
        [*blocks[:end], *kept],
        author=next(reversed(names) if last else iter(names), None),
        source=_source(list(bylines)),
        credit=next((name for block in bylines if (name := _picture_credit(block.text))), None),
        account=account,
    )


def _signs_nothing(block: BodyBlock) -> bool:
    """Whether a line among bylines belongs to the text: a place and date, or "(Còn nữa)"."""
    is_short = len(block.text) <= LONGEST_NAME_CHARS and not block.is_table
    return is_short and block.align == "right" and _is_of_text(block.text)


def _is_of_text(line: str) -> bool:
    if is_place_and_date(line):
        return True
    return is_closing(line) and not is_tail_boilerplate(line)


def _account(block: BodyBlock) -> str | None:
    """The account that a line gives as the one that filed the article: "Đăng bởi: X"."""
    if block.is_table or len(block.text.split()) > LONGEST_BYLINE_WORDS:
        return None
    return labelled_account(block.text)


def _picture_credit(byline: str) -> str | None:
    """The author of the pictures, from a label: "Bài và ảnh: X", "Ảnh: Y"."""
    if pictures := pictures_of(byline):
        return pictures
    label = _PICTURES_LABEL.match(byline)
    return signature_of(byline[label.end() :]) if label else None


def _is_behind_text(block: BodyBlock, *, signed: bool) -> bool:
    """Whether a line at a body's end is boilerplate.

    Above a byline, which `signed` says, the article's own text may end in an address, in a link to
    a document or in a linked sentence.
    """
    if is_tail_boilerplate(block.text):
        return not (signed and is_contact(block.text))
    if not block.only_links:
        return False
    return not (signed and (leads_to_document(block.link) or block.text.endswith(".")))


def _without_appendix(blocks: list[BodyBlock]) -> int:
    """The number of blocks before the tables at the end, if the text above them is signed; else the
    number of all blocks.

    A line at the right above a table mostly gives its unit of measure: only a name counts.
    """
    end = len(blocks)
    while end and _is_appended(blocks[end - 1]):
        end -= 1
    while 0 < end < len(blocks) and blocks[end - 1].align == "center":
        # It is the appendix's heading.
        end -= 1
    if end and blocks[end - 1].align == "right" and _is_name(blocks[end - 1]):
        return end
    return len(blocks)


def _is_appended(block: BodyBlock) -> bool:
    in_box = bool(block.box) and not looks_like_byline(block)
    return block.is_table or not block.text or in_box


def _is_name(block: BodyBlock) -> bool:
    """Whether a line is bold or in italics and reads as one person's name."""
    words = block.text.split()
    if not (block.bold or block.italic) or not 2 <= len(words) <= LONGEST_NAME_WORDS:
        return False
    if not block.text[-1].isalpha():
        return False
    return block.kind is BlockKind.PARAGRAPH and not block.mark and all(map(str.istitle, words))


def _is_name_alone(blocks: list[BodyBlock], position: int) -> bool:
    """Whether the line at the position is a name, wherever it is set, and not under a picture:
    there it is a caption."""
    last = blocks[position]
    if not position or last.pictures or last.is_quoted or last.box or not _is_name(last):
        return False
    if author_of(last.text) is None:
        return False
    return not (blocks[position - 1].pictures or blocks[position - 1].video_addresses)


def _source(bylines: list[BodyBlock]) -> str | None:
    """The source of the text: from a byline of its own, or from behind the author's name."""
    sources = [_sources(block.text) for block in bylines]
    own = (found.labelled for found in sources if found.labelled)
    return next(own, next((found.behind_name for found in sources if found.behind_name), None))


class _Sources(NamedTuple):
    """The sources that a line names."""

    labelled: str | None
    behind_name: str | None


def _sources(line: str) -> _Sources:
    # Most lines come again, as authors do; a longer line is not a byline.
    return _known_sources(line) if len(line) <= LONGEST_NAME_CHARS else _read_sources(line)


def _read_sources(line: str) -> _Sources:
    return _Sources(labelled_source(line), source_behind(line))


_known_sources = lru_cache(maxsize=KNOWN_BYLINES)(_read_sources)
