"""What is reported if saved pages and expected.json disagree, or expected.json has mistakes."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.errors import UsageError
from portal_crawler.expected.comparison import SavedFolder, compared
from portal_crawler.expected.folder import read_folder, text_of_expected
from portal_crawler.expected.form import (
    ADDRESS_KEYS,
    ARTICLE_KEYS,
    ARTICLE_PAGE_KEYS,
    FILE_KEYS,
    LISTING_KEYS,
    ROW_KEYS,
)
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt

HERE = Path(__file__).parent
FOLDER = read_folder(HERE / "hanoi-sotttt")
GUIDE = (HERE.parents[1] / "docs" / "PORTALS.md").read_text("utf-8")

Change = Callable[[dict[str, Any]], object]


def found_after(change: Change) -> list[str]:
    expected = copy.deepcopy(FOLDER.expected)
    assert isinstance(expected, dict)
    change(expected)
    return [str(each) for each in compared(HanoiSotttt, SavedFolder(expected, FOLDER.pages))]


FIRST = "articles[0] (article-class-for-the-elderly.html)"
LISTING = "listings[0] (listing.html)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda it: it.pop("origin"), "expected.json: key origin is missing; write a text"),
        (lambda it: it.update(origin="mine"), "expected.json: origin is 'mine'; write a text that"),
        (lambda it: it.update(article=[]), "key article is unknown; did you mean articles?"),
        (lambda it: it.update(articles={}), "expected.json: articles is {}; write a list"),
        (lambda it: it["articles"].insert(0, None), "articles[0]: is None; write an object"),
        (lambda it: it["articles"][0].pop("content_type"), f"{FIRST}: key content_type is missing"),
        (lambda it: it["articles"][0].pop("article"), f"{FIRST}: write either article, with its"),
        (lambda it: it["articles"][0].update(fetched_at="2022-08-27"), "write a time with its"),
        (lambda it: it["articles"][0].update(file="../a.html"), "write the name of a file in the"),
        (lambda it: it["articles"][0].update(file="a.html"), "the folder has no file a.html"),
        (
            lambda it: it["articles"][0]["article"].pop("lead"),
            f"{FIRST}: key article.lead is missing; write a text or null",
        ),
        (
            lambda it: it["articles"][0]["article"].update(led=None),
            f"{FIRST}: key article.led is unknown; did you mean lead?",
        ),
        (
            lambda it: it["articles"][0]["article"].update(body="one"),
            f"{FIRST}: article.body is 'one'; write a list of texts",
        ),
        (lambda it: it["listings"][0].pop("next"), f"{LISTING}: key next is missing"),
        (lambda it: it["listings"][0].update(page=0), f"{LISTING}: page is 0; write a number from"),
        (
            lambda it: it["listings"][0]["rows"][1].pop("date"),
            f"{LISTING}: key rows[1].date is missing; write a text or null",
        ),
        (lambda it: it.update(addresses={"1": {}}), "key addresses['1'].newest is missing"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_named_with_file_entry_and_key(change: Change, words: str) -> None:
    assert [each for each in found_after(change) if words in each]


def test_a_wrong_value_shows_both_values() -> None:
    def change(expected: dict[str, Any]) -> None:
        expected["articles"][0]["article"]["author"] = "Minh Khôi"

    assert found_after(change) == [
        f'{FIRST}: article.author differs\n    expected "Minh Khôi"\n    found    "Minh Khuê"'
    ]


def test_a_long_value_is_shown_around_the_difference() -> None:
    def change(expected: dict[str, Any]) -> None:
        article = expected["articles"][0]["article"]
        article["body"][1] = 300 * "x" + article["body"][1]

    (words,) = found_after(change)
    assert max(map(len, words.splitlines())) < 400
    assert words.splitlines()[1].endswith("…")


def test_a_paragraph_that_is_too_much_is_named_alone() -> None:
    def change(expected: dict[str, Any]) -> None:
        expected["articles"][0]["article"]["body"].insert(0, "Bản in")

    assert found_after(change) == [f'{FIRST}: article.body[0] was not found\n    expected "Bản in"']


def test_many_differences_of_one_list_are_counted() -> None:
    def change(expected: dict[str, Any]) -> None:
        expected["articles"][0]["article"]["tags"] = list(map(str, range(9)))

    assert found_after(change)[-1] == f"{FIRST}: article.tags: 4 more items differ"


def test_rows_and_pager_are_compared() -> None:
    def change(expected: dict[str, Any]) -> None:
        expected["listings"][0]["rows"].pop()
        expected["listings"][0]["rows"][0]["title"] = None
        expected["listings"][0]["next"] = None

    words = found_after(change)
    assert words[0] == f"{LISTING}: rows: 4 are expected, 5 were found"
    assert "rows[0].title differs\n    expected null\n    found" in words[1]
    assert f"{LISTING}: next differs\n    expected null" in words[2]


def test_a_page_that_gives_an_error_in_place_of_an_article_says_which() -> None:
    def change(expected: dict[str, Any]) -> None:
        expected["articles"][0]["file"] = "listing.html"
        expected["articles"][1].pop("article")
        expected["articles"][1]["raises"] = "NoTitleError"

    words = found_after(change)
    assert words[0].startswith("articles[0] (listing.html): no article was found: no title at http")
    assert "NoTitleError is expected, but an article was found: '" in words[1]


def test_a_key_of_another_article_and_addresses_that_are_none_are_named() -> None:
    def change(expected: dict[str, Any]) -> None:
        url = expected["articles"][0]["url"]
        expected["articles"][0]["key"] = "1"
        expected["addresses"] = {"2": {"newest": [], "older": [url]}}
        expected["no_articles"] = [url]

    key, other, form, none = found_after(change)
    assert key == f'{FIRST}: key differs\n    expected "1"\n    found    "4510002"'
    assert other.startswith("expected.json, addresses['2'].older[0]: http")
    assert form.endswith("the platform takes it for no older address")
    assert none.endswith("it is taken for an article, with the key '4510002'")


def test_a_folder_has_a_page_with_rows_two_articles_and_an_entry_for_each_page() -> None:
    def change(expected: dict[str, Any]) -> None:
        del expected["listings"][:], expected["articles"][1:]

    assert found_after(change) == [
        "expected.json: article-english-film.html has no entry; write one",
        "expected.json: article-lead-repeated.html has no entry; write one",
        "expected.json: listing.html has no entry; write one",
        "expected.json: listings has no page with rows; save a page of the portal's news",
        "expected.json: articles has 1 with title and body; at least two are needed",
    ]


@pytest.mark.parametrize("expected", [None, [], "text", 1])
def test_a_file_that_holds_no_object_is_reported(expected: object) -> None:
    (found,) = compared(HanoiSotttt, SavedFolder(expected, {}))
    assert "write an object" in str(found)


def test_a_file_that_is_missing_or_not_json_is_reported_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no expected.json; `portal check NAME --expected"):
        read_folder(tmp_path)
    (tmp_path / "expected.json").write_text("{'origin'")
    with pytest.raises(UsageError, match=r"expected.json is not JSON: .* line 1"):
        read_folder(tmp_path)


@pytest.mark.parametrize("path", sorted(HERE.parent.glob("p*/*/expected.json")), ids=str)
def test_the_written_form_is_that_of_the_files_here(path: Path) -> None:
    assert text_of_expected(json.loads(path.read_bytes())) == path.read_text("utf-8")


# The guide


def guides_example() -> dict[str, Any]:
    example = re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert example
    whole: dict[str, Any] = json.loads(example[1])
    return whole


def test_the_guides_example_of_the_file_has_no_mistake() -> None:
    found = [str(each) for each in compared(HanoiSotttt, SavedFolder(guides_example(), {}))]
    of_the_example = ("the folder has no file", "at least two are needed")
    assert [each for each in found if not any(words in each for words in of_the_example)] == []


def keys_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from keys_of(each)


def test_the_guide_explains_every_key_of_the_file() -> None:
    tables = (FILE_KEYS, LISTING_KEYS, ROW_KEYS, ARTICLE_PAGE_KEYS, ARTICLE_KEYS, ADDRESS_KEYS)
    keys = [key for table in tables for key in table]
    section = GUIDE.partition("## The rules of expected.json")[2].partition("\n## ")[0]
    assert {key.name for key in keys} <= set(re.findall(r"`(\w+)`", section))
    assert {key.name for key in keys if key.is_needed} <= set(keys_of(guides_example()))
