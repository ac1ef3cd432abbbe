import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.charset import decode

SENTENCE = "Sở Thông tin và Truyền thông tổ chức hội nghị tại Đống Đa, người dân tham dự đông đủ. "


def in_windows_1258(text: str) -> bytes:
    """Windows writes the tone behind the letter; the letter itself may carry hat or horn."""
    written = []
    for letter in unicodedata.normalize("NFC", text):
        try:
            written.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", parts.replace(tone, ""))
            written.append(base.encode("cp1258") + tone.encode("cp1258"))
    return b"".join(written)


def read(content: bytes, content_type: str | None = None) -> tuple[str, str, bool]:
    decoded = decode(content, content_type)
    return unicodedata.normalize("NFC", decoded.text), decoded.encoding, decoded.guessed


def test_a_byte_order_mark_is_trusted_before_all_else() -> None:
    content = b"\xff\xfe" + f'<meta charset="utf-8">{SENTENCE}'.encode("utf-16-le")
    assert read(content) == (f'<meta charset="utf-8">{SENTENCE}', "utf-16-le", False)
    assert read(b"\xef\xbb\xbf" + SENTENCE.encode()) == (SENTENCE, "utf-8", False)


def test_utf_8_needs_no_declaration_and_no_header() -> None:
    assert read(SENTENCE.encode()) == (SENTENCE, "utf-8", False)


def test_a_header_that_contradicts_the_bytes_is_not_believed() -> None:
    assert read(SENTENCE.encode(), "text/html; charset=ISO-8859-1") == (SENTENCE, "utf-8", False)


def test_a_page_of_utf_8_that_calls_itself_western_is_read_and_marked() -> None:
    page = f'<meta charset="iso-8859-1">{SENTENCE}'
    assert read(page.encode()) == (page, "utf-8", True)


@pytest.mark.parametrize("declared", [True, False])
def test_windows_1258_is_read_by_the_pages_or_the_headers_word(declared: bool) -> None:
    page = f'<meta charset="windows-1258">{SENTENCE}' if declared else SENTENCE
    content_type = None if declared else "text/html; charset=windows-1258"
    assert read(in_windows_1258(page), content_type) == (page, "cp1258", False)


@pytest.mark.parametrize("head", ["", '<meta charset="windows-1252">', '<meta charset="utf-8">'])
def test_undeclared_or_mislabelled_windows_1258_is_guessed(head: str) -> None:
    page = head + SENTENCE * 3
    assert read(in_windows_1258(page)) == (page, "windows-1258", True)


def test_a_page_of_utf_8_with_a_few_broken_bytes_stays_utf_8() -> None:
    content = SENTENCE.encode() * 10 + "ộ".encode()[:2]
    text, encoding, guessed = read(content)
    assert (text[:-1], encoding, guessed) == (SENTENCE * 10, "utf-8", True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Së Th«ng tin vµ TruyÒn th«ng tæ chøc héi nghÞ t¹i §èng §a, ng­êi d©n tham dù ®«ng ®ñ. ",
        "Sôû Thoâng tin vaø Truyeàn thoâng toå chöùc hoäi nghò taïi Ñoáng Ña, ngöôøi daân. ",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_fonts_from_before_unicode_are_marked_and_left_alone(sentence: str, encoding: str) -> None:
    decoded = decode((sentence * 3).encode(encoding), "text/html; charset=iso-8859-1")
    assert decoded.legacy


@pytest.mark.parametrize(
    "sentence",
    [
        SENTENCE,
        "Le ministère des télécommunications a été créé à la fin de l'année dernière. ",
        "The ministry was founded last year. ",
    ],
)
def test_readable_languages_are_not_marked_as_legacy(sentence: str) -> None:
    assert not decode((sentence * 5).encode()).legacy


def test_nul_bytes_are_no_text() -> None:
    assert decode(b"a\0b").text == "ab"


@given(st.binary(), st.none() | st.text(max_size=40))
def test_any_bytes_under_any_header_become_text(content: bytes, content_type: str | None) -> None:
    assert "\0" not in decode(content, content_type).text
