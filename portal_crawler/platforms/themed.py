"""What the platforms share whose sites have themes of their own; no platform itself.

Addresses, pagers and signs are the system's and the same on all its sites, the markup is the
theme's. A page of a theme that the platform's profile does not know is read generally.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from archive.models import Article
from portal_crawler.cleaning.extraction import LEAST_TEXT_CHARS, NoTitleError, extract
from portal_crawler.cleaning.listings.sections import is_section
from portal_crawler.cleaning.problems import TITLE_FROM_LISTING
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.words.text import folded_line
from portal_crawler.crawl.spider import Portal
from portal_crawler.learning.extract import extract_learned

_STATED_TITLE = ('meta[property="og:title"]::attr(content)', "h1", "h2")


class ThemedPortal(Portal):
    """A portal whose pages may have a theme that its platform does not know."""

    @classmethod
    def read_article_page(
        cls,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article by the platform's profile. A page on which it finds no headline or no text
        is read by a general extractor, too, for what the profile lacks."""
        article, missing = None, None
        try:
            article = super().read_article_page(body, url, fetched_at, content_type, listed_title)
        except NoTitleError as error:
            missing = error
        if article is not None and _is_of_known_theme(article):
            return article
        general = _read_generally(body, url, fetched_at, content_type, listed_title)
        chars = len((general.body if general is not None else None) or "")
        needed = LEAST_TEXT_CHARS if article is None else 1
        if general is None or chars < needed or cls._is_section(body, url, content_type, chars):
            if missing is not None:
                raise missing
            assert article is not None
            return article
        if article is None or TITLE_FROM_LISTING in article.problems:
            known = cls._without_headline(body, url, fetched_at, content_type)
            article = replace(known, title=general.title)
        return completed(article, general)

    @classmethod
    def _without_headline(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> Article:
        """The fields that the layout of a profile which finds the text gives, but its headline."""
        found = (
            extract(body, url, layout, fetched_at=fetched_at, content_type=content_type)
            for layout in _without_headlines(cls.article_profile)
        )
        return min(found, key=lambda article: "body" in article.missed)

    @classmethod
    def _is_section(cls, body: bytes, url: str, content_type: str | None, chars: int) -> bool:
        """Whether the page is a section, which some systems answer with in place of an article that
        is gone. `chars` is the length of its text."""
        return is_section(
            body, url, cls.listing_profile, key=cls.own_key, chars=chars, content_type=content_type
        )


def _is_of_known_theme(article: Article) -> bool:
    """Whether a platform's profile found the headline and the text."""
    return "body" not in article.missed and TITLE_FROM_LISTING not in article.problems


def _read_generally(
    body: bytes,
    url: str,
    fetched_at: datetime,
    content_type: str | None,
    listed_title: str | None,
) -> Article | None:
    """The article as a general extractor reads it; None if it finds no headline."""
    try:
        return extract_learned(
            body, url, None,
            fetched_at=fetched_at, content_type=content_type, listed_title=listed_title,
        )  # fmt: skip
    except NoTitleError:
        return None


def _without_headlines(profile: Profile) -> Iterator[Profile]:
    """The layouts of a profile, each by itself, for a page whose headline is found in another way.

    A page has its title for machines at least.
    """
    layout: Profile | None = profile
    while layout is not None:
        yield replace(layout, title=("title", *_STATED_TITLE), older=None)
        layout = layout.older


def completed(article: Article, general: Article) -> Article:
    """The article with the text of a general reading, which found more than the platform's
    profile; the fields that the profile found stay."""
    article = replace(
        article,
        author=article.author or general.author,
        account=article.account or general.account,
        source=article.source or general.source,
        category=article.category or general.category,
        tags=article.tags or general.tags,
        published_at=article.published_at or general.published_at,
        problems=tuple(sorted({*article.problems, *general.problems})),
    )
    if "body" not in article.missed or not general.body:
        return article
    first, _, others = general.body.partition("\n\n")
    is_lead_again = article.lead is not None and folded_line(first) == folded_line(article.lead)
    return replace(
        article,
        lead=article.lead or general.lead,
        body=(others or None) if is_lead_again else general.body,
        language=general.language,
        images=general.images,
        videos=general.videos,
        attachments=general.attachments,
    )
