"""Listings whose pages have numbers in their addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way

NUMBER = "{number}"
"""The place of the number in a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPages(Way):
    """Pages by a number at the end of the path: `/tin-tuc/page-2`, `/tin-tuc/trang-2.htm`."""

    form: str
    """The end of the path from page 2 on, with `{number}`: `/page-{number}`."""
    ending: str = ""
    """The end of the first page's path that the form replaces: `.htm`."""
    shift: int = 0
    """Added to the page's number."""

    def faults(self) -> Iterator[str]:
        """A form without a number."""
        yield from faults_of_form(self.form, NUMBER)

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The section's path with the page's number."""
        parts = urlsplit(answer.url)
        stem = re.sub(f"{_pattern(self.form)}$", "", parts.path)
        stem = stem.removesuffix(self.ending) if self.ending else stem
        path = _joined(stem, self.form.replace(NUMBER, str(page + self.shift)))
        return ListingRequest(url=urlunsplit((parts.scheme, parts.netloc, path, parts.query, "")))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPages(Way):
    """Pages by a number in the query: `?page=2`, or by an offset: `?start=20`."""

    name: str
    """The parameter's name."""
    shift: int = 0
    """Added to the page's number; -1 if the second page has number 1."""
    step: int = 1
    """Rows of a page, if the parameter counts rows: with shift -1, page 2 is `?start=20`."""

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The section's address with the page's number in its query."""
        return ListingRequest(
            url=with_parameter(answer.url, self.name, (page + self.shift) * self.step)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offsets(Way):
    """Pages by the number of rows before them, for pages of unknown length: `?start=20`."""

    name: str
    """The parameter's name."""

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The address behind the rows of the last page that was read.

        Rows that an earlier page had do not count: the rows that moved down since come again.
        """
        step = answer.unseen or answer.rows
        before = dict(parse_qsl(urlsplit(answer.url).query)).get(self.name, "0")
        start = (int(before) if before.isdecimal() else 0) + (page - answer.page) * step
        return ListingRequest(url=with_parameter(answer.url, self.name, start))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments(Way):
    """The section's page, then fragments whose addresses have an id from that page."""

    form: str
    """The path of a fragment: `/timelinelist/{id}/{number}.htm`."""
    id_pattern: bytes
    """Its first group is the id, in the section's page."""
    shift: int = -1
    """Added to the page's number: the second page is fragment 1."""
    no_id: str | None = "0"
    """The id of a page that has no fragments."""

    def faults(self) -> Iterator[str]:
        """A form without a number or an id, or a pattern that gives none."""
        yield from faults_of_form(self.form, NUMBER, "{id}")
        yield from faults_of_pattern("id_pattern", self.id_pattern)

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The address of a fragment; None if the section's page names no id."""
        named = re.fullmatch(_pattern(self.form, "{id}"), urlsplit(answer.url).path)
        found = re.search(self.id_pattern, answer.body) if named is None else None
        name = named["id"] if named else (found[1].decode("latin-1") if found else None)
        if name is None or name == self.no_id:
            return None
        path = self.form.replace("{id}", quote(name)).replace(NUMBER, str(page + self.shift))
        return ListingRequest(url=urljoin(answer.url, path))


def faults_of_form(form: str, *names: str) -> Iterator[str]:
    """The names in braces that a form lacks, in words."""
    for name in names:
        if name not in form:
            yield f"form={form!r:.60} has no {name}; write it where the value stands"


def faults_of_pattern(name: str, pattern: bytes) -> Iterator[str]:
    """Why a pattern of a page's bytes finds no value, in words."""
    try:
        groups = re.compile(pattern).groups if isinstance(pattern, bytes) else 0
    except re.error as error:
        yield f"{name}={pattern!r:.60} is not a pattern ({error}); correct it"
        return
    if not groups:
        yield f"{name}={pattern!r:.60} has no group in bytes; write one, as rb'zone=\"(\\d+)\"'"


def faults_of_text_pattern(name: str, pattern: str) -> Iterator[str]:
    """Why a pattern of text cannot be used, in words."""
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        yield f"{name}={pattern!r:.60} is not a pattern ({error}); correct it"


def with_parameter(url: str, name: str, number: int) -> str:
    """An address in whose query a parameter has a number; the other parameters stay as they are."""
    parts = urlsplit(url)
    pieces = parts.query.split("&") if parts.query else []
    kept = [piece for piece in pieces if piece.partition("=")[0] != quote(name)]
    query = "&".join((*kept, urlencode({name: number})))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _pattern(form: str, *names: str) -> str:
    """A pattern of the paths that a form gives."""
    pattern = re.escape(form).replace(re.escape(NUMBER), r"\d{1,9}")
    for name in names:
        pattern = pattern.replace(re.escape(name), f"(?P<{name[1:-1]}>[^/]+)")
    return pattern if pattern.endswith("/") else f"{pattern}/?"


def _joined(stem: str, form: str) -> str:
    return f"{stem.rstrip('/')}/{form.lstrip('/')}" if form.startswith("/") else f"{stem}{form}"
