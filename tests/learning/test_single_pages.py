"""Pages of sites of which nothing is known, each read alone: a small page for each kind."""

import json
import unicodedata

import pytest

from portal_crawler.cleaning.extraction import NoTitleError
from portal_crawler.cleaning.problems import TITLE_FROM_HEAD, TITLE_FROM_TEXT
from portal_crawler.cleaning.words.headlines import is_running
from portal_crawler.learning.choice import stated_text
from portal_crawler.learning.headlines import without_site
from portal_crawler.learning.page_facts import learning_tree
from tests.learning.single_pages import (
    BODY,
    PARAGRAPHS,
    TEXT,
    TITLE,
    article_page,
    page,
    read,
)

# Titles


@pytest.mark.parametrize("tag", ["h1", "h2", "h3"])
def test_a_linked_headline_is_a_headline(tag: str) -> None:
    article = read(article_page(heading=f"<{tag}><a href=/tin/12.html>{TITLE}</a></{tag}>"))
    assert (article.title, article.body) == (TITLE, TEXT)
    assert TITLE_FROM_HEAD not in article.problems


def test_the_linked_name_of_the_site_is_no_headline() -> None:
    site = "<h1><a href=/>Sở Khoa học và Công nghệ</a></h1>"
    article = read(article_page(site, heading="", title="Sở Khoa học và Công nghệ"))
    assert article.title != "Sở Khoa học và Công nghệ" or TITLE_FROM_HEAD in article.problems


@pytest.mark.parametrize(
    ("title", "head"),
    [
        (f"{TITLE} - Sở Khoa học", ""),
        (f"Sở Khoa học | {TITLE}", "<meta property=og:site_name content='Sở Khoa học'>"),
        ("Sở Khoa học", f"<meta property=og:title content='{TITLE}'>"),
    ],
)
def test_a_headline_that_only_the_head_has_is_marked(title: str, head: str) -> None:
    article = read(article_page(heading="", title=title, head=head))
    assert (article.title, article.body) == (TITLE, TEXT)
    assert TITLE_FROM_HEAD in article.problems


def test_a_page_without_any_title_keeps_its_text() -> None:
    article = read(article_page(heading="", title=""))
    assert article.body == TEXT
    assert PARAGRAPHS[0].startswith(article.title.removesuffix(" …"))
    assert TITLE_FROM_TEXT in article.problems


def test_a_page_of_one_line_without_a_title_keeps_it_as_its_text() -> None:
    article = read("<html><body><ol><li><p>Sở nghỉ lễ từ ngày mai</p></li></ol></body></html>")
    assert (article.title, article.body) == ("Sở nghỉ lễ từ ngày mai", "Sở nghỉ lễ từ ngày mai")


def test_a_menu_without_a_headline_is_no_article() -> None:
    with pytest.raises(NoTitleError):
        read(page("<div>Chào mừng bạn đọc</div>", title="Sở Khoa học"))


def test_a_paragraph_is_no_headline() -> None:
    assert all(map(is_running, PARAGRAPHS))
    assert not is_running(TITLE)
    assert not is_running("Quyết định số 12/QĐ-UBND của UBND TP. Hà Nội về việc bổ nhiệm cán bộ")


@pytest.mark.parametrize(
    ("title", "names", "wanted"),
    [
        ("Tin A - Sở B", set(), "Tin A"),
        ("Sở B | Tin A", {"sở b"}, "Tin A"),
        ("Tin - Một tin dài hơn nhiều", set(), "Tin - Một tin dài hơn nhiều"),
        ("Sở B", {"sở b"}, ""),
        ("Một tin", set(), "Một tin"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_a_title(
    title: str, names: set[str], wanted: str
) -> None:
    assert without_site(title, names) == wanted


# Texts


@pytest.mark.parametrize(
    "before",
    [
        "<a href=/><div>Cổng thông tin</div></a>",
        "<a href='/'><div>Logo</div><div>Tên</div></a><div></div>",
        "<div style='display:none'><div>Ẩn</div></div>",
        "<div class=menu><a href=/>Trang chủ</div>",
    ],
)
def test_markup_before_the_text_moves_no_selector(before: str) -> None:
    article = read(article_page(before))
    assert (article.title, article.body) == (TITLE, TEXT)


def test_paragraphs_in_one_link_are_text() -> None:
    article = read(page(f"<h1>{TITLE}</h1><a href=/x><div class=c>{BODY}</div></a>"))
    assert article.body is None or PARAGRAPHS[3] in article.body


def test_a_paragraph_that_repeats_is_kept_as_often() -> None:
    article = read(article_page().replace(BODY, f"<p>{PARAGRAPHS[0]}</p>" * 6))
    assert article.body == "\n\n".join([PARAGRAPHS[0]] * 6)


def test_an_article_that_a_script_shows_later_is_read() -> None:
    article = read(article_page().replace("<div class=c>", "<div class=c style='display:none'>"))
    assert article.body == TEXT


def test_letters_and_marks_may_stand_apart() -> None:
    article = read(unicodedata.normalize("NFD", article_page()))
    assert (article.title, article.body) == (TITLE, TEXT)


def test_scripts_do_not_take_the_room_of_the_text() -> None:
    script = "<script>" + "var a = '<i>';" * 20_000 + "</script>"
    assert read(article_page(script)).body == TEXT


def test_short_lines_of_chinese_are_a_text() -> None:
    lines = [f"第{n}行文字说明今年的工作计划已经完成。" for n in range(1, 30)]
    text = "".join(f"<p>{line}</p>" for line in lines)
    article = read(
        page(f"<div><h1>今年的工作计划</h1><div>{text}</div></div>", title="今年的工作计划")
    )
    assert article.body == "\n\n".join(lines)


def test_other_articles_and_comments_are_not_the_text() -> None:
    others = "".join(f"<li><a href=/t{n}>Tin khác số {n}: {TITLE}</a></li>" for n in range(12))
    comments = "".join(f"<p>Tôi nghĩ rằng bài số {n} rất hay, cảm ơn Sở.</p>" for n in range(9))
    after = f"<div class=related><ul>{others}</ul></div><div class=comments>{comments}</div>"
    article = read(article_page().replace("</body>", f"{after}</body>"))
    assert article.body == TEXT


def test_a_line_with_a_time_between_paragraphs_is_text() -> None:
    lines = [*PARAGRAPHS[:3], "Thời gian: 8h30 ngày 20/12/2026.", *PARAGRAPHS[3:]]
    body = "".join(f"<p>{line}</p>" for line in lines)
    assert read(article_page().replace(BODY, body)).body == "\n\n".join(lines)


def test_a_page_states_its_text_for_machines() -> None:
    script = json.dumps({"@graph": [{"@type": "Article", "articleBody": " ".join(PARAGRAPHS)}]})
    html = page("", head=f'<script type="application/ld+json">{script}</script>')
    root = learning_tree(html)
    assert root is not None
    assert stated_text(root) == " ".join(PARAGRAPHS)
    broken = learning_tree(html.replace("}]}", "}]"))
    assert broken is not None
    assert stated_text(broken) == ""


# Fields


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>var y=1</script>",
        "<style>.a{}</style>",
        "<noscript>Bật JavaScript</noscript>",
        "<span hidden>x</span>",
        "<span style='display:none'>ẩn</span>",
        "<span class='sr-only'>Bài</span>",
        "<button>Nghe đọc bài</button>",
        "<svg><title>chia sẻ</title></svg>",
        "<!-- hết -->",
    ],
)
def test_fields_hold_only_text_that_readers_see(unseen: str) -> None:
    heads = f"<h1>{TITLE}{unseen}</h1><div class=sapo>Sáng nay, hội nghị đã khai mạc.{unseen}</div>"
    article = read(article_page(heading=heads))
    assert (article.title, article.lead) == (TITLE, "Sáng nay, hội nghị đã khai mạc.")
    assert article.body == TEXT


def test_lines_and_paragraphs_of_a_field_are_parted_by_spaces() -> None:
    first, _, second = TITLE.partition(" kế ")
    heads = f"<h1>{first}<br>kế {second}</h1><div class=sapo><p>Một.</p><p>Hai.</p></div>"
    article = read(article_page(heading=heads))
    assert (article.title, article.lead) == (TITLE, "Một. Hai.")


@pytest.mark.parametrize(
    "line",
    [
        "<p class=by>Bởi Nguyễn Văn An, Trần Thị Bình và Lê Hoàng Nam</p>",
        "<figure><img src=/a><figcaption>Quang cảnh hội nghị sáng nay</figcaption></figure>",
        "<div>Trang web này dùng cookie để nhớ lựa chọn của bạn đọc</div>",
        "<div><a href=/k>Xem thêm các tin khác về chuyển đổi số ở tỉnh</a></div>",
        f"<h2>{TITLE}</h2>",
        "<div style='display:none'>Tóm tắt ẩn của bài viết mà bạn đọc không thấy</div>",
    ],
)
def test_other_lines_above_the_text_are_no_lead(line: str) -> None:
    assert read(article_page(heading=f"<h1>{TITLE}</h1>{line}")).lead is None


def test_the_only_long_line_between_headline_and_text_is_the_lead() -> None:
    lead = "Sáng nay, hơn một trăm đại biểu đã dự hội nghị tại tỉnh."
    assert read(article_page(heading=f"<h1>{TITLE}</h1><div>{lead}</div>")).lead == lead
