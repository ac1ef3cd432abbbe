"""Pages that lxml reads badly: what it loses, and that BeautifulSoup's reading saves it."""

import contextlib
import time

import pytest
from lxml import etree

from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.page.tree import (
    fast_tree,
    rename_odd_elements,
    slow_tree,
    without_endless_attributes,
)
from portal_crawler.cleaning.words.text import clean
from tests.cleaning.pages import SENTENCE, liferay_page, read

STRAY_END = liferay_page(f"<p>Một.</p></body></html><p>{SENTENCE}</p>")
SLOWEST_READING_S = 20


def test_lxml_loses_what_stands_behind_a_stray_end_of_the_page() -> None:
    root = etree.fromstring(STRAY_END.encode(), etree.HTMLParser(encoding="utf-8"))
    assert SENTENCE not in "".join(map(str, root.itertext()))
    assert fast_tree(STRAY_END) is None


def test_beautifulsoup_saves_what_lxml_loses() -> None:
    article = read(STRAY_END)
    assert article.body == f"Một.\n\n{SENTENCE}"
    assert article.problems == ("read-by-beautifulsoup",)


def test_markup_nested_too_deep_for_lxml_is_read() -> None:
    nested = "<font>" * 3000 + SENTENCE + "</font>" * 3000
    assert fast_tree(nested) is None
    article = read(liferay_page(f"<p>{nested}</p><p>Hai.</p>"))
    assert article.body is not None
    assert SENTENCE in article.body
    assert article.problems == ("read-by-beautifulsoup",)


def test_only_a_tag_with_thousands_of_attributes_loses_them() -> None:
    picture = f'<img alt="a" src="data:image/png;base64,{"QUJD/" * 20_000}">'
    script = f"<script>if(a<b){{{'x=1;' * 5_000}}}</script>"
    style = f'<p style="{"color: red; " * 2_000}" align="right">An</p>'
    page = picture + script + style
    assert without_endless_attributes(page) == page
    endless = "<p " + " ".join(f"a{number}=1" for number in range(5_000)) + ">"
    assert without_endless_attributes(f"a{endless}b{page}") == f"a<p>b{page}"


@pytest.mark.parametrize("odd", ["\uffff", "\ufffe", "\ud800", "&#xFFFF;", "&#xD800;", "\x01"])
def test_what_is_no_character_is_left_out_by_both_parsers(odd: str) -> None:
    page = f'<p title="a{odd}b">c{odd}d</p>'
    for tree in (fast_tree(page), slow_tree(page)):
        assert tree is not None
        text = clean("".join(map(str, tree.itertext())))
        assert text.replace("\ufffd", "").replace("?", "") == "cd"


def test_scripts_behind_the_page_need_no_second_reading() -> None:
    page = liferay_page("<p>a</p>") + "<script>dem()</script>\n"
    assert read(page).problems == ()


def test_both_readings_of_a_sound_page_are_the_same() -> None:
    page = liferay_page(
        f"<p>{SENTENCE}</p><ul><li>a</li><li>b</li></ul><o:p>c</o:p><!-- d --><table><tr><td>1</td>"
        "<td>2</td></tr></table><p align=right>An</p>"
    )
    fast, slow = fast_tree(page), slow_tree(page)
    assert fast is not None
    assert slow is not None
    texts = [
        "".join("".join(str(text) for text in tree.itertext()).split()) for tree in (fast, slow)
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 1_000_000,
        b"<!--" * 300_000,
        b'<a b="' * 200_000,
        b"<" * 1_000_000,
        b"</" * 300_000,
        b"\0" * 1_000_000,
        b'<a href="' * 10_000,
        b"<p " + b" ".join(b"a%d=1" % number for number in range(200_000)) + b">",
        b"<p " + b"/".join(b"a%d" % number for number in range(200_000)) + b">",
        b"a<br>" * 200_000,
        liferay_page("<p>a<![if !vml]>" * 100_000).encode(),
        liferay_page("&nbsp;" * 1_000_000).encode(),
        liferay_page("<p>a" + "\u0301\u0323" * 500_000).encode(),
        liferay_page('<div aria-hidden="true">' * 1_900 + "<b></b>" * 100_000 + "a").encode(),
        liferay_page("<font>" * 200_000).encode(),
        liferay_page("<table><tr><td>a<td>b" * 5_000).encode(),
        liferay_page("<ul><li>" * 50_000).encode(),
    ],
    ids=[
        *("div", "comment", "attribute", "bracket", "end-tag", "nul", "short-attribute"),
        *("attributes", "slashes", "breaks", "word", "spaces", "marks", "hidden"),
        *("font", "table", "list"),
    ],
)
def test_hostile_markup_ends_soon_and_without_a_crash(page: bytes) -> None:
    start = time.process_time()
    with contextlib.suppress(ExtractionError):
        read(page)
    assert time.process_time() - start < SLOWEST_READING_S


def test_elements_with_names_that_css_cannot_count_become_spans() -> None:
    tree = fast_tree("<div><o:p>a</o:p><b<c>d</b<c><p>e</p></div>")
    assert tree is not None
    rename_odd_elements(tree)
    tags = [str(element.tag) for element in tree.iter("*")]
    assert set(tags) == {"html", "body", "div", "span", "p"}
    assert "".join(map(str, tree.itertext())) == "ade"


def test_an_article_of_two_hundred_pages_is_read_whole_and_soon() -> None:
    word = '<p class="MsoNormal" style="mso-margin-top-alt:auto"><span lang="VI">Đoạn {}. {}</span>'
    page = liferay_page("".join(word.format(n, SENTENCE) for n in range(8_000)))
    start = time.process_time()
    paragraphs = (read(page).body or "").split("\n\n")
    assert time.process_time() - start < SLOWEST_READING_S
    assert len(paragraphs) == 8_000
    assert paragraphs[-1] == f"Đoạn 7999. {SENTENCE}"


def test_a_table_of_fifty_thousand_cells_is_read_whole_and_soon() -> None:
    row = "<tr>" + "<td>1</td>" * 10 + "</tr>"
    start = time.process_time()
    article = read(liferay_page(f"<p>{SENTENCE}</p><table>{row * 5_000}</table>"))
    assert time.process_time() - start < SLOWEST_READING_S
    assert (article.body or "").splitlines()[2:] == ["\t".join("1" * 10)] * 5_000


@pytest.mark.parametrize("digits", ["9" * 5000, "x" + "f" * 5000, "0" * 5000 + "65", "1114112"])
def test_a_character_without_a_possible_number_is_unreadable_and_no_error(digits: str) -> None:
    root = slow_tree(f'<p title="&#{digits};">a&#{digits};b</p>')
    assert root is not None
    text = "".join(root.itertext())
    assert (text[0], text[-1]) == ("a", "b")
