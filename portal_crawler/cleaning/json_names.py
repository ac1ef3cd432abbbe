"""The usual names of fields in JSON, Vietnamese and English; case and underscores do not count."""

TITLES = (
    "title",
    "tieuDe",
    "tenBaiViet",
    "tenTin",
    "headline",
    "subject",
    "titleNews",
    "newsTitle",
    "articleTitle",
    "postTitle",
    "name",
)
LEADS = (
    "sapo", "lead", "description", "tomTat", "trichYeu", "trichDan", "moTa", "moTaNgan", "summary",
    "excerpt", "descriptionNews", "shortContent", "shortDescription", "intro", "abstract",
)  # fmt: skip
BODIES = (
    "content", "noiDung", "noiDungChiTiet", "contentNews", "newsContent", "articleContent",
    "postContent", "fullContent", "contentHtml", "body",
    "bodyHtml", "chiTiet", "detail", "details", "html", "text", "fullText",
)  # fmt: skip
DATES = (
    "publishedAt", "publishedDate", "publishDate", "publishTime", "publishedTime", "publishedOn",
    "publicationDate", "newsDate", "ngayXuatBan", "ngayDang", "ngayDangTin", "ngayPhatHanh",
    "datePublished",
    "displayDate", "postDate", "postedDate", "date", "createdDate", "createdAt", "createDate",
    "createdTime", "createTime", "created", "ngayTao",
)  # fmt: skip
CHANGES = (
    "updatedAt", "updatedDate", "modifiedAt", "modifiedDate", "lastModified", "dateModified",
    "ngayCapNhat", "ngaySua",
)  # fmt: skip
AUTHORS = ("author", "authorName", "tacGia", "butDanh", "penName", "byline", "nguoiViet")
ACCOUNTS = ("createdBy", "createdByName", "creator", "userName", "nguoiTao", "nguoiDang")
SOURCES = ("source", "sourceName", "nguon", "nguonTin")
CATEGORIES = (
    "categoryName", "tenChuyenMuc", "chuyenMuc", "category", "sectionName", "section", "cateName",
    "categoryTitle",
)  # fmt: skip
TAGS = ("tags", "tag", "tuKhoa")
PICTURES = (
    "image", "imageUrl", "thumbnail", "thumbnailUrl", "thumb", "avatar", "anhDaiDien", "hinhAnh",
    "urlAnh", "cover", "coverImage", "images",
)  # fmt: skip
FILES = (
    "attachments", "attachment", "attachFiles", "files", "fileDinhKem", "tepDinhKem", "dinhKem",
    "documents", "taiLieu",
)  # fmt: skip
ADDRESSES = ("url", "href", "link", "path", "src", "fileUrl", "filePath", "duongDan", "downloadUrl")
FILE_NAMES = ("name", "fileName", "title", "tenFile", "tenTep", "originalName")

LINKS = ("url", "link", "href", "permalink", "detailUrl", "linkUrl", "duongDan")
IDS = ("id", "newsId", "articleId", "itemId", "baiVietId", "idBaiViet", "postId", "_id", "guid")
SLUGS = ("slug", "alias", "urlSlug", "seoUrl")
TOTALS = (
    "total", "totalCount", "totalElements", "totalRecords", "totalItems", "totalRows",
    "recordsFiltered", "odataCount", "tongSo", "tongSoBanGhi",
)  # fmt: skip

LISTS = ("data", "d", "items", "rows", "result", "results", "records", "list", "content", "value")
"""The usual names of a list of rows; its lack is told from an empty one by them."""

INNER_TEXTS = ("rendered", "vi", "name", "title", "ten", "value", "text", "label", "fullname")
"""Names of the text in an object that stands in place of a text: `{"rendered": "…"}`."""

WRAPPERS = ("attributes", "_source", "fields")
"""Names of an object that holds all fields of a row but its id: Strapi, Elasticsearch."""
