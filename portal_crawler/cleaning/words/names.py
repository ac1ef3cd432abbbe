"""The accounts, sources and picture credits that a page names.

docs/FIELDS.md has the rules under author, source and images.
"""

import re
from functools import lru_cache

from portal_crawler.cleaning.words.text import clean, folded_line

ACCOUNTS = """
admin | ad min | administrator | administrators | super admin | superadmin | super user | superuser
superuser account | system account | sysadmin | system | root | host | guest | anonymous | user
webmaster | moderator | editor | test test | quản trị | quản trị viên | người quản trị
quản trị hệ thống | quản trị website | quản trị trang | quản trị cổng | ban quản trị website
biên tập | biên tập viên | phó ban biên tập | pho ban bien tap | trưởng ban biên tập
truong ban bien tap | phó trưởng ban biên tập | tổng biên tập | thư ký biên tập | ban biên tập viên
tài khoản | khách | người dùng | cộng tác viên
"""
"""Roles and accounts under which systems file articles: none is a person's name. "Ban Biên tập" is
not among them: an office may sign."""

_ACCOUNTS = frozenset(
    folded_line(name) for line in ACCOUNTS.splitlines() for name in line.split("|")
)

_LOGIN = re.compile(r"[a-z]+[a-z.]*[_\d][\w.]*|\S+@\S+|\S*\\\S+|admin(?:\W.*)?|admin\S*|i:0\S*")
"""Login names: a lower-case word with a digit or an underscore, a mail address, Windows'
`DOMAIN\\user`, SharePoint's `i:0#.w|…`, "Admin Portal". A site's name, a word with dots, is not
one."""
_SMALL_WORD = re.compile(r"[a-z]+(?:[.-][a-z]+)*")
"""A login name in lower case: "quantri", "thu-huong.le". Other names have a capital."""

_ACCOUNT_LABEL = re.compile(
    r"(?<!\w)(?:(?:bài |tin |tin bài )?(?:được )?(?:đăng|gửi|đăng tải|cập nhật) bởi\s*:?"
    r"|người (?:đăng|gửi|nhập|tạo|cập nhật|đưa)(?: tin bài| tin| bài viết| bài)?\s*:|tài khoản\s*:"
    r"|(?:posted|submitted|published|created|uploaded) by\s*:?)\s*",
    re.IGNORECASE,
)
_ACCOUNT_PREFIX = re.compile(
    r"(?:(?:được )?(?:viết|tạo) bởi|written by|by|bởi)(?:\s*:|\s)\s*", re.IGNORECASE
)
"""Labels in an element that is known to hold an account; elsewhere they name the author."""
_BEHIND_ACCOUNT = re.compile(
    r"\s*(?:[|·•–]|\s-\s|(?<!\w)(?:on|at|vào|lúc|ngày|thứ)(?!\w)|,\s*\d|\d{1,2}[/.-]\d{1,2}[/.-]\d).*$",
    re.IGNORECASE,
)

LONGEST_ACCOUNT_CHARS = 100
"""A department's full name is shorter; a sentence is not an account."""

_SOURCE_LABEL = re.compile(
    r"(?:trích\s+)?(?:theo|nguồn(?:\s+(?:tin|bài))?|source)(?:\s*:|\s|$)\s*", re.IGNORECASE
)
_PICTURE_LABEL = re.compile(r"nguồn\s+(?:ảnh|hình|video|clip)\b", re.IGNORECASE)
_NO_SOURCE = frozenset(("", "sưu tầm", "tổng hợp", "st"))
"""Words in the source's place that name no source."""

_EDGES = " .;,:*–-"
_LETTER = re.compile(r"[^\W_]")
IN_BRACKETS = r"[(\[]\s*(.*?)\s*[)\]]"
"""A pattern; its group is the text without the brackets around it."""
_WRAPPED = re.compile(rf"{IN_BRACKETS}\s*\.?")

LONGEST_NAME_CHARS = 300
"""Three times the length of twenty words. Matching a word without end would take quadratic time."""

KNOWN_ACCOUNTS = 256
"""A site has few accounts, and each page's is looked up several times."""

LONGEST_SOURCE_WORDS = 20
"""A department's full name with its ministry's has fourteen; a sentence is not a source."""

_AGENCY = re.compile(
    r"(?:ttxvn|thông tấn xã việt nam|vgp|vov|vtv|vna|báo|tạp chí|đài|trang tin|cổng (?:ttđt|tt đt"
    r"|thông tin|giao tiếp)|vn(?:express|a)|vietnam(?:\+|plus|net))(?:\b|(?<=\+)).*"
    r"|(?:https?://)?(?:[\w-]+\.)+(?:vn|com|net|org)/?"
    r"|tuổi trẻ(?: online| thủ đô)?|thanh niên(?: online)?|nhân dân|(?:người )?lao động|tiền phong"
    r"|h[àa] n[ộo]i m[ớo]i|dân trí|ict ?news|infonet|zing(?: ?news)?|soha|cafef|genk|vneconomy|sggp"
    r"|vtc(?: ?news)?|sài gòn giải phóng|quân đội nhân dân|công an nhân dân|đại đoàn kết"
    r"|an ninh thủ đô|kinh tế (?:và |& )?đô thị|giáo dục (?:và|&) thời đại"
    r"|nhà báo (?:và|&) công luận"
    r"|pháp luật (?:việt nam|tp\.? ?hcm)",
    re.IGNORECASE,
)
"""Agencies, newspapers, stations and sites, whose texts portals take over."""


def is_account(name: str) -> bool:
    """Whether a name in the author's place is a system's account or role."""
    written = clean(name)
    if folded_line(written) in _ACCOUNTS or _LOGIN.fullmatch(written.lower()):
        return True
    return bool(_SMALL_WORD.fullmatch(written)) and not agency_of(written)


def account_of(text: str) -> str | None:
    """The account in an element that is known to hold one, without label and time; None if it has
    none."""
    return _account_of(text[:LONGEST_NAME_CHARS])


@lru_cache(maxsize=KNOWN_ACCOUNTS)
def _account_of(text: str) -> str | None:
    """`account_of` for a text of a bounded length."""
    line = clean(text)
    line = _ACCOUNT_PREFIX.sub("", _ACCOUNT_LABEL.sub("", line, count=1), count=1)
    name = _without_open_brackets(_BEHIND_ACCOUNT.sub("", line).strip(_EDGES))
    return name if name and len(name) <= LONGEST_ACCOUNT_CHARS and _LETTER.search(name) else None


def _without_open_brackets(name: str) -> str:
    """A name without brackets around it or on one side; "Lê An (admin)" stays."""
    if wrapped := _WRAPPED.fullmatch(name):
        name = wrapped[1]
    name = name.strip(_EDGES).lstrip(")]").rstrip("([").strip(_EDGES)
    if "(" in name[1:] and ")" in name:
        return name
    return name.strip(_EDGES + "()[]")


def account_within(text: str) -> str | None:
    """The account behind a label anywhere in a line: "Ngày đăng 5/3/2024 | Người đăng: X"."""
    line = clean(text[:LONGEST_NAME_CHARS])
    label = _ACCOUNT_LABEL.search(line)
    return account_of(line[label.start() :]) if label else None


def labelled_account(text: str) -> str | None:
    """The account in a line that begins with a label for one: "Đăng bởi: X"; else None."""
    line = clean(text[:LONGEST_NAME_CHARS]).strip(" *([")
    return account_of(line) if _ACCOUNT_LABEL.match(line) else None


def source_of(text: str) -> str | None:
    """The source in a line with or without a label; None if it names none."""
    name = clean(text)
    if len(name) > LONGEST_NAME_CHARS:
        return None
    taken_off = None
    while name != taken_off:
        taken_off, name = name, _unlabelled(name)
    if folded_line(name) in _NO_SOURCE or len(name.split()) > LONGEST_SOURCE_WORDS:
        return None
    return name if _LETTER.search(name) else None


def _unlabelled(line: str) -> str:
    """The line without the signs, brackets or label around it."""
    line = line.strip(_EDGES)
    if wrapped := _WRAPPED.fullmatch(line):
        line = wrapped[1]
    return "" if _PICTURE_LABEL.match(line) else _SOURCE_LABEL.sub("", line, count=1)


def labelled_source(text: str) -> str | None:
    """The source in a line that begins with a label for one: "Nguồn: X"; else None."""
    line = clean(text).strip(" *([")
    return source_of(text) if _SOURCE_LABEL.match(line) else None


_NEXT_LABEL = re.compile(r"(?<=\S)\s+(?=nguồn(?:\s+(?:tin|bài|tin bài))?\s*:)", re.IGNORECASE)


def by_labels(text: str) -> list[str]:
    """A text that names the author and then the source, parted before the source's label."""
    return _NEXT_LABEL.split(text)


def agency_of(byline: str | None) -> str | None:
    """The byline if it names an agency, a newspaper, a station or a site; else None."""
    return byline if byline and _AGENCY.fullmatch(byline) else None


LONGEST_CREDIT_WORDS = 8
"""The longest credit in the captions at hand names an office in seven words."""

LONGEST_BARE_CREDIT_WORDS = 4
"""A caption that is only "Ảnh: …" is a credit if it is no longer than a name."""

LONGEST_AGENCY_WORDS = 14
"""The words of the longest agency: a department's portal, with its ministry."""

CREDIT_WITHIN_CHARS = 200
"""The end of a caption that is looked at: the longest label with an address."""

_CREDIT_LABEL = (
    r"(?:nguồn\s+)?(?:ảnh|hình\s+ảnh|hình|photo|nguồn)"
    r"(?:\s*(?:,|/|-|và)\s*(?:clip|video|tin|bài))?"
    r"(?:\s+(?:minh\s+h[oọ][ạa]|tư\s+liệu|chụp))?"
)
_CREDIT_END = r"\s*[)\]]?\s*\.?$"
_SITE = r"(?:https?://)?(?:[\w-]+\.)+(?:vn|com|net|org)[^\s()]*"

_LABELLED_CREDIT = re.compile(
    rf"(?<!\w)(?P<open>[(\[]\s*)?{_CREDIT_LABEL}\s*[:;]\s*(?P<name>[^()\[\]]+?){_CREDIT_END}",
    re.IGNORECASE,
)
_NAMED_CREDIT = re.compile(
    rf"(?:[(\[]|[.–-])\s*{_CREDIT_LABEL}\s+(?P<name>[^()\[\]:;.,]+?){_CREDIT_END}", re.IGNORECASE
)
"""Without a colon, the label must follow a stop, a dash or a bracket."""
_LINKED_CREDIT = re.compile(
    rf"[(\[]\s*(?:{_CREDIT_LABEL}\s+)?(?P<name>{_SITE}){_CREDIT_END}", re.IGNORECASE
)
_NUMBERED_CREDIT = re.compile(
    rf"[(\[]\s*ảnh\s+\d{{1,2}}\s*[-–]\s*(?P<name>[^()\[\]:;.,]+?){_CREDIT_END}", re.IGNORECASE
)
"""The form "(Ảnh 1 - Phạm An)"."""
_LABEL_BEFORE_NAME = re.compile(r"^(?:nguồn|theo)\b\s*:?\s*", re.IGNORECASE)
"""The second label in "Ảnh: Nguồn Internet"."""
_TAKEN_OVER = re.compile(r"minh h[oọ][ạa]|sưu tầm|tư liệu|internet", re.IGNORECASE)
_NO_CREDIT = frozenset(("minh họa", "minh hoạ", "sưu tầm", "st"))


def credit_of(caption: str | None) -> str | None:
    """The photographer or owner whom a caption names at its end; None if it names none."""
    end = (caption or "")[-CREDIT_WITHIN_CHARS:]
    before = (caption or "")[:-CREDIT_WITHIN_CHARS]
    if found := _LABELLED_CREDIT.search(end):
        if before or found.start() or found["open"]:
            return _credited(found["name"], LONGEST_CREDIT_WORDS)
        return _credited(found["name"], LONGEST_BARE_CREDIT_WORDS) or _credited_agency(
            found["name"]
        )
    if found := _NUMBERED_CREDIT.search(end):
        name = _credited(found["name"], LONGEST_CREDIT_WORDS)
        return name if name and _is_all_names(name) else None
    if (found := _NAMED_CREDIT.search(end)) and (before + end[: found.start()]).strip():
        name = _credited(found["name"], LONGEST_CREDIT_WORDS)
        return name if name and (name[0].isupper() or name == "internet") else None
    found = _LINKED_CREDIT.search(end)
    return found["name"] if found else None


def is_taken_over(caption: str | None) -> bool:
    """Whether a caption says that the picture was taken from elsewhere."""
    return bool(caption and _TAKEN_OVER.search(caption[-CREDIT_WITHIN_CHARS:]))


def _credited_agency(text: str) -> str | None:
    """An agency's full name. Its last word has a capital, unlike that of most sentences."""
    name = agency_of(_credited(text, LONGEST_AGENCY_WORDS))
    return name if name and name.split()[-1][0].isupper() else None


def _is_all_names(text: str) -> bool:
    return all(word[0].isupper() or not word.isalnum() for word in text.split())


def _credited(text: str, most_words: int) -> str | None:
    name = _LABEL_BEFORE_NAME.sub("", text).strip(_EDGES)
    if folded_line(name) in _NO_CREDIT or ". " in name:
        return None
    return name if 0 < len(name.split()) <= most_words else None
