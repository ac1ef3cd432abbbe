"""The meaning of the views that answer common questions."""

from archive.database.descriptions.moments import MOMENT, in_utc
from archive.field_spec import Words

_ARTICLE = {
    "ref": Words(
        "portal/key: the article, as `portal show` takes it.",
        "portal/key: bài viết, ghi như khi gõ `portal show`.",
    ),
    "portal": Words("portals.name", "Cổng thông tin: portals.name"),
    "key": Words("As articles.key.", "Như articles.key."),
    "article_id": Words("articles.id", "Bài viết: articles.id"),
}

_ARTICLES_BY_MONTH = {
    "": Words(
        "How many articles each portal published in each month.",
        "Số bài viết mỗi cổng thông tin đã đăng trong từng tháng.",
    ),
    "portal": _ARTICLE["portal"],
    "month": Words(
        "`YYYY-MM` of published_at; NULL for articles without a date.",
        "Tháng đăng, dạng `YYYY-MM`, lấy từ published_at; NULL với bài viết không có ngày.",
    ),
    "articles": Words(
        "Number of articles, including those that are gone.",
        "Số bài viết, kể cả những bài đã bị gỡ bỏ.",
    ),
    "gone": Words(
        "Number of them that the portal has removed.", "Trong đó, số bài viết cổng đã gỡ bỏ."
    ),
}

_COVERAGE = {
    "": Words(
        "One row per portal: the facts to know before a count of its articles is cited.",
        "Mỗi dòng là một cổng thông tin, với những điều cần biết trước khi trích dẫn số bài viết "
        "của cổng đó.",
    ),
    "portal": _ARTICLE["portal"],
    "title": Words("portals.title", "Tên của bộ hoặc sở: portals.title"),
    "articles": Words(
        "Number of articles in the archive, including those that are gone.",
        "Số bài viết trong kho, kể cả những bài đã bị gỡ bỏ.",
    ),
    "gone": Words("Number of articles that the portal has removed.", "Số bài viết cổng đã gỡ bỏ."),
    "edited": Words(
        "Number of articles with more than one version.", "Số bài viết có nhiều hơn một phiên bản."
    ),
    "with_problems": Words(
        "Number of articles with at least one problem.", "Số bài viết có ít nhất một vấn đề."
    ),
    "without_date": Words(
        "Number of articles whose published_at is NULL.", "Số bài viết không có ngày đăng."
    ),
    "first_published_at": Words("The oldest published_at.", "Ngày đăng sớm nhất."),
    "last_published_at": Words("The newest published_at.", "Ngày đăng muộn nhất."),
    "first_captured_at": in_utc(
        "When the first page of an article was captured.",
        "Thời điểm có bản thu đầu tiên của một trang bài viết.",
    ),
    "last_captured_at": in_utc(
        "When the last page of an article was captured.",
        "Thời điểm có bản thu cuối cùng của một trang bài viết.",
    ),
    "last_full_crawl_at": Words(
        f"When the last full crawl began. {MOMENT.en} NULL if there was none.",
        f"Thời điểm bắt đầu lượt thu thập toàn bộ gần nhất. {MOMENT.vi} NULL nếu chưa có.",
    ),
    "portal_count": Words(
        "The portal's own count of its articles, summed over the listings that show one; NULL if "
        "none does.",
        "Số bài viết do chính cổng thông tin công bố, cộng qua các danh mục có ghi; NULL nếu không "
        "danh mục nào ghi.",
    ),
    "accounted_for": Words(
        "How many of those the archive accounts for: it has the article, or an answer that there "
        "is none.",
        "Trong đó, số mà kho giải thích được: kho có bài viết, hoặc có câu trả lời rằng bài viết "
        "không tồn tại.",
    ),
    "dead_links": Words(
        "Number of articles that were listed but were never there.",
        "Số liên kết chết: bài viết có trong danh mục nhưng chưa bao giờ tải được.",
    ),
    "listing_gaps": Words(
        "Number of listing pages that the newest run could not fetch.",
        "Số trang danh mục mà lượt thu thập mới nhất không tải được.",
    ),
}

_EDITS = {
    "": Words(
        "One row per change of an article: a version and the one before it.",
        "Mỗi dòng là một lần bài viết thay đổi: một phiên bản và phiên bản ngay trước đó.",
    ),
    **_ARTICLE,
    "version": Words(
        "The number of the version that the change made, from 2.",
        "Số của phiên bản sau thay đổi, từ 2.",
    ),
    "seen_at": in_utc(
        "When the changed content was first fetched.",
        "Thời điểm tải được nội dung sau thay đổi lần đầu.",
    ),
    "changed": Words(
        "The columns that differ, such as `title, body`.",
        "Các cột khác nhau, ví dụ `title, body`.",
    ),
    "title_before": Words("The title before the change.", "Tiêu đề trước thay đổi."),
    "title": Words("The title after the change.", "Tiêu đề sau thay đổi."),
    "capture_id_before": Words(
        "captures.id of a page before the change.",
        "Bản thu của một trang trước thay đổi: captures.id",
    ),
    "capture_id": Words(
        "captures.id of the page with the change.", "Bản thu của trang sau thay đổi: captures.id"
    ),
}

_GONE = {
    "": Words(
        "One row per article that the portal has removed.",
        "Mỗi dòng là một bài viết mà cổng thông tin đã gỡ bỏ.",
    ),
    **_ARTICLE,
    "last_seen_at": in_utc(
        "When the article was last listed or fetched.",
        "Lần cuối bài viết có trong danh mục hoặc tải được.",
    ),
    "gone_at": in_utc(
        "When the portal was found to have removed it.", "Thời điểm phát hiện cổng đã gỡ bỏ."
    ),
    "moved_to": Words(
        "The key of the article that its address leads to now; NULL if there is none.",
        "Mã của bài viết mà địa chỉ cũ nay dẫn tới; NULL nếu không có.",
    ),
    "title": Words("As articles.title.", "Như articles.title."),
    "url": Words("As articles.url.", "Như articles.url."),
    "published_at": Words("As articles.published_at.", "Như articles.published_at."),
    "version": Words("The number of its newest version.", "Số của phiên bản mới nhất."),
    "capture_id": Words(
        "captures.id of the page that its row was read from.",
        "Bản thu của trang có nội dung bài viết: captures.id",
    ),
}

_EVENTS = {
    "": Words(
        "One row per event in the life of an article after it was first captured.",
        "Mỗi dòng là một sự kiện của bài viết, kể từ sau khi bài viết được thu lần đầu.",
    ),
    **_ARTICLE,
    "at": in_utc(
        "When the page that shows it was fetched.", "Thời điểm tải trang cho thấy sự kiện."
    ),
    "kind": Words(
        "edited, vanished or come back.",
        "edited (bị sửa), vanished (biến mất) hoặc come back (xuất hiện trở lại).",
    ),
    "detail": Words(
        "If it was edited, the columns that differ. If it vanished, the status of the answer (200: "
        "another page in its place), or `moved-to:` and the key that its address leads to.",
        "Nếu bài viết bị sửa: các cột khác nhau. Nếu biến mất: mã trạng thái của câu trả lời (200: "
        "có trang khác thay chỗ), hoặc `moved-to:` và mã của bài viết mà địa chỉ cũ dẫn tới.",
    ),
    "capture_id": Words(
        "captures.id of the answer that shows it.",
        "Bản thu của câu trả lời cho thấy sự kiện: captures.id",
    ),
}

VIEWS = {
    "articles_by_month": _ARTICLES_BY_MONTH,
    "coverage": _COVERAGE,
    "edits": _EDITS,
    "gone": _GONE,
    "events": _EVENTS,
}
