"""Which parts of a page that is read alone belong to its text: far ones do not, lost ones do."""

import pytest

from portal_crawler.cleaning.words.other_articles import heads_other_articles
from tests.learning.single_pages import BODY, PARAGRAPHS, TEXT, TITLE, page, read

NOTICE = (
    "Đường dây nóng tiếp nhận phản ánh về thái độ phục vụ của cán bộ, công chức, hoạt động cả ngày"
    " lẫn đêm, kể cả thứ bảy và chủ nhật."
)
LINKS = "".join(f"<li><a href=/tin-{n}.html>Một tin khác về xã thứ {n}</a></li>" for n in range(5))


def with_behind(behind: str, text: str = BODY) -> str:
    return page(f"<div class=main><h1>{TITLE}</h1><div class=c>{text}</div></div>{behind}")


@pytest.mark.parametrize("heading", ["Tin liên quan", "Các tin khác:", "Tin đọc nhiều"])
def test_a_notice_behind_the_heading_of_other_articles_is_not_text(heading: str) -> None:
    side = f"<div class=side><h3>{heading}</h3><div>{NOTICE}</div><p>{NOTICE}</p></div>"
    assert read(with_behind(side, f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>")).body == (
        f"{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}"
    )


def test_a_notice_that_links_separate_from_the_text_is_not_text() -> None:
    assert read(with_behind(f"<ul>{LINKS}</ul><div class=box><p>{NOTICE}</p></div>")).body == TEXT


@pytest.mark.parametrize("other", [f"<ul>{LINKS}</ul>", f"<h4>Tin liên quan</h4><ul>{LINKS}</ul>"])
def test_the_text_goes_on_behind_a_box_of_links(other: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:5])
    end = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[5:])
    assert read(with_behind("", f"{body}<div class=box>{other}</div>{end}")).body == TEXT


def test_sections_of_one_kind_with_links_between_them_are_text() -> None:
    sections = [f"<section class=s><p>{text}</p></section>" for text in PARAGRAPHS]
    text = f"<ul>{LINKS}</ul>".join(sections)
    assert read(with_behind("", text)).body == TEXT


def test_what_stands_before_the_headline_of_a_layout_table_is_not_text() -> None:
    rows = (
        "<tr><td>Danh mục</td></tr><tr><td>Dự báo: có mưa rào và dông vài nơi, gió nhẹ</td></tr>"
        f"<tr><td><b>{TITLE}</b></td></tr><tr><td>{PARAGRAPHS[0]}</td></tr>"
        f"<tr><td>Các tin khác: <ul>{LINKS}</ul></td></tr><tr><td>Đang truy cập: 12</td></tr>"
    )
    assert read(page(f"<table width=980>{rows}</table>")).body == PARAGRAPHS[0]


def test_all_cells_of_a_table_in_the_text_are_text() -> None:
    cells = "".join(f"<tr><td>Xã {n}</td><td>{n}.602</td><td>{n}11</td></tr>" for n in range(9))
    article = read(with_behind("", f"{BODY}<table>{cells}</table><p>{PARAGRAPHS[0]}</p>"))
    assert all(f"Xã {n}\t{n}.602\t{n}11" in (article.body or "") for n in range(9))


def test_a_short_last_paragraph_is_text() -> None:
    line = "Nếu được đồng ý, giờ mới áp dụng từ tháng sau."
    assert read(with_behind("", f"<p>{PARAGRAPHS[0]}</p><p>{line}</p>")).body == (
        f"{PARAGRAPHS[0]}\n\n{line}"
    )


def test_a_line_of_tools_around_the_headline_is_not_text() -> None:
    tools = "Thứ sáu, 03/05/2024 09:40 | <a href=#>Bản in</a> <a href=#>Gửi cho bạn bè</a>"
    html = page(f"<div id=pn>{tools}<div><h1>{TITLE}</h1></div>{BODY}</div>")
    assert read(html).body == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "TIN LIÊN QUAN:",
        "Related articles",
        "相关新闻",
        "Читайте также:",
        "Zobacz także",
        "Σχετικά άρθρα",
    ],
)
def test_headings_of_other_articles_are_known_in_several_languages(line: str) -> None:
    assert heads_other_articles(line)


@pytest.mark.parametrize("line", ["Related work in the field shows this", "Tin học", "", "5"])
def test_other_lines_head_no_articles(line: str) -> None:
    assert not heads_other_articles(line)


@pytest.mark.parametrize(
    "unclosed",
    [
        "<template><div>Đang tải</template>",
        "<nav><ul><li><a href=/a>Giới thiệu</a>",
        "<noscript><div>Bật JavaScript",
        "<aside><div class=box>",
    ],
)
def test_an_article_that_fell_into_another_element_is_read(unclosed: str) -> None:
    html = f"<html><title>{TITLE}</title><body>{unclosed}<div><h1>{TITLE}</h1>{BODY}</div></html>"
    assert TEXT in (read(html).body or "")


def test_a_notice_of_links_with_a_longer_footer_is_read() -> None:
    lines = "<p>Thông điệp phát thanh:</p><p><a href=/a>http://phat-thanh.example/tep-1</a></p>"
    tail = f"<h3>Các tin khác</h3><ul>{LINKS}</ul><div class=f><p>{NOTICE}</p></div>"
    html = page(f"<div><div class=t>{TITLE}</div><div class=c>{lines}</div></div>{tail}")
    assert read(html).body == "Thông điệp phát thanh:\n\nhttp://phat-thanh.example/tep-1"


def test_a_text_in_one_element_ends_before_the_list_beside_it() -> None:
    text = "".join(f"<span>{line}</span><br><br>" for line in PARAGRAPHS)
    html = page(f"<h1>{TITLE}</h1><div id=c>{text}</div><div>Tin liên quan: <ul>{LINKS}</ul></div>")
    assert read(html).body == TEXT
