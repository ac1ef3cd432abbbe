import pytest

from archive.models import Attachment
from tests.cleaning.pages import read_liferay

HOST = "http://so.example.gov.vn"
PDF = "application/pdf"


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
        Attachment(href=f"{HOST}/upload/ke-hoach.pdf", name="ke-hoach.pdf", mime=PDF),
    )


def test_the_links_text_names_the_document_where_it_says_something() -> None:
    article = read_liferay('<a href="/upload/7.DOCX">Kế hoạch số 67/KH-UBND</a>')
    assert [item.name for item in article.attachments] == ["Kế hoạch số 67/KH-UBND"]


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
