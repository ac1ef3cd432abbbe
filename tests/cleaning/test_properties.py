import contextlib
import html
import re
import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.words.text import clean
from tests.cleaning.pages import TITLE, liferay_page, read, read_liferay

TAGS = ("p", "div", "b", "em", "span", "table", "tr", "td", "ul", "li", "a", "center", "h2", "font")
WORDS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạ \u00a0\u0301.:()", max_size=12)


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Tags opened and closed in any order, with words between them."""
    pieces = []
    for _ in range(draw(st.integers(0, 25))):
        tag = draw(st.sampled_from(TAGS))
        form = draw(st.sampled_from(["<{}>", "</{}>", '<{} align="right">', '<{} align="center">']))
        extra = draw(st.sampled_from(["", "<br>", '<img src="/a.jpg">', "</body>"]))
        pieces += [form.format(tag), extra, draw(WORDS)]
    return "".join(pieces)


def test_no_property_fails_for_how_long_an_example_takes() -> None:
    used = settings()
    assert used.deadline is None
    assert HealthCheck.too_slow in used.suppress_health_check


@given(st.binary(max_size=500))
def test_any_bytes_give_an_article_or_an_extraction_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        read(content)


@given(st.binary(max_size=300))
def test_any_bytes_in_a_body_give_an_article(content: bytes) -> None:
    before, after = liferay_page("\x1a").encode().split(b"\x1a")
    assert read(before + content + after).title == TITLE


@given(markup())
def test_no_word_is_in_the_article_that_is_not_on_the_page(body: str) -> None:
    page = liferay_page(body)
    article = read(page)
    visible = clean(re.sub(r"<[^>]*>", "", html.unescape(page)))
    # Decomposed: a mark that begins a paragraph joins no letter there, but does on this line.
    letters = unicodedata.normalize("NFD", "".join(visible.split()))
    captions = [text for image in article.images for text in (image.caption, image.credit)]
    for text in (article.body, article.author, article.source, *captions):
        for word in unicodedata.normalize("NFD", text or "").split():
            assert word in letters


@given(markup())
def test_every_field_is_composed_and_collapsed_or_none(body: str) -> None:
    article = read_liferay(body)
    for text in (
        article.title, article.lead, article.author, article.source, article.category,
        *(image.credit for image in article.images), *(item.name for item in article.attachments),
    ):  # fmt: skip
        assert text is None or (text and text == clean(text))
    assert article.body != ""
    for line in (article.body or "").splitlines():
        assert unicodedata.is_normalized("NFC", line)
        assert all(cell == clean(cell) for cell in line.split("\t"))
