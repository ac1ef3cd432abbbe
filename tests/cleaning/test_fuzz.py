"""Pages as wild as they come: our own, bitten, cut, spliced and in several charsets at once.

`make long` looks much longer. What it found has tests of its own beside what it was found in.
Not with atheris: what it could follow into a page is lxml's, which is no Python, and a run with it
found nothing that these pages do not.
"""

import contextlib
import itertools
import re
import time
import unicodedata
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Article
from archive.moments import VIETNAM
from portal_crawler.cleaning.body.attachments import attachments
from portal_crawler.cleaning.extraction import ExtractionError, extract
from portal_crawler.cleaning.listings.declared import read_listing
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.tree import fast_tree, slow_tree
from portal_crawler.cleaning.problems import checked_article
from portal_crawler.cleaning.words.dates import published_at, read_date
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.extract import extract_learned
from portal_crawler.platforms import liferay6, mic_sharepoint, vccorp
from tests.cleaning.pages import FETCHED_AT, LIFERAY_URL, VCCORP_URL, liferay_page, read

PAGES = tuple(
    path.read_bytes()
    for room in ("portals", "platforms")
    for path in sorted((Path(__file__).parents[1] / room).glob("*/*.html"))
)
PLATFORMS = (liferay6, mic_sharepoint, vccorp)
SLOWEST_PAGE_S = 10
"""A page of these takes a thousandth of it; a busy machine does not matter."""

SLOWER_TIMES = 8
"""A general extractor takes so much longer for a page than a platform's rules."""

DEBRIS = (
    "<!-- /* Font Definitions */ @font-face {font-family:.VnTime;} -->",
    "<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--><o:p>&nbsp;</o:p>",
    "<![if !supportLists]><span style='mso-list:Ignore'>-<span>&nbsp;</span></span><![endif]>",
    '<p class=MsoNormal align=right style="mso-margin-top-alt:auto">Theo <b>HNP</b></p>',
    "</body></html>",
    "<table><tr><td>a<td rowspan=99999 colspan=-1>b",
    "</table></td></div>",
    '<img data-src="data:image/gif;base64,R0" src="//[::1/a.jpg"><br><br>',
    '<a href="http://[a.pdf" onclick="d(\'/b.doc\')">Tải về</a>',
    "<ol start=-5 type=i><li value=99999999999>x<li>y</ol>",
    "<script>document.write('<p>')",
    "<style>p{</style>",
    "<plaintext>",
    "<textarea><title>",
    "<svg><p>a</svg><math><mi>b",
    "<base href='javascript:1'><meta charset=utf-16>",
    "&#0;&#xd800;&#x110000;&#147;&nbsp;&zwj;&#8238;",
    "\ufeff\u200b\u202e\ud7ff\U0010ffff",
    "Sá»Ÿ ThÃ\u00b4ng tin vÃ  Truyá»\x81n thÃ\u00b4ng ",
    "Së Th«ng tin vµ TruyÒn th«ng ",
    "Nguồn: (((((([[[[",
    "31/02/2024 25:61 PM | Lượt xem: ",
    "\x00\x01\x0b\x85\x1f",
)
CHARSETS = ("utf-8", "utf-16-le", "utf-16", "cp1258", "cp1252", "utf-7", "gb18030", "shift_jis")


@st.composite
def bitten(draw: st.DrawFn) -> bytes:
    """One of our own pages after a few accidents."""
    page = draw(st.sampled_from(PAGES))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(page)))
        end = min(len(page), start + draw(st.integers(0, 400)))
        accident = draw(st.sampled_from(["flip", "cut", "end", "twice", "debris", "recode", "far"]))
        if accident == "flip":
            page = page[:start] + draw(st.binary(max_size=4)) + page[start + 1 :]
        elif accident == "cut":
            page = page[:start] + page[end:]
        elif accident == "end":
            page = page[: draw(st.integers(start, len(page)))]
        elif accident == "twice":
            page = page[:end] + page[start:end] * draw(st.integers(1, 30)) + page[end:]
        elif accident == "debris":
            piece = draw(st.sampled_from(DEBRIS)).encode()
            page = page[:start] + piece * draw(st.integers(1, 20)) + page[start:]
        elif accident == "recode":
            text = page[start:end].decode(errors="replace")
            page = (
                page[:start] + text.encode(draw(st.sampled_from(CHARSETS)), "ignore") + page[end:]
            )
        else:
            other = draw(st.sampled_from(PAGES))
            far = draw(st.integers(0, len(other)))
            page = page[:start] + other[far : far + 600] + page[start:]
    return page


CONTENT_TYPES = st.sampled_from(
    [None, "text/html", "text/html; charset=ISO-8859-1", "text/html;charset=utf-16", "image/png"]
)


def assert_sound(article: Article) -> None:
    """What holds of every row, whatever its page."""
    lines = (article.title, article.lead, article.author, article.category, article.source)
    for line in lines:
        assert line is None or (line and line == clean(line))
    assert article.body is None or article.body.strip()
    for line in (article.body or "").splitlines():
        assert unicodedata.is_normalized("NFC", line)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\xa0\u200b\u202e\ud800-\udfff]", line)
    for address in (*(i.src for i in article.images), *(a.href for a in article.attachments)):
        assert urlsplit(address).scheme in ("http", "https")
    if article.published_at is not None:
        assert published_at(article.published_at, FETCHED_AT) == article.published_at
    codes = checked_article(article).problems
    assert list(codes) == sorted(set(codes))
    for value in (article.title, article.body, *lines):
        (value or "").encode()


@given(bitten(), CONTENT_TYPES, st.sampled_from(PLATFORMS))
def test_a_bitten_page_gives_a_sound_article_or_says_why_not(
    content: bytes, content_type: str | None, platform: object
) -> None:
    start = time.process_time()
    with contextlib.suppress(ExtractionError):
        article = extract(
            content,
            LIFERAY_URL,
            platform.ARTICLE,  # type: ignore[attr-defined]
            fetched_at=FETCHED_AT,
            content_type=content_type,
        )
        assert_sound(article)
    assert time.process_time() - start < SLOWEST_PAGE_S


@given(bitten(), CONTENT_TYPES)
@settings(max_examples=settings().max_examples // SLOWER_TIMES)
def test_a_bitten_page_of_an_unknown_system_too(content: bytes, content_type: str | None) -> None:
    with contextlib.suppress(ExtractionError):
        article = extract_learned(
            content, LIFERAY_URL, None, fetched_at=FETCHED_AT, content_type=content_type
        )
        assert_sound(article)


@given(bitten(), CONTENT_TYPES, st.sampled_from(PLATFORMS))
def test_a_bitten_listing_gives_rows_with_keys_or_none(
    content: bytes, content_type: str | None, platform: object
) -> None:
    key = vccorp.article_key if platform is vccorp else liferay6.article_key
    page = read_listing(
        content,
        VCCORP_URL,
        platform.LISTING,  # type: ignore[attr-defined]
        key=key,
        fetched_at=FETCHED_AT,
        content_type=content_type,
    )
    for row in page.rows:
        assert key(row.url) == row.key
        assert row.title is None or row.title == clean(row.title)
        assert row.date is None or published_at(row.date, FETCHED_AT) == row.date


@given(st.lists(st.tuples(st.text(max_size=200), st.sampled_from(CHARSETS))), CONTENT_TYPES)
def test_pieces_in_any_charsets_become_text(
    pieces: list[tuple[str, str]], content_type: str | None
) -> None:
    content = b"".join(text.encode(charset, errors="ignore") for text, charset in pieces)
    decoded = decode(content, content_type)
    assert "\0" not in decoded.text
    decoded.text.encode()


DATE_WORDS = st.sampled_from(
    [
        *("Thứ ba", "CN", "T2", "ngày", "tháng", "năm", "lúc", "Cập nhật", "Ngày đăng", "Hôm qua"),
        *("3 giờ trước", "SA", "PM", "GMT+7", "Lượt xem:", "|", "-", "–", "/", ".", ",", ":", "(",
          "\u00a0", "h", "giờ", "phút", "January", "Tháng Mười Hai"),
    ]
)  # fmt: skip
NUMBERS = st.integers(0, 3000).map(str) | st.integers(0, 99).map("{:02}".format)


@given(st.lists(DATE_WORDS | NUMBERS, max_size=14), st.sampled_from(["", " "]), st.booleans())
def test_any_words_of_dates_are_a_date_that_can_be_or_none(
    words: list[str], between: str, month_first: bool
) -> None:
    text = between.join(words)
    reading = read_date(text, FETCHED_AT, month_first=month_first)
    assert read_date(unicodedata.normalize("NFD", text), FETCHED_AT, month_first=month_first) == (
        reading
    )
    if reading.value is not None:
        moment = datetime.fromisoformat(reading.value)
        assert 1997 <= moment.year <= FETCHED_AT.year
        assert published_at(reading.value, FETCHED_AT) == reading.value


@given(st.text(max_size=300))
def test_any_text_is_a_date_or_none(text: str) -> None:
    value = read_date(text, FETCHED_AT).value
    assert value is None or datetime.fromisoformat(value).astimezone(VIETNAM)


ADDRESSES = st.lists(
    st.sampled_from(
        [
            *("http:", "//", "/", "[", "]", "a", ".pdf", "?file=", "%", "%2", "#", ":", "@", "\\"),
            *(" ", "javascript:", "data:", "&", "é", "\ud7ff", "\t", "documents/1/", "'", '"'),
        ]
    ),
    max_size=8,
).map("".join)


@given(st.lists(st.tuples(st.sampled_from(["href", "onclick", "src", "data"]), ADDRESSES)))
def test_documents_at_any_addresses_are_absolute_and_each_once(
    links: list[tuple[str, str]],
) -> None:
    tags = {"href": "a", "onclick": "button", "src": "iframe", "data": "object"}
    page = "".join(
        f'<{tags[name]} {name}="{value.replace(chr(34), "&quot;")}">b</{tags[name]}>'
        for name, value in links
    )
    for tree in (fast_tree(f"<p>{page}</p>"), slow_tree(f"<p>{page}</p>")):
        assert tree is not None
        found = attachments([tree], LIFERAY_URL)
        addresses = [attachment.href for attachment in found]
        assert len(addresses) == len(set(addresses))
        assert all(urlsplit(address).scheme in ("http", "https") for address in addresses)


BLOCKS = (
    "p",
    "div",
    "td",
    "li",
    "blockquote",
    "h3",
    "center",
    "section",
    "dd",
    "span",
    "b",
    "font",
)


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(BLOCKS), max_size=4), st.integers(1, 30)), max_size=12
    ),
    st.booleans(),
)
def test_words_come_in_the_pages_order_and_each_once(
    blocks: list[tuple[list[str], int]], closed: bool
) -> None:
    numbers = itertools.count()
    body = []
    for tags, words in blocks:
        body += [f"<{tag}>" for tag in tags]
        body.append(" ".join(f"chữ{next(numbers)}x" for _ in range(words)) + ".")
        body += [f"</{tag}>" for tag in reversed(tags)] if closed else []
    article = read(liferay_page("".join(body)))
    kept = [int(number) for number in re.findall(r"chữ(\d+)x", article.body or "")]
    assert kept == sorted(set(kept))
    if closed and "td" not in {tag for tags, _ in blocks for tag in tags}:
        assert len(kept) == next(numbers)


@pytest.mark.parametrize("page", PAGES[:6], ids=range(6))
def test_a_page_cut_at_any_byte_is_read_or_refused(page: bytes) -> None:
    for end in range(0, len(page), max(1, len(page) // 60)):
        try:
            assert_sound(extract(page[:end], LIFERAY_URL, liferay6.ARTICLE, fetched_at=FETCHED_AT))
        except ExtractionError:
            continue
