import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.text import clean, field


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


@given(st.text())
def test_both_ways_of_typing_a_letter_give_the_same_text(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(unicodedata.normalize("NFC", text))
