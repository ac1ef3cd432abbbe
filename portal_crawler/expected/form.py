"""The keys of expected.json, and the kind of each value. docs/PORTALS.md explains them.

A file is checked by its keys before anything is compared, so that a mistake in it is reported by
the name of the key and never as an error of this software.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from reprlib import Repr

ORIGINS = ("written after the platform's markup", "saved")
"""How `origin` begins."""

ERRORS = ("NoTitleError", "SoftNotFoundError", "BlockedPageError", "FailurePageError")
"""The values of `raises`."""

_short = Repr()
_short.maxstring = _short.maxother = 60
_short.maxdict = _short.maxlist = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a folder's pages and its expected.json disagree."""

    entry: str
    """The file's entry, such as `articles[2] (article-notice.html)`."""
    words: str
    """The difference in words. A wrong value and the expected one have a line each."""

    def __str__(self) -> str:
        return f"{self.entry}: {self.words}"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an object in expected.json."""

    name: str
    kind: str
    """The value that it takes, in words."""
    holds: Callable[[object], bool]
    """Whether a value is of that kind."""
    is_needed: bool = True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_null(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_count_or_null(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)


def _is_true_or_false(value: object) -> bool:
    return isinstance(value, bool)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_file_name(value: object) -> bool:
    return isinstance(value, str) and value not in ("", ".", "..") and "/" not in value


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_origin(value: object) -> bool:
    return isinstance(value, str) and value.startswith(ORIGINS)


def _is_error(value: object) -> bool:
    return value in ERRORS


def _text(name: str, *, is_needed: bool = True) -> Key:
    return Key(name, "a text", _is_text, is_needed)


def _text_or_null(name: str) -> Key:
    return Key(name, "a text or null", _is_text_or_null)


def _list(name: str) -> Key:
    return Key(name, "a list", _is_list)


def _texts(name: str, *, is_needed: bool = True) -> Key:
    return Key(name, "a list of texts", _is_list_of_texts, is_needed)


FILE_KEYS = (
    Key("origin", f"a text that begins with {ORIGINS[0]!r} or {ORIGINS[1]!r}", _is_origin),
    _list("listings"),
    _list("articles"),
    Key("addresses", "an object", _is_object, is_needed=False),
    _texts("no_articles", is_needed=False),
    _texts("boilerplate", is_needed=False),
    _text("about", is_needed=False),
)
"""The keys of the whole file."""

_ADDRESS = Key("url", "the address of the page, as https://…", _is_address)

_PAGE_KEYS = (
    Key("file", "the name of a file in the folder", _is_file_name),
    _ADDRESS,
    _text_or_null("content_type"),
    Key("fetched_at", "a time with its zone, as 2022-08-27T03:00:00+00:00", _is_moment),
    _text("about", is_needed=False),
    _text("platform", is_needed=False),
)

LISTING_KEYS = (
    *_PAGE_KEYS,
    Key("page", "a number from 1", _is_number),
    _list("rows"),
    Key("total", "a number or null", _is_count_or_null),
    _text_or_null("next"),
)
"""The keys of each of `listings`."""

ROW_KEYS = (_text("key"), _text("url"), _text_or_null("title"), _text_or_null("date"))
"""The keys of each of a listing's `rows`."""

ARTICLE_PAGE_KEYS = (
    *_PAGE_KEYS,
    _text_or_null("key"),
    Key("article", "an object", _is_object, is_needed=False),
    Key("raises", f"one of {', '.join(ERRORS)}", _is_error, is_needed=False),
    Key("truncated", "true or false", _is_true_or_false, is_needed=False),
    _text("listed_title", is_needed=False),
)
"""The keys of each of `articles`; each has `article` or `raises`."""

ARTICLE_KEYS = (
    _text("title"),
    _text_or_null("lead"),
    _texts("body"),
    _text_or_null("author"),
    _text_or_null("account"),
    _text_or_null("source"),
    _text_or_null("category"),
    _texts("tags"),
    _text_or_null("published_at"),
    _text_or_null("updated_at"),
    _text_or_null("language"),
    _list("images"),
    _list("videos"),
    _list("attachments"),
    _texts("problems"),
    Key("repaired_words", "any value", lambda _: True, is_needed=False),
    Key("model", "any value", lambda _: True, is_needed=False),
)
"""The keys of an `article`: its fields."""

ADDRESS_KEYS = (_texts("newest"), _texts("older"))
"""The keys of each of `addresses`."""


def faults(
    given: object, keys: tuple[Key, ...], entry: str, place: str = ""
) -> Iterator[Difference]:
    """The keys that an object lacks, does not know, or has with a value of another kind.

    `place` is where the object is in the entry, such as `rows[3]`; empty for the entry itself.
    """
    if not isinstance(given, dict):
        named = f"{place} " if place else ""
        yield Difference(entry, f"{named}is {_short.repr(given)}; write an object, as {{...}}")
        return
    within = f"{place}." if place else ""
    names = [key.name for key in keys]
    for key in keys:
        if key.name not in given:
            if key.is_needed:
                yield Difference(entry, f"key {within}{key.name} is missing; write {key.kind}")
        elif not key.holds(given[key.name]):
            value = _short.repr(given[key.name])
            yield Difference(entry, f"{within}{key.name} is {value}; write {key.kind}")
    for name in given:
        if name not in names:
            near = get_close_matches(str(name), names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            yield Difference(entry, f"key {within}{name} is unknown; {hint}")


def file_faults(given: object) -> Iterator[Difference]:
    """The faults of a file outside its pages."""
    yield from faults(given, FILE_KEYS, FILE)
    addresses = given.get("addresses") if isinstance(given, dict) else None
    for key, forms in addresses.items() if isinstance(addresses, dict) else ():
        yield from faults(forms, ADDRESS_KEYS, FILE, f"addresses[{key!r}]")


def listing_faults(given: object, entry: str) -> Iterator[Difference]:
    """The faults of one of `listings`."""
    yield from faults(given, LISTING_KEYS, entry)
    rows = given.get("rows") if isinstance(given, dict) else None
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        yield from faults(row, ROW_KEYS, entry, f"rows[{number}]")


def article_faults(given: object, entry: str) -> Iterator[Difference]:
    """The faults of one of `articles`."""
    yield from faults(given, ARTICLE_PAGE_KEYS, entry)
    if not isinstance(given, dict):
        return
    if ("article" in given) == ("raises" in given):
        yield Difference(entry, "write either article, with its fields, or raises")
    if isinstance(given.get("article"), dict):
        yield from faults(given["article"], ARTICLE_KEYS, entry, "article")


FILE = "expected.json"
"""The file's name, and its entry in a finding about the whole file."""
