"""What is taken from a page, and which texts are the same on several."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.learning.page_facts import block_key, page_facts

PAGE = """<html><head><title>Một tin</title><script>x</script></head><body class="site">
<div class="menu"><ul><li><a href="/a">Trang chủ</a></li></ul></div>
<div class="news b3f2a9c1d"><p>Đoạn <b>một</b> dài.</p>
<p style="text-align:right">Thanh Hà</p><span class="time">27/03/2024 08:42</span></div>
</body></html>"""


def facts_of(html: str = PAGE):  # type: ignore[no-untyped-def]
    facts = page_facts(html.encode(), "http://a.example/1")
    assert facts is not None
    return facts


def test_blocks_are_the_texts_of_block_elements_in_page_order() -> None:
    texts = [block.text for block in facts_of().blocks]
    assert texts == ["Trang chủ", "27/03/2024 08:42", "Đoạn một dài.", "Thanh Hà"]


def test_links_right_alignment_and_dates_are_seen() -> None:
    blocks = {block.text: block for block in facts_of().blocks}
    assert blocks["Trang chủ"].linked == len("Trang chủ")
    assert blocks["Thanh Hà"].right
    assert blocks["27/03/2024 08:42"].date == "2024-03-27T08:42:00+07:00"


def test_a_line_with_a_date_may_also_hold_a_link() -> None:
    line = "<div>Ngày đăng: 27/03/2024 08:42 | Lượt xem: 61 | <a href=/in/1>In trang</a></div>"
    row = "<li><a href=/2>Sở khai trương trung tâm dữ liệu</a> (26/03/2024)</li>"
    assert [block.date for block in facts_of(line + row).blocks] == [
        "2024-03-27T08:42:00+07:00", "",
    ]  # fmt: skip


def test_classes_that_hold_for_one_page_only_are_left_out() -> None:
    assert ".news" in facts_of().labels


def test_a_date_within_a_block_is_a_place_of_its_own() -> None:
    facts = facts_of("<p>Tin <span class='d'>27/03/2024</span> khác</p>")
    assert [facts.tags[date.element] for date in facts.inline_dates] == ["span"]


def test_a_date_behind_a_sign_is_that_of_the_element_around_both() -> None:
    facts = facts_of("<p><span class='d'><i class='clock'></i> 27/03/2024</span> <b>5</b></p>")
    assert [facts.labels[date.element] for date in facts.inline_dates] == [".d"]


def test_hidden_text_is_not_seen_and_counted_siblings_stay_right() -> None:
    facts = facts_of(
        "<div class='a'><p hidden>1/1/2020</p><p>Tin <a class='d-none' href='/x'>1</a>hai</p>"
        "<span style='display:none'>2020-01-01T00:00:00</span></div>"
    )
    assert [(block.text, block.linked) for block in facts.blocks] == [("Tin hai", 0)]
    assert facts.inline_dates == ()
    assert facts.nths[facts.blocks[0].element] == 2


def test_a_long_hidden_text_is_seen_as_a_script_may_show_it() -> None:
    facts = facts_of(f"<div style='display:none'>{'<p>Một câu dài.</p>' * 20}</div>")
    assert len(facts.blocks) == 20


@pytest.mark.parametrize(
    "date", ["03/03/2024", "March 3, 2024", "3rd Mar. 2024", "3 tháng ba 2024", "Tháng Ba 3, 2024"]
)
def test_learning_sees_each_date_that_reading_does(date: str) -> None:
    facts = facts_of(f"<div>{date}</div><p>Tin <span>{date}</span> khác</p>")
    assert [block.date for block in facts.blocks if block.date] == ["2024-03-03"]
    assert [block.date for block in facts.inline_dates] == ["2024-03-03"]


def test_a_subtree_ends_behind_its_last_descendant() -> None:
    facts = facts_of()
    menu = facts.labels.index(".menu")
    assert facts.tags[menu : facts.ends[menu]] == ("div", "ul", "li")


PICTURE = "<img src='../../anh/1.jpg'>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<figure>{PICTURE}<figcaption>Ảnh</figcaption></figure>",
        f"<table><tr><td>{PICTURE}</td></tr><tr><td>Ảnh</td></tr></table>",
        f"<p>{PICTURE}<br>Ảnh</p>",
        f"<p>{PICTURE}</p><p align=center>Ảnh</p>",
        f"<p>{PICTURE}</p><p>Ảnh</p>",
    ],
)
def test_a_caption_has_the_address_of_its_picture(markup: str) -> None:
    facts = facts_of(f"<div><p>Một đoạn.</p>{markup}<p>Đoạn khác.</p></div>")
    captions = {block.text: block.picture for block in facts.blocks}
    assert captions == {"Một đoạn.": "", "Ảnh": "anh/1.jpg", "Đoạn khác.": ""}


def test_a_paragraph_below_a_picture_is_no_caption() -> None:
    facts = facts_of(f"<div><p>Một đoạn.</p><p>{PICTURE}</p><p>Đoạn khác nói thêm.</p></div>")
    assert [block.picture for block in facts.blocks] == ["", ""]


@pytest.mark.parametrize(
    ("link", "linked"), [("/tin/2.html", True), ("/anh/1-lon.jpg", False), ("", False)]
)
def test_a_picture_that_leads_to_another_page_is_known(link: str, linked: bool) -> None:
    around = f"<a href='{link}'>{PICTURE}</a>" if link else PICTURE
    pictures = facts_of(f"<div><p>Một đoạn.</p>{around}</div>").pictures
    assert [picture.linked for picture in pictures] == [linked]


def test_a_block_has_the_document_that_it_links_to() -> None:
    facts = facts_of("<p>Xem <a href='/f/vb-1.pdf'>tại đây</a></p><p><a href='/x'>Tin</a></p>")
    assert [(block.document, block.linked) for block in facts.blocks] == [
        ("f/vb-1.pdf", 0),
        ("", 3),
    ]


def test_facts_can_be_kept_in_little_room() -> None:
    facts = facts_of()
    assert pickle.loads(pickle.dumps(facts)) == facts


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lượt xem: 37", "Lượt xem: 1.204", True),
        ("Thứ hai, 23/11/2026", "Thứ hai, 30/11/2026", True),
        ("Thông báo lịch tiếp công dân kỳ 7", "Thông báo lịch tiếp công dân kỳ 8", False),
        ("CÁC TIN KHÁC", "Các tin khác", True),
        ("dài " * 200 + "một", "dài " * 200 + "hai", False),
    ],
)
def test_numbers_are_no_difference_in_counters_alone(one: str, other: str, same: bool) -> None:
    assert (block_key(one) == block_key(other)) is same


@given(st.binary(max_size=400))
def test_any_bytes_give_facts_or_none(page: bytes) -> None:
    facts = page_facts(page, "http://a.example/1")
    assert facts is None or len(facts.tags) == len(facts.ends) == len(facts.parents)
