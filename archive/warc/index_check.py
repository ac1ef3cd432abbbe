"""Checks a CDXJ index against the WARC file that it lies beside. Pure."""

import json
from collections.abc import Iterable, Iterator, Set

from archive.numbers import MOST_EXACT, whole_number

_PLACE = ("offset", "length")

MAX_LINE_BYTES = 1024 * 1024


OUTDATED = "index-outdated"
"""A finding that is not damage: earlier releases also wrote a line for each 304."""


def index_problems(
    lines: Iterable[bytes], places: dict[int, int], not_modified: Set[int] = frozenset()
) -> Iterator[tuple[str, str]]:
    """The faults of an index: code and words of each.

    `places` are offset and length of all answers of the file, `not_modified` the offsets of its
    304s, which need no line.
    """
    before, sorted_so_far = b"", True
    seen: set[int] = set()
    for number, line in enumerate(lines, start=1):
        if line < before and sorted_so_far:
            sorted_so_far = False
            yield "index-unsorted", f"line {number} sorts before the one above it"
        before = line
        place = _place(line)
        if place is None:
            yield "index-line", f"line {number} is not a line of a CDXJ index"
        elif places.get(place[0]) != place[1]:
            yield (
                "index-place",
                f"line {number} leads to offset {place[0]}, where its record is not",
            )
        else:
            seen.add(place[0])
    if seen & not_modified:
        yield OUTDATED, "lines lead to answers of 304, which players show as empty pages"
    for offset in sorted(places.keys() - seen - not_modified):
        yield "index-lacks", f"no line leads to the record at offset {offset}"


def _place(line: bytes) -> tuple[int, int] | None:
    """Offset and length that a line names."""
    parts = line[:MAX_LINE_BYTES].split(b" ", 2)
    try:
        values = json.loads(parts[2])
        offset, length = (whole_number(str(values[name]), MOST_EXACT) for name in _PLACE)
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        return None
    return (offset, length) if offset is not None and length is not None else None
