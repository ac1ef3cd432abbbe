"""Learns the model of a site's layout from the facts of its pages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from portal_crawler.learning.boilerplate import (
    boilerplate_selectors,
    repeated_blocks,
    repeated_files,
)
from portal_crawler.learning.containers import (
    Votes,
    container_places,
    containers,
    least_fit,
    outside_paths,
    support,
)
from portal_crawler.learning.fields import (
    author_selectors,
    date_selectors,
    lead_selectors,
    title_selectors,
)
from portal_crawler.learning.headlines import separator_of
from portal_crawler.learning.model import FIELDS, TEXT, FieldSupport, SiteModel
from portal_crawler.learning.page_facts import PageFacts
from portal_crawler.learning.paths import Skeleton
from portal_crawler.learning.repetition import Site, site_of
from portal_crawler.learning.samples import SamplePage
from portal_crawler.learning.signatures import keep_signatures, signature_selectors
from portal_crawler.learning.site_headlines import set_headlines
from portal_crawler.learning.support import (
    LEAST_AGREEMENT,
    Compared,
    agreement,
    field_supports,
    weak_fields,
)

FEWEST_ARTICLES = 5
"""A container learned from fewer reads worse than a general extractor (F1 of 0.862 against 0.956 in
the trial)."""

FOLDS_OF_FEW = 5
FOLDS_OF_MANY = 2
MANY_PAGES = 27
VERY_MANY_PAGES = 62
"""The support of a layout is measured in so many folds, since with few pages each page counts; with
very many pages, in the first of these folds alone."""

LEAST_SUPPORT = 0.6
"""The share of pages that the containers must fit; below it the pages are of several sites."""


def learn(pages: Sequence[PageFacts], samples: Sequence[SamplePage] = ()) -> SiteModel | None:
    """The layout that the pages share; None if they are too few or share none.

    The samples are some of the pages: a general reading of them shows where the text is. The same
    pages in the same order give the same model.
    """
    skeletons = [Skeleton(page) for page in {page.url: page for page in pages}.values()]
    site = site_of(skeletons)
    model = _layout(site, samples) if site.articles >= FEWEST_ARTICLES else None
    return _measured(model, skeletons, samples) if model and samples else model


def _measured(
    model: SiteModel, skeletons: Sequence[Skeleton], samples: Sequence[SamplePage]
) -> SiteModel:
    """The model with its support, measured by models that are learned without some samples each."""
    folds = list(_left_out(skeletons, samples))
    left_out = [(page, other, page.article(other)) for page, other in folds if other is not None]
    agreed = [agreement(found, page.general, other.repeated) for page, other, found in left_out]
    needed = LEAST_AGREEMENT * len(folds)
    text = FieldSupport(pages=len(folds), learned=round(sum(agreed), 2), single=round(needed, 2))
    alone: tuple[str, ...] = FIELDS[1:]
    if text.learned < text.single:
        alone = FIELDS
        left_out = [
            (page, other, page.article(_alone(other, (TEXT,)))) for page, other, _ in left_out
        ]
    compared = [
        Compared(found, page.article(_alone(other, alone))) for page, other, found in left_out
    ]
    supports = {TEXT: text, **field_supports(compared)}
    return replace(_alone(model, weak_fields(supports)), fields=supports)


def _alone(model: SiteModel, weak: tuple[str, ...]) -> SiteModel:
    """The model without the selectors of some fields, which are read from each page alone."""
    boxes = {css.removesuffix(" img") for css in model.cover} if "lead" in weak else set()
    return replace(
        model,
        title=() if "title" in weak else model.title,
        date=() if "date" in weak else model.date,
        lead=() if "lead" in weak else model.lead,
        author=() if "author" in weak else model.author,
        cover=() if "lead" in weak else model.cover,
        drop=tuple(css for css in model.drop if css not in boxes),
        title_separator=None if "category" in weak else model.title_separator,
        weak=weak,
    )


def _left_out(
    skeletons: Sequence[Skeleton], samples: Sequence[SamplePage]
) -> Iterator[tuple[SamplePage, SiteModel | None]]:
    """Each sample with the model that was learned without it; None if nothing was learned."""
    count = min(len(samples), FOLDS_OF_FEW if len(skeletons) < MANY_PAGES else FOLDS_OF_MANY)
    for fold in range(1 if len(skeletons) >= VERY_MANY_PAGES else count):
        out = samples[fold::count]
        urls = {page.url for page in out}
        others = [sample for sample in samples if sample.url not in urls]
        model = _layout(site_of([one for one in skeletons if one.facts.url not in urls]), others)
        yield from ((page, model) for page in out)


def _layout(site: Site, samples: Sequence[SamplePage]) -> SiteModel | None:
    set_headlines(site)
    read = {sample.url: sample.single for sample in samples}
    votes = Votes(site, {url: one.blocks for url, one in read.items() if one and one.blocks})
    found = containers(votes)
    share = support(votes, found)
    if not found or share < LEAST_SUPPORT:
        return None
    places = list(container_places(votes, found))
    signing = keep_signatures(places, site)
    head = lead_selectors(places)
    outside = outside_paths(places)
    return SiteModel(
        containers=found,
        title=title_selectors(places),
        date=date_selectors(places),
        lead=head.lead,
        author=(*author_selectors(places), *signature_selectors(places, signing)),
        cover=tuple(f"{box} img" for box in head.box),
        drop=(*head.box, *boilerplate_selectors(places, site)),
        title_separator=_separator(site),
        boilerplate=repeated_blocks(places, site),
        pages=site.articles,
        files=repeated_files(places, site),
        support=share,
        outside=outside,
        least_fit=least_fit(votes, found, outside),
    )


def _separator(site: Site) -> str | None:
    return separator_of(
        [page.facts.titles[0] for page in site.pages], [page.headline for page in site.pages]
    )
