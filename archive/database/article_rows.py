"""The columns that are read from a page, and the digests over them.

They follow from the fields of Article and their specs, so that a further field is written, covered
and compared without a change here.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import is_dataclass
from operator import attrgetter
from typing import get_args

from archive.addresses import without_session
from archive.database.statements import columns_of_value
from archive.field_spec import specs_of, types_of
from archive.models import Article

MOVED_TO = "moved-to:"
"""The problem of an article whose address leads to another article, before the other's key. It
comes from the redirect, not from a page."""

PageContent = dict[str, object]
"""The values of an article read from its page, by column; images, videos and attachments are a list
by table, with the columns of each. JSON can hold it."""


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


def page_content(article: Article) -> PageContent:
    """The values of an article as its row holds them."""
    content = dict(zip(COLUMNS, _columns(article), strict=True))
    content["url"] = without_session(article.url)
    content |= {name: list(content[name]) for name in LISTS}
    for table in PART_COLUMNS:
        parts = enumerate(getattr(article, table), start=1)
        content[table] = [
            {"position": position, **columns_of_value(part)} for position, part in parts
        ]
    return content


def columns_of(content: PageContent) -> dict[str, object]:
    """The columns of articles as they are written."""
    columns = {name: content[name] for name in COLUMNS}
    columns |= {name: _json_list(content[name]) for name in LISTS}
    return {**columns, "row_digest": digest_of(content)}


def stored_content(connection: sqlite3.Connection, article: int) -> PageContent:
    """The values of an article that is in the database, from its rows."""
    row = connection.execute(
        f"SELECT {', '.join(COLUMNS)} FROM articles WHERE id = ?",  # noqa: S608
        (article,),
    ).fetchone()
    content = dict(zip(COLUMNS, row, strict=True))
    content |= {name: _listed(content[name]) for name in LISTS}
    if isinstance(content["problems"], list):
        own = (code for code in content["problems"] if not str(code).startswith(MOVED_TO))
        content["problems"] = list(own)
    for table, columns in PART_COLUMNS.items():
        parts = connection.execute(
            f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608
            " WHERE article_id = ? ORDER BY position",
            (article,),
        )
        content[table] = [dict(zip(columns, part, strict=True)) for part in parts]
    return content


def digest_of(content: PageContent) -> str:
    """SHA-256 over all values: the column articles.row_digest."""
    return hashlib.sha256(_sorted_json(content).encode()).hexdigest()


def content_hash(article: Article) -> str:
    """SHA-256 over the versioned columns: the column article_versions.content_hash."""
    return hash_of(_versioned(article))


def hash_of(values: Sequence[object]) -> str:
    """The content hash of the values of the versioned columns, in the order of VERSIONED."""
    return hashlib.sha256(_json(values).encode()).hexdigest()


_sorted_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=repr).encode
_json = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` makes an encoder at each call."""


def _json_list(values: object) -> str:
    return _json(values) if values else "[]"


def _listed(text: str) -> list[str] | str:
    """The list in a column; the text itself if this software would not have written it so."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return text
    is_list = isinstance(values, list) and text in (_json_list(values), json.dumps(values))
    return values if is_list else text
