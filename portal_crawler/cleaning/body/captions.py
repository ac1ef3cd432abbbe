"""The captions among a body's blocks."""

import re
from collections.abc import Iterable
from itertools import pairwise, takewhile

from archive.models import Image, Video
from portal_crawler.cleaning.body.blocks import BlockKind, BodyBlock

LONGEST_CAPTION_WORDS = 70
"""The longest captions found on portals list the people in the picture."""

LONGEST_CAPTION_CHARS = 1000
"""Twice the length of so many words. Matching a word without end would take quadratic time."""

LONGEST_BARE_CAPTION_WORDS = 40
"""A line that is neither centered nor in italics is a caption only if it is short and has no full
stop."""

_CREDIT = re.compile(
    r"[(\[]\s*(?:ảnh|nguồn|hình)\b[^)\]]*[)\]]\s*\.?$|\bảnh\s*:\s*[^.]{2,40}$", re.IGNORECASE
)
"""The end of a line that names the photographer: such a line is a caption whatever its look."""
_CREDIT_LINE = re.compile(r"[(\[]?\s*(?:ảnh|nguồn|hình)\b", re.IGNORECASE)
_SENTENCE_END = (".", ":", ";", "?", "!", "…", "。", "\uff01", "\uff1f", "\uff1a", "\uff1b")

FEWEST_OTHER_LINES = 8
"""So many lines away from pictures show how the text is set."""
_LETTER = re.compile(r"[^\W\d_]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
"""A text beside a picture without a letter or digit is an editor's slip, not a caption."""


def take_captions(blocks: list[BodyBlock]) -> list[BodyBlock]:
    """Give pictures and videos their captions, and remove these from the text.

    The lines of a caption are joined. If several pictures stand side by side, the last one has the
    caption. Addresses stay as in the page.
    """
    by_look = not _is_all_set_like_captions(blocks)
    kept: list[BodyBlock] = []
    position = 0
    while position < len(blocks):
        block = blocks[position]
        kept.append(block)
        position += 1
        if not (block.pictures or block.video_addresses):
            continue
        if not _LETTER_OR_DIGIT.search(block.text):
            block.text = ""
        lines = _own_lines(block)
        if lines or not block.text:
            following = map(blocks.__getitem__, range(position, len(blocks)))
            named = takewhile(lambda line: by_look or _is_named(line), following)
            below = _lines_below(block, named)
            position += len(below)
            lines += below
            block.text = ""
        words = " ".join(lines).split()  # preformatted text has line breaks
        _give_caption(block, " ".join(words) or None)
    return kept


def is_credit(text: str) -> bool:
    """Whether a line begins like a picture's credit or label, or ends in one: "Ảnh minh họa"."""
    return bool(_CREDIT.search(text[:LONGEST_CAPTION_CHARS]) or _CREDIT_LINE.match(text))


def _is_all_set_like_captions(blocks: list[BodyBlock]) -> bool:
    """Whether most lines away from pictures look like captions, too: centered, and without a full
    stop, as poems and the texts of some blogs are."""
    pairs = pairwise(blocks)
    lines = [
        block
        for before, block in pairs
        if block.text and not (before.pictures or block.pictures or block.is_table)
    ]
    alike = [
        line for line in lines if line.align == "center" and not line.text.endswith(_SENTENCE_END)
    ]
    return len(lines) >= FEWEST_OTHER_LINES and 2 * len(alike) > len(lines)


def _is_named(line: BodyBlock) -> bool:
    """Whether the markup or a credit says that a line is a caption."""
    return line.is_caption or bool(_CREDIT.search(line.text[:LONGEST_CAPTION_CHARS]))


def _give_caption(block: BodyBlock, caption: str | None) -> None:
    """Give the caption to the last picture, or to the last video if the block has no picture."""
    images = [Image(src=address) for address in block.pictures]
    videos = [Video(src=address) for address in block.video_addresses]
    if images:
        images[-1] = Image(src=images[-1].src, caption=caption)
    else:
        videos[-1] = Video(src=videos[-1].src, caption=caption)
    block.images, block.videos = tuple(images), tuple(videos)


def _own_lines(picture: BodyBlock) -> list[str]:
    """The text beside a picture in its paragraph, if that is set like a caption."""
    set_apart = picture.is_caption or picture.italic or picture.align == "center"
    return [picture.text] if set_apart and is_caption(picture, picture) else []


def _lines_below(picture: BodyBlock, following: Iterable[BodyBlock]) -> list[str]:
    """The lines of the caption under a picture; those after the first look like the first."""
    lines: list[BodyBlock] = []
    for block in following:
        if block.pictures or block.video_addresses or not is_caption(picture, block):
            break
        if (lines or picture.text) and not _continues((lines or [picture])[-1], block):
            break
        lines.append(block)
    return [block.text for block in lines]


def _continues(line: BodyBlock, candidate: BodyBlock) -> bool:
    if candidate.is_caption:
        return line.is_caption
    same_look = candidate.align == line.align == "center" and candidate.bold == line.bold
    # A centered line that begins with a capital may be a heading.
    goes_on = candidate.text[0].islower() or _CREDIT_LINE.match(candidate.text)
    return bool(same_look and goes_on and not candidate.after_gap)


def is_caption(picture: BodyBlock, candidate: BodyBlock) -> bool:
    """Whether a block reads as the caption of the picture in it or right before it."""
    text = candidate.text
    if candidate.is_table or not _LETTER.search(text):
        return False
    if candidate.is_caption:
        return True
    if text.endswith("?"):
        # An interview begins with a question under its first picture.
        return False
    if len(text) > LONGEST_CAPTION_CHARS or picture.floating:
        return False
    words = len(text.split())
    if words > LONGEST_CAPTION_WORDS:
        return False
    if _CREDIT.search(text) or candidate.italic or candidate.align == "center":
        return True
    if picture.box and picture.box == candidate.box:
        return True
    if not picture.pictures or not _can_be_bare(picture, candidate):
        return False
    return words <= LONGEST_BARE_CAPTION_WORDS and not text.endswith(_SENTENCE_END)


def _can_be_bare(picture: BodyBlock, candidate: BodyBlock) -> bool:
    """Whether a block of this kind can be a caption: not a heading, nor another item's text."""
    if candidate.kind is BlockKind.ITEM:
        return candidate.item is picture.item
    return candidate.kind is BlockKind.PARAGRAPH
