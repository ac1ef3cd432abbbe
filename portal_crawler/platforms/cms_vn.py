"""CMS vn: ministries and departments on SharePoint until about 2022, and the same names elsewhere.

Odd: ids of web parts hold a GUID that changes when an editor adds the part again; the date ends
with a stray line; a dead number is answered with an empty web part and status 200.
"""

import re
from urllib.parse import urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.recognition import Sign
from portal_crawler.ways.linked import LinkedPages

ARTICLE = Profile(
    name="cms_vn",
    title=("h1.News_Detail_Title", ".News_Detail_Title"),
    date=(".News_Time_Post",),
    lead=("#divArticleDescription1",),
    category=("ul.UL_Link_Menu li:last-child",),
    author=(".author-info span",),
    source=('[id$="_pnNguontin"]',),
    body=(
        "#divArticleDescription2",
        "#divArticleDescription .content",
        "#divArticleDescription",
        ".Around_News_Content",
    ),
    bold_lead=True,
    attachments=(".document-section",),
)

LISTING = ListingProfile(
    row=(
        '[id$="_pnListNews"] li, [id$="_pnGroupNews"] li, .groupnews_item2, '
        ".col-left ul.othernews li",
        ".H2_Favorite2, .list_tin_tieude",
        '[id$="_pnListNews"] > div, [id$="_pnListNews"] > table tr',
    ),
    link=("h3 a", "h2 a", ".list_tin_tieude a", "div a", "a"),
    date=(".date", ".News_Time_Post", ".news_datetime"),
)

SIGNS = (
    Sign(
        reason="its headline has the class News_Detail_Title",
        weight=0.8,
        css=("h1.News_Detail_Title",),
    ),
    Sign(
        reason="its path of sections is a list UL_Link_Menu",
        weight=0.5,
        css=("ul.UL_Link_Menu",),
    ),
    Sign(
        reason="its rows are in a web part pnListNews",
        weight=0.6,
        css=('[id$="_pnListNews"]',),
    ),
    Sign(
        reason="its rows have the class list_tin_tieude or H2_Favorite2",
        weight=0.6,
        css=(".list_tin_tieude a, .H2_Favorite2 a",),
    ),
    Sign(
        reason="its groups of news have the class groupnews_head or groupnews_item2",
        weight=0.6,
        css=(".groupnews_head, .groupnews_item2",),
    ),
    Sign(
        reason="its text is in the element divArticleDescription2",
        weight=0.4,
        css=("#divArticleDescription2",),
    ),
    Sign(
        reason="its sections have addresses of the form {}",
        weight=0.3,
        css=('a[href^="/"]::attr(href)',),
        pattern=r"^/vn/chuyen-muc/\d+/",
    ),
)

_ARTICLE_PATH = re.compile(
    r"(?:/vn)?/(?!chuyen-muc/|danh-muc/|rss/|trang/|pages/)[a-z0-9-]+/(\d+)/[^/]+?(?:\.aspx)?",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?!aspx$)[a-z0-9]{2,5}$", re.IGNORECASE)


def article_key(url: str) -> str | None:
    """The first number in an article's path; None for other pages."""
    path = urlsplit(without_session(url)).path
    match = _ARTICLE_PATH.fullmatch(path)
    return match[1] if match and not _FILE.search(path) and not is_copy(url) else None


class CmsVn(Portal):
    """A listing is a section, whose pages have their number in the query."""

    platform = "cms_vn"
    signs = SIGNS
    listing_profile = LISTING
    article_profile = ARTICLE
    ways = (
        LinkedPages(
            links='[id$="_PhanTrang_D"] a, .Paging a, .Paging option, .pagination a',
            pattern=r"[?&]page=(\d{1,6})",
        ),
    )
    article_key = staticmethod(article_key)
