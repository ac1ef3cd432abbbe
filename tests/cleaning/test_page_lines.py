"""Lines that a page sets into a body beside the text: its date, counters, buttons, fields."""

import pytest

from portal_crawler.cleaning.profile import Profile
from portal_crawler.learning.extract import extract_learned
from tests.cleaning.pages import FETCHED_AT, SENTENCE, TITLE, read

PROFILE = Profile(
    name="test", title=("h1",), date=(".d",), author=(".au",), source=(".so",), body=(".text",)
)
URL = "http://so.example.gov.vn/tin/tap-huan-an-toan-thong-tin-123456.html"
TEXT = [f"{SENTENCE} Đoạn số {number}." for number in range(4)]


def page(*, start: str = "", end: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in TEXT)
    return (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
        f"<div class='text'>{start}{text}{end}</div></body></html>"
    )


def body(start: str = "", end: str = "") -> list[str]:
    return (read(page(start=start, end=end), profile=PROFILE).body or "").split("\n\n")


@pytest.mark.parametrize(
    "line",
    [
        "Thứ ba - 30/05/2017 16:29",
        "Thứ ba - 30/05/2017 16:29 10 0",
        "Ngày đăng: 11/01/2019 09:33 / Lượt xem: 341",
        "Cập nhật lúc 15:26 07/01/2014",
        "Được đăng: 21 Tháng Một 2022",
        "Lượt xem: 1.807",
        "1.807 lượt xem",
        "Số lần xem: 12 | Lượt tải: 3 | Phản hồi: 0",
        "Chia sẻ Facebook Zalo",
        "Chia sẻ: Facebook | Twitter | Email | In",
        "Gửi bài viết qua email In ra Lưu bài viết này",
        "Tweet",
    ],
)
def test_a_line_of_the_page_is_no_part_of_a_body(line: str) -> None:
    assert body(start=f"<p>{line}</p>") == TEXT
    alone = extract_learned(page(start=f"<p>{line}</p>").encode(), URL, None, fetched_at=FETCHED_AT)
    assert (alone.body or "").split("\n\n") == TEXT


@pytest.mark.parametrize("number", ["", "0", "7", "1.024"])
def test_counters_that_go_on_change_no_body(number: str) -> None:
    start = f"<p><i class='clock'></i> Thứ ba - 30/05/2017 16:29 <i></i> {number} <i></i> 0</p>"
    assert body(start=start, end=f"<p>Lượt xem: {number}</p>") == TEXT
    apart = f"<div>Thứ ba - 30/05/2017 16:29</div><div>{number.replace('.', '')}</div>"
    assert body(start=apart) == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Thời gian: 8h30 ngày 20/12/2018.",
        "Thứ hai, ngày 10/7/2017",
        "Ngày 12 tháng 11 năm 2020",
        "10/7/2017: họp giao ban",
        "Chia sẻ tại hội nghị",
        "Lượt xem: nhiều",
        "Facebook và Zalo bị giả mạo",
    ],
)
def test_a_line_of_the_text_stays(line: str) -> None:
    assert body(start=f"<p>{line}</p>") == [line, *TEXT]


def test_an_element_that_gives_a_field_is_no_part_of_the_body() -> None:
    start = "<p class='d'>Thứ hai, 10/7/2017</p><div><b class='au'>Tác giả: Lê An</b> </div>"
    article = read(page(start=start, end="<p class='so'>Nguồn: TTXVN</p>"), profile=PROFILE)
    assert (article.body or "").split("\n\n") == TEXT
    assert article.published_at == "2017-07-10"
    assert (article.author, article.source) == ("Lê An", "TTXVN")


def test_a_date_within_a_sentence_stays_in_it() -> None:
    sentence = "<p>Hạn nộp là <span class='d'>10/7/2017</span> tại trụ sở.</p>"
    assert body(start=sentence) == ["Hạn nộp là 10/7/2017 tại trụ sở.", *TEXT]


def test_a_body_of_dates_alone_stays() -> None:
    lines = "<p>10/07/2017 08:00</p><p>11/07/2017 08:00</p>"
    markup = f"<html><h1>{TITLE}</h1><div class='text'>{lines}</div></html>"
    profile = Profile(name="test", title=("h1",), body=(".text",))
    assert read(markup, profile=profile).body == "10/07/2017 08:00\n\n11/07/2017 08:00"


def test_a_byline_with_a_counter_gives_the_name_alone() -> None:
    byline = "<p>Tác giả: Lê An | Lượt xem: 29</p>"
    assert read(page(end=byline), profile=PROFILE).author == "Lê An"
