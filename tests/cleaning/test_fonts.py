"""Texts in the fonts from before Unicode, written by the public tables of TCVN3 and VNI."""

import unicodedata

import pytest

from portal_crawler.cleaning.problems import checked_article
from portal_crawler.cleaning.words.fonts import misread
from tests.cleaning.pages import SENTENCE, liferay_page, read

TEXT = (
    "Sáng ngày 15 tháng 3, Sở Thông tin và Truyền thông tổ chức hội nghị tổng kết công tác năm và "
    "triển khai nhiệm vụ mới. Đồng chí Giám đốc Sở chủ trì; dự hội nghị có lãnh đạo các phòng, đơn "
    "vị trực thuộc. Kết quả: 95% hồ sơ được giải quyết đúng hạn, người dân hài lòng. "
)

TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        "µ¶·\u00b8¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ\u00d7ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        strict=True,
    )
)
VNI_MARKS = {
    "\u0301": "ù",
    "\u0300": "ø",
    "\u0309": "û",
    "\u0303": "õ",
    "\u0323": "ï",
    "\u0302": "â",
    "\u0306": "ê",
    "\u0302\u0301": "á",
    "\u0302\u0300": "à",
    "\u0302\u0309": "å",
    "\u0302\u0303": "ã",
    "\u0323\u0302": "ä",
    "\u0306\u0301": "é",
    "\u0306\u0300": "è",
    "\u0306\u0309": "ú",
    "\u0306\u0303": "ü",
    "\u0323\u0306": "ë",
}
VNI_OWN = {**dict(zip("íìỉĩịơưỵđ", "íìæóòôöîñ", strict=True)), "Đ": "Ñ", "Ơ": "Ô", "Ư": "Ö"}


def in_tcvn3(text: str) -> str:
    capitals = {letter.upper(): sign for letter, sign in TCVN3.items() if letter.islower()}
    return "".join({**capitals, **TCVN3}.get(letter, letter) for letter in text)


def in_vni(text: str) -> str:
    written = []
    for letter in unicodedata.normalize("NFC", text):
        base, *marks = list(unicodedata.normalize("NFD", letter))
        if marks and marks[0] == "\u031b":
            base, marks = VNI_OWN["ơ" if base in "oO" else "ư"], marks[1:]
        sign = VNI_MARKS.get("".join(marks), "")
        written.append(VNI_OWN.get(letter) or base + sign)
    return "".join(written)


def test_the_tables_give_the_well_known_look() -> None:
    assert in_tcvn3("Sở Thông tin và Truyền thông") == "Së Th«ng tin vµ TruyÒn th«ng"
    assert in_vni("Sở Thông tin và Truyền thông") == "Sôû Thoâng tin vaø Truyeàn thoâng"
    assert in_vni("người được Đảng") == "ngöôøi ñöôïc Ñaûng"


@pytest.mark.parametrize(
    ("written", "code"), [(in_tcvn3(TEXT), "legacy-tcvn3"), (in_vni(TEXT), "legacy-vni")]
)
@pytest.mark.parametrize("length", [110, 160, len(TEXT)])
def test_a_text_in_a_font_from_before_unicode_is_named(
    written: str, code: str, length: int
) -> None:
    assert misread(written[:length]) == code


@pytest.mark.parametrize(("write", "code"), [(in_tcvn3, "legacy-tcvn3"), (in_vni, "legacy-vni")])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_an_article_in_such_a_font_is_marked_and_kept_as_it_is(write, code, encoding) -> None:  # type: ignore[no-untyped-def]
    page = liferay_page(f"<p>{write(TEXT)}</p>", title="Hoi nghi")
    article = read(page.encode(encoding, errors="ignore"))
    assert code in checked_article(article).problems
    assert write("Thông tin").replace("\u00ad", "") in (article.body or "")


def test_paragraphs_in_such_a_font_on_a_page_in_unicode_are_found() -> None:
    article = read(liferay_page(f"<p>{SENTENCE}</p><p>{in_tcvn3(TEXT)}</p><p>{SENTENCE}</p>"))
    assert checked_article(article).problems == ("legacy-tcvn3",)


@pytest.mark.parametrize(
    "sentence",
    [
        TEXT,
        "Le ministère des télécommunications a été créé à la fin de l'année dernière, et réélu. ",
        "Die Behörde für Straßenverkehr prüft jährlich über tausend Anträge auf Förderung. ",
        "The ministry was founded last year – its “café” serves naïve façades. ",
        "A criação do ministério não foi uma decisão fácil, disse à imprensa o próprio João. ",
        "Ráðuneytið var stofnað á síðasta ári og það þjónar öllum íbúum höfuðborgarsvæðisins. ",
        "Nhiệt độ 25°C ± 2°C, diện tích 12 m², độ ẩm ½ · ¼ · ¾ © 2020 ® « a » µm § 5 ",
        "25°C ±2°C, 12m², 3m³, ½ ¼ ¾, © 2020 ®, «a», 5µm, §5, £3, ¥4, 10\u00d710, 8÷2, ª º ",
    ],
)
def test_readable_languages_are_not_marked(sentence: str) -> None:
    assert misread(sentence * 6) is None
    assert misread(unicodedata.normalize("NFD", sentence * 6)) is None


def test_letters_of_another_single_byte_encoding_are_marked_as_unknown() -> None:
    russian = "Министерство связи провело совещание по итогам года и задачам на будущее. "
    assert misread((russian * 3).encode("koi8-r").decode("latin-1")) == "legacy-encoding"
