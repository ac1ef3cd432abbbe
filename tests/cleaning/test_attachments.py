import pytest

from archive.models import Attachment
from tests.cleaning.pages import read_liferay

HOST = "http://so.example.gov.vn"
PDF = "application/pdf"
LINK = '<a href="/a.pdf">{}</a>'.format


@pytest.mark.parametrize(
    "markup",
    [
        '<p>Xem <a href="/upload/ke-hoach.pdf">tại đây</a></p>',
        '<ul><li>File đính kèm</li><li><a href="/upload/ke-hoach.pdf"></a></li></ul>',
        '<iframe src="/viewer/web/viewer.html?file=%2Fupload%2Fke-hoach.pdf"></iframe>',
        '<iframe src="/upload/ke-hoach.pdf"></iframe>',
        '<embed src="/upload/ke-hoach.pdf">',
        '<object data="/upload/ke-hoach.pdf"></object>',
        '<a href="#" onclick="downloadFile(7, \'/upload/ke-hoach.pdf\')">Tải về</a>',
        "<a href=\"javascript:taiVe('/upload/ke-hoach.pdf')\">Tải về</a>",
    ],
)
def test_a_document_is_found_in_every_form(markup: str) -> None:
    assert read_liferay(f"<p>a</p>{markup}").attachments == (
        Attachment(
            href=f"{HOST}/upload/ke-hoach.pdf", name="ke-hoach.pdf", mime=PDF, kind="document"
        ),
    )


def test_the_links_text_names_the_document_where_it_says_something() -> None:
    article = read_liferay('<a href="/upload/7.DOCX">Kế hoạch số 67/KH-UBND</a>')
    assert [item.name for item in article.attachments] == ["Kế hoạch số 67/KH-UBND"]


@pytest.mark.parametrize("label", ["Tải về file 1: ", "Tải về file: ", "Tệp đính kèm:", ""])
def test_a_script_that_sends_a_file_is_named_and_typed_by_the_files_name(label: str) -> None:
    markup = f'<a href="/tin-7.html?download=1&id=0" download>{label}<b>ke-hoach.pdf</b></a>'
    (item,) = read_liferay(f"<p>a</p>{markup}").attachments
    assert (item.name, item.mime, item.kind) == ("ke-hoach.pdf", PDF, "document")


def test_liferays_file_name_stands_before_its_id() -> None:
    uuid = "dfccf032-c1bd-40af-a9c2-40a031df8ba4"
    article = read_liferay(f'<a href="/documents/1/2/Lu%E1%BA%ADt+m%E1%BB%9Bi.pdf/{uuid}">xem</a>')
    assert [(item.name, item.mime) for item in article.attachments] == [("Luật mới.pdf", PDF)]


def test_a_document_linked_twice_is_one_attachment() -> None:
    markup = '<a href="/a.pdf">Kế hoạch</a><a href="/a.pdf#page=2">trang 2</a>'
    assert len(read_liferay(markup).attachments) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/vi/tin-tuc">Tin tức</a>',
        '<a href="mailto:a@example.gov.vn">thư</a>',
        '<a href="/documents/1/2/anh.jpg">ảnh</a>',
        '<iframe src="https://video.example/embed/7"></iframe>',
        '<a href="http://[hong">hỏng</a>',
    ],
)
def test_other_links_are_no_attachments(markup: str) -> None:
    assert read_liferay(f"<p>a {markup}</p>").attachments == ()


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("a.odt", "document"),
        ("a.XLSX", "spreadsheet"),
        ("a.ppsx", "presentation"),
        ("a.rar", "archive"),
        ("a.mp3", "audio"),
        ("a.mp4", "video"),
    ],
)
def test_the_ending_says_in_a_word_what_a_document_is(file: str, kind: str) -> None:
    article = read_liferay(f'<a href="/upload/{file}">Kế hoạch</a>')
    assert [item.kind for item in article.attachments] == [kind]


def test_a_file_of_the_library_without_an_ending_has_no_kind() -> None:
    article = read_liferay('<a href="/documents/1/2/ke-hoach">Kế hoạch</a>')
    assert [(item.name, item.kind, item.mime) for item in article.attachments] == [
        ("Kế hoạch", None, None)
    ]


def test_a_viewers_file_is_relative_to_the_viewer() -> None:
    article = read_liferay('<iframe src="/pdfjs/web/viewer.html?file=../../upload/a.pdf"></iframe>')
    assert [item.href for item in article.attachments] == [f"{HOST}/upload/a.pdf"]


def test_a_link_names_the_document_that_a_viewer_shows_before_it() -> None:
    article = read_liferay(
        '<iframe src="/viewer.html?file=/upload/a.pdf"></iframe>'
        '<p><a href="/upload/a.pdf">Quyết định số 12</a>, <a href="/upload/a.pdf">bản in</a></p>'
    )
    assert [item.name for item in article.attachments] == ["Quyết định số 12"]


@pytest.mark.parametrize("words", ["(tại đây).", "Đính kèm theo./.", "Tải về tại đây", "kèm theo)"])
def test_words_of_any_link_are_no_name(words: str) -> None:
    article = read_liferay(f'<a href="/upload/ke-hoach-67.pdf">{words}</a>')
    assert [item.name for item in article.attachments] == ["ke-hoach-67.pdf"]


@pytest.mark.parametrize("words", ["(Kế hoạch số 67)", "Kế hoạch số 67)", " Kế hoạch  số 67 "])
def test_a_name_stands_without_the_sentences_brackets(words: str) -> None:
    article = read_liferay(f'<a href="/upload/a.pdf">{words}</a>')
    assert [item.name for item in article.attachments] == ["Kế hoạch số 67"]


@pytest.mark.parametrize("markup", ['<embed src="/a.mp4">', '<iframe src="/a.mp3"></iframe>'])
def test_what_is_played_in_the_page_is_no_document(markup: str) -> None:
    assert read_liferay(f"<p>a</p>{markup}").attachments == ()


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('(K<a href="/a.pdf">ế hoạch số 47/KH-BCĐ</a>)', "Kế hoạch số 47/KH-BCĐ"),
        ('<i>P</i><a href="/a.pdf">hiếu đăng ký</a>', "Phiếu đăng ký"),
        ('(<em><a href="/a.pdf">Kế hoạch của Thành ph</a></em>ố)', "Kế hoạch của Thành phố"),
        ('<a href="/a.pdf">Kế hoạch của Hà Nộ</a><b>i</b>', "Kế hoạch của Hà Nội"),
        ('<a href="/a.pdf">Công văn của UBN</a>D Thành phố', "Công văn của UBND"),
        ('văn bản<a href="/a.pdf">Kế hoạch</a>kèm theo', "Kế hoạch"),
        ('xem<a href="/a.pdf">quyết định</a>. Hết', "quyết định"),
        ('ở<a href="/a.pdf">Ủy ban</a>', "Ủy ban"),
        ('<p>K</p><a href="/a.pdf">ế hoạch</a><p>i</p>', "ế hoạch"),
        ('K<br><a href="/a.pdf">ế hoạch</a>', "ế hoạch"),
        ('Xem<a href="/a.pdf">tại đây</a>', "a.pdf"),
    ],
)
def test_a_word_that_the_links_edge_cuts_is_whole_in_the_name(markup: str, name: str) -> None:
    assert [item.name for item in read_liferay(f"<p>{markup}</p>").attachments] == [name]


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<i><a href="/a.pdf">Kế hoạch</a></i> <a href="/a.pdf"><i>mới</i></a>', "Kế hoạch mới"),
        ("".join(map(LINK, ("K", "ế hoạch", " mới"))), "Kế hoạch mới"),
        ('<a href="/a.pdf">Kế hoạch</a> và <a href="/a.pdf">bản sao</a>', "Kế hoạch"),
        ('<p><a href="/a.pdf">Kế hoạch</a></p><p><a href="/a.pdf">của Sở</a></p>', "Kế hoạch"),
        ('<a href="/a.pdf">Kế hoạch</a> <a href="/a.pdf">(tải về)</a>', "Kế hoạch"),
        ('<a href="/a.pdf">chi tiết</a> <a href="/a.pdf">Kế hoạch</a>', "Kế hoạch"),
    ],
)
def test_links_side_by_side_to_one_address_are_one_name(markup: str, name: str) -> None:
    assert [item.name for item in read_liferay(f"<div>{markup}</div>").attachments] == [name]
