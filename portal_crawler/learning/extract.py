"""Reads an article by the learned layout of its site, or with a general extractor."""

from collections.abc import Iterator
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
from portal_crawler.cleaning.stated import Stated
from portal_crawler.cleaning.words.boilerplate import is_boilerplate
from portal_crawler.cleaning.words.dates import read_date
from portal_crawler.cleaning.words.headlines import (
    LONGEST_HEADLINE_CHARS,
    ListedTitle,
    is_running,
)
from portal_crawler.cleaning.words.text import clean, folded_line
from portal_crawler.learning.choice import chosen_text
from portal_crawler.learning.containers import best_of, fit, goes_by_turn, without_paths
from portal_crawler.learning.extractor import READ_GENERALLY
from portal_crawler.learning.fallback import one_page_fields, one_page_layout
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.marking import (
    MARK,
    MARKED,
    holds_most_repeated,
    mark_date_line,
    mark_pictures,
    mark_repeated,
)
from portal_crawler.learning.model import TEXT, SiteModel
from portal_crawler.learning.outside import has_more_outside, has_own_text
from portal_crawler.learning.page_facts import KEPT_CHARS, learning_tree
from portal_crawler.learning.shown_authors import Shown, shown_author
from portal_crawler.learning.site_headlines import SHORTEST_LINE_CHARS

CONTAINER_MISSING = "container-missing"
"""A problem code: the page has none of the learned containers, so its layout is another."""

EXTRACTOR_FAILED = "extractor-failed"
"""A problem code: the general extractor raised an error on the page, and its text is missing."""

MUCH_TEXT_CHARS = 600
"""So much own text outside of a container that fits badly shows that it is the wrong one. A notice
of five words is surrounded by a headline and new entries of the sidebar."""

FIRST_WORDS_CHARS = 80

OF_ONE_PAGE = frozenset(("date", "lead", "author"))
"""Fields that a page alone has selectors for."""

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
    return read_page(
        html,
        url,
        model,
        fetched_at=fetched_at,
        content_type=content_type,
        listed_title=listed_title,
    ).article


@dataclass(frozen=True, slots=True)
class PageReading:
    """The article of a page, and the blocks that are its text."""

    article: Article
    blocks: tuple[bool, ...] | None
    """For each block of the page's facts whether a general reading chose it; None if there was
    none."""


def read_page(  # noqa: PLR0913 -- a page, its capture, and the layout to read it
    html: bytes,
    url: str,
    model: SiteModel | None,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
    listed_title: str | None = None,
) -> PageReading:
    """As `extract_learned`, with the blocks that are the text."""
    decoded = decode(html, content_type)
    root = learning_tree(decoded.text)
    layout = model.profile if model else UNKNOWN
    if root is None:
        raise NoTitleError(url, layout.title)
    known = KnownPage(root, model, ListedTitle.of(listed_title))
    refuse_substitute_page(url, root, known.headline, layout)
    fitting = _fitting(known, model) if model and TEXT not in model.weak else None
    read = _general(known, decoded) if fitting is None else _learned(known, fitting)
    title, *codes = _headline(known, read) or ("",)
    if not title:
        raise NoTitleError(url, layout.title)
    reading = Reading(known.tree, with_standards(read.layout), title, (*read.problems, *codes))
    # Reading the body removes elements.
    has_learned = fitting is not None and bool(fitting.author)
    shown = Shown() if has_learned else _shown_author(known, read, title)
    article = article_by_layout(
        reading, decoded, url, fetched_at=fetched_at, content_type=content_type
    )
    if not (article.author or article.source or article.account):
        article = replace(article, author=shown.author, source=shown.source)
    if TITLE_FROM_TEXT in codes and article.body is None:
        article = replace(article, body=title)  # the text is one line, not lost as its title
    elif not read.layout.body:
        article = replace(article, body=_plain(read.plain, title, fetched_at))
    return PageReading(article, read.blocks)


def _shown_author(known: KnownPage, read: "_Read", title: str) -> Shown:
    """The names in a line of the page that a class calls the author's."""
    body = known.tree.first(read.layout.body)
    if body is None:
        return Shown()
    root = known.tree.root
    return shown_author(root, Stated(root, title), lambda: _head(known, read.layout), body)


def _head(known: KnownPage, layout: Profile) -> etree._Element | None:
    """The element of the headline: at the layout's place, else anywhere, which takes longer."""
    title = known.headline
    places = (element for css in layout.title for element in known.tree.select(css))
    shown = next((one for one in places if clean(text_of(one)) == title), None)
    if shown is not None and shown.tag != "title":
        return shown
    blocks = known.facts.blocks
    return next((known.elements[one.element] for one in blocks if one.text == title), None)


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
    blocks: tuple[bool, ...] | None = None
    """For each block whether it is text; without a learned layout only."""


def _learned(known: KnownPage, fitting: Profile) -> _Read:
    text = ""
    if known.headline is None and (container := known.tree.first(fitting.body)) is not None:
        text = shown_text(container)
    is_menu = known.model is not None and _holds_page(known, fitting, known.model)
    return _Read(fitting, (MENU_IN_BODY,) if is_menu else (), chars=len(clean(text)))


def _general(known: KnownPage, decoded: Decoded) -> _Read:
    choice = chosen_text(decoded.text, known)
    is_expected = known.model is None or TEXT in known.model.weak
    codes = (
        READ_GENERALLY if is_expected else CONTAINER_MISSING,
        EXTRACTOR_FAILED if choice.has_failed else "",
        PAGE_CUT if len(general_part(decoded.text)) < len(decoded.text) else "",
    )
    kept = [block for block, one in zip(known.facts.blocks, choice.blocks, strict=True) if one]
    layout = one_page_layout(known, choice)
    return _Read(
        _with_learned_fields(layout, known.model) if known.model and is_expected else layout,
        tuple(code for code in codes if code),
        [block.text for block in kept],
        choice.lines,
        sum(block.length for block in kept),
        tuple(_blocks_of(known, layout)),
    )


def _blocks_of(known: KnownPage, layout: Profile) -> Iterator[bool]:
    """For each block whether it is in the body or the lead of a layout of one page."""
    facts, elements = known.facts, known.elements
    areas = {known.tree.first((css,)) for css in (*layout.body, *layout.lead)}
    leads = {known.tree.first((css,)) for css in layout.lead}
    kept: list[bool] = []
    for element, parent in zip(elements, facts.parents, strict=True):
        inside = element in areas or (parent >= 0 and kept[parent])
        kept.append(inside and (MARK not in element.attrib or element in leads))
    yield from (kept[block.element] for block in facts.blocks)


def _with_learned_fields(layout: Profile, model: SiteModel) -> Profile:
    """The layout of one page, with the learned selectors of the lead and the author before its
    own."""
    lead = layout.lead if "lead" in model.weak else model.lead
    author = layout.author if "author" in model.weak else (*model.author, *layout.author)
    dropped = (*lead, *(css for css in layout.drop if css not in layout.lead))
    return replace(
        layout, lead=lead, author=author, drop=dropped, title_separator=model.title_separator
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
    if not OF_ONE_PAGE.isdisjoint(model.weak):
        layout = _with_fields_of_page(layout, known, model, container)
    layout = _without_false_drops(layout, known, model)
    shown = (date for date in layout.date if "::attr(" not in date)
    dates = {element for date in shown for element in page.select(date)}
    marked = mark_repeated(container, model.dropped, model.files)
    marked |= mark_date_line(container, dates) | mark_pictures(container, model.files)
    return replace(layout, drop=(*layout.drop, MARKED)) if marked else layout


def _without_false_drops(layout: Profile, known: KnownPage, model: SiteModel) -> Profile:
    """The layout without selectors of boilerplate that count siblings and find text of this page:
    if a sibling is missing, they find another element. The lead's own box stays dropped."""
    leads = {found for css in layout.lead for found in known.tree.select(css)[:1]}
    drop = []
    for css in layout.drop:
        found = known.tree.select(css) if goes_by_turn(css) else []
        boxes = (one for one in found if leads.isdisjoint(one.iter()))
        if not any(has_own_text(box, model.repeated) for box in boxes):
            drop.append(css)
    return replace(layout, drop=tuple(drop))


def _with_fields_of_page(
    layout: Profile, known: KnownPage, model: SiteModel, container: etree._Element
) -> Profile:
    """The layout, with the page's own selectors of the fields that the model reads badly."""
    page = known.page
    page.weigh((known.headline or "")[:KEPT_CHARS])
    place = known.place_of(container)
    first, end = page.skeleton.block_range(place) if place is not None else (0, 0)
    alone = one_page_fields(known, [own and first <= at < end for at, own in enumerate(page.own)])
    if "date" in model.weak:
        layout = replace(layout, date=alone.date, date_guesses=alone.date_guesses)
    if "lead" in model.weak:
        layout = replace(layout, lead=alone.lead, drop=(*layout.drop, *alone.lead))
    if "author" in model.weak:
        layout = replace(layout, author=alone.author)
    return layout


def _holds_page(known: KnownPage, fitting: Profile, model: SiteModel) -> bool:
    """Whether the container also holds most of the text that the site sets around its articles."""
    container = known.tree.first(fitting.body)
    return container is not None and holds_most_repeated(container, model.dropped)


def _container(known: KnownPage, model: SiteModel) -> str | None:
    """The selector of the container by which the page is read; None if it has none.

    A container must hold the page's own text as far as it does on the site's other pages: another
    element may have its name, and if a sibling is missing, a selector that counts siblings finds
    another element.
    """
    there = [css for css in model.containers if known.tree.select(css)]
    if not there:
        return None
    if not goes_by_turn(there[0]):
        container = known.tree.select(there[0])[0]
        if TEXT in model.weak or not has_more_outside(known.tree.root, container):
            return there[0]
    page = without_paths(known.page, frozenset(model.outside))
    page.weigh((known.headline or "")[:KEPT_CHARS])
    seen = ((css, known.place_of(known.tree.select(css)[0])) for css in there)
    places = {css: place for css, place in seen if place is not None}
    best = best_of({css: fit(page, place) for css, place in places.items()})
    if best is None or fit(page, places[best]) >= model.least_fit:
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
