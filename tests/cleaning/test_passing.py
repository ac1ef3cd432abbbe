"""Lines whose numbers a page changes by itself make no version; edits of the text do."""

from dataclasses import replace

import pytest

from archive.database.sameness import says_the_same
from archive.models import Article
from portal_crawler.cleaning.problems import checked_article

TEXT = [f"Đoạn {word} của bài nói về việc trồng rừng ở các xã ven biển." for word in "abcdefgh"]
ARTICLE = Article(url="http://so.example/1", title="Tin", published_at="2024-03-05T08:30:00+07:00")


def with_line(line: str, at: int) -> Article:
    lines = [*TEXT[:at], line, *TEXT[at:]]
    return checked_article(replace(ARTICLE, body="\n\n".join(lines)))


@pytest.mark.parametrize("at", [0, 2, 8], ids=["first", "third", "last"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cập nhật lúc 16:29, 30/05/2017", "Cập nhật lúc 16:31, 30/05/2017"),
        ("5 phút trước", "2 giờ trước"),
        ("Đăng 5 phút trước", "Đăng 1 ngày trước"),
        ("Hôm nay, Thứ sáu, ngày 27/11/2026", "Hôm nay, Thứ bảy, ngày 28/11/2026"),
    ],
)
def test_the_line_with_the_time_of_the_page_makes_no_version(one: str, other: str, at: int) -> None:
    assert says_the_same(with_line(one, at), with_line(other, at))


def test_the_line_with_time_and_counters_above_the_text_makes_no_version() -> None:
    lines = ("Thứ ba - 30/05/2017 16:29 10 0", "Thứ ba - 30/05/2017 16:29 1.210 3")
    assert says_the_same(*(with_line(line, 1) for line in lines))
    assert says_the_same(*(with_line(line, 0) for line in ("1.204", "1.310")))


@pytest.mark.parametrize("at", [0, 4, 8], ids=["first", "middle", "last"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lượt xem: 15", "Lượt xem: 1.204"),
        (
            "Bài đã đăng trên bản tin của Sở (41 lượt xem)",
            "Bài đã đăng trên bản tin của Sở (57 lượt xem)",
        ),
        ("Đã xem: 33 - Phản hồi: 0", "Đã xem: 34 - Phản hồi: 2"),
        ("980 views | admin", "1,2k views | admin"),
        ("Chia sẻ 12 Facebook 3", "Chia sẻ 14 Facebook 5"),
        ("12 người thích bài này", "13 người thích bài này"),
        ("7 đánh giá - 1 bình chọn", "9 đánh giá - 4 bình chọn"),
        ("Điểm trung bình: 4,1/5 (12 phiếu bầu)", "Điểm trung bình: 4,2/5 (13 phiếu bầu)"),
        ("Thích (7) - văn phòng Sở", "Thích (9) - văn phòng Sở"),
    ],
)
def test_a_line_with_a_counter_makes_no_version(one: str, other: str, at: int) -> None:
    assert says_the_same(with_line(one, at), with_line(other, at))


@pytest.mark.parametrize("line", ["3 đánh giá - 1 bình chọn", "Lượt xem: 1", "Chia sẻ 12"])
def test_a_counter_that_appears_makes_no_version(line: str) -> None:
    without = checked_article(replace(ARTICLE, body="\n\n".join(TEXT)))
    for at in (0, 4, 8):
        assert says_the_same(without, with_line(line, at))


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        ("Có 15 xã tham gia.", "Có 16 xã tham gia.", 0),
        ("Có 15 xã tham gia.", "Có 16 xã tham gia.", 4),
        ("Ngày 30/05/2024", "Ngày 31/05/2024", 4),
        ("8 giờ 00 ngày 30/05/2024", "8 giờ 00 ngày 31/05/2024", 0),
        ("Thời gian: 8 giờ 00 ngày 30/05/2024", "Thời gian: 9 giờ 00 ngày 30/05/2024", 8),
        ("Bài của Sở (41 lượt xem)", "Bài của phòng (41 lượt xem)", 4),
        ("25", "26", 4),
        ("Bài 3 đọc hiểu", "Bài 4 đọc hiểu", 4),
        ("Bước 2 tải hồ sơ lên cổng", "Bước 3 tải hồ sơ lên cổng", 4),
        ("Có 1.500 lượt người dự hội", "Có 1.600 lượt người dự hội", 4),
        (
            "Trang của tỉnh có 41 lượt truy cập mỗi giờ.",
            "Trang của tỉnh có 57 lượt truy cập mỗi giờ.",
            4,
        ),
        ("Phản hồi của 3 xã về kế hoạch", "Phản hồi của 4 xã về kế hoạch", 4),
        ("Cập nhật số liệu đến ngày 30/5/2024", "Cập nhật số liệu đến ngày 31/5/2024", 0),
    ],
)
def test_an_edit_of_the_text_is_a_version(one: str, other: str, at: int) -> None:
    assert not says_the_same(with_line(one, at), with_line(other, at))


def test_a_date_by_the_time_that_has_passed_makes_no_version_and_an_edited_date_does() -> None:
    ago = checked_article(replace(ARTICLE, problems=("date-approximate",)))
    later = replace(ago, published_at="2024-03-05T09:02:00+07:00")
    exact = checked_article(replace(ARTICLE, published_at="2024-03-05T08:41:00+07:00"))
    assert says_the_same(ago, later)
    assert says_the_same(ago, exact)
    assert not says_the_same(checked_article(ARTICLE), exact)
    assert not says_the_same(ago, replace(later, title="Tin khác"))


def test_a_long_line_of_numbers_takes_no_time_to_be_tested() -> None:
    line = "chia sẻ 1 " * 100_000
    assert checked_article(replace(ARTICLE, body=line)).passing == ()
    assert checked_article(replace(ARTICLE, body=("thích 1,1,1,1,1 " * 9)[:149])) is not None
