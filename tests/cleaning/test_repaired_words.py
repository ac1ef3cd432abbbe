"""Search in the articles of a saved portal, held against a look through all mended texts.

The pages lie beside the repository and not in it: without them the tests are skipped. Whatever
entities are broken there, others are broken here, so that each kind stands in real text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html.entities import codepoint2name

import pytest

from archive.database.reading import reading
from archive.entities import mended
from archive.layout import Layout
from archive.models import Article
from archive.search.filters import Filters
from archive.search.find import Search
from archive.search.matching import pattern
from archive.search.query import Query, parsed
from archive.words.letters import lowered
from benchmarks.quality.corpora import HANOI_PACK, corpus
from portal_crawler.cleaning.problems import checked_article
from portal_crawler.portals.reader import FetchedPage, read_article
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt
from tests.archive.building import ArchiveBuilder

pytestmark = pytest.mark.skipif(
    not HANOI_PACK.exists(), reason="the saved portal is not beside this repository"
)

BREAKERS: tuple[Callable[[str], str], ...] = (
    lambda text: each_letter(text, lambda letter: f"{codepoint2name[letter]};"),
    lambda text: each_letter(text, lambda letter: f"&{codepoint2name[letter]};"),
    lambda text: each_letter(text, lambda letter: f"&amp;#{letter};"),
    lambda text: re.sub("(?<=[a-zA-Z])é", ";é", text),
    lambda text: text.replace(" ", "&nbsp;"),
    lambda text: text,
)


def each_letter(text: str, broken: Callable[[int], str]) -> str:
    return re.sub(r"[\xc0-\xff–“”…]", lambda found: broken(ord(found[0])), text)


@cache
def saved_articles() -> tuple[Article, ...]:
    """Every third, as a crawl of the portal reads it."""
    found = corpus("hanoi")
    assert found is not None
    pages = (
        FetchedPage(
            body=page.body,
            url=page.url,
            fetched_at=page.fetched_at,
            content_type=page.content_type,
        )
        for site in found.sites
        for page in site.pages[::3]
    )
    return tuple(read_article(HanoiSotttt, page) for page in pages)


@cache
def broken_articles() -> tuple[Article, ...]:
    return tuple(checked_article(spoilt) for spoilt in spoilt_articles())


def spoilt_articles() -> Iterator[Article]:
    for number, article in enumerate(saved_articles()):
        breaker = BREAKERS[number % len(BREAKERS)]
        paragraphs = (article.body or "").split("\n\n")
        body = (breaker(one) if place % 2 else one for place, one in enumerate(paragraphs))
        yield replace(article, title=breaker(article.title), body="\n\n".join(body))


def texts(article: Article) -> list[str]:
    found = (article.title, article.lead, article.body, article.author)
    return [mended(text) for text in found if text]


def looked_through(articles: tuple[Article, ...], query: Query) -> set[str]:
    """Titles of those that hold all words and phrases, each in one text."""
    return {
        article.title
        for article in articles
        if all(
            any(pattern(phrase).search(lowered(text)) for text in texts(article))
            for phrase in query.phrases
        )
    }


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Article, ...], Layout]:
    articles = broken_articles()
    builder = ArchiveBuilder(tmp_path_factory.mktemp("broken"))
    for number, article in enumerate(articles):
        fields = ("lead", "body", "author", "repaired_words")
        builder.article(
            str(number), article.title, **{name: getattr(article, name) for name in fields}
        )
    return articles, builder.close()


def test_what_was_broken_is_mended_to_what_it_was() -> None:
    for sound, spoilt in zip(saved_articles(), broken_articles(), strict=True):
        assert texts(spoilt) == texts(sound)


@pytest.mark.parametrize(
    "text",
    [
        "phòng",
        "phong",
        "phép",
        "Hà Nội",
        '"Hà Nội"',
        '"phòng chống"',
        "chuyển đổi số",
        '"cấp phép"',
    ],
)
def test_search_finds_what_a_look_through_the_mended_texts_finds(
    broken: tuple[tuple[Article, ...], Layout], text: str
) -> None:
    articles, layout = broken
    query = parsed(text)
    expected = looked_through(articles, query)
    with reading(layout) as connection:
        hits = Search(connection, query, Filters()).hits("rank", limit=len(articles))
        assert {hit.title.text for hit in hits} == expected
    spoilt = {article.title for article in articles if article.repaired_words}
    assert expected & spoilt
