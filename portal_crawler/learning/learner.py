"""Learns the model of a site's layout from the facts of its pages."""

from collections.abc import Sequence

from portal_crawler.learning.boilerplate import boilerplate_selectors, repeated_blocks
from portal_crawler.learning.containers import Votes, container_places, containers, support
from portal_crawler.learning.fields import (
    author_selectors,
    date_selectors,
    lead_selectors,
    title_selectors,
)
from portal_crawler.learning.headlines import separator_of
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import PageFacts
from portal_crawler.learning.repetition import Site, site_of
from portal_crawler.learning.site_headlines import set_headlines

FEWEST_ARTICLES = 5
"""A container learned from fewer reads worse than a general extractor (F1 of 0.862 against 0.956 in
the trial)."""

LEAST_SUPPORT = 0.6
"""The share of pages that the containers must fit; below it the pages are of several sites."""


def learn(pages: Sequence[PageFacts]) -> SiteModel | None:
    """The layout that the pages share; None if they are too few or share none.

    The same pages in the same order give the same model.
    """
    site = site_of(pages)
    if site.articles < FEWEST_ARTICLES:
        return None
    set_headlines(site)
    votes = Votes(site)
    found = containers(site, votes)
    share = support(votes, found)
    if not found or share < LEAST_SUPPORT:
        return None
    places = list(container_places(votes, found))
    head = lead_selectors(places)
    return SiteModel(
        containers=found,
        title=title_selectors(places),
        date=date_selectors(places),
        lead=head.lead,
        author=author_selectors(places),
        cover=tuple(f"{box} img" for box in head.box),
        drop=(*head.box, *boilerplate_selectors(places, site)),
        title_separator=_separator(site),
        boilerplate=repeated_blocks(places, site),
        pages=site.articles,
        support=share,
    )


def _separator(site: Site) -> str | None:
    return separator_of(
        [page.facts.titles[0] for page in site.pages], [page.headline for page in site.pages]
    )
