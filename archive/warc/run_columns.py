"""The shapes of JSON that columns of runs and checks may hold; readers of rows rely on them."""

import json
import math
from collections.abc import Callable

from archive.listing_gaps import ListingGap
from archive.numbers import MOST_COUNTED

Shape = Callable[[object], bool]


def is_of_shape(column: str, text: str) -> bool:
    """Whether the text is JSON as runs write it into a column; True of columns without JSON."""
    shape = _SHAPES.get(column)
    if shape is None:
        return True
    try:
        return shape(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return False


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= MOST_COUNTED


def _is_count(value: object) -> bool:
    return isinstance(value, int) and _is_number(value) and value >= 0


def _map_of(shape: Shape) -> Shape:
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def _list_of(shape: Shape) -> Shape:
    return lambda value: isinstance(value, list) and all(map(shape, value))


def _with(**shapes: Shape) -> Shape:
    """An object that has these names, and maybe more."""
    return lambda value: (
        isinstance(value, dict)
        and all(name in value and shape(value[name]) for name, shape in shapes.items())
    )


def _is_share(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _is_gap(value: object) -> bool:
    known = ListingGap.__dataclass_fields__.keys()
    if not (isinstance(value, dict) and _GAP(value)):
        return False
    return value.keys() <= known and _is_count(value.get("runs", 1))


_GAP = _with(
    section=_is_text,
    page=_is_count,
    url=_is_text,
    status=lambda value: value is None or _is_count(value),
)
_AMISS = _with(amiss=_is_count, of=_is_count)

_SHAPES: dict[str, Shape] = {
    "section_counts": _map_of(_is_count),
    "measures": _map_of(_map_of(_is_share)),
    "alarms": _list_of(_with(alarm=_is_text, what=_is_text, figure=_is_number, usual=_is_number)),
    "drift": _with(watched=_map_of(_list_of(_is_text)), missed=_map_of(_AMISS), disagreeing=_AMISS),
    "listing_gaps": _list_of(_is_gap),
    "hosts_left_out": _map_of(_is_count),
    "missing": _list_of(_with(url=_is_text, kind=_is_text, by=_is_text)),
    "script_errors": _list_of(_is_text),
}
