"""What a person types becomes a full-text expression, never full-text syntax."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.database.reading import reading
from archive.errors import QueryError
from archive.layout import Layout
from archive.search.find import Filters, search
from archive.search.query import MAX_WORDS, parsed
from archive.search.vietnamese import folded, tone_placements


@pytest.mark.parametrize(
    ("text", "exact", "unmarked"),
    [
        ("chuyen doi", None, '"chuyen" AND "doi"'),
        ("chuyển đổi", '("chuyển") AND ("đổi")', None),
        ("Chuyển doi", '("chuyển")', '"doi"'),
        ("hoà bình", '("hòa" OR "hoà") AND ("bình")', None),
        ('"cong nghe"', None, '"cong nghe"'),
        ('"Sở Thông tin"', '("sở") AND ("thông")', '"sở thông tin"'),
        ("749/QĐ-TTg", '("qđ")', '"749 qd ttg"'),
        ("title:foo OR bar*", None, '"title foo" AND "or" AND "bar"'),
        ("NEAR(a b)", None, '"near a" AND "b"'),
    ],
)
def test_each_word_is_looked_up_where_its_marks_say(
    text: str, exact: str | None, unmarked: str | None
) -> None:
    query = parsed(text)
    assert (query.exact_match, query.folded_match) == (exact, unmarked)


def test_exact_takes_words_as_typed_in_one_index() -> None:
    query = parsed('hoà "chuyen doi"', exact=True)
    assert (query.exact_match, query.folded_match) == ('"hoà" AND "chuyen doi"', None)


def test_a_query_typed_decomposed_is_the_same_query() -> None:
    text = "Chuyển đổi thuỷ lợi"
    assert parsed(unicodedata.normalize("NFD", text)) == parsed(text)


@pytest.mark.parametrize("text", ["", "   ", '""', "!!! --- ...", '"', "a\ud800b"])
def test_what_holds_no_words_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(QueryError, match=r"give|write|set|leave"):
        parsed(text)


def test_an_open_quotation_mark_is_refused() -> None:
    with pytest.raises(QueryError, match="not closed"):
        parsed('"an toàn thông tin')


def test_too_many_words_are_refused() -> None:
    with pytest.raises(QueryError, match=f"at most {MAX_WORDS}"):
        parsed("a " * (MAX_WORDS + 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("khoẻ", "khỏe"), ("thuỷ", "thủy"), ("hoá", "hóa"), ("quý", "qúy")],
)
def test_both_placements_of_a_tone_are_one_word(one: str, other: str) -> None:
    assert set(tone_placements(one)) == set(tone_placements(other)) == {one, other}


@pytest.mark.parametrize("word", ["hoàn", "hoa", "ngoài", "mùa", "của", "tuyến", "đổi"])
def test_other_words_have_one_writing(word: str) -> None:
    assert tone_placements(word) == (word,)


def test_all_vietnamese_letters_fold_to_ascii() -> None:
    vowels = "aăâeêioôơuưy"
    letters = [
        unicodedata.normalize("NFC", vowel + tone)
        for vowel in vowels
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    ]
    for letter in ["đ", *letters]:
        assert folded(letter).isascii()
        assert folded(letter.upper()) == folded(letter)


@given(text=st.text() | st.text(alphabet='"*()^:-+ .aAàđANDORNEAR{}\x00'), exact=st.booleans())
@example(text='" OR 1', exact=False)
@example(text="\U0001f600", exact=False)
@example(text="\u2177 \u00b2 \uff41 \u00df \u0149 \u0130", exact=True)
@settings(max_examples=300)
def test_any_text_searches_or_is_refused(good: Layout, text: str, exact: bool) -> None:
    with reading(good) as connection:
        try:
            query = parsed(text, exact=exact)
        except QueryError:
            return
        search(connection, query, Filters())


@given(st.lists(st.sampled_from(["thuỷ", "lợi", "doi", "số"]), min_size=1, max_size=MAX_WORDS))
def test_long_queries_are_within_the_bounds_of_full_text_search(
    good: Layout, words: list[str]
) -> None:
    with reading(good) as connection:
        search(connection, parsed(" ".join(words)), Filters())
        search(connection, parsed('"' + " ".join(words) + '"'), Filters())
