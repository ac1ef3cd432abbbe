"""What pages teach of their site: always the same, and not more than they can."""

import random
import subprocess
import sys
from dataclasses import replace

import pytest

from portal_crawler.learning.learner import FEWEST_ARTICLES, learn
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import PageFacts, page_facts
from tests.learning.sites import TEMPLATES, MadePage, nukeviet, page, site_pages, texts, vhv


def facts(pages: list[MadePage]) -> list[PageFacts]:
    found = [page_facts(made.html, made.url) for made in pages]
    return [one for one in found if one is not None]


def learned(pages: list[MadePage]) -> SiteModel:
    model = learn(facts(pages))
    assert model is not None
    return model


def test_the_same_pages_teach_the_same_to_the_byte() -> None:
    pages = facts(site_pages("vhv", vhv, 12))
    first, second = learn(pages), learn(pages)
    assert first is not None
    assert second is not None
    assert first.to_json() == second.to_json()


def test_the_seed_of_hashes_is_no_matter() -> None:
    program = (
        "from tests.learning.test_learner import *\n"
        "print(learned(site_pages('nukeviet', nukeviet, 10)).to_json())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, cwd=".",
            capture_output=True, text=True, check=True, timeout=60,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


def test_the_order_of_pages_changes_no_selector() -> None:
    pages = site_pages("vhv", vhv, 20)
    shuffled = random.Random(1).sample(pages, len(pages))
    assert learned(pages).containers == learned(shuffled).containers


@pytest.mark.parametrize("count", range(FEWEST_ARTICLES))
def test_too_few_articles_teach_nothing(count: int) -> None:
    assert learn(facts(site_pages("vhv", vhv, count))) is None


def test_an_article_under_several_addresses_is_one_article() -> None:
    pages = site_pages("vhv", vhv, 4)
    again = [replace(made, url=f"{made.url}?section=2") for made in pages]
    assert learn(facts(pages + again)) is None


def test_an_article_under_two_sections_is_no_furniture_for_itself() -> None:
    pages = site_pages("vhv", vhv, 3)
    others = site_pages("vhv", vhv, 6, first=50)
    again = [replace(made, url=f"{made.url}?s={s}") for made in pages for s in range(6)]
    dropped = {block.text for block in learned(pages + again + others).boilerplate}
    assert dropped.isdisjoint(made.story.paragraphs[0] for made in pages)


def test_pages_of_many_layouts_teach_nothing() -> None:
    pages = [site_pages(name, template, 1)[0] for name, template in TEMPLATES.items()]
    model = learn(facts(pages))
    assert model is None


def printed(made: MadePage) -> MadePage:
    told = made.story
    body = f"<div class='print'><h1>{told.title}</h1><div class='text'>{texts(told)}</div></div>"
    html = page(f"{told.title} - {told.section} - Sở TTTT", body)
    return replace(made, url=f"{made.url}?print=1", html=html.encode())


def test_print_views_make_no_wrapper_of_all_pages_the_container() -> None:
    pages = site_pages("nukeviet", nukeviet, 10)
    both = [view for made in pages for view in (made, printed(made))]
    assert learned(both).containers[0] != "body"


def test_two_templates_of_a_site_have_a_container_each() -> None:
    news, notices = site_pages("nukeviet", nukeviet, 15), site_pages("b", vhv, 5, first=90)
    model = learned(news + notices)
    assert len(model.containers) > 1
    assert model.support == 1


def test_a_sentence_of_many_articles_is_no_furniture() -> None:
    model = learned(site_pages("vhv", vhv, 30))
    kinds = {block.text: block.kind for block in model.boilerplate}
    assert kinds.get("Xem chi tiết văn bản tại đây./.", "sentence") == "sentence"


def test_furniture_is_named_with_its_pages() -> None:
    model = learned(site_pages("vhv", vhv, 10))
    share = next(block for block in model.boilerplate if block.text == "Đánh giá bài viết")
    assert (share.pages, share.kind) == (10, "repeated")


def test_a_place_with_few_values_is_furniture_on_any_number_of_pages() -> None:
    pages = []
    for at, made in enumerate(site_pages("vhv", vhv, 90)):
        account = f"<p class='account'>can.bo.{at % 15}</p>".encode()
        html = made.html.replace(b"<style>", account + b"<style>")
        pages.append(replace(made, html=html))
    assert any("account" in css for css in learned(pages).drop)
