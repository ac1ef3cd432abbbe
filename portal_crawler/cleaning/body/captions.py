"""Captions: which of a body's blocks say what is in the picture before them."""

import re
from collections.abc import Iterable

from archive.models import Image, Video
from portal_crawler.cleaning.body.blocks import BlockKind, BodyBlock

LONGEST_CAPTION_WORDS = 70
"""The longest captions read off portals list the people in the picture."""

LONGEST_CAPTION_CHARS = 1000
"""Twice what so many words take; a word without end would be looked at by the square."""

LONGEST_BARE_CAPTION_WORDS = 40
"""Without centring or italics only a short line without a full stop is taken for a caption."""

_CREDIT = re.compile(
    r"[(\[]\s*(?:ảnh|nguồn|hình)\b[^)\]]*[)\]]\s*\.?$|\bảnh\s*:\s*[^.]{2,40}$", re.IGNORECASE
)
"""Who took the picture: a line that ends so is a caption whatever it looks like."""
_CREDIT_LINE = re.compile(r"[(\[]?\s*(?:ảnh|nguồn|hình)\b", re.IGNORECASE)
_SENTENCE_END = (".", ":", ";", "?", "!", "…")
_LETTER = re.compile(r"[^\W\d_]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
"""A text beside a picture without any is a slip of the editor's."""


def take_captions(blocks: list[BodyBlock]) -> list[BodyBlock]:
    """Give pictures and films their captions, and leave these out of the text.

    The lines of one caption become one; of pictures side by side the last has it. Addresses stay
    as in the page.
    """
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
            below = _lines_below(block, map(blocks.__getitem__, range(position, len(blocks))))
            position += len(below)
            lines += below
            block.text = ""
        words = " ".join(lines).split()  # preformatted text has breaks of its own
        _give_caption(block, " ".join(words) or None)
    return kept


def _give_caption(block: BodyBlock, caption: str | None) -> None:
    """The last picture has it; where there is none, the last film."""
    images = [Image(src=address) for address in block.pictures]
    videos = [Video(src=address) for address in block.video_addresses]
    if images:
        images[-1] = Image(src=images[-1].src, caption=caption)
    else:
        videos[-1] = Video(src=videos[-1].src, caption=caption)
    block.images, block.videos = tuple(images), tuple(videos)


def _own_lines(picture: BodyBlock) -> list[str]:
    """The text beside a picture in one paragraph, where it is set as captions are."""
    set_apart = picture.is_caption or picture.italic or picture.align == "center"
    return [picture.text] if set_apart and is_caption(picture, picture) else []


def _lines_below(picture: BodyBlock, following: Iterable[BodyBlock]) -> list[str]:
    """The caption's lines under a picture; all after the first look like the first."""
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
    # A centred line with a capital may be the heading of what follows.
    goes_on = candidate.text[0].islower() or _CREDIT_LINE.match(candidate.text)
    return bool(same_look and goes_on and not candidate.after_gap)


def is_caption(picture: BodyBlock, candidate: BodyBlock) -> bool:
    """Whether a block reads as the caption of the picture in or right before it."""
    text = candidate.text
    if candidate.is_table or not _LETTER.search(text):
        return False
    if candidate.is_caption:
        return True
    if text.endswith("?"):
        # An interview begins so under its first picture.
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
    """Headings and items belong to the text, but for those of the picture's own item."""
    if candidate.kind is BlockKind.ITEM:
        return candidate.item is picture.item
    return candidate.kind is BlockKind.PARAGRAPH
