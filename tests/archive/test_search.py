"""What is found, in which order, and how it is shown."""

import re
from pathlib import Path
from typing import Any

import pytest

from archive.database.reading import reading
from archive.errors import QueryError
from archive.layout import Layout
from archive.search.excerpt import excerpt
from archive.search.filters import Filters
from archive.search.find import Count, Hit, Search
from archive.search.matching import pattern
from archive.search.query import parsed
from tests.archive.building import ArchiveBuilder


def build(folder: Path, *articles: dict[str, Any], portal: str = "hanoi-sotttt") -> Layout:
    builder = ArchiveBuilder(folder, portal)
    for number, fields in enumerate(articles):
        builder.article(str(number), **{"title": f"Tin số {number}", **fields})
    return builder.close()


def hits_in(layout: Layout, text: str, *, exact: bool = False, **filters: Any) -> list[Hit]:
    """All hits, the most relevant first; checked to be as many as are counted."""
    with reading(layout) as connection:
        search = Search(connection, parsed(text, exact=exact), Filters(**filters))
        hits = list(search.hits("rank", limit=1000))
        assert search.count() == Count(len(hits), is_more=False)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    return hits


def titles(layout: Layout, text: str, *, exact: bool = False, **filters: Any) -> list[str]:
    return [hit.title.text for hit in hits_in(layout, text, exact=exact, **filters)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duong", {"Đường", "Dương", "dưỡng"}),
        ("đường", {"Đường"}),
        ("dương", {"Dương"}),
        ("DƯƠNG", {"Dương"}),
    ],
)
def test_marks_count_where_they_are_typed(tmp_path: Path, text: str, expected: set[str]) -> None:
    layout = build(tmp_path, {"title": "Đường"}, {"title": "Dương"}, {"title": "dưỡng"})
    assert set(titles(layout, text)) == expected


@pytest.mark.parametrize("text", ["hoà bình", "hòa bình", "hoa binh", "Hoà binh", '"hoà bình"'])
def test_both_tone_placements_are_found(tmp_path: Path, text: str) -> None:
    layout = build(tmp_path, {"title": "Vì hoà bình"}, {"title": "Thành phố Hòa Bình"})
    assert len(titles(layout, text)) == 2


def test_exact_finds_only_what_was_typed(tmp_path: Path) -> None:
    layout = build(tmp_path, {"title": "Vì hoà bình"}, {"title": "Thành phố Hòa Bình"})
    assert titles(layout, "hoà", exact=True) == ["Vì hoà bình"]
    assert titles(layout, "hoa", exact=True) == []


def test_a_phrase_holds_the_marks_of_each_of_its_words(tmp_path: Path) -> None:
    layout = build(
        tmp_path,
        {"title": "Sở Thông tin"},
        {"title": "Số thông tin"},
        {"title": "Thông báo của Sở tin", "body": "số thông tin"},
    )
    assert titles(layout, '"Sở Thông tin"') == ["Sở Thông tin"]
    assert len(titles(layout, '"so thong tin"')) == 3


def test_a_phrase_in_the_title_comes_first_then_all_words_in_the_title(tmp_path: Path) -> None:
    filler = " ".join(f"từ{number}" for number in range(50))
    layout = build(
        tmp_path,
        {"title": "nhiều lần trong bài", "body": "đổi rồi lại chuyển sang số. " * 30},
        {"title": "từ ghép trong bài", "body": f"{filler} chuyển đổi số {filler}"},
        {"title": "số chuyển sang đổi", "body": filler},
        {"title": "vì chuyển đổi số", "body": filler},
    )
    expected = [
        "vì chuyển đổi số",
        "số chuyển sang đổi",
        "từ ghép trong bài",
        "nhiều lần trong bài",
    ]
    assert titles(layout, "chuyển đổi số") == expected
    assert titles(layout, "chuyen doi so") == expected


def test_words_written_as_they_were_typed_come_first(tmp_path: Path) -> None:
    layout = build(
        tmp_path,
        {"title": "Bộ trưởng", "published_at": "2022-01-01"},
        {"title": "Bo mạch", "published_at": "2020-01-01"},
    )
    assert titles(layout, "bo") == ["Bo mạch", "Bộ trưởng"]


def test_among_equals_the_newest_comes_first(tmp_path: Path) -> None:
    days = ["2020-01-01", "2022-01-01T08:00:00+07:00", "2021-01-01"]
    layout = build(tmp_path, *({"title": "Lễ ký kết", "published_at": day} for day in days))
    hits = hits_in(layout, "ký kết")
    assert [(hit.published_at or "")[:4] for hit in hits] == ["2022", "2021", "2020"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"published_from": "2021"}, {"b", "c", "d"}),
        ({"published_from": "2021-06"}, {"c", "d"}),
        ({"published_to": "2021"}, {"a", "b", "c"}),
        ({"published_to": "2021-06"}, {"a", "b", "c"}),
        ({"published_to": "2021-06-29"}, {"a", "b"}),
        ({"published_from": "2021-06-30", "published_to": "2021-06-30"}, {"c"}),
        ({}, {"a", "b", "c", "d", "e"}),
    ],
)
def test_dates_narrow_with_both_ends_counted_in(
    tmp_path: Path, filters: dict[str, Any], expected: set[str]
) -> None:
    days = {
        "a": "2020-12-31",
        "b": "2021-01-01",
        "c": "2021-06-30T23:59:00+07:00",
        "d": "2022-01-01",
    }
    dated = ({"title": f"{name} tin", "published_at": day} for name, day in days.items())
    layout = build(tmp_path, *dated, {"title": "e tin"})
    assert {title[0] for title in titles(layout, "tin", **filters)} == expected


def test_one_portal_of_several(tmp_path: Path) -> None:
    build(tmp_path, {"title": "Tin của Hà Nội"})
    layout = build(tmp_path, {"title": "Tin của Huế"}, portal="hue-sotttt")
    assert titles(layout, "tin", portals=("hue-sotttt",)) == ["Tin của Huế"]
    with pytest.raises(QueryError, match="it holds hanoi-sotttt, hue-sotttt"):
        titles(layout, "tin", portals=("hue",))


@pytest.mark.parametrize(
    "filters",
    [
        {"published_from": "2021-02-30"},
        {"published_from": "01/02/2021"},
        {"published_to": "2021-1"},
        {"published_from": "2022-01", "published_to": "2021"},
        {"portals": ("no such",)},
        {"author": "..."},
        {"has": ("money",)},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(good: Layout, filters: dict[str, Any]) -> None:
    with pytest.raises(QueryError):
        titles(good, "tin", **filters)


def test_pages_of_hits_and_their_number(tmp_path: Path) -> None:
    layout = build(tmp_path, *({"title": f"Tin {number}"} for number in range(5)))
    with reading(layout) as connection:
        search = Search(connection, parsed("tin"), Filters())
        pages = [
            [hit.rank for hit in search.hits("rank", limit=2, offset=offset)]
            for offset in (0, 2, 4, 6)
        ]
        counts = [search.count(most) for most in (4, 5)]
    assert pages == [[1, 2], [3, 4], [5], []]
    assert counts == [Count(4, is_more=True), Count(5, is_more=False)]


def patterns_of(text: str) -> list["re.Pattern[str]"]:
    query = parsed(text)
    row = query.in_a_row
    return [pattern(phrase) for phrase in (*query.phrases, *(() if row is None else (row,)))]


def hits_of(text: str, query: str) -> list[str]:
    found = excerpt([(text, patterns_of(query))])
    return [found.text[start:end] for start, end in found.hits]


def test_a_snippet_keeps_marks_and_shows_its_hits() -> None:
    text = "Đầu bài. " * 40 + "Hội nghị về chuyển đổi số tại Hòa Bình. " + "Cuối bài. " * 40
    assert hits_of(text, "chuyen doi so hoa binh") == ["chuyển", "đổi", "số", "Hòa", "Bình"]
    assert hits_of(text, '"chuyển đổi số"') == ["chuyển đổi số"]


def test_a_snippet_has_about_thirty_words_where_most_is_found() -> None:
    text = "Số một. " + "Lời thêm. " * 100 + "Chuyển đổi số quốc gia. " + "Lời thêm. " * 100
    found = excerpt([(text, patterns_of("chuyển đổi số"))])
    assert "Chuyển đổi số quốc gia" in found.text
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert len(found.text.split()) == 32


def test_a_snippet_without_hits_is_the_beginning() -> None:
    found = excerpt([(text, patterns_of("khác")) for text in (None, "", "Mở đầu bài viết")])
    assert (found.text, found.hits) == ("Mở đầu bài viết", ())


def broken_archive(folder: Path) -> Layout:
    """What cleaning gives of articles with and without broken entities."""
    return build(
        folder,
        {
            "title": "Phograve;ng dịch",
            "lead": "Lời dẫn.",
            "body": "Đầu bài.\n\nC&#244;ng t&#225;c phograve;ng chống dịch.\n\nCuối bài.",
            "repaired_words": "Phòng dịch\nCông tác phòng chống dịch.",
        },
        {"title": "Phòng một cửa", "body": "Công tác phòng chống lụt."},
        {"title": "Phong trào", "body": "Công tác khác."},
    )


@pytest.mark.parametrize(
    ("text", "exact", "count"),
    [
        ("phòng", False, 2),
        ("phong", False, 3),
        ("phòng", True, 1),
        ('"phòng chống dịch"', False, 1),
        ('"phòng chống dịch"', True, 0),
        ('"phong chong dich"', False, 1),
        ("cuối phòng dịch", False, 1),
        ("phograve", False, 1),
    ],
)
def test_broken_words_are_found_as_they_were_meant_and_as_they_stand(
    tmp_path: Path, text: str, exact: bool, count: int
) -> None:
    assert len(titles(broken_archive(tmp_path), text, exact=exact)) == count


def test_a_hit_in_mended_words_alone_shows_the_mended_passage(tmp_path: Path) -> None:
    (hit,) = hits_in(broken_archive(tmp_path), '"phòng chống dịch"')
    assert hit.title.text == "Phograve;ng dịch"
    assert hit.snippet.text == "Công tác phòng chống dịch."
    assert [hit.snippet.text[slice(*span)] for span in hit.snippet.hits] == ["phòng chống dịch"]


def test_a_hit_in_the_text_as_it_stands_shows_that(tmp_path: Path) -> None:
    (hit,) = hits_in(broken_archive(tmp_path), "cuối")
    assert hit.snippet.text.endswith("Cuối bài.")
