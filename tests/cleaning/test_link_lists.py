"""Rows and pagers of listings that nobody has described."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import ListedArticle
from portal_crawler.cleaning.listings.found import next_page, read_link_list
from portal_crawler.platforms.generic import article_key

URL = "http://so.example/tin-tuc"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
MENU = "".join(
    f'<li><a href="/muc-{n}/trang-gioi-thieu-chung-cua-so">Mục {n}</a></li>' for n in range(30)
)
SIDEBAR = "".join(
    f'<div class="box"><a href="/tin-tuc/tin-doc-nhieu-nhat-tuan-{n}.html">'
    f"Tin được nhiều bạn đọc quan tâm trong tuần số {n}</a></div>"
    for n in range(5)
)
SUMMARY = "Kế hoạch nêu rõ các nhiệm vụ mà từng phòng phải hoàn thành trước ngày cuối của tháng."


def title(number: int) -> str:
    return f"Sở công bố kế hoạch công tác của tháng thứ {number} trong năm"


def address(number: int) -> str:
    return f"/tin-tuc/so-cong-bo-ke-hoach-cong-tac-{100000 + number}.html"


def row(number: int, inside: str = "") -> str:
    return (
        f'<div class="item"><a class="anh" href="{address(number)}"><img src="/a.jpg"></a>'
        f'<h3><a href="{address(number)}">{title(number)}</a></h3>'
        f'<span class="ngay">0{number}/10/2026 | 08:30</span><p>{SUMMARY}</p>{inside}</div>'
    )


def listing(rows: str, after: str = "") -> bytes:
    return (
        f"<html><body><ul class=menu>{MENU}</ul><div id=main>{rows}</div>"
        f"<aside>{SIDEBAR}</aside>{after}</body></html>"
    ).encode()


def rows_of(page: bytes) -> tuple[ListedArticle, ...]:
    return read_link_list(page, URL, key=article_key, fetched_at=NOW).rows


def test_the_main_list_is_told_from_menus_and_sidebars() -> None:
    found = rows_of(listing("".join(map(row, range(1, 9)))))
    assert [one.title for one in found] == [title(number) for number in range(1, 9)]
    assert found[0] == ListedArticle(
        key="100001",
        url=f"http://so.example{address(1)}",
        title=title(1),
        date="2026-10-01T08:30:00+07:00",
    )


def test_a_featured_row_of_another_shape_is_a_row_too() -> None:
    first = (
        f'<div class="noi-bat"><h2><a href="{address(9)}">{title(9)}</a></h2>'
        f"<em>09/10/2026</em></div>"
    )
    found = rows_of(listing(first + "".join(map(row, range(1, 6)))))
    assert (found[0].title, found[0].date) == (title(9), "2026-10-09")
    assert len(found) == 6


def test_a_short_headline_in_its_place_is_a_row() -> None:
    short = row(3).replace(title(3), "Thông báo")
    found = rows_of(listing(row(1) + row(2) + short + row(4)))
    assert [one.title for one in found][2] == "Thông báo"


def test_a_link_inside_a_row_to_elsewhere_is_none() -> None:
    inside = '<a href="/muc/van-ban-chi-dao-dieu-hanh">Văn bản</a>'
    assert len(rows_of(listing(row(1, inside) + row(2, inside) + row(3, inside)))) == 3


@pytest.mark.parametrize(
    "page",
    [b"", b"<html>", b"\x00\xff", listing("").replace(b"/tin-tuc/", b"/x/")[:2000], b"<p>404</p>"],
)
def test_a_page_without_a_list_has_no_rows(page: bytes) -> None:
    assert [one for one in rows_of(page) if one.key.isdecimal()] == []


@pytest.mark.parametrize(
    ("said", "total"),
    [
        ("Hiển thị 1 - 20 of 2.952 kết quả.", 2952),
        ("Tổng số: 1.204 bản ghi", 1204),
        ("Tìm thấy 35 kết quả", 35),
        ("Trang 1 trong 20", None),
    ],
)
def test_the_portals_own_count_is_read(said: str, total: int | None) -> None:
    page = listing(row(1) + row(2), f"<p>{said}</p>")
    assert read_link_list(page, URL, key=article_key, fetched_at=NOW).total == total


@pytest.mark.parametrize(
    ("pager", "found"),
    [
        (
            '<ul><li><a href="?p=1">1</a><li><a href="?p=2">2</a><li><a href="?p=3">3</a></ul>',
            "?p=2",
        ),
        ('<a rel="next" href="/tin-tuc/page-2">Older</a>', "/page-2"),
        ('<link rel="next" href="/tin-tuc/page-2">', "/page-2"),
        ('<a href="/tin-tuc/trang-2.htm">Trang sau »</a>', "/trang-2.htm"),
        ('<a href="/tin-tuc?start=20">Tiếp</a>', "?start=20"),
        ("<a href=\"javascript:__doPostBack('x','Page$2')\">2</a>", None),
        ('<a href="/van-ban/2">2</a>', None),
        ("<p>2</p>", None),
    ],
)
def test_the_pager_leads_to_the_page_after(pager: str, found: str | None) -> None:
    following = next_page(listing(row(1) + row(2), pager), URL, 2, article_key).following
    assert following == (f"http://so.example/tin-tuc{found}" if found else None)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://so.example/vi/tin/-/view_content/4410140-thong-tin.html", "4410140"),
        ("http://so.example/tin/hoi-nghi-tong-ket-197250704101929995.htm", "197250704101929995"),
        (
            "http://so.example/tin/ke-hoach-cong-tac-nam-2022.html",
            "/tin/ke-hoach-cong-tac-nam-2022",
        ),
        ("http://so.example/Pages/View_Detail.aspx?ItemID=12", "/Pages/View_Detail?itemid=12"),
        ("http://so.example/tin/so-ket-cong-tac-quy?utm_source=fb", "/tin/so-ket-cong-tac-quy"),
        ("http://so.example/tin-tuc-su-kien", "/tin-tuc-su-kien"),
        ("http://so.example/gioi-thieu", None),
        ("http://so.example/", None),
        ("http://so.example/tai-lieu/quyet-dinh-so-12345.pdf", None),
        ("http://so.example/print/hoi-nghi-tong-ket-123456.html", None),
        ("http://so.example/tin/hoi-nghi-tong-ket-123456.html?print=1", None),
    ],
)  # fmt: skip
def test_addresses_of_articles_have_a_lasting_key(url: str, key: str | None) -> None:
    assert article_key(url) == key


@given(st.text(alphabet="<>/ahref=\"'lidv 12é", max_size=400))
def test_wild_markup_gives_rows_or_none_but_no_error(text: str) -> None:
    rows_of(text.encode())
    next_page(text.encode(), URL, 2, article_key)
