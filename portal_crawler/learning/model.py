"""The learned layout of a site, as a value that is stored and that a person can correct."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any

from lxml.cssselect import CSSSelector, SelectorError

from archive.numbers import MOST_COUNTED
from portal_crawler.cleaning.profile import Profile
from portal_crawler.learning.page_facts import BlockName

REPEATED, RELATED, SENTENCE = "repeated", "related", "sentence"
"""Kinds of repeated blocks: those that are dropped everywhere on their path; links to other
articles; sentences that many articles really have, which are kept inside the container."""

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
    RepeatedBlock: frozenset(("key", "text", "path", "pages", "kind")),
}


def _read_field(name: str, value: object) -> object:
    """A field's value as the model has it; raises ValueError, which names the field."""
    if name in SELECTOR_FIELDS:
        return _read_selectors(name, value)
    if name == "boilerplate":
        return tuple(_read_block(entry) for entry in _list(name, value, "a list"))
    if name == "pages":
        _expect(name, _is_count(value), "a whole number", value)
    elif name == "support":
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
