"""Documents that a page offers beside its text: in boxes of its own, for download, in viewers."""

import pytest

from archive.models import Article
from portal_crawler.cleaning.profile import Profile
from portal_crawler.learning.extract import extract_learned
from tests.cleaning.pages import FETCHED_AT, SENTENCE, TITLE, read

PROFILE = Profile(name="test", title=("h1",), body=(".text",), drop=(".text .box",))
FILE = "http://so.example.gov.vn/upload/ke-hoach.pdf"
URL = "http://so.example.gov.vn/tin/tap-huan-an-toan-thong-tin-123456.html"


def page(*, inside: str = "", behind: str = "", above: str = "", around: str = "") -> str:
    text = "".join(f"<p>{SENTENCE} Số {number}.</p>" for number in range(5))
    return (
        f"<html><head><title>{TITLE}</title></head><body><div class='menu'>"
        f"<a href='/a.pdf'>Menu</a></div><div class='page'>{around}"
        f"<div class='news'><h1>{TITLE}</h1>{above}"
        f"<div class='text'>{text}{inside}</div>{behind}</div></div>"
        "<div class='footer'><a href='/b.pdf'>Cuối trang</a></div></body></html>"
    )


def hrefs(article: Article) -> list[str]:
    return [document.href for document in article.attachments]


BOXES = [
    "<div><b>File đính kèm:</b> <a href='/upload/ke-hoach.pdf'>Tải tại đây</a></div>",
    "<h3>Tệp đính kèm</h3><ul><li><a href='/upload/ke-hoach.pdf'>ke-hoach.pdf</a></li></ul>",
    "<div class='attachments'><a href='/upload/ke-hoach.pdf'>Kế hoạch</a></div>",
    "<div class='panel'><a download href='/upload/ke-hoach.pdf'>Tệp</a><a href='/x'>x</a></div>",
    "<a href='javascript:void(0)' onclick=\"downloadFile('a.pdf','/upload/ke-hoach.pdf')\">Tệp</a>",
    "<div class='files'><iframe src='/upload/ke-hoach.pdf#toolbar=0'></iframe></div>",
    "<div class='files'><iframe src='/viewer.html?file=/upload/ke-hoach.pdf'></iframe></div>",
    "<div class='files'><iframe data-src='/upload/ke-hoach.pdf'></iframe></div>",
]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("place", ["behind", "above", "inside"])
def test_a_box_of_documents_is_read_wherever_it_stands(box: str, place: str) -> None:
    dropped = f"<div class='box'>{box}</div>"
    markup = page(
        behind=dropped if place == "behind" else "",
        above=box if place == "above" else "",
        inside=dropped if place == "inside" else "",
    )
    article = read(markup, profile=PROFILE)
    assert hrefs(article) == [FILE]
    assert (article.body or "").count("\n\n") == 4
    alone = extract_learned(markup.encode(), URL, None, fetched_at=FETCHED_AT)
    assert hrefs(alone) == [FILE]


def test_a_list_of_documents_alone_behind_the_text_needs_no_label() -> None:
    links = "<ul><li><a href='/upload/ke-hoach.pdf'>Kế hoạch</a></li></ul>"
    assert hrefs(read(page(behind=links), profile=PROFILE)) == [FILE]


@pytest.mark.parametrize(
    "other",
    [
        "<ul class='related'><li><a download href='/upload/ke-hoach.pdf'>Kế hoạch</a></li></ul>",
        "<aside><h3>Tải về</h3><a href='/upload/ke-hoach.pdf'>Biểu mẫu</a></aside>",
        "<ul><li><a href='/tin-khac'>Tin khác</a></li><li><a href='/a.pdf'>Văn bản</a></li></ul>",
        "<a onclick=\"share('/upload/anh.jpg')\">Chia sẻ</a>",
        "<a download href='/upload/anh.jpg'>Tải ảnh</a>",
    ],
)
def test_what_stands_around_articles_is_no_document_of_theirs(other: str) -> None:
    assert hrefs(read(page(behind=other), profile=PROFILE)) == []


def test_documents_above_the_headline_are_the_sites() -> None:
    links = "<div class='download'><a href='/upload/ke-hoach.pdf'>Kế hoạch</a></div>"
    assert hrefs(read(page(around=links), profile=PROFILE)) == []


def test_a_download_without_a_known_ending_is_named_by_its_attribute() -> None:
    link = "<div><a href='/api/file/7' download='Kế hoạch 7.pdf'>Tải về</a></div>"
    (document,) = read(page(behind=link), profile=PROFILE).attachments
    assert (document.href, document.name) == (
        "http://so.example.gov.vn/api/file/7",
        "Kế hoạch 7.pdf",
    )


def test_a_function_for_downloads_may_be_called_with_any_address() -> None:
    link = "<p><a onclick=\"return download('/api/file/7')\">Phụ lục</a></p>"
    (document,) = read(page(behind=link), profile=PROFILE).attachments
    assert (document.href, document.name) == ("http://so.example.gov.vn/api/file/7", "Phụ lục")


def test_a_labelled_line_of_documents_inside_the_body_is_no_text() -> None:
    box = "<div><b>File đính kèm:</b> <a href='/upload/ke-hoach.pdf'>Tệp</a></div>"
    line = f"<p>Tác giả: Lê An</p>{box}"
    article = read(page(inside=line), profile=PROFILE)
    assert hrefs(article) == [FILE]
    assert (article.author, (article.body or "").count("\n\n")) == ("Lê An", 4)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Tài liệu: <a href='/upload/ke-hoach.pdf'>ke-hoach.pdf</a></p>",
        "<p><b>Văn bản kèm theo</b>: <a href='/upload/ke-hoach.pdf'>Kế hoạch 12/KH-SKHCN</a>.</p>",
        "<p>(<i>Các tài liệu gửi kèm</i> <a href='/upload/ke-hoach.pdf'>Kế hoạch số 12</a>)</p>",
    ],
)
def test_a_line_with_a_label_and_documents_alone_is_no_text(line: str) -> None:
    markup = page(inside=line)
    alone = extract_learned(markup.encode(), URL, None, fetched_at=FETCHED_AT)
    for article in (read(markup, profile=PROFILE), alone):
        assert hrefs(article) == [FILE]
        assert (article.body or "").endswith("Số 4.")


def test_a_sentence_that_names_its_document_is_text() -> None:
    line = "<p>Tài liệu của hội nghị: <a href='/upload/ke-hoach.pdf'>Kế hoạch</a></p>"
    article = read(page(inside=line), profile=PROFILE)
    assert (article.body or "").endswith("Tài liệu của hội nghị: Kế hoạch")
