"""The columns that cleaning fills: what a row says of its page, and the digest that proves it.

They follow from the fields of Article, so that a further field is written, covered and compared
without anybody's help.
"""

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, get_args

from archive.addresses import without_session
from archive.database.statements import columns_of_value
from archive.models import Article

VERSIONED = ("title", "lead", "body", "author", "published_at")
"""The columns that content_hash covers, and that a version keeps."""

MOVED_TO = "moved-to:"
"""Before a key, in problems: the article is another one's, and that one's row goes on. That it
moved, no page of its own says."""

NO_COLUMNS = ("missed",)
"""Fields of Article of which no row tells."""

Said = dict[str, Any]
"""What a page says of an article, by column; of pictures, films and documents by table, a list
with the columns of each. JSON can hold it."""


def _part_of(kind: Any) -> Any:
    """The dataclass of a field that is a tuple of such; None of another."""
    inner = get_args(kind)
    return inner[0] if inner and dataclasses.is_dataclass(inner[0]) else None


_FIELDS = [field for field in dataclasses.fields(Article) if field.name not in NO_COLUMNS]

PART_COLUMNS: dict[str, tuple[str, ...]] = {
    field.name: ("position", *(inner.name for inner in dataclasses.fields(part)))
    for field in _FIELDS
    if (part := _part_of(field.type)) is not None
}
"""By table the columns that say what a page shows; position counts from 1."""

COLUMNS = tuple(field.name for field in _FIELDS if field.name not in PART_COLUMNS)
"""Of table articles."""

_columns = attrgetter(*COLUMNS)
_versioned = attrgetter(*VERSIONED)

_LISTS = tuple(field.name for field in _FIELDS if field.type == tuple[str, ...])
"""Columns with a JSON list."""


def said_by(article: Article) -> Said:
    """What the page of an article says, as its row has it."""
    said = dict(zip(COLUMNS, _columns(article), strict=True))
    said["url"] = without_session(article.url)
    said |= {name: list(said[name]) for name in _LISTS}
    for table in PART_COLUMNS:
        parts = enumerate(getattr(article, table), start=1)
        said[table] = [{"position": position, **columns_of_value(part)} for position, part in parts]
    return said


def columns_of(said: Said) -> dict[str, object]:
    """The columns of articles as they are written."""
    columns = {name: said[name] for name in COLUMNS}
    columns |= {name: _json_list(said[name]) for name in _LISTS}
    return {**columns, "row_digest": digest_of(said)}


def stored(connection: sqlite3.Connection, article: int) -> Said:
    """What the rows of an article that is in the database say of its page."""
    row = connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM articles WHERE id = ?",  # noqa: S608
        (article,),
    ).fetchone()
    said = dict(zip(COLUMNS, row, strict=True))
    said |= {name: _listed(said[name]) for name in _LISTS}
    if isinstance(said["problems"], list):
        own = (code for code in said["problems"] if not str(code).startswith(MOVED_TO))
        said["problems"] = list(own)
    for table, columns in PART_COLUMNS.items():
        parts = connection.execute(
            f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608
            " WHERE article_id = ? ORDER BY position",
            (article,),
        )
        said[table] = [dict(zip(columns, part, strict=True)) for part in parts]
    return said


def digest_of(said: Said) -> str:
    """SHA-256 over all that a page says: the column articles.row_digest."""
    return hashlib.sha256(_sorted_json(said).encode()).hexdigest()


def content_hash(article: Article) -> str:
    """SHA-256 over what makes a version distinct."""
    return hash_of(_versioned(article))


def hash_of(values: Sequence[object]) -> str:
    """As content_hash, over the values of the versioned columns."""
    return hashlib.sha256(_json(values).encode()).hexdigest()


_sorted_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=repr).encode
_json = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` makes an encoder at each call."""


def _json_list(values: list[str]) -> str:
    return _json(values) if values else "[]"


def _listed(text: str) -> list[str] | str:
    """The list of a column; the text itself where it is none as we write it."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return text
    is_list = isinstance(values, list) and text in (_json_list(values), json.dumps(values))
    return values if is_list else text
