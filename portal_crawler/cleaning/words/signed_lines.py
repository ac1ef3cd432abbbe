"""The names in a line that signs a text, without label, role, position, date and counter."""

import re
from functools import lru_cache
from typing import NamedTuple

from portal_crawler.cleaning.words.boilerplate import is_tail_boilerplate
from portal_crawler.cleaning.words.closing_lines import (
    AND,
    OTHER_WORK,
    PICTURES,
    is_closing,
    is_speech,
)
from portal_crawler.cleaning.words.names import (
    IN_BRACKETS,
    LONGEST_NAME_CHARS,
    agency_of,
    labelled_account,
    labelled_source,
)
from portal_crawler.cleaning.words.people import (
    are_known_people,
    are_people,
    is_given_name,
    is_office,
    is_only_place,
    is_position,
    is_rank,
    without_position,
)
from portal_crawler.cleaning.words.place_dates import undated
from portal_crawler.cleaning.words.text import clean, folded_line

ROLE = (
    r"bài và ảnh|bài viết và ảnh|tin và ảnh|tin và bài|tin, bài và ảnh|bài, ảnh|tin, ảnh|tin, bài"
    r"|tin bài|tin ảnh|tin/ảnh|bài/ảnh|tin - ảnh|tin – ảnh|bài - ảnh|bài – ảnh|tin|bài|bài viết"
    r"|tác giả(?: bài viết)?|người viết|(?:người )?thực hiện|biên tập|biên soạn"
    r"|biên dịch|lược dịch|tổng hợp|sưu tầm|phóng viên|nhóm pv|pv|ctv"
)
"""A pattern: labels of the work of those who sign."""

_LABELLED_COUNTER = re.compile(r"(?:số )?lượt (?:xem|đọc)\s*:\s*[\d.,]*$", re.IGNORECASE)
_AND_OTHER_WORK = rf"{AND}(?:{PICTURES}|{OTHER_WORK})"
_ROLE_LABEL = re.compile(
    rf"(?:(?:tin|bài|bài viết){_AND_OTHER_WORK}(?:{_AND_OTHER_WORK})?|nội dung|tg|{ROLE})\s*:\s*",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"(?!theo\b|nguồn\b)[^\W\d_][^:?!]{0,40}:\s*", re.IGNORECASE)
_INTERVIEW_LABEL = re.compile(r"(?:câu )?(?:hỏi|đáp|trả lời)\s*:", re.IGNORECASE)
_BEHIND = r"\s*[-–,;|/.(\s]\s*"
_OTHER_WORK_BEHIND = re.compile(
    rf"{_BEHIND}(?:nguồn )?(?:{PICTURES}|{OTHER_WORK})\s*:\s*[^:]+$", re.IGNORECASE
)
_PICTURES_BEHIND = re.compile(
    rf"(?:^\(?|{_BEHIND})(?:{PICTURES})\s*:\s*(?P<name>[^:;]+)$", re.IGNORECASE
)
_OTHER_WORK_BEFORE = re.compile(
    rf"(?:{PICTURES}|{OTHER_WORK})\s*:[^:]+?[-–,;|/.]\s*(?=(?:{ROLE})\s*:)", re.IGNORECASE
)
_PICTURES_ALONE = re.compile(rf"\(?(?:{PICTURES})\s*:", re.IGNORECASE)
_PICTURES_BEFORE_NAME = re.compile(rf"(?:{PICTURES})\s+(?P<name>.+)", re.IGNORECASE)
_ROLE_WITHOUT_COLON = re.compile(
    r"(?:(?:tin|bài(?: viết)?)(?:\s*[,/–-]\s*|\s+và\s+|\s+)(?:bài và )?(?:ảnh|bài)|tác giả"
    r"|người viết|(?:được )?viết bởi|bởi|(?:written )?by)\s+",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(r"[(\[]?\s*(?:theo|nguồn(?: tin| ảnh)?)(?:\s*:|\s)\s*", re.IGNORECASE)

_WORK = (
    r"(?:tổng hợp|t/h|th|st|sưu tầm|biên tập|biên soạn|lược (?:ghi|thuật|trích|dịch)|thực hiện|ghi"
    r"|thể hiện|trình bày|chuyển thể|(?:biên )?dịch(?! vụ)|đưa tin|viết|giới thiệu)"
)
_COMPILED = re.compile(rf"[\s,–-]*[(\[]\s*{_WORK}(?:\s[^()\[\]]*)?[)\]]\s*[.;]?$", re.IGNORECASE)
_SOURCE_SUFFIX = re.compile(
    r"\s*[(\[]\s*(?:theo|nguồn|ảnh)(?:\s*:|\s)[^)\]]*[)\]]\s*$", re.IGNORECASE
)
_COMPILED_FROM = re.compile(r"(?:theo|nguồn)(?:\s*:|\s)[^)]*(?=\)\s*[.;]?$)", re.IGNORECASE)
"""The source in "X (tổng hợp theo TTXVN)"."""
_ONLY_COMPILED = re.compile(
    r"[(\[]?\s*(?:tổng hợp|t/h|sưu tầm|biên tập|biên soạn|lược dịch)"
    r"(?:\s+(?:từ|theo|trên|qua)\s+(?P<places>[^()\[\]]*?))?\s*[)\]]?|internet|(?:các )?báo chí",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(IN_BRACKETS)

_BREAK = re.compile(r"\s*(?:[-–,;|/]|[(\[]|\s)\s*")
"""The sign or space between a name and the text behind it."""
_WORKED = re.compile(
    rf"{_WORK}(?:\s+(?:(?:và|theo|từ)\s.*|văn bản|tin|bài|tin bài))?", re.IGNORECASE
)
_REACHED = re.compile(r"(?:đt|sđt|tel|email|mail)?[\s:.]*(?:[\d .+]{8,}|\S+@\S+)", re.IGNORECASE)
_THEO = re.compile(r"(?<!\w)theo\s.*", re.IGNORECASE)
_COLLECTIVE = frozenset(("bbt", "ban biên tập", "nhóm pv", "nhóm phóng viên", "pv"))

KNOWN_BYLINES = 256
"""Bylines that are kept with their names; most bylines of a site name the same people."""

LONGEST_PEOPLE_CHARS = 120
"""The longest list of signers: four names with the signs between them."""

_INITIALS = re.compile(r"[^\W\d_](?:[. ]{0,2}[^\W\d_]){1,3}\.?")

_EDGES = " .;,:-–*"


def has_role_label(line: str) -> bool:
    """Whether a line is labelled as an author's: "Tác giả: X"."""
    return bool(_ROLE_LABEL.match(clean(line[:LONGEST_NAME_CHARS])))


def is_spoken(line: str) -> bool:
    """Whether a sentence follows a label, as in an interview: "Phóng viên: Xin cảm ơn ông."."""
    label = _ROLE_LABEL.match(line) or _SPEAKER.match(line)
    said = line[label.end() :] if label else ""
    return is_speech(said) or bool(_INTERVIEW_LABEL.match(line))


def author_of(byline: str) -> str | None:
    """The author's name alone; None if the line names only a source or an account, or nobody.

    A view counter at the end, which systems put beside names, is left out.
    """
    # A longer line is not a byline, and not worth the memory.
    known = len(byline) <= LONGEST_NAME_CHARS
    return _known_author_of(byline) if known else _author_of(byline)


def _author_of(byline: str) -> str | None:
    signed = signature_of(byline)
    name = _name_alone(signed).strip(_EDGES) if signed else None
    return None if not name or _SOURCE_LINE.match(name) else name


_known_author_of = lru_cache(maxsize=KNOWN_BYLINES)(_author_of)


def signature_of(byline: str) -> str | None:
    """The name as in `author_of`, with the position or newspaper behind it."""
    name = _LABELLED_COUNTER.sub("", clean(byline)).strip(" .;|-–*")
    if len(name) > LONGEST_NAME_CHARS or labelled_account(name):
        return None
    if _SOURCE_LINE.match(name) or _ONLY_COMPILED.fullmatch(name) or is_tail_boilerplate(name):
        return None
    if is_closing(name) or is_spoken(clean(byline)) or _names_only_pictures(name):
        return None
    name = _OTHER_WORK_BEFORE.sub("", name, count=1)
    name = _OTHER_WORK_BEHIND.sub("", _ROLE_LABEL.sub("", name, count=1))
    name = _SOURCE_SUFFIX.sub("", _COMPILED.sub("", name))
    if wrapped := _IN_BRACKETS.fullmatch(name):
        name = wrapped[1]
    name = name.strip(_EDGES)
    return None if not name or _SOURCE_LINE.match(name) else name


def pictures_of(line: str) -> str | None:
    """The author of the pictures: "X, ảnh: Y", "Ảnh: Y"; None if the line names none."""
    label = _ROLE_LABEL.match(line)
    found = _PICTURES_BEHIND.search(line, label.end() if label else 0)
    named = found or _PICTURES_BEFORE_NAME.fullmatch(line)
    if named and (found or are_people(named["name"])):
        return named["name"].strip(_EDGES + ")]") or None
    return None


def _names_only_pictures(line: str) -> bool:
    """Whether a line names only those who took the pictures."""
    if _PICTURES_ALONE.match(line):
        return not _OTHER_WORK_BEFORE.match(line)
    named = _PICTURES_BEFORE_NAME.fullmatch(line)
    return bool(named and are_people(named["name"]))


def _name_alone(line: str) -> str:
    """The names in a line, without date, position and the text behind them; empty if the line is
    only a rank, or a place and a date."""
    signed = undated(line)
    line = line if signed is None else signed
    label = _ROLE_WITHOUT_COLON.match(line)
    behind = line[label.end() :] if label else ""
    if _signs(behind) or agency_of(behind):
        return behind
    if is_only_place(line):
        return ""
    # The first word of "PHÓ CHỦ TỊCH" looks like initials.
    names = line if is_rank(line) else parted(line).names
    if not is_position(names):
        return names
    return without_position(names) or ("" if is_rank(names) else names)


class Parted(NamedTuple):
    """A line that signs, in two parts: "Hòa An" and "Trưởng phòng"."""

    names: str
    following: str


def parted(line: str) -> Parted:
    """The names that a line begins with and the text behind them.

    If the line does not begin with names, or the text behind them may be a further name, all of it
    stands in `names`.
    """
    for found in _BREAK.finditer(line, 0, LONGEST_PEOPLE_CHARS):
        before, behind = line[: found.start()], line[found.end() :].rstrip(" .)]")
        if agency_of(before) and agency_of(behind):
            break
        if _signs(before) and _is_other_fact(found[0].strip(), behind):
            return Parted(before, behind)
    return Parted(line, "")


def _signs(text: str) -> bool:
    """Whether a text is only the names of signers."""
    is_short = text.isalpha() and (text.isupper() or is_given_name(text))
    return is_short or text.casefold() in _COLLECTIVE or are_people(text)


def names_signers(line: str) -> bool:
    """Whether a line names persons that are known to be such, or a collective, and nobody else."""
    name = author_of(line)
    return name is not None and (name.casefold() in _COLLECTIVE or are_known_people(name))


def may_name_signers(line: str) -> bool:
    """Whether a line may name signers if its place is one for them: initials, a pen name, an
    office."""
    name = author_of(line)
    if name is None:
        return False
    return (
        (name.isupper() and bool(_INITIALS.fullmatch(name)))
        or is_given_name(name)
        or are_people(name)
        or is_office(name)
    )


def _is_other_fact(sign: str, behind: str) -> bool:
    """Whether the text behind names and the sign after them is not a further name."""
    if sign in ("(", "["):
        return not re.search(r"[()\[\]]", behind)
    if _WORKED.fullmatch(behind) or is_position(behind) or _REACHED.fullmatch(behind):
        return True
    return bool(sign) and bool(is_office(behind) or agency_of(behind) or is_only_place(behind))


def source_behind(line: str) -> str | None:
    """The source behind a name in a line that signs: "X (Theo Y)", "X - TTXVN"; None if there is
    none."""
    if compiled := _ONLY_COMPILED.fullmatch(line.strip(_EDGES)):
        return compiled["places"] or (line if folded_line(line) == "internet" else None)
    line = undated(line) or line
    suffix = _SOURCE_SUFFIX.search(line) or _COMPILED_FROM.search(line)
    if suffix:
        return labelled_source(suffix[0])
    behind = parted(_ROLE_LABEL.sub("", line.strip(_EDGES), count=1)).following
    compiled = _THEO.search(behind)
    return labelled_source(compiled[0]) if compiled else agency_of(behind)
