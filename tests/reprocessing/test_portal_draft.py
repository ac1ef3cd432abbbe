"""A learned layout as the module of a portal."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.learning.learner import learn
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import page_facts
from portal_crawler.platforms.generic import Generic
from portal_crawler.platforms.liferay6 import Liferay6
from portal_crawler.platforms.nukeviet import NukeViet
from portal_crawler.portals.declaration_check import declaration_fault
from portal_crawler.portals.earlier import Earlier
from portal_crawler.portals.registry import project_settings
from portal_crawler.reprocessing.portal_draft import FALLBACK_TITLES, declared_facts, draft
from tests.learning.sites import site_pages, vhv

KNOWN = project_settings({})
MODEL = SiteModel(
    containers=("div.news div.content",),
    title=("h1.title",),
    date=("span.time::attr(title)",),
    lead=("p.sapo",),
    drop=("div.news div.share",),
    title_separator=" - ",
    pages=10,
    support=0.95,
)
FACTS = {
    "name": "lam-phuoc",
    "hosts": ("lamphuoc.example",),
    "sections": {"tin": "http://lamphuoc.example/tin"},
}


def module(facts: dict[str, Any], *models: SiteModel) -> Any:
    """The portal in a draft, which is checked as in a folder of one's own."""
    names: dict[str, Any] = {"__name__": "draft"}
    exec(draft(facts, models), names)
    (portal,) = [
        one for one in names.values() if isinstance(one, type) and one.__module__ == "draft"
    ]
    assert declaration_fault(portal, KNOWN) is None
    return portal


def test_a_draft_declares_the_facts_and_the_same_selectors() -> None:
    portal = module({**FACTS, "title": "Sở Lâm Phước", "hours": "22:00-05:00"}, MODEL)
    profile = portal.article_profile
    assert portal.__name__ == "LamPhuoc"
    assert (profile.title, profile.body, profile.lead) == (
        MODEL.title,
        MODEL.containers,
        MODEL.lead,
    )
    assert (portal.hosts, portal.hours, portal.learns) == (FACTS["hosts"], "22:00-05:00", False)
    assert portal.entry().title == "Sở Lâm Phước"
    assert set(portal.watched_fields()) == {"date", "lead", "body"}


def test_the_platforms_of_before_a_redesign_stay_declared() -> None:
    earlier = (Earlier(Liferay6, until="2019"), Earlier(NukeViet))
    own: Any = type("Own", (Generic,), {**FACTS, "earlier": earlier})
    assert module(dict(declared_facts(own)), MODEL).earlier == earlier


def test_older_layouts_follow_the_newest() -> None:
    older = replace(MODEL, containers=("div.old",))
    profile = module(FACTS, older, MODEL).article_profile
    assert profile.body == MODEL.containers
    assert profile.older.body == ("div.old",)
    assert module(FACTS, *[MODEL] * 30).article_profile.older is not None


def test_a_layout_without_a_headline_takes_the_pages_own() -> None:
    assert module(FACTS, replace(MODEL, title=())).article_profile.title == FALLBACK_TITLES


def test_facts_that_are_no_literals_and_those_of_every_portal_are_left_out() -> None:
    settings = {"DOWNLOAD_DELAY": 5}
    own: Any = type("Own", (Generic,), {**FACTS, "custom_settings": settings, "cookies": True})
    assert declared_facts(own) == {**FACTS, "cookies": True, "custom_settings": settings}
    own.custom_settings = {"ADDONS": {object(): 1}}
    assert declared_facts(own) == {**FACTS, "cookies": True}


@pytest.mark.parametrize("name", ["none", "generic", "profile", "1-2", "a.b", "layout-1"])
def test_any_name_of_a_portal_gives_a_class(name: str) -> None:
    assert module({**FACTS, "name": name}, MODEL).name == name


@given(st.text(min_size=1))
def test_any_title_stays_a_text(title: str) -> None:
    names: dict[str, Any] = {"__name__": "draft"}
    exec(draft({**FACTS, "title": title}, [MODEL]), names)
    assert names["LamPhuoc"].title == title


def test_a_draft_reads_the_site_as_the_model_does() -> None:
    pages = site_pages("vhv", vhv, 8)
    model = learn([facts for made in pages if (facts := page_facts(made.html, made.url))])
    assert model is not None
    portal = module({**FACTS, "name": "vhv"}, model)
    for made in pages:
        moment = datetime(2026, 11, 23, tzinfo=UTC)
        article = portal.read_article_page(made.html, made.url, moment, None)
        told = made.story
        assert (article.title, article.lead, article.body) == (told.title, told.lead, told.body)
