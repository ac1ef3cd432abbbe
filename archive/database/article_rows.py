"""The columns that cleaning fills: what a row says of its page, and the digest that proves it.

They follow from the fields of Article and their specs, so that a further field is written, covered
and compared without a change here.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import is_dataclass
from operator import attrgetter
from typing import Any, get_args

from archive.addresses import without_session
from archive.database.statements import columns_of_value
from archive.field_spec import specs_of, types_of
from archive.models import Article

MOVED_TO = "moved-to:"
"""Before a key, in problems: the article is another one's, and that one's row goes on. That it
moved, no page of its own says."""

Said = dict[str, Any]
"""What a page says of an article, by column; of pictures, films and documents by table, a list
with the columns of each. JSON can hold it."""


_SPECS = specs_of(Article)
_TYPES = types_of(Article)
_PARTS = {
    name: get_args(kind)[0]
    for name, kind in _TYPES.items()
    if get_args(kind) and is_dataclass(get_args(kind)[0])
}
"""By field the dataclass that it is a tuple of: it has a table of its own."""

PART_COLUMNS = {table: ("position", *specs_of(part)) for table, part in _PARTS.items()}
"""By table the columns that are read from the page; position counts from 1."""

REPAIRED_COLUMNS = {
    table: tuple(name for name, spec in specs_of(kind).items() if spec.is_repaired)
    for table, kind in {"articles": Article, **_PARTS}.items()
}
"""By table the columns with text as the portal displays it, in which entities can be broken."""

COLUMNS = tuple(name for name in _SPECS if name not in PART_COLUMNS)
"""The columns of table articles that are read from the page."""

VERSIONED = tuple(name for name, spec in _SPECS.items() if spec.is_versioned)
"""The columns that content_hash covers, and that a version keeps."""

_columns = attrgetter(*COLUMNS)
_versioned = attrgetter(*VERSIONED)

LISTS = tuple(name for name, kind in _TYPES.items() if kind == tuple[str, ...])
"""Columns with a JSON list."""


def said_by(article: Article) -> Said:
    """What the page of an article says, as its row has it."""
    said = dict(zip(COLUMNS, _columns(article), strict=True))
    said["url"] = without_session(article.url)
    said |= {name: list(said[name]) for name in LISTS}
    for table in PART_COLUMNS:
        parts = enumerate(getattr(article, table), start=1)
        said[table] = [{"position": position, **columns_of_value(part)} for position, part in parts]
    return said


def columns_of(said: Said) -> dict[str, object]:
    """The columns of articles as they are written."""
    columns = {name: said[name] for name in COLUMNS}
    columns |= {name: _json_list(said[name]) for name in LISTS}
    return {**columns, "row_digest": digest_of(said)}


def stored(connection: sqlite3.Connection, article: int) -> Said:
    """What the rows of an article that is in the database say of its page."""
    row = connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM articles WHERE id = ?",  # noqa: S608
        (article,),
    ).fetchone()
    said = dict(zip(COLUMNS, row, strict=True))
    said |= {name: _listed(said[name]) for name in LISTS}
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
