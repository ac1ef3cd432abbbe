"""The meaning of the tables of runs and captures, and of what belongs to these."""

from archive.database.descriptions.moments import MOMENT, in_utc
from archive.field_spec import Words

_PORTAL = Words("portals.name", "Cổng thông tin: portals.name")
_RUN = Words("runs.id", "Lượt thu thập: runs.id")

_PORTALS = {
    "": Words(
        "One row per portal: a department's site. Written from the code, not from the WARC files.",
        "Mỗi dòng là một cổng thông tin, tức trang web của một bộ hay một sở. Ghi theo mã nguồn, "
        "không theo các tệp WARC.",
    ),
    "name": Words("The short name that the command line takes.", "Tên ngắn, dùng trên dòng lệnh."),
    "title": Words("The department's name.", "Tên của bộ hoặc sở."),
    "platform": Words(
        "The family of content management systems that the site runs on.",
        "Họ hệ quản trị nội dung mà trang web đang dùng.",
    ),
    "province": Words(
        "The province, named as it was when the portal was added; NULL for a ministry.",
        "Tỉnh hoặc thành phố, theo tên gọi lúc cổng được thêm vào; NULL nếu là cổng của bộ.",
    ),
    "home": Words("The address of the home page.", "Địa chỉ trang chủ."),
}

_RUNS = {
    "": Words(
        "One row per run: one crawl of one portal, or one import.",
        "Mỗi dòng là một lượt thu thập một cổng thông tin, hoặc một lần nhập tệp từ nơi khác.",
    ),
    "id": Words(
        "Milliseconds since 1970 at its start, times 4096, plus a random number.",
        "Số mili giây từ năm 1970 đến lúc bắt đầu, nhân 4096, cộng một số ngẫu nhiên.",
    ),
    "portal": _PORTAL,
    "started_at": in_utc("When it began.", "Thời điểm bắt đầu."),
    "finished_at": Words(
        f"When it ended. {MOMENT.en} NULL while it runs, or if it was killed.",
        f"Thời điểm kết thúc. {MOMENT.vi} NULL khi đang chạy, hoặc khi bị dừng đột ngột.",
    ),
    "outcome": Words(
        "complete, incomplete, unhealthy, failed or interrupted; NULL while it runs.",
        "Kết cục: complete (trọn vẹn), incomplete (thiếu), unhealthy (bất thường), failed (thất "
        "bại) hoặc interrupted (bị ngắt); NULL khi đang chạy.",
    ),
    "reason": Words(
        "The reason in words, if the outcome is not complete.",
        "Lý do bằng lời, nếu kết cục không phải complete.",
    ),
    "rules": Words(
        "The fingerprint of the cleaning rules that the crawl used.",
        "Mã nhận dạng của bộ quy tắc làm sạch mà lượt thu thập đã dùng.",
    ),
    "listed": Words(
        "Number of distinct articles on the listings that the run saw.",
        "Số bài viết khác nhau trên các trang danh mục mà lượt thu thập đã thấy.",
    ),
    "articles_new": Words(
        "Number of articles stored for the first time.", "Số bài viết được lưu lần đầu."
    ),
    "articles_changed": Words(
        "Number of articles that got a further version.", "Số bài viết có thêm phiên bản mới."
    ),
    "articles_unchanged": Words(
        "Number of requested articles that were unchanged or answered 304.",
        "Số bài viết đã yêu cầu lại mà không thay đổi, hoặc được trả lời 304.",
    ),
    "articles_gone": Words(
        "Number of archived articles that the portal was found to have removed.",
        "Số bài viết đã lưu mà cổng thông tin nay đã gỡ bỏ.",
    ),
    "dead_links": Words(
        "Number of listed articles that answered 404 or 410 and were never archived.",
        "Số bài viết có trong danh mục nhưng chỉ trả lời 404 hoặc 410 và chưa bao giờ lưu được.",
    ),
    "pages_without_title": Words(
        "Number of article pages without a title, soft 404s included.",
        "Số trang bài viết không có tiêu đề, kể cả trang báo không tồn tại với mã 200.",
    ),
    "refused": Words(
        "Number of articles that robots.txt disallows or that are on another site.",
        "Số bài viết bị robots.txt cấm hoặc nằm ở trang web khác.",
    ),
    "problems": Words(
        "Number of articles stored with at least one problem.",
        "Số bài viết được lưu mà có ít nhất một vấn đề.",
    ),
    "requests": Words(
        "Number of answers received, robots.txt included.",
        "Số câu trả lời đã nhận, kể cả robots.txt.",
    ),
    "bytes": Words(
        "Size of those answers on the wire, in bytes.",
        "Dung lượng truyền của các câu trả lời đó, tính bằng byte.",
    ),
    "failures": Words(
        "Number of listing and article pages that could not be fetched or were truncated.",
        "Số trang danh mục và trang bài viết không tải được hoặc bị cắt ngang.",
    ),
    "requisites_failed": Words(
        "Number of pictures, styles, documents and the like that could not be fetched.",
        "Số ảnh, tệp kiểu dáng, tài liệu và những thứ tương tự không tải được.",
    ),
    "portal_count": Words(
        "The portal's own count of its articles, if a listing shows one.",
        "Số bài viết do chính cổng thông tin công bố, nếu trang danh mục có ghi.",
    ),
    "section_counts": Words(
        "JSON: that count by section; NULL if no listing showed one.",
        "JSON: con số đó theo từng chuyên mục; NULL nếu không trang danh mục nào ghi.",
    ),
    "swept": Words(
        "1 for a full crawl: every listing was followed to its end, and every request answered.",
        "1 nếu là lượt thu thập toàn bộ: mọi danh mục được đi đến trang cuối và mọi yêu cầu đều "
        "được trả lời.",
    ),
    "walked": Words(
        "1 if every listing was followed as far as it had new articles.",
        "1 nếu mọi danh mục được đi đến hết phần có bài viết mới.",
    ),
    "articles_returned": Words(
        "Number of articles that were marked as gone and are available again.",
        "Số bài viết từng được ghi là đã gỡ bỏ và nay xuất hiện trở lại.",
    ),
    "drift": Words(
        "JSON: how often selectors found nothing; NULL if this was not counted.",
        "JSON: số lần các bộ chọn không tìm thấy gì; NULL nếu không đếm.",
    ),
    "measures": Words(
        "JSON: by alarm and measure, an amount and the number of items that it covers.",
        "JSON: với từng cảnh báo và phép đo, một lượng và số mục mà lượng đó bao gồm.",
    ),
    "alarms": Words(
        "JSON list of figures that are far from the usual ones of the portal; NULL if none is.",
        "Danh sách JSON các con số khác xa mức thường thấy của cổng; NULL nếu không có.",
    ),
    "listing_gaps": Words(
        "JSON list of listing pages that could not be fetched although later pages could: section, "
        "page, url, status, number of runs; NULL for a run without an end.",
        "Danh sách JSON các trang danh mục không tải được trong khi trang sau vẫn tải được: chuyên "
        "mục, số trang, địa chỉ, mã trạng thái, số lượt thu thập; NULL nếu lượt thu thập không có "
        "phần kết thúc.",
    ),
    "hosts_left_out": Words(
        "JSON: by host, the addresses of page resources on hosts outside the portal's scope; NULL "
        "if there are none.",
        "JSON: với từng máy chủ, địa chỉ các tài nguyên của trang nằm ngoài phạm vi của cổng; NULL "
        "nếu không có.",
    ),
}

_CAPTURES = {
    "": Words(
        "One row per HTTP exchange that a WARC file holds.",
        "Mỗi dòng là một bản thu: một lần trao đổi HTTP được giữ trong tệp WARC.",
    ),
    "id": Words(
        "Derived from record_id; for a capture in shared_ids, from its place too.",
        "Tính từ record_id; với bản thu có trong shared_ids thì tính thêm từ vị trí.",
    ),
    "record_id": Words(
        "WARC-Record-ID of the response or revisit record.",
        "WARC-Record-ID của bản ghi WARC loại response hoặc revisit.",
    ),
    "run_id": _RUN,
    "portal": _PORTAL,
    "url": Words("The address that was requested.", "Địa chỉ đã yêu cầu."),
    "fetched_at": in_utc(
        "When the request was sent, as in WARC-Date.",
        "Thời điểm gửi yêu cầu, như trong WARC-Date.",
    ),
    "status": Words(
        "HTTP status; NULL if the answer had none.",
        "Mã trạng thái HTTP; NULL nếu câu trả lời không có.",
    ),
    "mime": Words(
        "Media type from Content-Type; for a 304, the one of the capture that it confirms.",
        "Kiểu nội dung theo Content-Type; với mã 304 là kiểu của bản thu được xác nhận.",
    ),
    "role": Words(
        "Purpose of the request: listing, article, requisite, attachment, robots or other.",
        "Mục đích của yêu cầu: listing (danh mục), article (bài viết), requisite (tài nguyên của "
        "trang), attachment (tài liệu đính kèm), robots hoặc other (khác).",
    ),
    "key": Words(
        "The key of the article that was requested, or that the page turned out to show.",
        "Mã của bài viết đã yêu cầu, hoặc của bài viết mà trang thực sự hiển thị.",
    ),
    "section": Words(
        "The listing that the request belongs to.", "Danh mục mà yêu cầu này thuộc về."
    ),
    "warc_file": Words(
        "The WARC file below the archive's folder, without the `.open` added while it is written.",
        "Tệp WARC trong thư mục kho, không kèm đuôi `.open` dùng khi tệp đang được ghi.",
    ),
    "warc_offset": Words(
        "Where the record's gzip member begins in the file, in bytes.",
        "Vị trí bắt đầu của khối gzip chứa bản ghi WARC trong tệp, tính bằng byte.",
    ),
    "warc_length": Words(
        "Length of the record's gzip member, in bytes.",
        "Độ dài của khối gzip chứa bản ghi WARC, tính bằng byte.",
    ),
    "payload_digest": Words(
        "`sha1:` and the SHA-1 of the de-chunked body in base32.",
        "`sha1:` và mã băm SHA-1 (base32) của phần thân sau khi bỏ chia khúc.",
    ),
    "revisit_of": Words(
        "captures.id of the capture that holds the body, if this one repeats it.",
        "captures.id của bản thu giữ phần thân, nếu bản thu này lặp lại nó.",
    ),
    "truncated": Words(
        "Why the answer is incomplete, as in WARC-Truncated; NULL if it is complete.",
        "Lý do câu trả lời không đầy đủ, như trong WARC-Truncated; NULL nếu đầy đủ.",
    ),
    "etag": Words(
        "The ETag header, for conditional requests.",
        "Trường ETag, dùng cho yêu cầu có điều kiện.",
    ),
    "last_modified": Words(
        "The Last-Modified header, for conditional requests.",
        "Trường Last-Modified, dùng cho yêu cầu có điều kiện.",
    ),
    "unread": Words(
        "Why the row of the article does not come from this page: no-title (no headline was "
        "found), missing (the page says that the article is not there, or is another page), "
        "no-answer (a firewall's or the portal's error page), lost (the page lacks the body or "
        "date that the article had), broke-off (also for listing pages: the page was incomplete "
        "and requested again, or given up); NULL for a page that was read, and for other roles.",
        "Lý do dòng của bài viết không lấy từ trang này: no-title (không thấy tiêu đề), missing "
        "(trang báo bài viết không tồn tại, hoặc là một trang khác), no-answer (trang lỗi của "
        "tường lửa hay của cổng), lost (trang thiếu nội dung hoặc ngày mà bài viết từng có), "
        "broke-off (cả với trang danh mục: trang bị cắt ngang, được yêu cầu lại hoặc bỏ qua); NULL "
        "nếu trang đã được đọc, và với các mục đích khác.",
    ),
    "asked_key": Words(
        "The key under which a page was requested that shows another article.",
        "Mã dùng để yêu cầu, nếu trang lại hiển thị một bài viết khác.",
    ),
    "listed_title": Words(
        "The article's title on the listing for which its page was requested; NULL for other "
        "pages, imported ones and those of earlier releases.",
        "Tiêu đề của bài viết trong trang danh mục dẫn đến trang này; NULL với các trang khác, "
        "trang được nhập và trang do các phiên bản trước thu.",
    ),
    "request_digest": Words(
        "`sha1:` and base32 of the body of a request by POST; NULL for a GET.",
        "`sha1:` và base32 của phần thân yêu cầu gửi bằng POST; NULL nếu là GET.",
    ),
}

_SHARED_IDS = {
    "": Words(
        "Captures of imported records that share their Record-ID with a different record.",
        "Các bản thu lấy từ bản ghi WARC được nhập mà Record-ID trùng với một bản ghi khác.",
    ),
    "capture_id": Words(
        "captures.id, derived from record_id and place.",
        "captures.id, tính từ record_id và place.",
    ),
    "record_id": Words("As captures.record_id.", "Như captures.record_id."),
    "place": Words(
        "SHA-256 of the imported file, and the position of the record in it.",
        "Mã băm SHA-256 của tệp được nhập, và vị trí bản ghi trong tệp.",
    ),
}

_REVISITS = {
    "": Words(
        "The originals that revisit records of imported files refer to, found or awaited.",
        "Các bản gốc mà bản ghi revisit trong tệp được nhập trỏ tới, đã tìm thấy hoặc còn chờ.",
    ),
    "capture_id": Words(
        "captures.id of the revisit; while it waits, the id that it will get.",
        "captures.id của bản ghi revisit; khi còn chờ là id sẽ được dùng.",
    ),
    "run_id": Words("runs.id of the import of its file.", "Lần nhập tệp chứa bản ghi đó: runs.id"),
    "record_id": Words("WARC-Refers-To, without brackets.", "WARC-Refers-To, bỏ dấu ngoặc."),
    "url": Words(
        "WARC-Refers-To-Target-URI, else the revisit's own address.",
        "WARC-Refers-To-Target-URI, nếu không có thì là địa chỉ của chính bản ghi revisit.",
    ),
    "place": Words(
        "The same address without its scheme.", "Chính địa chỉ đó, bỏ phần `http:` hay `https:`."
    ),
    "moment": Words("WARC-Refers-To-Date.", "Thời điểm ghi ở WARC-Refers-To-Date."),
    "digest": Words(
        "WARC-Payload-Digest: SHA-1 in base32, other algorithms in hexadecimal.",
        "WARC-Payload-Digest: SHA-1 ghi bằng base32, thuật toán khác ghi bằng hệ thập lục phân.",
    ),
    "found": Words(
        "How the original was found: record, place, digest or address; NULL while it waits.",
        "Bản gốc được tìm thấy nhờ: record (mã bản ghi), place (vị trí), digest (mã băm) hoặc "
        "address (địa chỉ); NULL khi còn chờ.",
    ),
    "capture": Words(
        "JSON, while it waits: the row of captures that it will become.",
        "JSON, khi còn chờ: dòng sẽ được ghi vào bảng captures.",
    ),
}

_PAYLOAD_DIGESTS = {
    "": Words(
        "Payload digests of imported records that were computed in another way than ours.",
        "Mã băm nội dung của các bản ghi WARC được nhập, tính theo cách khác với phần mềm này.",
    ),
    "given": Words(
        "By another algorithm, or over the chunks; SHA-1 in base32, others in hexadecimal.",
        "Tính bằng thuật toán khác, hoặc trên dữ liệu còn chia khúc; SHA-1 ghi bằng base32, thuật "
        "toán khác ghi bằng hệ thập lục phân.",
    ),
    "payload_digest": Words(
        "captures.payload_digest of the same payload.",
        "captures.payload_digest của cùng nội dung đó.",
    ),
}

_REPLAY_CHECKS = {
    "": Words(
        "One row per page that `portal replay --check` opened in a browser.",
        "Mỗi dòng là một trang mà `portal replay --check` đã mở trong trình duyệt.",
    ),
    "id": Words("Derived from record_id.", "Tính từ record_id."),
    "record_id": Words(
        "WARC-Record-ID of the metadata record that holds the same facts.",
        "WARC-Record-ID của bản ghi metadata chứa cùng các thông tin này.",
    ),
    "portal": _PORTAL,
    "url": Words("The address of the page.", "Địa chỉ của trang."),
    "capture_id": Words("captures.id of the page.", "Bản thu của trang: captures.id"),
    "checked_at": in_utc("When the page was checked.", "Thời điểm kiểm tra trang."),
    "is_text_visible": Words(
        "1 if the article's text was visible, else 0.",
        "1 nếu văn bản của bài viết hiển thị được, nếu không là 0.",
    ),
    "missing": Words(
        "JSON: the resources that the page requested in the portal's scope and that the archive "
        "lacks: address, kind, and the resource that requested it.",
        "JSON: các tài nguyên trong phạm vi của cổng mà trang cần nhưng kho không có: địa chỉ, "
        "loại, và tài nguyên đã gọi đến nó.",
    ),
    "left_out": Words(
        "Number of resources that the page requested outside the portal's scope.",
        "Số tài nguyên mà trang cần ở ngoài phạm vi của cổng.",
    ),
    "script_errors": Words(
        "JSON: the errors that its scripts raised.", "JSON: các lỗi do script của trang gây ra."
    ),
    "picture": Words(
        "File with its picture, below the archive's folder.",
        "Tệp ảnh chụp trang, trong thư mục kho.",
    ),
}

TABLES = {
    "portals": _PORTALS,
    "runs": _RUNS,
    "captures": _CAPTURES,
    "shared_ids": _SHARED_IDS,
    "revisits": _REVISITS,
    "payload_digests": _PAYLOAD_DIGESTS,
    "replay_checks": _REPLAY_CHECKS,
}
