"""What each index of a table is for."""

from archive.field_spec import Words


def _finds(en: str, vi: str) -> Words:
    return Words(f"Finds {en}.", f"Để tìm {vi}.")


def _primary_key(table: str) -> Words:
    return Words(
        f"Made by SQLite for the primary key of {table}.",
        f"Do SQLite tạo cho khóa chính của {table}.",
    )


_PRIMARY_KEYS = (
    "article_versions", "attachments", "boilerplate", "descriptions", "images", "portals",
    "site_models", "videos",
)  # fmt: skip

INDEXES = {
    "idx_article_versions_edits": _finds(
        "edits by the time at which they were seen", "các lần sửa theo thời điểm phát hiện"
    ),
    "idx_article_versions_search_id": _finds(
        "the version of a row of old_texts_terms", "phiên bản ứng với một dòng của old_texts_terms"
    ),
    "idx_articles_capture_id": _finds(
        "the article that was read from a capture", "bài viết được đọc từ một bản thu"
    ),
    "idx_articles_gone": _finds(
        "the articles that a portal has removed", "các bài viết mà một cổng đã gỡ bỏ"
    ),
    "idx_articles_portal_key": _finds(
        "an article by portal and key, of which each pair occurs once",
        "bài viết theo cổng và mã; mỗi cặp chỉ có một bài",
    ),
    "idx_articles_portal_published_at": _finds(
        "the articles of a portal by date", "các bài viết của một cổng theo ngày đăng"
    ),
    "idx_articles_problems": _finds(
        "the articles of a portal that have problems", "các bài viết có vấn đề của một cổng"
    ),
    "idx_articles_published_at": _finds("articles by date", "bài viết theo ngày đăng"),
    "idx_articles_search_id": _finds(
        "the article of a row of the search index", "bài viết ứng với một dòng của chỉ mục tìm kiếm"
    ),
    "idx_articles_search_id_published_at_portal": _finds(
        "date and portal of a row of the search index, to sort and count hits",
        "ngày đăng và cổng của một dòng chỉ mục tìm kiếm, để sắp xếp và đếm kết quả",
    ),
    "idx_articles_states": _finds(
        "what a crawl must know of all articles, without reading their texts",
        "những điều lượt thu thập cần biết về mọi bài viết mà không phải đọc văn bản",
    ),
    "idx_articles_url": _finds("an article by its address", "bài viết theo địa chỉ"),
    "idx_attachments_href": _finds(
        "the attachments at an address", "tài liệu đính kèm theo địa chỉ"
    ),
    "idx_captures_asked_key": _finds(
        "captures that show another article than the requested one",
        "các bản thu hiển thị bài viết khác với bài đã yêu cầu",
    ),
    "idx_captures_imported_payload": _finds(
        "the originals of imported revisits by digest and address",
        "bản gốc của các bản ghi revisit được nhập, theo mã băm và địa chỉ",
    ),
    "idx_captures_missing": _finds(
        "answers 404 and 410 for articles", "các câu trả lời 404 và 410 cho bài viết"
    ),
    "idx_captures_missing_pages": _finds(
        "pages with status 200 that stand in place of a missing article",
        "các trang có mã 200 nhưng thay chỗ một bài viết không còn",
    ),
    "idx_captures_payload_digest": _finds(
        "the capture that holds a body", "bản thu giữ một phần thân, theo mã băm"
    ),
    "idx_captures_portal_key_fetched_at": _finds(
        "the captures of an article in order of time", "các bản thu của một bài viết theo thời gian"
    ),
    "idx_captures_run_id": _finds("the captures of a run", "các bản thu của một lượt thu thập"),
    "idx_captures_url_fetched_at": _finds(
        "the captures of an address in order of time", "các bản thu của một địa chỉ theo thời gian"
    ),
    "idx_captures_warc_file_warc_offset": _finds(
        "the capture at a place of a WARC file, where only one can be",
        "bản thu ở một vị trí trong tệp WARC; mỗi vị trí chỉ có một",
    ),
    "idx_images_src": _finds("the pictures at an address", "ảnh theo địa chỉ"),
    "idx_payload_digests_payload_digest": _finds(
        "the other digests of a payload", "các mã băm khác của cùng một nội dung"
    ),
    "idx_replay_checks_portal_checked_at": _finds(
        "the checks of a portal by time", "các lần kiểm tra của một cổng theo thời gian"
    ),
    "idx_revisits_digest": _finds(
        "revisits by the digest of their original", "bản ghi revisit theo mã băm của bản gốc"
    ),
    "idx_revisits_place": _finds(
        "revisits by the address and moment of their original",
        "bản ghi revisit theo địa chỉ và thời điểm của bản gốc",
    ),
    "idx_revisits_record_id": _finds(
        "revisits by the Record-ID of their original", "bản ghi revisit theo Record-ID của bản gốc"
    ),
    "idx_revisits_waiting": _finds(
        "revisits that wait for their original", "các bản ghi revisit còn chờ bản gốc"
    ),
    "idx_runs_portal_started_at": _finds(
        "the runs of a portal by time", "các lượt thu thập của một cổng theo thời gian"
    ),
    "idx_shared_ids_record_id": _finds(
        "the captures that share a Record-ID", "các bản thu trùng Record-ID"
    ),
    "idx_sightings_portal_key": _finds(
        "how listings showed an article", "cách các danh mục hiển thị một bài viết"
    ),
    "idx_sightings_url": _finds(
        "the article that listings showed under an address",
        "bài viết mà các danh mục hiển thị theo một địa chỉ",
    ),
    "idx_videos_src": _finds("the videos at an address", "video theo địa chỉ"),
    "idx__sqlite_migrations_migration_set_name": _finds(
        "a migration by its name, of which each occurs once",
        "bước di trú theo tên; mỗi tên chỉ có một",
    ),
    **{f"sqlite_autoindex_{table}_1": _primary_key(table) for table in _PRIMARY_KEYS},
}
