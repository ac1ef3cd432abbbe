"""Entities as portals break them, and what people write that looks alike."""

import re
import time
import unicodedata
from html.entities import codepoint2name

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.entities import mended, mended_lines

TEXT = "Phòng Văn hóa xã Yên Định mở lớp học bơi “không thu phí” cho 120 em; xét cả em lớp ghép…"
NAMES = {chr(code): name for code, name in codepoint2name.items() if code >= 0xC0}
"""Of the letters and marks that have one; ồ, ị and the like have none."""

FORMS = {
    "without ampersand": "{};",
    "shown": "&{};",
    "escaped once more": "&amp;{};",
    "escaped twice more": "&amp;amp;{};",
    "escaped once more, without ampersand": "amp;{};",
    "with a blank before": "& {};",
    "with a blank behind": "&{} ;",
}


def named(text: str, form: str) -> str:
    return "".join(form.format(NAMES[letter]) if letter in NAMES else letter for letter in text)


def numbered(text: str, form: str) -> str:
    return "".join(form.format(ord(letter)) if ord(letter) >= 0xC0 else letter for letter in text)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_named_entities_are_mended_however_they_are_broken(form: str) -> None:
    assert mended(named(TEXT, form)) == TEXT
    assert mended(named(TEXT.upper(), form.upper())) == TEXT.upper()


@pytest.mark.parametrize(
    "form", ["&#{};", "&#x{:x};", "&#X{:04X};", "&amp;#{};", "& #{};", "&# {};", "#{};", "#x{:x};"]
)
def test_numbered_entities_are_mended_however_they_are_broken(form: str) -> None:
    assert mended(numbered(TEXT, form)) == TEXT


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("ph;ép, m;ét, X;ét, ngh;é, gi;é", "phép, mét, Xét, nghé, gié"),
        ("GIẤY PH;ÉP", "GIẤY PHÉP"),
        ("quán caf;é.", "quán café."),
        ("Hagrave; Nội 2008 &ndash; 2010", "Hà Nội 2008 – 2010"),
        ("Châu &Acirc;u, THOCIRC;NG, Ocirc;ng", "Châu Âu, THÔNG, Ông"),
        ("&nbsp; &nbsp;Sáng&nbsp;nay,&nbsp; Sở", "Sáng nay, Sở"),
        ("Tuần lễ&nbsp", "Tuần lễ"),
        ("&quot;Hà Nội&quot; quot;xanhquot; &#39;số&#039;", '"Hà Nội" "xanh" \'số\''),
        ("lớp &agravey, n&#224y, &ldquoHà", "lớp ày, này, “Hà"),
        ("AT&amp;T, TT&amp;amp;TT, TTamp;TT, TT &amp TT", "AT&T, TT&TT, TT&TT, TT & TT"),
        ("vigrave;; lagrave; ;", "vì; là ;"),
        ("&ETH;ường ETH;ê, &eth;ê, dstrok;i", "Đường Đê, đê, đi"),
        ("&#150; &#147;số&#148;", "– “số”"),
        ("120 msup2;, 37deg;C, 3times;4, &frac12;", "120 m², 37°C, 3\u00d74, ½"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("xo&aacute; d&#7845;u, a\u0301 a&#769;", "xoá dấu, á á"),
        ("bịaacute;&shy;n &#8203;ngu&#173;ồn", "bịán nguồn"),
        ("&#38;agrave; &#38;#38;#224;", "à à"),
        ("STT\tTecirc;n\nmột\thoagrave;", "STT\tTên\nmột\thoà"),
    ],
)
def test_what_was_meant_is_told(broken: str, meant: str) -> None:
    assert mended(broken) == meant


@pytest.mark.parametrize(
    "text",
    [
        "AT&T, R&D; S&P; H&M, TT&TT; LĐTB&XH;",
        "status quo; quo;",
        "hearing; sharing; insect; 100 yen; 5 euro; photocopy; engrave; subacute; teeth;",
        "đang; sang; chi; phi; lang; rang; tau;",
        "a;b; c;d",
        "http://a.vn/?a=1&copy=2&reg=3&agrave=1&nbsp=2&ndash-x=3",
        "for (i = 0; i < n && x; i++) { p = &q; y &= z; }",
        "color:#224; margin:0; #fff; #1234; bug #224; #225;",
        "luật;ép buộc, 2018;kỷ niệm, đo;Phương, UBND;ép, các chữ a;é;è",
        "loa, micro và amp; đầu đĩa, 5 amp; 220 V, stamp; lamp;",
        "37 deg; 3 times; rotate(45deg); sup2;",
        "&#0; &#xFFFFFF; &#1114112; &#; &; &foo; &#7;",
        "BTC, ETH; Elizabeth;",
        "BTC;ETH;USDT",
        "BTC, ETH;và",
    ],
)
def test_what_people_write_is_left(text: str) -> None:
    assert mended(text) == text


PIECES = (
    *("&", "amp", "amp;", ";", " ", "  ", "#", "x", "224", "7841", "agrave", "OCIRC", "nbsp;", "é"),
    *("É", "ph", "&#38;", "&#59;", "&#97;", "ndash", "\t", "\n", "\u0301", "A", "ETH", "quot;"),
    *("lt;", "times;", "3", "deg;", "m", "sup2;", "&#9;", "=", "&shy;", "Grave", "đ", "&#35;"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_mending_is_idempotent(text: str) -> None:
    once = mended(text)
    assert mended(once) == once
    assert list(mended_lines(once)) == []


@given(st.text(alphabet="aàăđêgiớnphtTĐ0123456789 .,:()“”–\n\t\u0301", max_size=80))
def test_text_without_ampersand_and_semicolon_is_untouched(text: str) -> None:
    assert mended(text) is text


@given(st.text(alphabet="aàăâbcdđeêghiklmnoôơpqrstuưvxyáảãạ .,;&", max_size=60))
def test_plain_words_are_untouched_whatever_stands_between_them(text: str) -> None:
    named_here = re.search(r"grave|acute|circ|tilde|&", text)
    assert named_here or mended(text) == text


@given(st.text(max_size=40))
def test_mended_lines_are_composed_and_collapsed(text: str) -> None:
    for line in mended_lines(text + "&agrave; &nbsp;"):
        assert unicodedata.is_normalized("NFC", line)
        assert all(cell == " ".join(cell.split()) for cell in line.split("\t"))


@pytest.mark.parametrize(
    "unit",
    [";", "&", "& ", "&#", "&amp;", "amp;", "&nbsp;", "agrave;", "#224;", ";é", "&agrave-", "a;b "],
)
def test_time_grows_with_the_length(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    before = time.process_time()
    mended(text)
    assert time.process_time() - before < 3
