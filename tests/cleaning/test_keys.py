"""Which addresses are articles, and which number identifies them."""

import time

import pytest

from portal_crawler.cleaning.page.urls import LONGEST_ADDRESS_CHARS, absolute
from portal_crawler.platforms import generic, liferay6, mic_sharepoint, vccorp
from tests.support.taught import Taught

LIFERAY = "http://so.example.gov.vn"
MIC = "https://mic.example.gov.vn"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/vi/tin-tuc/-/view_content/1289050-luat-bao-chi.html", "1289050"),
        ("/tin-tuc/-/view_content/1289050-luat.html?redirect=%2Fvi&p_p_id=58", "1289050"),
        ("/vi/tin-tuc/-/view_content/1289050", "1289050"),
        ("/vi/tin-tuc/-/view_content/pop_up/1289050-luat.html?_101_viewMode=print", None),
        ("/vi/tin-tuc/-/view_content/1289050-luat.html?_101_viewMode=print", None),
        ("/vi/tin-tuc/-/view_content/1289050-luat.html?p_p_state=pop_up&a=1", None),
        ("/vi/tin-tuc/-/view_content/1289050-luat.html?print", None),
        ("/vi/print/-/view_content/1289050-luat.html", None),
        ("/vi/tin-tuc/-/view_content/1289050-print-3d.html?q=print-3d", "1289050"),
        ("/vi/tin-tuc/-/view_content/1289050-luat.html;jsessionid=1A2B.node1", "1289050"),
        ("/vi/tin-tuc/-/view_content/1289050;jsessionid=1A2B.node1", "1289050"),
        ("/vi/tin-tuc/-/view_content/1289050-luat.html?fbclid=1&utm_source=a#gsc.tab=0", "1289050"),
        ("/vi/tin-tuc/-/view_content/en/1289050-luat.html", None),
        ("/en/vi/tin-tuc/-/view_content/1289050-luat.html", None),
        ("/vi/tin-tuc/vi/-/view_content/1289050-luat.html", None),
        ("/vi/tin-tuc", None),
    ],
)
def test_a_liferay_article_is_known_by_its_leading_number(path: str, key: str | None) -> None:
    assert liferay6.article_key(LIFERAY + path) == key


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/Pages/TinTuc/100921/so-thong-tin--lao-cai.html", "197100921"),
        ("/pages/tintuc/100921/A.html", "197100921"),
        ("/mic_2020/Pages/TinTuc/138001/A.html", "197138001"),
        ("/Pages/TinTuc/tinchitiet.aspx?tintucid=100921", "197100921"),
        ("/mic_2020/pages/tintuc/TinChiTiet.aspx?a=1&TinTucID=100921", "197100921"),
        ("/Pages/TinTuc/tinchitiet.aspx?tintucid=x", None),
        ("/Pages/TinTuc/tinchitiet.aspx?tintucid=100921&print=1", None),
        ("/Pages/TinTuc/100921/A.html?print=true", None),
        ("/Pages/VanBan/100921/A.html", None),
    ],
)
def test_a_sharepoint_article_has_the_number_of_its_successor(path: str, key: str | None) -> None:
    assert mic_sharepoint.article_key(MIC + path) == key
    assert vccorp.article_key(MIC + path) == key


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/so-lao-cai-trien-khai-197100921.htm", "197100921"),
        ("/tin-tuc/hoi-nghi-197250704101929995.htm?utm_source=a", "197250704101929995"),
        ("/print/so-lao-cai-197100921.htm", None),
        ("/print/197100921.htm", None),
        ("/Print/so-lao-cai-197100921.htm", None),
        ("/en/print/so-lao-cai-197100921.htm", None),
        ("/so-lao-cai-197100921.htm?print=1", None),
        ("/van-ban-phap-luat/197100921.htm", None),
        ("/van-ban-phap-luat/thong-tu-197100921.htm", None),
        ("/tin-tuc-su-kien/trang-2.htm", None),
        ("/tin-tuc-su-kien.htm", None),
    ],
)
def test_a_vccorp_article_is_known_by_its_trailing_number(path: str, key: str | None) -> None:
    assert vccorp.article_key(MIC + path) == key


@pytest.mark.parametrize(
    "address",
    [
        "/news/print/tin-hoat-dong/hop-bao-cong-bo-ket-qua-123456.html",
        "/news/savefile/tin-hoat-dong/hop-bao-cong-bo-ket-qua-123456.html",
        "/index.php?language=vi&nv=news&op=print/tin/hop-bao-cong-bo-ket-qua-123456",
        "/tin-tuc/hop-bao-cong-bo-ket-qua-123456.html?print=1",
        "/vi/-/view_content/pop_up/123456-hop-bao-cong-bo.html?_101_viewMode=print",
    ],
)
def test_no_platform_takes_a_print_view_for_an_article(address: str) -> None:
    for platform in (liferay6, mic_sharepoint, vccorp, generic):
        assert platform.article_key(LIFERAY + address) is None


HOSTILE_BYTES = 400_000
SLOWEST_LOOK_S = 2
"""By the square each would take minutes."""


@pytest.mark.parametrize(
    "piece",
    [
        *(
            b"<ul ",
            b"<ul lfr-pagination-buttons ",
            b"<ul class=lfr-pagination-buttons>",
            b"<input ",
        ),
        *(b"<input id=hdZoneId", b" id=hdZoneId ", b"<a rel=next "),
    ],
)
def test_looking_for_the_next_page_takes_time_in_proportion(piece: bytes) -> None:
    body = b"<input " + piece * (HOSTILE_BYTES // len(piece))
    start = time.process_time()
    assert liferay6.Liferay6.next_listing(body, LIFERAY, 2) is None
    assert vccorp.VCCorp.next_listing(body, MIC, 2) is None
    assert Taught.next_listing(body, LIFERAY, 2) is None
    assert time.process_time() - start < SLOWEST_LOOK_S


@pytest.mark.parametrize(
    "piece", ["?", "/-", "-1", "&print", "/vi/-/view_content/", "1.", ";_=", "%2"]
)
def test_the_longest_address_is_looked_at_in_time(piece: str) -> None:
    address = f"{LIFERAY}/{piece * (LONGEST_ADDRESS_CHARS // len(piece))}"
    start = time.process_time()
    for platform in (liferay6, mic_sharepoint, vccorp, generic):
        platform.article_key(address)
    assert absolute(LIFERAY, address + "a" * 100) is None
    assert time.process_time() - start < SLOWEST_LOOK_S
