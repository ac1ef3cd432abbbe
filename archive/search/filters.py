"""What narrows a search, an export, or a list of articles: the same everywhere."""

import re
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from archive.errors import QueryError
from archive.provinces.asked import asked_province
from archive.search.nodes import All, Node, Phrase, Word
from archive.words.letters import lowered, normalised, plain_digits
from archive.words.numbers import BEYOND_MONTHS, Numbers, month_numbers, month_of
from archive.words.terms import PORTAL, category_term
from archive.words.tokens import WORD

LONGEST_NAME = 500
"""Letters of a byline to look for."""

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")

KINDS = {
    "attachment": "EXISTS (SELECT 1 FROM attachments p WHERE p.article_id = a.id)",
    "image": "EXISTS (SELECT 1 FROM images p WHERE p.article_id = a.id)",
    "version": "a.version > 1",
}
"""What an article can be asked to have, as conditions on articles `a`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a search. Dates are YYYY, YYYY-MM or YYYY-MM-DD, both ends counted in.

    An article without a date of publication is found only if no date is asked for.
    """

    portals: tuple[str, ...] | None = None
    """None: all."""
    published_from: str | None = None
    published_to: str | None = None
    category: str | None = None
    section: str | None = None
    author: str | None = None
    """Words of the byline, in this order."""
    has: tuple[str, ...] = field(default=())
    """Keys of KINDS."""
    only_gone: bool = False
    with_versions: bool = False
    """Old texts of articles are looked through, too."""

    def check(self, connection: sqlite3.Connection) -> None:
        """Raise QueryError if a filter makes no sense in this archive."""
        for day in (self.published_from, self.published_to):
            if day is not None and not _is_day(day):
                raise QueryError(f"{day} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
        first, last = self.published_from, self.published_to
        if first and last and first[: len(last)] > last[: len(first)]:
            raise QueryError(f"no day lies between {first} and {last}; exchange them")
        for kind in self.has:
            if kind not in KINDS:
                raise QueryError(f"--has {kind} is unknown; known are {', '.join(KINDS)}")
        check_portals(connection, self.portals or ())

    @property
    def expression(self) -> str | None:
        """For the search index; None if the index knows nothing of these filters."""
        parts = []
        if self.portals is not None:
            parts.append(" OR ".join(f'"{PORTAL}{name}"' for name in self.portals) or '""')
        if self.category is not None:
            parts.append(f'"{category_term(normalised(self.category))}"')
        return " AND ".join(f"({part})" for part in parts) or None

    def narrowed(self, node: Node | None) -> Node | None:
        """A query that also asks for the byline."""
        if self.author is None:
            return node
        held = WORD.findall(plain_digits(lowered(normalised(self.author))))
        if not held or len(self.author) > LONGEST_NAME:
            raise QueryError(
                f"--author holds no word, or more than {LONGEST_NAME} letters; give a name"
            )
        by = Phrase(words=tuple(map(Word, held)), column="author", is_filter=True)
        return by if node is None else All((node, by))

    @property
    def numbers(self) -> Numbers:
        """The numbers in the search index that the dates leave."""
        first = month_numbers(month_of(self.published_from)).first
        if self.published_from is None and self.published_to is not None:
            first = month_numbers(1).first
        last = BEYOND_MONTHS - 1
        if self.published_to is not None:
            last = month_numbers(month_of((self.published_to + "-12")[:7])).last
        return Numbers(first, last)

    @property
    def is_of_the_index(self) -> bool:
        """Whether the search index alone applies them: whole months, and nothing of the rows."""
        dates = (self.published_from, self.published_to)
        is_by_month = all(day is None or len(day) <= len("2022-01") for day in dates)
        return is_by_month and not (self.section or self.has or self.only_gone)

    def conditions(self, published_at: str) -> tuple[str, dict[str, str]]:
        """Conditions of SQL on articles `a`, and their values, with the column of the date."""
        values: dict[str, str] = {}
        parts = ["1"]
        for name, day, sign in (
            ("published_from", self.published_from, ">="),
            ("published_to", self.published_to, "<="),
        ):
            if day is not None:
                parts.append(f"substr({published_at}, 1, {len(day)}) {sign} :{name}")
                values[name] = day
        if self.section is not None:
            parts.append(
                "EXISTS (SELECT 1 FROM sightings s WHERE s.portal = a.portal AND s.key = a.key"
                " AND s.section = :section)"
            )
            values["section"] = self.section
        parts += [KINDS[kind] for kind in self.has]
        if self.only_gone:
            parts.append("a.gone_at IS NOT NULL")
        return " AND ".join(parts), values


def check_portals(connection: sqlite3.Connection, names: Collection[str]) -> None:
    """Raise QueryError, with the names there are, if the archive does not hold a portal."""
    held = [row[0] for row in connection.execute("SELECT name FROM portals ORDER BY name")]
    for name in names:
        if name not in held:
            known = f"it holds {', '.join(held)}" if held else "it holds none yet"
            raise QueryError(f"no portal {name} in this archive; {known}")


@dataclass(frozen=True, slots=True)
class ProvincePortals:
    """The portals of a province."""

    names: frozenset[str]
    note: str | None
    """The sentence that names the other provinces among them; None if there are none."""


def province_portals(connection: sqlite3.Connection, written: str) -> ProvincePortals:
    """The portals of a province, as `asked_province` understands its name.

    Raises QueryError, with names that can be given, if the archive holds none.
    """
    rows = connection.execute("SELECT name, province FROM portals WHERE province <> ''").fetchall()
    asked = asked_province(written, {row["province"] for row in rows})
    names = frozenset(row["name"] for row in rows if row["province"] in asked.stored)
    return ProvincePortals(names, asked.note)


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True
