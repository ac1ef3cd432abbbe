"""Layouts that are held against the reading of single pages: what they may not learn."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive.models import Article
from portal_crawler.learning.extract import CONTAINER_MISSING, extract_learned
from portal_crawler.learning.extractor import READ_GENERALLY
from portal_crawler.learning.learner import learn
from portal_crawler.learning.model import FIELDS, TEXT, SiteModel
from portal_crawler.learning.page_facts import page_facts
from portal_crawler.learning.samples import MOST_SAMPLES, SamplePage, lowest
from portal_crawler.learning.support import Compared, field_supports
from tests.learning.sites import NAMES, TEMPLATES, MadePage, sentence, site_pages

NOW = datetime(2026, 11, 23, tzinfo=UTC)
Change = Callable[[str, random.Random], str]


def learned(pages: list[MadePage]) -> SiteModel:
    facts = [page_facts(made.html, made.url) for made in pages]
    samples = lowest(SamplePage(made.url, made.url, made.html, NOW) for made in pages)
    model = learn([one for one in facts if one], samples)
    assert model is not None
    return model


def read(made: MadePage, model: SiteModel | None) -> Article:
    return extract_learned(made.html, made.url, model, fetched_at=NOW)


def changed(pages: list[MadePage], change: Change) -> list[MadePage]:
    return [
        replace(made, html=change(made.html.decode(), random.Random(made.url)).encode())
        for made in pages
    ]


def with_comments(html: str, chance: random.Random) -> str:
    """Readers' comments, longer than most articles, on two of three pages."""
    items = "".join(
        f'<li class="comment"><b>{chance.choice(NAMES)}</b><p>{sentence(chance, 30, 60)}</p></li>'
        for _ in range(chance.choice((0, 12, 20)))
    )
    return html.replace("<footer", f'<div class="comments-list"><ul>{items}</ul></div><footer')


def with_hot_news(html: str, chance: random.Random) -> str:
    """Summaries of other articles, different on each page, longer than most articles."""
    items = "".join(
        f'<div class="hot-item"><a href="/{chance.random()}">{sentence(chance, 6, 12)}</a>'
        f'<div class="text">{sentence(chance, 30, 50)}</div></div>'
        for _ in range(8)
    )
    return html.replace("<footer", f'<div class="hot-news">{items}</div><footer')


def with_account(html: str, _chance: random.Random) -> str:
    """The account that filed all articles, set like a byline."""
    return html.replace("</h1>", '</h1><p style="text-align:right">Lê Quản Trị</p>', 1)


@pytest.mark.parametrize("count", [5, 10])
@pytest.mark.parametrize("name", ["vhv", "sharepoint", "liferay7"])
@pytest.mark.parametrize("change", [with_comments, with_hot_news])
def test_comments_and_hot_news_never_become_the_container(
    change: Change, name: str, count: int
) -> None:
    pages = changed(site_pages(name, TEMPLATES[name], count + 6), change)
    model = learned(pages[:count])
    for made in pages:
        assert read(made, model).body == made.story.body


@pytest.mark.parametrize("name", ["vhv", "uiarticle", "sharepoint"])
def test_an_account_that_is_the_same_on_all_pages_is_not_learned_as_author(name: str) -> None:
    pages = changed(site_pages(name, TEMPLATES[name], 16), with_account)
    model = learned(pages[:8])
    assert "author" in model.weak
    assert [read(made, model).author for made in pages] == [made.story.author for made in pages]


def with_bold_lead(html: str, _chance: random.Random) -> str:
    """The lead as a bold paragraph of the text, as editors without a field for it write it."""
    before, mark, behind = html.partition('<div class="brief">')
    lead, _, rest = behind.partition("</div></div>")
    start = 'itemprop="articleBody">'
    return (
        f"{before}</div>{rest}".replace(start, f"{start}<p><strong>{lead}</strong></p>")
        if (mark)
        else html
    )


def test_a_field_that_a_page_alone_shows_better_is_read_from_the_page_alone() -> None:
    pages = changed(site_pages("site", TEMPLATES["vhv"], 16), with_bold_lead)
    model = learned(pages[:8])
    assert "lead" in model.weak
    assert model.fields["lead"].single > model.fields["lead"].learned
    leads = [(read(made, model).lead, read(made, None).lead) for made in pages]
    assert all(own == alone for own, alone in leads)
    assert sum(own == made.story.lead for (own, _), made in zip(leads, pages, strict=True)) >= 12


def test_support_depends_on_the_set_of_pages_alone() -> None:
    pages = site_pages("site", TEMPLATES["nukeviet"], 20)
    shuffled = random.Random(1).sample(pages, len(pages))
    one, other = learned(pages), learned(shuffled)
    assert one.fields == other.fields
    assert one.weak == other.weak == ()
    assert set(one.fields) == set(FIELDS)
    assert one.fields["title"].pages == MOST_SAMPLES


def test_a_container_is_checked_on_each_page_whatever_its_name() -> None:
    pages = site_pages("site", TEMPLATES["vhv"], 12)
    model = learned(pages)
    made = site_pages("site", TEMPLATES["vhv"], 1, first=40)[0]
    elsewhere = made.html.replace(b'class="content-detail"', b'class="long-read"')
    box = b'<div class="content-detail" itemprop="articleBody"><p>Video trong ng\xc3\xa0y</p></div>'
    elsewhere = elsewhere.replace(b'<div class="rating">', box + b'<div class="rating">')
    article = read(replace(made, html=elsewhere), model)
    assert CONTAINER_MISSING in article.problems
    assert article.body
    assert all(text in article.body for text in made.story.paragraphs)


def test_a_text_that_is_weak_is_read_generally_and_without_the_sites_repeated_lines() -> None:
    pages = site_pages("site", TEMPLATES["vhv"], 12)
    article = read(pages[0], replace(learned(pages), weak=(TEXT,)))
    assert article.problems == (READ_GENERALLY,)
    assert (article.lead, article.body) == (pages[0].story.lead, pages[0].story.body)


def test_a_place_that_holds_boilerplate_elsewhere_keeps_the_text_of_this_page() -> None:
    pages = site_pages("site", TEMPLATES["vhv"], 12)
    made, model = pages[0], learned(pages)
    lengths = [len(text) for text in made.story.paragraphs]
    place = f"{model.containers[0]} > p:nth-of-type({lengths.index(max(lengths)) + 1})"
    article = read(made, replace(model, drop=(*model.drop, place)))
    assert article.body == made.story.body


def test_pages_of_a_few_sites_that_share_no_layout_are_read_generally() -> None:
    pages = [made for name, one in TEMPLATES.items() for made in site_pages(name, one, 2)]
    facts = [page_facts(made.html, made.url) for made in pages]
    samples = lowest(SamplePage(made.url, made.url, made.html, NOW) for made in pages)
    model = learn([one for one in facts if one], samples)
    assert model is None or TEXT in model.weak


def dated(dates: list[str]) -> list[Compared]:
    made = (Article(url="http://so.example/1", title="Tin", published_at=date) for date in dates)
    return [Compared(article, article) for article in made]


@pytest.mark.parametrize(
    ("dates", "points"),
    [
        (["2026-11-27"] * 10 + ["2026-11-20T09:12:00+07:00", "2026-10-01"], 3),
        (["2026-11-27"] * 12, 0),
        (["2026-11-20", "2026-11-21T08:00:00+07:00"], 3),
    ],
)
def test_the_day_of_the_visit_counts_nothing_for_a_date(dates: list[str], points: int) -> None:
    assert field_supports(dated(dates))["date"].learned == points
