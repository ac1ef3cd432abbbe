"""The learned layout of a site, as a value that is stored and that a person can correct."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any, cast

from lxml.cssselect import CSSSelector, SelectorError

from archive.numbers import MOST_COUNTED
from portal_crawler.cleaning.profile import Profile
from portal_crawler.learning.page_facts import BlockName

REPEATED, RELATED, SENTENCE = "repeated", "related", "sentence"
"""Kinds of repeated blocks: those that are dropped everywhere on their path; links to other
articles; sentences that many articles really have, which are kept inside the container."""

TEXT = "text"
FIELDS = (TEXT, "title", "date", "lead", "author", "category")
"""The fields that a layout may read worse than a page alone."""

KINDS = (REPEATED, RELATED, SENTENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedBlock:
    """A text that stands on many of a site's pages."""

    key: str
    """As `page_facts.block_key` gives it."""
    text: str
    """The beginning of the text, cleaned."""
    path: str
    """The last two steps to it, as `Skeleton.block_path` gives them."""
    pages: int
    """The number of articles with the block."""
    kind: str
    """One of `KINDS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSupport:
    """How a field was read on pages that were left out of the learning, in points.

    A value that can be true is a point, a date with its minute two, a text its agreement with the
    general text.
    """

    pages: int
    """The number of pages left out."""
    learned: float
    """The points of the learned layout."""
    single: float
    """Those of the reading of each page alone; for the text the points that are needed."""


@dataclass(frozen=True, kw_only=True)
class SiteModel:
    """The learned layout of a site's article pages.

    Selectors are as in a Profile: the first that finds something is used.
    """

    containers: tuple[str, ...]
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    cover: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    title_separator: str | None = None
    boilerplate: tuple[RepeatedBlock, ...] = field(default=(), repr=False)
    pages: int
    """The number of different articles that it was learned from."""
    support: float
    """The share of them, 0 to 1, whose own text is in the container with little else."""
    files: tuple[str, ...] = ()
    """The addresses of pictures and documents that the site repeats inside the containers, as
    `address_key` gives them: logos, banners, forms."""
    outside: tuple[str, ...] = ()
    """The paths of text that differs from page to page and is not the articles', such as comments
    and hot news, as `Skeleton.block_path` gives them."""
    least_fit: float = 0.5
    """The F1, 0 to 1, of a page's own text and its container's text, below which the container is
    another element. Text on the paths outside is not counted."""
    fields: Mapping[str, FieldSupport] = field(default_factory=dict)
    """The support of each of `FIELDS` that was measured."""
    weak: tuple[str, ...] = ()
    """The fields that are read from each page alone, since that finds more."""

    @cached_property
    def profile(self) -> Profile:
        """The layout in the form of a platform's profile."""
        return Profile(
            name="learned",
            title=self.title,
            date=self.date,
            lead=self.lead,
            author=self.author,
            cover=self.cover,
            body=self.containers,
            drop=self.drop,
            title_separator=self.title_separator,
        )

    @cached_property
    def dropped(self) -> frozenset[BlockName]:
        """Key and path of each block that is dropped inside the container."""
        return frozenset(
            (block.key, block.path) for block in self.boilerplate if block.kind != SENTENCE
        )

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The keys of all repeated blocks."""
        return frozenset(block.key for block in self.boilerplate)

    def to_json(self) -> str:
        """The model as indented JSON, the same for equal models."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "SiteModel":
        """The model in a JSON text; raises ValueError, which names the wrong field."""
        try:
            values = json.loads(text)
        except ValueError as error:
            raise ValueError(f"a site model is JSON: {error}") from None
        except RecursionError:
            raise ValueError("a site model is JSON of a few levels") from None
        known = _object(values, cls, "site model")
        found: dict[str, Any] = {name: _read_field(name, value) for name, value in known.items()}
        return cls(**found)


SELECTOR_FIELDS = ("containers", "title", "date", "lead", "author", "cover", "drop")
"""The fields of a model that are selectors."""


def _object(values: object, kind: type, what: str) -> dict[str, Any]:
    """A JSON object with the names of a class's fields; raises ValueError for any other value."""
    if not isinstance(values, dict):
        raise ValueError(f"{what}: an object is expected, not {values!r:.60}")
    known = {one.name for one in fields(kind)}
    for name in values:
        if name not in known:
            raise ValueError(f"{what}: there is no field {name!r}")
    for name in sorted(_REQUIRED[kind] - set(values)):
        raise ValueError(f"{what}: the field {name!r} is missing")
    return values


_REQUIRED: Mapping[type, frozenset[str]] = {
    SiteModel: frozenset(("containers", "pages", "support")),
    FieldSupport: frozenset(("pages", "learned", "single")),
    RepeatedBlock: frozenset(("key", "text", "path", "pages", "kind")),
}


def _read_field(name: str, value: object) -> object:
    """A field's value as the model has it; raises ValueError, which names the field."""
    if name in SELECTOR_FIELDS:
        return _read_selectors(name, value)
    if name == "fields":
        return {one: _read_support(one, entry) for one, entry in _mapping(name, value).items()}
    if name in ("outside", "files"):
        texts = [one for one in _list(name, value, "a list of texts") if isinstance(one, str)]
        _expect(name, texts == value, "a list of texts", value)
        return tuple(texts)
    if name == "weak":
        return tuple(_read_names(name, value))
    if name == "boilerplate":
        return tuple(_read_block(entry) for entry in _list(name, value, "a list"))
    if name == "pages":
        _expect(name, _is_count(value), "a whole number", value)
    elif name in ("support", "least_fit"):
        _expect(name, _is_share(value), "a number from 0 to 1", value)
    else:
        _expect(name, value is None or isinstance(value, str), "a text or null", value)
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COUNTED


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _read_selectors(name: str, value: object) -> tuple[str, ...]:
    selectors = [one for one in _list(name, value, "a list of selectors") if isinstance(one, str)]
    _expect(name, selectors == value, "a list of selectors", value)
    for selector in selectors:
        try:
            CSSSelector(selector.partition("::attr(")[0], translator="html")
        except (SelectorError, RecursionError) as error:
            raise ValueError(f"{name}: {selector!r:.60} is not a CSS selector: {error}") from None
    if name == "containers" and not selectors:
        raise ValueError("containers: at least one selector is needed")
    return tuple(selectors)


def _list(name: str, value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"{name}: {what} is expected, not {value!r:.60}")
    return value


def _mapping(name: str, value: object) -> dict[str, object]:
    _expect(
        name, isinstance(value, dict) and set(value) <= set(FIELDS), "an object by field", value
    )
    return cast("dict[str, object]", value)


def _read_support(name: str, value: object) -> FieldSupport:
    entry = _object(value, FieldSupport, f"fields.{name}")
    _expect(f"fields.{name}.pages", _is_count(entry["pages"]), "a whole number", entry["pages"])
    for one in ("learned", "single"):
        _expect(f"fields.{name}.{one}", _is_points(entry[one]), "a number", entry[one])
    return FieldSupport(**entry)


def _is_points(value: object) -> bool:
    # Earlier versions also wrote numbers below 0.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read_names(name: str, value: object) -> Iterator[str]:
    for one in _list(name, value, "a list of fields"):
        _expect(name, one in FIELDS, f"one of {', '.join(FIELDS)}", one)
        yield str(one)


def _read_block(value: object) -> RepeatedBlock:
    entry = _object(value, RepeatedBlock, "boilerplate")
    for name in ("key", "text", "path", "kind"):
        _expect(f"boilerplate.{name}", isinstance(entry[name], str), "a text", entry[name])
    _expect("boilerplate.kind", entry["kind"] in KINDS, f"one of {', '.join(KINDS)}", entry["kind"])
    _expect("boilerplate.pages", _is_count(entry["pages"]), "a whole number", entry["pages"])
    return RepeatedBlock(**entry)


def _expect(name: str, holds: bool, what: str, value: object) -> None:
    if not holds:
        raise ValueError(f"{name}: {what} is expected, not {value!r:.60}")
