from dataclasses import replace

import pytest

from archive.models import Article
from portal_crawler.cleaning.problems import checked, problems
from portal_crawler.cleaning.words.boilerplate import is_boilerplate, is_tail_boilerplate
from tests.cleaning.pages import SENTENCE, TITLE, read_liferay

SOUND = {"url": "http://a.example/", "title": TITLE, "body": SENTENCE, "published_at": "2014-01-07"}


def test_a_sound_article_has_no_problems() -> None:
    assert problems(Article(**SOUND)) == ()


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
    assert problems(Article(**{**SOUND, **change})) == (code,)


def test_problems_are_joined_with_those_of_the_reading_sorted_and_each_once() -> None:
    article = Article(**{**SOUND, "published_at": None}, problems=("weekday-differs", "no-date"))
    assert problems(article, truncated=True) == ("no-date", "truncated", "weekday-differs")


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
    found = checked(article)
    assert found.repaired_words == "Hà Nội cấp phép\nphòng này\nSTT\tTên\nLê Hoa"
    assert found == replace(article, problems=found.problems, repaired_words=found.repaired_words)


def test_a_sound_article_has_no_repaired_words() -> None:
    assert checked(Article(**SOUND, author="R&D; TT&TT")).repaired_words is None


def test_what_a_page_shows_stays_and_is_read_the_same_each_time() -> None:
    body = "<p>Phograve;ng n&amp;#224;y ch&acirc;u &amp;Acirc;u, 2008 &amp;ndash; 2010.</p>"
    article = checked(read_liferay(body, lead="Cấp ph;ép"))
    assert article.lead == "Cấp ph;ép"
    assert article.body == "Phograve;ng n&#224;y châu &Acirc;u, 2008 &ndash; 2010."
    assert article.repaired_words == "Cấp phép\nPhòng này châu Âu, 2008 – 2010."
    assert checked(article) == article


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
