"""Signatures of documents that an article quotes: "TM. CHÍNH PHỦ / THỦ TƯỚNG / (đã ký) / Lê An".

A signature is text of the document, and its signer is not the article's author.
"""

import re

from portal_crawler.cleaning.body.blocks import BodyBlock
from portal_crawler.cleaning.words.closing_lines import is_farewell
from portal_crawler.cleaning.words.names import LONGEST_NAME_CHARS
from portal_crawler.cleaning.words.people import (
    are_people,
    is_called_after_person,
    is_office,
    is_rank,
    without_position,
)
from portal_crawler.cleaning.words.place_dates import is_of_before_the_web, is_place_and_date

LOOKED_AT = 40
"""The number of blocks with text at a body's end in which signatures are looked for: a document's
recipients may fill twenty lines behind one."""

LONGEST_LINE_WORDS = 14
"""The longest line of a signature, as "TM. BAN THƯỜNG VỤ ĐẢNG ỦY …"; a sentence is longer."""

LONGEST_SIGNER_WORDS = 7
"""The longest signer: a name of five syllables behind "Đại tướng" or "TS."."""

LONGEST_RECIPIENT_WORDS = 20

_ON_BEHALF = re.compile(
    r"(?:(?:TM|KT|TL|TUQ)\s*[./]|T/M|K/T|T/L|T\.M|K\.T|T\.L|T\.U\.Q)[\s.:]*[^\W\d_].*",
    re.IGNORECASE,
)
_ON_BEHALF_IN_WORDS = re.compile(
    r"(?:thay mặt|ký thay|thừa lệnh|thừa ủy quyền|thừa uỷ quyền|TM|KT|TL|TUQ)\s+\S.*", re.IGNORECASE
)
"""These words mark a signature only in capitals, because they also begin sentences."""
_FOR_OFFICE = re.compile(r"(?:đại diện|thay mặt)\s+(?:cho\s+)?(?P<office>\S.*)", re.IGNORECASE)
_SIGNED = re.compile(
    r"\W*(?:đã\s+k[ýí]|k[ýí]\s+tên|k[ýí](?=\s*,)|người\s+k[ýí])(?!\w)"
    r"(?:[\s,(]*(?:và\s+)?(?:ký tên|đóng dấu|ghi rõ họ tên))*(?P<rest>.*)",
    re.IGNORECASE,
)
_RECIPIENTS = re.compile(
    r"\W*nơi\s+(?:nhận|gửi)(?:\W*|\s*:.*(?<!\w)(?:lưu|như (?:trên|điều|kính gửi))(?!\w).*)",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(r"[-+*•]|(?:như|lưu)(?!\w)", re.IGNORECASE)
_SENTENCE_END = (".", ";", ":", "?", "!", ",")


def end_of_signature(blocks: list[BodyBlock]) -> int:
    """The position behind the last signature of a quoted document; 0 if there is none."""
    texts = [at for at, block in enumerate(blocks) if block.text][-LOOKED_AT:]
    for number in range(len(texts) - 1, -1, -1):
        block = blocks[texts[number]]
        if not _is_short(block.text, LOOKED_AT):
            continue  # A paragraph: no line of a signature is so long.
        behind = texts[number + 1 :]
        if _names_its_signer(block.text):
            return texts[number] + 1
        if _is_certain(block.text):
            return _behind_signer(blocks, texts[number], behind)
        if _RECIPIENTS.fullmatch(block.text):
            return _behind_signer(blocks, *_behind_recipients(blocks, texts[number], behind))
        if behind and _opens(block) and _is_signer(blocks[behind[0]]):
            return behind[0] + 1
    return 0


def _is_short(text: str, most_words: int) -> bool:
    # Spaces are single: counting them is faster than splitting a long text.
    if len(text) > LONGEST_NAME_CHARS or text.count(" ") >= most_words:
        return False
    return len(text.split()) <= most_words


def _names_its_signer(text: str) -> bool:
    """Whether the line is a whole signature that ends in the signer's name."""
    if not _is_short(text, 2 * LONGEST_LINE_WORDS):
        return False
    if signed := _SIGNED.fullmatch(text):
        return are_people(signed["rest"].strip(" :.,-–)("))
    is_on_behalf = bool(_ON_BEHALF.fullmatch(text))
    if not (is_on_behalf or is_rank(text)):
        return False
    name = without_position(text)
    rank = text.removesuffix(name).strip()
    if not name or name.isupper():
        return False
    return is_on_behalf or rank.isupper()


def _is_certain(text: str) -> bool:
    """Whether a line only occurs in signatures."""
    if not _is_short(text, LONGEST_LINE_WORDS):
        return False
    signed = _SIGNED.fullmatch(text)
    if (signed and not signed["rest"].strip(" :.,-–)(")) or _ON_BEHALF.fullmatch(text):
        return True
    return text.isupper() and bool(_ON_BEHALF_IN_WORDS.fullmatch(text))


def _opens(block: BodyBlock) -> bool:
    """Whether a line may precede a signer's name: a rank, an old document's date, a farewell."""
    text = block.text
    if block.align == "right" and _is_short(text, LONGEST_LINE_WORDS) and is_farewell(text):
        return True
    if not _is_short(text, LONGEST_LINE_WORDS) or text.endswith(_SENTENCE_END):
        return False
    is_set_off = block.align in ("right", "center") or block.bold or text.isupper()
    is_above = is_rank(text) and not without_position(text)
    return is_set_off and (is_above or is_of_before_the_web(text) or _is_for_office(block))


def _is_for_office(block: BodyBlock) -> bool:
    """Whether a line names whom the signer represents: "Đại diện Ban Tổ chức"."""
    found = _FOR_OFFICE.fullmatch(block.text)
    is_line = block.align == "right" or block.text.isupper()
    return bool(found and is_line and is_office(found["office"]))


def _behind_recipients(
    blocks: list[BodyBlock], at: int, behind: list[int]
) -> tuple[int, list[int]]:
    """The position of the last recipient that follows, and the positions behind it."""
    number = 0
    while number < len(behind) and _is_recipient(blocks[behind[number]]):
        at, number = behind[number], number + 1
    return at, behind[number:]


def _is_recipient(block: BodyBlock) -> bool:
    if not _is_short(block.text, LONGEST_RECIPIENT_WORDS):
        return False
    return bool(block.mark or _RECIPIENT.match(block.text)) or block.text.endswith((";", "./."))


def _behind_signer(blocks: list[BodyBlock], at: int, behind: list[int]) -> int:
    """The position behind the name that follows a line of a signature, perhaps after its other
    lines; if no name follows, behind the last of the lines."""
    for position in behind:
        block = blocks[position]
        if _is_signer(block):
            return position + 1
        if not (is_rank(block.text) or is_place_and_date(block.text)):
            break
        at = position
    return at + 1


def _is_signer(block: BodyBlock) -> bool:
    """Whether a line is a name, perhaps with a title: "Đại tướng Lê An"."""
    if block.is_table or not _is_short(block.text, LONGEST_SIGNER_WORDS):
        return False
    if are_people(block.text) or is_called_after_person(block.text):
        return True
    return bool(without_position(block.text))
