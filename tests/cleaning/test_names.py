"""Whose names a page gives: forms as Vietnamese portals write them, names made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.fields import person_behind
from portal_crawler.cleaning.words.names import account_of, credit_of, is_account, source_of

LONG = "Các đại biểu tham quan triển lãm"


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        (f"{LONG} (Ảnh: Hòa An)", "Hòa An"),
        (f"{LONG}. Ảnh: Hòa An", "Hòa An"),
        (f"{LONG} Ảnh: HNP", "HNP"),
        (f"{LONG}. Ảnh HNP", "HNP"),
        (f"{LONG} - Ảnh Hòa An", "Hòa An"),
        (f"{LONG}. ( Ảnh Hòa An)", "Hòa An"),
        (f"{LONG} (Ảnh: Hòa An – Báo Mẫu).", "Hòa An – Báo Mẫu"),
        (f"{LONG} (Ảnh tư liệu TTXVN)", "TTXVN"),
        (f"{LONG} (Ảnh minh họa: Internet)", "Internet"),
        (f"{LONG}. Ảnh: Nguồn Internet", "Internet"),
        (f"{LONG} (nguồn: vidu.vn)", "vidu.vn"),
        (f"{LONG}. (Nguồn https://vidu.vn)", "https://vidu.vn"),
        ("Ảnh minh họa (http://vidu.edu.vn/)", "http://vidu.edu.vn/"),
        ("Nguồn ảnh: vidu.gov.vn", "vidu.gov.vn"),
        (f"{LONG} (Ảnh, clip: Hòa An)", "Hòa An"),
        (f"{LONG} (Ảnh 1 - Hòa An - Báo Mẫu )", "Hòa An - Báo Mẫu"),
        ("Ảnh: Cổng Thông tin Dịch vụ công tỉnh Hòa An", "Cổng Thông tin Dịch vụ công tỉnh Hòa An"),
    ],
)
def test_a_captions_end_names_who_took_the_picture(caption: str, credit: str) -> None:
    assert credit_of(caption) == credit


@pytest.mark.parametrize(
    "caption",
    [
        None,
        LONG,
        "Ảnh minh họa",
        "(Ảnh minh họa)",
        "Hình 1 - Trạm gốc",
        "(Ảnh Bí thư, Phó Bí thư Chi bộ nhiệm kỳ 2020 - 2022)",
        "Ảnh: Quang cảnh buổi lễ khai mạc tại Nhà văn hóa",
        "Ảnh: Đài Truyền thanh trao quà cho học sinh nghèo",
        f"{LONG} (Ảnh 1 - Trạm gốc)",
        "Tập thể hai đơn vị chụp ảnh lưu niệm",
        f"{LONG} (Ảnh sưu tầm)",
        f"{LONG} (phố Ví Dụ, quận Mẫu)",
    ],
)
def test_a_caption_without_a_name_has_no_credit(caption: str | None) -> None:
    assert credit_of(caption) is None


@given(st.text(alphabet="Ảnhnguồ:;(). –-A", max_size=400))
def test_a_credit_stands_in_its_caption(caption: str) -> None:
    credit = credit_of(caption)
    assert credit is None or credit in caption


@given(st.text(alphabet="TheoNguồn :().A", max_size=60))
def test_a_source_is_read_once(text: str) -> None:
    source = source_of(text)
    assert source is None or source_of(source) == source


@pytest.mark.parametrize("name", ["Admin2", "i:0#.w|so\\hoa", "hoa.an@so.example", "Super User"])
def test_login_names_are_accounts(name: str) -> None:
    assert is_account(name)


def test_what_stands_in_brackets_behind_a_name_is_the_accounts_and_not_the_authors() -> None:
    account = account_of("Đăng bởi: Lê Thị Minh An (admin) | 08:00")
    assert (account, person_behind(account)) == ("Lê Thị Minh An (admin)", "Lê Thị Minh An")
    assert account_of("(Lê An)") == account_of("Lê An (12/3/2021)") == "Lê An"
