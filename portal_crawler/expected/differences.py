"""The difference between an expected value and the one that was found, in words."""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice, zip_longest
from typing import Any

LONGEST_VALUE_CHARS = 300
"""Characters of a value that a finding shows; a longer one is shown around the difference."""

CHARS_BEFORE = 60
"""Characters shown before the difference."""

MOST_DIFFERENCES = 5
"""Differences of one list that are shown."""


def differences(name: str, expected: object, found: object) -> Iterator[str]:
    """A value that is not the expected one, with both, in words; nothing if they are equal."""
    if expected != found:
        start = _first_difference(_spelled(expected), _spelled(found))
        one, other = _shown(expected, start), _shown(found, start)
        yield f"{name} differs\n    expected {one}\n    found    {other}"


def list_differences(name: str, expected: list[Any], found: list[Any]) -> Iterator[str]:
    """The items of a list that differ, were not found or are not expected, in words."""
    words = list(_item_differences(name, expected, found))
    yield from islice(words, MOST_DIFFERENCES)
    if len(words) > MOST_DIFFERENCES:
        yield f"{name}: {len(words) - MOST_DIFFERENCES} more items differ"


def _item_differences(name: str, expected: list[Any], found: list[Any]) -> Iterator[str]:
    matcher = SequenceMatcher(None, list(map(_spelled, expected)), list(map(_spelled, found)))
    for tag, first, last, other_first, other_last in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = zip_longest(range(first, last), range(other_first, other_last))
        for one, other in pairs:
            if other is None:
                yield f"{name}[{one}] was not found\n    expected {_shown(expected[one])}"
            elif one is None:
                yield f"{name}[{other}] is not expected\n    found    {_shown(found[other])}"
            else:
                yield from differences(f"{name}[{one}]", expected[one], found[other])


def _spelled(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _shown(value: object, start: int = 0) -> str:
    """The value as JSON; only the part around character `start` of a long one."""
    text = _spelled(value)
    if len(text) <= LONGEST_VALUE_CHARS:
        return text
    first = max(0, start - CHARS_BEFORE)
    part = text[first : first + LONGEST_VALUE_CHARS]
    before = "…" if first else ""
    return f"{before}{part}{'…' if first + len(part) < len(text) else ''}"


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
