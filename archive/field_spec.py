"""How a field that is read from a page is stored and shown, noted where the field is defined."""

from dataclasses import KW_ONLY, dataclass, fields
from typing import NamedTuple, get_args


class Words(NamedTuple):
    """The meaning of a table, column or another part of the database, in a sentence or two."""

    en: str
    vi: str


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What the archive does with a field that is read from a page, beside its type.

    It annotates the field, and everything else is derived from it: the column that is written,
    compared by `verify --deep`, described, searched and shown. A field without one is not stored.
    """

    description: Words | None = None
    """The text for table descriptions; None for a field with a table of its own."""
    _: KW_ONLY
    label: str | None = None
    """`portal show` prints the field on a line under this name; None for one printed otherwise."""
    absent: str = ""
    """Printed in place of NULL; empty to leave the line out."""
    is_moment: bool = False
    """The portal's claim of a time, which `portal show` prints before the other lines."""
    is_versioned: bool = False
    """A change of it makes a version; content_hash covers it."""
    is_searched: bool = False
    """Full-text indexes hold it."""
    is_repaired: bool = False
    """Text as the portal displays it, in which `portal show --repaired` mends broken entities."""
    is_expected: bool = False
    """An alarm compares how many new articles have it."""


def specs_of(kind: type) -> dict[str, FieldSpec]:
    """The specs of a dataclass's stored fields, by name, in the fields' order."""
    return {
        one.name: note
        for one in fields(kind)
        for note in getattr(one.type, "__metadata__", ())
        if isinstance(note, FieldSpec)
    }


def types_of(kind: type) -> dict[str, object]:
    """The types of a dataclass's stored fields, by name, in the fields' order."""
    return {one.name: get_args(one.type)[0] for one in fields(kind) if one.name in specs_of(kind)}
