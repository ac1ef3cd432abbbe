import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.words.text import MOST_MARKS, REPLACED, clean, field

LONGEST_CLEANING_S = 5
"""By the square it takes ten minutes, in its length a tenth of a second."""


def test_nothing_that_is_settled_is_printable() -> None:
    # Texts of printable letters and single spaces are left as they are without another look.
    every = map(chr, range(0x110000))
    odd = [one for one in every if one in REPLACED or (one.isspace() and one != " ")]
    assert [one for one in odd if one.isprintable()] == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Hà\u00a0Nội \n\t nay ", "Hà Nội nay"),
        ("a\u2002b\u2009c\u202fd\u3000e", "a b c d e"),
        ("Việt\u200b Na\u00adm\ufeff", "Việt Nam"),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt"),
        ("\N{LATIN CAPITAL LETTER ETH}ống \N{LATIN CAPITAL LETTER ETH}a", "Đống Đa"),
        ("\uf0b7 Mục một", "- Mục một"),
        ("Số 749/Q\u0110-TTg, 42/2022/N\u0110-CP", "Số 749/QĐ-TTg, 42/2022/NĐ-CP"),
        ("\u0093trích\u0094 \u0096 5\u0080\u0081", "“trích” – 5€"),
        ("a\x00\x01b\x1f\x0bc\x7f\u202ed\u2066e", "ab cde"),
        ("a\ud800b\udfff", "a\ufffdb\ufffd"),
        ("hoà bình, khoẻ mạnh – “trích” …", "hoà bình, khoẻ mạnh – “trích” …"),
    ],
)
def test_text_is_cleaned_and_otherwise_kept_as_published(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_a_field_with_nothing_in_it_is_none() -> None:
    assert field(" \u00a0\u200b ") is None
    assert field("") is None
    assert field(None) is None


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_cleaned_text_is_composed_and_has_single_spaces(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert "\u00a0" not in cleaned
    assert "\u200b" not in cleaned


def test_a_letter_with_a_million_marks_is_cleaned_in_time() -> None:
    start = time.process_time()
    cleaned = clean("a" + "\u0301\u0323" * 500_000 + "b")
    assert time.process_time() - start < LONGEST_CLEANING_S
    assert cleaned.startswith("\u1ea1\u0323")
    assert cleaned.endswith("\u0301b")
    assert len(cleaned) <= MOST_MARKS + 2


def test_a_row_of_signs_is_no_row_of_marks() -> None:
    line = "★" * 600 + "…" * 600
    assert clean(line) == line


@given(st.text())
def test_both_ways_of_typing_a_letter_give_the_same_text(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(unicodedata.normalize("NFC", text))
