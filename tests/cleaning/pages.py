"""Pages written after the markup of the platforms, for tests. Their news are made up."""

from datetime import UTC, datetime

from archive.models import Article
from portal_crawler.cleaning.extraction import extract
from portal_crawler.cleaning.profile import Profile
from portal_crawler.platforms import liferay6, vccorp

FETCHED_AT = datetime(2026, 8, 27, 1, 0, tzinfo=UTC)
LIFERAY_URL = "http://so.example.gov.vn/vi/tin-tuc/-/view_content/100-tap-huan.html"
VCCORP_URL = "https://bo.example.gov.vn/tap-huan-197250704101929995.htm"
TITLE = "Sở tổ chức tập huấn an toàn thông tin"
SENTENCE = "Sáng nay, hơn một trăm cán bộ các xã đã tham dự lớp tập huấn về an toàn thông tin."


def liferay_page(body: str, *, lead: str = "", cover: str = "", title: str = TITLE) -> str:
    return f"""<!DOCTYPE html><html class="aui ltr" lang="vi-VN"><head>
<title>{title} - Tin tức - Sở Thông tin</title></head><body>
<nav><a href="/vi">Trang chủ</a></nav><h1 class="portlet-title">Tin nổi bật</h1>
<div class="asset-full-content-title">{title}</div>
<div class="assetPublishDate block_timer"> Ngày đăng 05/10/2016 | 9:58 AM
&nbsp;|&nbsp;View count: 581 </div>
<div class="asset-full-content"><div class="asset-content" id="_101_100">
<div class="sapo-wrapper clearfix">{cover}<p class="sapo"><strong>{lead}</strong></p></div>
<div class="journal-content-article">{body}
<p align="right" class="view-content-author"><strong><em>Ban bien tap</em></strong></p></div>
</div></div>
<div class="asset-control-detail"><span>In bài viết</span><span>Gửi mail</span></div>
<div class="related_asset"><div>Các tin khác</div><a href="/x">Tin khác hẳn</a></div>
<div class="journal-content-article"><table><tr><td>Hộp bên cạnh</td></tr></table></div>
</body></html>"""


def vccorp_page(body: str, *, title: str = TITLE, head: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">{head}</head><body>
<a data-role="cate-name" href="/tin-tuc.htm">Tin tức</a><h1 data-role="title">{title}</h1>
<div data-role="publishdate">Thứ ba, 07/01/2014 15:26</div><h2 data-role="sapo">{SENTENCE}</h2>
<div class="detail-content" data-role="content"><p>Nghe đọc bài</p>
<div data-check-position="body_start"></div>{body}<div data-check-position="body_end"></div>
<p>Chia sẻ</p></div><footer><a href="#">Top</a></footer></body></html>"""


def read(page: str | bytes, url: str = LIFERAY_URL, profile: Profile = liferay6.ARTICLE) -> Article:
    content = page.encode() if isinstance(page, str) else page
    return extract(content, url, profile, fetched_at=FETCHED_AT)


def read_liferay(body: str, *, lead: str = "", cover: str = "") -> Article:
    return read(liferay_page(body, lead=lead, cover=cover))


def read_vccorp(body: str, *, head: str = "") -> Article:
    return read(vccorp_page(body, head=head), VCCORP_URL, vccorp.ARTICLE)
