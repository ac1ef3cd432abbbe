"""The lead and the cover pictures of pages that are read alone."""

import pytest

from tests.learning.single_pages import BODY, PARAGRAPHS, TEXT, TITLE, article_page, page, read

LEAD = "Theo Sở Khoa học, hơn một trăm đại biểu đã dự hội nghị tại tỉnh sáng nay và chiều nay."
BOLD_PARAGRAPH = f"<p><strong>{LEAD}</strong></p>"


def with_first(paragraph: str, above: str = "") -> str:
    return page(f"<div><h1>{TITLE}</h1>{above}<div class=c>{paragraph}{BODY}</div></div>")


@pytest.mark.parametrize(
    "name",
    [
        *("class=sapo", "class=article-lead", "class=lead_detail", "id=lblTomTat", "class=mota"),
        *("class=hometext", "class=ArticleSummary", "class=short-desc", "data-role=sapo"),
        *("itemprop=description", "class=introtext", "class=standfirst"),
    ],
)
def test_a_class_names_the_lead_above_the_text_and_in_it(name: str) -> None:
    line = f"<div {name}>{LEAD}</div>"
    for html in (article_page(heading=f"<h1>{TITLE}</h1>{line}"), with_first(line)):
        article = read(html)
        assert (article.lead, article.body) == (LEAD, TEXT)


def test_a_sentence_that_begins_with_a_source_is_a_lead_and_a_line_with_a_name_is_none() -> None:
    assert read(article_page(heading=f"<h1>{TITLE}</h1><div>{LEAD}</div>")).lead == LEAD
    line = "<div>Theo Thông tấn xã Việt Nam và Báo Nhân dân</div>"
    assert read(article_page(heading=f"<h1>{TITLE}</h1>{line}")).lead is None


@pytest.mark.parametrize(
    "paragraph",
    [
        BOLD_PARAGRAPH,
        f"<p style='font-weight: bold'>{LEAD}</p>",
        f"<p><b><span>{LEAD}</span></b></p><p><b>Mục một</b></p>",
        f"<div><strong>{LEAD}</strong></div>",
    ],
)
def test_a_first_paragraph_that_alone_is_bold_is_the_lead(paragraph: str) -> None:
    article = read(with_first(paragraph))
    assert article.lead == LEAD
    assert LEAD not in (article.body or "")


@pytest.mark.parametrize(
    "paragraph",
    [
        f"<p><strong>Mục đích:</strong> {LEAD}</p>",
        "<p><strong>Mục đích và yêu cầu của kế hoạch</strong></p>",
        f"<p><strong>1. {LEAD}</strong></p>",
        f"<p><strong>{LEAD.rstrip('.')} ra sao, thưa ông?</strong></p>",
        f"<p><strong>{LEAD.upper()}</strong></p>",
        f"<p align=center><strong>{LEAD}</strong></p>",
        f"<p><strong style='font-weight: normal'>{LEAD}</strong></p>",
    ],
)
def test_other_first_paragraphs_are_text(paragraph: str) -> None:
    article = read(with_first(paragraph))
    assert article.lead is None
    assert (article.body or "").endswith(TEXT)


def test_a_text_that_is_bold_throughout_has_no_lead() -> None:
    body = "".join(f"<p><b>{text}</b></p>" for text in PARAGRAPHS)
    article = read(page(f"<div><h1>{TITLE}</h1><div class=c>{body}</div></div>"))
    assert (article.lead, article.body) == (None, TEXT)


@pytest.mark.parametrize("empty", ["<p class=sapo><strong></strong></p>", "<div id=lead></div>"])
def test_a_page_with_an_empty_place_for_the_lead_has_none_elsewhere(empty: str) -> None:
    article = read(with_first(BOLD_PARAGRAPH, empty))
    assert (article.lead, article.body) == (None, f"{LEAD}\n\n{TEXT}")


def test_a_caption_above_the_text_is_no_lead() -> None:
    picture = "<div><a href=/a.jpg><img src=/a.jpg></a><div class=avatar-desc>"
    heading = f"<h1>{TITLE}</h1>{picture}Các đại biểu dự hội nghị tại tỉnh sáng nay</div></div>"
    assert read(article_page(heading=heading)).lead is None


def test_a_line_for_screen_readers_is_no_lead() -> None:
    line = "<p class=off-screen>These links are external and open in a new window</p>"
    assert read(article_page(heading=f"<h1>{TITLE}</h1>{line}")).lead is None


# Covers


@pytest.mark.parametrize(
    "cover",
    [
        "<div class=sapo-wrapper><img src=/anh/hoi-nghi.jpg width=250><p class=sapo></p></div>",
        "<a href=/anh/hoi-nghi.jpg><img src=/anh/hoi-nghi.jpg></a>",
        f"<div class=sapo><img src=/anh/hoi-nghi.jpg>{LEAD}</div>",
        "<figure><img data-src=/anh/hoi-nghi.jpg src=data:,></figure>",
    ],
)
def test_a_picture_between_headline_and_text_is_the_articles(cover: str) -> None:
    for html in (article_page(heading=f"<h1>{TITLE}</h1>{cover}"), with_first(cover)):
        sources = [image.src for image in read(html).images]
        assert sources == ["https://so.example/anh/hoi-nghi.jpg"]


@pytest.mark.parametrize(
    "other",
    [
        "<a href=/tin-khac.html><img src=/anh/tin-khac.jpg></a>",
        "<img src=/images/icon-print.png>",
        "<img src=/anh/nut.png width=16 height=16>",
        "<div class=social><img src=/anh/mang.png></div>",
        "<ul><li><img src=/anh/muc.png></li></ul>",
        "".join(f"<div><img src=/anh/{number}.jpg></div>" for number in range(5)),
    ],
)
def test_signs_and_pictures_of_other_articles_above_the_text_are_not(other: str) -> None:
    assert read(article_page(heading=f"<h1>{TITLE}</h1>{other}")).images == ()


def test_a_picture_above_the_headline_is_not_the_articles() -> None:
    assert read(article_page("<div><img src=/anh/dau-trang.jpg></div>")).images == ()


def test_the_summary_of_one_of_several_cards_is_no_lead() -> None:
    cards = "".join(f"<div class=card><p class=desc>{text}</p></div>" for text in PARAGRAPHS)
    assert read(page(f"<div><h1>{TITLE}</h1><div>{cards}</div></div>")).lead is None
