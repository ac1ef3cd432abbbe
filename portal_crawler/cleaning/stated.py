"""The date and the authors that a page states for machines.

They stand in JSON-LD, in `meta` elements, in microdata and in `time` elements. Systems fill them
from accounts and from the time of the last edit, so a shown date or name is trusted more.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import islice
from typing import cast

from lxml import etree

from archive.moments import VIETNAM
from portal_crawler.cleaning.page.linked_data import (
    linked_article,
    linked_objects,
    names_in,
    text_value,
)
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.words.dates import DateReading, read_date
from portal_crawler.cleaning.words.names import agency_of, is_account
from portal_crawler.cleaning.words.people import is_office
from portal_crawler.cleaning.words.text import clean, folded_line

MOST_DATES = 12
"""Stated dates that are read."""

MOST_AUTHORS = 20
"""Stated authors that are kept."""

LONGEST_AUTHOR_CHARS = 80
"""A person's name with a title is shorter."""

LONGEST_STATED_CHARS = 60
"""A time for machines is shorter."""

_PUBLISHED_PROPERTIES = ("article:published_time", "og:article:published_time", "og:published_time")
_PUBLISHED_NAMES = (
    *("pubdate", "publishdate", "publish_date", "publish-date", "publication_date"),
    *("publication-date", "published", "published_time", "datepublished", "date.published"),
    *("article.published", "article:published_time", "parsely-pub-date", "sailthru.date"),
    *("cxenseparse:recs:publishtime", "citation_publication_date", "citation_date"),
    *("dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date"),
    *("dc.date", "date"),
)
"""Names of `meta` elements, the most trusted first."""
_CHANGED_NAMES = ("article:modified_time", "og:updated_time", "datemodified", "last-modified")
_AUTHOR_NAMES = (
    *("author", "article:author", "article.author", "parsely-author", "sailthru.author"),
    *("dc.creator", "dcterms.creator", "citation_author", "byl"),
)
_AUTHOR_LABELS = frozenset(
    (
        *(
            "written by",
            "author",
            "by",
            "verfasst von",
            "geschrieben von",
            "écrit par",
            "escrito por",
        ),
        *("scritto da", "napisane przez", "автор", "viết bởi", "tác giả", "geschreven door"),
    )
)
_SITE_NAMES = ("og:site_name", "application-name", "copyright", "dc.publisher", "publisher")
_OWNERS = ("WebSite", "Organization", "NewsMediaOrganization", "GovernmentOrganization")
_SITES_END = re.compile(r"\s+[-|–·]\s+")
_SECONDS = re.compile(r"1\d{9}(?:\d{3})?")
_BY = re.compile(
    r"^(?:(?:by|von|par|bởi|tác giả)\b\s*:?\s*|(?:autor|author|автор|текст|text)\s*:\s*)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"https?:|www\.|@|\d{2}|[<>{}]")

_OTHER_PLACES = frozenset(("a", "li", "aside", "nav"))
"""Elements around the times of other articles; a footer counts unless it is an article's."""
_CHANGED_CLASS = re.compile(r"updat|modif", re.IGNORECASE)
_PUBLISHED_CLASS = re.compile(r"publish|pubdate|entry-date|post-date", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


_WITH_PROPERTY = etree.XPath("descendant::*[@itemprop]")


class Stated:
    """What a page states for machines about the article with a title; read when first needed."""

    def __init__(self, root: etree._Element, title: str) -> None:
        self._root = root
        self._title = folded_line(title)

    def dates(self, now: datetime) -> Iterator[DateReading]:
        """The times of publication, the most trusted first; `now` is as in `read_date`.

        A time that is also stated as the time of change may only be that of the last edit:
        it comes behind the others.
        """
        texts = list(islice(dict.fromkeys(filter(None, self._published())), MOST_DATES))
        readings = [read_date(machine_time(text), now) for text in texts]
        changed = {read_date(machine_time(text), now).value for text in self._changed()}
        readings.sort(key=lambda reading: reading.value in changed)
        yield from (reading for reading in readings if reading.value)

    def author(self) -> str | None:
        """The authors' names, with a comma between them; None if no one is named.

        Accounts, offices, addresses and the site's own name are left out.
        """
        for names in self._authors():
            kept = dict.fromkeys(name for raw in names if (name := self.person_named(raw)))
            if kept:
                return ", ".join(islice(kept, MOST_AUTHORS))
        return None

    @cached_property
    def _objects(self) -> list[dict[str, object]]:
        return linked_objects(self._root)

    @cached_property
    def _article(self) -> dict[str, object]:
        return linked_article(self._objects, self._title)

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        """The contents of the `meta` elements by their names in lower case."""
        found: dict[str, list[str]] = {}
        for meta in self._root.iter("meta"):
            content = meta.get("content")
            names = {meta.get(key) for key in ("property", "name", "itemprop")} - {None}
            for name in names if content else ():
                found.setdefault(str(name).strip().lower(), []).append(content or "")
        return found

    @cached_property
    def _properties(self) -> dict[str, list[etree._Element]]:
        """The elements with microdata by property; those of other articles are left out."""
        found: dict[str, list[etree._Element]] = {}
        wanted = ("datePublished", "dateModified", "author", "creator")
        for element in cast("list[etree._Element]", _WITH_PROPERTY(self._root)):
            for name in (element.get("itemprop") or "").split():
                if name in wanted and not _is_elsewhere(element):
                    found.setdefault(name, []).append(element)
        return found

    def _published(self) -> Iterator[str]:
        yield text_value(self._article.get("datePublished"))
        for name in _PUBLISHED_PROPERTIES:
            yield from self._metas.get(name, ())
        yield from map(_stated_time, self._properties.get("datePublished", ()))
        for name in _PUBLISHED_NAMES:
            yield from self._metas.get(name, ())
        yield from (element.get("datetime") or "" for element in self._times())
        yield text_value(self._article.get("dateCreated"))

    def _changed(self) -> Iterator[str]:
        yield text_value(self._article.get("dateModified"))
        for name in _CHANGED_NAMES:
            yield from self._metas.get(name, ())[:1]
        yield from map(_stated_time, self._properties.get("dateModified", ())[:1])

    def _times(self) -> list[etree._Element]:
        """The page's `time` elements that may give the publication, the nearest to the headline
        first."""
        heading, times = 0, []
        for place, element in enumerate(self._root.iter("time", *_HEADINGS)):
            if element.tag != "time":
                if not heading and folded_line(text_of(element)) == self._title:
                    heading = place
            elif element.get("datetime") and not _is_elsewhere(element):
                label = element.get("class") or ""
                is_published = "pubdate" in element.attrib or _PUBLISHED_CLASS.search(label)
                if is_published or not _CHANGED_CLASS.search(label):
                    times.append((not is_published, place, element))
        times.sort(key=lambda one: (one[0], abs(one[1] - heading), one[1]))
        return [element for _, _, element in times]

    def _authors(self) -> Iterator[Iterator[str]]:
        yield names_in(self._article.get("author"), self._objects)
        yield names_in(self._article.get("creator"), self._objects)
        for name in ("author", "creator"):
            yield (_stated_name(element) for element in self._properties.get(name, ()))
        for name in _AUTHOR_NAMES:
            yield iter(self._metas.get(name, ()))
        yield self._labelled_authors()
        links = (link for link in self._root.iter("a") if "author" in (link.get("rel") or ""))
        yield (text_of(link) for link in links if not _is_elsewhere(link))

    def _labelled_authors(self) -> Iterator[str]:
        """The authors that the cards for social networks name behind a label."""
        for number in ("1", "2"):
            labels = self._metas.get(f"twitter:label{number}", ())
            if any(folded_line(label) in _AUTHOR_LABELS for label in labels):
                yield from self._metas.get(f"twitter:data{number}", ())

    @cached_property
    def _site(self) -> frozenset[str]:
        """The names of the site and of its owner, folded."""
        stated = [name for key in _SITE_NAMES for name in self._metas.get(key, ())]
        stated += names_in(self._article.get("publisher"), self._objects)
        owners = ("WebSite", "Organization", "NewsMediaOrganization", "GovernmentOrganization")
        stated += [
            text_value(one.get("name")) for one in self._objects if one.get("@type") in owners
        ]
        for element in islice(self._root.iter("title"), 1):
            stated += _SITES_END.split(clean(element.text or ""))[1:]
        return frozenset(map(folded_line, stated))

    def person_named(self, raw: str) -> str | None:
        """The name of a person or an agency; None for accounts, offices, addresses and the site."""
        name = _BY.sub("", clean(raw[: LONGEST_STATED_CHARS * 4])).strip(" .,;:-–|")
        if not name or len(name) > LONGEST_AUTHOR_CHARS or _NO_NAME.search(name):
            return None
        if folded_line(name) in self._site or is_account(name):
            return None
        return None if is_office(name) and not agency_of(name) else name


def machine_time(text: str) -> str:
    """A time for machines in the form that `read_date` reads: ISO 8601 in full for its basic
    forms, for the dates of mails, and for seconds or milliseconds since 1970; any other text as it
    is."""
    written = clean(text[:LONGEST_STATED_CHARS])
    if _SECONDS.fullmatch(written):
        return datetime.fromtimestamp(int(written[:10]), VIETNAM).isoformat()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if moment.tzinfo is not None or ":" in written:
            return moment.replace(microsecond=0, tzinfo=moment.tzinfo or VIETNAM).isoformat()
        return moment.date().isoformat() if len(written) <= len("2022-07-26") else written
    return written


def _is_elsewhere(element: etree._Element) -> bool:
    outer = {one.tag for one in element.iterancestors()}
    return not outer.isdisjoint(_OTHER_PLACES) or ("footer" in outer and "article" not in outer)


def _stated_time(element: etree._Element) -> str:
    for attribute in ("content", "datetime"):
        if value := element.get(attribute):
            return value
    text = text_of(element)
    return text if len(text) <= LONGEST_STATED_CHARS else ""


def _stated_name(element: etree._Element) -> str:
    """The name in an author's element: its content, its element for the name, or its text."""
    if content := element.get("content"):
        return content
    names = (inner for inner in element.iter("*") if inner.get("itemprop") == "name")
    named = next(names, None)
    shown = element if named is None else named
    return shown.get("content") or text_of(shown)
