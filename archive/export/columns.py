"""The columns of an exported table: their names, types, meanings and sources, in order."""

from dataclasses import dataclass
from enum import StrEnum

from archive.database.article_rows import VERSIONED
from archive.database.descriptions import DESCRIPTIONS
from archive.field_spec import Words


class Kind(StrEnum):
    """The type of a column."""

    TEXT = "text"
    CLAIMED = "claimed moment"
    """Text as in articles.published_at: a moment with +07:00, or a day alone."""
    DAY = "day"
    MOMENT = "moment"
    """UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
    NUMBER = "whole number"
    TEXTS = "list of texts"
    PARTS = "list of objects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an exported table."""

    name: str
    kind: Kind
    source: str
    """The table, or the table and column, of archive.db."""
    meaning: Words
    expression: str | None = None
    """Its value in SQL, of articles `a`, their texts `{texts}`, portals `p` and captures `c`; None
    for the rows of another table."""


_ALIASES = {"articles": "a", "portals": "p", "captures": "c"}


def _of(table: str, column: str, kind: Kind = Kind.TEXT, *, name: str | None = None) -> Column:
    """A column of the database as it is."""
    alias = "{texts}" if table == "articles" and column in VERSIONED else _ALIASES[table]
    return Column(
        name=name or column,
        kind=kind,
        source=f"{table}.{column}",
        meaning=DESCRIPTIONS[table][column],
        expression=f"{alias}.{column}",
    )


def _parts(table: str) -> Column:
    return Column(name=table, kind=Kind.PARTS, source=table, meaning=DESCRIPTIONS[table][""])


COLUMNS = (
    Column(
        name="ref",
        kind=Kind.TEXT,
        source="articles.portal, articles.key",
        meaning=DESCRIPTIONS["gone"]["ref"],
        expression="a.portal || '/' || a.key",
    ),
    Column(
        name="portal",
        kind=Kind.TEXT,
        source="articles.portal",
        meaning=DESCRIPTIONS["portals"]["name"],
        expression="a.portal",
    ),
    _of("portals", "title", name="portal_title"),
    _of("portals", "province"),
    _of("articles", "url"),
    Column(
        name="published_on",
        kind=Kind.DAY,
        source="articles.published_at",
        meaning=Words(
            "The day of published_at, in Vietnam.", "Ngày của published_at, theo giờ Việt Nam."
        ),
        expression="substr({texts}.published_at, 1, 10)",
    ),
    _of("articles", "published_at", Kind.CLAIMED),
    _of("articles", "updated_at", Kind.CLAIMED),
    _of("articles", "title"),
    _of("articles", "lead"),
    _of("articles", "body"),
    _of("articles", "author"),
    _of("articles", "source"),
    _of("articles", "category"),
    Column(
        name="sections",
        kind=Kind.TEXTS,
        source="sightings.section",
        meaning=Words(
            "The names of the portal's listings that showed the article.",
            "Tên những trang danh sách của cổng đã liệt kê bài viết.",
        ),
    ),
    _of("articles", "tags", Kind.TEXTS),
    _of("articles", "language"),
    _parts("images"),
    _parts("videos"),
    _parts("attachments"),
    Column(
        name="version",
        kind=Kind.NUMBER,
        source="article_versions.version",
        meaning=Words(
            "The number of the version whose texts these are, from 1: the newest, unless "
            "--versions found an earlier one.",
            "Số của phiên bản có các văn bản này, tính từ 1: bản mới nhất, trừ khi --versions tìm "
            "thấy bản cũ hơn.",
        ),
        expression="{texts}.version",
    ),
    _of("articles", "version", Kind.NUMBER, name="versions"),
    _of("articles", "first_seen_at", Kind.MOMENT),
    _of("articles", "last_seen_at", Kind.MOMENT),
    _of("articles", "gone_at", Kind.MOMENT),
    _of("articles", "problems", Kind.TEXTS),
    _of("articles", "repaired_words"),
    _of("captures", "fetched_at", Kind.MOMENT, name="captured_at"),
    _of("captures", "record_id"),
    _of("captures", "warc_file"),
    _of("captures", "warc_offset", Kind.NUMBER),
    _of("captures", "warc_length", Kind.NUMBER),
    _of("captures", "payload_digest"),
)
"""The captures are those that hold the page of the version."""

NAMES = tuple(column.name for column in COLUMNS)
