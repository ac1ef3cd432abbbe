"""The values that the archive stores, as frozen dataclasses. No input or output happens here."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from archive.field_spec import FieldSpec, Words, specs_of

Caption = Annotated[
    str | None,
    FieldSpec(
        Words(
            "The caption; NULL if it has none.",
            "Chú thích; NULL nếu không có.",
        ),
        is_repaired=True,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of an article's body or cover, in page order."""

    src: Annotated[
        str,
        FieldSpec(
            Words(
                "Absolute address.",
                "Địa chỉ tuyệt đối.",
            )
        ),
    ]
    caption: Caption = None
    credit: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The name of whoever took or owns the picture.",
                "Tên người chụp hoặc chủ sở hữu ảnh.",
            ),
            is_repaired=True,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video in an article's body, played there or embedded from another site, in page order."""

    src: Annotated[
        str,
        FieldSpec(
            Words(
                "Absolute address of the video, or of the player that shows it.",
                "Địa chỉ tuyệt đối của video, hoặc của trình phát video.",
            )
        ),
    ]
    caption: Caption = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that an article links to, embeds or offers for download."""

    href: Annotated[
        str,
        FieldSpec(
            Words(
                "Absolute address.",
                "Địa chỉ tuyệt đối.",
            )
        ),
    ]
    name: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The link's text, or the file's name.",
                "Chữ của liên kết, hoặc tên tệp.",
            ),
            is_repaired=True,
        ),
    ] = None
    """The file's name where the link's text says nothing."""
    mime: Annotated[
        str | None,
        FieldSpec(
            Words(
                "Media type, derived from the file's ending.",
                "Kiểu nội dung, suy từ đuôi tệp.",
            )
        ),
    ] = None
    """None if the ending is not known."""
    kind: Annotated[
        str | None,
        FieldSpec(
            Words(
                "Derived from the ending: document, spreadsheet, presentation, archive, "
                "audio or video.",
                "Suy từ đuôi tệp: document (văn bản), spreadsheet (bảng tính), "
                "presentation (trình chiếu), archive (tệp nén), audio (âm thanh) hoặc "
                "video.",
            )
        ),
    ] = None
    """None if the ending is not known."""


DATE_APPROXIMATE = "date-approximate"
"""The problem code of a date that was computed from "3 giờ trước" or a similar text."""

TITLE_FROM = "title-from-"
"""The beginning of the problem codes that say where a title is from that no headline shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news item as cleaning reads it from one page. A field that the page lacks is None."""

    url: Annotated[
        str,
        FieldSpec(
            Words(
                "The address that it was fetched from; if that is the answer of an interface, "
                "the address of its page for readers.",
                "Địa chỉ mà bài viết được tải về; nếu đó là câu trả lời của một giao diện dữ "
                "liệu thì là địa chỉ của trang dành cho người đọc.",
            )
        ),
    ]
    title: Annotated[
        str,
        FieldSpec(
            Words(
                "The article's own headline.",
                "Tiêu đề của chính bài viết.",
            ),
            is_versioned=True,
            is_searched=True,
            is_repaired=True,
        ),
    ]
    lead: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The lead paragraph (sapo), if the page sets one apart.",
                "Đoạn sapo, nếu trang trình bày riêng đoạn này.",
            ),
            is_versioned=True,
            is_searched=True,
            is_repaired=True,
            is_expected=True,
        ),
    ] = None
    body: Annotated[
        str | None,
        FieldSpec(
            Words(
                "Plain text: a blank line between paragraphs; in tables a line per row, "
                "a tab between cells.",
                "Nội dung chính dạng văn bản thuần: một dòng trống giữa các đoạn; trong "
                "bảng, mỗi hàng một dòng, các ô cách nhau bằng dấu tab.",
            ),
            is_versioned=True,
            is_searched=True,
            is_repaired=True,
            is_expected=True,
        ),
    ] = field(default=None, repr=False)
    author: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The name of a person or an office, as the byline gives it; otherwise "
                "the person whose account filed the article.",
                "Tên người hoặc đơn vị như dòng ký tên ghi; nếu không có thì là người "
                "dùng tài khoản để đăng bài viết.",
            ),
            label="author",
            is_versioned=True,
            is_searched=True,
            is_repaired=True,
            is_expected=True,
        ),
    ] = None
    """Never an account of the portal's system."""
    account: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The account of the portal's system that the page shows with the article.",
                "Tài khoản trên hệ thống của cổng mà trang ghi cùng bài viết.",
            ),
            label="account",
        ),
    ] = None
    source: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The name of the source that the text was taken from, without its label.",
                "Tên nguồn của bài viết, bỏ nhãn đứng trước.",
            ),
            label="source",
            is_repaired=True,
        ),
    ] = None
    category: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The name of the portal's section.",
                "Tên chuyên mục của cổng.",
            ),
            label="category",
            is_repaired=True,
            is_expected=True,
        ),
    ] = None
    tags: Annotated[
        tuple[str, ...],
        FieldSpec(
            Words(
                "JSON list of the keywords that the page shows, in its order.",
                "Danh sách JSON các từ khóa mà trang hiển thị, theo thứ tự trên trang.",
            ),
            label="tags",
        ),
    ] = ()
    """Each once."""
    published_at: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The date that the page claims: `YYYY-MM-DDTHH:MM:SS+07:00`, or only the day.",
                "Ngày đăng mà trang công bố: `YYYY-MM-DDTHH:MM:SS+07:00`, hoặc chỉ có ngày.",
            ),
            label="published",
            is_moment=True,
            absent="no date on the page",
            is_versioned=True,
            is_expected=True,
        ),
    ] = None
    updated_at: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The date of the newest change that the page claims, in the form of published_at.",
                "Ngày sửa gần nhất mà trang công bố, cùng dạng với published_at.",
            ),
            label="updated",
            is_moment=True,
        ),
    ] = None
    language: Annotated[
        str | None,
        FieldSpec(
            Words(
                "Primary language subtag of BCP 47: vi, en.",
                "Mã ngôn ngữ chính theo BCP 47: vi, en.",
            ),
            label="language",
        ),
    ] = None
    images: Annotated[tuple[Image, ...], FieldSpec(is_expected=True)] = ()
    videos: Annotated[tuple[Video, ...], FieldSpec()] = ()
    attachments: Annotated[tuple[Attachment, ...], FieldSpec(is_expected=True)] = ()
    problems: Annotated[
        tuple[str, ...],
        FieldSpec(
            Words(
                "JSON list of codes for what looks wrong.",
                "Danh sách JSON các mã chỉ những điểm có vẻ sai.",
            )
        ),
    ] = ()
    """Such as `no-date`; sorted, each once."""
    missed: tuple[str, ...] = ()
    """Fields of the page's layout of which no selector found an element."""
    model: Annotated[
        str | None,
        FieldSpec(
            Words(
                "site_models.id of the learned layout that read it; NULL for a declared layout.",
                "site_models.id của bố cục tự học đã đọc bài viết; NULL nếu bố cục được khai báo.",
            )
        ),
    ] = None
    """None also if no learned model fits the page."""
    repaired_words: Annotated[
        str | None,
        FieldSpec(
            Words(
                "The passages of title, lead, body and author with broken entities, as "
                "they were meant; NULL if there are none. Search covers them too.",
                "Các đoạn trong title, lead, body và author có thực thể HTML bị hỏng, "
                "viết lại cho đúng; NULL nếu không có. Tìm kiếm xét cả các đoạn này.",
            ),
            is_searched=True,
        ),
    ] = None
    """A line each."""

    passing: tuple[tuple[str, str], ...] = ()
    """Lines of lead and body whose numbers the page changes by itself, as counters, each with the
    rest of it, which may be empty. They make no version."""

    @property
    def has_approximate_date(self) -> bool:
        """Whether the page gives the time that has passed since its publication."""
        return DATE_APPROXIMATE in self.problems

    @property
    def shows_headline(self) -> bool:
        """Whether the page shows its title as a headline."""
        return not any(code.startswith(TITLE_FROM) for code in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """One row of a listing page: an article as the portal lists it."""

    key: str
    """The id that survives when the URL changes; with the portal it identifies the article."""
    url: str
    """Absolute URL."""
    title: str | None = None
    date: str | None = None
    """As Article.published_at."""


class Role(StrEnum):
    """The purpose that an address was requested for: captures.role."""

    LISTING = "listing"
    ARTICLE = "article"
    REQUISITE = "requisite"
    ATTACHMENT = "attachment"
    ROBOTS = "robots"
    OTHER = "other"


READ_INTO_ROWS = (Role.LISTING, Role.ARTICLE)
"""Roles whose pages are read into rows. Only a capture of the same address can replace one."""

STREAMED_ROLES = (Role.REQUISITE, Role.ATTACHMENT)
"""Roles whose answers are written to the disk as they arrive; no callback gets their bodies."""

JUDGED_ROLES = (*READ_INTO_ROWS, Role.ROBOTS)
"""Roles whose answers show the state of the portal's own server. Pictures, documents and the like
may lie on other hosts, and be missing for years."""


@dataclass(frozen=True, slots=True, order=True)
class WarcPlace:
    """The place of a record in the archive's WARC files. File and offset identify it."""

    file: str
    """Its final name, relative to the archive's folder."""
    offset: int
    length: int = field(compare=False)
    """Bytes of the gzip member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One recorded HTTP exchange: a row of table captures."""

    id: int
    record_id: str
    """WARC-Record-ID of the response or revisit record, brackets included."""
    run_id: int
    portal: str
    url: str
    fetched_at: str
    """UTC, as in WARC-Date."""
    status: int | None
    """None if the answer has no status line."""
    mime: str | None
    role: str
    """The `Role` of the request."""
    key: str | None = None
    """The key of the article that was requested, or that the page turned out to show."""
    section: str | None = None
    warc_file: str
    """The final name, relative to the archive's folder."""
    warc_offset: int
    warc_length: int
    """Bytes of the gzip member."""
    payload_digest: str
    """`sha1:` and base32, of the de-chunked body; for a revisit, that of the original."""
    revisit_of: int | None = None
    truncated: str | None = None
    """As WARC-Truncated."""
    etag: str | None = None
    last_modified: str | None = None
    unread: str | None = None
    """An `Unread`: why the article's row does not come from this page."""
    asked_key: str | None = None
    """The key under which the page was requested, if a redirect or an earlier capture shows that it
    is of another article, whose key is `key`."""
    listed_title: str | None = None
    """The title of the article on the listing for which its page was requested, in one line; None
    for other pages, and for pages that were captured before it was recorded."""
    request_digest: str | None = None
    """`sha1:` and base32, of the body of a request by POST; None for a GET."""

    @property
    def place(self) -> WarcPlace:
        """The place of its record."""
        return WarcPlace(self.warc_file, self.warc_offset, self.warc_length)

    @property
    def is_whole(self) -> bool:
        """Whether it is a page that did not break off."""
        return self.status == 200 and self.truncated is None


class Unread(StrEnum):
    """Why the row of an article does not come from its page."""

    NO_TITLE = "no-title"
    """The page has no headline: the layout has changed, or it is another page."""
    MISSING = "missing"
    """The page says that the article is missing, or is another page in its place: a soft 404."""
    NO_ANSWER = "no-answer"
    """It is a block page of a firewall, or an error page of the portal."""
    LOST = "lost"
    """The page lacks the body or date that the article had; the row stays as it was."""
    BROKE_OFF = "broke-off"
    """The page, which may be a listing page, broke off; the crawl requested it again or gave it
    up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalEntry:
    """A row of table portals. It comes from the code, not from a WARC file."""

    name: str
    title: str
    platform: str
    province: str | None
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One crawl of one portal: a row of table runs, and the run records of its WARC files."""

    id: int
    portal: str
    started_at: str
    finished_at: str | None = None
    outcome: str | None = None
    """complete, incomplete, unhealthy, failed or interrupted; None while it runs."""
    reason: str | None = None
    """The reason in words, if the outcome is not complete."""
    rules: str | None = None
    """The fingerprint of the cleaning rules that the crawl used."""
    listed: int = 0
    articles_new: int = 0
    articles_changed: int = 0
    articles_unchanged: int = 0
    articles_gone: int = 0
    dead_links: int = 0
    pages_without_title: int = 0
    refused: int = 0
    problems: int = 0
    requests: int = 0
    bytes: int = 0
    failures: int = 0
    requisites_failed: int = 0
    """Pictures, styles, documents and the like that could not be fetched; not failures of the
    run."""
    portal_count: int | None = None
    """The portal's own count of its articles, if a listing shows one: the sum of section_counts."""
    section_counts: str | None = None
    """JSON: the portal's own count by section; None if no listing showed one."""
    swept: int = 0
    """1 for a full crawl: every listing was followed to its end, and every request was answered."""
    walked: int = 0
    """1 if every listing was followed to its end, or until it brought nothing new."""
    articles_returned: int = 0
    """Articles that were marked as gone and are available again."""
    drift: str | None = None
    """JSON: how often selectors found nothing; None if this was not counted."""
    measures: str | None = None
    """JSON: the figures that alarms compare (archive.status.alarms); None if none were measured."""
    alarms: str | None = None
    """JSON list of figures far from the usual ones of the portal; None if there are none."""
    listing_gaps: str | None = None
    """JSON list of ListingGap: listing pages that could not be fetched, with open ones of earlier
    runs; None if the run did not end."""
    hosts_left_out: str | None = None
    """JSON: by host, the addresses of page resources outside the portal's scope; None if there are
    none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayCheck:
    """How a browser showed an archived page with only the archive to answer it."""

    id: int
    """Derived from the id of its record."""
    record_id: str
    portal: str
    url: str
    capture_id: int
    checked_at: str
    """UTC, as captures.fetched_at."""
    is_text_visible: int
    """1 or 0."""
    missing: str
    """JSON: a list of objects with url, kind and by."""
    left_out: int
    script_errors: str
    """JSON: a list of texts."""
    picture: str


SEARCHED = tuple(name for name, spec in specs_of(Article).items() if spec.is_searched)
"""The columns of articles that both full-text indexes of texts cover, in their order."""

EXACT_INDEX, FOLDED_INDEX = "articles_exact", "articles_folded"
TERMS_INDEX, OLD_TEXTS_INDEX = "articles_terms", "old_texts_terms"
TRIGGERED_TABLES = (EXACT_INDEX, FOLDED_INDEX)
"""The full-text indexes over texts as they are written, and over texts without marks. Triggers on
articles fill them."""

SEARCH_TABLES = (*TRIGGERED_TABLES, TERMS_INDEX, OLD_TEXTS_INDEX)
"""These, and the indexes of terms of articles and of their earlier versions."""

OUTCOMES = ("complete", "incomplete", "unhealthy", "failed", "interrupted")
"""How a run can end."""

CONFIRMED = (200, 304)
"""Statuses of a page, and of an answer that a captured page is unchanged."""

MISSING = (404, 410)
"""Statuses by which a server says that there is nothing at an address."""

GONE_AT_ONCE = 410
"""The status by which an article counts as gone after one answer."""

CONCLUSIVE = (*CONFIRMED, *MISSING)
"""Statuses that say whether there is a page at an address."""
