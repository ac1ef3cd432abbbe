"""UIArticle: an ASP.NET system of departments and wards of Ninh Bình and Hải Phòng.

Odd: sections and articles have addresses of one depth, and only an article's ends in a number;
further pages of a listing are answers to a form whose values stand in a script of the section.
"""

import re
from urllib.parse import urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.recognition import Sign
from portal_crawler.ways.forms import FormPages

ARTICLE = Profile(
    name="uiarticle",
    title=(".ArticleDetailControl .ArticleHeader", ".ArticleHeader"),
    date=(".ArticleDetailControl .PostDate", ".PostDate"),
    lead=(".ArticleSummary",),
    author=(".ArticleDetailControl .author span", ".ArticleDetailControl .author"),
    body=(".ArticleContent",),
    attachments=(".ArticleDetailControl .attach", ".ArticleDetailControl a.link-download"),
    drop=(".tool", ".UISocialShare", "img.ImgDetailImage", ".relate-news", ".box-relate"),
)

LISTING = ListingProfile(
    row=(
        "ul.ArticleList > li",
        ".UIArticleInMenu_Default .item, .UIArticleInMenu_Default .list-news .item",
        ".list-news .item",
        ".UIListNews_Default .item",
    ),
    link=(".Title a", "h2 a", "h3 a", "a"),
    date=(".Ngaydang", ".PostDate", ".date"),
)

SIGNS = (
    Sign(
        reason="it holds an element {}",
        weight=0.8,
        css=("div::attr(class)",),
        pattern=r"^(?:UIArticleInMenu_Default|ArticleDetailControl)\b",
    ),
    Sign(
        reason="it loads files from {}",
        weight=0.6,
        css=("script::attr(src)", "link::attr(href)"),
        pattern=r"^/DesktopModule/UI\w{2,40}/",
    ),
    Sign(
        reason="its rows are in a list ArticleList with titles and dates of this system",
        weight=0.6,
        css=("ul.ArticleList .Title a", "ul.ArticleList .Ngaydang"),
    ),
    Sign(
        reason="a script of the page asks for {}",
        weight=0.6,
        css=("script",),
        pattern=r"/DesktopModule/UIArticleInMenu/",
    ),
)

_ARTICLE_PATH = re.compile(r"(?:/[^/]+)+/[^/]+-(?!(?:19|20)\d\d$)(\d{4,12})")


def article_key(url: str) -> str | None:
    """The number at the end of an article's address; None for other pages."""
    match = _ARTICLE_PATH.fullmatch(urlsplit(without_session(url)).path.rstrip("/"))
    return match[1] if match and not is_copy(url) else None


def _named(field: str) -> tuple[str, bytes]:
    """The script of a section gives numbers as they are and other values in quotes."""
    value = r"""['"]?((?<=['"])[^'"]{0,500}(?=['"])|\d{1,20})"""
    return field, rf"\b{field}['\"]?\s{{0,20}}[:=]\s{{0,20}}{value}".encode()


_FOUND = (
    *("article_category_id", "site_id", "categoryIds", "page_size", "show_no", "show_post_date"),
    *("show_view_count", "filter_order_in_list", "num_of_text", "number_of_day", "articlelang"),
)
"""The fields whose values a section's script names; the first two it must."""


class UIArticle(Portal):
    """A listing is a section, then answers to a form with the page's number."""

    platform = "uiarticle"
    signs = SIGNS
    listing_profile = LISTING
    article_profile = ARTICLE
    ways = (
        FormPages(
            action="/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle",
            number="page",
            shift=0,
            fields=(
                *((name, "") for name in ("categoryIds", "keyword", "date_begin", "date_end")),
                ("page_size", "15"),
                *((name, "False") for name in ("show_no", "show_view_count", "is_default", "new")),
                ("show_post_date", "True"),
                ("filter_order_in_list", "False"),
                ("num_of_text", "0"),
                ("number_of_day", "3"),
                ("no", "-15"),
                ("articlelang", "vi-VN"),
                ("is_authenticated", "False"),
            ),
            found=tuple(map(_named, _FOUND)),
            ends_with_seen=True,
        ),
    )
    article_key = staticmethod(article_key)
