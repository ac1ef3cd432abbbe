import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.page.charset import decode, encoding_of
from portal_crawler.cleaning.problems import checked_article
from tests.cleaning.pages import TITLE, liferay_page
from tests.cleaning.pages import read as extraction_of

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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_and_marked(encoding: str) -> None:
    page = f'<html><head><meta charset="utf-8"></head><body><p>{SENTENCE}</p></body></html>'
    assert read(page.encode(encoding), "text/html; charset=utf-8") == (page, encoding, True)


def test_utf_16_as_the_header_says_is_read_also_where_no_markup_shows_it() -> None:
    text = "\u1ea1\u1ebf" * 600
    content = text.encode("utf-16-le")
    assert read(content, "text/html; charset=utf-16le")[0] == text


@pytest.mark.parametrize("name", ["unicode_escape", "utf-7", "punycode", "rot13", "idna", "x-user"])
def test_an_encoding_that_no_browser_knows_is_not_believed(name: str) -> None:
    page = f'<meta charset="{name}"><p>\\ud800 {SENTENCE}</p>'
    assert read(page.encode())[0] == page
    assert read(page.encode() + b"\xff", f"text/html; charset={name}")[0] == page + "\ufffd"


def read_as_windows_1252(text: str) -> str:
    """What a program makes of UTF-8 that it takes for windows-1252; as browsers decode it."""
    return "".join(
        bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode()
    )


def test_a_page_of_utf_8_that_was_read_as_windows_1252_is_put_right_and_marked() -> None:
    page = liferay_page(f"<p>{SENTENCE}</p>")
    decoded = decode(read_as_windows_1252(page).encode())
    assert (decoded.text, decoded.read_twice) == (page, True)
    article = extraction_of(read_as_windows_1252(page).encode())
    assert article.title == TITLE
    assert "read-twice-repaired" in article.problems


def test_a_text_read_twice_on_a_sound_page_is_left_alone_and_marked() -> None:
    wrong = read_as_windows_1252(SENTENCE * 2)
    article = extraction_of(liferay_page(f"<p>{SENTENCE}</p><p>{wrong}</p>").encode())
    assert "Truyá»\u0081n" not in (article.body or "")
    assert "Sá»Ÿ" in (article.body or "")
    assert "read-twice" in checked_article(article).problems


def test_a_page_with_one_letter_that_speaks_against_it_is_not_put_right() -> None:
    content = (read_as_windows_1252(SENTENCE * 3) + " 中").encode()
    assert not decode(content).read_twice


def test_nul_bytes_are_no_text() -> None:
    assert decode(b"a\0b").text == "ab"


@given(st.binary(), st.none() | st.text(max_size=40))
def test_any_bytes_under_any_header_become_text(content: bytes, content_type: str | None) -> None:
    assert "\0" not in decode(content, content_type).text


CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258", "cp1252", "gb18030")


@given(
    st.one_of(
        st.binary(),
        st.tuples(st.text(), st.sampled_from(CODECS)).map(
            lambda of: of[0].encode(of[1], errors="replace")
        ),
    ),
    st.none() | st.sampled_from([f"text/html; charset={codec}" for codec in CODECS]),
)
def test_the_encoding_alone_is_that_of_the_text(content: bytes, content_type: str | None) -> None:
    for page in (content, f"<p>{SENTENCE}</p>".encode() + content):
        assert encoding_of(page, content_type) == decode(page, content_type).encoding


FOREIGN = {
    "cp1251": "Сегодня в городе открылась выставка, на которой показали новые работы художников.",
    "koi8-r": "Сегодня в городе открылась выставка, на которой показали новые работы художников.",
    "cp1253": "Σήμερα στην πόλη άνοιξε η έκθεση με τα νέα έργα των καλλιτεχνών της χώρας.",
    "gb18030": "今天的会议在北京举行，一百多人参加了这次活动，中国的新计划是大家关心的事。" * 2,  # noqa: RUF001
    "big5hkscs": "今天的會議在台北舉行，一百多人參加了這次活動，國家的新計畫是大家關心的事。" * 2,  # noqa: RUF001
    "euc_kr": "오늘 서울에서 열린 회의에는 백 명이 넘는 사람들이 참가하였다고 한다는 것이다.",
    "cp932": "きょうの会議には百人をこえる人があつまり、あたらしい計画について話し合いました。",
    "iso8859-2": "Dziś w mieście otwarto wystawę, na której można zobaczyć prace żołnierzy.",
    "cp1250": "Dziś w mieście otwarto wystawę, na której można zobaczyć źródła.",
}


@pytest.mark.parametrize("encoding", FOREIGN)
def test_a_text_of_another_language_is_read_where_nothing_names_its_encoding(encoding: str) -> None:
    text = " ".join([FOREIGN[encoding]] * 3)
    decoded = decode(f"<html><body><p>{text}</p>".encode(encoding), "text/html")
    assert (text in decoded.text, decoded.guessed) == (True, True)


@pytest.mark.parametrize(
    ("name", "real", "text"),
    [
        ("gb2312", "gbk", "朱镕基说，陶喆的新歌"),  # noqa: RUF001
        ("big5", "big5hkscs", "今天的會議在台北舉行"),
        ("shift_jis", "cp932", "①きょうの会議"),
        ("euc-kr", "cp949", "오늘 펲의 회의"),
        ("iso-8859-9", "cp1254", "“Bugün” yapılan toplantı"),  # noqa: RUF001
    ],
)
def test_an_encoding_is_read_as_the_larger_one_as_in_browsers(
    name: str, real: str, text: str
) -> None:
    page = f"<meta charset={name}><p>{text}</p>".encode(real)
    decoded = decode(page, None)
    assert (text in decoded.text, decoded.guessed) == (True, False)


@pytest.mark.parametrize("name", ["gb2312", "windows-1251"])
def test_a_few_broken_bytes_do_not_change_the_named_encoding(name: str) -> None:
    text = FOREIGN["gb18030" if name == "gb2312" else "cp1251"] * 9
    page = f"<meta charset={name}><p>{text}</p>".encode(name) + b"\x98\xff</p>"
    assert text in decode(page, None).text
