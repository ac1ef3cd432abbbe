"""The texts of an article's row that a search looks through. Pure."""

from typing import Protocol

from archive.entities import mended
from archive.words.terms import Searched


class RowOfTexts(Protocol):
    """A row by the names of its columns: a dict, or a sqlite3.Row."""

    def __getitem__(self, name: str, /) -> object: ...


COLUMNS = ("title", "lead", "body", "author")


def texts_by_column(row: RowOfTexts) -> dict[str, tuple[str, ...]]:
    """By column its text, and that text as it was meant if broken entities spoil it.

    A column without text is left out. `row` needs COLUMNS and repaired_words.
    """
    found: dict[str, tuple[str, ...]] = {}
    for column in COLUMNS:
        text = row[column]
        if isinstance(text, str) and text:
            meant = text if row["repaired_words"] is None else mended(text)
            found[column] = (text,) if meant == text else (text, meant)
    return found


def searched_of(row: RowOfTexts) -> Searched:
    """The texts that the terms of an article are made of; `row` needs portal and category, too."""
    texts = texts_by_column(row)
    return Searched(
        titles=texts.get("title", ()),
        texts=texts.get("lead", ()) + texts.get("body", ()),
        authors=texts.get("author", ()),
        portal=str(row["portal"]),
        category=str(row["category"] or ""),
    )
