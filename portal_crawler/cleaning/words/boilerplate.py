"""The phrases that portals put around an article, and the tests that tell such a line.

A phrase counts only where it is a whole line, after NFC, trimming and case folding: the same words
occur inside real sentences. This is the catalogue; docs/FIELDS.md (*Furniture*) has the rule.
"""

import re
from functools import lru_cache

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
"""Furniture at the end of a page, but also headings and sentences of real articles."""

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

VIEW_COUNTER = r"(?:số )?lượt (?:xem|đọc|truy cập)|đã xem|view count"
"""Alternatives of a pattern over lines in lower case: labels of a page's view counter."""

_COUNTER = re.compile(
    rf"(?:{VIEW_COUNTER}|tổng (?:số )?lượt truy cập|tổng số truy cập|đang truy cập|đang online"
    r"|phản hồi)\s*:?\s*[\d.,]*"
    r"|tổng số điểm của bài viết là: .* đánh giá"
)

_COUNTER_BEHIND = re.compile(
    r"[\s|,;·-]*(?:(?:số )?lượt (?:xem|đọc)|đã xem|view count)\s*:?\s*[\d.,]*\s*$", re.IGNORECASE
)

_IMPRINT = re.compile(
    r"cơ quan chủ quản|chịu trách nhiệm (?:chính|nội dung)|trưởng ban biên tập|giấy phép số"
    r"|bản quyền|©|ghi rõ nguồn|powered by|designed by|thiết kế bởi|tín nhiệm mạng|ipv6"
)
_CONTACT = re.compile(r"địa chỉ:|điện thoại:|fax:|email:")
"""Of a site's footer, but also how notices end: it is furniture only beside an imprint."""

_WORD_DEBRIS = re.compile(
    r"normal 0 false false false|/\* (?:style|font) definitions \*/|<!-- /\* font definitions"
    r"|(?:@?[\w .:-]+\{)?\s*mso-[\w-]+:"
)
_DEBRIS_STARTS = ("normal", "/*", "<!--")
"""Of what has no "mso-"; looked for first, as most paragraphs have none of it."""

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
"""A page says of itself, or of the article, that it is not there."""

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
"""What stands where a text should: also in single boxes of pages that are whole otherwise."""

_BLOCK_PAGE = re.compile(
    r"thông báo từ chối truy cập|hệ thống đang gặp vấn đề khi xử lý yêu cầu của bạn"
    r"|access denied|access to this page has been denied|you don't have permission to access"
    r"|viettel waf|web application firewall|cloudrity|the requested url was rejected"
    r"|your support id is|just a moment|checking your browser before accessing"
    r"|enable javascript and cookies to continue|attention required! \| cloudflare"
    r"|verify(?:ing)? (?:that )?you are (?:human|not a robot)|i'm not a robot|incapsula incident id"
    r"|(?:xác minh|xác nhận|chứng minh) (?:rằng )?bạn (?:là con người|không phải là (?:robot|máy))"
    r"|tôi không phải là (?:người máy|robot)|nhập mã captcha|captcha để tiếp tục"
    r"|ip (?:của bạn )?đã bị chặn|your ip (?:address )?has been blocked|too many requests"
)
"""What firewalls and captchas answer in an article's place, with status 200."""

_BLOCK_PAGE_SCRIPT = re.compile(
    r"document\.cookie\s*=.{0,400}?location(?:\.reload|\.href|\.replace|\s*=)", re.DOTALL
)
"""A page that is only a script: it sets a cookie (D1N and the like) and loads itself again."""

_FAILURE = re.compile(
    r"server error in '/' application|internal server error|service (?:temporarily )?unavailable"
    r"|bad gateway|gateway time-?out|error establishing a database connection"
    r"|(?:fatal error|uncaught exception): |đang (?:được )?(?:bảo trì|nâng cấp)|bảo trì hệ thống"
    r"|hệ thống (?:đang )?(?:bận|quá tải)|(?:có|xảy ra) lỗi (?:xảy ra|hệ thống|trong quá trình)"
    r"|đã xảy ra lỗi|tạm ngừng hoạt động|gặp sự cố kỹ thuật"
)
"""The portal's own failure, told with status 200: it says nothing about the article."""

_STATUS_NUMBER = re.compile(r"(?:error |lỗi )?[45]\d\d\W*")

_PAGE_NAMES = _phrases(
    """
    Chi tiết | Chi tiết tin | Tin chi tiết | Chi tiết bài viết | Chi tiết tin tức | Xem chi tiết
    Xem tin | Xem tin tức | Nội dung | Nội dung chi tiết | Tin tức | Tin tức - Sự kiện | Bài viết
    Trang chủ | Trang chi tiết | Detail | News | News detail | Home | Cổng thông tin điện tử
    """
)
"""What systems call the page that shows an article: no article's headline."""

_EDGES = " .!…:;|*_=~-–\\/"


KNOWN_LINES = 512
"""A page's lines are each looked at several times; pages of a site have some in common."""


def _as_phrase(line: str) -> str:
    return clean(line).casefold().strip(_EDGES)


_STRIPPED_CERTAIN = frozenset(phrase.strip(_EDGES) for phrase in _CERTAIN)
_STRIPPED_TAIL = frozenset(phrase.strip(_EDGES) for phrase in _TAIL)
_STRIPPED_LABELS = frozenset(phrase.strip(_EDGES) for phrase in _phrases(_ATTACHMENT_LABELS))

LONGEST_LINE_CHARS = 200
"""No phrase of the catalogue stands on a longer line; longer lines are not looked at."""


def is_boilerplate(line: str) -> bool:
    """Whether a line is furniture wherever it stands: tools, counters, related news, debris."""
    is_long = len(line) > LONGEST_LINE_CHARS
    return _is_debris(line[:LONGEST_LINE_CHARS]) if is_long else _is_boilerplate(line)


def _is_debris(start: str) -> bool:
    """Whether a long line that starts so is what Word leaves behind."""
    small = start.casefold()
    may_be = "mso-" in small or small.lstrip().startswith(_DEBRIS_STARTS)
    # Cleaning takes invisible characters out of words.
    if not may_be and start.isprintable():
        return False
    return bool(_WORD_DEBRIS.match(clean(start).casefold()))


@lru_cache(maxsize=KNOWN_LINES)
def _is_boilerplate(line: str) -> bool:
    """As above, of a line that is not long."""
    phrase = _as_phrase(line)
    if phrase in _STRIPPED_CERTAIN:
        return True
    return bool(_COUNTER.fullmatch(phrase) or _WORD_DEBRIS.match(phrase))


def before_counter(line: str) -> str:
    """A line without the view counter at its end: systems set one into the author's element."""
    return line if len(line) > LONGEST_LINE_CHARS else _COUNTER_BEHIND.sub("", clean(line))


def is_tail_boilerplate(line: str) -> bool:
    """Whether a line is furniture where it stands after the byline or at the very end."""
    is_long = len(line) > LONGEST_LINE_CHARS
    return is_boilerplate(line) if is_long else _is_tail_boilerplate(line)


@lru_cache(maxsize=KNOWN_LINES)
def _is_tail_boilerplate(line: str) -> bool:
    """As above, of a line that is not long."""
    if _is_boilerplate(line):
        return True
    phrase = _as_phrase(line)
    # A line of nothing but signs is a rule or a stray full stop.
    if not phrase or phrase in _STRIPPED_TAIL or _is_label(phrase):
        return True
    return bool(_IMPRINT.match(phrase) or _CONTACT.match(phrase))


def is_surrounding(line: str) -> bool:
    """Whether a line is of a site's menu, tools or imprint. Real articles have single ones."""
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    if phrase in _STRIPPED_TAIL:
        return bool(phrase) and phrase not in _STRIPPED_LABELS
    return bool(_IMPRINT.match(phrase) or _COUNTER.fullmatch(phrase))


def is_imprint(line: str) -> bool:
    """Whether a line of a page's end says whose the site is."""
    return len(line) <= LONGEST_LINE_CHARS and bool(_IMPRINT.match(_as_phrase(line)))


def is_contact(line: str) -> bool:
    """Whether a line gives an address: of the site beside its imprint, else of the article."""
    return len(line) <= LONGEST_LINE_CHARS and bool(_CONTACT.match(_as_phrase(line)))


def is_page_name(line: str) -> bool:
    """Whether a line names the kind of page, as fixed titles do, and no article."""
    return clean(line).casefold().strip(_EDGES) in _PAGE_NAMES


def is_attachment_label(line: str) -> bool:
    """Whether a line is the head of a list of documents."""
    return len(line) <= LONGEST_LINE_CHARS and _is_label(_as_phrase(line))


def _is_label(phrase: str) -> bool:
    return phrase.strip("()[]") in _STRIPPED_LABELS


def is_soft_not_found(line: str, more: tuple[str, ...] = ()) -> bool:
    """Whether a line says that the page is not there; `more` are a platform's own phrases."""
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    return phrase in _SOFT_NOT_FOUND or phrase in {_as_phrase(own) for own in more}


def is_placeholder(line: str) -> bool:
    """Whether a line stands for a text that is yet to come, or for none at all."""
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    return phrase in _PLACEHOLDERS or bool(_BEING_UPDATED.fullmatch(phrase))


def block_page_phrase(text: str) -> str | None:
    """The words by which a gate gives itself away; also in long sentences, so for short pages."""
    match = _BLOCK_PAGE.search(clean(text).casefold())
    return match[0] if match else None


def is_block_page_script(script: str) -> bool:
    """Whether a script only sets a cookie and loads the page again."""
    return bool(_BLOCK_PAGE_SCRIPT.search(script))


def failure_phrase(text: str) -> str | None:
    """The words by which a portal's own failure shows; for short pages, as `gate_phrase`."""
    match = _FAILURE.search(clean(text).casefold())
    return match[0] if match else None


def is_substitute_title(title: str) -> bool:
    """Whether a headline is nothing but a gate's or a failure's, perhaps behind its number."""
    phrase = _STATUS_NUMBER.sub("", _as_phrase(title))
    return bool(_BLOCK_PAGE.fullmatch(phrase) or _FAILURE.fullmatch(phrase))
