"""VHV: sub-sites of departments, one-stop centers and schools, made of ModuleWrapper elements.

Odd: addresses have no number, and a clash gets a digit glued to the slug; the text can stand in the
lead's element with the body's empty; the author's element mostly holds a counter or an account.
"""

import re
from urllib.parse import urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.listings.article_keys import LEAST_SLUG_WORDS
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.urls import is_copy, letters_of
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.recognition import Sign
from portal_crawler.ways.linked import LinkedPages

ARTICLE = Profile(
    name="vhv",
    title=("h1.title-detail", 'article [itemprop="headline"]'),
    date=('article meta[itemprop="datePublished"]::attr(content)', "article .post-date"),
    lead=(".block-core-a3 .brief", ".article-brief", ".news-detail-layout-type-2 .brief"),
    author=("article .author", "article .tac_gia_news"),
    source=("article .source",),
    body=(
        '.content-detail[itemprop="articleBody"]',
        ".content-detail",
        ".article-content.common-content",
    ),
    attachments=(".attach-files", "article a.link-download"),
    drop=(
        ".social-connect",
        ".block_share",
        ".network-share",
        ".rating",
        ".show-article",
        ".relatedArticles",
        '[id^="audio"]',
    ),
)

_ROWS = (
    "article.Article-News",
    "article.item-block",
    "article.detailType2",
    ".listType6.news-item",
    ".news-listType10",
)


def _rows_in(section: str) -> str:
    return ", ".join(f"{section} {css}" for css in _ROWS)


LISTING = ListingProfile(
    # Sections beside the listing have rows of the same names.
    row=(
        *(_rows_in(css) for css in ('[class*="Article-Detail-"]', '[class*="listNewsType"]')),
        _rows_in(".col-left"),
        ", ".join(_ROWS),
    ),
    link=(".entry-title a", ".news-title a", "h2 a", "h3 a", "h4 a"),
    date=(
        "time.post-date::attr(datetime)",
        "time::attr(datetime)",
        ".time-news",
        ".post-date",
        ".date",
    ),
)

SIGNS = (
    Sign(
        reason="it is made of VHV's elements ModuleWrapper",
        weight=0.9,
        css=("div.ModuleWrapper[modulerootid]",),
    ),
    Sign(
        reason="its section has VHV's class {}",
        weight=0.6,
        css=("section.section-list::attr(class)",),
        pattern=r"Article-(?:Detail|News)-[\w-]{1,40}",
    ),
    Sign(
        reason="its files are in VHV's folder {}",
        weight=0.4,
        css=("img::attr(src)", "script::attr(src)", "link::attr(href)"),
        pattern=r"/App/Corporate/",
    ),
)

_WORD = re.compile(r"[^-_+\s]+")


def article_key(url: str) -> str | None:
    """The last part of an article's path without `.html`; None for other pages."""
    path = letters_of(urlsplit(without_session(url)).path).lower()
    folder, _, last = path.rpartition("/")
    slug = last.removesuffix(".html")
    is_article = folder and slug != last and len(_WORD.findall(slug)) >= LEAST_SLUG_WORDS
    return slug if is_article and not is_copy(url) else None


class VHV(Portal):
    """A listing is a section, whose pages have their number in the query."""

    platform = "vhv"
    signs = SIGNS
    listing_profile = LISTING
    article_profile = ARTICLE
    ways = (LinkedPages(links=".default-pagination a", pattern=r"[?&](?i:page|pageno)=(\d{1,6})"),)
    article_key = staticmethod(article_key)
