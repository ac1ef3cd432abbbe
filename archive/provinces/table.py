"""The table of provinces, and the ways in which people write their names.

provinces.csv has a line for each of the 63 provinces and cities that there were until 30 June 2025:
its name, its province among today's 34, the first day as part of that one if it has another name,
and other names that people use. Sources: Resolution 202/2025/QH15, whose provinces work since 1
July 2025, and Resolution 175/2024/QH15, by which Thừa Thiên Huế became the city of Huế on 1 January
2025.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.words.letters import normalised, without_marks

_DATA = Path(__file__).with_name("provinces.csv")
_WORD = re.compile(r"[^\W_]+")
_LABELS = (("tinh",), ("thanh", "pho"), ("thu", "do"), ("tp",), ("t", "p"))
"""Words before a name that are not part of it: "tỉnh", "thành phố", "thủ đô", "TP.", "T.P."."""

_ENGLISH_LABELS = ("city", "province")
"""Words after a name that are not part of it."""


@dataclass(frozen=True, slots=True)
class Merger:
    """A province that belongs to one of another name."""

    name: str
    today: str
    since: str
    """The first day, YYYY-MM-DD."""
    is_new_name: bool
    """Nothing but the name changed: the province of today consists of this one alone."""


@dataclass(frozen=True, slots=True)
class Provinces:
    """The table."""

    by_spelling: dict[str, str]
    """The name in the table by each way of writing it, as `spelled` gives it."""
    mergers: dict[str, Merger]
    """By the old name."""

    def named(self, text: str) -> str | None:
        """The name in the table of a province as somebody writes it; None if it has none."""
        return self.by_spelling.get(spelled(text))

    def today(self, name: str) -> str:
        """The province of today that a province of the table belongs to."""
        merger = self.mergers.get(name)
        return name if merger is None else merger.today

    def merged_into(self, name: str) -> list[Merger]:
        """The provinces that a province of the table took in."""
        return [merger for merger in self.mergers.values() if merger.today == name]


@cache
def provinces() -> Provinces:
    """The table, read at the first call."""
    with _DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    old_names = {row["name"] for row in rows}
    by_spelling = {spelled(name): name for row in rows for name in (row["today"], row["name"])}
    for row in rows:
        by_spelling |= {
            spelled(name): row["name"] for name in filter(None, row["also"].split("; "))
        }
    mergers = {
        row["name"]: Merger(row["name"], row["today"], row["since"], row["today"] not in old_names)
        for row in rows
        if row["since"]
    }
    return Provinces(by_spelling, mergers)


def spelled(text: str) -> str:
    """A province's name in small letters without marks, blanks, hyphens and labels."""
    words = _WORD.findall(without_marks(normalised(text)))
    for label in _LABELS:
        if len(words) > len(label) and tuple(words[: len(label)]) == label:
            words = words[len(label) :]
            break
    if len(words) > 1 and words[-1] in _ENGLISH_LABELS:
        words.pop()
    return "".join(words)


def province_of_today(stored: str | None) -> str | None:
    """Today's name of the province that a portal names; a name that is not in the table stays."""
    if stored is None:
        return None
    known = provinces().named(stored)
    return stored if known is None else provinces().today(known)
