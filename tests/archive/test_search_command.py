"""`portal search` as it is typed: how many, filters, orders, counts, places, refusals."""

import csv
import io
import json
from functools import partial
from pathlib import Path

import pytest

from archive.layout import Layout
from archive.models import Article
from portal_crawler.cli import main
from tests.archive.building import ArchiveBuilder, page

Captured = pytest.CaptureFixture[str]


def edit(builder: ArchiveBuilder, *bodies: str) -> None:
    """Article 3 with one body after the other."""
    before = None
    for body in bodies:
        capture = builder.exchange("3", page(body))
        article = Article(url=capture.url, title="Bão số 3", body=body, published_at="2022-06-01")
        builder.put(partial(builder.store.articles.put, article, capture, lambda *_, a=before: a))
        before = article


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    builder = ArchiveBuilder(tmp_path_factory.mktemp("archive"))
    builder.article(
        "1", "Chuyển đổi số", body="Ở Thủ đô.", author="Lê Văn A", category="Tin tức",
        published_at="2021-05-01",
    )  # fmt: skip
    builder.article(
        "2", "=SUM(A1)", body="Số liệu chuyển sang đổi mới, covid19.", published_at="2022-05-01"
    )
    edit(builder, "Bão và lũ.", "Bão và lũ, cập nhật.")
    builder.listing("tin-tuc", "1", "3")
    return builder.close()


def search(archive: Layout, capsys: Captured, *words: str, code: int = 0) -> tuple[str, str]:
    assert main(["search", *words, "--archive", str(archive.folder)]) == code
    out, err = capsys.readouterr()
    return out, err


def keys(archive: Layout, capsys: Captured, *words: str) -> list[str]:
    out, _ = search(archive, capsys, *words, "--json")
    return [json.loads(line)["key"] for line in out.splitlines()]


def test_it_says_how_many_and_how_many_in_a_row(archive: Layout, capsys: Captured) -> None:
    out, err = search(archive, capsys, "chuyen doi so")
    assert err.splitlines()[0] == "2 articles, 1 with the words in a row"
    assert out.startswith("1. Chuyển đổi số\n   2021-05-01  hanoi-sotttt/1  ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("số", "-bão"), ["1", "2"]),
        (("-bão", "số"), ["1", "2"]),
        (("số", "--from", "2022-06"), ["3"]),
        (("số", "--category", "tin tuc"), ["1"]),
        (("số", "--section", "tin-tuc", "--sort", "newest"), ["3", "1"]),
        (("số", "--author", "văn a"), ["1"]),
        (("số", "--has", "version"), ["3"]),
        (("số", "--has", "image"), []),
        (("số", "--gone"), []),
        (("số", "--sort", "oldest", "--limit", "1", "--offset", "1"), ["2"]),
        (("title:số", "OR", "covid19"), ["1", "3", "2"]),
    ],
)
def test_filters_and_orders(
    archive: Layout, capsys: Captured, words: tuple[str, ...], expected: list[str]
) -> None:
    found = keys(archive, capsys, *words)
    assert sorted(found) == sorted(expected)
    assert "--sort" not in words or found == expected


def test_earlier_versions_are_found_if_asked_for_and_named(
    archive: Layout, capsys: Captured
) -> None:
    assert keys(archive, capsys, '"và lũ"', "-cập") == []
    out, err = search(archive, capsys, '"và lũ"', "-cập", "--versions")
    assert err.startswith("1 article\n")
    assert "version 1, not the newest" in out


def test_counts_by_year_as_a_table_json_and_csv(archive: Layout, capsys: Captured) -> None:
    table, _ = search(archive, capsys, "số", "--count-by", "year")
    assert table.split() == ["year", "articles", "2021", "1", "2022", "2"]
    lines, _ = search(archive, capsys, "số", "--count-by", "section", "--json")
    assert [json.loads(line) for line in lines.splitlines()] == [
        {"section": "tin-tuc", "articles": 2},
        {"section": None, "articles": 1},
    ]
    text, _ = search(archive, capsys, "số", "--count-by", "province", "--csv")
    assert text == "province,articles\nHà Nội,3\n"


def test_a_concordance_has_a_line_for_each_place(archive: Layout, capsys: Captured) -> None:
    out, _ = search(archive, capsys, "bão", "--kwic", "1", "--sort", "newest")
    assert out.splitlines() == [
        "2022-06-01  Bão số  [hanoi-sotttt/3]",
        "2022-06-01  Bão và  [hanoi-sotttt/3]",
    ]


def test_no_cell_is_a_formula(archive: Layout, capsys: Captured) -> None:
    out, _ = search(archive, capsys, "sum", "--csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["title"] == "'=SUM(A1)"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("bão", "OR"), "portal search: OR needs a word after it:\n  bão OR\n      ^\n"),
        (("bão", "--limit", "0"), "--limit takes 1 or more"),
        (("bão", "--kwic", "1000"), "--kwic takes 0 to 100 words"),
        (("bão", "--json", "--csv"), "leave one out"),
        (("bão", "--from", "2022-13"), "is not a date"),
        (("bão", "--portal", "hn"), "it holds hanoi-sotttt"),
    ],
)
def test_wrong_use_is_one_sentence(
    archive: Layout, capsys: Captured, words: tuple[str, ...], message: str
) -> None:
    _, err = search(archive, capsys, *words, code=2)
    assert message in err


def test_nothing_found_says_what_to_try(archive: Layout, capsys: Captured) -> None:
    out, err = search(archive, capsys, "đương")
    assert (out, err.splitlines()) == (
        "",
        ["0 articles", "No results. Diacritics you type must match; try without them."],
    )


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (
            ("bao", "--exact"),
            "No results. With --exact only words as typed are found; try without it.",
        ),
        (("bão", "--to", "2000"), "No results. Without the filters it would be 1 article."),
        (
            ("bão", "--section", "x"),
            "No results. Without the filters it would be 1 article. --count-by section lists",
        ),
        (("bão lụt",), "No results. Diacritics you type must match; try without them."),
        (("bao lut",), "No results. Each word must be in the article; try fewer words."),
        (("số", "--offset", "3"), "The last of them is number 3; give a smaller --offset."),
        (("số", "--offset", "9" * 30), "The last of them is number 3; give a smaller --offset."),
        (("số", "--limit", "9" * 30), "`portal show ID` shows one of them"),
        (("số", "--kwic", "2", "--limit", "3"), "`portal show ID` shows one of them"),
        (("số", "--kwic", "2", "--offset", "9"), "No place with this number; give a smaller"),
        (("author:lê", "--kwic", "2"), "No place to show: the words are in bylines"),
    ],
)
def test_the_last_line_says_what_to_do(
    archive: Layout, capsys: Captured, words: tuple[str, ...], advice: str
) -> None:
    _, err = search(archive, capsys, *words)
    assert err.splitlines()[-1].startswith(advice)


@pytest.mark.parametrize("form", [(), ("--csv",), ("--json",)])
@pytest.mark.parametrize(
    ("words", "cut"),
    [
        (("số", "--limit", "2"), "2 of 3 articles; --limit and --offset show more"),
        (("số", "--limit", "1", "--offset", "1"), "1 of 3 articles; --limit and --offset"),
        (("số", "--kwic", "2", "--limit", "2"), "2 of 3 places; --limit and --offset show more"),
        (("số", "--kwic", "2", "--limit", "1", "--offset", "1"), "1 of 3 places; --limit"),
        (("số", "--count-by", "year", "--limit", "1"), "1 of 2 counts; --limit and --offset"),
        (("số", "--limit", "3"), None),
        (("số", "--offset", "1"), None),
        (("số", "--kwic", "2", "--limit", "3"), None),
        (("số", "--count-by", "year", "--limit", "2"), None),
        (("số", "--limit", "2", "--quiet"), None),
    ],
)
def test_who_sees_a_part_is_told_of_how_many_in_every_form(
    archive: Layout,
    capsys: Captured,
    words: tuple[str, ...],
    cut: str | None,
    form: tuple[str, ...],
) -> None:
    _, err = search(archive, capsys, *words, *form)
    told = [line for line in err.splitlines() if "show more" in line]
    assert [line.startswith(str(cut)) for line in told] == ([True] if cut else [])


def test_places_are_counted_to_a_bound(tmp_path: Path, capsys: Captured) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Gió", body="gió " * 1030)
    layout = builder.close()
    _, err = search(layout, capsys, "gió", "--kwic", "0", "--csv")
    assert err.splitlines()[-1].startswith("20 of more than 1,020 places; ")
    _, err = search(layout, capsys, "gió", "--kwic", "0", "--csv", "--offset", "11")
    assert err.splitlines()[-1].startswith("20 of 1,031 places; ")


@pytest.mark.parametrize("kwic", [(), ("--kwic", "1")])
def test_ref_comes_first_in_csv_and_last_in_json(
    archive: Layout, capsys: Captured, kwic: tuple[str, ...]
) -> None:
    out, _ = search(archive, capsys, "thủ", *kwic, "--csv")
    assert [line.split(",")[0] for line in out.splitlines()] == ["ref", "hanoi-sotttt/1"]
    out, _ = search(archive, capsys, "thủ", *kwic, "--json")
    assert list(json.loads(out).items())[-1] == ("ref", "hanoi-sotttt/1")


def test_a_place_joined_is_the_text(archive: Layout, capsys: Captured) -> None:
    out, _ = search(archive, capsys, "covid", "--kwic", "2", "--json")
    (place,) = map(json.loads, out.splitlines())
    assert (place["before"], place["hit"], place["after"]) == ("đổi mới, ", "covid", "19.")


def test_a_place_in_an_earlier_version_names_it(archive: Layout, capsys: Captured) -> None:
    out, _ = search(archive, capsys, '"và lũ"', "-cập", "--versions", "--kwic", "0")
    assert out == "2022-06-01  và lũ  [hanoi-sotttt/3, version 1]\n"


def test_a_word_to_leave_out_may_come_first_and_hold_signs(
    archive: Layout, capsys: Captured
) -> None:
    for words in (
        ("-bão", "số"),
        ("-2022", "số"),
        ('-"số liệu"', "số"),
        ("-10%", "số"),
        ("-5g", "số"),
    ):
        assert keys(archive, capsys, *words)
    assert keys(archive, capsys, "số", "--sort", "newest", "-5g", "-bão") == ["2", "1"]


def test_an_archive_that_is_not_there_is_said(tmp_path: Path, capsys: Captured) -> None:
    search(Layout(tmp_path / "none"), capsys, "bão", code=2)
