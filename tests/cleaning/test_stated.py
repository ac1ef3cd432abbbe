"""Dates and authors that a page states for machines, beside those that it shows."""

import json

import pytest

from archive.models import Article
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.stated import machine_time
from tests.cleaning.pages import SENTENCE, TITLE, read

PROFILE = Profile(
    name="test", title=("h1",), date=(".date",), body=(".text",), account=(".account",)
)
STATED = "2024-05-06T08:30:00+07:00"


def page_with(head: str = "", above: str = "") -> Article:
    page = (
        f"<html><head><title>{TITLE} - Sở Ví Dụ</title>{head}</head><body><h1>{TITLE}</h1>{above}"
        f"<div class='text'><p>{SENTENCE}</p></div></body></html>"
    )
    return read(page, profile=PROFILE)


def linked(*objects: object) -> str:
    value = objects[0] if len(objects) == 1 else list(objects)
    return f"<script type='application/ld+json'>{json.dumps(value)}</script>"


ARTICLE = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": STATED,
    "author": {"@type": "Person", "name": "Lê Thị Hoa"},
}


@pytest.mark.parametrize(
    "head",
    [
        linked(ARTICLE),
        linked({"@type": "BreadcrumbList"}, ARTICLE),
        linked({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, ARTICLE]}),
        linked({"@type": "WebPage", "mainEntity": ARTICLE}),
        linked({**ARTICLE, "headline": "Tin khác", "datePublished": "2020-01-01"}, ARTICLE),
        linked({**ARTICLE, "datePublished": 1714959000}),
        linked(ARTICLE).replace("}</script>", "},;</script>").replace("},;", "};"),
        linked(ARTICLE).replace('"}}', '",}}'),
        linked(ARTICLE)
        .replace("+json'>", "+json'>\n<!--\n")
        .replace("</script>", "\n-->\n</script>"),
        f"<meta property='article:published_time' content='{STATED}'>",
        "<meta name='DC.date.issued' content='2024-05-06T08:30:00+07:00'>",
        "<meta name='pubdate' content='Mon, 06 May 2024 01:30:00 GMT'>",
        "<meta itemprop='datePublished' content='20240506T013000Z'>",
    ],
)
def test_a_date_stated_for_machines_stands_alone(head: str) -> None:
    assert page_with(head).published_at == STATED


@pytest.mark.parametrize(
    "markup",
    [
        f"<time datetime='{STATED}'>hôm ấy</time>",
        f"<span itemprop='datePublished' content='{STATED}'></span>",
        f"<span hidden itemprop='datePublished'>{STATED}</span>",
        "<aside><time datetime='2020-01-02T03:04'>2/1</time></aside>"
        f"<time class='updated' datetime='2025-01-01'></time><time datetime='{STATED}'></time>",
    ],
)
def test_an_elements_date_for_machines_is_read(markup: str) -> None:
    assert page_with(above=markup).published_at == STATED


def test_a_shown_date_with_a_minute_wins() -> None:
    shown = "<p class='date'>04/05/2024 15:00</p>"
    assert page_with(linked(ARTICLE), shown).published_at == "2024-05-04T15:00:00+07:00"


def test_a_shown_day_has_the_stated_minute_of_that_day_only() -> None:
    assert page_with(linked(ARTICLE), "<p class='date'>06/05/2024</p>").published_at == STATED
    other = page_with(linked(ARTICLE), "<p class='date'>04/05/2024</p>")
    assert other.published_at == "2024-05-04"
    midnight = linked({**ARTICLE, "datePublished": "2024-05-06T00:00:00+07:00"})
    assert page_with(midnight, "<p class='date'>06/05/2024</p>").published_at == "2024-05-06"


def test_a_stated_date_that_is_also_the_last_edits_is_trusted_less() -> None:
    edited = (
        "<p><span itemprop='datePublished'>2025-01-01T10:00:00+07:00</span>"
        "<span itemprop='dateModified'>2025-01-01T10:00:00+07:00</span></p>"
    )
    head = "<meta name='pubdate' content='2024-05-06T08:30:00+07:00'>"
    assert page_with(head, edited).published_at == STATED


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("Lê Thị Hoa", "Lê Thị Hoa"),
        (["Lê Thị Hoa", {"name": "Trần An"}], "Lê Thị Hoa, Trần An"),
        ({"@type": "Person", "name": ["Lê Thị Hoa"]}, "Lê Thị Hoa"),
        ({"@type": "Person", "name": ["Lê Thị Hoa", "Trần An"]}, "Lê Thị Hoa, Trần An"),
        ({"@type": "Person", "givenName": "Anna", "familyName": "Berg"}, "Anna Berg"),
        ("Ann&eacute; O&#39;Neil", "Anné O'Neil"),
        ("By Anna McDonald", "Anna McDonald"),
        ("admin admin", None),
        ({"@type": "Organization", "name": "Sở Ví Dụ"}, None),
        ("https://facebook.com/so.vi.du", None),
        ("hoa@so.gov.vn", None),
        ({"name": 5}, None),
        (None, None),
    ],
)
def test_a_stated_author_is_a_person(value: object, author: str | None) -> None:
    assert page_with(linked({**ARTICLE, "author": value})).author == author


def test_an_author_in_the_graph_is_found_by_its_id() -> None:
    person = {"@type": "Person", "@id": "#hoa", "name": "Lê Thị Hoa"}
    head = linked({"@graph": [{**ARTICLE, "author": {"@id": "#hoa"}}, person]})
    assert page_with(head).author == "Lê Thị Hoa"


@pytest.mark.parametrize("name", ["author", "dc.creator", "article:author"])
def test_an_author_in_a_meta_element_is_read(name: str) -> None:
    assert page_with(f"<meta name='{name}' content='Lê Thị Hoa'>").author == "Lê Thị Hoa"
    site = "<meta property='og:site_name' content='Báo Ví Dụ'>"
    assert page_with(f"{site}<meta name='{name}' content='Báo Ví Dụ'>").author is None


def test_an_author_in_a_card_for_social_networks_is_known_by_its_label() -> None:
    card = "<meta name='twitter:label1' content='{}'><meta name='twitter:data1' content='Lê Hoa'>"
    assert page_with(card.format("Written by")).author == "Lê Hoa"
    assert page_with(card.format("Reading time")).author is None


def test_the_account_that_filed_an_article_is_no_author_though_machines_say_so() -> None:
    head = linked({**ARTICLE, "author": "Phong Tin Hoc"})
    article = page_with(head, "<p class='account'>Phong Tin Hoc</p>")
    assert (article.author, article.account) == (None, "Phong Tin Hoc")


@pytest.mark.parametrize(
    "script",
    ["", "null", "[[[[", "[" * 100_000, '{"@graph": {"@graph": 3}}', '{"@type": {}}', "1" * 9000],
)
def test_odd_json_costs_only_itself(script: str) -> None:
    odd = f"<script type='application/ld+json'>{script}</script>"
    assert page_with(odd + linked(ARTICLE)).published_at == STATED


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("20240506", "2024-05-06"),
        ("2024-05-06 08:30", "2024-05-06T08:30:00+07:00"),
        ("2024-05-06T01:30:00.123Z", "2024-05-06T01:30:00+00:00"),
        ("Mon, 06 May 2024 08:30:00 +0700", "2024-05-06T08:30:00+07:00"),
        ("1714959000", "2024-05-06T08:30:00+07:00"),
        ("1714959000000", "2024-05-06T08:30:00+07:00"),
        ("06/05/2024", "06/05/2024"),
        ("5", "5"),
        ("", ""),
    ],
)
def test_a_time_for_machines_is_brought_into_one_form(text: str, read: str) -> None:
    assert machine_time(text) == read


def test_a_shown_change_gives_way_to_a_stated_publication() -> None:
    shown = "<p class='date'>Last updated: January 7, 2025 10:00</p>"
    assert page_with(linked(ARTICLE), shown).published_at == STATED
    assert page_with(above=shown).published_at == "2025-01-07T10:00:00+07:00"


def test_a_link_to_the_author_names_one() -> None:
    link = "<p>By <a rel='author' href='/au/1'>Anna McDonald</a></p>"
    assert page_with(above=link).author == "Anna McDonald"


def test_a_person_whose_account_filed_the_article_is_its_stated_author() -> None:
    head = linked({**ARTICLE, "author": "James Cook"})
    assert page_with(head, "<p class='account'>James Cook</p>").author == "James Cook"
