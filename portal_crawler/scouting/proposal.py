"""From a look at a site to the draft of its portal. Pure."""

import importlib
import re
import textwrap
from datetime import date

from archive.provinces.table import provinces
from archive.words.letters import normalised
from portal_crawler.catalogue.departments import Department, departments
from portal_crawler.cleaning.words.text import clean
from portal_crawler.portals.scope import host_and_port
from portal_crawler.scouting.address import is_same_site, root_of
from portal_crawler.scouting.draft import LONGEST_LINE_CHARS, Draft
from portal_crawler.scouting.survey import FoundSite

LONGEST_TITLE_CHARS = 80

MOST_REASONS = 3
"""Signs of the platform that the docstring names."""

_SITE_WORDS = re.compile(
    r"^(?:trang chủ|trang nhất|home|(?:cổng|trang) thông tin điện tử(?: của)?|website"
    r"|(?:cổng|trang) ttđt)\b[\s:–|-]*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s+[|–-]\s+")
_DEPARTMENT = re.compile(r"\b(?:sở|bộ|ban|cục|chi cục|trung tâm|ủy ban|uỷ ban)\b", re.IGNORECASE)


def draft_of(site: FoundSite, name: str, day: date) -> Draft:
    """The draft of a portal for a site that was looked at on a day."""
    department = department_at(site.home.url)
    title = department.title if department else title_of(site, name)
    hosts = dict.fromkeys(
        place[0]
        for url in (root_of(site.home.url), *(each.claim.url for each in site.listings))
        if (place := host_and_port(url)) is not None
    )
    return Draft(
        name=name,
        title=title,
        platform=site.platform.portal,
        province=department.province if department else province_in(title),
        home=root_of(site.home.url),
        hosts=tuple(dict.fromkeys((*hosts, *site.hosts))),
        sections={each.section: each.claim.url for each in site.listings},
        slices=next((each.slices for each in site.listings if each.slices), ""),
        verified_on=f"{day.isoformat()} (saved pages of that day)",
        about=_about(site, title, day),
    )


def department_at(url: str) -> Department | None:
    """The department of the catalogue whose portal is at an address."""
    place = host_and_port(url)
    if place is None:
        return None
    return next(
        (
            each
            for each in departments()
            if each.address and is_same_site(each.address.partition("/")[0], place[0])
        ),
        None,
    )


def title_of(site: FoundSite, name: str) -> str:
    """The department's name, from the title of the front page; the portal's name without one."""
    words = clean(site.links.title or site.links.site_name or "")
    parts = [_SITE_WORDS.sub("", part).strip() for part in _BETWEEN.split(words)]
    parts = [part for part in parts if part]
    best = next((part for part in parts if _DEPARTMENT.search(part)), None)
    title = best or max(parts, key=len, default=name)
    return (
        "".join(each for each in title if each.isprintable())[:LONGEST_TITLE_CHARS].strip() or name
    )


def province_in(title: str) -> str | None:
    """The province whose name a title ends with, as the table of provinces writes it."""
    words = normalised(title).split()
    for length in range(min(6, len(words)), 0, -1):
        name = " ".join(words[-length:])
        if name[:1].isupper() and (found := provinces().named(name)) is not None:
            return found
    return None


def system_of(platform: str) -> str:
    """The name of a platform's system, from the docstring of its module."""
    words = importlib.import_module(f"portal_crawler.platforms.{platform}").__doc__ or platform
    return " ".join(words.partition("\n\n")[0].split()).partition(":")[0].rstrip(".")


def _about(site: FoundSite, title: str, day: date) -> str:
    """The docstring behind the title: the system, since when, and by which signs it is known."""
    is_known = not site.platform.portal.learns
    system = system_of(site.platform.name) if is_known else "a layout that no platform knows"
    first = f"{title}: {system}, seen on {day.isoformat()}."
    head = textwrap.fill(first, LONGEST_LINE_CHARS - 3).removeprefix(f"{title}: ")
    oldest = min(filter(None, (each.claim.oldest for each in site.listings)), default=None)
    since = f"The oldest listed article that was seen is of {oldest[:4]}." if oldest else ""
    reasons = "; ".join(site.platform.recognition.reasons[:MOST_REASONS])
    known = f"Recognized because {reasons}." if is_known else ""
    body = textwrap.fill(f"{since} {known}".strip(), LONGEST_LINE_CHARS)
    return f"{head}\n\n{body}".strip().replace("\\", "/").replace('"', "'")
