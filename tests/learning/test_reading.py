"""Made-up sites after real platforms' markup, read by what they teach, and unknown pages."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Article
from portal_crawler.cleaning.body.surroundings import MENU_IN_BODY
from portal_crawler.cleaning.extraction import ExtractionError, NoTitleError, SoftNotFoundError
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.extract import CONTAINER_MISSING, extract_learned
from portal_crawler.learning.extractor import READ_GENERALLY
from portal_crawler.learning.learner import learn
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import page_facts
from portal_crawler.learning.samples import SamplePage, lowest
from tests.learning.sites import TEMPLATES, MadePage, Template, page, site_pages, vhv

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LEARNED_FROM = 20
_NAMES = re.compile(rb"""\s(?:class|id)\s*=\s*("[^"]*"|'[^']*')""")


def without_names(pages: list[MadePage]) -> list[MadePage]:
    return [MadePage(made.url, _NAMES.sub(b"", made.html), made.story) for made in pages]


def learned(pages: list[MadePage]) -> SiteModel:
    facts = [page_facts(made.html, made.url) for made in pages]
    samples = lowest(SamplePage(made.url, made.url, made.html, NOW) for made in pages)
    model = learn([one for one in facts if one], samples)
    assert model is not None
    return model


def read(made: MadePage, model: SiteModel | None) -> Article:
    return extract_learned(made.html, made.url, model, fetched_at=NOW)


def words_f1(article: Article, made: MadePage) -> float:
    got = Counter(f"{article.lead or ''} {article.body or ''}".split())
    want = Counter(f"{made.story.lead or ''} {made.story.body}".split())
    return 2 * (got & want).total() / (got.total() + want.total())


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


each_site = pytest.mark.parametrize(("name", "template"), TEMPLATES.items())


def broken_off(made: MadePage, start: str) -> MadePage:
    """The page with a start tag behind its last paragraph, as of a text that was cut there."""
    last = made.story.paragraphs[-1].encode()
    end = made.html.index(b">", made.html.rindex(last) + len(last)) + 1
    return replace(made, html=made.html[:end] + start.encode() + made.html[end:])


@each_site
@pytest.mark.parametrize(
    "start", ['<table><tr><td style="BORDER: #\n', "<table><tr><td style='BORDER: # "]
)
def test_a_text_that_was_cut_inside_a_cells_tag_ends_there(
    name: str, template: Template, start: str
) -> None:
    pages = site_pages(name, template, LEARNED_FROM + 1)
    article = read(broken_off(pages[-1], start), learned(pages[:LEARNED_FROM]))
    assert (article.body, article.problems) == (pages[-1].story.body, ())


@pytest.mark.parametrize("name", ["nukeviet", "vhv", "uiarticle", "liferay7"])
def test_a_container_that_holds_most_of_the_sites_own_lines_is_marked(name: str) -> None:
    pages = site_pages(name, TEMPLATES[name], LEARNED_FROM + 1)
    article = read(broken_off(pages[-1], "<table><tr><td>"), learned(pages[:LEARNED_FROM]))
    assert article.problems == (MENU_IN_BODY,)


@each_site
def test_a_made_up_site_is_read_exactly(name: str, template: Template) -> None:
    pages = site_pages(name, template, 40)
    model = learned(pages[:LEARNED_FROM])
    for made in pages:
        article = read(made, model)
        told = made.story
        assert (article.title, article.lead, article.body) == (told.title, told.lead, told.body)
        assert article.author == told.author
        assert (article.published_at or "")[:10] == f"{told.moment:%Y-%m-%d}"
        assert article.problems == ()


@each_site
def test_five_pages_are_enough_for_a_clean_site(name: str, template: Template) -> None:
    pages = site_pages(name, template, 20)
    model = learned(pages[:5])
    assert mean([words_f1(read(made, model), made) for made in pages]) >= 0.99


@pytest.mark.parametrize("count", [5, 10, 20])
@pytest.mark.parametrize("tag", ["a", "p"])
def test_a_headline_that_other_pages_list_is_still_one_and_no_lead(count: int, tag: str) -> None:
    pages = site_pages("site", TEMPLATES["nukeviet"], count)
    hottest = [made.story.title for made in pages[: 2 * count // 5]]
    listed = "".join(f"<li><{tag}>{title}</{tag}></li>" for title in hottest)
    hot = f'<ul class="hot">{listed}</ul><footer'.encode()
    pages = [replace(made, html=made.html.replace(b"<footer", hot)) for made in pages]
    model = learned(pages)
    for made in pages:
        article = read(made, model)
        assert (article.title, article.lead) == (made.story.title, made.story.lead)


@each_site
def test_a_site_without_classes_and_ids_is_read_nearly_as_well(
    name: str, template: Template
) -> None:
    pages = without_names(site_pages(name, template, 40))
    model = learned(pages[:LEARNED_FROM])
    articles = [read(made, model) for made in pages]
    assert [article.title for article in articles] == [made.story.title for made in pages]
    f1s = [words_f1(article, made) for article, made in zip(articles, pages, strict=True)]
    assert mean(f1s) >= 0.98


def test_a_redesign_is_seen_and_read_generally() -> None:
    model = learned(site_pages("site", TEMPLATES["nukeviet"], LEARNED_FROM))
    for made in site_pages("site", vhv, 5, first=100):
        article = read(made, model)
        assert CONTAINER_MISSING in article.problems
        assert article.title == made.story.title


def general_words_f1(made: MadePage) -> float:
    from trafilatura import extract

    found = extract(made.html.decode(), include_comments=False) or ""
    return words_f1(Article(url=made.url, title="", body=found), made)


@each_site
def test_an_unknown_page_is_read_no_worse_than_by_trafilatura(
    name: str, template: Template
) -> None:
    pages = site_pages(name, template, 10)
    articles = [read(made, None) for made in pages]
    ours = mean([words_f1(article, made) for article, made in zip(articles, pages, strict=True)])
    assert ours >= mean([general_words_f1(made) for made in pages])
    assert [article.title for article in articles] == [made.story.title for made in pages]
    assert all(READ_GENERALLY in article.problems for article in articles)


def test_nothing_is_read_that_is_not_on_the_page() -> None:
    pages = site_pages("vhv", vhv, LEARNED_FROM)
    for model in (learned(pages), None):
        for made in pages[:5]:
            shown = clean(re.sub(r"<[^>]+>", " ", made.html.decode()))
            article = read(made, model)
            for paragraph in (article.body or "").split("\n\n"):
                assert paragraph in shown


def test_paragraphs_stay_in_the_order_of_the_page() -> None:
    pages = site_pages("vhv", vhv, LEARNED_FROM)
    model = learned(pages)
    for made in pages[:5]:
        html = made.html.decode()
        places = [html.index(part) for part in (read(made, model).body or "").split("\n\n")]
        assert places == sorted(places)


def test_a_page_without_headline_is_no_article() -> None:
    model = learned(site_pages("vhv", vhv, LEARNED_FROM))
    menu = page("Tin tức - Sở TTTT", "<ul><li><a href='/a'>Tin tức</a></li></ul>").encode()
    for known in (model, None):
        with pytest.raises(NoTitleError):
            extract_learned(menu, "http://a.example/tin-tuc", known, fetched_at=NOW)


def test_a_soft_404_is_told() -> None:
    gone = page("Không tìm thấy bài viết", "<h1>Không tìm thấy bài viết</h1>").encode()
    with pytest.raises(SoftNotFoundError):
        extract_learned(gone, "http://a.example/1", None, fetched_at=NOW)


def test_a_hand_made_selector_is_followed() -> None:
    pages = site_pages("vhv", vhv, LEARNED_FROM)
    told = learned(pages).to_json().replace("div.block-core-a3 div.brief", "div.brief")
    article = read(pages[0], SiteModel.from_json(told))
    assert article.lead == pages[0].story.lead


_MODEL = learned(site_pages("vhv", vhv, 8))
_PAGE = site_pages("vhv", vhv, 1)[0].html


@settings(max_examples=60)
@given(st.binary(max_size=60), st.integers(0, len(_PAGE)), st.integers(0, 200))
def test_wild_bytes_raise_no_other_error(wild: bytes, at: int, gone: int) -> None:
    damaged = _PAGE[:at] + wild + _PAGE[at + gone :]
    for model in (_MODEL, None):
        try:
            article = extract_learned(damaged, "http://a.example/1", model, fetched_at=NOW)
        except ExtractionError:
            continue
        assert article.title
