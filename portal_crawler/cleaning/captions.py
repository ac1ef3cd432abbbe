"""Captions: which of a body's blocks say what is in the picture before them."""

import re

from archive.models import Image
from portal_crawler.cleaning.blocks import Block

LONGEST_CAPTION_WORDS = 70
"""The longest captions read off portals list the people in the picture."""

LONGEST_BARE_CAPTION_WORDS = 40
"""Without centring or italics only a short line without a full stop is taken for a caption."""

_CREDIT = re.compile(
    r"[(\[]\s*(?:ảnh|nguồn|hình)\b[^)\]]*[)\]]\s*\.?$|\bảnh\s*:\s*[^.]{2,40}$", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:ảnh|hình)(?: minh h[oọ]a)?\s*(?:\d+)?\s*[:.(]|ảnh minh h[oọ]a", re.IGNORECASE
)
_SENTENCE_END = (".", ":", ";", "?", "!", "…")


def take_captions(blocks: list[Block]) -> tuple[list[Block], list[Image]]:
    """Split blocks into text without captions, and pictures with them (addresses as in the page).

    Several lines of one caption become one.
    """
    text: list[Block] = []
    images: list[Image] = []
    position = 0
    while position < len(blocks):
        block = blocks[position]
        position += 1
        if not block.pictures:
            text.append(block)
            continue
        lines: list[str] = []
        if block.text and is_caption(block, block):
            lines.append(block.text)
        elif block.text:
            text.append(block)
        while (
            not block.text and position < len(blocks) and _continues(block, blocks, position, lines)
        ):
            lines.append(blocks[position].text)
            position += 1
        caption = " ".join(lines) or None
        images += [Image(src=address) for address in block.pictures[:-1]]
        images.append(Image(src=block.pictures[-1], caption=caption))
    return text, images


def _continues(picture: Block, blocks: list[Block], position: int, lines: list[str]) -> bool:
    candidate = blocks[position]
    if not is_caption(picture, candidate) or candidate.pictures:
        return False
    if not lines:
        return True
    return candidate.is_caption


def is_caption(picture: Block, candidate: Block) -> bool:
    """Whether a block is the caption of the picture in or right before it."""
    text = candidate.text
    words = len(text.split())
    if not text or candidate.is_table:
        return False
    if candidate.is_caption:
        return True
    if words > LONGEST_CAPTION_WORDS or picture.floating:
        return False
    if _CREDIT.search(text) or candidate.italic or candidate.align == "center":
        return True
    if picture.box and picture.box == candidate.box:
        return True
    return words <= LONGEST_BARE_CAPTION_WORDS and not text.endswith(_SENTENCE_END)
