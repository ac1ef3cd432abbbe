"""Lines whose numbers a page changes by itself: its time, its counters of views and shares."""

import re
from collections.abc import Iterator

from portal_crawler.cleaning.words.dates import LONGEST_DATE_LINE_CHARS, is_date, is_date_line
from portal_crawler.cleaning.words.page_tools import VIEW_COUNTER, is_toolbar_line
from portal_crawler.cleaning.words.text import clean

EDGE_LINES = 3
"""Lines at a text's beginning and end that may give the time of the page; elsewhere a time belongs
to an event."""

_NUMBER = r"\d[\d.,]{0,12}(?:\s?(?:k|nghìn|triệu)(?!\w))?"
_COUNTED = re.compile(
    rf"(?<!\w)(?:(?:{VIEW_COUNTER}|lượt (?:tải|thích|chia sẻ|bình luận)|views?|hits)"
    rf"\s*[:(]?\s*{_NUMBER}|{_NUMBER}\s*(?:views?|hits|shares?|comments?"
    r"|(?:lượt|lần) (?:xem|đọc|truy cập|tải|thích|chia sẻ|bình luận|đánh giá|bình chọn)"
    r"|(?:bình luận|phản hồi|đánh giá|bình chọn|phiếu bầu)(?=\s*(?:$|[^\w\s]))"
    r"|người (?:đã |đang )?(?:thích|xem|đọc|theo dõi))(?!\w)"
    rf"|(?:phản hồi|bình luận|chia sẻ|thích|like|share|đánh giá|điểm trung bình)s?"
    rf"\s*[:(]\s*{_NUMBER})"
)
"""A counter in a line in lower case."""

_AGO = re.compile(
    r"\W*(?:đăng|cập nhật)?\W*(?:\d{1,3}\s*(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm) trước"
    r"|vừa xong|hôm (?:nay|qua)(?:\W+\d{1,2}[:h]\d{2})?)\W*"
)
_TODAY = re.compile(r"\W*hôm nay\W")
_COUNT = re.compile(_NUMBER)
_LETTER = re.compile(r"[^\W\d_]")


def passing_lines(text: str | None) -> Iterator[tuple[str, str]]:
    """Each line of a text whose numbers the page changes by itself, with the rest of it.

    The rest of a line that is nothing else is empty.
    """
    lines = [line for line in (text or "").split("\n") if line]
    inner = range(EDGE_LINES, len(lines) - EDGE_LINES)
    for at, line in enumerate(lines):
        if len(line) > LONGEST_DATE_LINE_CHARS:
            continue
        small = clean(line).casefold()
        if at not in inner and _is_time(line, small, is_first=at < EDGE_LINES):
            yield line, ""
        elif _is_counter(small):
            is_all = is_toolbar_line(small) or not _LETTER.search(_COUNTED.sub("", small))
            yield line, "" if is_all else _COUNT.sub("", small)


def _is_time(line: str, small: str, *, is_first: bool) -> bool:
    """Whether a line at an edge is the page's time, or a number that stands beside it."""
    if is_first and re.fullmatch(_NUMBER, small):
        return True
    is_today = bool(_TODAY.match(small)) and is_date(line)
    return is_today or bool(_AGO.fullmatch(small)) or is_date_line(line, labelled=not is_first)


def _is_counter(small: str) -> bool:
    """Whether a line that is not a sentence has a counter, or is a row of buttons with numbers."""
    if small.endswith((".", ";", "!", "?")):
        return False
    return bool(_COUNTED.search(small) or (_COUNT.search(small) and is_toolbar_line(small)))
