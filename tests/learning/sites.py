"""Sites made up after the markup of platforms that the project has no pages of.

Each page is a function of the site's name and its number: the same on every run. The text is made
of words; the markup has the shapes of the systems that docs/QUALITY.md names under *written*, with
menus, sidebars, related lists with dates, counters and share bars.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WORDS = (
    "thông tin truyền công nghệ chuyển đổi số doanh nghiệp phát triển hội nghị sở ngành địa phương"
    " triển khai kế hoạch văn bản hướng dẫn tổ chức tham dự lãnh đạo phòng ban đơn vị người dân"
    " dịch vụ trực tuyến hạ tầng mạng lưới an toàn bưu chính viễn báo chí xuất bản tập huấn kỹ năng"
    " cán bộ xã phường tỉnh thành phố huyện trung ương chính phủ quyết định nghị quyết chương trình"
    " mục tiêu giải pháp nhiệm vụ kết quả đánh giá khảo sát thí điểm mô hình hiệu quả đầu tư dự án"
)
NAMES = ("Nguyễn Thị Hòa", "Trần Văn Bình", "Lê Minh Đức", "Phạm Thu Hà", "Hoàng Quốc Việt")
SECTIONS = ("Tin hoạt động", "Chuyển đổi số", "Bưu chính - Viễn thông")
MENU = ("Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Thủ tục hành chính", "Liên hệ")


@dataclass(frozen=True)
class Story:
    """What a page says, before a site sets it."""

    number: int
    title: str
    lead: str | None
    paragraphs: tuple[str, ...]
    author: str | None
    moment: datetime
    section: str

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)

    def shown(self, form: str) -> str:
        weekdays = ("hai", "ba", "tư", "năm", "sáu", "bảy")
        day = self.moment.weekday()
        name = f"Thứ {weekdays[day]}" if day < 6 else "Chủ nhật"
        return self.moment.strftime(form).replace("WEEKDAY", name)


@dataclass(frozen=True)
class MadePage:
    """One page, and what is to be read from it."""

    url: str
    html: bytes
    story: Story


Template = Callable[[Story, list[Story]], str]


def sentence(chance: random.Random, least: int = 8, most: int = 26) -> str:
    words = " ".join(chance.choice(WORDS.split()) for _ in range(chance.randint(least, most)))
    return words.capitalize() + "."


def story(site: str, number: int) -> Story:
    chance = random.Random(f"{site} {number}")
    title = sentence(chance, 7, 16).rstrip(".")
    if number % 7 == 3:
        words = title.split()
        title = f"{' '.join(words[:4])} - {' '.join(words[4:])}"
    length = 1 if number % 9 == 4 else chance.randint(3, 9)
    paragraphs = tuple(
        " ".join(sentence(chance) for _ in range(chance.randint(1, 4))) for _ in range(length)
    )
    if number % 6 == 1:
        paragraphs = (*paragraphs, "Xem chi tiết văn bản tại đây./.")
    return Story(
        number=number,
        title=title,
        lead=None if number % 5 == 2 else sentence(chance, 20, 40),
        paragraphs=paragraphs,
        author=None if number % 4 == 3 else chance.choice(NAMES),
        moment=datetime(2024, 3, 1, 8, 5, tzinfo=UTC)
        + timedelta(hours=31 * number, minutes=13 * number),
        section=SECTIONS[number % len(SECTIONS)],
    )


def site_pages(site: str, template: Template, count: int, first: int = 0) -> list[MadePage]:
    """Pages of a site in the order of a listing."""
    stories = [story(site, number) for number in range(first, first + count + 12)]
    pages = []
    for at, told in enumerate(stories[:count]):
        html = template(told, stories[at + 1 : at + 7])
        url = f"http://{site}.example/tin-tuc/bai-viet-{10000 + told.number}.html"
        pages.append(MadePage(url, html.encode(), told))
    return pages


def menu() -> str:
    items = "".join(f'<li><a href="/m{at}">{name}</a></li>' for at, name in enumerate(MENU))
    return f'<nav class="menu"><ul>{items}</ul></nav>'


def sidebar() -> str:
    """Newest and most-read news, the same on every page, and counters that are not."""
    newest = "".join(
        f'<li><a href="/x{at}">{sentence(random.Random(at), 6, 14)}</a>'
        f'<span class="date">{at + 1:02}/11/2026</span></li>'
        for at in range(6)
    )
    return (
        f'<div class="sidebar"><div class="box"><h3>Tin mới nhất</h3><ul>{newest}</ul></div>'
        '<div class="box"><h3>Thống kê truy cập</h3><p>Đang truy cập: 17</p>'
        "<p>Tổng lượt truy cập: 1.284.003</p></div></div>"
    )


def footer() -> str:
    return (
        '<footer class="footer"><p>Bản quyền thuộc Sở Thông tin và Truyền thông Lâm Phước</p>'
        "<p>Địa chỉ: Số 1 đường Trần Phú. Điện thoại: 0200 123456</p></footer>"
    )


def related(others: list[Story], form: str = "(%d/%m/%Y)") -> str:
    return "".join(
        f'<li><a href="/r{other.number}">{other.title}</a> <em>{other.shown(form)}</em></li>'
        for other in others
    )


def texts(told: Story) -> str:
    """Paragraphs in the mixed markup of editors."""
    pieces = []
    for at, paragraph in enumerate(told.paragraphs):
        tag = "div" if told.number % 3 == 1 and at % 2 else "p"
        style = ' style="text-align: justify;"' if at % 2 == 0 else ""
        pieces.append(f"<{tag}{style}>{paragraph}</{tag}>")
    if told.number % 4 == 0:
        pieces.insert(1, '<p style="text-align: center"><img src="/anh/1.jpg"></p>')
    return "\n".join(pieces)


def page(title: str, inside: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}"
        f"<script>var x = 1;</script></head><body>{inside}</body></html>"
    )


def nukeviet(told: Story, others: list[Story]) -> str:
    lead = f'<div class="hometext m-bottom" itemprop="description">{told.lead or ""}</div>'
    author = (
        f'<p class="h5 text-right"><strong>Tác giả: </strong>{told.author}</p>'
        if told.author
        else ""
    )
    article = f"""
    <div class="news_column panel panel-default"><div class="panel-body">
    <h1 class="title margin-bottom-lg" itemprop="headline">{told.title}</h1>
    <div class="hidden hide d-none"><span itemprop="name">Sở TTTT Lâm Phước</span></div>
    <div class="row margin-bottom-lg"><div class="col-md-12"><span class="h5">
    {told.shown("WEEKDAY - %d/%m/%Y %H:%M")}</span></div><div class="col-md-12">
    <ul class="list-inline text-right"><li><a href="/mail">Gửi mail</a></li>
    <li><a href="/in">In ra</a></li></ul></div></div>
    <div class="clearfix">{lead if told.lead else ""}</div>
    <div id="news-bodyhtml" class="bodytext margin-bottom-lg">{texts(told)}</div>
    <div class="margin-bottom-lg">{author}</div></div></div>
    <div class="news_column panel panel-default"><div class="panel-body">
    <div class="h5"><strong>Tags: </strong><a href="/t">{told.section}</a></div></div></div>
    <div class="news_column panel panel-default"><div class="panel-body">
    <p>Tổng số điểm của bài viết là: {told.number % 9} trong {told.number % 5} đánh giá</p>
    <div>Click để đánh giá bài viết</div></div></div>
    <div class="news_column panel"><div class="panel-body other-news">
    <p class="h3"><strong>Những tin cũ hơn</strong></p>
    <ul class="related list-inline">{related(others)}</ul></div></div>"""
    crumbs = (
        f'<div class="breadcrumbs"><a href="/">Trang nhất</a> <a href="/s">{told.section}</a></div>'
    )
    body = (
        f'<div class="wraper"><header><div class="clock">Thứ hai, 23/11/2026, 07:38</div>{menu()}'
        f'</header><section><div class="container" id="body">{crumbs}<div class="row">'
        f'<div class="col-sm-16 col-md-18">{article}</div><div class="col-sm-8 col-md-6">'
        f"{sidebar()}</div></div></div></section>{footer()}</div>"
    )
    return page(f"{told.title} - {told.section} - Sở Thông tin và Truyền thông Lâm Phước", body)


def vhv(told: Story, others: list[Story]) -> str:
    lead = (
        f'<div class="block-core-a3"><div class="brief">{told.lead}</div></div>'
        if told.lead
        else ""
    )
    author = f'<div class="author">Tác giả: {told.author}</div>' if told.author else ""
    article = f"""
    <div id="module{told.number}23" class="ModuleWrapper" modulerootid="4">
    <section id="section{told.number}" class="section-list Article-Detail-default">
    <article class="news-detail-layout-type-2" itemtype="http://schema.org/NewsArticle">
    <meta itemprop="datePublished" content="{told.moment:%Y-%m-%dT%H:%M}:00+07:00">
    <span class="post-date">{told.shown("WEEKDAY, %d/%m/%Y | %H:%M")}</span>
    <div class="block_share right"><a>A-</a> <a>A</a> <a>A+</a><a>In</a><a>Email</a></div>
    <h1 class="title-detail" itemprop="headline">{told.title}</h1>
    {lead}
    <div class="block-core-a5"><div class="content-detail" itemprop="articleBody">{texts(told)}
    <style>.x {{ color: red }}</style></div></div>
    <div class="rating">Đánh giá bài viết</div>
    <div class="author">Lượt xem: {told.number * 37}</div>{author}
    <div class="relatedArticles"><div class="panel-heading">Tin liên quan</div>
    <ul>{related(others, "%d/%m/%Y")}</ul></div></article></section></div>"""
    body = (
        f'<div class="site"><div class="top">{menu()}</div><div class="main-content">{article}'
        f'</div><div class="right-content">{sidebar()}</div>{footer()}</div>'
    )
    return page(f"{told.title} - Trường Lâm Phước", body)


def sharepoint(told: Story, others: list[Story]) -> str:
    """Ids that number all but their end; the fixed title of an organisation."""
    part = f"ctl00_ctl{told.number % 90 + 10}_g_{told.number:08x}_4b1c_9d0a_ctl00"
    lead = f'<div id="divArticleDescription1">{told.lead}</div>' if told.lead else ""
    body = f"""
    <form id="aspnetForm" method="post"><input type="hidden" name="__VIEWSTATE" value="x">
    <a href="#c">Skip Ribbon Commands</a><a href="#m">Skip to main content</a>
    <div id="s4-workspace"><div id="s4-bodyContainer">{menu()}
    <table class="main"><tr><td class="left">{sidebar()}</td><td class="center">
    <div class="crumb">Chi tiết tin</div>
    <div id="{part}_pnHide"><span class="News_Time_Post">
    {told.shown("WEEKDAY, %d/%m/%Y %H:%M")} |</span></div>
    <div id="divArticleDescription3"><h1 class="News_Detail_Title">{told.title}</h1></div>
    {lead}<div id="divArticleDescription2">{texts(told)}
    {f'<p style="text-align: right"><b>{told.author}</b></p>' if told.author else ""}</div>
    <div id="{part}_pnNguontin"></div>
    <div class="other"><h3>Tin khác</h3><ul>{related(others)}</ul></div>
    </td></tr></table>{footer()}</div></div></form>"""
    return page("Chi tiết tin - Sở Thông tin và Truyền thông Lâm Phước", body)


def uiarticle(told: Story, others: list[Story]) -> str:
    lead = f'<p class="ArticleSummary">{told.lead}</p>' if told.lead else ""
    author = f"<p><b>Tác giả: {told.author}</b></p>" if told.author else ""
    body = f"""
    <div class="wrapper"><div class="header">{menu()}</div>
    <div class="UIArticleInMenu_Default"><div class="ArticleDetailControl">
    <h1 class="ArticleHeader">{told.title}</h1>
    <div class="PostDate">{told.shown("%d/%m/%Y %H:%M")}</div>
    <div class="tool"><a href="javascript:print()">In trang</a> <span>Cỡ chữ</span></div>
    {lead}<div class="ArticleContent">{texts(told)}{author}</div>
    <div class="author">Lượt xem: {told.number * 11}</div>
    <div class="UISocialShare">Chia sẻ</div>
    <div class="relate-news"><h2>Tin cùng chuyên mục</h2><ul>{related(others)}</ul></div>
    </div></div>{sidebar()}{footer()}</div>"""
    return page(f"Cổng thông tin điện tử Lâm Phước | {told.title}", body)


def tables(told: Story, others: list[Story]) -> str:
    """A site of about 2008: nested tables, no class, no id, text in bare cells."""
    paragraphs = "<br><br>".join(told.paragraphs)
    lead = f"<b>{told.lead}</b>" if told.lead else ""
    body = f"""
    <table width="980"><tr><td colspan="3"><img src="banner.gif"></td></tr>
    <tr><td width="180">{menu()}</td><td width="600"><table width="100%">
    <tr><td><b>{told.title}</b></td></tr>
    <tr><td><i>({told.shown("%d/%m/%Y %H:%M")})</i></td></tr>
    <tr><td>{lead}</td></tr>
    <tr><td>{paragraphs}</td></tr>
    <tr><td align="right"><b>{told.author or ""}</b></td></tr>
    <tr><td><a href="/print">Bản in</a> <a href="/back">Quay lại</a></td></tr>
    <tr><td>Các tin khác<ul>{related(others)}</ul></td></tr></table></td>
    <td width="200">{sidebar()}</td></tr><tr><td colspan="3">{footer()}</td></tr></table>"""
    return page(f"{told.title}", body)


def liferay7(told: Story, others: list[Story]) -> str:
    """A vendor's portlet under a fixed `<title>`; only a day is shown."""
    lead = f'<div class="sapo"><strong>{told.lead}</strong></div>' if told.lead else ""
    body = f"""
    <div id="wrapper"><header id="banner">{menu()}</header><section id="content">
    <div class="columns-2" id="main-content"><div class="portlet-layout row">
    <div class="col-md-8 portlet-column" id="column-1"><div class="portlet-content">
    <div class="news-detail"><h3 class="header-title">{told.title}</h3>
    <div class="info"><span class="date">Ngày đăng: {told.moment:%d-%m-%Y}</span>
    <span class="view">Lượt xem: {told.number * 7}</span></div>
    {lead}<div class="journal-content-article" id="article_{told.number}_1.0">{texts(told)}
    {f'<p style="text-align:right"><strong>{told.author}</strong></p>' if told.author else ""}
    </div><div class="taglib-social-bookmarks">Chia sẻ Facebook</div>
    <div class="other"><h4>Tin liên quan</h4><ul>{related(others, "%d-%m-%Y")}</ul></div>
    </div></div></div><div class="col-md-4 portlet-column" id="column-2">{sidebar()}</div>
    </div></div></section>{footer()}</div>"""
    return page("Chi tiết tin - Cổng thông tin điện tử Lâm Phước", body)


TEMPLATES: dict[str, Template] = {
    "nukeviet": nukeviet,
    "vhv": vhv,
    "sharepoint": sharepoint,
    "uiarticle": uiarticle,
    "tables": tables,
    "liferay7": liferay7,
}
