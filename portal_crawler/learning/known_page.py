"""A page while it is read: its tree for selectors, and its facts if selectors do not suffice."""

from collections.abc import Container, Sequence
from functools import cached_property
from urllib.parse import urlsplit

from lxml import etree

from portal_crawler.cleaning.page.selectors import ParsedPage
from portal_crawler.cleaning.problems import TITLE_FROM_HEAD, TITLE_FROM_LISTING
from portal_crawler.cleaning.words.boilerplate import is_page_name
from portal_crawler.cleaning.words.headlines import ListedTitle, may_be_headline
from portal_crawler.cleaning.words.text import clean, folded_line
from portal_crawler.learning.headlines import headline_among, without_site
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import PageFacts, facts_and_elements, page_titles
from portal_crawler.learning.paths import Skeleton
from portal_crawler.learning.repetition import SitePage, is_link
from portal_crawler.learning.site_headlines import (
    HEADINGS,
    SHORTEST_LINE_CHARS,
    line_above_date,
    main_heading,
)

SITE_NAMES = ("og:site_name", "application-name")
"""Properties of `meta` elements that name the site."""


class _RememberingPage(ParsedPage):
    """Searches the tree once for each selector: one that counts siblings takes a tenth of a ms."""

    def __init__(self, root: etree._Element) -> None:
        super().__init__(root)
        self._first_found: dict[str, list[etree._Element]] = {}

    def select(self, selector: str) -> list[etree._Element]:
        """The elements that the selector found when it was first asked for."""
        if selector not in self._first_found:
            self._first_found[selector] = super().select(selector)
        return self._first_found[selector]


class KnownPage:
    """A page with its site's model. Its facts are those before any element is removed."""

    def __init__(
        self, root: etree._Element, model: SiteModel | None, listed: ListedTitle | None = None
    ) -> None:
        self.tree: ParsedPage = _RememberingPage(root)
        self.model = model
        self.listed = listed
        """The article's title on a listing; None if it is not known."""
        self._repeated: Container[str] = model.repeated if model else frozenset()

    @cached_property
    def _walked(self) -> tuple[PageFacts, list[etree._Element]]:
        return facts_and_elements(self.tree.root)

    @property
    def facts(self) -> PageFacts:
        """The facts of the whole page; made when they are first needed."""
        return self._walked[0]

    @property
    def elements(self) -> list[etree._Element]:
        """The elements at the places of the facts."""
        return self._walked[1]

    def place_of(self, element: etree._Element) -> int | None:
        """The place of an element in the facts; None if it is hidden."""
        return next((at for at, one in enumerate(self.elements) if one is element), None)

    @cached_property
    def repeated_blocks(self) -> list[bool]:
        """For each block whether the site repeats it, by the model."""
        return [block.key in self._repeated for block in self.facts.blocks]

    @cached_property
    def page(self) -> SitePage:
        """The page's blocks, each marked as its own or as a link or a repeated text."""
        page = SitePage(
            Skeleton(self.facts),
            [is_link(block) or block.key in self._repeated for block in self.facts.blocks],
        )
        page.weigh(None)
        return page

    @cached_property
    def headline(self) -> str | None:
        """The headline: the text with the listed title's words, else one in the model's place for
        it or elsewhere that `<title>` names.

        If neither names one, as on sites where `<title>` is a fixed text: the heading that is
        nearly the listed title, the first text in the model's place, else the main heading. None if
        there is none.
        """
        shown = [
            text
            for raw in self.tree.texts(self.model.title if self.model else ())
            if (text := clean(raw))
        ]
        titles = [title for title in page_titles(self.tree.root) if title]
        listed = self.listed
        # The page's own texts are not needed on most pages, and take most of the time.
        return (
            (listed and (listed.same_in(shown) or listed.same_in(self._texts)))
            or _named(shown, titles)
            or _named([text for text in self._texts if self._agrees(text)], titles)
            or (listed and listed.nearest_in((*shown, *self._headings, *self._linked_headings)))
            or next((text for text in shown if may_be_headline(text) and self._agrees(text)), None)
            or self._heading()
        )

    def _agrees(self, text: str) -> bool:
        """Whether a text is a heading, or has words of the listed title if one is known.

        Other texts that a fixed `<title>` names, or that stand above a date, are the site's name or
        a byline.
        """
        is_unlike = self.listed is not None and self.listed.is_unlike(text)
        return not is_unlike or text in self._headings or text in self._linked_headings

    @cached_property
    def _headings(self) -> list[str]:
        blocks = zip(self.facts.blocks, self.page.junk, strict=True)
        own = (block for block, junk in blocks if not (junk or block.linked))
        return [block.text for block in own if self.facts.tags[block.element] in HEADINGS]

    @cached_property
    def _linked_headings(self) -> list[str]:
        """The texts of headings that are links, as many systems set the headline, without those
        that lead to the home page: the site's name."""
        found = []
        for block in self.facts.blocks:
            tag = self.facts.tags[block.element]
            if tag in HEADINGS and block.linked and block.key not in self._repeated:
                links = self.elements[block.element].iter("a")
                is_name = any(urlsplit(link.get("href") or "/").path == "/" for link in links)
                if not is_name and block.length >= SHORTEST_LINE_CHARS:
                    found.append(block.text)
        return found

    @cached_property
    def _texts(self) -> list[str]:
        """The page's own texts, then the headings that are links."""
        return [*self._own_texts(), *self._linked_headings]

    def _own_texts(self) -> list[str]:
        blocks = zip(self.facts.blocks, self.page.junk, strict=True)
        return [block.text for block, junk in blocks if not (junk or block.linked)]

    def _heading(self) -> str | None:
        found = main_heading(self.page) or line_above_date(self.page)
        if found and self._agrees(found.text):
            return found.text
        firsts = [
            block.text
            for block in self.facts.blocks
            if self.facts.tags[block.element] == "h1" and block.text in self._linked_headings
        ]
        return firsts[0] if len(firsts) == 1 else None

    def title_from_head(self) -> str | None:
        """The headline as the page's head has it, without the site's name; None if it has none."""
        return next((title for title in self._titles() if not is_page_name(title)), None)

    def title_from_listing(self) -> tuple[str, str] | None:
        """The head's title that the listed one names, else the listed one; with its code."""
        listed = self.listed
        if listed is None:
            return None
        titles = self._titles()
        if title := listed.same_in(titles) or listed.nearest_in(titles):
            return title, TITLE_FROM_HEAD
        return (listed.text, TITLE_FROM_LISTING) if listed.may_be_title else None

    def _titles(self) -> list[str]:
        """The titles of the page's head without the site's name, `og:title` first."""
        names = (meta for meta in self.tree.root.iter("meta") if meta.get("property") in SITE_NAMES)
        site = {folded_line(meta.get("content") or "") for meta in names}
        titles = [title for title in page_titles(self.tree.root) if title]
        own = (without_site(title, site) for title in reversed(titles))
        return [title for title in own if title]


def _named(texts: Sequence[str], titles: list[str]) -> str | None:
    """The first of the texts that a title of the page names; None if none is."""
    found = (headline_among(texts, title) for title in titles)
    return next((text for text in found if text), None)
