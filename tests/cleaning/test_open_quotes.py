"""Tags that were broken off inside an attribute: the article is read as if they were whole."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Article
from portal_crawler.cleaning.body.surroundings import MENU_IN_BODY
from portal_crawler.cleaning.page.open_quotes import may_have_open_quotes, without_open_quotes
from portal_crawler.cleaning.problems import checked_article
from portal_crawler.learning.extract import extract_learned
from portal_crawler.platforms import vccorp
from tests.cleaning.pages import (
    FETCHED_AT,
    LIFERAY_URL,
    SENTENCE,
    VCCORP_URL,
    liferay_page,
    read,
    vccorp_page,
)

MENU = "".join(f'<li><a href="/muc-{n}">Mục thứ {n}</a></li>' for n in range(30))
FOOTER = "<p>Sơ đồ trang</p><p>Cơ quan chủ quản: Sở Ví Dụ</p><p>Ghi rõ nguồn khi phát hành lại</p>"
SURROUNDINGS = f'<div class="menu"><ul>{MENU}</ul></div><div class="footer">{FOOTER}</div></body>'

BROKEN_OFF = [
    '<p style="BORDER-BOTTOM: # ',
    '<div style="BORDER-BOTTOM: #',
    '<table><tbody><tr><td style="BORDER-BOTTOM: # ',
    "<table><tr><td style=\"font-family: 'Ví Dụ'; BORDER-BOTTOM: #\n\t",
    "<table><tr><td style='BORDER-BOTTOM: # ",
    '<div><table><tr><td><table><tr><td width="9" style="BORDER: #',
    '<div><div><div style="BORDER-BOTTOM: # ',
    '<p><b><span lang="VI" style="COLOR: ',
    "<table><tr><td class=a wid ",
]


@pytest.mark.parametrize("start", BROKEN_OFF)
def test_a_text_that_was_cut_inside_a_tag_ends_there(start: str) -> None:
    page = liferay_page(f"<p>{SENTENCE}</p><p>Hai.</p>{start}").replace("</body>", SURROUNDINGS)
    article = read(page)
    assert article.body == f"{SENTENCE}\n\nHai."
    assert (article.account, article.problems) == ("Ban bien tap", ())


@pytest.mark.parametrize("start", [start for start in BROKEN_OFF if "<div><div>" not in start])
def test_it_is_read_so_without_a_known_layout(start: str) -> None:
    text = "".join(f"<p>{SENTENCE} Đoạn {n}.</p>" for n in range(9))
    page = liferay_page(f"{text}{start}").replace("</body>", SURROUNDINGS)
    article = extract_learned(page.encode(), LIFERAY_URL, None, fetched_at=FETCHED_AT)
    assert article.body == "\n\n".join(f"{SENTENCE} Đoạn {n}." for n in range(9))
    assert article.account == "Ban bien tap"


def read_unmarked(start: str) -> Article:
    """Of a layout in which nothing tells where the text ends."""
    page = vccorp_page(f"<p>Một.</p>{start}").replace('data-check-position="body_end"', "")
    return read(page.replace("</body>", SURROUNDINGS), VCCORP_URL, vccorp.ARTICLE)


@pytest.mark.parametrize("start", [start for start in BROKEN_OFF if start.startswith("<table>")])
def test_where_no_mark_ends_the_text_the_open_tables_are_ended(start: str) -> None:
    article = read_unmarked(start)
    assert article.body == "Một."
    assert MENU_IN_BODY not in checked_article(article).problems


@pytest.mark.parametrize("start", [start for start in BROKEN_OFF if start.startswith("<div><")])
def test_where_the_page_stays_in_the_text_it_is_marked(start: str) -> None:
    assert MENU_IN_BODY in checked_article(read_unmarked(start)).problems


@pytest.mark.parametrize(
    ("tag", "rest"),
    [
        ('<p style="BORDER: # <p align="right">', "Hai.</p>"),
        ('<div style="BORDER: # <b>Hai.</b><a href="/x">', "Ba</a></div>"),
        ('<table><tr><td style="BORDER: # <p align="right">', "Hai.</p></td></tr></table>"),
    ],
)
def test_a_quote_left_open_in_the_middle_of_a_text_costs_no_text(tag: str, rest: str) -> None:
    body = read(liferay_page(f"<p>{SENTENCE}</p>{tag}{rest}<p>{SENTENCE}</p>")).body
    assert body
    assert body.startswith(f"{SENTENCE}\n\nHai.")
    assert body.endswith(f"\n\n{SENTENCE}")


@pytest.mark.parametrize(
    "markup",
    [
        '<a title="<b>x</b>" href="/y">z</a>',
        "<a title='a <b c=' href='/y'>z</a>",
        '<script>s = "<div class="+c+">"; t = \'<p style="BORDER: # <p align="right">\'</script>',
        '<!-- <p style="BORDER: # <p align="right"> -->',
        "<textarea><p style='x <p align='right'></textarea>",
        "<style>a:after { content: '<b c=' d }</style>",
        'Ông nói: "x <a href="/y">z</a>" và đi.',
        '<a href="/y?a="b">z</a>',
        '<img alt="5 < 6" src=a.jpg><p title="a<b">x</p>',
        "<p>a < b và <b>c</b></p>",
    ],
)
def test_markup_in_attributes_scripts_and_prose_is_left_as_it_is(markup: str) -> None:
    page = liferay_page(f"<p>{SENTENCE}</p>{markup}")
    assert without_open_quotes(page) == page


NAMES = st.sampled_from(["a", "style", "data-x", "onclick"])
VALUES = st.text(alphabet="ab <>='/&;#\n", max_size=12)
TEXTS = st.text(alphabet="ab =\"'/;\n", max_size=12)
TAGS = st.sampled_from(["p", "td", "table", "div", "b"])


@st.composite
def valid_markup(draw: st.DrawFn) -> str:
    """Elements inside and beside each other, with attributes that hold anything but their quote."""
    parts = []
    for _ in range(draw(st.integers(0, 6))):
        tag, quote = draw(TAGS), draw(st.sampled_from("\"'"))
        other = {'"': "'", "'": '"'}[quote]
        written = "".join(
            f" {name}={quote}{draw(VALUES).replace(quote, other)}{quote}"
            for name in draw(st.lists(NAMES, max_size=3))
        )
        parts.append(f"<{tag}{written}>{draw(TEXTS)}</{tag}>")
    return "".join(parts)


@given(valid_markup())
def test_a_valid_page_is_untouched(markup: str) -> None:
    assert without_open_quotes(markup) == markup


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<a title=",
            '"',
            "'",
            ">",
            "<",
            "=",
            " ",
            "x",
            "<!--",
            "-->",
            "<b>",
            "</b>",
        ),
        *("<script>", '<script src="', "<script src='a.js", "<scripts ", "</script>", "<style>"),
        *(
            "</style>",
            "<textarea>",
            "</textarea>",
            "i < n; ",
            "a > b",
            "\N{EM SPACE}",
            "\xa0",
            "<td",
        ),
        *(
            '<p align="right">',
            ' style="BORDER: # ',
            '"</b>"',
            "<SCRIPT>",
            "<script/>",
            "</Script ",
        ),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_is_repaired_is_suspected_at_first_sight(markup: str) -> None:
    assert may_have_open_quotes(markup.encode()) or without_open_quotes(markup) == markup


@given(st.text(alphabet="<>=\"'/ abp\n", max_size=200))
def test_a_repair_takes_nothing_away(text: str) -> None:
    repaired = without_open_quotes(text)
    rest = iter(repaired)
    assert all(letter in rest for letter in text)


@pytest.mark.parametrize(
    "piece",
    [
        '<a x="<a x="',
        "<a x='<b ",
        '="<a b="c',
        "<a <a ",
        "<a =",
        '<table><td style="b <p c="d"></div>',
        "<table>" * 9 + "</div>",
        "<!-- ",
        "<script ",
        '="',
    ],
)
def test_broken_tags_without_end_are_looked_at_in_linear_time(piece: str) -> None:
    started = time.process_time()
    repaired = without_open_quotes(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 5
    assert len(repaired) < 2_000_000
