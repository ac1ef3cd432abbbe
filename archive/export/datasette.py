"""The metadata that Datasette takes with `-m`: words for tables and columns, search and queries.

    python -m archive.export.datasette > archive/datasette.json

The file lies in the package. This module writes it, and reads nothing.
"""

import json

from archive.database.descriptions import DESCRIPTIONS
from archive.field_spec import Words
from archive.models import EXACT_INDEX, FOLDED_INDEX
from archive.output import write

Metadata = dict[str, object]

ROWS_A_PAGE = 20
"""Rows of articles hold whole bodies."""

_SORTED = {
    "articles": "search_id",  # by month of publication; quick for searches, too
    "article_versions": "seen_at",
    "captures": "fetched_at",
    "runs": "started_at",
    "articles_by_month": "month",
    "edits": "seen_at",
    "gone": "gone_at",
    "events": "at",
}
"""By table or view the column that it is sorted by, the newest first."""

_LABELS = {"portals": "title", "articles": "title", "runs": "started_at", "captures": "url"}
"""The column that Datasette shows in place of an id."""

_STYLE = "data:text/css,dl.column-descriptions{max-height:9em;overflow:auto}"
"""The words for columns scroll: else those of articles fill the screen above the search box."""

_SEARCH_BOX = Words(
    "The search box finds words as they are written, with their marks. For words typed without "
    'marks, phrases in quotes or Covid-19, use <a href="/archive/search">search</a>.',
    "Ô tìm kiếm tìm đúng từ có dấu như khi viết. Để gõ không dấu, tìm cụm từ trong ngoặc kép hoặc "
    'Covid-19, hãy dùng <a href="/archive/search">search</a>.',
)

_FOUND = f"""\
from {FOLDED_INDEX} cross join articles on articles.search_id = {FOLDED_INDEX}.rowid
where {FOLDED_INDEX} match coalesce(
    nullif(escape_fts(replace(replace(:words, 'đ', 'd'), 'Đ', 'D')), ''), '""')"""
"""Of no words, the form's first page, FTS5 would make an error."""

_NEWEST = f"order by {FOLDED_INDEX}.rowid desc limit 100"
"""By month, as the index gives them: to sort a hundred thousand rows takes longer than Datasette
allows."""

_ARTICLE = "portal || '/' || key as ref, published_at, articles.title"

QUERIES = {
    "search": (
        Words(
            "Articles with words, typed with or without marks; phrases in quotes",
            "Bài viết có các từ, gõ có dấu hoặc không dấu; cụm từ để trong ngoặc kép",
        ),
        f"select {_ARTICLE}, url\n{_FOUND}\n{_NEWEST}",
    ),
    "articles_on_a_topic_by_month": (
        Words("Articles with words, by month", "Số bài viết có các từ, theo tháng"),
        "select substr(published_at, 1, 7) as month, count(*) as articles\n"
        f"{_FOUND}\ngroup by month order by month",
    ),
    "authors_on_a_topic": (
        Words(
            "Who wrote articles with words, in a year or month",
            "Ai viết bài có các từ, trong một năm hoặc một tháng",
        ),
        f"select articles.author, count(*) as articles\n{_FOUND}\n"
        "    and articles.author is not null and published_at like :year_or_month || '%'\n"
        "group by articles.author order by articles desc limit 100",
    ),
    "newest_of_a_portal": (
        Words(
            "The newest articles of a portal with words",
            "Bài viết mới nhất có các từ, của một cổng thông tin",
        ),
        f"select {_ARTICLE}, url\n{_FOUND}\n    and portal = :portal\n{_NEWEST}",
    ),
    "with_documents": (
        Words(
            "The documents of articles with words", "Tài liệu đính kèm của các bài viết có các từ"
        ),
        f"select {_ARTICLE}, attachments.name, attachments.href\n"
        + _FOUND.replace(
            "where", "join attachments on attachments.article_id = articles.id\nwhere", 1
        )
        + f"\n{_NEWEST}",
    ),
    "proof": (
        Words(
            "Where the bytes of an article lie, by portal/key",
            "Các byte gốc của một bài viết nằm ở đâu, theo portal/key",
        ),
        "select articles.title, articles.url, captures.fetched_at, captures.warc_file,\n"
        "    captures.warc_offset, captures.warc_length, captures.record_id,\n"
        "    captures.payload_digest\n"
        "from articles join captures on captures.id = articles.capture_id\n"
        "where articles.portal = substr(:ref, 1, instr(:ref, '/') - 1)\n"
        "    and articles.key = substr(:ref, instr(:ref, '/') + 1)",
    ),
}
"""By name, what a query answers and its SQL."""


def metadata() -> Metadata:
    """The metadata of a database whose file is archive.db."""
    return {
        "title": "portal-archive",
        "extra_css_urls": [_STYLE],
        "description": _both(
            Words(
                "News of Vietnamese department portals. The texts belong to those who wrote them.",
                "Tin tức trên cổng thông tin của các bộ, sở ở Việt Nam. Bài viết thuộc về người đã "
                "viết.",
            )
        ),
        "databases": {
            "archive": {
                "tables": {name: _table(name) for name in DESCRIPTIONS}
                | {"_sqlite_migrations": {"hidden": True}},
                "queries": {
                    name: {"title": _both(words), "sql": sql}
                    for name, (words, sql) in QUERIES.items()
                },
            }
        },
    }


def _table(name: str) -> Metadata:
    columns = DESCRIPTIONS[name]
    found: Metadata = {
        "description": _both(columns[""]),
        "columns": {column: _both(words) for column, words in columns.items() if column},
    }
    if name in _SORTED:
        found["sort_desc"] = _SORTED[name]
    if name in _LABELS:
        found["label_column"] = _LABELS[name]
    if name == "articles":
        del found["description"]
        found |= {
            "description_html": f"{_both(columns[''])}<br>{_both(_SEARCH_BOX)}",
            "fts_table": EXACT_INDEX,
            "fts_pk": "search_id",
            "facets": ["portal"],
            "size": ROWS_A_PAGE,
        }
    return found


def _both(words: Words) -> str:
    return f"{words.en} · {words.vi}"


if __name__ == "__main__":
    for line in json.dumps(metadata(), ensure_ascii=False, indent=1).splitlines():
        write(line)
