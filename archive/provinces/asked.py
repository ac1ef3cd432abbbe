"""The province that a person names, found among those that portals name. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from archive.errors import QueryError
from archive.provinces.table import provinces, spelled

LONGEST_CHARS = 60
"""Characters of a name that are shown and compared with others; the table's longest has 17."""

MOST_SHOWN = 10
"""Provinces that a message lists."""


@dataclass(frozen=True, slots=True)
class AskedProvince:
    """The provinces that a name stands for."""

    name: str
    stored: frozenset[str]
    """Their names as portals have them."""
    note: str | None
    """The sentence that names the other provinces among them; None if there are none."""


def asked_province(written: str, stored: Collection[str]) -> AskedProvince:
    """The provinces that a name stands for, among the names that portals have.

    A province of today stands for all provinces that were merged into it. A province that was
    merged into another stands for itself and for the other, whose portals continue its own. A name
    of both kinds is that of the province of today. A name that is not in the table stands for
    itself.

    Raises QueryError, with names that can be given, if no portal has such a province.
    """
    if not spelled(written):
        raise QueryError(f"--province takes a name, such as Hà Nội; {_held(stored)}")
    name = provinces().named(written)
    if name is None:
        return _outside_the_table(written, stored)
    parts = [merger.name for merger in provinces().merged_into(name)]
    wanted = {name, provinces().today(name), *parts}
    found = {each: known for each in stored if (known := provinces().named(each)) in wanted}
    if not found:
        merger = provinces().mergers.get(name)
        today = f", nor of {merger.today}, its province of today" if merger else ""
        raise QueryError(f"this archive has no portal of {name}{today}; {_held(stored)}")
    return AskedProvince(name, frozenset(found), _note(name, set(found.values())))


def _outside_the_table(written: str, stored: Collection[str]) -> AskedProvince:
    spelling = spelled(written)
    found = frozenset(each for each in stored if spelled(each) == spelling)
    if found:
        return AskedProvince(min(found), found, None)
    shown = written.strip()[:LONGEST_CHARS]
    plain = {spelled(each): each for each in stored if len(each) <= LONGEST_CHARS}
    names = {**provinces().by_spelling, **plain}
    near = dict.fromkeys(names[each] for each in get_close_matches(spelled(shown), names))
    advice = f"did you mean {' or '.join(near)}?" if near else _held(stored)
    raise QueryError(f"no province is called {shown}; {advice}")


def _note(name: str, found: set[str]) -> str | None:
    """The sentence on provinces that are found although they have other names; None without any."""
    merger = provinces().mergers.get(name)
    if merger is not None:
        joined = [merger] if merger.today in found else []
    else:
        joined = [part for part in provinces().merged_into(name) if part.name in found]
    if not joined:
        return None
    verb = "has been" if len(joined) == 1 else "have been"
    how = "called" if joined[0].is_new_name else "part of"
    names = _listed([each.name for each in joined])
    also = names if merger is None else merger.today
    return (
        f"{names} {verb} {how} {joined[0].today} since {joined[0].since};"
        f" portals of {also} are found, too"
    )


def _held(stored: Iterable[str]) -> str:
    names = sorted(set(stored), key=spelled)
    if not names:
        return "none of its portals names a province"
    more = len(names) - MOST_SHOWN
    rest = f" and {more} more" if more > 0 else ""
    return f"there are portals of {', '.join(names[:MOST_SHOWN])}{rest}"


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
