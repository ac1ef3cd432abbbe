"""Whose name a line gives that signs a text: forms as portals write them, names made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.words.people import is_person
from portal_crawler.cleaning.words.place_dates import is_place_and_date
from portal_crawler.cleaning.words.signed_lines import author_of, source_behind
from tests.cleaning.pages import SENTENCE, read_liferay


@pytest.mark.parametrize(
    "line",
    [
        "Hà Nội, ngày 12 tháng 11 năm 1982",
        "TP. Hồ Chí Minh, 3/2021",
        "Hà Nội, tháng 5-2020",
        "Hà Nội, 12.11.1982",
        "(Hà Nội, 3/2021)",
        "Hồ Chí Minh, 5/2020",
        "Lâm Phước, ngày … tháng … năm 2021",
        "Lâm Phước, ngày tháng 3 năm 2021",
        "Yên Trung, mùa Thu 2020",
        "Yên Trung, Xuân Tân Sửu 2021",
        "Hà Nội, những ngày tháng Tám năm 2020",
        "Hoàng Mai, ngày 5 tháng 3 năm 2021",
        "Hà Nội 2021",
        "Ngày 5/3/2021",
        "8h30 ngày 5/3/2021",
        "Hanoi, November 12, 1982",
    ],
)
def test_a_place_and_a_date_are_no_author(line: str) -> None:
    assert (author_of(line), is_place_and_date(line)) == (None, True)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Lê Thị An, 12/3/2021", "Lê Thị An"),
        ("Hải An (12/3/2021)", "Hải An"),
        ("Hải An - 3/2021", "Hải An"),
        ("Minh Thu 12/2020", "Minh Thu"),
        ("Thanh tra Sở, 3/2021", "Thanh tra Sở"),
    ],
)
def test_whoever_signs_before_a_date_is_the_author(line: str, author: str) -> None:
    assert author_of(line) == author


@pytest.mark.parametrize(
    "behind",
    [
        " tổng hợp",
        " - Tổng hợp",
        " tổng hợp theo Báo Mẫu",
        " biên tập",
        " sưu tầm",
        " (chuyển thể văn bản)",
        " (biên tập)",
        " (sưu tầm và biên soạn)",
        " (Phó Giám đốc)",
        " (Sở Y tế)",
        " - Trưởng phòng Bưu chính",
        " – Chánh Văn phòng Sở",
        ", Phó Giám đốc Sở",
        " Phó Trưởng phòng",
        " - Chuyên viên",
        " - Phòng Tổng hợp",
        ", Văn phòng Sở",
        " - 0900 000 000",
    ],
)
@pytest.mark.parametrize("name", ["Hải An", "Lê Thị Minh An", "Hải An - Lê Chi"])
def test_what_someone_did_or_is_stands_behind_a_name_and_is_no_part_of_it(
    name: str, behind: str
) -> None:
    assert author_of(name + behind) == name


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("PV. Hải An", "Hải An"),
        ("Phóng viên Hải An", "Hải An"),
        ("Tin, bài: CTV Hải An", "Hải An"),
        ("Tác giả Hải An", "Hải An"),
        ("Phó Giám đốc Sở Lê Thị An", "Lê Thị An"),
        ("Sưu tầm: Hải An", "Hải An"),
        ("HA tổng hợp", "HA"),
        ("An (biên dịch từ tiếng Anh)", "An"),
        ("BBT tổng hợp", "BBT"),
    ],
)
def test_labels_and_positions_before_a_name_are_no_part_of_it(line: str, author: str) -> None:
    assert author_of(line) == author


@pytest.mark.parametrize(
    "name",
    [
        "Hải An - Lê Chi",
        "Phòng Kế hoạch - Tổng hợp",
        "Phòng Báo chí - Xuất bản - Truyền thông",
        "Đoàn Thanh niên Sở",
        "Nhóm PV",
        "PV",
        "Ban Biên tập",
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        "Nhà báo và Công luận",
        "chinhphu.example.vn",
    ],
)
def test_two_people_offices_and_newspapers_stay_whole(name: str) -> None:
    assert author_of(name) == name


@pytest.mark.parametrize("line", ["GIÁM ĐỐC", "Phó Giám đốc Sở", "Chánh Văn phòng", "Sưu tầm"])
def test_a_rank_without_a_name_is_nobody(line: str) -> None:
    assert author_of(line) is None


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Hải An (Theo Báo Mẫu)", "Báo Mẫu"),
        ("Hải An - Báo Mẫu", "Báo Mẫu"),
        ("Hải An/TTXVN", "TTXVN"),
        ("Hải An tổng hợp theo vidu.gov.vn", "vidu.gov.vn"),
        ("Hải An - Trưởng phòng", None),
        ("Hải An", None),
    ],
)
def test_an_agency_behind_a_name_is_the_source(line: str, source: str | None) -> None:
    assert source_behind(line) == source


@given(st.text(alphabet="Hải An-–,()/. 12tổng hợpPhòng", max_size=400))
def test_an_author_stands_in_its_line_and_is_read_once(line: str) -> None:
    author = author_of(line)
    assert author is None or author in " ".join(line.split())


@pytest.mark.parametrize(
    "name",
    ["Lê Văn An", "Hải Yến", "Linh Phạm", "Nguyễn Văn Thư", "PHẠM AN", "Le Van An", "Đoàn An"],
)
def test_names_of_persons_are_told_by_surname_or_given_name(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    "words",
    [
        "An",
        "Ad Min",
        "Admin Portal",
        "Ban Biên Tập",
        "Văn Thư",
        "Van Thu",
        "Đoàn Thanh Niên",
        "Công Nghệ Thông Tin",
        "Hà Nội",
        "Ha Noi",
        "Thanh Tra Sở",
        "TTCNTT",
        "quantri",
        "thu-huong.le",
        "Sở Thông tin",
        "Trưởng Phòng",
        "Super User",
    ],
)
def test_accounts_offices_and_places_are_no_persons(words: str) -> None:
    assert not is_person(words)


# Documents that an article quotes


def quoted(*lines: str, align: str = "right") -> str:
    return "".join(f'<p align="{align}">{line}</p>' for line in lines)


SIGNATURES = [
    ("TM. CHÍNH PHỦ", "THỦ TƯỚNG", "(đã ký)", "Lê Văn An"),
    ("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG", "Đã ký", "Lê Văn An"),
    ("T/M BAN TỔ CHỨC", "Lê Văn An"),
    ("TL.GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "Lê Văn An"),
    ("THAY MẶT ỦY BAN", "Chủ tịch", "Lê Văn An"),
    ("Thủ tướng", "Lê Văn An"),
    ("GIÁM ĐỐC", "TS. Lê Văn An"),
    ("(Đã ký) Lê Văn An",),
    ("Đã ký: Lê Văn An",),
    ("GIÁM ĐỐC Lê Văn An",),
    ("KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC (đã ký) Lê Văn An",),
    ("Hà Nội, ngày 12 tháng 11 năm 1982", "Lê Văn An"),
    ("(Ký tên, đóng dấu)", "Lê Văn An"),
    ("Nơi nhận:", "- Như trên;", "- Lưu: VT.", "Lê Văn An"),
    ("CHỦ TỊCH NƯỚC", "Hồ Chí Minh"),
    ("Hà Nội, ngày 12 tháng 11 năm 1950", "Hồ Chí Minh"),
    ("PHÓ CHỦ TỊCH THƯỜNG TRỰC", "Lê Văn An"),
    ("THỦ TƯỚNG CHÍNH PHỦ", "Lê Văn An"),
    ("GIÁM ĐỐC ĐIỀU HÀNH", "Lê Văn An"),
    ("CHỦ NHIỆM", "Lê Văn An"),
    ("TRƯỞNG TIỂU BAN", "Lê Văn An"),
    ("NGƯỜI PHÁT NGÔN", "Lê Văn An"),
    ("ĐẠI SỨ", "Lê Văn An"),
    ("NGƯỜI LẬP BIỂU", "Lê Văn An"),
]


@pytest.mark.parametrize("lines", SIGNATURES, ids=" / ".join)
@pytest.mark.parametrize("align", ["right", "center"])
def test_who_signed_a_quoted_document_is_no_author_and_stays_in_the_text(
    lines: tuple[str, ...], align: str
) -> None:
    marked = quoted(*(f"<b>{line}</b>" for line in lines), align=align)
    article = read_liferay(f"<p>{SENTENCE}</p>{marked}")
    assert article.author is None
    assert article.body == "\n\n".join((SENTENCE, *lines))


@pytest.mark.parametrize("lines", SIGNATURES, ids=" / ".join)
def test_a_byline_behind_a_quoted_documents_signature_is_the_author(lines: tuple[str, ...]) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{quoted(*lines, 'Hải An (tổng hợp)')}")
    assert article.author == "Hải An"
    assert article.body == "\n\n".join((SENTENCE, *lines))


@pytest.mark.parametrize(
    "before",
    [
        "Giám đốc Sở đã ký kết thỏa thuận.",
        "Thay mặt lãnh đạo Sở, ông xin cảm ơn.",
        "Chữ ký số là gì",
        "Chủ tịch xã dự.",
        "Nơi nhận hồ sơ: Bộ phận một cửa",
        "Q. Hoàn Kiếm",
    ],
)
def test_sentences_with_the_words_of_signatures_hide_no_byline(before: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p><p>{before}</p>{quoted('Hải An')}")
    assert (article.author, article.body) == ("Hải An", f"{SENTENCE}\n\n{before}")


@pytest.mark.parametrize(
    "lines", [("Hải An", "Hà Nội, 3/2021"), ("Hà Nội, 3/2021", "Hải An")], ids=" / ".join
)
def test_a_place_and_a_date_beside_the_byline_belong_to_the_text(lines: tuple[str, ...]) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{quoted(*lines)}")
    assert (article.author, article.body) == ("Hải An", f"{SENTENCE}\n\nHà Nội, 3/2021")


@pytest.mark.parametrize(
    "above",
    [
        "Đại diện Ban Tổ chức",
        "Thay mặt Ban Tổ chức",
        "Thân ái",
        "Trân trọng!",
        "Chào thân ái và quyết thắng!",
    ],
)
def test_who_signs_a_letter_or_for_an_office_is_no_author(above: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{quoted(above, 'Lê Văn An')}")
    assert (article.author, article.body) == (None, f"{SENTENCE}\n\n{above}\n\nLê Văn An")


# Lines to the right that sign nothing

CLOSING = [
    "(Còn nữa)",
    "Còn tiếp",
    "(Hết)",
    "HẾT",
    "THE END",
    "Đơn vị: tỷ đồng",
    "ĐVT: đồng",
    "Trân trọng cảm ơn!",
    "ĐT: 0900 000 000",
    "Hotline: 0900 000 000",
    "Hà Nội",
    "HÀ NỘI",
    "Hải Phòng",
    "Việt Nam",
    "TP. Hồ Chí Minh",
    "TP.HCM, 12/3",
    "Hà Nội, Xuân Tân Sửu",
    "Video: Hải Yến",
    "Đồ họa: Hải Yến",
    "Trình bày: Hải Yến",
]


@pytest.mark.parametrize("line", CLOSING)
def test_a_line_that_signs_nothing_belongs_to_the_text(line: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{quoted(line)}")
    assert (article.author, article.body) == (None, f"{SENTENCE}\n\n{line}")


@pytest.mark.parametrize("line", CLOSING)
def test_a_byline_beside_a_line_that_signs_nothing_is_the_author(line: str) -> None:
    for lines in (("Hải An", line), (line, "Hải An")):
        article = read_liferay(f"<p>{SENTENCE}</p>{quoted(*lines)}")
        assert (article.author, article.body) == ("Hải An", f"{SENTENCE}\n\n{line}")


def test_a_place_in_bold_at_the_end_stays_in_the_text() -> None:
    article = read_liferay(f"<p>{SENTENCE}</p><p><b>Hà Nội</b></p>")
    assert (article.author, article.body) == (None, f"{SENTENCE}\n\nHà Nội")


def test_thanks_in_an_interview_hide_no_byline() -> None:
    thanks = "<p><b>Xin trân trọng cảm ơn ông!</b></p>"
    assert read_liferay(f"<p>{SENTENCE}</p>{thanks}{quoted('Hải An')}").author == "Hải An"


SPOKEN = [
    "Phóng viên: Xin trân trọng cảm ơn ông.",
    "PV: Xin cảm ơn Ông",
    "Nhóm PV: – Trân trọng cảm ơn đồng chí.",
    "Phóng viên: Báo chí đóng vai trò thế nào?",
    "Phóng viên: Thưa bà, kết quả ra sao",
    "PV: Chúc ông mạnh khỏe.",
    "Hỏi: Vì sao phải chờ",
    "Bà Lê Mẫu: Xin cảm ơn.",
]


@pytest.mark.parametrize("line", SPOKEN)
@pytest.mark.parametrize("byline", ["", "Hải An"])
def test_a_sentence_behind_a_label_is_speech_and_stays_in_the_text(line: str, byline: str) -> None:
    for spoken in (f"<p>{line}</p>", quoted(line)):
        article = read_liferay(f"<p>{SENTENCE}</p>{spoken}{quoted(byline) if byline else ''}")
        assert (article.author, article.body) == (byline or None, f"{SENTENCE}\n\n{line}")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("PV: Vân Anh", "Vân Anh"),
        ("Bài: Dạ Thảo", "Dạ Thảo"),
        ("Tác giả: nhóm phóng viên.", "nhóm phóng viên"),
        ("Tác giả: Trung tâm công nghệ thông tin.", "Trung tâm công nghệ thông tin"),
        ("PV: Thanh tra sở thông tin.", "Thanh tra sở thông tin"),
    ],
)
def test_a_name_behind_a_label_is_the_author(line: str, author: str) -> None:
    assert read_liferay(f"<p>{SENTENCE}</p><p>{line}</p>").author == author


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("Hải An/VOV", "Hải An", "VOV"),
        ("Hải An - VTV.vn", "Hải An", "VTV.vn"),
        ("Hải An (Dân trí)", "Hải An", "Dân trí"),
        ("Hải An (Báo Mẫu, 12/3/2021)", "Hải An", "Báo Mẫu"),
        ("Tuổi Trẻ", "Tuổi Trẻ", "Tuổi Trẻ"),
        ("Nhân Dân", "Nhân Dân", "Nhân Dân"),
        ("Tiền Phong", "Tiền Phong", "Tiền Phong"),
        ("Hà Nội mới", "Hà Nội mới", "Hà Nội mới"),
        ("ICTnews", "ICTnews", "ICTnews"),
        ("TTXVN/Vietnam+", "TTXVN/Vietnam+", "TTXVN/Vietnam+"),
        ("Internet", None, "Internet"),
        ("Tổng hợp theo TTXVN", None, "TTXVN"),
        ("Hải An, Hà Nội", "Hải An", None),
        ("Hải An 12/3", "Hải An", None),
        ("Khánh Hòa", "Khánh Hòa", None),
        ("Hoàng Mai", "Hoàng Mai", None),
        ("Hải An - Khánh Hòa", "Hải An - Khánh Hòa", None),
    ],
)
def test_newspapers_and_places_are_parted_from_those_who_sign(
    line: str, author: str | None, source: str | None
) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{quoted(line)}")
    assert (article.author, article.source, article.body) == (author, source, SENTENCE)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Ảnh: Lê Chi", None),
        ("Ảnh Lê Chi", None),
        ("Hải An, ảnh: Lê Chi", "Hải An"),
        ("Hải An (Ảnh: Lê Chi)", "Hải An"),
        ("Tin: Hải An; Ảnh: Lê Chi", "Hải An"),
        ("Bài: Hải An, ảnh: Lê Chi", "Hải An"),
        ("Ảnh: Lê Chi; Bài: Hải An", "Hải An"),
        ("Nội dung: Hải An - Trình bày: Lê Chi", "Hải An"),
        ("Bài, video: Hải An", "Hải An"),
        ("Bài và ảnh: Hải An", "Hải An"),
    ],
)
def test_who_took_the_pictures_is_no_author(line: str, author: str | None) -> None:
    assert author_of(line) == author


@pytest.mark.parametrize(
    "words", ["Trang Chủ", "Hoa Kỳ", "Vũ Trụ", "Bạch Long Vĩ", "Cửu Long", "Nhân Dân", "Tiền Phong"]
)
def test_places_newspapers_and_things_are_no_persons(words: str) -> None:
    assert not is_person(words)
