"""The meaning of the search indexes, their triggers, and the tables that libraries keep."""

from collections.abc import Iterator

from archive.field_spec import Words
from archive.models import (
    EXACT_INDEX,
    FOLDED_INDEX,
    OLD_TEXTS_INDEX,
    SEARCHED,
    TERMS_INDEX,
    TRIGGERED_TABLES,
)

_TERMS = Words(
    "Words with and without marks, each two neighboring words, portal and category; the index "
    "keeps them without their places.",
    "Các từ có dấu và không dấu, từng cặp từ đứng cạnh nhau, cổng và chuyên mục; chỉ mục không "
    "giữ vị trí của chúng.",
)

_INDEXES = {
    EXACT_INDEX: {
        "": Words(
            "Full-text index of articles as they are written; its rowid is articles.search_id. "
            "It has no positions: no phrases.",
            "Chỉ mục toàn văn của bài viết, giữ nguyên dấu; rowid là articles.search_id. Không "
            "lưu vị trí nên không tìm được cụm từ.",
        ),
        **{name: Words(f"As articles.{name}.", f"Như articles.{name}.") for name in SEARCHED},
    },
    FOLDED_INDEX: {
        "": Words(
            "Full-text index of articles without marks; its rowid is articles.search_id. Write d "
            "for đ in a query.",
            "Chỉ mục toàn văn của bài viết, bỏ dấu; rowid là articles.search_id. Trong câu truy "
            "vấn hãy viết d thay cho đ.",
        ),
        **{
            name: Words(f"As articles.{name}, with d for đ.", f"Như articles.{name}, đ thành d.")
            for name in SEARCHED
        },
    },
    TERMS_INDEX: {
        "": Words(
            "The index that `portal search` asks: the terms of articles; its rowid is "
            "articles.search_id.",
            "Chỉ mục mà `portal search` tra: các từ khóa của bài viết; rowid là "
            "articles.search_id.",
        ),
        "terms": _TERMS,
    },
    OLD_TEXTS_INDEX: {
        "": Words(
            "The same for earlier versions; its rowid is article_versions.search_id.",
            "Như trên, cho các phiên bản trước; rowid là article_versions.search_id.",
        ),
        "terms": _TERMS,
    },
}

_WITHOUT_SIZES = (TERMS_INDEX, OLD_TEXTS_INDEX)


def _shadows(index: str) -> Iterator[tuple[str, dict[str, Words]]]:
    """The tables in which FTS5 keeps an index."""
    parts = {
        "data": ("the index itself", "chính chỉ mục", "id block"),
        "idx": ("where its pages begin", "vị trí bắt đầu các trang chỉ mục", "segid term pgno"),
        "docsize": ("how long each text is", "độ dài của từng văn bản", "id sz"),
        "config": ("its settings", "các thiết lập của chỉ mục", "k v"),
    }
    for part, (en, vi, columns) in parts.items():
        if part == "docsize" and index in _WITHOUT_SIZES:
            continue
        yield (
            f"{index}_{part}",
            {
                "": Words(
                    f"Kept by SQLite for {index}: {en}. Not to be read or changed.",
                    f"SQLite tự giữ cho {index}: {vi}. Không dùng để đọc hay sửa.",
                ),
                **{
                    column: Words("In FTS5's own form.", "Theo dạng riêng của FTS5.")
                    for column in columns.split()
                },
            },
        )


TABLES = {
    **_INDEXES,
    f"{FOLDED_INDEX}_text": {
        "": Words(
            f"The texts of {FOLDED_INDEX}, with d for đ.",
            f"Văn bản của {FOLDED_INDEX}, đ viết thành d.",
        ),
        "search_id": Words("As articles.search_id.", "Như articles.search_id."),
        **{
            name: Words(f"As articles.{name}, with d for đ.", f"Như articles.{name}, đ thành d.")
            for name in SEARCHED
        },
    },
    **{table: columns for index in _INDEXES for table, columns in _shadows(index)},
    "_sqlite_migrations": {
        "": Words(
            "The migrations that made this schema, as sqlite-utils notes them.",
            "Các bước di trú đã tạo nên lược đồ này, do sqlite-utils ghi lại.",
        ),
        "id": Words("A number.", "Số thứ tự."),
        "migration_set": Words("Always archive.", "Luôn là archive."),
        "name": Words("The name of the migration.", "Tên của bước di trú."),
        "applied_at": Words("When it was applied.", "Thời điểm áp dụng."),
    },
}

TRIGGERS = {
    f"{index}_{event}": Words(
        f"Keeps {index} in step with articles when {en}.",
        f"Giữ cho {index} khớp với articles khi {vi}.",
    )
    for index in TRIGGERED_TABLES
    for event, en, vi in (
        ("insert", "one is added", "thêm bài viết"),
        ("delete", "one is deleted", "xóa bài viết"),
        ("update", "the text of one changes", "văn bản của bài viết thay đổi"),
    )
}
