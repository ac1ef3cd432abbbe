"""Rows and pagers of listings that nobody has described."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import ListedArticle
from portal_crawler.cleaning.listings.article_keys import article_key, listed_key
from portal_crawler.cleaning.listings.found import LinkKeys, next_page, read_link_list
from portal_crawler.cleaning.listings.numbered_rows import numbered_rows

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
        ('<a href="/tin-tuc/2">2</a>', "/2"),
        ('<a href="/tin-tuc/2/">2</a>', "/2/"),
        ('<a href="/tin-tuc/2.html">2</a>', "/2.html"),
        ('<a href="/tin-tuc-2.html">2</a>', "-2.html"),
        ('<a href="/tin-tuc/20">2</a><a href="/tin-tuc/40">3</a>', "/20"),
        ("<a href=\"javascript:__doPostBack('x','Page$2')\">2</a>", None),
        ('<a href="/van-ban/2">2</a>', None),
        ("<p>2</p>", None),
    ],
)
def test_the_pager_leads_to_the_page_after(pager: str, found: str | None) -> None:
    following = next_page(listing(row(1) + row(2), pager), URL, 2, article_key).following
    assert following == (f"http://so.example/tin-tuc{found}" if found else None)


KEYS = LinkKeys(article_key, listed_key)


def listed_rows(page: bytes) -> tuple[ListedArticle, ...]:
    return numbered_rows(read_link_list(page, URL, key=KEYS, fetched_at=NOW).rows)


MORE = ("Continue reading {}", "Xem tiếp: {}", "Đọc thêm", "Xem chi tiết", "Read more about {}")


@pytest.mark.parametrize("words", MORE)
def test_the_title_of_a_row_is_its_headline_wherever_else_the_row_links_to(words: str) -> None:
    def linked(number: int) -> str:
        more = words.format(f"“{title(number)} của sở, của ngành và của các phòng”")
        picture = f'<a href="{address(number)}" title="Ảnh: {title(number)} và hơn nữa"><img></a>'
        return row(number, f'{picture}<a class="xem" href="{address(number)}">{more}</a>')

    found = rows_of(listing("".join(map(linked, range(1, 5)))))
    assert [one.title for one in found] == [title(number) for number in range(1, 5)]


def test_the_title_of_a_linked_card_is_the_heading_inside() -> None:
    def card(number: int) -> str:
        inside = f"<img src=a.jpg><h3>{title(number)}</h3><p>{SUMMARY}</p>"
        return f'<div class="item"><a href="{address(number)}">{inside}</a></div>'

    found = rows_of(listing("".join(map(card, range(1, 5)))))
    assert [one.title for one in found] == [title(number) for number in range(1, 5)]


def headline(path: str, text: str) -> str:
    return f'<div class="item"><h3><a href="{path}">{text}</a></h3><p>{SUMMARY}</p></div>'


def test_a_short_address_among_the_headlines_is_an_articles() -> None:
    short = headline("/tin-tuc/khai-truong", "Sở khai trương thư viện")
    elsewhere = '<p>Mục <a href="/tin-tuc/thu-vien">Tin tức của thư viện và bạn đọc</a></p>'
    found = listed_rows(listing(row(1) + short + elsewhere + row(2) + row(3)))
    assert [one.key for one in found] == ["100001", "/tin-tuc/khai-truong", "100002", "100003"]


@pytest.mark.parametrize(
    "menu",
    [
        "<nav><ul>{}</ul></nav>",
        '<ul class="nav navbar-nav">{}</ul>',
        '<div id="mainMenu">{}</div>',
        '<div role="navigation">{}</div>',
    ],
)
def test_a_section_that_the_menu_links_is_no_row(menu: str) -> None:
    path, name = "/huong-dan-ky-thuat-cho-ba-con", "Hướng dẫn kỹ thuật cho bà con"
    shown = menu.format(f'<li><a href="{path}">{name}</a></li>')
    rows = "".join(map(row, range(1, 4))) + headline(path, name)
    assert path in [one.key for one in listed_rows(listing(rows))]
    assert path not in [one.key for one in listed_rows(listing(rows, shown))]


def test_headlines_in_a_menu_stay_rows() -> None:
    """A ticker of the newest articles, and a class that is named like a menu's around the page."""
    texts = [f"Sở công bố kế hoạch công tác dài hơi của quý thứ {n} trong năm" for n in range(4)]
    rows = "".join(
        headline(f"/tin-tuc/cong-bo-ke-hoach-{'abcd'[n]}", text) for n, text in enumerate(texts)
    )
    ticker = f"<nav>{rows}</nav>"
    page = f'<body><div class="side-menu"><ul>{MENU}</ul>{rows}</div>{ticker}</body>'.encode()
    assert [one.title for one in listed_rows(page)] == texts


SLUGS = ("khai-truong", "tong-ket-nam", "hop-bao-quy-mot", "tap-huan", "trao-giai", "giao-luu")


def of_paths(*paths: str) -> list[str]:
    texts = (f"Sở mời họp báo về việc thứ {n} của quý này" for n in range(len(paths)))
    return [one.key for one in listed_rows(listing("".join(map(headline, paths, texts))))]


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ("/tin-tuc/nganh/{slug}-{n}.html", "tin-tuc/{n}"),
        ("/vi/tin-tuc/{n}-{slug}", "tin-tuc/{n}"),
        ("/en/tin-tuc/{n}/{slug}", "en/tin-tuc/{n}"),
        ("/{slug}-{n}.html", "{n}"),
        ("/index.php/tin-t-c/{n}-{slug}", "tin-t-c/{n}"),
    ],
)
def test_a_number_that_rows_have_at_one_place_is_their_id(form: str, key: str) -> None:
    paths = [form.format(slug=slug, n=n) for n, slug in enumerate(SLUGS, 36)]
    assert of_paths(*paths) == [key.format(n=n) for n in range(36, 42)]
    renamed = [form.format(slug=f"{slug}-moi", n=n) for n, slug in enumerate(SLUGS, 36)]
    assert of_paths(*renamed) == of_paths(*paths)


@pytest.mark.parametrize(
    "paths",
    [
        [f"/tin-tuc/lich-lam-viec-tuan-{n}.html" for n in range(40, 46)],
        [f"/tin-tuc/{slug}-nam-{n}.html" for n, slug in enumerate(SLUGS, 2018)],
        [f"/tin-tuc/{slug}-lan-thu-2.html" for slug in SLUGS],
        [f"/tin-tuc/{slug}-{n}.html" for n, slug in enumerate(SLUGS[:4], 40)],
        [f"/2023/05/{n}/{slug}/" for n, slug in enumerate(SLUGS, 10)],
        [*(f"/tin-tuc/{slug}-{n}.html" for n, slug in enumerate(SLUGS, 3)),
         "/tin-tuc/thong-bao-ve-viec-hop.html", "/tin-tuc/thong-bao-ve-viec-thi.html"],
    ],
    ids=["weeks", "years", "all alike", "too few", "days", "too few of them"],
)  # fmt: skip
def test_numbers_of_headlines_are_no_ids(paths: list[str]) -> None:
    assert of_paths(*paths) == [path.rstrip("/").removesuffix(".html") for path in paths]


@given(st.text(alphabet="<>/ahref=\"'lidv 12é", max_size=400))
def test_wild_markup_gives_rows_or_none_but_no_error(text: str) -> None:
    rows_of(text.encode())
    next_page(text.encode(), URL, 2, article_key)
