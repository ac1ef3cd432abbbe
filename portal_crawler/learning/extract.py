"""An article read by what its site has taught, or generally where too little is known."""

from dataclasses import replace
from datetime import datetime

from lxml import etree

from archive.models import Article
from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.body.surroundings import MENU_IN_BODY
from portal_crawler.cleaning.extraction import (
    PAGE_CUT,
    NoTitleError,
    Reading,
    article_by_layout,
    refuse_substitute_page,
)
from portal_crawler.cleaning.page.caps import general_part
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.profile import Profile, with_standards
from portal_crawler.cleaning.words.boilerplate import is_boilerplate
from portal_crawler.cleaning.words.dates import read_date
from portal_crawler.cleaning.words.text import folded_line
from portal_crawler.learning.containers import GOOD_FIT, best_of, fit, goes_by_turn
from portal_crawler.learning.extractor import READ_GENERALLY
from portal_crawler.learning.fallback import general_text, one_page_layout
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.marking import (
    MARKED,
    holds_most_repeated,
    mark_date_line,
    mark_repeated,
)
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import KEPT_CHARS, learning_tree

CONTAINER_MISSING = "container-missing"
"""The page has none of the containers that its site's pages had: the layout is another."""

EXTRACTOR_FAILED = "extractor-failed"
"""The general extractor raised an error on the page: what the page's own places say remains."""

MUCH_TEXT_CHARS = 600
"""Own text outside of a place that is counted by siblings, from which on the place is the wrong
one. Around a notice of five words stand a headline and what is new in the sidebar."""

UNKNOWN = Profile(name="unknown", title=("title",))
"""What is known of a page of an unknown site."""


def extract_learned(
    html: bytes,
    url: str,
    model: SiteModel | None,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
) -> Article:
    """The article on a page of a site that is known by `model` alone, or not at all.

    Everything else is as in `cleaning.extraction.extract`, the errors too. `problems` says where
    the layout did not help.
    """
    decoded = decode(html, content_type)
    root = learning_tree(decoded.text)
    layout = model.profile if model else UNKNOWN
    if root is None:
        raise NoTitleError(url, layout.title)
    known = KnownPage(root, model)
    title = known.headline
    refuse_substitute_page(url, root, title, layout)
    if title is None:
        raise NoTitleError(url, layout.title)
    fitting = _fitting(known, model) if model else None
    said: list[str] = []
    problems: tuple[str, ...] = ()
    if fitting is not None and model is not None and _holds_page(known, fitting, model):
        problems = (MENU_IN_BODY,)
    if fitting is None:
        problems = (READ_GENERALLY if model is None else CONTAINER_MISSING,)
        found = general_text(decoded.text, known)
        if found is None:
            problems += (EXTRACTOR_FAILED,)
        if len(general_part(decoded.text)) < len(decoded.text):
            problems += (PAGE_CUT,)
        said = found or []
        fitting = one_page_layout(known, said)
    reading = Reading(known.tree, with_standards(fitting), title, problems)
    article = article_by_layout(
        reading, decoded, url, fetched_at=fetched_at, content_type=content_type
    )
    return article if fitting.body else replace(article, body=_plain(said, title, fetched_at))


def has_container(html: bytes, model: SiteModel, content_type: str | None = None) -> bool:
    """Whether a page has the layout of a model; a fraction of what reading it takes."""
    root = learning_tree(decode(html, content_type).text)
    return root is not None and _container(KnownPage(root, model), model) is not None


def _plain(said: list[str], title: str, fetched_at: datetime) -> str | None:
    """A general extractor's lines without headline, time and furniture."""
    lines = (
        line
        for line in said
        if folded_line(line) != folded_line(title)
        and not is_boilerplate(line)
        and read_date(line, fetched_at).value is None
    )
    return "\n\n".join(lines) or None


def _fitting(known: KnownPage, model: SiteModel) -> Profile | None:
    """The model's layout as this page has it; None where its container is missing.

    Marks the page's repeated blocks and a bare line with the date.
    """
    page, css = known.tree, _container(known, model)
    if css is None:
        return None
    layout = _without_false_lead(replace(model.profile, body=(css,)), known)
    container = page.select(css)[0]
    shown = (date for date in model.date if "::attr(" not in date)
    dates = {element for date in shown for element in page.select(date)}
    marked = mark_repeated(container, model.dropped) | mark_date_line(container, dates)
    return replace(layout, drop=(*layout.drop, MARKED)) if marked else layout


def _holds_page(known: KnownPage, fitting: Profile, model: SiteModel) -> bool:
    """Whether the container holds what the site sets around its articles, too."""
    container = known.tree.first(fitting.body)
    return container is not None and holds_most_repeated(container, model.dropped)


def _container(known: KnownPage, model: SiteModel) -> str | None:
    """The selector of the container that the page is read by; None where it has none.

    What goes by its turn among siblings must hold the page's own text: where a sibling is missing,
    another element has its turn.
    """
    there = [css for css in model.containers if known.tree.select(css)]
    if not there or not goes_by_turn(there[0]):
        return there[0] if there else None
    page = known.page
    page.weigh((known.headline or "")[:KEPT_CHARS])
    places = {css: known.elements.index(known.tree.select(css)[0]) for css in there}
    best = best_of({css: fit(page, place) for css, place in places.items()})
    if best is None or not goes_by_turn(best) or fit(page, places[best]) >= GOOD_FIT:
        return best
    outside = page.all_own_chars - page.own_chars(places[best])
    return best if outside < MUCH_TEXT_CHARS else None


def _without_false_lead(layout: Profile, known: KnownPage) -> Profile:
    """The layout without leads that are none on this page.

    On a page without lead what follows has its turn, mostly the whole body; or the headline's box.
    """
    title = folded_line(known.headline or "")
    shown = (element for css in layout.title for element in known.tree.select(css))
    heads = {element for element in shown if folded_line(text_of(element)) == title}
    lead = []
    for css in layout.lead:
        found = known.tree.select(css)
        is_title = any(not heads.isdisjoint(element.iter()) for element in found[:1])
        if not is_title and not (goes_by_turn(css) and _is_whole(found)):
            lead.append(css)
    return replace(layout, lead=tuple(lead))


def _is_whole(found: list[etree._Element]) -> bool:
    """Whether an element holds several blocks with text."""
    inner = (block for element in found[:1] for block in element.iterdescendants(*BLOCK_TAGS))
    return sum(not text_of(block).isspace() for block in inner) > 1
