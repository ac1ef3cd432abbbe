"""The objects of a page's JSON-LD, in which sites state an article's facts for machines."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree

from portal_crawler.cleaning.words.text import clean, folded_line

LinkedObject = dict[str, Any]
"""A JSON object of schema.org's vocabulary; its values may be anything."""

MOST_SCRIPTS = 40
"""Scripts with JSON-LD that are read; real pages have up to ten."""

LONGEST_SCRIPT_CHARS = 400_000
"""A longer script is left out; real ones have up to a tenth of it."""

MOST_OBJECTS = 2_000
"""Objects of all scripts that are looked at."""

LARGEST_NUMBER = 10**15
"""A time in milliseconds is smaller."""

_AROUND = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>|;)\s*$")
"""Comments, CDATA and a semicolon around the JSON."""
_COMMA_AT_END = re.compile(r",(?=\s*[}\]])")
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|SocialMediaPosting|Report)$")
_PAGE_TYPE = re.compile(r"WebPage$")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")
"""Properties that hold the page's main object; others hold objects that the page refers to."""


def linked_objects(root: etree._Element) -> list[LinkedObject]:
    """The main objects of a page's JSON-LD in page order; a script that is not JSON has none."""
    found: list[LinkedObject] = []
    scripts = (one for one in root.iter("script") if "ld+json" in (one.get("type") or "").lower())
    for number, script in enumerate(scripts):
        if number >= MOST_SCRIPTS or len(found) >= MOST_OBJECTS:
            break
        found += _objects(_loaded(script.text or ""))
    return found[:MOST_OBJECTS]


def _loaded(text: str) -> object:
    if not text or len(text) > LONGEST_SCRIPT_CHARS:
        return None
    bare = _AROUND.sub("", _AROUND.sub("", text))
    try:
        return json.loads(bare, strict=False)
    except RecursionError:
        return None
    except ValueError:
        return _loaded_without_commas(bare)


def _loaded_without_commas(text: str) -> object:
    try:
        return json.loads(_COMMA_AT_END.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object) -> Iterator[LinkedObject]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one[:MOST_OBJECTS])
        elif isinstance(one, dict):
            yield one
            waiting += [one[name] for name in reversed(_INSIDE) if name in one]


def linked_article(objects: list[LinkedObject], title: str) -> LinkedObject:
    """The object of the page's article: one with its headline, else the first article, else the
    page's own object; empty if there is none."""
    articles = [one for one in objects if _is_type(one, _ARTICLE_TYPE)]
    named = (one for one in articles if folded_line(text_value(one.get("headline"))) == title)
    pages = (one for one in objects if _is_type(one, _PAGE_TYPE) and "datePublished" in one)
    return next(named, None) or next(iter((*articles, *pages)), {})


def _is_type(one: LinkedObject, pattern: re.Pattern[str]) -> bool:
    types = one.get("@type")
    return any(
        isinstance(name, str) and bool(pattern.search(name))
        for name in (types if isinstance(types, list) else [types])
    )


def text_value(value: object) -> str:
    """A value's text or whole number, cleaned; that of a list's first text; empty for any other
    value. Some systems write entities into it."""
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), None)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < LARGEST_NUMBER else ""
    return clean(unescape(value)) if isinstance(value, str) else ""


def names_in(value: object, objects: list[LinkedObject]) -> Iterator[str]:
    """The names that a property gives: texts, objects with names, or references to objects."""
    for one in (value if isinstance(value, list) else [value])[:MOST_OBJECTS]:
        if isinstance(one, dict) and "name" not in one and "@id" in one:
            known = (other for other in objects if other.get("@id") == one["@id"])
            one = next((other for other in known if "name" in other), one)
        names = (text_value(name) for name in _names_of(one) if isinstance(name, str))
        yield from filter(None, names)


def _names_of(one: object) -> list[object]:
    if not isinstance(one, dict):
        return [one]
    name = one.get("name")
    if name is None:
        parts = (text_value(one.get(part)) for part in ("givenName", "familyName"))
        name = " ".join(filter(None, parts))
    return name[:MOST_OBJECTS] if isinstance(name, list) else [name]
