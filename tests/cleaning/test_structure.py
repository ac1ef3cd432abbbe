"""Lists, tables, quotations, footnotes and films of a body, and what of a page is never shown."""

import pytest

from archive.models import Video
from tests.cleaning.pages import SENTENCE, read_liferay, read_vccorp

BYLINE = '<p align="right">Phạm An</p>'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ul><li>Một</li><li><p>Hai</p><p>Ba</p></li></ul>", "- Một\n\n- Hai\n\nBa"),
        ("<ol><li>Một</li><li>Hai</li></ol>", "1. Một\n\n2. Hai"),
        ("<ol start=3 type=a><li>Một<li value=7>Hai<li>Ba</ol>", "c. Một\n\ng. Hai\n\nh. Ba"),
        ("<ol style='list-style-type: upper-roman' start=4><li>Một</ol>", "IV. Một"),
        ("<ol type=A start=27><li>Một</ol>", "AA. Một"),
        ("<ol reversed><li>Một</li><li>Hai</li></ol>", "2. Một\n\n1. Hai"),
        ("<ol><li>Một<ul><li>Hai</li></ul></li><li>Ba</li></ol>", "1. Một\n\n- Hai\n\n2. Ba"),
        ("<ol><li><ol type=a><li>Một</ol></ol>", "a. Một"),
        ("<ol type=i start=-1><li>Một<li>Hai</ol>", "-1. Một\n\n0. Hai"),
        ("<ul style='list-style: none'><li>Một</li></ul>", "Một"),
        ("<ul><li></li><li>Một</li></ul>", "- Một"),
        ("<ol><li> </li><li>Một</li></ol>", "2. Một"),
        ("<li>Một</li>", "- Một"),
        ("<dl><dt>Một</dt><dd>Hai</dd></dl>", "Một\n\nHai"),
    ],
)
def test_a_list_keeps_its_marks_and_numbers(markup: str, expected: str) -> None:
    assert read_liferay(markup).body == expected


@pytest.mark.parametrize(
    "text", ["1. Một", "- Một", "2.1. Một", "a) Một", "IV. Một", "• Một", "(3) Một", "+ Một"]
)
@pytest.mark.parametrize("tag", ["ul", "ol"])
def test_a_mark_that_the_page_writes_itself_is_not_doubled(tag: str, text: str) -> None:
    assert read_liferay(f"<{tag}><li>{text}</li></{tag}>").body == text


@pytest.mark.parametrize(
    ("mark", "expected"), [("·", "- Một"), ("§", "- Một"), ("v", "- Một"), ("2.", "2. Một")]
)
def test_words_list_marks_are_read_as_what_they_look_like(mark: str, expected: str) -> None:
    article = read_liferay(
        "<p class=MsoListParagraph><![if !supportLists]><span style='font-family:Symbol;"
        f"mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span>"
        "</span><![endif]>Một<o:p></o:p></p>"
    )
    assert article.body == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><td colspan=2>A</td><td>B</td></tr><tr><td>1<td>2<td>3</tr>", "A\t\tB\n1\t2\t3"),
        ("<tr><td rowspan=2>A</td><td>B</td></tr><tr><td>2</tr>", "A\tB\n\t2"),
        ("<tr><td>A</td><td rowspan=0>B</td></tr><tr><td>1</td></tr>", "A\tB\n1"),
        (
            "<tr><td rowspan=2 colspan=2>A<td>B</tr><tr><td>C</tr><tr><td>1<td>2<td>3</tr>",
            "A\t\tB\n\t\tC\n1\t2\t3",
        ),
        ("<tr><td>A</td><td><ul><li>B</li><li>C</li></ul></td></tr>", "A\t- B - C"),
        ("<tr><td>A<td>B<td style='display:none'>C</tr>", "A\tB"),
        ("<caption>Bảng 1</caption><tr><td>A<td>B</tr>", "Bảng 1\n\nA\tB"),
    ],
)
def test_merged_cells_leave_each_column_its_place(rows: str, expected: str) -> None:
    assert read_liferay(f"<table>{rows}</table>").body == expected


def test_absurd_spans_do_not_blow_a_table_up() -> None:
    row = "<tr>" + "<td colspan=9999999 rowspan=9999999>a</td>" * 100 + "</tr>"
    body = read_liferay(f"<table>{row}{'<tr><td>b<td>c</tr>' * 500}</table>").body
    assert body is not None
    assert len(body) < 100_000


def test_lines_of_preformatted_text_stay_lines() -> None:
    article = read_liferay("<pre>Một\n  hai\n\nBa\tbốn</pre>")
    assert article.body == "Một\nhai\n\nBa bốn"


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>Ẩn</p>",
        "<div style='DISPLAY: none'><p>Ẩn</p><img src=/a.jpg></div>",
        "<p><span style='color:red;visibility:hidden'>Ẩn</span></p>",
        "<p><span style='mso-hide:all'>Ẩn</span></p>",
        "<p class='sr-only'>Ẩn</p>",
        "<p class='x d-none'>Ẩn</p>",
        "<p><i class='icon' aria-hidden='true'>»</i></p>",
        "<p><img alt='Ẩn' src='data:image/gif;base64,R0'></p>",
        "<noscript><p>Ẩn</p></noscript><template>Ẩn</template><svg><text>Ẩn</text></svg>",
        "<xml><w:WordDocument><w:View>Ẩn</w:View></w:WordDocument></xml>",
        "<!--[if gte mso 9]><p>Ẩn</p><![endif]-->",
        "<p>p.MsoNormal {mso-style-parent:''; margin:0cm}</p>",
        "<select><option>Ẩn</option></select><button>Ẩn</button>",
    ],
)
def test_what_is_not_shown_is_not_in_the_body(markup: str) -> None:
    article = read_liferay(f"<p>Trước</p>{markup}<p>Sau</p>")
    assert (article.body, article.images) == ("Trước\n\nSau", ())


@pytest.mark.parametrize(
    "markup",
    [
        "<p aria-hidden='true'>Hiện</p>",
        "<p class='d-none d-md-block'>Hiện</p>",
        "<details><summary>Hiện</summary></details>",
        "<p style='mso-display-none:x; display:block'>Hiện</p>",
    ],
)
def test_what_is_shown_to_most_stays(markup: str) -> None:
    assert read_liferay(markup).body == "Hiện"


def test_footnotes_stay_where_they_stand_behind_the_byline() -> None:
    article = read_liferay(
        f"<p>{SENTENCE}<a href='#_ftn1' name='_ftnref1'><sup>[1]</sup></a></p>{BYLINE}<hr>"
        "<div id='ftn1'><p class='MsoFootnoteText'><a href='#_ftnref1' name='_ftn1'>[1]</a>"
        " Theo Nghị định 13.</p></div>"
    )
    assert article.author == "Phạm An"
    assert article.body == f"{SENTENCE}[1]\n\n[1] Theo Nghị định 13."


def test_a_lead_repeated_below_a_picture_goes_and_the_picture_stays() -> None:
    article = read_liferay(
        f'<p><img src="/a.jpg"></p><p><b>{SENTENCE}</b></p><p>Hết.</p>', lead=SENTENCE
    )
    assert (article.body, len(article.images)) == ("Hết.", 1)


@pytest.mark.parametrize(
    ("byline", "author", "source"),
    [
        ("Phạm An (Theo TTXVN)", "Phạm An", "TTXVN"),
        ("Phạm An (tổng hợp theo Báo Mới)", "Phạm An", "Báo Mới"),
        ("(Nguồn: Báo Mới)", None, "Báo Mới"),
        ("Theo Cổng Thông tin Chính phủ", None, "Cổng Thông tin Chính phủ"),
        ("Phạm An", "Phạm An", None),
    ],
)
def test_a_byline_gives_author_and_source(
    byline: str, author: str | None, source: str | None
) -> None:
    article = read_liferay(f'<p>{SENTENCE}</p><p align="right">{byline}</p>')
    assert (article.author, article.source, article.body) == (author, source, SENTENCE)


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<video src="/a.mp4"></video>', "https://bo.example.gov.vn/a.mp4"),
        (
            '<video><source src="/a.webm"><p>Không xem được</p></video>',
            "https://bo.example.gov.vn/a.webm",
        ),
        (
            '<p><iframe src="//www.youtube.com/embed/x1"></iframe></p>',
            "https://www.youtube.com/embed/x1",
        ),
        (
            '<object><param name="movie" value="https://youtu.be/v/x1"></object>',
            "https://youtu.be/v/x1",
        ),
        (
            '<div class="VCSortableInPreviewMode" type="VideoStream"'
            ' data-vid="mst.mediacdn.vn/2025/a.mp4"></div>',
            "https://mst.mediacdn.vn/2025/a.mp4",
        ),
    ],
)
def test_a_film_is_kept_with_its_caption(markup: str, address: str) -> None:
    article = read_vccorp(
        f"<p>Trước.</p><figure>{markup}<figcaption>Phóng sự</figcaption></figure><p>Hết.</p>"
    )
    assert article.videos == (Video(src=address, caption="Phóng sự"),)
    assert article.body == "Trước.\n\nHết."


@pytest.mark.parametrize(
    "markup",
    [
        '<iframe src="https://bo.example.gov.vn/van-ban/1.pdf"></iframe>',
        '<iframe src="https://www.google.com/maps/embed?pb=1"></iframe>',
        '<video src="blob:https://bo.example.gov.vn/1"></video>',
    ],
)
def test_a_frame_that_shows_no_film_is_none(markup: str) -> None:
    assert read_vccorp(f"<p>{SENTENCE}</p>{markup}").videos == ()


def test_text_below_a_film_is_no_caption() -> None:
    article = read_vccorp('<video src="/a.mp4"></video><p>Đoạn văn ngắn</p>')
    assert (article.body, article.videos[0].caption) == ("Đoạn văn ngắn", None)


TABLE = "<table><tr><td>Tháng</td><td>Người</td></tr><tr><td>1</td><td>An</td></tr></table>"


def test_a_signed_name_is_the_byline_also_where_a_table_is_appended() -> None:
    article = read_liferay(f"<p>{SENTENCE}</p><p align=right><em>Phạm An</em></p>{TABLE}")
    assert (article.author, article.body) == ("Phạm An", f"{SENTENCE}\n\nTháng\tNgười\n1\tAn")


@pytest.mark.parametrize("line", ["Đơn vị tính: triệu đồng", "(Đơn vị: Triệu đồng)", "Biểu số 1"])
def test_what_stands_to_the_right_above_a_table_is_no_byline(line: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p><p align=right><em>{line}</em></p>{TABLE}")
    assert article.author is None
    assert line in (article.body or "")


def test_a_table_of_tools_is_furniture() -> None:
    tools = "<table><tr><td><a>In bài viết</a></td><td><a>Quay lại</a></td></tr></table>"
    article = read_liferay(f"<p>{SENTENCE}</p>{BYLINE}{tools}")
    assert (article.author, article.body) == ("Phạm An", SENTENCE)


def test_a_table_of_figures_keeps_its_rows_also_with_pictures_in_it() -> None:
    row = '<tr><td>{0}</td><td>{1}</td><td><img src="/{0}.jpg"></td></tr>'
    head = "<tr><th>TT</th><th>Tên</th><th>Ảnh</th></tr>"
    article = read_liferay(
        f"<table>{head}{row.format(1, 'An')}{row.format(2, 'Bình')}</table><p>Hết</p>"
    )
    assert article.body == "TT\tTên\tẢnh\n1\tAn\t\n2\tBình\t\n\nHết"
    assert [image.src[-6:] for image in article.images] == ["/1.jpg", "/2.jpg"]


@pytest.mark.parametrize(
    "rows",
    [
        '<tr><td><img src="/1.jpg"></td><td><img src="/2.jpg"></td></tr><tr><td>Một</td>'
        "<td>Hai</td></tr>",
        '<tr><td><img src="/1.jpg"><p>Một</p></td><td><img src="/2.jpg"><p>Hai</p></td></tr>',
        '<tr><td><img src="/1.jpg"></td><td><p>Một</p><p>Hai</p></td></tr>',
    ],
)
def test_a_table_that_sets_pictures_is_layout(rows: str) -> None:
    article = read_liferay(f"<p>{SENTENCE}</p><table>{rows}</table><p>{SENTENCE} Hết.</p>")
    assert "\t" not in (article.body or "")
    assert any(image.caption for image in article.images)


def test_an_items_picture_has_the_items_own_line_for_caption_and_no_other() -> None:
    article = read_liferay(
        '<ul><li><img src="/1.jpg"><p>Một</p></li><li><img src="/2.jpg"></li><li>Hai</li></ul>'
        f"<p>{SENTENCE}</p>"
    )
    assert [image.caption for image in article.images] == ["Một", None]
    assert article.body == f"- Hai\n\n{SENTENCE}"


CENTERED = [
    f"<p align=center>Dòng thứ {n} của bài viết về mùa lá đỏ trên núi</p>" for n in range(9)
]


def test_a_line_under_a_picture_is_text_where_all_lines_are_centered() -> None:
    picture = "<p align=center><img src=/anh/la.jpg></p>"
    article = read_liferay("".join((*CENTERED, picture, CENTERED[0])))
    assert [image.caption for image in article.images] == [None]
    assert (article.body or "").count("Dòng thứ 0") == 2


def test_a_named_caption_is_one_where_all_lines_are_centered() -> None:
    picture = "<p align=center><img src=/anh/la.jpg></p><p align=center>Lá đỏ. Ảnh: Lê Hoa</p>"
    article = read_liferay("".join((*CENTERED, picture, CENTERED[0])))
    assert [image.caption for image in article.images] == ["Lá đỏ. Ảnh: Lê Hoa"]
