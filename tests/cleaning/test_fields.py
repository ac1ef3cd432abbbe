"""The fields around a body: each by elements of the layout, as docs/FIELDS.md has it."""

from dataclasses import replace

import pytest

from archive.models import Article, Video
from portal_crawler.cleaning.body.reading import ArticleBody
from portal_crawler.cleaning.fields import author_and_source, videos
from portal_crawler.cleaning.profile import Profile
from portal_crawler.learning.extract import extract_learned
from portal_crawler.platforms import vccorp
from tests.cleaning.pages import (
    FETCHED_AT,
    LIFERAY_URL,
    SENTENCE,
    TITLE,
    VCCORP_URL,
    liferay_page,
    read,
    read_vccorp,
    vccorp_page,
)

PROFILE = Profile(
    name="test",
    title=("h1",),
    date=(".time",),
    body=(".text",),
    author=(".author",),
    source=(".source",),
    category=(".crumbs",),
    updated=(".changed", "#changed::attr(value)"),
    tags=(".tags a", 'meta[name="news_keywords"]::attr(content)'),
)


def read_page(markup: str, *, head: str = "", profile: Profile = PROFILE) -> Article:
    page = (
        f"<html><head><title>{TITLE} - Sở Thông tin Ví Dụ</title>{head}</head><body><h1>{TITLE}"
        f"</h1>{markup}<div class='text'><p>{SENTENCE}</p></div></body></html>"
    )
    return read(page, profile=profile)


# Author and source


@pytest.mark.parametrize(
    "account",
    ["Administrator", "Ad Min", "Phó Ban biên tập", "Pho Ban bien tap", "bbt_so1", "SO\\hoa.nv"],
)
def test_an_account_in_the_authors_place_is_no_author(account: str) -> None:
    assert read_page(f"<p class='author'>{account}</p>").author is None


@pytest.mark.parametrize("name", ["Hòa An", "Ban Biên tập", "BBT", "Nhóm PV", "hanoi.gov.vn"])
def test_people_and_offices_are_authors(name: str) -> None:
    assert read_page(f"<p class='author'>Tác giả: {name}</p>").author == name


@pytest.mark.parametrize(
    "inner", ["<b>Tác giả: Hòa An</b><i>Lượt xem: 2.493</i>", "Hòa An | Đã xem: 7", "Hòa An"]
)
def test_a_view_counter_beside_the_author_is_left_out(inner: str) -> None:
    assert read_page(f"<p class='author'>{inner}</p>").author == "Hòa An"


def test_where_the_head_names_an_account_the_byline_is_the_author() -> None:
    article = read_vccorp(
        f'<p>{SENTENCE}</p><p style="text-align: right;"><b>Minh Anh</b></p>',
        head='<meta property="article:author" content="admin">',
    )
    assert article.author == "Minh Anh"


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("Nguồn tin: Báo Ví Dụ", "Báo Ví Dụ"),
        ("Theo TTXVN", "TTXVN"),
        ("(Nguồn: Cổng TTĐT Chính phủ)", "Cổng TTĐT Chính phủ"),
        ("(Theo nguồn: Sở Y tế).", "Sở Y tế"),
        ("Tạp chí Mẫu", "Tạp chí Mẫu"),
        ("Nguồn https://bo.example.gov.vn/", "https://bo.example.gov.vn/"),
        ("Nguồn:", None),
        ("Nguồn ảnh: Báo Ví Dụ", None),
        ("(Tổng hợp)", None),
    ],
)
def test_the_sources_element_gives_the_name_without_its_label(
    words: str, source: str | None
) -> None:
    assert read_page(f"<p class='source'>{words}</p>").source == source


def test_a_source_in_the_authors_place_is_the_source_and_no_author() -> None:
    article = read_page("<p class='author'>Theo Báo Ví Dụ</p>")
    assert (article.author, article.source) == (None, "Báo Ví Dụ")


def test_what_an_element_names_goes_before_the_byline() -> None:
    body = ArticleBody("a", (), "Hòa An", source="Nguồn: Báo Mẫu")
    assert author_and_source("Lan Chi", "TTXVN", body) == ("Lan Chi", "TTXVN")
    assert author_and_source(None, None, body) == ("Hòa An", "Báo Mẫu")


def test_a_byline_that_is_labelled_as_a_source_is_no_author() -> None:
    assert author_and_source(None, None, ArticleBody("a", (), "Source: Data Desk")) == (
        None,
        "Data Desk",
    )


@pytest.mark.parametrize("name", ["TTXVN", "Báo Ví Dụ", "chinhphu.vn"])
def test_an_agency_that_signs_is_author_and_source(name: str) -> None:
    assert author_and_source(None, None, ArticleBody("a", (), name)) == (name, name)


def test_an_office_that_signs_is_no_source() -> None:
    body = ArticleBody("a", (), "Thanh tra Sở Thông tin")
    assert author_and_source(None, None, body) == ("Thanh tra Sở Thông tin", None)


# The account

ACCOUNT = replace(PROFILE, author=(), account=(".account",))


@pytest.mark.parametrize(
    ("shown", "account"),
    [
        ("Pho Ban bien tap", "Pho Ban bien tap"),
        ("Ad Min", "Ad Min"),
        ("Đăng bởi: quantri", "quantri"),
        ("Người đăng bài: thu-huong.le | Lượt xem: 7", "thu-huong.le"),
        ("Được đăng bởi <b>TTCNTT</b> vào ngày 5/3/2024 - 08:00", "TTCNTT"),
        ("Submitted by <a>admin</a> on Thu, 03/14/2024 - 10:22", "admin"),
        ("By Super User", "Super User"),
        ("Được viết bởi Super User", "Super User"),
        ("Posted by: Admin Portal, 14/03/2024", "Admin Portal"),
        ("Sở Thông tin", "Sở Thông tin"),
        ("Đăng bởi:", None),
        ("", None),
    ],
)
def test_the_account_is_kept_as_shown_without_its_label_and_is_no_author(
    shown: str, account: str | None
) -> None:
    article = read_page(f"<p class='account'>{shown}</p>", profile=ACCOUNT)
    assert (article.account, article.author, article.body) == (account, None, SENTENCE)


@pytest.mark.parametrize("name", ["Lê Văn An", "Hải Yến", "Le Van An"])
def test_a_persons_account_is_the_author_where_nobody_signs(name: str) -> None:
    article = read_page(f"<p class='account'>Đăng bởi: {name}</p>", profile=ACCOUNT)
    assert (article.account, article.author) == (name, name)


@pytest.mark.parametrize(
    ("byline", "author", "source"),
    [
        ("Hòa An", "Hòa An", None),
        ("Thanh tra Sở", "Thanh tra Sở", None),
        ("TTXVN", "TTXVN", "TTXVN"),
        ("Theo Báo Mẫu", None, "Báo Mẫu"),
        ("(Tổng hợp)", "Lê Văn An", None),
    ],
)
def test_an_account_is_no_author_where_a_byline_names_one_or_a_source(
    byline: str, author: str | None, source: str | None
) -> None:
    page = liferay_page(f'<p>{SENTENCE}</p><p align="right">{byline}</p>')
    article = read(page.replace("Ban bien tap", "Lê Văn An"))
    assert (article.account, article.author, article.source) == ("Lê Văn An", author, source)
    assert article.body == SENTENCE


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Đăng bởi: admin</p>",
        "<p>Người đăng: admin</p>",
        '<p align="right"><i>Posted by admin</i></p>',
        '<p align="right">Tác giả: admin</p>',
    ],
)
def test_a_line_at_the_bodys_end_that_names_an_account_is_no_text(markup: str) -> None:
    page = liferay_page(f"<p>{SENTENCE}</p>{markup}").replace("Ban bien tap", "")
    article = read(page)
    assert (article.account, article.author, article.body) == ("admin", None, SENTENCE)


@pytest.mark.parametrize(
    ("markup", "account"),
    [
        ("<p class='author'>quantri</p>", "quantri"),
        ("<p class='author'>Đăng bởi: Lê Văn An</p>", "Lê Văn An"),
        ("<p class='time'>05/03/2024 08:00 | Người đăng: quantri</p>", "quantri"),
        ("<p class='time'>05/03/2024 08:00 - Người đăng bài viết: admin</p>", "admin"),
    ],
)
def test_an_account_in_the_authors_or_the_dates_place_is_kept(markup: str, account: str) -> None:
    assert read_page(markup).account == account


@pytest.mark.parametrize(
    ("markup", "account"),
    [
        ('<p align="right" class="view-content-author"><em>Ad Min</em></p>', "Ad Min"),
        ('<div class="submitted">Submitted by <span class="username">ad</span> on Mon</div>', "ad"),
        ('<dd class="createdby">Được viết bởi <span itemprop="name">Super User</span></dd>',
         "Super User"),
        ('<span class="byline">By <span class="author"><a>quantri</a></span></span>', "quantri"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_inside", [False, True])
def test_systems_that_no_platform_knows_show_accounts_in_their_own_places(
    markup: str, account: str, is_inside: bool
) -> None:
    text = "".join(f"<p>{SENTENCE} Đoạn {n}.</p>" for n in range(9))
    inside, outside = (markup, "") if is_inside else ("", markup)
    page = (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{outside}"
        f"<div class='text'>{text}{inside}</div></body></html>"
    )
    article = extract_learned(page.encode(), "http://so.example/1", None, fetched_at=FETCHED_AT)
    assert (article.account, article.author) == (account, None)
    assert article.body
    assert article.body.endswith("Đoạn 8.")


def test_an_account_goes_with_its_label_and_leaves_the_picture_beside_it() -> None:
    inside = "<div><img src='/a.jpg'><p>Đăng bởi <b class='account'>admin</b></p></div>"
    page = f"<h1>{TITLE}</h1><div class='text'><p>{SENTENCE}</p>{inside}</div>"
    article = read(page, profile=ACCOUNT)
    assert (article.account, article.body) == ("admin", SENTENCE)
    assert len(article.images) == 1


# Category


@pytest.mark.parametrize(
    ("crumbs", "category"),
    [
        ("Trang chủ » Tin tức » Chuyển đổi số", "Chuyển đổi số"),
        (f"Trang chủ \u203a Tin tức \u203a {TITLE}", "Tin tức"),
        ("Giáo dục/Đào tạo", "Giáo dục/Đào tạo"),
        ("Trang chủ", None),
        ("Tin tức » " + SENTENCE * 3, "Tin tức"),
    ],
)
def test_of_a_breadcrumb_the_last_section_is_the_category(
    crumbs: str, category: str | None
) -> None:
    assert read_page(f"<p class='crumbs'>{crumbs}</p>").category == category


# Tags


def test_tags_stand_in_the_pages_order_each_once_and_composed() -> None:
    links = "<a>#Chuyê\u0309n đổi số</a><a>Hà Nội,</a><a>chuyển đổi số</a>"
    assert read_page(f"<p class='tags'>{links}</p>").tags == ("Chuyển đổi số", "Hà Nội")


def test_an_attribute_is_a_list_of_tags() -> None:
    head = '<meta name="news_keywords" content="an toàn thông tin; mạng, tập huấn">'
    assert read_page("", head=head).tags == ("an toàn thông tin", "mạng", "tập huấn")


@pytest.mark.parametrize(
    "word", ["Từ khóa:", "Sở Thông tin Ví Dụ", TITLE, "Cổng Ví Dụ", "#", "dài " * 40]
)
def test_labels_the_headline_and_the_sites_name_are_no_tags(word: str) -> None:
    head = '<meta property="og:site_name" content="Cổng Ví Dụ">'
    article = read_page(f"<p class='tags'><a>{word}</a><a>mạng</a></p>", head=head)
    assert article.tags == ("mạng",)


def test_keywords_for_search_engines_are_no_tags_unless_the_layout_says_so() -> None:
    head = '<meta name="keywords" content="trang chủ, tin tức nổi bật">'
    assert read_page("", head=head).tags == ()


# Time of update


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="time">Ngày đăng: 05/05/2021 08:00</p>'
        '<p class="changed">Cập nhật lúc 09:30 06/05/2021</p>',
        '<p class="time">05/05/2021 08:00</p><input id="changed" value="2021-05-06T09:30:00">',
        '<p class="time">05/05/2021 08:00 - Cập nhật: 06/05/2021 09:30</p>',
    ],
)
def test_a_later_time_of_change_is_the_update(markup: str) -> None:
    article = read_page(markup)
    assert article.published_at == "2021-05-05T08:00:00+07:00"
    assert article.updated_at == "2021-05-06T09:30:00+07:00"


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="time">Cập nhật lúc 15:26 07/01/2014</p>',
        '<p class="time">07/01/2014 15:26</p><input id="changed" value="2014-01-07T15:26:41">',
        '<p class="time">07/01/2014 15:26</p><input id="changed" value="2013-12-30T08:00:00">',
        '<p class="time">07/01/2014 15:26</p><p class="changed">08/01/2014</p>',
        '<p class="time">07/01/2014 15:26</p><input id="changed" value="0001-01-01T00:00:00">',
    ],
)
def test_no_later_time_is_no_update(markup: str) -> None:
    article = read_page(markup)
    assert (article.published_at, article.updated_at) == ("2014-01-07T15:26:00+07:00", None)


def test_vccorp_names_its_updates_in_the_head_and_in_a_hidden_field() -> None:
    published = '<meta property="article:published_time" content="2025-04-18T09:30:45+07:00">'
    changed = '<meta property="article:modified_time" content="2025-04-19T07:00:00+07:00">'
    field = '<input type="hidden" id="hidLastModifiedDate" value="20/04/2025 08:15:00">'
    article = read_vccorp("<p>a</p>", head=published + changed)
    assert article.updated_at == "2025-04-19T07:00:00+07:00"
    page = vccorp_page("<p>a</p>", head=published).replace("<h1", f"{field}<h1")
    assert read(page, VCCORP_URL, vccorp.ARTICLE).updated_at == "2025-04-20T08:15:00+07:00"


# Pictures, films, addresses


def test_a_pictures_credit_is_the_name_in_its_caption_which_stays_whole() -> None:
    article = read_vccorp(
        '<figure><img src="/a.jpg"><figcaption class="PhotoCMS_Caption">Lớp học (Ảnh: Hòa An)'
        f"</figcaption></figure><p>{SENTENCE}</p>"
    )
    (image,) = article.images
    assert (image.caption, image.credit) == ("Lớp học (Ảnh: Hòa An)", "Hòa An")


def test_a_resized_copy_keeps_the_address_that_the_page_shows() -> None:
    address = "https://bo.mediacdn.vn/thumb_w/640/2025/4/18/lop-hoc.jpg"
    article = read_vccorp(f'<p><img src="{address}"></p><p>{SENTENCE}</p>')
    assert [image.src for image in article.images] == [address]


def test_films_are_absolute_and_each_once() -> None:
    found = (Video(src="/a.mp4", caption="Phóng sự"), Video(src="/a.mp4"), Video(src="data:x"))
    assert videos(found, "http://so.example/tin/1.html") == (
        Video(src="http://so.example/a.mp4", caption="Phóng sự"),
    )


def test_neither_a_canonical_link_nor_a_print_views_becomes_the_address() -> None:
    head = (
        '<link rel="canonical" href="https://khac.example/bai.htm">'
        '<meta property="og:url" content="https://khac.example/print/bai.htm">'
    )
    assert read_vccorp("<p>a</p>", head=head).url == VCCORP_URL


# Language


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("en-US", SENTENCE, "vi"),
        ("vi", "The department held a training course on the security of information.", "en"),
        ("vn", "Ban tin so 7", "vi"),
        ("fr-FR", "Le département a tenu un cours sur la sécurité.", "fr"),
        (
            "en",
            "Së tæ chøc héi nghÞ vÒ kÕ ho¹ch n¨m häc míi vµ c«ng t¸c thi ®ua, th«ng tin ®Õn c¸c x·",  # noqa: RUF001
            "vi",
        ),
        ("vi", "情報セキュリティについての研修会が開かれました。", "ja"),
    ],
)
def test_the_letters_say_the_language_before_the_pages_label(
    declared: str, text: str, language: str
) -> None:
    page = f"<html lang='{declared}'><body><h1>7</h1><p class='text'>{text}</p></body></html>"
    assert read(page, profile=replace(PROFILE, body=(".text",))).language == language


# Portals that no platform knows


def read_unknown(markup: str, head: str = "") -> Article:
    page = (
        f"<html lang='vi'><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1>{markup}"
        f"<div class='text'><p>{SENTENCE}</p><p>{SENTENCE} Hai.</p></div></body></html>"
    )
    return extract_learned(page.encode(), LIFERAY_URL, None, fetched_at=FETCHED_AT)


def test_an_unknown_page_is_asked_for_what_vocabularies_name_alike() -> None:
    head = (
        '<meta property="article:section" content="Chuyển đổi số">'
        '<meta property="article:modified_time" content="2025-04-19T07:00:00+07:00">'
        '<meta name="keywords" content="cổng thông tin">'
    )
    article = read_unknown('<p><a rel="tag" href="/t/mang">mạng</a></p>', head)
    assert (article.category, article.tags) == ("Chuyển đổi số", ("mạng",))
    assert (article.updated_at, article.language) == ("2025-04-19T07:00:00+07:00", "vi")


def test_an_unknown_pages_trail_gives_the_section_before_the_article() -> None:
    trail = f"<ul class='breadcrumb'><li>Trang chủ</li><li>Tin tức</li><li>{TITLE}</li></ul>"
    assert read_unknown(trail).category == "Tin tức"
