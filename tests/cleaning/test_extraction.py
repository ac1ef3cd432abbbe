import pytest

from archive.models import Image
from portal_crawler.cleaning.extraction import NoTitleError, SoftNotFoundError, extract
from portal_crawler.cleaning.page.lazy_pictures import LAZY_ATTRIBUTES
from portal_crawler.platforms import liferay6, vccorp
from tests.cleaning.pages import (
    FETCHED_AT,
    LIFERAY_URL,
    SENTENCE,
    TITLE,
    VCCORP_URL,
    liferay_page,
    read,
    read_liferay,
    read_vccorp,
    vccorp_page,
)


def test_a_liferay_article_gives_its_fields_and_nothing_around_them() -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>", lead="Lớp tập huấn mở sáng nay.")
    assert article.title == TITLE
    assert article.lead == "Lớp tập huấn mở sáng nay."
    assert article.body == SENTENCE
    assert article.author is None
    assert article.category == "Tin tức"
    assert article.published_at == "2016-10-05T09:58:00+07:00"
    assert article.problems == ()


def test_a_title_with_the_separator_keeps_the_section_apart() -> None:
    article = read(liferay_page("<p>a</p>", title="Luật mới - Những điểm cần biết"))
    assert (article.title, article.category) == ("Luật mới - Những điểm cần biết", "Tin tức")


def test_a_vccorp_article_is_what_stands_between_the_editors_markers() -> None:
    article = read_vccorp(
        f'<p>{SENTENCE} Hai.</p><p style="text-align: right;"><b>Minh Anh</b></p>'
        '<div class="VCSortableInPreviewMode" type="RelatedOneNews"><a href="/x">Tin cũ</a></div>'
    )
    assert article.body == f"{SENTENCE} Hai."
    assert (article.author, article.category) == ("Minh Anh", "Tin tức")
    assert article.published_at == "2014-01-07T15:26:00+07:00"


def test_the_machines_date_is_taken_before_the_visible_one() -> None:
    head = '<meta property="article:published_time" content="2014-01-07T15:20:11+07:00">'
    assert read_vccorp("<p>a</p>", head=head).published_at == "2014-01-07T15:20:11+07:00"


def test_a_page_of_the_generation_before_is_read_by_its_older_layout() -> None:
    page = f"""<div id="news_content"><h1>{TITLE}</h1><span class="date">07/01/2014 15:26</span>
    <div id="divArticleDescription">Lời dẫn.</div><div id="divArticleContent"><p>{SENTENCE}</p>
    <p style="text-align:right"><strong>Minh Anh</strong></p></div></div>"""
    article = read(page, "https://mic.example/Pages/TinTuc/1/a.html", vccorp.ARTICLE)
    assert (article.title, article.lead, article.body) == (TITLE, "Lời dẫn.", SENTENCE)
    assert (article.author, article.published_at) == ("Minh Anh", "2014-01-07T15:26:00+07:00")


def test_a_page_without_a_title_is_refused_by_its_address_and_the_selectors_tried() -> None:
    with pytest.raises(NoTitleError) as refusal:
        read("<html><body><p>Chuyên mục</p></body></html>")
    assert LIFERAY_URL in str(refusal.value)
    assert ".asset-full-content-title" in str(refusal.value)


@pytest.mark.parametrize(
    "page",
    [
        "<body><h2>Trang bạn yêu cầu không tồn tại!</h2></body>",
        liferay_page("", title="Không tìm thấy"),
    ],
)
def test_a_page_that_says_it_is_not_there_is_a_soft_404(page: str) -> None:
    with pytest.raises(SoftNotFoundError):
        read(page)


def test_an_article_that_is_only_a_title_has_none_for_all_it_lacks() -> None:
    article = read('<div class="asset-full-content-title">Một thông báo</div>')
    fields = (article.lead, article.body, article.author, article.category, article.published_at)
    assert fields == (None,) * 5


def test_an_unreadable_date_is_marked() -> None:
    page = '<div class="asset-full-content-title">a</div><p class="assetPublishDate">hôm kia</p>'
    article = read(page)
    assert (article.published_at, article.problems) == (None, ("date-unreadable",))


def test_a_guessed_charset_and_another_media_type_are_marked() -> None:
    page = liferay_page("<p>đủ chữ</p>").replace("<head>", '<head><meta charset="iso-8859-1">')
    article = extract(
        page.encode(),
        LIFERAY_URL,
        liferay6.ARTICLE,
        fetched_at=FETCHED_AT,
        content_type="application/octet-stream",
    )
    assert article.problems == ("charset-guessed", "not-html")
    assert article.body == "đủ chữ"


def test_the_lead_is_not_repeated_in_the_body() -> None:
    article = read_liferay(f"<p><b>{SENTENCE}&nbsp;</b></p><p>Hai.</p>", lead=SENTENCE)
    assert (article.lead, article.body) == (SENTENCE, "Hai.")


def test_the_title_is_not_repeated_in_the_body() -> None:
    assert read_liferay(f"<p><strong>{TITLE}</strong></p><p>Một.</p>").body == "Một."


def test_the_caption_of_a_covers_figure_is_its_own() -> None:
    cover = """<figure><img src="/image/bia.jpg"><figcaption>Lớp <b>tập huấn</b>. Ảnh: Minh Sơn
</figcaption></figure><p>Chữ khác</p>"""
    (image,) = read_liferay(f"<p>{SENTENCE}</p>", cover=cover).images
    assert (image.caption, image.credit) == ("Lớp tập huấn. Ảnh: Minh Sơn", "Minh Sơn")


def test_pictures_are_absolute_and_the_cover_is_the_first() -> None:
    article = read_liferay(
        '<p align="center"><img src="/documents/1/Anh 1.jpg?t=1"></p><p align="center">'
        "<em>Các đại biểu dự hội nghị</em></p><p>Một.</p>",
        cover='<img src="/image/bia.jpg">',
    )
    assert article.images == (
        Image(src="http://so.example.gov.vn/image/bia.jpg"),
        Image(
            src="http://so.example.gov.vn/documents/1/Anh%201.jpg?t=1",
            caption="Các đại biểu dự hội nghị",
        ),
    )
    assert article.body == "Một."


@pytest.mark.parametrize("placeholder", ["data:image/gif;base64,R0", "/blank.gif", "/wait/x.png"])
@pytest.mark.parametrize("attribute", LAZY_ATTRIBUTES)
def test_a_picture_loaded_late_has_its_true_address(attribute: str, placeholder: str) -> None:
    article = read_liferay(f'<img src="{placeholder}" {attribute}="/that.jpg">')
    assert [image.src for image in article.images] == ["http://so.example.gov.vn/that.jpg"]


@pytest.mark.parametrize(
    "markup",
    [
        '<img data-src="/that.jpg" data-full="/large.jpg" src="/small.jpg">',
        '<img data-src="/that.jpg" data-original="/assets/loading.gif" src="/blank.gif">',
        '<img data-lazy="true" data-full="16/9" data-background="#fff" src="/that.jpg">',
        '<img data-src="{{ url }}" data-image=\'{"a": 1}\' src="/that.jpg">',
        '<img data-bg="url(&quot;/that.jpg&quot;)" src="/1x1.png">',
        '<img data-original="/themes/lazy_2.svg" src="/that.jpg">',
        '<img data-srcset="/small.jpg 300w, /that.jpg 1024w" src="/blur.jpg">',
        '<img srcset="/small.jpg, /that.jpg 2x" src="/img/spacer.gif?v=2">',
        '<img srcset="/large.jpg 2x" src="/that.jpg">',
        '<picture><source data-srcset="/that.jpg"><img src="data:image/gif;base64,R0"></picture>',
        '<picture><source><source srcset="/that.jpg, /x.jpg"><img src="/blank.gif"></picture>',
        '<img src="DATA:image/gif;base64,R0"><noscript><img src="/that.jpg"></noscript>',
        '<picture><img src="/pixel.png"></picture><noscript><img src="/that.jpg"></noscript>',
        '<img data-src="data:image/gif;base64,R0" src="/that.jpg">',
        '<img src="/that.jpg"><noscript><img src="/copy.jpg"></noscript>',
    ],
)
def test_a_placeholder_is_never_taken_where_the_picture_is_named(markup: str) -> None:
    article = read_liferay(f"<p>{markup}</p>")
    assert [image.src for image in article.images] == ["http://so.example.gov.vn/that.jpg"]


@pytest.mark.parametrize("src", ["/that.jpg", "/spacer.gif", "/loading-dock.jpg"])
def test_a_picture_with_one_address_has_that(src: str) -> None:
    (image,) = read_liferay(f'<p><img src="{src}"></p>').images
    assert image.src == f"http://so.example.gov.vn{src}"


def test_a_placeholder_alone_is_no_picture() -> None:
    assert read_liferay('<p>a <img src="data:image/gif;base64,R0"></p>').images == ()


def test_the_pages_base_address_is_respected() -> None:
    page = vccorp_page('<img src="a.jpg">', head='<base href="https://cdn.example/goc/">')
    article = read(page, VCCORP_URL, vccorp.ARTICLE)
    assert [image.src for image in article.images] == ["https://cdn.example/goc/a.jpg"]
