"""How paragraphs, tables, captions and bylines are told in the bodies that editors paste."""

import pytest

from portal_crawler.cleaning.words.signed_lines import author_of
from tests.cleaning.pages import SENTENCE, read_liferay, read_vccorp


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Một\n  hai</p>\n<p>Ba</p>", "Một hai\n\nBa"),
        ("Một<br><br>Hai<br/>\n<br/>Ba", "Một\n\nHai\n\nBa"),
        ("<p>Một<br>hai</p>", "Một hai"),
        ("<div>Một<div>Hai</div>Ba</div>Bốn", "Một\n\nHai\n\nBa\n\nBốn"),
        ("<p>M<b>ộ</b>t</p><p>&nbsp;</p><p></p><p>Hai</p>", "Một\n\nHai"),
        ("<ul><li>Một</li><li>Hai</li></ul>", "- Một\n\n- Hai"),
        ("<p>Một<!-- hai -->,<script>ba()</script> bốn</p><style>p {}</style>", "Một, bốn"),
        ("<p>Tie&#x302;&#x301;ng <o:p>Việt</o:p></p>", "Tiếng Việt"),
    ],
)
def test_paragraphs_are_what_a_reader_sees_as_such(markup: str, expected: str) -> None:
    assert read_liferay(markup).body == expected


def test_a_table_is_one_paragraph_with_a_line_a_row_and_a_tab_between_cells() -> None:
    article = read_liferay(
        "<p>Lịch:</p><table><tr><th>Tháng</th><th><p>Người</p><p>tiếp dân</p></th></tr>"
        "<tr><td>1</td><td>Ông\n An</td></tr><tr><td> </td><td></td></tr>"
        "<tr><td>2</td><td></td></tr></table><p>Hết.</p>"
    )
    assert article.body == "Lịch:\n\nTháng\tNgười tiếp dân\n1\tÔng An\n2\t\n\nHết."


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td><p>Một.</p><p>Hai.</p></td></tr></table>",
        "<table><tr><td></td><td><p>Một.</p><p>Hai.</p></td></tr></table>",
        "<table><tr><td>Một.</td></tr><tr><td>Hai.</td></tr></table>",
        "<table><tr><td><table><tr><td>Một.</td></tr></table></td></tr></table><p>Hai.</p>",
    ],
)
def test_a_table_for_layout_leaves_its_paragraphs(table: str) -> None:
    assert read_liferay(table).body == "Một.\n\nHai."


def test_portal_furniture_pasted_into_a_body_goes_and_its_words_in_sentences_stay() -> None:
    sentence = "Người dân chọn Chia sẻ rồi In bài viết."
    article = read_liferay(f"<p>{sentence}</p><p>In bài viết</p><p>Lượt xem: 1.204</p><p>a</p>")
    assert article.body == f"{sentence}\n\na"


def test_ambiguous_phrases_go_only_at_the_end() -> None:
    article = read_liferay(
        f"<p><b>Doanh nghiệp</b></p><p>{SENTENCE}</p><p>File đính kèm</p><p>Xem thêm</p>"
    )
    assert article.body == f"Doanh nghiệp\n\n{SENTENCE}"


CAPTION = "Các đại biểu dự lễ khai mạc"


@pytest.mark.parametrize(
    "markup",
    [
        f'<p align="center"><img src="/a.jpg"></p><p align="center">{CAPTION}</p>',
        f'<p><img src="/a.jpg"></p><p><em>{CAPTION}</em></p>',
        f'<p style="text-align: center"><img src="/a.jpg"><br>{CAPTION}</p>',
        f'<p><img src="/a.jpg"></p><p>{CAPTION}</p>',
        f'<table><tr><td><img src="/a.jpg"></td></tr><tr><td>{CAPTION}</td></tr></table>',
        f'<figure><img src="/a.jpg"><figcaption><p>{CAPTION}</p></figcaption></figure>',
        '<center><img src="/a.jpg"></center><p align="center">Các đại biểu dự</p>'
        '<p align="center">lễ khai mạc</p>',
    ],
)
def test_a_caption_goes_with_its_picture_and_out_of_the_body(markup: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{markup}<p>{SENTENCE} Hết.</p>")
    assert [image.caption for image in article.images] == [CAPTION]
    assert article.body == f"{SENTENCE}\n\n{SENTENCE} Hết."


@pytest.mark.parametrize(
    "markup",
    [
        f'<p><img src="/a.jpg" style="float: left">{SENTENCE}</p>',
        f'<p><img src="/a.jpg"></p><p>{SENTENCE}</p>',
        f'<p><img src="/a.jpg" align="right"></p><p>{SENTENCE}</p>',
    ],
)
def test_running_text_beside_a_picture_is_no_caption(markup: str) -> None:
    article = read_liferay(markup)
    assert [image.caption for image in article.images] == [None]
    assert article.body == SENTENCE


def test_a_caption_of_preformatted_text_is_one_line() -> None:
    caption = CAPTION.replace(" ", "\n", 1)
    article = read_liferay(
        f'<pre><figure><img src="/a.jpg"><figcaption>{caption}</figcaption></figure></pre>'
        f"<p>{SENTENCE}</p>"
    )
    assert [image.caption for image in article.images] == [CAPTION]


def test_the_editors_caption_class_is_trusted() -> None:
    long_caption = f"{SENTENCE} {SENTENCE}"
    article = read_vccorp(
        '<figure class="VCSortableInPreviewMode" type="Photo"><img src="/a.jpg">'
        f'<div class="PhotoCMS_Caption"><p>{long_caption}</p></div></figure><p>Hết.</p>'
    )
    assert [image.caption for image in article.images] == [long_caption]
    assert article.body == "Hết."


def test_a_question_under_a_picture_is_the_interviews() -> None:
    question = "PV: Thưa ông, lớp tập huấn này có gì mới?"
    article = read_liferay(f'<p><img src="/a.jpg"></p><p><em>{question}</em></p><p>{SENTENCE}</p>')
    assert [image.caption for image in article.images] == [None]
    assert article.body == f"{question}\n\n{SENTENCE}"


@pytest.mark.parametrize("sign", ["\\", "&#803;", ".", "* * *"])
def test_a_stray_sign_beside_a_picture_is_no_text_and_hides_no_caption(sign: str) -> None:
    article = read_liferay(f'<p>{sign}<img src="/a.jpg"></p><p>{CAPTION}</p><p>{SENTENCE}</p>')
    assert [image.caption for image in article.images] == [CAPTION]
    assert article.body == SENTENCE


def test_the_byline_is_the_last_right_aligned_line_that_is_not_empty() -> None:
    empty = '<p align="right">&nbsp;</p>' * 60
    article = read_liferay(
        f'<p align="right">Hà Nội, ngày 5</p><p>{SENTENCE}</p>{empty}'
        f'<p align="right"><strong>Phạm An</strong></p>{empty}'
        '<p align="right"><img src="/a.jpg"></p>'
    )
    assert article.author == "Phạm An"
    assert article.body == f"Hà Nội, ngày 5\n\n{SENTENCE}"
    assert len(article.images) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="TEXT-ALIGN: right">Phạm An</p>',
        '<p class="text-right">Phạm An</p>',
        '<p class="text-end">Phạm An</p>',
        '<p class="has-text-align-right">Phạm An</p>',
        '<p class="ql-align-right">Phạm An</p>',
        '<div align="right"><p><i>Phạm An</i></p></div>',
        "<table><tr><td>&nbsp;</td><td align='right'>Phạm An</td></tr></table>",
        "<p>Tác giả: Phạm An</p>",
        '<p align="right">Phạm An</p><p align="right">(Nguồn: Báo Mới)</p>',
        '<p align="right">Phạm An</p><p>.</p><p>Các tin khác</p>',
    ],
)
def test_a_byline_is_found_in_all_its_dress(markup: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{markup}")
    assert (article.author, article.body) == ("Phạm An", SENTENCE)


def test_links_behind_the_byline_go_and_links_without_one_stay() -> None:
    byline, links = '<p align="right">Phạm An</p>', '<p><a href="/vi/cu">Hội nghị năm ngoái</a></p>'
    assert read_liferay(f"<p>{SENTENCE}</p>{byline}{links}").body == SENTENCE
    assert read_liferay(f"<p>{SENTENCE}</p>{links}").body == f"{SENTENCE}\n\nHội nghị năm ngoái"


def test_of_two_names_the_one_that_the_system_appends_is_the_author() -> None:
    article = read_vccorp('<p>a</p><p align="right">Tay Gõ</p><p align="right"><b>Minh Anh</b></p>')
    assert (article.author, article.body) == ("Minh Anh", "a")


@pytest.mark.parametrize(
    "markup",
    [
        "<p><strong>Phạm An</strong></p>",
        '<p align="center"><b>Phạm Thị An</b></p>',
        "<p>&nbsp; &nbsp; &nbsp;<i>Phạm An</i></p><p>&nbsp;</p>",
        "<strong>Phạm An</strong><p>Các tin khác</p>",
    ],
)
def test_a_last_line_that_is_a_name_set_off_is_the_byline(markup: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{markup}")
    assert article.author in ("Phạm An", "Phạm Thị An")
    assert article.body == SENTENCE


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Phạm An</p>", "Phạm An"),
        ("<p><b>Xin cảm ơn</b></p>", "Xin cảm ơn"),
        ("<p><b>Xin Cảm Ơn!</b></p>", "Xin Cảm Ơn!"),
        ("<h3>Phạm An</h3>", "Phạm An"),
        ("<ul><li><b>Phạm An</b></li></ul>", "- Phạm An"),
        ("<blockquote><p>Trích.</p><p><b>Phạm An</b></p></blockquote>", "Trích.\n\nPhạm An"),
        ("<p><b>Phạm An</b></p><p>Hết.</p>", "Phạm An\n\nHết."),
    ],
)
def test_other_last_lines_are_no_byline(markup: str, text: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p>{markup}")
    assert (article.author, article.body) == (None, f"{SENTENCE}\n\n{text}")


def test_a_name_under_the_last_picture_is_its_caption() -> None:
    article = read_liferay(
        f'<p>{SENTENCE}</p><center><img src="/a.jpg"></center><center><b>Phạm An</b></center>'
    )
    assert [image.caption for image in article.images] == ["Phạm An"]
    assert article.author is None


def test_a_byline_stands_before_a_box_and_its_heading() -> None:
    box = "<table><tr><td><p>Một.</p><p>Hai.</p></td></tr></table>"
    article = read_liferay(
        f'<p>{SENTENCE}</p><p align="right"><b>Phạm An</b></p><p align="center">Khẩu hiệu</p>{box}'
    )
    assert article.author == "Phạm An"
    assert article.body == f"{SENTENCE}\n\nKhẩu hiệu\n\nMột.\n\nHai."


@pytest.mark.parametrize(
    ("bylines", "credit"),
    [
        (["Bài và ảnh: Phạm An"], "Phạm An"),
        (["Tin, ảnh: Phạm An"], "Phạm An"),
        (["Bài: Phạm An", "Ảnh: Lê Hòa – Báo Mẫu."], "Lê Hòa – Báo Mẫu"),
        (["Phạm An"], None),
        (["Tin bài: Phạm An"], None),
    ],
)
def test_a_byline_names_who_took_the_pictures(bylines: list[str], credit: str | None) -> None:
    lines = "".join(f'<p align="right">{line}</p>' for line in bylines)
    pictures = (
        '<p><img src="/1.jpg"></p><p><i>Lễ khai mạc</i></p>'
        '<p><img src="/2.jpg"></p><p><i>Toàn cảnh (Ảnh: Minh Khuê)</i></p>'
        '<p><img src="/3.jpg"></p><p><i>Ảnh minh họa</i></p>'
    )
    cover = '<img src="/0.jpg">'
    article = read_liferay(f"{pictures}<p>{SENTENCE}</p>{lines}", cover=cover)
    assert article.author == "Phạm An"
    assert [image.credit for image in article.images] == [None, credit, "Minh Khuê", None]


def test_a_sentence_set_to_the_right_is_no_byline() -> None:
    sentence = f"{SENTENCE} Hai mươi xã nữa sẽ tham dự vào tháng sau."
    article = read_liferay(f'<p>a</p><p align="right">{sentence}</p>')
    assert (article.author, article.body) == (None, f"a\n\n{sentence}")


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("Phạm An", "Phạm An"),
        ("Bài và Ảnh: Phạm An", "Phạm An"),
        ("Tin, ảnh: Phạm An", "Phạm An"),
        ("Phạm An (tổng hợp)", "Phạm An"),
        ("Phạm An (Theo TTXVN)", "Phạm An"),
        ("Mai Chi - Kim Dung", "Mai Chi - Kim Dung"),
        ("Minh Khuê (thực hiện)", "Minh Khuê"),
        ("Minh Khuê (Lược dịch)", "Minh Khuê"),
        ("Thanh tra Sở Thông tin", "Thanh tra Sở Thông tin"),
        ("(so.example.gov.vn)", "so.example.gov.vn"),
        ("Theo https://bo.example/", None),
        ("Nguồn: Báo Mới", None),
        ("(Nguồn HNP)", None),
        ("Nguồn Cổng Giao tiếp", None),
        ("(Tổng hợp)", None),
        ("", None),
    ],
)
def test_the_author_is_the_name_alone(byline: str, author: str | None) -> None:
    assert author_of(byline) == author


def test_control_characters_written_as_references_crash_nothing() -> None:
    assert read_liferay("<p>Một</p>&#1;&#xFFFE; hai &#2;").title


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/documents/1/2/ke-hoach.rar">Chi tiết các văn bản đính kèm theo./.</a>',
        '<a href="/upload/ke-hoach.pdf">Kế hoạch kèm theo</a>',
        '<a href="/vi/ket-qua">Kết quả cuộc thi xem tại trang của Sở.</a>',
        "Địa chỉ: Số 1 đường Trần Phú",
    ],
)
def test_a_last_line_that_is_said_before_the_byline_stays(link: str) -> None:
    article = read_liferay(f'<p>{SENTENCE}</p><p><em>{link}</em></p><p align="right">Phạm An</p>')
    said = (article.body or "").removeprefix(f"{SENTENCE}\n\n")
    assert article.author == "Phạm An"
    assert said in link
    assert said


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/upload/ke-hoach.pdf">(Tài liệu đính kèm)</a>',
        '<a href="/vi/cu">Hội nghị năm ngoái</a>',
        "Xem thêm:",
    ],
)
def test_labels_and_related_news_before_the_byline_go(link: str) -> None:
    article = read_liferay(f'<p>{SENTENCE}</p><p>{link}</p><p align="right">Phạm An</p>')
    assert (article.author, article.body) == ("Phạm An", SENTENCE)


def test_an_address_at_the_end_is_the_articles_unless_an_imprint_stands_beside_it() -> None:
    address = "<p>Địa chỉ: Số 1 đường Trần Phú</p><p>Điện thoại: 0200 123456</p>"
    said = "Địa chỉ: Số 1 đường Trần Phú\n\nĐiện thoại: 0200 123456"
    imprint = "<p>Cơ quan chủ quản: Sở Thông tin</p>"
    assert (
        read_liferay(f"<p>{SENTENCE}</p>{address}<p>Xem thêm</p>").body == f"{SENTENCE}\n\n{said}"
    )
    assert read_liferay(f"<p>{SENTENCE}</p>{imprint}{address}").body == SENTENCE
    assert read_liferay(f"<p>{SENTENCE}</p>{address}{imprint}").body == SENTENCE
