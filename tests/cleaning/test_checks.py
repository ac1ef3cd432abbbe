from dataclasses import replace

import pytest

from archive.models import Article
from portal_crawler.cleaning.body.surroundings import MENU_IN_BODY
from portal_crawler.cleaning.problems import checked_article
from portal_crawler.cleaning.words.boilerplate import is_boilerplate, is_tail_boilerplate
from tests.cleaning.pages import SENTENCE, TITLE, liferay_page, read, read_liferay

SOUND = {"url": "http://a.example/", "title": TITLE, "body": SENTENCE, "published_at": "2014-01-07"}


def test_a_sound_article_has_no_problems() -> None:
    assert checked_article(Article(**SOUND)).problems == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"published_at": None}, "no-date"),
        ({"body": None}, "no-body"),
        ({"body": "Xem tệp."}, "body-short"),
        ({"body": f"{SENTENCE}\n\nIn bài viết"}, "boilerplate-left"),
        ({"lead": "View count: 12"}, "boilerplate-left"),
        ({"body": f"{SENTENCE} \ufffd"}, "unreadable-characters"),
        ({"body": f"{SENTENCE} ldquo;phograve;ngrdquo;"}, "broken-entities"),
        ({"title": "Giấy ph;ép mới"}, "broken-entities"),
        ({"lead": "2008 &ndash; 2010"}, "broken-entities"),
        ({"author": "Trần Vagrave;ng"}, "broken-entities"),
    ],
)
def test_what_looks_wrong_is_named(change: dict[str, str | None], code: str) -> None:
    assert checked_article(Article(**{**SOUND, **change})).problems == (code,)


def test_problems_are_joined_with_those_of_the_reading_sorted_and_each_once() -> None:
    article = Article(**{**SOUND, "published_at": None}, problems=("weekday-differs", "no-date"))
    assert checked_article(article, truncated=True).problems == (
        "no-date",
        "truncated",
        "weekday-differs",
    )


def test_the_passages_that_broken_entities_spoil_are_kept_as_they_were_meant() -> None:
    article = Article(
        **{
            **SOUND,
            "title": "Hagrave; Nội cấp ph;ép",
            "lead": "Lời dẫn nguyên vẹn.",
            "body": f"{SENTENCE}\n\nphograve;ng n&#224;y\n\n&nbsp;\n\nSTT\tTecirc;n\n1\tAn",
            "author": "Lecirc; Hoa",
        }
    )
    found = checked_article(article)
    assert found.repaired_words == "Hà Nội cấp phép\nphòng này\nSTT\tTên\nLê Hoa"
    assert found == replace(article, problems=found.problems, repaired_words=found.repaired_words)


def test_a_sound_article_has_no_repaired_words() -> None:
    assert checked_article(Article(**SOUND, author="R&D; TT&TT")).repaired_words is None


def test_what_a_page_shows_stays_and_is_read_the_same_each_time() -> None:
    body = "<p>Phograve;ng n&amp;#224;y ch&acirc;u &amp;Acirc;u, 2008 &amp;ndash; 2010.</p>"
    article = checked_article(read_liferay(body, lead="Cấp ph;ép"))
    assert article.lead == "Cấp ph;ép"
    assert article.body == "Phograve;ng n&#224;y châu &Acirc;u, 2008 &ndash; 2010."
    assert article.repaired_words == "Cấp phép\nPhòng này châu Âu, 2008 – 2010."
    assert checked_article(article) == article


MENU_LINES = ["Trang chủ", "Sơ đồ trang", "Liên hệ", "Bản quyền thuộc về Sở", "- Giới thiệu"]


def test_a_body_with_lines_of_menu_and_imprint_is_marked() -> None:
    body = "\n\n".join((SENTENCE, *MENU_LINES))
    assert checked_article(Article(**{**SOUND, "body": body})).problems == (MENU_IN_BODY,)


@pytest.mark.parametrize("lines", [MENU_LINES[:3], MENU_LINES[:2] * 9, ["Địa chỉ: Số 1"] * 9])
def test_a_few_such_lines_are_a_texts_own(lines: list[str]) -> None:
    assert (
        checked_article(Article(**{**SOUND, "body": "\n\n".join((SENTENCE, *lines))})).problems
        == ()
    )


def linked(count: int, around: str = "<li>{}</li>") -> str:
    return "".join(around.format(f'<a href="/muc/{n}">Mục thứ {n}</a>') for n in range(count))


@pytest.mark.parametrize("around", ["<li>{}</li>", "<p>{}</p>", "<td>{}</td>", "{} | "])
def test_a_body_with_most_of_the_pages_links_is_marked(around: str) -> None:
    text = f"<p>{SENTENCE}</p>" * 40
    assert read_liferay(f"{text}{linked(15, around)}").problems == (MENU_IN_BODY,)


@pytest.mark.parametrize(
    "inside",
    [
        linked(40, "<p>Trong câu này {} là một liên kết.</p>"),
        linked(7),
        "".join(f'<p><a href="/documents/{n}.pdf">Biểu mẫu {n}</a></p>' for n in range(40)),
        "".join(f'<p><a href="#{n}">Mục {n}</a></p>' for n in range(40)),
    ],
)
def test_links_in_sentences_documents_and_a_few_links_are_an_articles_own(inside: str) -> None:
    assert read_liferay(f"<p>{SENTENCE}</p>{inside}").problems == ()


def test_a_long_list_of_links_on_a_page_with_more_outside_is_an_articles_own() -> None:
    page = liferay_page(f"<p>{SENTENCE}</p>" * 40 + linked(20))
    article = read(page.replace("<nav>", f"<nav>{linked(30)}"))
    assert article.problems == ()


def test_a_menu_that_the_layout_drops_marks_nothing() -> None:
    menu = f'<div class="related_asset">{linked(40)}</div>'
    assert read_liferay(f"<p>{SENTENCE}</p>{menu}").problems == ()


@pytest.mark.parametrize(
    "line",
    ["In bài viết", "CHIA SẺ", "Lượt xem: 1.204", "Các tin khác:", "<!-- /* Font Definitions */"],
)
def test_furniture_is_told_wherever_it_stands(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize("line", ["Doanh nghiệp", "Top", "Bản quyền thuộc về Sở", "Địa chỉ: Số 1"])
def test_ambiguous_lines_are_furniture_only_at_the_end(line: str) -> None:
    assert is_tail_boilerplate(line)
    assert not is_boilerplate(line)


@pytest.mark.parametrize(
    "line", ["Người dân chọn In bài viết để in.", "Hôm nay trời nắng", SENTENCE]
)
def test_the_words_in_a_sentence_are_no_furniture(line: str) -> None:
    assert not is_tail_boilerplate(line)
