"""Reads an article by the learned layout of its site, or with a general extractor."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from textwrap import shorten

from lxml import etree

from archive.models import Article
from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.body.surroundings import MENU_IN_BODY
from portal_crawler.cleaning.extraction import (
    LEAST_TEXT_CHARS,
    PAGE_CUT,
    NoTitleError,
    Reading,
    article_by_layout,
    refuse_substitute_page,
)
from portal_crawler.cleaning.page.caps import general_part
from portal_crawler.cleaning.page.charset import Decoded, decode
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.problems import TITLE_FROM_HEAD, TITLE_FROM_TEXT
from portal_crawler.cleaning.profile import Profile, with_standards
from portal_crawler.cleaning.words.boilerplate import is_boilerplate
from portal_crawler.cleaning.words.dates import read_date
from portal_crawler.cleaning.words.headlines import (
    LONGEST_HEADLINE_CHARS,
    ListedTitle,
    is_running,
)
from portal_crawler.cleaning.words.text import clean, folded_line
from portal_crawler.learning.choice import chosen_text
from portal_crawler.learning.containers import GOOD_FIT, best_of, fit, goes_by_turn
from portal_crawler.learning.extractor import READ_GENERALLY
from portal_crawler.learning.fallback import one_page_layout
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.marking import (
    MARKED,
    holds_most_repeated,
    mark_date_line,
    mark_repeated,
)
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import KEPT_CHARS, learning_tree
from portal_crawler.learning.site_headlines import SHORTEST_LINE_CHARS

CONTAINER_MISSING = "container-missing"
"""A problem code: the page has none of the learned containers, so its layout is another."""

EXTRACTOR_FAILED = "extractor-failed"
"""A problem code: the general extractor raised an error on the page, and its text is missing."""

MUCH_TEXT_CHARS = 600
"""So much own text outside of a container that counts siblings shows that it is the wrong one. A
notice of five words is surrounded by a headline and new entries of the sidebar."""

FIRST_WORDS_CHARS = 80

UNKNOWN = Profile(name="unknown", title=("title",))
"""The layout of a site without a learned one."""


def extract_learned(  # noqa: PLR0913 -- a page, its capture, and the layout to read it
    html: bytes,
    url: str,
    model: SiteModel | None,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
    listed_title: str | None = None,
) -> Article:
    """The article on a page of a site whose layout is learned; `model` is None if none is.

    The other arguments and the errors are those of `cleaning.extraction.extract`. If the text comes
    from a general extractor, which may raise MissingDependencyError, `problems` has the code why.
    """
    decoded = decode(html, content_type)
    root = learning_tree(decoded.text)
    layout = model.profile if model else UNKNOWN
    if root is None:
        raise NoTitleError(url, layout.title)
    known = KnownPage(root, model, ListedTitle.of(listed_title))
    refuse_substitute_page(url, root, known.headline, layout)
    fitting = _fitting(known, model) if model else None
    read = _general(known, decoded) if fitting is None else _learned(known, fitting)
    title, *codes = _headline(known, read) or ("",)
    if not title:
        raise NoTitleError(url, layout.title)
    reading = Reading(known.tree, with_standards(read.layout), title, (*read.problems, *codes))
    article = article_by_layout(
        reading, decoded, url, fetched_at=fetched_at, content_type=content_type
    )
    if TITLE_FROM_TEXT in codes and article.body is None:
        return replace(article, body=title)  # the text is one line, and is not lost as its title
    if read.layout.body:
        return article
    return replace(article, body=_plain(read.plain, title, fetched_at))


@dataclass(frozen=True, slots=True)
class _Read:
    """The layout that fits a page, and how it was found."""

    layout: Profile
    problems: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    """The text's blocks, each by its beginning; without a learned layout only."""
    plain: list[str] = field(default_factory=list)
    """The general extractor's text by lines."""
    chars: int = 0
    """The length of the text, if the page shows no headline."""


def _learned(known: KnownPage, fitting: Profile) -> _Read:
    text = ""
    if known.headline is None and (container := known.tree.first(fitting.body)) is not None:
        text = shown_text(container)
    is_menu = known.model is not None and _holds_page(known, fitting, known.model)
    return _Read(fitting, (MENU_IN_BODY,) if is_menu else (), chars=len(clean(text)))


def _general(known: KnownPage, decoded: Decoded) -> _Read:
    choice = chosen_text(decoded.text, known)
    codes = (
        READ_GENERALLY if known.model is None else CONTAINER_MISSING,
        EXTRACTOR_FAILED if choice.has_failed else "",
        PAGE_CUT if len(general_part(decoded.text)) < len(decoded.text) else "",
    )
    kept = [block for block, one in zip(known.facts.blocks, choice.blocks, strict=True) if one]
    return _Read(
        one_page_layout(known, choice),
        tuple(code for code in codes if code),
        [block.text for block in kept],
        choice.lines,
        sum(block.length for block in kept),
    )


def _headline(known: KnownPage, read: _Read) -> tuple[str, ...]:
    """The headline, and the code of the place that it is from if the page shows none; empty if
    there is no headline, and too little text for an article."""
    if known.headline:
        return (known.headline,)
    # A page that has nearly nothing else is an article with less text, too.
    whole_page = sum(block.length for block in known.facts.blocks)
    if read.chars < min(LEAST_TEXT_CHARS, whole_page // 2 + 1):
        return ()
    if titled := known.title_from_listing():
        return titled
    if title := known.title_from_head():
        return title, TITLE_FROM_HEAD
    lines = (line for line in read.lines if len(line) >= SHORTEST_LINE_CHARS)
    line = next((line for line in lines if not is_running(line)), "")
    if line and len(line) <= LONGEST_HEADLINE_CHARS:
        return line, TITLE_FROM_TEXT
    first = next(iter(read.lines), "")
    return shorten(first, FIRST_WORDS_CHARS, placeholder=" …"), TITLE_FROM_TEXT


def has_container(html: bytes, model: SiteModel, content_type: str | None = None) -> bool:
    """Whether a page has a container of a model; takes a fraction of the time of reading the
    page."""
    root = learning_tree(decode(html, content_type).text)
    return root is not None and _container(KnownPage(root, model), model) is not None


def _plain(said: list[str], title: str, fetched_at: datetime) -> str | None:
    """A general extractor's lines without headline, date and boilerplate; None if none is left."""
    lines = (
        line
        for line in said
        if folded_line(line) != folded_line(title)
        and not is_boilerplate(line)
        and read_date(line, fetched_at).value is None
    )
    return "\n\n".join(lines) or None


def _fitting(known: KnownPage, model: SiteModel) -> Profile | None:
    """The model's layout for this page; None if its container is missing.

    Marks the page's repeated blocks and a line with the date that stands bare in the container.
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
    """Whether the container also holds most of the text that the site sets around its articles."""
    container = known.tree.first(fitting.body)
    return container is not None and holds_most_repeated(container, model.dropped)


def _container(known: KnownPage, model: SiteModel) -> str | None:
    """The selector of the container by which the page is read; None if it has none.

    A container that counts siblings must hold the page's own text: if a sibling is missing, the
    selector finds another element.
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
    """The layout without the selectors that find something else than a lead on this page.

    On a page without lead they may find the next element, mostly the body, or the headline.
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
