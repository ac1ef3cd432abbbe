"""Closing lines of a text that name nobody who signs it: "(Còn nữa)", "ĐT: 0912 345 678"."""

import re

from portal_crawler.cleaning.words.people import is_office, is_only_place, is_position
from portal_crawler.cleaning.words.text import clean, folded_line

LONGEST_CLOSING_CHARS = 150

PICTURES = r"(?:hình )?ảnh(?: minh h[oọ][ạa])?|photo"
"""A pattern: labels of those who took the pictures."""
OTHER_WORK = (
    r"video|clip|phim|đồ h[oọ][ạa]|infographics?|thiết kế|trình bày|minh h[oọ][ạa]"
    r"|kỹ thuật|kĩ thuật|dựng(?: phim)?|quay phim|giọng đọc|lồng tiếng"
)
"""A pattern: labels of other work than text and pictures, whose makers did not write the text."""

AND = r"(?:\s*[,/&–-]\s*|\s+và\s+)"
"""A pattern: the sign or word between two kinds of work in a label, "tin, ảnh"."""
_WORK = rf"(?:{OTHER_WORK})(?:{AND}(?:{OTHER_WORK}))*\s*:[^:]*"
_END = (
    r"h[eế]t(?: (?:bài|phần|kỳ)(?: \w+)?)?|(?:the )?end|(?:còn|xem)(?: tiếp)?(?: (?:nữa|kỳ \w+))?"
    r"|còn tiếp|xem tiếp(?: kỳ \w+| trang \w+)?|(?:kỳ|phần|số) (?:sau|tới|cuối)(?: \w+)?"
)
_UNIT = r"(?:đơn vị(?: tính)?|đvt|đv)\s*:.*"
_CONTACT = (
    r"(?:đt|đtdđ|sđt|số (?:điện thoại|đt)|điện thoại|di động|hotline|đường dây nóng|tel|mobile|fax"
    r"|e-?mail|website|web|địa chỉ|đ/c|liên hệ|zalo|facebook|fanpage)\s*[:.]\s*\S.*"
)
_FAREWELL = (
    r"(?:xin )?(?:trân trọng|thân ái|thân mến|kính thư|kính chào|chào thân ái|thân chào"
    r"|quyết thắng)"
    r"(?:[ ,]+(?:và )?(?:trân trọng|thân ái|thân mến|kính thư|kính chào|chào thân ái|chào"
    r"|quyết thắng|đoàn kết))*"
)
_THANKS = (
    r"(?:xin )?(?:(?:chân thành|trân trọng|thành thật) )?(?:cảm|cám) ơn(?: \w+){0,4}"
    r"|(?:xin )?trân trọng (?:thông báo|kính (?:báo|mời)|giới thiệu|kính thông báo)"
)
_CLOSING = re.compile(rf"{_END}|{_UNIT}|{_CONTACT}|{_FAREWELL}|{_THANKS}|{_WORK}")
_LETTERS_END = re.compile(_FAREWELL)
_EDGES = " .,!…*()[]–-/"

_SPEECH = re.compile(
    r"(?:xin|cảm ơn|cám ơn|trân trọng|chân thành|thưa|vâng|dạ|được biết|vậy)(?!\w)[\s,.!]*"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""The beginnings of an interviewer's sentences."""
_ASKED = re.compile(r"[?!][\s\"'”’»)]*$")
FEWEST_WORDS_OF_SPEECH = 4


def _phrase(line: str) -> str:
    return folded_line(clean(line[: LONGEST_CLOSING_CHARS + 1]).strip(_EDGES))


def is_closing(line: str) -> bool:
    """Whether a line is a usual closing, a contact, a unit of measure or a place alone, or names
    the makers of videos and drawings."""
    if len(line) > LONGEST_CLOSING_CHARS:
        return False
    phrase = _phrase(line)
    return bool(_CLOSING.fullmatch(phrase)) or is_only_place(phrase)


def is_farewell(line: str) -> bool:
    """Whether a line is a farewell, which precedes the signer of a letter: "Thân ái"."""
    return len(line) <= LONGEST_CLOSING_CHARS and bool(_LETTERS_END.fullmatch(_phrase(line)))


def is_speech(text: str) -> bool:
    """Whether a text behind a label such as "Phóng viên:" is a sentence and not the name of
    someone who signs: a question, thanks, or a sentence with a small second word and a stop."""
    said = text.strip(" \"'“‘«–-")
    if not said or _ASKED.search(said):
        return bool(said)
    opening = _SPEECH.match(said)
    if opening and not opening["rest"][:1].isupper():
        return True
    words = said.split()
    if len(words) < FEWEST_WORDS_OF_SPEECH or not said.endswith((".", "…", ",", ";")):
        return False
    return words[1].islower() and not (is_office(said) or is_position(said))
