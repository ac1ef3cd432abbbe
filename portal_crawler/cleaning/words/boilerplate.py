"""The phrases that portals put around an article, and the tests for lines that hold them.

A phrase counts only if it is the whole line, after NFC, trimming and case folding: the same words
occur inside real sentences. This is the catalogue; docs/FIELDS.md (*Boilerplate*) has the rule.
"""

import re
from functools import lru_cache

from portal_crawler.cleaning.words.page_tools import VIEW_COUNTER, is_counters, is_toolbar_line
from portal_crawler.cleaning.words.text import clean

_TOOLS = """
In bài viết | In ra | In trang | Bản in | Gửi email | Gửi mail | Send email | Gửi cho bạn bè
Giới thiệu bài viết cho bạn bè | Lưu bài viết này | Chia sẻ | Chia sẻ Facebook | Facebook | Zalo
Tweet | Copy link | Đã copy! | Sao chép liên kết | Nghe đọc bài | Nghe bài viết | Tự động phát
Cỡ chữ | A- A A+ | Tương phản | Đọc bài | Xem với cỡ chữ
"""

_RELATED = """
Các tin khác | Tin khác | Other News | Tin liên quan | Bài viết liên quan | Tin cùng chuyên mục
Cùng chuyên mục | Tin mới hơn | Tin cũ hơn | Những tin mới hơn | Những tin cũ hơn
Theo dòng sự kiện | Tin mới nhất | Tin đọc nhiều | Đọc nhiều | Có thể bạn quan tâm
"""

_RATING = """
Đánh giá bài viết | Click để đánh giá bài viết | Ý kiến bạn đọc | Gửi bình luận | Mã bảo mật
"""

_LEAKED_ALT_TEXT = "img | banner | icon | logo | avatar | Xem chi tiết icon"

_AMBIGUOUS = """
Hôm nay | Tháng hiện tại | Đang online | Tin nổi bật | Tiêu điểm | Xem thêm | Xem tiếp... | Đọc thêm
Xem chi tiết | Tham khảo thêm | Skip Ribbon Commands | Skip to main content | Trang chủ | Trang nhất
Quay lại | Về đầu trang | Lên đầu trang | Top | Trang trước | Trang sau | Đầu tiên | Trước | Tiếp
Cuối cùng | Đăng nhập | Sơ đồ trang | Sơ đồ cổng | Liên hệ | RSS | Chọn liên kết | Liên kết website
Liên kết web | Xếp hạng | phiếu bầu | Bình luận | image | Ảnh minh họa
Cổng dịch vụ công | Quốc Gia | Cổng dịch vụ công Quốc Gia | Chính sách | pháp luật Việt Nam
Chính sách pháp luật Việt Nam | Giới thiệu | Sản phẩm dịch vụ | Giới thiệu Sản phẩm dịch vụ
Cổng thông tin điện tử của các đơn vị thuộc Bộ | Doanh nghiệp
"""
"""Boilerplate at the end of a page; elsewhere they are headings and sentences of real articles."""

_ATTACHMENT_LABELS = """
File đính kèm | Tệp đính kèm | Tài liệu đính kèm | Tải về | Tập tin đính kèm | Xem tài liệu
"""


def _phrases(*groups: str) -> frozenset[str]:
    return frozenset(
        clean(phrase).casefold()
        for group in groups
        for line in group.splitlines()
        for phrase in line.split("|")
        if phrase.strip()
    )


_CERTAIN = _phrases(_TOOLS, _RELATED, _RATING, _LEAKED_ALT_TEXT)
_TAIL = _CERTAIN | _phrases(_AMBIGUOUS, _ATTACHMENT_LABELS)

_COUNTER = re.compile(
    rf"(?:{VIEW_COUNTER}|tổng (?:số )?lượt truy cập|tổng số truy cập|đang truy cập|đang online"
    r"|phản hồi)\s*:?\s*[\d.,]*"
    r"|tổng số điểm của bài viết là: .* đánh giá"
)

_COUNTER_BEHIND = re.compile(
    r"[\s|,;·-]*(?:(?:số )?(?:lượt|lần) (?:xem|đọc)|đã xem|view count)\s*:?\s*[\d.,]*\s*$",
    re.IGNORECASE,
)

_IMPRINT = re.compile(
    r"cơ quan chủ quản|chịu trách nhiệm (?:chính|nội dung)|trưởng ban biên tập|giấy phép số"
    r"|bản quyền|©|ghi rõ nguồn|powered by|designed by|thiết kế bởi|tín nhiệm mạng|ipv6"
)
_CONTACT = re.compile(r"địa chỉ:|điện thoại:|fax:|email:")
"""An address in a site's footer or at the end of a notice: it is boilerplate only beside an
imprint."""

_WORD_DEBRIS = re.compile(
    r"normal 0 false false false|/\* (?:style|font) definitions \*/|<!-- /\* font definitions"
    r"|(?:@?[\w .:-]+\{)?\s*mso-[\w-]+:"
)
_DEBRIS_STARTS = ("normal", "/*", "<!--")
"""Beginnings of debris without "mso-". Looked for first: most paragraphs have none of it."""

_SOFT_NOT_FOUND = _phrases(
    """
    Không tìm thấy trang | Không tìm thấy trang yêu cầu | Không tìm thấy trang bạn yêu cầu
    Không tìm thấy bài viết | Không tìm thấy tin bài | Không tìm thấy nội dung
    Không tìm thấy đường dẫn này | Lỗi 404 | 404 | 404 Not Found | 404 - Not Found | Not Found
    Page not found | 404 - File or directory not found | The resource cannot be found
    Trang bạn yêu cầu không tồn tại | Trang bạn tìm không tồn tại | Trang không tồn tại
    Trang bạn tìm kiếm không tồn tại | Đường dẫn không tồn tại | Bài viết không tồn tại
    Bài viết không tồn tại hoặc đã bị xóa | Bài viết không tồn tại hoặc đã bị gỡ bỏ
    Bài viết đã bị xóa | Tin bài không tồn tại | Tin bài đã bị xóa | Nội dung không tồn tại
    """
)
"""Phrases by which a page says that it, or the article, is not there."""

_PLACEHOLDERS = _phrases(
    """
    Không tìm thấy | Không tìm thấy kết quả | Chưa có bài viết nào | Không có bài viết nào
    Chưa có nội dung | Chưa có dữ liệu | Không có dữ liệu | Hệ thống đang cập nhật dữ liệu
    Content is being updated | This page is under construction
    """
)
_BEING_UPDATED = re.compile(
    r"(?:(?:dữ liệu|nội dung|thông tin|bài viết|tin bài|trang|chuyên mục)(?: này)? )?"
    r"đang (?:được )?(?:cập nhật|xây dựng|biên tập)(?: (?:dữ liệu|nội dung|thông tin))?"
)
"""Phrases in place of a text. Single boxes of sound pages hold them, too."""

_NOT_TO_COMMENT = (
    r"(?! (?:gửi |viết |tham gia )?(?:bình luận|ý kiến|nhận xét|đánh giá|phản hồi|gửi|theo dõi"
    r"|comment|post|reply|vote|follow))"
)
"""What a sound page asks a login or a captcha for."""

_BLOCK_PAGE = re.compile(
    r"thông báo từ chối truy cập|hệ thống đang gặp vấn đề khi xử lý yêu cầu của bạn"
    r"|access denied|access to this page has been denied|you don't have permission to access"
    r"|viettel waf|web application firewall|cloudrity|the requested url was rejected"
    r"|your support id is|just a moment|checking your browser before accessing"
    r"|enable javascript and cookies to continue|attention required! \| cloudflare"
    r"|verify(?:ing)? (?:that )?you are (?:human|not a robot)|i'm not a robot|incapsula incident id"
    r"|(?:xác minh|xác nhận|chứng minh) (?:rằng )?bạn (?:là (?:con )?người"
    r"|không phải (?:là )?(?:robot|(?:người )?máy))"
    r"|tôi không phải (?:là )?(?:người máy|robot)|nhập mã captcha|captcha để tiếp tục"
    r"|complete the captcha to continue"
    rf"|nhập mã (?:bảo vệ|bảo mật|xác nhận|xác thực|kiểm tra) để{_NOT_TO_COMMENT}"
    r"|lưu lượng (?:truy cập )?bất thường|truy cập bất thường từ|unusual traffic from your"
    r"|ip (?:của bạn )?đã bị chặn|your ip (?:address )?has been blocked|too many requests"
    r"|(?:bạn|tài khoản) (?:\w+ )?không (?:có|được) (?:quyền|phép) truy cập|403 forbidden"
    rf"|(?:cần|phải|vui lòng|hãy) đăng nhập (?:để|trước khi){_NOT_TO_COMMENT}"
    rf"|(?:please|must) (?:sign|log) ?in to{_NOT_TO_COMMENT}"
)
"""Words of the pages that firewalls, captchas and logins serve with status 200."""

_LOGIN_TITLE = re.compile(
    r"(?:sso\W+)?(?:(?:trang|cổng) )?(?:đăng nhập|log ?in|sign ?in)"
    r"(?: (?:vào|to|sso|tài khoản|thành viên|hệ thống|quản trị)\b.{0,40})?"
    r"|hệ thống xác thực(?: tập trung)?|xác thực (?:người dùng|tài khoản)"
)
"""The heading of a page that asks for a password."""

_BLOCK_PAGE_SCRIPT = re.compile(
    r"document\.cookie\s*=.{0,400}?location(?:\.reload|\.href|\.replace|\s*=)", re.DOTALL
)
"""A script that sets a cookie (D1N and the like) and loads its page again."""

_FAILURE = re.compile(
    r"server error in '/' application|internal server error|service (?:temporarily )?unavailable"
    r"|bad gateway|gateway time-?out|error establishing a database connection"
    r"|(?:fatal error|uncaught exception): |đang (?:được )?(?:bảo trì|nâng cấp)|bảo trì hệ thống"
    r"|hệ thống (?:đang )?(?:bận|quá tải)|(?:có|xảy ra) lỗi (?:xảy ra|hệ thống|trong quá trình)"
    r"|đã xảy ra lỗi|tạm ngừng hoạt động|gặp sự cố kỹ thuật"
)
"""Words of the portal's own error pages, served with status 200."""

_STATUS_NUMBER = re.compile(r"(?:error |lỗi )?[45]\d\d\W*")

_PAGE_NAMES = _phrases(
    """
    Chi tiết | Chi tiết tin | Tin chi tiết | Chi tiết bài viết | Chi tiết tin tức | Xem chi tiết
    Xem tin | Xem tin tức | Nội dung | Nội dung chi tiết | Tin tức | Tin tức - Sự kiện | Bài viết
    Trang chủ | Trang chi tiết | Detail | News | News detail | Home | Cổng thông tin điện tử
    """
)
"""Names that systems give to the page that shows an article; no article has such a headline."""

_EDGES = " .!…:;|*_=~-–\\/"


KNOWN_LINES = 512
"""Lines of the last pages, with the results: each is tested several times, and pages share some."""


def _as_phrase(line: str) -> str:
    return clean(line).casefold().strip(_EDGES)


_STRIPPED_CERTAIN = frozenset(phrase.strip(_EDGES) for phrase in _CERTAIN)
_STRIPPED_TAIL = frozenset(phrase.strip(_EDGES) for phrase in _TAIL)
_STRIPPED_LABELS = frozenset(phrase.strip(_EDGES) for phrase in _phrases(_ATTACHMENT_LABELS))

LONGEST_LINE_CHARS = 200
"""No phrase of the catalogue is longer, so longer lines are not tested."""


def is_boilerplate(line: str) -> bool:
    """Whether a line is boilerplate wherever it stands: tools, counters, related news, debris."""
    is_long = len(line) > LONGEST_LINE_CHARS
    return _is_debris(line[:LONGEST_LINE_CHARS]) if is_long else _is_boilerplate(line)


def _is_debris(start: str) -> bool:
    """Whether a long line with this start is debris of Word."""
    small = start.casefold()
    may_be = "mso-" in small or small.lstrip().startswith(_DEBRIS_STARTS)
    # Invisible characters may stand inside the words; cleaning removes them.
    if not may_be and start.isprintable():
        return False
    return bool(_WORD_DEBRIS.match(clean(start).casefold()))


@lru_cache(maxsize=KNOWN_LINES)
def _is_boilerplate(line: str) -> bool:
    """`is_boilerplate` for a line that is not long."""
    phrase = _as_phrase(line)
    if phrase in _STRIPPED_CERTAIN:
        return True
    if _COUNTER.fullmatch(phrase) or _WORD_DEBRIS.match(phrase):
        return True
    return is_counters(phrase) or is_toolbar_line(phrase)


def before_counter(line: str) -> str:
    """A line without the view counter at its end: systems put one into the author's element."""
    return line if len(line) > LONGEST_LINE_CHARS else _COUNTER_BEHIND.sub("", clean(line))


def is_tail_boilerplate(line: str) -> bool:
    """Whether a line is boilerplate if it stands behind the byline or at the very end."""
    is_long = len(line) > LONGEST_LINE_CHARS
    return is_boilerplate(line) if is_long else _is_tail_boilerplate(line)


@lru_cache(maxsize=KNOWN_LINES)
def _is_tail_boilerplate(line: str) -> bool:
    """`is_tail_boilerplate` for a line that is not long."""
    if _is_boilerplate(line):
        return True
    phrase = _as_phrase(line)
    # A line of signs alone is a rule or a stray full stop.
    if not phrase or phrase in _STRIPPED_TAIL or _is_label(phrase):
        return True
    return bool(_IMPRINT.match(phrase) or _CONTACT.match(phrase))


def is_surrounding(line: str) -> bool:
    """Whether a line belongs to a site's menu, tools or imprint. Real articles have one or two such
    lines."""
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    if phrase in _STRIPPED_TAIL:
        return bool(phrase) and phrase not in _STRIPPED_LABELS
    return bool(_IMPRINT.match(phrase) or _COUNTER.fullmatch(phrase))


def is_imprint(line: str) -> bool:
    """Whether a line at a page's end names the owner of the site."""
    return len(line) <= LONGEST_LINE_CHARS and bool(_IMPRINT.match(_as_phrase(line)))


def is_contact(line: str) -> bool:
    """Whether a line gives a contact: beside an imprint it is the site's, else the article's."""
    return len(line) <= LONGEST_LINE_CHARS and bool(_CONTACT.match(_as_phrase(line)))


def is_page_name(line: str) -> bool:
    """Whether a line names the kind of page and not an article, as fixed titles do."""
    return clean(line).casefold().strip(_EDGES) in _PAGE_NAMES


def is_attachment_label(line: str) -> bool:
    """Whether a line is the label above a list of documents."""
    return len(line) <= LONGEST_LINE_CHARS and _is_label(_as_phrase(line))


def _is_label(phrase: str) -> bool:
    return phrase.strip("()[]") in _STRIPPED_LABELS


def is_soft_not_found(line: str, more: tuple[str, ...] = ()) -> bool:
    """Whether a line says that the page is not there; `more` has a platform's own phrases."""
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    return phrase in _SOFT_NOT_FOUND or phrase in {_as_phrase(own) for own in more}


def is_placeholder(line: str) -> bool:
    """Whether a line stands in place of a text that is yet to come, or of a missing one."""
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    return phrase in _PLACEHOLDERS or bool(_BEING_UPDATED.fullmatch(phrase))


def block_page_phrase(text: str) -> str | None:
    """The words that show a block page; None if there are none.

    Long texts may hold them by chance: only for short pages.
    """
    match = _BLOCK_PAGE.search(clean(text).casefold())
    return match[0] if match else None


def is_block_page_script(script: str) -> bool:
    """Whether a script only sets a cookie and loads the page again."""
    return bool(_BLOCK_PAGE_SCRIPT.search(script))


def failure_phrase(text: str) -> str | None:
    """The words that show a portal's own error; None if there are none. Only for short pages."""
    match = _FAILURE.search(clean(text).casefold())
    return match[0] if match else None


def is_substitute_title(title: str) -> bool:
    """Whether a headline is only that of a block page or an error, perhaps with its status."""
    phrase = _STATUS_NUMBER.sub("", _as_phrase(title))
    return bool(_BLOCK_PAGE.fullmatch(phrase) or _FAILURE.fullmatch(phrase)) or is_login(title)


def is_login(title: str) -> bool:
    """Whether a heading is that of a login: the site's name may stand around it."""
    parts = re.split(r"\s[-–|]\s", title)[:3]
    return any(_LOGIN_TITLE.fullmatch(_as_phrase(part)) for part in parts)
