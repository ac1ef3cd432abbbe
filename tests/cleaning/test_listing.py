import pytest

from archive.models import ListedArticle
from portal_crawler.cleaning.listings.declared import ListingPage, ListingProfile, read_listing
from portal_crawler.platforms import liferay6, vccorp
from tests.cleaning.pages import FETCHED_AT
from tests.support.portals import Wire

LIFERAY_LISTING = "http://so.example.gov.vn/vi/tin-tuc"


def liferay_row(number: int, title: str, date: str) -> str:
    href = f"/vi/tin-tuc/-/view_content/{number}-bai.html"
    return f"""<div class="asset-bounddary"><div class="asset-abstract">
<div class="asset-image"><a href="{href}"><img src="/{number}.jpg"></a></div>
<h3 class="asset-title"><a href="{href}">{title}</a></h3>
<div class="assetPublishDate block_timer">{date}&nbsp;|&nbsp;View count: 12</div></div></div>"""


def read_liferay(page: str, key=liferay6.article_key) -> ListingPage:  # type: ignore[no-untyped-def]
    return read_listing(
        page.encode(), LIFERAY_LISTING, liferay6.LISTING, key=key, fetched_at=FETCHED_AT
    )


def read_wire(page: str) -> ListingPage:
    return Wire.read_listing_page(page.encode(), "http://so.example/tin-tuc", FETCHED_AT, None)


def test_rows_come_in_page_order_with_duplicates_kept() -> None:
    rows = [
        liferay_row(9, "Bài\n chín", "Ngày đăng 24/08/2022 | 04:30 PM"),
        liferay_row(8, "Bài tám", "Ngày đăng 23/08/2022 | 12:00 AM"),
        liferay_row(9, "Bài chín", "hôm kia"),
    ]
    page = read_liferay("".join(rows))
    assert page.rows[0] == ListedArticle(
        key="9",
        url="http://so.example.gov.vn/vi/tin-tuc/-/view_content/9-bai.html",
        title="Bài chín",
        date="2022-08-24T16:30:00+07:00",
    )
    assert [(row.key, row.date) for row in page.rows[1:]] == [
        ("8", "2022-08-23T00:00:00+07:00"),
        ("9", None),
    ]


def test_the_portals_own_count_is_read_with_its_thousands() -> None:
    small = '<small class="search-results"> Hiển thị 1.321 - 1.340 of 2.952 kết quả. </small>'
    assert read_liferay(small).total == 2952
    assert read_liferay("<p>không có</p>").total is None


def test_rows_whose_address_has_no_key_are_no_articles() -> None:
    row = liferay_row(9, "a", "24/08/2022")
    assert read_liferay(row, key=lambda url: None).rows == ()
    assert read_liferay('<div class="asset-abstract">không có liên kết</div>').rows == ()


def test_a_fragment_without_dates_gives_rows_without() -> None:
    fragment = """<div class="box-category-item" data-id="197250704101929995"><h3>
<a class="box-category-link-title" href="/bai-197250704101929995.htm" title="Bài dài"></a>
</h3></div>
<div class="box-category-item"><h3><a class="box-category-link-title" href="/print/b-1.htm">b</a>
</h3></div>"""
    page = read_listing(
        fragment.encode(),
        "https://bo.example.gov.vn/timelinelist/7/2.htm",
        vccorp.LISTING,
        key=vccorp.article_key,
        fetched_at=FETCHED_AT,
    )
    assert page.rows == (
        ListedArticle(
            key="197250704101929995",
            url="https://bo.example.gov.vn/bai-197250704101929995.htm",
            title="Bài dài",
        ),
    )


def test_a_date_may_stand_in_an_attribute() -> None:
    profile = ListingProfile(row=(".news-item",), link=("a.x",), date=(".t::attr(title)",))
    row = (
        '<div class="news-item"><a class="x" href="/b.htm">b</a>'
        '<i class="t" title="15:28, 28/08/2025"></i></div>'
    )
    page = read_listing(
        row.encode(), "https://a.example/", profile, key=lambda url: url, fetched_at=FETCHED_AT
    )
    assert [listed.date for listed in page.rows] == ["2025-08-28T15:28:00+07:00"]


def test_an_empty_answer_is_an_empty_listing() -> None:
    assert read_liferay("") == ListingPage((), None)


@pytest.mark.parametrize(
    ("written", "total"),
    [("12.345", 12_345), ("1,000,000,000", 10**9), ("1000000001", None), (str(2**63), None),
     ("9" * 5000, None), ("0" * 5000 + "7", 7), ("²", None), ("-5", 5)],
)  # fmt: skip
def test_a_total_that_no_portal_has_is_none(written: str, total: int | None) -> None:
    page = f"<ul><li class=row><a href=/tin/1>Tin</a></li></ul><p class=total>{written}</p>"
    assert read_wire(page).total == total


def test_rows_dated_later_than_tomorrow_are_counted_and_given_no_date() -> None:
    dates = ("05/03/2024 08:00", "28/08/2026", "30/08/2026", "01/01/2099", "31/12/1996", "x")
    rows = "".join(
        f"<li class=row><a href=/tin/{number}>Tin</a><span class=date>{date}</span></li>"
        for number, date in enumerate(dates)
    )
    page = read_wire(f"<ul>{rows}</ul>")
    given = [row.date for row in page.rows]
    assert given == ["2024-03-05T08:00:00+07:00", "2026-08-28", None, None, None, None]
    assert page.later_dates == 2
