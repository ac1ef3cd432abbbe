"""The phrases that portals put around an article, and the tests that tell such a line.

A phrase counts only where it is a whole line, after NFC, trimming and case folding: the same words
occur inside real sentences. Source: the catalogue of the field notes, by its groups.
"""

import re

from portal_crawler.cleaning.text import clean

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

_COUNTER = re.compile(
    r"(?:(?:số )?lượt (?:xem|đọc|truy cập)|tổng (?:số )?lượt truy cập|tổng số truy cập|đã xem"
    r"|view count|đang truy cập|đang online|phản hồi)\s*:?\s*[\d.,]*"
    r"|tổng số điểm của bài viết là: .* đánh giá"
)

_FOOTER = re.compile(
    r"cơ quan chủ quản|chịu trách nhiệm (?:chính|nội dung)|trưởng ban biên tập|giấy phép số"
    r"|địa chỉ:|điện thoại:|fax:|email:|bản quyền|©|ghi rõ nguồn|powered by|designed by"
    r"|thiết kế bởi|tín nhiệm mạng|ipv6"
)

_WORD_DEBRIS = re.compile(
    r"normal 0 false false false|/\* (?:style|font) definitions \*/|<!-- /\* font definitions"
    r"|(?:@?[\w .:-]+\{)?\s*mso-[\w-]+:"
)

_SOFT_NOT_FOUND = _phrases(
    """
    Không tìm thấy | Không tìm thấy trang | Không tìm thấy bài viết | Lỗi 404 | 404 Not Found
    Trang bạn yêu cầu không tồn tại | Trang không tồn tại | Bài viết không tồn tại
    Bài viết không tồn tại hoặc đã bị xóa | Dữ liệu đang được cập nhật | Chưa có bài viết nào
    Không tìm thấy nội dung | Nội dung không tồn tại
    """
)

_EDGES = " .!…:;|*_=~-–\\/"


def _as_phrase(line: str) -> str:
    return clean(line).casefold().strip(_EDGES)


_STRIPPED_CERTAIN = frozenset(phrase.strip(_EDGES) for phrase in _CERTAIN)
_STRIPPED_TAIL = frozenset(phrase.strip(_EDGES) for phrase in _TAIL)
_STRIPPED_LABELS = frozenset(phrase.strip(_EDGES) for phrase in _phrases(_ATTACHMENT_LABELS))

LONGEST_LINE_CHARS = 200
"""No phrase of the catalogue stands on a longer line; longer lines are not looked at."""


def is_boilerplate(line: str) -> bool:
    """Whether a line is furniture wherever it stands: tools, counters, related news, debris."""
    if len(line) > LONGEST_LINE_CHARS:
        return bool(_WORD_DEBRIS.match(clean(line[:LONGEST_LINE_CHARS]).casefold()))
    phrase = _as_phrase(line)
    if phrase in _STRIPPED_CERTAIN:
        return True
    return bool(_COUNTER.fullmatch(phrase) or _WORD_DEBRIS.match(phrase))


def is_tail_boilerplate(line: str) -> bool:
    """Whether a line is furniture where it stands after the byline or at the very end."""
    if is_boilerplate(line):
        return True
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    # A line of nothing but signs is a rule or a stray full stop.
    return not phrase or phrase in _STRIPPED_TAIL or bool(_FOOTER.match(phrase))


def is_attachment_label(line: str) -> bool:
    """Whether a line is the head of a list of documents."""
    return len(line) <= LONGEST_LINE_CHARS and _as_phrase(line) in _STRIPPED_LABELS


def is_soft_not_found(line: str, more: tuple[str, ...] = ()) -> bool:
    """Whether a line says that the page is not there; `more` are a platform's own phrases."""
    if len(line) > LONGEST_LINE_CHARS:
        return False
    phrase = _as_phrase(line)
    return phrase in _SOFT_NOT_FOUND or phrase in {_as_phrase(own) for own in more}
