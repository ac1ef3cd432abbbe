"""Values in the JSON that an interface answers, or that a script of a page holds. Pure."""

import json
import math
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from archive.moments import VIETNAM
from portal_crawler.cleaning.json_names import DATES, INNER_TEXTS, LISTS, TITLES, WRAPPERS

LONGEST_VALUE_CHARS = 100_000
"""The longest text of a field of a row that is read."""

LONGEST_WRAPPER_BYTES = 200
"""The longest text before the JSON: the name of a function that a script calls with it."""

MOST_OBJECTS = 20_000
"""Objects and lists of an answer that are looked at."""

MOST_NAMES = 500
"""Names of an object that are compared by their letters."""

FIRST_ROWS = 3
"""Objects of a list by which it is judged."""

LARGEST_NUMBER = 10**18

Path = tuple[str, ...]
"""Names that lead from object to object; a number is a place in a list."""

_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
_WRAPPED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,50}(?:/\*\*/)?\s{0,50}(?:\)\]\}',?\s{0,50}|[\w.$]{1,100}\s{0,9}\(\s{0,50})"
)
"""What may stand before the JSON: a call, as JSONP has it, or a guard against being called."""
_WRAPPER_END = re.compile(rb"\)\s{0,50};?\s{0,50}\Z")
_STATE = re.compile(
    rb"<script[^>]{0,300}\bid=[\"']__NEXT_DATA__[\"'][^>]{0,300}>(.*?)</script>", re.DOTALL
)
_SECONDS = re.compile(r"\d{10}")
_NO_DATE = re.compile(r"0001-01-01|/Date\(-62135")
"""The empty date of .NET."""
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_FAILED = ("success", "issuccess", "succeeded", "ok")
_ERRORS = ("error", "errors", "exception", "exceptionmessage")
_CODES = ("status", "code", "statuscode", "errorcode")
_MESSAGES = (
    "message", "msg", "error.message", "error.detail", "error", "detail", "thongBao",
    "exceptionMessage",
)  # fmt: skip
_LEAST_ERROR_CODE = 400


def is_json(body: bytes) -> bool:
    """Whether a body begins as JSON does, and as no page does."""
    return _JSON_START.match(body) is not None


def json_value(body: bytes) -> object | None:
    """The value of a body in JSON or JSONP; None if it is neither, or nested too deeply."""
    written = body if _JSON_START.match(body) else _unwrapped(body)
    if written is None:
        return None
    try:
        value: object = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return value


def _unwrapped(body: bytes) -> bytes | None:
    found = _WRAPPED.match(body[:LONGEST_WRAPPER_BYTES])
    if found is None:
        return None
    inner = _WRAPPER_END.sub(b"", body[found.end() :])
    return inner if _JSON_START.match(inner) else None


def state_of(page: bytes) -> object | None:
    """The value of a page's script `__NEXT_DATA__`, from which its own script draws the page."""
    found = _STATE.search(page)
    return json_value(found[1]) if found else None


def at(value: object, path: Iterable[str]) -> object | None:
    """The value at a path; None if it is not there. Names are compared by letters and digits if
    none is written alike."""
    for name in path:
        if isinstance(value, Mapping):
            value = value[name] if name in value else _alike(value, name)
        elif isinstance(value, list) and name.isdecimal() and int(name[:9]) < len(value):
            value = value[int(name[:9])]
        else:
            return None
    return value


def has_name(item: object, name: str) -> bool:
    """Whether a value is an object that has the name, be it with a null."""
    return isinstance(item, Mapping) and (name in item or folded(name) in _by_letters(item))


def _alike(item: Mapping[str, object], name: str) -> object | None:
    """The value of a name by its letters, also of an object that only wraps the fields."""
    wrapped = (item.get(wrapper) for wrapper in WRAPPERS)
    for fields in (item, *(one for one in wrapped if isinstance(one, Mapping))):
        if (value := _by_letters(fields).get(folded(name))) is not None:
            return value
    return None


def _by_letters(item: Mapping[str, object]) -> dict[str, object]:
    """The first values of an object by their folded names."""
    return {folded(key): value for key, value in reversed(list(islice(item.items(), MOST_NAMES)))}


def folded(name: str) -> str:
    """A name by its letters and digits: `createdDate`, `created_date` and `CreatedDate` alike."""
    return _NO_LETTER.sub("", name.lower())


def values_of(item: object, names: Iterable[str]) -> Iterator[object]:
    """The values of the names, or paths with dots, that an object has and that are not empty."""
    for name in names:
        value = at(item, name.split("."))
        if value not in (None, "", [], {}):
            yield value


def texts_of(item: object, names: Iterable[str]) -> Iterator[str]:
    """The texts of the names that an object has and that are not blank."""
    for value in values_of(item, names):
        text = text_of_value(value)
        if text is not None and text.strip():
            yield text


def text_of_value(value: object) -> str | None:
    """A value as a text: a text or number itself, or the text in an object; None without one."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        inner = (at(value, (name,)) for name in INNER_TEXTS)
        return next((one for one in inner if isinstance(one, str) and one.strip()), None)
    return None


def _number(value: float) -> str | None:
    if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
        return None
    return str(int(value)) if value == int(value) else str(value)


def date_texts(values: Iterable[object]) -> Iterator[str]:
    """Dates as texts that `read_date` reads: also seconds since 1970, and Java's lists of numbers
    (`[2025, 6, 30, 19, 2]`)."""
    for value in values:
        text = _of_numbers(value) if isinstance(value, list) else text_of_value(value)
        if text is not None and _SECONDS.fullmatch(text):
            text = f"{text}000"
        if text is not None and text.strip() and not _NO_DATE.match(text):
            yield text[:LONGEST_VALUE_CHARS]


def _of_numbers(value: list[object]) -> str | None:
    numbers = [one for one in value[:6] if isinstance(one, int)]
    if len(numbers) < 3 or len(numbers) != len(value[:6]):
        return None
    try:
        moment = datetime(*numbers, tzinfo=VIETNAM)  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError):
        return None
    return moment.isoformat() if len(numbers) > 3 else moment.date().isoformat()


def inner_values(value: object) -> Iterator[object]:
    """A value and all that it holds, outer objects and lists before inner ones."""
    waiting, seen = deque([value]), 0
    while waiting and seen < MOST_OBJECTS:
        one = waiting.popleft()
        seen += 1
        yield one
        inner = one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
        waiting.extend(each for each in inner if isinstance(each, Mapping | list))


def list_of_rows(value: object) -> list[object] | None:
    """The list of rows in an answer; None if it has no list.

    It is the longest list of objects with a title and a date, else with a title, else of any. An
    empty list under one of the usual names is a list of rows, too.
    """
    lists = [one for one in inner_values(value) if isinstance(one, list)]
    of_objects = [one for one in lists if any(isinstance(each, Mapping) for each in one)]
    if of_objects:
        return max(of_objects, key=lambda one: (_likeness(one), len(one)))
    named = values_named(value, LISTS)
    return [] if value == [] or any(one in ([], None) for one in named) else None


def _likeness(rows: list[object]) -> int:
    """How much the first objects of a list look like rows of news: 0 to 2."""
    first = rows[:FIRST_ROWS]
    has_title, has_date = (
        any(next(values_of(one, names), None) is not None for one in first)
        for names in (TITLES, DATES)
    )
    return has_title + (has_title and has_date)


def values_named(value: object, names: Iterable[str]) -> list[object]:
    """The values of these names in an answer's object, and in the objects that it holds, to the
    second level."""
    found, level = [], [value]
    for _ in range(3):
        objects = [one for one in level if isinstance(one, Mapping)][:MOST_NAMES]
        for one in objects:
            given = _by_letters(one)
            found += [given[name] for name in map(folded, names) if name in given]
        level = [inner for one in objects for inner in one.values()]
    return found


def is_empty_answer(value: object) -> bool:
    """Whether an answer holds nothing, or null or an empty list in place of its content."""
    return not value or any(one in (None, [], {}) for one in values_named(value, LISTS))


def failure_said(value: object) -> str | None:
    """The words by which an answer says that it failed; None if it says nothing of the kind."""
    if not isinstance(value, Mapping):
        return None
    given = _by_letters(value)
    codes = [given.get(name) for name in _CODES]
    failed = (
        any(given.get(name) is False for name in _FAILED)
        or any(given.get(name) for name in _ERRORS)
        or any(isinstance(code, int) and code >= _LEAST_ERROR_CODE for code in codes)
    )
    return message_in(value) or "it failed" if failed else None


def message_in(value: object) -> str | None:
    """The message for a person in an answer; None if it has none."""
    found = next(texts_of(value, _MESSAGES), None)
    return " ".join(found.split())[:200] if found else None
