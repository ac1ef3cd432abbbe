"""The meaning of all that archive.db consists of, as the database itself holds it.

`make_schema` writes it into table descriptions. The empty column name stands for the table.
"""

from archive.database.descriptions import articles, crawls, indexes, search, views
from archive.field_spec import Words

DESCRIPTIONS: dict[str, dict[str, Words]] = {
    **crawls.TABLES,
    **articles.TABLES,
    **views.VIEWS,
    "descriptions": {
        "": Words(
            "The meaning of each table, view, column, index and trigger.",
            "Ý nghĩa của từng bảng, khung nhìn, cột, chỉ mục và trigger.",
        ),
        "table_name": Words(
            "The name of the table, view, index or trigger.",
            "Tên của bảng, khung nhìn, chỉ mục hoặc trigger.",
        ),
        "column_name": Words(
            "The name of the column; empty for the table, view, index or trigger itself.",
            "Tên cột; để trống nếu nói về chính bảng, khung nhìn, chỉ mục hoặc trigger đó.",
        ),
        "description": Words("Its meaning in English.", "Ý nghĩa, bằng tiếng Anh."),
        "description_vi": Words("Its meaning in Vietnamese.", "Ý nghĩa, bằng tiếng Việt."),
    },
}
"""By table or view, its columns."""

ALL_DESCRIPTIONS: dict[str, dict[str, Words]] = {
    **DESCRIPTIONS,
    **search.TABLES,
    **{name: {"": words} for name, words in (indexes.INDEXES | search.TRIGGERS).items()},
}
"""These, the search index with the tables that SQLite keeps for it, the indexes and triggers."""
