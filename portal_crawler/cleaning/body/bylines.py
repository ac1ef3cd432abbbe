"""Bylines: which line of a body is one, and whose name it gives."""

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
    pictures_of,
    signature_of,
    source_behind,
)

LONGEST_BYLINE_WORDS = 14
"""A department's full name ("Thanh tra Sở …") with its label stays below; a sentence is longer."""

LONGEST_NAME_WORDS = 5
"""Of one person: "Nguyễn Thị Phương Hoa" has four, a title before it makes five."""

_PICTURES_LABEL = re.compile(
    r"(?:(?:tin|bài(?: viết)?)(?:\s*[,/–-]\s*|\s+và\s+|\s+)){0,2}ảnh\s*:\s*", re.IGNORECASE
)
_LABELLED = re.compile(
    rf"[(\[]\s*(?:theo|nguồn)(?:\s*:|\s).*[)\]]\s*\.?$|(?:nguồn|{ROLE})\s*:", re.IGNORECASE
)
"""A byline by its words, wherever it is set: "Tác giả: X", "(Nguồn: X)"."""

_NO_BYLINE_END = ("./.", "/.", ":", ";", "?", ",")
"""How official texts and their sentences end; a byline never ends so."""


def looks_like_byline(block: BodyBlock) -> bool:
    """Whether a block is a short right-aligned line that is no sentence, or a labelled one."""
    text = block.text
    if not text or block.is_table or block.mark or len(text) > LONGEST_NAME_CHARS:
        return False
    if len(text.split()) > LONGEST_BYLINE_WORDS:
        return False
    if block.align == "right":
        return not text.endswith(_NO_BYLINE_END)
    return bool(_LABELLED.match(text))


@dataclass(frozen=True, slots=True)
class Signed:
    """A body without its bylines, and whom they name."""

    blocks: list[BodyBlock]
    author: str | None = None
    source: str | None = None
    credit: str | None = None
    """Whom the bylines name for the pictures."""
    account: str | None = None
    """Who filed the article, by a line that is labelled so."""


def take_bylines(blocks: list[BodyBlock], *, last: bool) -> Signed:
    """Remove the bylines at a body's end, and the furniture behind them; footnotes stay.

    Of two bylines the first names the author and the second its source, unless `last`.
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
    """Whether a line beside bylines says where and when, or "(Còn nữa)": it belongs to the text."""
    is_short = len(block.text) <= LONGEST_NAME_CHARS and not block.is_table
    return is_short and block.align == "right" and _is_of_text(block.text)


def _is_of_text(line: str) -> bool:
    if is_place_and_date(line):
        return True
    return is_closing(line) and not is_tail_boilerplate(line)


def _account(block: BodyBlock) -> str | None:
    """Whom a line names as the account that filed the article: "Đăng bởi: X"."""
    if block.is_table or len(block.text.split()) > LONGEST_BYLINE_WORDS:
        return None
    return labelled_account(block.text)


def _picture_credit(byline: str) -> str | None:
    """Whose the pictures are, by a label: "Bài và ảnh: X", "Ảnh: Y"."""
    if pictures := pictures_of(byline):
        return pictures
    label = _PICTURES_LABEL.match(byline)
    return signature_of(byline[label.end() :]) if label else None


def _is_behind_text(block: BodyBlock, *, signed: bool) -> bool:
    """Whether a line at a body's end is furniture. What is said above a byline is the article's:
    a link to a document, or one that is a sentence, and an address."""
    if is_tail_boilerplate(block.text):
        return not (signed and is_contact(block.text))
    if not block.only_links:
        return False
    return not (signed and (leads_to_document(block.link) or block.text.endswith(".")))


def _without_appendix(blocks: list[BodyBlock]) -> int:
    """Where the text ends whose signed name stands before tables; else where all of it ends.

    What stands to the right above a table is mostly its unit of measure: only a name counts.
    """
    end = len(blocks)
    while end and _is_appended(blocks[end - 1]):
        end -= 1
    while 0 < end < len(blocks) and blocks[end - 1].align == "center":
        # The appendix's heading.
        end -= 1
    if end and blocks[end - 1].align == "right" and _is_name(blocks[end - 1]):
        return end
    return len(blocks)


def _is_appended(block: BodyBlock) -> bool:
    in_box = bool(block.box) and not looks_like_byline(block)
    return block.is_table or not block.text or in_box


def _is_name(block: BodyBlock) -> bool:
    """Whether a line is set off and reads as one person's name, each word with a capital."""
    words = block.text.split()
    if not (block.bold or block.italic) or not 2 <= len(words) <= LONGEST_NAME_WORDS:
        return False
    if not block.text[-1].isalpha():
        return False
    return block.kind is BlockKind.PARAGRAPH and not block.mark and all(map(str.istitle, words))


def _is_name_alone(blocks: list[BodyBlock], position: int) -> bool:
    """Whether a text's last line is a name, wherever it is set; under a picture it is a caption."""
    last = blocks[position]
    if not position or last.pictures or last.is_quoted or last.box or not _is_name(last):
        return False
    if author_of(last.text) is None:
        return False
    return not (blocks[position - 1].pictures or blocks[position - 1].video_addresses)


def _source(bylines: list[BodyBlock]) -> str | None:
    """Whom the text was taken from: named by a byline of its own, or behind the author's name."""
    sources = [_sources(block.text) for block in bylines]
    own = (found.labelled for found in sources if found.labelled)
    return next(own, next((found.behind_name for found in sources if found.behind_name), None))


class _Sources(NamedTuple):
    """The sources that a line names."""

    labelled: str | None
    behind_name: str | None


def _sources(line: str) -> _Sources:
    # As for authors: most lines come again, longer ones are no bylines.
    return _known_sources(line) if len(line) <= LONGEST_NAME_CHARS else _read_sources(line)


def _read_sources(line: str) -> _Sources:
    return _Sources(labelled_source(line), source_behind(line))


_known_sources = lru_cache(maxsize=KNOWN_BYLINES)(_read_sources)
