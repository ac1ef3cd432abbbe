"""A declaration that cannot work is refused in one sentence that says how to mend it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from portal_crawler.platforms.generic import Generic
from portal_crawler.platforms.liferay6 import Liferay6
from portal_crawler.platforms.vccorp import VCCorp
from portal_crawler.portals.declaration_check import declaration_fault
from portal_crawler.portals.earlier import Earlier
from portal_crawler.portals.recognition import Sign
from portal_crawler.portals.registry import project_settings
from portal_crawler.ways.days import Days
from portal_crawler.ways.feeds import Sitemap
from portal_crawler.ways.forms import FormPages
from portal_crawler.ways.numbered import Fragments, PathPages
from portal_crawler.ways.postback import PostBack
from tests.support.portals import Wire

KNOWN = project_settings({})
ARTICLE, LISTING = Wire.article_profile, Wire.listing_profile

SOUND = {
    "name": "odd",
    "title": "Sở Lạ",
    "home": "http://sotttt.odd.example/",
    "hosts": ("sotttt.odd.example",),
    "sections": {"tin-tuc": "http://sotttt.odd.example/tin-tuc"},
    "verified_on": "tests",
}


def declared(base: type = Wire, **attributes: Any) -> Any:
    return type("Odd", (base,), {**SOUND, **attributes, "__module__": "own.odd"})


def fault(base: type = Wire, **attributes: Any) -> str | None:
    return declaration_fault(declared(base, **attributes), KNOWN)


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("name", "hai từ", "cannot name folders and files"),
        ("name", "sở-lạ", "cannot name folders and files"),
        ("name", "a/b", "write letters without marks, digits and hyphens"),
        ("name", "..", "cannot name folders and files"),
        ("name", "-q", "cannot name folders and files"),
        ("name", "a" * 65, "at most 64"),
        ("name", 5, "cannot name folders and files"),
        ("name", "imported", "is the folder of imported files"),
        ("earlier", Liferay6, "is not a tuple"),
        ("earlier", (Liferay6,), "is not a tuple"),
        ("earlier", (Earlier("Liferay6"),), "is not the class of a platform"),
        ("earlier", (Earlier(Generic),), "takes almost any address for an article's"),
        ("earlier", (Earlier(Liferay6, until="15/3/2023"),), "is not a day"),
        ("signs", ("Liferay",), "is not a tuple of signs"),
        ("signs", (Sign(reason="odd", weight=0.5, css=("a[",)),), "is not a CSS selector"),
        ("signs", (Sign(reason="odd", weight=0.5, pattern="("),), "is not a pattern"),
        ("signs", (Sign(reason="odd", weight=0.5),), "has neither css nor pattern"),
        ("title", "", "is not a line of text"),
        ("title", "a\nb", "is not a line of text"),
        ("province", 1, "is not a line of text"),
        ("platform", None, "is not a line of text"),
        ("verified_on", 2024, "is not a line of text"),
        ("closed", "2025-13", "write YYYY-MM-DD"),
        ("closed", "2025-02-30", "write YYYY-MM-DD"),
        ("closed", 2025, "is not a line of text"),
        ("successor", [], "is not a line of text"),
        ("home", "sotttt.odd.example", "has no scheme; write https://sotttt.odd.example or http"),
        ("home", "ftp://sotttt.odd.example/", "is not a web address"),
        ("home", "https:///tin", "is not a web address"),
        ("home", "https://me@sotttt.odd.example/", "is not a web address"),
        ("home", " https://sotttt.odd.example/", "is not a web address"),
        ("home", 5, "is not text"),
        ("hosts", "sotttt.odd.example", "is not a tuple of hosts; write a tuple"),
        ("hosts", (), "is empty; write a tuple"),
        ("hosts", {"sotttt.odd.example": 1}, "is not a tuple of hosts"),
        ("hosts", ("https://sotttt.odd.example",), "without scheme or path"),
        ("hosts", ("sotttt.odd.example/tin",), "without scheme or path"),
        ("hosts", ("sotttt.odd.example", ""), "'' is not a host"),
        ("hosts", ("sotttt.odd.example, odd.example",), "is not a host"),
        ("hosts", (None,), "None is not a host"),
        ("hosts", ("sotttt.odd.example:99999",), "is not a host"),
        ("requisite_hosts", "odd.example", "is not a tuple of hosts; write a tuple"),
        ("requisite_hosts", ("http://odd.example/",), "is not a host"),
        ("requisite_hosts", None, "is not a tuple of hosts"),
        ("tls", "weak", "is not a dictionary; write"),
        ("tls", {"*.odd.example": "weak"}, "is not a host; write one name"),
        ("tls", {"sotttt.odd.example": "strong"}, "is neither 'weak' nor 'unverified' nor"),
        ("tls", {"sotttt.odd.example": "-----BEGIN CERTIFICATE-----"}, "nor certificates in PEM"),
        ("sections", {}, "is empty, and nothing is listed"),
        ("sections", ["http://sotttt.odd.example/tin"], "is not a dictionary; write a dictionary"),
        ("sections", "http://sotttt.odd.example/tin", "is not a dictionary"),
        ("sections", {"tin": "sotttt.odd.example/tin"}, "has no scheme; write https://sotttt.odd"),
        ("sections", {"tin": "/tin"}, "is not a web address"),
        ("sections", {"tin": "javascript:void(0)"}, "is not a web address"),
        ("sections", {"tin": ["http://sotttt.odd.example/tin"]}, "is not text"),
        ("sections", {"tin": "http://sotttt.odd.example/tin", "b": 5}, "5 is not text"),
        ("sections", {"": "http://sotttt.odd.example/tin"}, "'' is not a name of a listing"),
        ("sections", {1: "http://sotttt.odd.example/tin"}, "1 is not a name of a listing"),
        ("sections", {"tin": "http://odd.example/tin"}, "add 'odd.example' to hosts"),
        ("hours", "22:00-22:00", 'is not a window; write it as "22:00-05:00"'),
        ("hours", "22:00 - 05:00", "is not a window"),
        ("hours", "10pm-5am", "is not a window"),
        ("hours", ("22:00", "05:00"), "is not a window"),
        ("learns", "no", "is neither True nor False; write one of them"),
        ("cookies", 1, "is neither True nor False; write one of them"),
        ("ways", PathPages(form="/page-{number}"), "is not a tuple; write a tuple of ways"),
        ("ways", ("/page-{number}",), "is not a way of listing; write a tuple of ways"),
        ("ways", (PathPages(form="/page-2"),), "PathPages: form='/page-2' has no {number}"),
        ("ways", (Fragments(form="/{number}", id_pattern=rb"(x)"),), "has no {id}"),
        ("ways", (Fragments(form="/{id}/{number}", id_pattern=rb"x"),), "has no group in bytes"),
        ("ways", (FormPages(action="/", number="n", found=(("a", rb"("),)),), "is not a pattern"),
        ("ways", (Days(form="/%d-%m", oldest="2024-01-01"),), "has no %Y"),
        ("ways", (Days(form="/%d-%m-%Y", oldest="1/1/2024"),), "is not a day; write YYYY-MM-DD"),
        ("ways", (PostBack(target="("),), "target='(' is not a pattern"),
        ("ways", (Sitemap(wanted="["),), "wanted='[' is not a pattern"),
        ("json_profile", {"url": "ID"}, "is not a JsonProfile; write one"),
        ("paged", 0, "is neither True nor False; write one of them"),
        ("ends_with_404", None, "is neither True nor False; write one of them"),
        ("repeats_first_page", "x", "is neither True nor False; write one of them"),
        ("max_pages", 0, "at least 1"),
        ("max_pages", "5", "at least 1"),
        ("max_pages", True, "at least 1"),
        ("article_key", "1", "is not a function"),
        ("listing_profile", None, "is not a ListingProfile"),
        ("listing_profile", ARTICLE, "is not a ListingProfile"),
        ("listing_profile", replace(LISTING, row=()), "row is empty"),
        ("listing_profile", replace(LISTING, link="a"), "link = 'a' is not a tuple; write a tuple"),
        ("listing_profile", replace(LISTING, total_pattern="("), "is not a pattern"),
        ("listing_profile", replace(LISTING, total_pattern="x"), "has no group"),
        ("article_profile", LISTING, "is not a Profile"),
        ("article_profile", replace(ARTICLE, title=()), "title is empty"),
        ("article_profile", replace(ARTICLE, body=("div[",)), "'div[' is not a CSS selector"),
        ("article_profile", replace(ARTICLE, drop=("a:nonsense",)), "is not a CSS selector"),
        ("article_profile", replace(ARTICLE, body_end=">"), "body_end: '>' is not a CSS selector"),
        ("article_profile", replace(ARTICLE, tags=(5,)), "tags: 5 is not a CSS selector"),
        ("article_profile", replace(ARTICLE, not_found="x"), "not_found = 'x' is not a tuple"),
        ("article_profile", replace(ARTICLE, last_byline=1), "is neither True nor False"),
        ("article_profile", replace(ARTICLE, older=LISTING), "is not a Profile"),
        ("article_profile", replace(ARTICLE, older=replace(ARTICLE, lead=("",))), "lead: ''"),
        ("custom_settings", ["DOWNLOAD_DELAY"], "is not a dictionary"),
        ("custom_settings", {"DOWNLOAD_DELAY": -1}, "DOWNLOAD_DELAY=-1: write a number from 0"),
        ("custom_settings", {"DOWNLOAD_DELAY": None}, "write a number from 0"),
        ("custom_settings", {"DOWNLOAD_DELAY": float("nan")}, "write a number from 0"),
        ("custom_settings", {"PORTAL_OBEY_ROBOTS": "perhaps"}, "write true or false"),
        ("custom_settings", {"PORTAL_MAX_DELAI": 5}, "did you mean PORTAL_MAX_DELAY?"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_by_class_and_attribute(
    attribute: str, value: object, words: str
) -> None:
    told = fault(**{attribute: value})
    assert told is not None
    assert attribute in told
    assert words in told
    assert told.endswith("(class Odd in own.odd)")
    assert "\n" not in told


@pytest.mark.parametrize("attribute", ["hosts", "sections"])
def test_what_is_missing_is_named(attribute: str) -> None:
    attributes = {name: value for name, value in SOUND.items() if name != attribute}
    bare = type("Odd", (Generic,), {**attributes, "__module__": "own.odd"})
    told = declaration_fault(bare, KNOWN)
    assert told == (
        f"{attribute} missing; declare it as docs/PORTALS.md says (class Odd in own.odd)"
    )


@pytest.mark.parametrize(
    ("hosts", "listing", "home"),
    [
        (("sotttt.odd.example",), "https://sotttt.odd.example/tin", "https://sotttt.odd.example/"),
        (("odd.example", "tin.odd.example"), "http://tin.odd.example/", "http://odd.example/"),
        (("*.odd.example",), "https://tin.odd.example/tin", "https://odd.example/"),
        (("127.0.0.1",), "http://127.0.0.1:8080/tin", "http://127.0.0.1:8080/"),
        (("odd.example:8080", "tin.example"), "http://tin.example/", "http://odd.example:8080/"),
        (("::1", "odd.example"), "http://odd.example/", "http://[::1]/"),
        ({"b.example", "a.example"}, "https://b.example/", "https://a.example/"),
    ],
)
def test_name_hosts_and_listings_are_enough(hosts: Any, listing: str, home: str) -> None:
    attributes = {"name": "odd", "hosts": hosts, "sections": {"tin": listing}}
    bare: Any = type("Odd", (Generic,), {**attributes, "__module__": "own.odd"})
    assert declaration_fault(bare, KNOWN) is None
    entry = bare.entry()
    assert (entry.title, entry.province, entry.home) == ("odd", None, home)
    assert bare.verified_on is None


def test_a_circle_of_layouts_is_refused() -> None:
    circle = replace(ARTICLE)
    object.__setattr__(circle, "older", circle)
    assert "older leads beyond" in str(fault(article_profile=circle))


def test_what_a_platform_declares_is_not_learned_too() -> None:
    told = str(fault(VCCorp, learns=True))
    assert re.match(r"learns = True, but .* platform vccorp .*; leave learns out", told)
    told = str(fault(Generic, article_profile=ARTICLE))
    assert re.match(r"learns = True, but .* platform generic .*; write learns = False", told)
    assert fault(Generic, article_profile=ARTICLE, learns=False) is None


def test_a_portal_without_a_platform_is_told_to_take_one() -> None:
    from portal_crawler.crawl.spider import Portal

    told = fault(Portal, platform="own", listing_profile=LISTING, article_profile=ARTICLE)
    assert str(told).startswith("article_key missing; take the class of a platform")


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"name": "Sotttt.odd_2"},
        {"hosts": ["sotttt.odd.example"]},
        {"hosts": ("*.odd.example",)},
        {"hosts": ("sotttt.odd.example", "127.0.0.1:8080", "::1", "[::1]:81", "sở.example")},
        {"requisite_hosts": ("*.odd.example", "cdn.example:8443")},
        {"closed": "2025"},
        {"closed": "2025-07-01", "successor": "mst"},
        {"hours": "22:00-05:00"},
        {"max_pages": 1},
        {"custom_settings": {"DOWNLOAD_DELAY": 5, "SOMEBODYS_OWN": object()}},
        {"custom_settings": {"DOWNLOAD_VERIFY_CERTIFICATES": False}},
        {"tls": {"sotttt.odd.example": "weak", "127.0.0.1": "unverified"}},
        {"article_profile": replace(ARTICLE, date=["meta[name=d]::attr(content)"])},
    ],
)
def test_what_can_work_is_not_refused(attributes: dict[str, Any]) -> None:
    assert fault(**attributes) is None


def test_a_portal_that_learns_needs_no_layout() -> None:
    assert fault(Generic) is None
