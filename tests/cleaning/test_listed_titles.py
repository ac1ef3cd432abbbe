"""The title of an article on a listing: which headline of the page it names."""

from datetime import UTC, datetime

import pytest

from archive.models import Article
from portal_crawler.cleaning.extraction import NoTitleError, extract
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.words.headlines import ListedTitle
from portal_crawler.learning.extract import extract_learned

NOW = datetime(2026, 11, 27, tzinfo=UTC)
URL = "http://so.example/tin/ke-hoach-trong-rung-1.html"
TITLE = "Sở ban hành kế hoạch trồng rừng ven biển năm 2024"
OTHER = "Khai giảng lớp tập huấn kỹ năng số cho cán bộ xã"
SENTENCES = (
    "Sáng nay, các đơn vị họp bàn việc trồng rừng phòng hộ dọc bờ biển phía nam của tỉnh nhà, nơi "
    "sóng lớn đã cuốn trôi hai dải phi lao.",
    "Mỗi xã nhận hai vườn ươm và cử người trông coi cây giống trong ba tháng đầu tiên của vụ, kể "
    "cả những ngày nghỉ và ngày lễ.",
    "Kinh phí lấy từ nguồn sự nghiệp môi trường, phần còn lại do các doanh nghiệp đóng góp, công "
    "khai từng quý tại trụ sở xã.",
    "Đến cuối năm, toàn tuyến sẽ có chín mươi hai héc ta rừng phi lao và rừng ngập mặn mới, gấp "
    "đôi diện tích của năm trước.",
)
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
LAYOUT = Profile(name="own", title=("h1", "h2"), body=("div.body",))


def page(heads: str, *, title: str = "Cổng thông tin điện tử", text: str = TEXT) -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{heads}"
        f'<div class="body">{text}</div></body></html>'
    ).encode()


def declared(html: bytes, listed: str | None) -> Article:
    return extract(html, URL, LAYOUT, fetched_at=NOW, listed_title=listed)


def general(html: bytes, listed: str | None) -> Article:
    return extract_learned(html, URL, None, fetched_at=NOW, listed_title=listed)


READERS = pytest.mark.parametrize("read", [declared, general])
TWO_HEADINGS = page(f"<h1>{OTHER}</h1><h1>{TITLE}</h1>")


@READERS
@pytest.mark.parametrize(
    "listed",
    [
        TITLE,
        TITLE.upper(),
        f"  {TITLE}. ",
        "Sở ban hành kế hoạch trồng rừng ven…",
        "Sở ban hành kế hoạch trồng rừng v...",
        "Sở ban hành kế hoạch trồng rừng [...]",
        f"Tin mới: {TITLE}",
    ],
)
def test_the_heading_that_a_listing_names_is_the_title(read, listed: str) -> None:
    article = read(TWO_HEADINGS, listed)
    assert article.title == TITLE
    assert not any(code.startswith("title-from") for code in article.problems)


@READERS
@pytest.mark.parametrize(
    "listed",
    [
        None,
        "",
        "…",
        "Đọc tiếp…",
        "Chi tiết",
        "Một tin hoàn toàn khác về chợ nổi trên sông",
        TITLE.replace("2024", "2023"),
        SENTENCES[0],
        " ".join(SENTENCES),
    ],
)
def test_a_title_that_names_no_heading_changes_nothing(read, listed: str | None) -> None:
    assert read(TWO_HEADINGS, listed) == read(TWO_HEADINGS, None)


@READERS
def test_a_page_with_text_and_no_headline_has_the_listed_title(read) -> None:
    article = read(page(""), TITLE)
    assert article.title == TITLE
    assert "title-from-listing" in article.problems
    assert (article.body or "").split("\n\n") == list(SENTENCES)


@READERS
def test_a_page_without_text_has_no_title_from_a_listing(read) -> None:
    menu = "".join(f"<li><a href=/{name}>Mục số {name} của trang</a></li>" for name in range(30))
    with pytest.raises(NoTitleError):
        read(page(f"<ul>{menu}</ul>", text="<p>Một dòng.</p>"), TITLE)


@READERS
@pytest.mark.parametrize("listed", ["Xem thêm", "Đọc tiếp …", SENTENCES[0] + " Còn nữa."])
def test_a_label_or_a_paragraph_of_a_listing_is_no_title(read, listed: str) -> None:
    html = page("", title="")
    try:
        article = read(html, listed)
    except NoTitleError:
        return
    assert article == read(html, None)


def test_the_head_has_the_whole_title_that_the_listing_cut() -> None:
    article = general(page("", title=f"{TITLE} - Sở Nông nghiệp"), "Sở ban hành kế hoạch trồng…")
    assert article.title == TITLE
    assert "title-from-head" in article.problems


def test_a_fixed_title_of_the_head_gives_way_to_the_listed_one() -> None:
    article = general(page("", title="Sở Nông nghiệp và Phát triển nông thôn"), TITLE)
    assert article.title == TITLE
    assert "title-from-listing" in article.problems


SITE = "Sở Nông nghiệp tỉnh Lâm Phước"


@pytest.mark.parametrize(
    "shown",
    [
        f'<div class="ten-co-quan">{SITE}</div>',
        "<div>Được viết bởi Super User</div><div>05/03/2024 08:30</div>",
        f"<h2><a href=/>{SITE}</a></h2><div>Chuyên mục sản xuất</div><div>05/03/2024</div>",
    ],
)
def test_a_site_name_or_a_byline_is_no_headline_where_a_listing_has_the_title(shown: str) -> None:
    assert general(page(shown, title=SITE), TITLE).title == TITLE


def test_an_edited_heading_counts_and_not_the_title_that_the_listing_still_has() -> None:
    edited = "Tỉnh công bố đề án phục hồi rừng ngập mặn"
    article = general(page(f"<h1>{edited}</h1>"), TITLE)
    assert article.title == edited


def test_a_sentence_of_the_text_is_not_taken_for_a_title_that_is_nearly_the_same() -> None:
    near = f"<p>{TITLE} này</p>"
    article = general(page("", title=f"{TITLE} - {SITE}", text=TEXT + near), TITLE)
    assert article.title == TITLE
    assert near[3:-4] in (article.body or "")


def test_a_short_title_of_a_listing_may_be_a_title() -> None:
    assert general(page("", title=SITE), "Thư chúc Tết").title == "Thư chúc Tết"


def test_a_paragraph_that_begins_as_the_cut_title_is_no_headline() -> None:
    listed = ListedTitle.of("Sáng nay, các đơn vị họp bàn việc trồng rừng…")
    assert listed is not None
    assert listed.same_in([*SENTENCES, " ".join(SENTENCES)]) is None


def test_of_several_near_headings_the_nearest_counts() -> None:
    listed = ListedTitle.of("Hội nghị tổng kết công tác chuyển đổi số của tỉnh")
    assert listed is not None
    near = "Hội nghị tổng kết công tác chuyển đổi số tỉnh"
    nearer = "Hội nghị tổng kết công tác chuyển đổi số của tỉnh nhà"
    assert listed.nearest_in(["Hội nghị", near, nearer]) == nearer
    assert listed.nearest_in(["Hội nghị", "Tin tức"]) is None
