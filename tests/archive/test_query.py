"""A query as a person types it becomes what an article must hold, or a refusal with a caret."""

import unicodedata
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.database.reading import reading
from archive.errors import QueryError
from archive.layout import Layout
from archive.search.candidates import candidates
from archive.search.filters import Filters
from archive.search.find import ORDERS, Search
from archive.search.matching import holds
from archive.search.query import MAX_LETTERS, MAX_WORDS, parsed
from archive.words.letters import spellings, without_marks


@pytest.mark.parametrize(
    ("query", "text", "is_held"),
    [
        ("chuyen doi", "Chuyển đổi số", True),
        ("chuyển doi", "chuyện đổi", False),
        ("đường", "duong", False),
        ("hoà bình", "Hòa Bình", True),
        ("kỹ thuật", "kĩ thuật", True),
        ("ky thuat", "kĩ thuật", True),
        ("thúy", "thúi", False),
        ("m2", "100 m²", True),
        ("m²", "100 m2", True),
        ("covid19", "dịch Covid-19", True),
        ("covid-19", "dịch Covid19", True),
        ('"covid 19"', "dịch covid19", True),
        ("10%", "tăng 10 % so với", True),
        ("10%", "tăng 10 lần", False),
        ("749/QĐ-TTg", "Quyết định 749/QĐ-TTg", True),
        ("749/QĐ-TTg", "QĐ 749 của TTg", False),
        ('"an toàn thông tin"', "an toàn, thông tin", True),
        ('"an toàn thông tin"', "thông tin an toàn", False),
        ("“an toàn”", "toàn an", False),
        ("bão AND lũ", "lũ và bão", True),
        ("bão OR lũ", "có lũ", True),
        ("bão or lũ", "có lũ", False),
        ("bão lụt OR lũ", "bão", False),
        ("bão NOT lũ", "bão lũ", False),
        ("bão -lũ", "bão lũ", False),
        ("bão −lũ", "bão lũ", False),
        ('bão -"lũ lụt"', "bão, lũ rồi lụt", True),
        ("chuyể*", "chuyển đổi", True),
        ("kyo*", "Kyoto", True),
        ("ky*", "kì họp", True),
        ('"chuyển đ*', "chuyển", None),
        ("title:bão", "bão", False),
        ("body:bão", "bão", True),
    ],
)
def test_a_text_is_found_or_not(query: str, text: str, is_held: bool | None) -> None:
    if is_held is None:
        with pytest.raises(QueryError):
            parsed(query)
        return
    assert holds(parsed(query).node, {"body": (text.lower(),)}) == is_held


@pytest.mark.parametrize(
    ("query", "text", "is_held"),
    [
        ("hoà", "hòa", False),
        ("hoa", "hòa", False),
        ("m2", "m²", False),
        ("covid19", "covid 19", False),
        ("covid19", "covid19", True),
        ("kỹ", "kĩ", False),
        ('"chuyển đổi"', "chuyển, đổi", True),
    ],
)
def test_exact_finds_words_as_typed(query: str, text: str, is_held: bool) -> None:
    assert holds(parsed(query, exact=True).node, {"body": (text,)}) == is_held


def test_a_query_typed_decomposed_is_the_same_query() -> None:
    text = "Chuyển đổi thuỷ lợi"
    assert parsed(unicodedata.normalize("NFD", text)) == parsed(text)


@pytest.mark.parametrize("text", ["", "   ", '""', "!!! --- ...", '"', "a\ud800b", "-lũ", "NOT lũ"])
def test_a_query_without_a_word_to_find_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match=r"give|needs|closed|set"):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "sentence", "column"),
    [
        ('tin "an toàn', "a quotation mark is not closed", 4),
        ("bão OR", "OR needs a word after it", 4),
        ("OR bão", "OR needs a word before it", 0),
        ("bão OR OR lũ", "OR needs a word before it", 7),
        ("bão NOT", "NOT needs a word after it", 4),
        ("bão " + "x" * (MAX_LETTERS + 1), "a word has more than 200 letters", 4),
        ("bão title:", "title: needs a word right after it", 4),
        ("bão title: lũ", "title: needs a word right after it", 4),
        ("bão title:-", "title: needs a word right after it", 4),
        ("tin chuy*n", "* stands at the end of a word", 8),
        ("tin *chuy", "* stands at the end of a word", 4),
        ("(bão OR lũ) tin", "parentheses do not group words", 0),
        ("\t\ttin 数字 x\u0323\u0303 OR", "OR needs a word after it", 13),
        ("tin c*", "give at least 2 letters", 4),
        ("% tin", "a sign needs a word", 0),
        ("tin OR % lũ", "a sign needs a word", 7),
        ("a " * 60 + '"b', "a quotation mark is not closed", 40),
    ],
)
def test_a_wrong_query_is_one_sentence_with_a_caret(text: str, sentence: str, column: int) -> None:
    with pytest.raises(QueryError) as error:
        parsed(text)
    _, caret = error.value.shown
    assert str(error.value).startswith(sentence)
    assert caret == "  " + " " * column + "^"


def test_too_many_words_are_refused() -> None:
    with pytest.raises(QueryError, match=f"more than {MAX_WORDS}"):
        parsed("a " * (MAX_WORDS + 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("quý", "qúy"),
        ("kỹ", "kĩ"),
        ("sỹ", "sĩ"),
        ("ly", "li"),
    ],
)
def test_two_spellings_are_one_word(one: str, other: str) -> None:
    assert spellings(one) == spellings(other)
    assert set(spellings(one)) == {one, other}


@pytest.mark.parametrize("word", ["hoàn", "hoa", "ngoài", "mùa", "của", "thúi", "y", "tuy", "cai"])
def test_other_words_have_one_spelling(word: str) -> None:
    assert spellings(word) == (word,)


def test_all_vietnamese_letters_fold_to_ascii() -> None:
    vowels = "aăâeêioôơuưy"
    letters = [
        unicodedata.normalize("NFC", vowel + tone)
        for vowel in vowels
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    ]
    for letter in ["đ", *letters]:
        assert without_marks(letter).isascii()
        assert without_marks(letter.upper()) == without_marks(letter)


@given(text=st.text() | st.text(alphabet='"*()^:-+ .aAàđANDORNEAR{}%\x00²1'), exact=st.booleans())
@example(text='" OR 1', exact=False)
@example(text="\U0001f600", exact=False)
@example(text="\u2177 \u00b2 \uff41 \u00df \u0149 \u0130", exact=True)
@example(text="a\u0345b", exact=False)
@settings(max_examples=300)
def test_any_text_searches_or_is_refused(good: Layout, text: str, exact: bool) -> None:
    with reading(good) as connection:
        try:
            query = parsed(text, exact=exact)
        except QueryError:
            return
        search = Search(connection, query, Filters())
        for order in ORDERS:
            list(search.hits(order, limit=3))


@given(st.lists(st.sampled_from(["thuỷ", "lợi", "doi", "số"]), min_size=1, max_size=MAX_WORDS))
def test_long_queries_are_within_the_bounds_of_full_text_search(
    good: Layout, words: list[str]
) -> None:
    with reading(good) as connection:
        for text in (" ".join(words), '"' + " ".join(words) + '"', " OR ".join(words)):
            Search(connection, parsed(text), Filters()).count()


@given(st.text(alphabet="aàbđ1²- .Yyi", min_size=1))
def test_each_word_of_a_text_finds_the_text(text: str) -> None:
    for word in text.split():
        try:
            query = parsed(word.lstrip("-"))
        except QueryError:
            continue
        assert holds(query.node, {"body": (text.lower(),)}), word


@pytest.mark.parametrize(
    "text",
    [
        "a " * MAX_WORDS,
        " OR ".join("ab" * (MAX_WORDS // 2)),
        " OR ".join(["a b"] * (MAX_WORDS // 2)),
        " OR ".join(["a -b"] * (MAX_WORDS // 2)),
        "a" + " -b" * (MAX_WORDS - 1),
        "a" + ' -"b c d"' * (MAX_WORDS // 3),
        " OR ".join(["title:ky*"] * MAX_WORDS),
        '"' + "ky " * MAX_WORDS + '"',
        "x" * MAX_LETTERS,
    ],
)
def test_the_largest_queries_are_answered(good: Layout, text: str) -> None:
    with reading(good) as connection:
        for order in ORDERS:
            search = Search(connection, parsed(text), Filters())
            assert len(list(search.hits(order, limit=3))) == min(3, search.count().number)


def test_what_finds_candidates_has_no_syntax_of_full_text_search() -> None:
    terms = candidates(parsed("a^b NEAR(c,d) {e}: f+g").node).expression
    assert set(chain(terms)) <= set('abcdefgnr+_=" ()AND')
