"""Every date form that portals were seen to write (docs/FIELDS.md, published_at), and what is no
date."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal_crawler.cleaning.words.dates import may_be_date, published_at, read_date
from portal_crawler.platforms import vccorp
from tests.cleaning.pages import VCCORP_URL, liferay_page, read, vccorp_page

NOW = datetime(2026, 10, 1, 14, 0, tzinfo=timezone(timedelta(hours=7)))
EARLIER_NOW = datetime(2025, 10, 30, 14, 0, tzinfo=timezone(timedelta(hours=7)))

FORMS = [
    ("Thứ ba, 07/01/2014 15:26", "2014-01-07T15:26:00+07:00"),
    ("Ngày đăng 23/03/2018 | 3:46 PM | View count: 2817", "2018-03-23T15:46:00+07:00"),
    ("Ngày đăng 24/08/2022 | 04:30 PM", "2022-08-24T16:30:00+07:00"),
    ("Thứ tư - 27/03/2024 08:42", "2024-03-27T08:42:00+07:00"),
    ("27/03/2024 08:42:50", "2024-03-27T08:42:50+07:00"),
    ("09-05-2012 03:47:12 PM", "2012-05-09T15:47:12+07:00"),
    ("Cập nhật lúc 15:26 07/01/2014", "2014-01-07T15:26:00+07:00"),
    ("04/07/2025 10:19 GMT+7", "2025-07-04T10:19:00+07:00"),
    ("15:55 | 10/07/2026", "2026-07-10T15:55:00+07:00"),
    ("15:28, 28/08/2026", "2026-08-28T15:28:00+07:00"),
    ("15:28 28/08/2026", "2026-08-28T15:28:00+07:00"),
    ("Thứ năm, 30/10/2025 | 10:31", "2025-10-30T10:31:00+07:00"),
    ("17:23:45 | 07/08/2018", "2018-08-07T17:23:45+07:00"),
    ("19/01/26", "2026-01-19"),
    ("2025-10-30T10:31:51+07:00", "2025-10-30T10:31:51+07:00"),
    ("2025-06-30T19:02:21", "2025-06-30T19:02:21+07:00"),
    ("1761032510129", "2025-10-21T14:41:50+07:00"),
    ("3/27/2024 8:42:50 AM", "2024-03-27T08:42:50+07:00"),
    ("27/03/2024 8:42:50 SA", "2024-03-27T08:42:50+07:00"),
    ("27/03/2024 03:15 CH", "2024-03-27T15:15:00+07:00"),
    ("Ngày 7 tháng 1 năm 2014", "2014-01-07"),
    ("Thứ Ba, ngày 07 tháng 01 năm 2014", "2014-01-07"),
    ("08h30 ngày 27/3/2024", "2024-03-27T08:30:00+07:00"),
    ("8 giờ 30 phút, 27.03.2024", "2024-03-27T08:30:00+07:00"),
    ("CN, 06/04/2014", "2014-04-06"),
    ("T2 07.04.2014", "2014-04-07"),
    ("Thứ 2, ngày 7/4/2014", "2014-04-07"),
    ("2024-03-27+0708:42:50", "2024-03-27T08:42:50+07:00"),
    ("Ngày đăng: 05-05-2021", "2021-05-05"),
]

MORE_FORMS = [
    ("26 Th7 2022", "2022-07-26"),
    ("Th7 26, 2022", "2022-07-26"),
    ("26 thg 7, 2022 10:11", "2022-07-26T10:11:00+07:00"),
    ("2025/10/30 10:31", "2025-10-30T10:31:00+07:00"),
    ("03 Tháng Tư 2020", "2020-04-03"),
    ("Được đăng: 21 Tháng Một 2022", "2022-01-21"),
    ("Post date: 26/07/2022 08:00", "2022-07-26T08:00:00+07:00"),
    ("Đã đăng vào lúc 08:00 26/07/2022", "2022-07-26T08:00:00+07:00"),
    ("Viết ngày 26/07/2022", "2022-07-26"),
    ("Ngày tạo: 26/07/2022 08:00 | Hits: 12", "2022-07-26T08:00:00+07:00"),
    ("26/07/2022 08:00 bởi: quantri", "2022-07-26T08:00:00+07:00"),
    ("Thứ ba - 30/05/2017 16:29 10 0", "2017-05-30T16:29:00+07:00"),
    ("15:55 - 10/07/2026", "2026-07-10T15:55:00+07:00"),
    ("15h55 – 10/07/26", "2026-07-10T15:55:00+07:00"),
    ("10/07/26 - 15:55", "2026-07-10T15:55:00+07:00"),
    ("Thứ Ba, 7/1/2014, 15h26' (GMT+7)", "2014-01-07T15:26:00+07:00"),
    ("27 tháng 3, 2024 lúc 08:42", "2024-03-27T08:42:00+07:00"),
    ("Thứ Ba, 07 Tháng Giêng, 2014 3:26 CH", "2014-01-07T15:26:00+07:00"),
    ("07 Tháng Mười Hai 2014", "2014-12-07"),
    ("7 tháng năm năm 2014", "2014-05-07"),
    ("Tuesday, January 7, 2014 15:26", "2014-01-07T15:26:00+07:00"),
    ("07 Jan. 2014", "2014-01-07"),
    ("March 3, 2024", "2024-03-03"),
    ("Mar. 3rd, 2024", "2024-03-03"),
    ("the 3rd of March, 2024", "2024-03-03"),
    ("3-Mar-2024 08:42", "2024-03-03T08:42:00+07:00"),
    ("Sun, 03 Mar 2024 08:42:00 +0700", "2024-03-03T08:42:00+07:00"),
    ("Posted on Thurs, March 7, 2024 at 3:46 p.m.", "2024-03-07T15:46:00+07:00"),
    ("12:05 a.m., May 3, 2024", "2024-05-03T00:05:00+07:00"),
    ("3 tháng ba 2024", "2024-03-03"),
    ("ngày mùng 3 tháng Giêng năm 2024", "2024-01-03"),
    ("3 tháng chạp, 2024", "2024-12-03"),
    ("3 tháng tư năm 2024", "2024-04-03"),
    ("3 tháng bẩy 2024", "2024-07-03"),
    ("ngày 3 tháng 3, năm 2024", "2024-03-03"),
    ("THÁNG MƯỜI MỘT 3, 2024", "2024-11-03"),
    ("Tháng 3 27, 2024", "2024-03-27"),
    ("Ngày đăng: 2024-03-27 08:42", "2024-03-27T08:42:00+07:00"),
    ("Ngày đăng: 2024-03-27T08:42:50+07:00", "2024-03-27T08:42:50+07:00"),
    ("2024/03/04", "2024-03-04"),
    ("Chúa nhật, 06.04.2014", "2014-04-06"),
    ("/Date(1761032510129+0700)/", "2025-10-21T14:41:50+07:00"),
    ("05/10/2016 Lượt xem 581", "2016-10-05"),
    ("05/10/2016 | 581 lượt xem", "2016-10-05"),
]
"""Of the same systems: JSON, English pages, other separators."""

LABELS = (
    *("Ngày đăng", "Đăng ngày", "Đăng lúc", "Cập nhật", "Cập nhật lúc", "Ngày cập nhật"),
    *("Thời gian đăng", "Ngày xuất bản", "Publish date"),
)

RELATIVE = [
    ("3 giờ trước", "2025-10-30T11:00:00+07:00"),
    ("15 phút trước", "2025-10-30T13:45:00+07:00"),
    ("Cập nhật 15 phút trước", "2025-10-30T13:45:00+07:00"),
    ("2 ngày trước", "2025-10-28"),
    ("Hôm nay, 09:15", "2025-10-30T09:15:00+07:00"),
    ("Hôm qua 21:40", "2025-10-29T21:40:00+07:00"),
    ("Hôm qua", "2025-10-29"),
]


@pytest.mark.parametrize(("text", "expected"), [*FORMS, *MORE_FORMS])
def test_a_form_that_portals_write_is_read(text: str, expected: str) -> None:
    assert published_at(text, NOW) == expected


@pytest.mark.parametrize("text", [text for text, _ in (*FORMS, *MORE_FORMS, *RELATIVE)])
def test_whatever_is_read_as_a_date_may_be_one(text: str) -> None:
    assert may_be_date(text) or re.search(r"\d{13}", text)
    assert may_be_date(f"  {text.upper()} ") or re.search(r"\d{13}", text)


MONTHS = [
    ("giêng", "January", "Jan"), ("hai", "February", "Feb"), ("ba", "March", "Mar"),
    ("tư", "April", "Apr"), ("năm", "May", "May"), ("sáu", "June", "Jun"),
    ("bảy", "July", "Jul"), ("tám", "August", "Aug"), ("chín", "September", "Sept"),
    ("mười", "October", "Oct"), ("mười một", "November", "Nov"), ("mười hai", "December", "Dec"),
]  # fmt: skip


@pytest.mark.parametrize(("month", "names"), list(enumerate(MONTHS, start=1)))
def test_every_month_is_read_by_each_of_its_names(month: int, names: tuple[str, str, str]) -> None:
    vietnamese, english, short = names
    for text in (
        f"7 tháng {vietnamese} 2024",
        f"Ngày 07 tháng {vietnamese.title()} năm 2024",
        f"Tháng {vietnamese} 7, 2024",
        f"7 {english} 2024",
        f"{english} 7th, 2024",
        f"{short}. 7, 2024",
        f"7 tháng {month:02} năm 2024",
    ):
        assert published_at(text, NOW) == f"2024-{month:02}-07", text
        assert may_be_date(text), text


@pytest.mark.parametrize(
    "text", ["Đã có 3 phương án", "tháng ba", "May 2024", "2 tháng", "hom nay", "Điều 5. Mục 3"]
)
def test_what_has_no_sign_of_a_date_is_not_read_as_one(text: str) -> None:
    assert published_at(text, NOW) is None
    assert text == "May 2024" or not may_be_date(text)


@pytest.mark.parametrize(("text", "expected"), RELATIVE)
def test_a_relative_form_is_resolved_against_the_response_and_marked(
    text: str, expected: str
) -> None:
    reading = read_date(text, EARLIER_NOW)
    assert (reading.value, reading.problems) == (expected, ("date-approximate",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05/10/2016 | 12:00 AM", "2016-10-05T00:00:00+07:00"),
        ("05/10/2016 12:30 SA", "2016-10-05T00:30:00+07:00"),
        ("05/10/2016 12:30 PM", "2016-10-05T12:30:00+07:00"),
        ("05/10/2016 12:30 CH", "2016-10-05T12:30:00+07:00"),
        ("05/10/2016 15:30 PM", "2016-10-05T15:30:00+07:00"),
    ],
)
def test_twelve_and_times_past_noon_are_read_as_the_clock_shows_them(
    text: str, expected: str
) -> None:
    assert published_at(text, NOW) == expected


@pytest.mark.parametrize("separator", ["/", "-", ".", " – ", "\u00a0/\u00a0"])
def test_every_separator_is_read(separator: str) -> None:
    assert published_at(separator.join(["07", "01", "2014"]), NOW) == "2014-01-07"


def test_the_day_comes_first_unless_the_site_is_in_english() -> None:
    assert published_at("03/04/2024", NOW) == "2024-04-03"
    assert published_at("03/04/2024", NOW, month_first=True) == "2024-03-04"
    assert published_at("3 tháng 4 năm 2024", NOW, month_first=True) == "2024-04-03"


@pytest.mark.parametrize(("text", "marked"), [("3/27/2024", False), ("27/3/2024", True)])
def test_numbers_in_the_other_order_than_the_sites_are_read_and_marked(
    text: str, marked: bool
) -> None:
    reading = read_date(text, NOW, month_first=marked)
    assert (reading.value, reading.problems) == ("2024-03-27", ("month-first",))
    assert read_date(text, NOW, month_first=not marked).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "05/10/2016 10:00 - 06/10/2016 11:00",
        "Ngày đăng 05/10/2016 | 10:00 | Hạn nộp hồ sơ: 06/10/2016 11:00",
        "Ngày đăng: 05/10/2016 10:00 (có hiệu lực từ 06/10/2016)",
        "10:00, 05 tháng 10 năm 2016, 06/10/2016",
    ],
)
def test_of_several_days_in_the_element_the_first_counts(text: str) -> None:
    assert published_at(text, NOW) == "2016-10-05T10:00:00+07:00"


@pytest.mark.parametrize("label", LABELS)
def test_a_label_before_the_date_is_no_part_of_it(label: str) -> None:
    assert published_at(f"{label}: 07/01/2014 15:26", NOW) == "2014-01-07T15:26:00+07:00"
    assert published_at(f"{label} 15:26 | 07/01/2014", NOW) == "2014-01-07T15:26:00+07:00"


def test_a_date_of_the_related_list_is_not_the_articles() -> None:
    page = liferay_page("<p>a</p>").replace("Các tin khác", "Các tin khác (01/02/2015)")
    without = re.sub(r"Ngày đăng[^<]*", "", page)
    assert read(page).published_at == "2016-10-05T09:58:00+07:00"
    assert read(without).published_at is None


def test_a_site_that_runs_in_english_is_read_month_first() -> None:
    page = vccorp_page("<p>a</p>").replace("Thứ ba, 07/01/2014 15:26", "3/4/2024 8:42:50 AM")
    profile = replace(vccorp.ARTICLE, month_first=True)
    assert read(page, VCCORP_URL, profile).published_at == "2024-03-04T08:42:50+07:00"
    assert read(page, VCCORP_URL, vccorp.ARTICLE).published_at == "2024-04-03T08:42:50+07:00"


def test_a_weekday_typed_with_combining_marks_is_read() -> None:
    assert published_at("Thu\u031b\u0301 ba, 07/01/2014 15:26", NOW) == "2014-01-07T15:26:00+07:00"


def test_a_weekday_that_disagrees_is_marked_and_the_date_is_trusted() -> None:
    reading = read_date("Thứ hai, 07/01/2014 15:26", NOW)
    assert (reading.value, reading.problems) == ("2014-01-07T15:26:00+07:00", ("weekday-differs",))


def test_a_time_of_another_zone_is_told_in_vietnams() -> None:
    assert published_at("2025-10-30T03:31:51Z", NOW) == "2025-10-30T10:31:51+07:00"


def test_the_publication_stands_before_a_later_change() -> None:
    text = "Ngày đăng 05/10/2016 10:00 | Cập nhật 06/10/2016 11:00"
    assert published_at(text, NOW) == "2016-10-05T10:00:00+07:00"


@pytest.mark.parametrize(
    "text",
    [
        "Tin tức sự kiện",
        "Hội nghị ngày 07/01/2014 tại Lào Cai",
        "Từ 05/10/2016 đến 06/10/2016",
        "13/13/2020",
        "31/02/2014",
        "07/01/2014 25:10",
        "07/01/1996",
        "03/10/2026",
        "2026-10-03T00:00:00+07:00",
        "749/QĐ-TTg",
        "2.952 kết quả",
        "9" * 12,
        "March 32, 2024",
        "Festival of March 3, 2024",
        "3 tháng ba 1996",
        "3 October 2026",
        "2024/31/02",
    ],
)
def test_what_cannot_be_the_date_is_no_date(text: str) -> None:
    reading = read_date(text, NOW)
    assert (reading.value, reading.problems) == (None, ("date-unreadable",))


@pytest.mark.parametrize("text", ["", " | ", "| View count: 2817"])
def test_an_element_that_holds_no_date_is_not_unreadable(text: str) -> None:
    reading = read_date(text, NOW)
    assert (reading.value, reading.problems) == (None, ())


def test_an_article_set_for_tomorrow_morning_is_no_error() -> None:
    assert published_at("02/10/2026 07:00", NOW) == "2026-10-02T07:00:00+07:00"


@pytest.mark.parametrize(
    "now", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
@pytest.mark.parametrize(
    "text",
    ["01/01/0001", "31/12/9999", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
     "9999999999999", "9999 tuần trước", "hôm qua 21:40", "hôm nay"],
)  # fmt: skip
def test_no_date_leaves_the_calendar(text: str, now: datetime) -> None:
    reading = read_date(text, now)
    assert reading.value is None or reading.value >= "1997"


LABELS = st.sampled_from(["", "ngày đăng ", "Cập nhật: ", "lúc ", "on "])
DAYS = st.sampled_from(["30/09/2016", "1/13/2020", "12/7/2022", "31/02/2020", "5-6-2021"])
BEHIND_DAY = st.sampled_from(
    [
        *(" ", " | ", " - ", ", ", "-", "/", ".", ":", "3:05", "15:30", "15:30:45", "24:01", "7"),
        *("PM", " am", "ch", " sáng", ".", "12/07/2022", " lượt xem: 5", "15 lượt đọc", "xem: 1"),
        *("View count: 639", "nguồn: a", "hôm nay", "3 giờ trước", "cập nhật", "GMT+7", "x"),
    ]
)


@given(LABELS, DAYS, st.lists(BEHIND_DAY, max_size=5).map("".join))
def test_further_labels_before_a_date_change_nothing(label: str, day: str, behind: str) -> None:
    # "Cập nhật" first in a line with "hôm nay" is read as the label of a later change.
    assume(not (label.startswith("Cập nhật") and "hôm nay" in behind))
    line = f"{label}{day}{behind}"
    assert read_date(line, NOW) == read_date(f"Ngày vào {line}", NOW)
