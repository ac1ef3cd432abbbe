"""Lines of counters and of buttons that pages set beside an article, in any order and number."""

import re

VIEW_COUNTER = r"(?:số )?(?:lượt|lần) (?:xem|đọc|truy cập)|đã xem|view count"
"""Alternatives of a pattern over lines in lower case: labels of a page's view counter."""

_NUMBER = r"\d[\d.,]{0,12}"
_COUNTERS = re.compile(
    rf"(?:(?:(?:{VIEW_COUNTER}|lượt (?:tải|thích|bình luận)|phản hồi|bình luận|xem|đọc|views?|hits)"
    rf"\s*:\s*(?:{_NUMBER})?|(?:{VIEW_COUNTER}|views?|hits)\s+{_NUMBER}"
    rf"|{_NUMBER}\s+(?:lượt (?:xem|đọc|truy cập|tải)|views?|hits)(?!\w))[\s|/,;·•–-]*+)++"
)
_SHARER = r"chia sẻ|share|tweet|facebook|zalo|twitter|messenger|telegram|linkedin|pinterest"
_TOOL = (
    rf"(?:{_SHARER})(?: (?:bài viết|lên|qua|trên|tin này|this|on))*"
    r"|gửi (?:bài viết|tin)(?: này)?(?: qua)?(?: (?:e-?mail|bạn bè))?|gửi (?:e-?mail|mail|bạn bè)"
    r"|in (?:ra|trang|bài viết|bài|tin)|bản in|in|lưu(?: bài viết)?(?: này)?|print|e-?mail|gmail"
    r"|sao chép(?: liên kết)?|copy(?: link)?|like|thích|google\+?|g\+|x|cỡ chữ|a-|a\+|a"
    r"|nghe đọc bài|đọc bài|nghe bài viết|theo dõi"
)
_TOOLS = re.compile(rf"(?P<line>(?:(?:{_TOOL})(?!\w)(?:[\W_]*+{_NUMBER}(?!\w))?[\W_]*+)++)")
_ONE_SHARER = re.compile(rf"(?<!\w)(?:{_SHARER}|gửi bài viết|lưu bài viết)(?!\w)")


def is_counters(line: str) -> bool:
    """Whether a line in lower case is only of labelled counters: "lượt xem: 12 | phản hồi: 0"."""
    return bool(_COUNTERS.fullmatch(line))


def is_toolbar_line(line: str) -> bool:
    """Whether a line in lower case is only of buttons, one of them for sharing or sending; each
    may have its count: "thích 7 chia sẻ 2"."""
    return bool(_ONE_SHARER.search(line)) and bool(_TOOLS.fullmatch(line))
