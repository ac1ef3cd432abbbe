"""An article as HTML and Markdown says what its body says, and nothing in it can act."""

import hashlib
import html
import re
from base64 import b64encode
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from archive.models import Article
from portal_crawler.cleaning.body.blocks import BodyBlock
from portal_crawler.showing.document import Document, document
from portal_crawler.showing.markdown import CELL_BREAK, article_markdown
from portal_crawler.showing.markup import ALLOWED, article_html
from portal_crawler.showing.page import Origin, html_page, markdown_page
from tests.cleaning.pages import LIFERAY_URL, SENTENCE, TITLE, read_liferay, read_vccorp

ORIGIN = Origin("Sở Thông tin", "2026-08-27T01:00:00Z", 1)
WORDS = st.text(alphabet="aăâêđôơư \u00a0\u0301\u0302.:()[]<>&*_`~#|!\\+-=1234'\"$/@", max_size=12)
TAGS = ("p", "div", "b", "em", "i", "span", "sup", "a", "ul", "ol", "li", "h2", "blockquote", "pre")
TABLE_TAGS = ("table", "tr", "td", "th", "figure", "figcaption", "center", "font")


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Tags opened and closed in any order, with words between them."""
    pieces = []
    for _ in range(draw(st.integers(0, 25))):
        tag = draw(st.sampled_from(TAGS + TABLE_TAGS))
        forms = ["<{}>", "</{}>", '<{} align="right">', '<{} href="/x?a=1&b=(2)">', "<{} start=3>"]
        extra = draw(st.sampled_from(["", "<br>", '<img src="/a.jpg" alt="no">', "<td colspan=2>"]))
        pieces += [draw(st.sampled_from(forms)).format(tag), extra, draw(WORDS)]
    return "".join(pieces)


def shown(body: str) -> Document:
    return document(lambda: read_liferay(body))


def as_html(body: str) -> str:
    read = shown(body)
    return article_html(read.blocks, read.base)


def as_markdown(body: str) -> str:
    read = shown(body)
    return article_markdown(read.blocks, read.base)


class Reader(HTMLParser):
    """Python's own parser: words, elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.pieces.append("" if tag in ("em", "strong", "sup", "sub", "a") else " ")

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append("" if tag in ("em", "strong", "sup", "sub", "a") else " ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def parsed(content: str) -> Reader:
    reader = Reader()
    reader.feed(content)
    reader.close()
    return reader


def words(content: str) -> list[str]:
    return "".join(parsed(content).pieces).split()


def expected_words(blocks: tuple[BodyBlock, ...]) -> list[str]:
    """Of captions and of the text without its lists' marks, which elements say."""
    pieces: list[str] = []
    for block in blocks:
        pieces += [image.caption or "" for image in block.images]
        pieces += [cell.text for row in block.rows for cell in row] or [block.text]
    return " ".join(pieces).split()


@given(markup())
def test_the_html_says_what_the_body_and_the_captions_say(body: str) -> None:
    read = shown(body)
    assert words(article_html(read.blocks, read.base)) == expected_words(read.blocks)


@given(markup())
def test_showing_an_article_does_not_change_how_it_is_read(body: str) -> None:
    read = shown(body)
    assert read.article == read_liferay(body)
    assert "\n\n".join(block.line for block in read.blocks if block.text) == (
        read.article.body or ""
    )


@given(markup())
def test_the_markdown_reads_as_the_html_does(body: str) -> None:
    read = shown(body)
    rendered = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .render(article_markdown(read.blocks, read.base))
    )
    # Words with signs are escaped: what is left of a break is the one between a cell's lines.
    as_text = rendered.replace(html.escape(CELL_BREAK), " ")
    assert words(as_text) == words(article_html(read.blocks, read.base))


@given(markup())
def test_html_and_another_parsers_reading_of_it_have_allowed_elements_only(body: str) -> None:
    assert_harmless(as_html(body))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' \x01java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript&colon;alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='http://a.example/\"onmouseover=alert(1) x=\"'>x</a>",
    "<a href='//[::1'>x</a>",
    "<img src='javascript:alert(1)'>",
    "<img data-src='data:image/svg+xml,<svg onload=alert(1)>' src='data:,'>",
    "<img src='/a.jpg\" onerror=\"alert(1)'>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<p>&lt;img src=x onerror=alert(1)&gt;</p>",
    "<pre>&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;</pre>",
    "<center><img src=/a.jpg></center><p align=center>&lt;svg onload=alert(1)&gt; ảnh</p>",
    "<iframe src='javascript:alert(1)'></iframe><object data='data:text/html,x'></object>",
    "<iframe src='https://youtube.com/embed/\"onload=alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>' src='https://youtu.be/x'></iframe>",
    "<video src='javascript:alert(1).mp4'></video>",
    "<form action='javascript:alert(1)'><input autofocus onfocus=alert(1)><p>x</p></form>",
    "<base href='javascript:alert(1)//'><a href='x'>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'><link rel=stylesheet href=//x>",
    "<p style='background:url(javascript:alert(1))' class=x onclick=alert(1)>x</p>",
    "<style>@import 'javascript:alert(1)'; </style><p>x</p>",
    "<table><tr><td colspan='\"><script>alert(1)</script>'>a<td>b</table>",
    "<ol type='\"><script>alert(1)</script>' start='1\"x'><li value='\"><b>'>x</ol>",
    "<a href='http://x.example/`](javascript:alert(1))'>[x](javascript:alert(1))</a>",
    "<p>![x](javascript:alert(1)) [y]: javascript:alert(1)</p>",
    "<p>[x]: javascript:alert(1)</p><p>[x]</p>",
    "<p>&lt;javascript:alert(1)&gt;</p>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<xmp><p></xmp><script>alert(1)</script>",
    "<plaintext><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<p>\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<p>\u202egnp.exe</p>",
]


def assert_harmless(content: str, also: frozenset[str] = frozenset()) -> None:
    """By Python's parser and by lxml's: elements, attributes and addresses as they may be."""
    tree = etree.fromstring(f"<div>{content}</div>", etree.HTMLParser())
    by_lxml = [(str(part.tag), dict(part.attrib)) for part in tree.iter("*")]
    for tag, attributes in (*parsed(content).elements, *by_lxml):
        assert tag in ALLOWED or tag in ("html", "body", "div") or tag in also
        if tag in ALLOWED:
            assert set(attributes) <= {*ALLOWED[tag], "rel"}
        for address in (attributes.get("href"), attributes.get("src")):
            assert address is None or urlsplit(str(address)).scheme in ("http", "https")


def rendered_elements(content: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """What a Markdown reader that lets HTML through makes of a text."""
    yield from parsed(MarkdownIt("commonmark", {"html": True}).render(content)).elements


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_of_a_hostile_page_acts(hostile: str) -> None:
    read = shown(f"<p>Trước</p>{hostile}<p>Sau</p>")
    assert_harmless(article_html(read.blocks, read.base))
    page = html_page(read, ORIGIN)
    body = page.partition("<body>")[2].partition("</body>")[0]
    assert_harmless(body, frozenset(("article", "header", "footer", "h1")))
    assert page.count("<script") == page.count("<style>") - 1 == 0
    for tag, attributes in rendered_elements(markdown_page(read, ORIGIN)):
        assert tag in {*ALLOWED, "h1", "hr", "thead", "code"}
        for address in (attributes.get("href"), attributes.get("src")):
            assert address is None or urlsplit(address).scheme in ("http", "https")


def test_fields_outside_of_the_body_cannot_act_either() -> None:
    evil = "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>"
    article = Article(
        url=LIFERAY_URL, title=evil, lead=evil, body=evil, author=evil, category=evil, source=evil
    )
    page = html_page(document(lambda: article), Origin(evil, evil, 1))
    assert "<script" not in page
    assert "<img" not in page


def test_the_html_of_an_article() -> None:
    content = as_html(
        f'<p>Một <b>hai</b> <a href="/ba">ba <i>bốn</i></a>, m<sup>2</sup><br>năm</p><h1>Sáu</h1>'
        "<ol type=a start=2><li>Bảy<ul><li>Tám</li></ul></li><li><p>Chín</p><p>Mười</p></li></ol>"
        "<blockquote><p>Trích</p></blockquote><pre>a\n b</pre>"
        "<table><tr><th colspan=2>A</th></tr><tr><td>1</td><td><b>2</b><br>3</td></tr></table>"
        '<center><img src="/a.jpg" alt="x"></center><p align="center"><i>Chú thích</i></p>'
        f"<p>{SENTENCE}</p>"
    )
    host = "http://so.example.gov.vn"
    rel = 'rel="noopener noreferrer"'
    assert re.sub(r"\s*\n\s*", "", content) == (
        f'<p>Một <strong>hai</strong> <a href="{host}/ba" {rel}>ba </a>'
        f'<a href="{host}/ba" {rel}><em>bốn</em></a>, m<sup>2</sup><br>năm</p><h2>Sáu</h2>'
        '<ol type="a"><li value="2">Bảy<ul><li>Tám</li></ul></li>'
        '<li value="3">Chín<p>Mười</p></li></ol><blockquote><p>Trích</p></blockquote>'
        '<pre>ab</pre><table><tbody><tr><th colspan="2">A</th></tr>'
        "<tr><td>1</td><td><strong>2</strong><br>3</td></tr></tbody></table>"
        f'<figure><img src="{host}/a.jpg" alt=""><figcaption>Chú thích</figcaption></figure>'
        f"<p>{SENTENCE}</p>"
    )


def test_the_markdown_of_an_article() -> None:
    content = as_markdown(
        '<p>Một <b>hai</b> <a href="/ba">ba</a> 4*5<br>năm</p><h3>Sáu</h3>'
        "<ol start=2><li>Bảy<ul><li>Tám</li></ul></li><li>Chín</li></ol>"
        "<blockquote><p>Trích</p><p>dẫn</p></blockquote><p>1. Không phải mục</p><pre>a\n b</pre>"
        "<table><tr><td rowspan=2>A</td><td>B|C</td></tr><tr><td>2<p>- 3</p></td></tr></table>"
        '<center><img src="/a.jpg"></center><p align="center"><i>Chú thích</i></p>'
        f"<p>{SENTENCE}</p>"
    )
    assert content == (
        "Một **hai** [ba](http://so.example.gov.vn/ba) 4\\*5\\\nnăm\n\n### Sáu\n\n"
        "2. Bảy\n\n   - Tám\n3. Chín\n\n> Trích\n>\n> dẫn\n\n1\\. Không phải mục\n\n"
        "```\na\nb\n```\n\n| A | B\\|C |\n| --- | --- |\n| | 2<br>\\- 3 |\n\n"
        f"![](http://so.example.gov.vn/a.jpg)\n\n*Chú thích*\n\n{SENTENCE}\n"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>14<i>. Một</i></p>", "14\\. Một\n"),
        ("<p>Hay!<a href='/x'>Một</a></p>", "Hay\\![Một](http://so.example.gov.vn/x)\n"),
        ("<p>M<b>ộ</b>t *hai*</p>", "Một \\*hai\\*\n"),
        ("<p># Một<br>- hai</p>", "\\# Một\\\n\\- hai\n"),
        ("<ol type=a><li>Một</ol>", "- a. Một\n"),
        ("<h2>C #</h2><h3>##</h3>", "## C \\#\n\n### \\#\\#\n"),
    ],
)
def test_what_markdown_would_take_for_its_own_is_escaped(body: str, expected: str) -> None:
    assert as_markdown(body) == expected


def test_words_of_one_look_are_set_off_once() -> None:
    body = "<p>a <b><i>công bố</i></b> <i><b>ngày</b></i><b><i> 5</i></b>, <b>b</b><br><b>c</b></p>"
    assert as_markdown(body) == "a ***công bố ngày 5***, **b**\\\n**c**\n"
    assert as_html(body) == (
        "<p>a <strong><em>công bố ngày 5</em></strong>, <strong>b</strong><br>\n"
        "<strong>c</strong></p>"
    )


def test_byline_and_lead_are_gone_from_both() -> None:
    body = f"<p><b>{SENTENCE}</b></p><p>Thân bài.</p><p align=right>Phạm An</p><p>Tin khác</p>"
    read = document(lambda: read_liferay(body, lead=SENTENCE))
    assert article_html(read.blocks, read.base) == "<p>Thân bài.</p>"
    assert article_markdown(read.blocks, read.base) == "Thân bài.\n"


def test_a_film_is_a_link_to_it() -> None:
    read = document(lambda: read_vccorp('<iframe src="//youtu.be/a?b=1&c=2"></iframe><p>a</p>'))
    assert '<a href="https://youtu.be/a?b=1&amp;c=2"' in article_html(read.blocks, read.base)
    assert "[Video](https://youtu.be/a?b=1&c=2)" in article_markdown(read.blocks, read.base)


def test_a_page_has_all_that_a_reader_wants_to_know() -> None:
    cover = '<img src="/bia.jpg">'
    body = '<p>Thân bài.</p><p><a href="/a.pdf">Kế hoạch</a></p><p align=right>Phạm An</p>'
    read = document(lambda: read_liferay(body, lead=SENTENCE, cover=cover))
    page = html_page(read, ORIGIN)
    assert page.startswith('<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">')
    assert f"<title>{TITLE}</title>" in page
    assert "default-src 'none'" in page
    written = (TITLE, SENTENCE, "2016-10-05 09:58", "Phạm An", "Sở Thông tin", "Thân bài.")
    for words_of in (*written, LIFERAY_URL, "2026-08-27 01:00 UTC", "Kế hoạch", "/bia.jpg"):
        assert words_of in page
        assert words_of in markdown_page(read, ORIGIN)


def test_deeply_nested_lists_and_quotations_are_written_without_a_crash() -> None:
    nested = "<ul><li>a<blockquote>" * 3000
    assert words(as_html(nested)).count("a") == 3000
    assert as_markdown(nested).count("a") >= 3000


def test_a_body_that_was_not_read_from_blocks_is_shown_as_paragraphs() -> None:
    article = Article(url=LIFERAY_URL, title=TITLE, body="Một\n\nHai <b>")
    read = document(lambda: article)
    assert article_html(read.blocks, read.base) == "<p>Một</p>\n<p>Hai &lt;b&gt;</p>"


def test_the_policy_allows_the_pages_own_style_and_no_script() -> None:
    page = html_page(shown("<p>a</p>"), ORIGIN)
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; img-src http: https:; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script" not in policy
