"""The meaning of articles, of what belongs to them, of listings and of learned layouts."""

from archive.database.article_rows import VERSIONED
from archive.database.descriptions.moments import in_utc
from archive.field_spec import Words, specs_of
from archive.models import Article, Attachment, Image, Video

_PORTAL = Words("portals.name", "Cổng thông tin: portals.name")
_ARTICLE = Words("articles.id", "Bài viết: articles.id")
_POSITION = Words("From 1.", "Thứ tự, từ 1.")
_RULES = Words(
    "The fingerprint of the cleaning rules that read this row from its page.",
    "Mã nhận dạng của bộ quy tắc làm sạch đã đọc dòng này từ trang.",
)


def _described(kind: type) -> dict[str, Words]:
    """The columns that are read from a page, as the fields of `kind` describe them."""
    specs = specs_of(kind).items()
    return {name: spec.description for name, spec in specs if spec.description is not None}


_ARTICLES = {
    "": Words(
        "One row per article, with the content of its newest version.",
        "Mỗi dòng là một bài viết, với nội dung của phiên bản mới nhất.",
    ),
    "id": Words("Derived from portal and key.", "Tính từ portal và key."),
    "portal": _PORTAL,
    "key": Words(
        "The portal's id of the article, which stays when the address changes.",
        "Mã bài viết trên cổng thông tin, không đổi khi địa chỉ thay đổi.",
    ),
    **_described(Article),
    "first_seen_at": in_utc(
        "When the article was first fetched.", "Thời điểm tải được bài viết lần đầu."
    ),
    "last_seen_at": in_utc(
        "When the article was last listed or fetched.",
        "Lần cuối bài viết có trong danh mục hoặc tải được.",
    ),
    "gone_at": Words(
        "When the portal was found to have removed the article; NULL while it is available.",
        "Thời điểm phát hiện cổng đã gỡ bỏ bài viết; NULL khi bài viết vẫn còn.",
    ),
    "version": Words(
        "The number of the newest version, from 1.", "Số của phiên bản mới nhất, từ 1."
    ),
    "capture_id": Words(
        "captures.id of the page that this row was read from.",
        "Bản thu của trang đã cho ra dòng này: captures.id",
    ),
    "rules": _RULES,
    "row_digest": Words(
        "SHA-256 of everything read from the page: columns, pictures, videos and attachments; NULL "
        "for rows of older releases until their page is read again.",
        "Mã băm SHA-256 của mọi thứ đọc từ trang: các cột, ảnh, video và tài liệu đính kèm; NULL "
        "với dòng do bản phần mềm cũ ghi, cho đến khi trang được đọc lại.",
    ),
    "search_id": Words(
        "The row's rowid in articles_exact, articles_folded and articles_terms, by month of "
        "publication. The only column that `portal rebuild` may fill with another value.",
        "Rowid của bài viết trong articles_exact, articles_folded và articles_terms, theo tháng "
        "đăng. Chỉ riêng cột này có thể mang giá trị khác sau `portal rebuild`.",
    ),
}

_ARTICLE_VERSIONS = {
    "": Words(
        "One row per distinct content of an article.",
        "Mỗi dòng là một phiên bản, tức một nội dung khác biệt của một bài viết.",
    ),
    "article_id": _ARTICLE,
    "version": Words("The number of the version, from 1.", "Số của phiên bản, từ 1."),
    "seen_at": in_utc(
        "When this content was first fetched.", "Thời điểm tải được nội dung này lần đầu."
    ),
    "capture_id": Words(
        "captures.id of the page that this content was read from.",
        "Bản thu của trang có nội dung này: captures.id",
    ),
    "content_hash": Words(
        "SHA-256 of title, lead, body, author and published_at.",
        "Mã băm SHA-256 của title, lead, body, author và published_at.",
    ),
    "rules": _RULES,
    "search_id": Words(
        "The row's rowid in old_texts_terms; NULL for the newest version. `portal rebuild` may "
        "fill it with another value.",
        "Rowid của phiên bản trong old_texts_terms; NULL với phiên bản mới nhất. Có thể mang giá "
        "trị khác sau `portal rebuild`.",
    ),
    **{name: Words(f"As articles.{name}.", f"Như articles.{name}.") for name in VERSIONED},
}

_IMAGES = {
    "": Words(
        "The pictures of an article's newest version, in page order.",
        "Các ảnh trong phiên bản mới nhất của bài viết, theo thứ tự trên trang.",
    ),
    "article_id": _ARTICLE,
    "position": _POSITION,
    **_described(Image),
    "capture_id": Words(
        "captures.id of the picture itself, if it was captured.",
        "Bản thu của chính ảnh đó, nếu có: captures.id",
    ),
}

_VIDEOS = {
    "": Words(
        "The videos in an article's newest version, in page order. Crawls do not capture them.",
        "Các video trong phiên bản mới nhất của bài viết, theo thứ tự trên trang. Lượt thu thập "
        "không tải video.",
    ),
    "article_id": _ARTICLE,
    "position": _POSITION,
    **_described(Video),
    "capture_id": Words(
        "captures.id of the video itself, if an imported file holds it.",
        "Bản thu của chính video đó, nếu một tệp được nhập có chứa: captures.id",
    ),
}

_ATTACHMENTS = {
    "": Words(
        "The documents that an article's newest version links to, in page order.",
        "Các tài liệu đính kèm trong phiên bản mới nhất của bài viết, theo thứ tự trên trang.",
    ),
    "article_id": _ARTICLE,
    "position": _POSITION,
    **_described(Attachment),
    "capture_id": Words(
        "captures.id of the document itself, if it was captured.",
        "Bản thu của chính tài liệu đó, nếu có: captures.id",
    ),
}

_SIGHTINGS = {
    "": Words(
        "One row per way in which a listing showed an article; dead links have rows too.",
        "Mỗi dòng là một cách mà trang danh mục hiển thị một bài viết; liên kết chết cũng có dòng.",
    ),
    "id": Words(
        "Derived from portal, key, section, url, title and date.",
        "Tính từ portal, key, section, url, title và date.",
    ),
    "portal": _PORTAL,
    "key": Words("As articles.key.", "Như articles.key."),
    "section": Words("The name of the listing.", "Tên danh mục."),
    "url": Words("The address as listed, absolute.", "Địa chỉ ghi trong danh mục, dạng tuyệt đối."),
    "position": Words(
        "Position in the whole listing when last seen, from 1.",
        "Vị trí trong toàn bộ danh mục ở lần thấy cuối, từ 1.",
    ),
    "title": Words("The title as listed.", "Tiêu đề ghi trong danh mục."),
    "date": Words(
        "The date as listed, in the form of published_at.",
        "Ngày ghi trong danh mục, cùng dạng với published_at.",
    ),
    "seen_at": in_utc("When it was first listed this way.", "Lần đầu danh mục hiển thị như vậy."),
    "last_seen_at": in_utc(
        "When it was last listed this way.", "Lần cuối danh mục hiển thị như vậy."
    ),
    "capture_id": Words(
        "captures.id of the first listing page that showed it this way.",
        "Bản thu của trang danh mục đầu tiên hiển thị như vậy: captures.id",
    ),
}

_SITE_MODELS = {
    "": Words(
        "One row per layout learned for a portal of platform generic, by the moment it began.",
        "Mỗi dòng là một bố cục tự học được của cổng dùng nền tảng generic, theo thời điểm bắt "
        "đầu.",
    ),
    "portal": _PORTAL,
    "since": in_utc(
        "When the first page of this layout was fetched.",
        "Thời điểm tải trang đầu tiên có bố cục này.",
    ),
    "id": Words(
        "Digest of model and boilerplate; NULL while too few pages are known.",
        "Mã băm của mô hình bố cục và phần khung lặp lại; NULL khi còn quá ít trang.",
    ),
    "model": Words(
        "JSON: where title, date, lead and body are; see `portal status NAME --model`.",
        "JSON: vị trí của tiêu đề, ngày, sapo và nội dung chính; xem `portal status NAME --model`.",
    ),
    "pages": Words(
        "Number of pages that the layout was learned from.", "Số trang đã dùng để học bố cục."
    ),
    "corrected_by": Words(
        "Record-ID of a person's correction; NULL if the layout is as learned.",
        "Record-ID của bản sửa do người dùng đưa vào; NULL nếu bố cục giữ nguyên như đã học.",
    ),
    "first_capture": Words(
        "captures.id of the first page of this layout.",
        "Bản thu của trang đầu tiên có bố cục này: captures.id",
    ),
    "last_capture": Words(
        "captures.id of the last page that was compared with it.",
        "Bản thu của trang cuối cùng đã so với bố cục này: captures.id",
    ),
    "sampled": Words(
        "Number of samples since it was learned, on which its text was held against a general "
        "reading.",
        "Số trang mẫu kể từ khi học xong, được đem so với cách đọc chung.",
    ),
    "agreed": Words(
        "Sum of the agreement, 0 to 1 each, of its text on them with the general text.",
        "Tổng mức độ trùng khớp trên các trang đó, mỗi trang từ 0 đến 1.",
    ),
}

_BOILERPLATE = {
    "": Words(
        "One row per text block that a site repeats, belonging to a row of site_models.",
        "Mỗi dòng là một khối chữ thuộc phần khung lặp lại của trang web, ứng với một dòng của "
        "site_models.",
    ),
    "portal": _PORTAL,
    "since": Words("As in site_models.", "Như trong site_models."),
    "position": _POSITION,
    "kind": Words(
        "The reason why the block is not part of an article.",
        "Lý do khối này không thuộc bài viết.",
    ),
    "text": Words(
        "The text of the block, as it stands on the pages.", "Chữ của khối, như trên các trang."
    ),
    "pages": Words(
        "Number of pages that showed it, of those that the layout was learned from.",
        "Số trang có khối này, trong các trang đã dùng để học bố cục.",
    ),
    "block": Words("JSON: everything known about the block.", "JSON: mọi thông tin về khối."),
}

TABLES = {
    "articles": _ARTICLES,
    "article_versions": _ARTICLE_VERSIONS,
    "images": _IMAGES,
    "videos": _VIDEOS,
    "attachments": _ATTACHMENTS,
    "site_models": _SITE_MODELS,
    "boilerplate": _BOILERPLATE,
    "sightings": _SIGHTINGS,
}
