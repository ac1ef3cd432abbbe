"""The author's line of pages that are read alone, where a class names it."""

import pytest

from tests.learning.single_pages import BODY, TITLE, article_page, page, read


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p class=byline>By Anna Berg</p>", "Anna Berg"),
        (
            "<div class=article__byline>By <a href=/a>Anna Berg</a> and Jan Mool</div>",
            "Anna Berg, Jan Mool",
        ),
        ("<div class=author-name>Anna van der Berg</div>", "Anna van der Berg"),
        ("<span class=autor>Von Anna Berg</span>", "Anna Berg"),
        ("<p class=byline>By ANNA BERG | March 5, 2024</p>", "ANNA BERG"),
        ("<p class=author>Tác giả: Lê Thị Hoa</p>", "Lê Thị Hoa"),
        ("<p class=byline>By Anna Berg Published Monday</p>", "Anna Berg"),
        ("<p class=author>王小明</p>", "王小明"),
    ],
)
def test_a_line_that_a_class_calls_the_authors_names_the_author(line: str, author: str) -> None:
    assert read(article_page(heading=f"<h1>{TITLE}</h1>{line}")).author == author


@pytest.mark.parametrize(
    "line",
    [
        "<p class=author>admin admin</p>",
        "<p class=author>Administrator</p>",
        "<p class=author>a line of small words</p>",
        "<div class=author-bio>Anna Berg</div>",
        "<div class=related><p class=author>Anna Berg</p></div>",
        "<aside><p class=author>Anna Berg</p></aside>",
        "<p class=authority>Anna Berg</p>",
        "<p class=author>Phòng Bưu Chính</p>",
    ],
)
def test_accounts_offices_and_authors_of_other_things_are_no_author(line: str) -> None:
    assert read(article_page(heading=f"<h1>{TITLE}</h1>{line}")).author is None


@pytest.mark.parametrize("line", ["Theo Báo Nhân Dân", "Nguồn: Báo Nhân Dân"])
def test_a_line_for_authors_may_name_the_source(line: str) -> None:
    article = read(article_page(heading=f"<h1>{TITLE}</h1><p class=author>{line}</p>"))
    assert (article.author, article.source) == (None, "Báo Nhân Dân")


def test_the_authors_of_other_articles_are_none() -> None:
    other = "<p class=byline>By Anna Berg</p>"
    text = f"<div><h1>{TITLE}</h1><div class=c>{BODY}</div></div>"
    assert read(page(f"<div>{other}</div>{text}<div>{other}</div>")).author is None


def test_a_byline_of_the_text_comes_first() -> None:
    text = f"{BODY}<p align=right><b>Lê Thị Hoa</b></p>"
    line = "<p class=author>Trần Văn Nam</p>"
    html = article_page(heading=f"<h1>{TITLE}</h1>{line}").replace(BODY, text)
    assert read(html).author == "Lê Thị Hoa"
