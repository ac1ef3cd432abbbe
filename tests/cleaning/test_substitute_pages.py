"""Pages that stand in an article's place with status 200, and articles that look a little so."""

import pytest

from portal_crawler.cleaning.extraction import (
    BlockedPageError,
    FailurePageError,
    NoTitleError,
    SoftNotFoundError,
)
from portal_crawler.platforms.generic import Generic
from tests.cleaning.pages import FETCHED_AT, SENTENCE, TITLE, liferay_page, read, read_liferay

CHROME = f"""<html><head><title>Sở Thông tin</title></head><body><div id="banner">Cổng thông tin
điện tử</div><ul>{'<li><a href="/x">Tin tức sự kiện của Sở</a></li>' * 80}</ul>{{}}<div>Cơ quan chủ
quản: Sở Thông tin. Địa chỉ: Số 1. Điện thoại: 1</div></body></html>"""
"""What a portal sets around everything: linked text at will, little else."""

D1N = (
    '<html><body><script>document.cookie="D1N=7f5e66cd22ed"+"; expires=Fri, 31-Dec-2099; path=/";'
    "window.location.reload(true);</script></body></html>"
)

PASSWORD = "<form><input name='user'><input type='password' name='pass'></form>"

GATES = [
    D1N,
    "<h1>Thông báo từ chối truy cập</h1><p>Mã: 1f2e</p>",
    "<p>Hệ thống đang gặp vấn đề khi xử lý yêu cầu của bạn. Vui lòng thử lại.</p>",
    "<title>Access Denied</title><h2>Access Denied</h2><p>Protected by Viettel WAF</p>",
    "<title>Request Rejected</title>The requested URL was rejected. Please consult with your "
    "administrator.<br>Your support ID is: 42",
    "<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript>"
    f"<script>{'var a=1;' * 900}</script>",
    "<h1>Vui lòng xác minh bạn không phải robot</h1><form action='/captcha'></form>",
    "<p>Vui lòng xác minh bạn không phải là robot</p><form><input name='captcha'></form>",
    "<h1>Too Many Requests</h1>",
    "<p>Chúng tôi phát hiện lưu lượng truy cập bất thường từ mạng của bạn.</p><input name='code'>",
    "<title>Xác thực</title><p>Vui lòng nhập mã bảo vệ để tiếp tục</p>",
    CHROME.format("<p>Bạn không có quyền truy cập trang này.</p>"),
    f"<title>Đăng nhập</title>{PASSWORD}",
    f"<title>SSO - Hệ thống xác thực tập trung</title><h2>Đăng nhập SSO</h2>{PASSWORD}",
    f"<title>Sign In</title><h1>Sign In</h1>{PASSWORD}",
    CHROME.format(f"<h1>Đăng nhập hệ thống</h1>{PASSWORD}"),
    CHROME.format(f"<p>Bạn cần đăng nhập để xem nội dung này.</p>{PASSWORD}"),
]

FAILURES = [
    "<title>Runtime Error</title><h1>Server Error in '/' Application.</h1>",
    "<h1>503 Service Unavailable</h1>",
    "<h1>Error establishing a database connection</h1>",
    CHROME.format("<p>Hệ thống đang bảo trì, mời bạn quay lại sau.</p>"),
    CHROME.format("<p>Đã xảy ra lỗi trong quá trình xử lý.</p>"),
]

NOT_THERE = [
    "<h2>Trang bạn yêu cầu không tồn tại!</h2>",
    CHROME.format("<h1>Lỗi 404</h1>"),
    CHROME.format("<p>Bài viết không tồn tại hoặc đã bị xóa.</p>"),
    CHROME.format(f"<p>Bài viết không tồn tại</p><p>{SENTENCE * 40}</p>"),
    CHROME.format("<p>Dữ liệu đang được cập nhật...</p>"),
    CHROME.format("<p>Chưa có bài viết nào</p>"),
    CHROME.format("<div>Nội dung đang cập nhật</div>"),
    liferay_page("", title="Không tìm thấy"),
    liferay_page("<p>Nội dung đang được cập nhật...</p>"),
]


@pytest.mark.parametrize("page", GATES)
def test_a_gate_is_told_and_is_no_article(page: str) -> None:
    with pytest.raises(BlockedPageError) as refusal:
        read(page)
    assert refusal.value.phrase


@pytest.mark.parametrize("page", FAILURES)
def test_a_portals_own_failure_says_nothing_of_the_article(page: str) -> None:
    with pytest.raises(FailurePageError):
        read(page)


@pytest.mark.parametrize("page", NOT_THERE)
def test_a_page_that_says_it_is_not_there_or_not_yet_is_a_soft_404(page: str) -> None:
    with pytest.raises(SoftNotFoundError):
        read(page)


@pytest.mark.parametrize("title", ["Access Denied", "Just a moment...", "503 - Bad Gateway"])
def test_a_gates_title_in_the_place_of_a_headline_is_no_headline(title: str) -> None:
    with pytest.raises((BlockedPageError, FailurePageError)):
        read(liferay_page("", title=title))


@pytest.mark.parametrize(
    "words",
    [
        "Hệ thống đang bảo trì",
        "Access Denied",
        "Trang bạn yêu cầu không tồn tại",
        "Dữ liệu đang được cập nhật",
        "Thông báo từ chối truy cập",
        "Too many requests",
    ],
)
def test_an_article_that_mentions_such_words_is_an_article(words: str) -> None:
    article = read_liferay(f"<p>{words}</p><p>{SENTENCE}</p>")
    assert (article.title, article.body) == (TITLE, f"{words}\n\n{SENTENCE}")
    in_title = f"Cảnh báo lỗi “{words}” trên cổng dịch vụ công"
    assert read(liferay_page(f"<p>{SENTENCE}</p>", title=in_title)).title == in_title


def test_a_placeholder_beside_a_lead_a_picture_or_a_document_is_kept_with_them() -> None:
    assert read_liferay("<p>Đang cập nhật</p>", lead=SENTENCE).lead == SENTENCE
    assert read_liferay("<p>Đang cập nhật</p><img src='/a.jpg'>").images
    listed = "<p>Đang cập nhật</p><p>Tệp đính kèm:</p><p><a href='/a.pdf'>Quyết định 12</a></p>"
    assert read_liferay(listed).attachments


@pytest.mark.parametrize(
    "box",
    [
        f"<aside><h3>Đăng nhập</h3>{PASSWORD}</aside>",
        f"<p>Bạn cần đăng nhập để gửi bình luận.</p>{PASSWORD}",
        "<p>Nhập mã bảo mật để gửi ý kiến</p>",
    ],
)
def test_a_login_box_beside_a_text_is_no_gate(box: str) -> None:
    with pytest.raises(NoTitleError):
        read(CHROME.format(f"<h2>Thông báo</h2><p>{SENTENCE}</p>{box}"))
    assert read_liferay(f"<p>{SENTENCE}</p>{box}").title == TITLE


@pytest.mark.parametrize("page", GATES)
def test_a_gate_of_an_unknown_site_is_told(page: str) -> None:
    with pytest.raises(BlockedPageError):
        Generic.read_article_page(
            page.encode(), "http://so.example/a-12345.html", FETCHED_AT, "text/html; charset=utf-8"
        )


def test_a_message_that_is_kept_hidden_for_later_says_nothing() -> None:
    message = '<div style="display:none">Đã xảy ra lỗi. Access denied. Trang không tồn tại</div>'
    with pytest.raises(NoTitleError):
        read(CHROME.format(message + "<div>Tin tức</div>"))


@pytest.mark.parametrize(
    "words", ["Dữ liệu đang được cập nhật", "Access denied", "Hệ thống đang bảo trì"]
)
def test_a_box_on_a_whole_page_of_another_layout_says_nothing_of_the_article(words: str) -> None:
    page = CHROME.format(f"<aside>{words}</aside><div>{SENTENCE * 40}</div>")
    with pytest.raises(NoTitleError):
        read(page)
