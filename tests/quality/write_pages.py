"""Writes the pages of tests/quality and what is expected of them, the same at each call.

    python -m tests.quality.write_pages

The texts are in articles.json, the pages' shapes in shapes/. A shape is a page of one family of
systems as docs and saved pages show it, with the boilerplate around its articles. Its dialect below
says how it marks up paragraphs, pictures, bylines and documents.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from zlib import crc32

HERE = Path(__file__).parent
FETCHED_AT = datetime(2024, 6, 1, 2, 0, tzinfo=UTC)
ORIGIN = "written in the shape of {}; texts, names and figures are invented"
WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
SECTIONS = ("van-hoa", "thong-bao", "hoat-dong-cua-nganh")

Article = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one system writes what differs by article."""

    family: str
    host: str
    path: str
    """Of an article, with $section, $slug and $id."""
    picks: slice
    """Which of the texts the site has."""
    date: str
    """As strftime reads it; {weekday} is the weekday in words."""
    paragraph: str
    heading: str
    picture: str
    """With $src, $caption."""
    document: str
    """One of a list, with $href and $name."""
    documents: str = "$items"
    byline: Callable[[Article], str]
    related: str
    """One of a list, with $href, $title, $day."""
    sidebar: str
    """The same, and $lead."""
    files: str
    """The folder of pictures and documents."""
    boilerplate: tuple[str, ...] = ()
    """Phrases that only its boilerplate has."""


def _labelled(author: str, source: str) -> Callable[[Article], str]:
    """A byline with a label for the author, and one for the source."""

    def byline(article: Article) -> str:
        shapes = ((author, article["author"]), (source, article["source"]))
        return "\n".join(_filled(shape, name=escape(name)) for shape, name in shapes if name)

    return byline


def _right_aligned(article: Article) -> str:
    empty = '<p class="MsoNormal" align="right">&nbsp;</p>'
    source = f"(Theo {article['source']})" if article["source"] else ""
    text = escape(article["author"] or source)
    line = f'<p class="MsoNormal" align="right"><b><font size="2">{text}</font></b></p>'
    return f"{empty}\n{line}\n{empty}" if text else empty


NUKEVIET = Dialect(
    family="NukeViet 4.5",
    host="sovanhoa.example",
    path="/vi/news/$section/$slug-$id.html",
    picks=slice(0, 7),
    date="{weekday} - %d/%m/%Y %H:%M",
    paragraph="<p>$text</p>",
    heading="<h3>$text</h3>",
    picture='<div style="text-align:center"><figure class="image"><img alt="img" src="$src">'
    "<figcaption>$caption</figcaption></figure></div>",
    document='<a class="list-group-item" download href="$href">$name</a>',
    documents='<div class="news-download-file"><h3>File đính kèm</h3>'
    '<div class="list-group">$items</div></div>',
    byline=_labelled(
        '<div class="margin-bottom-lg"><p class="h5 text-right"><strong>Tác giả: </strong>$name</p>'
        "</div>",
        '<div class="margin-bottom-lg"><p class="h5 text-right"><strong>Nguồn tin: </strong>$name'
        "</p></div>",
    ),
    related='<li><em class="fa fa-angle-right">&nbsp;</em><h4><a href="$href">$title</a></h4> '
    "<em>($day)</em></li>",
    sidebar='<li class="clearfix"><a href="$href" class="show"><img src="/assets/t.jpg" alt="img">'
    "$title</a></li>",
    files="/uploads/news/2024_06/",
    boilerplate=("Click để đánh giá", "Tổng số điểm của bài viết", "Những tin cũ hơn", "Đã xem"),
)

VHV = Dialect(
    family="the VHV platform",
    host="hanhchinhcong.example",
    path="/$section/$slug.html",
    picks=slice(7, 14),
    date="%H:%M:%S | %d/%m/%Y",
    paragraph='<p style="text-align: justify;">$text</p>',
    heading="<p><strong>$text</strong></p>",
    picture='<p style="text-align: center;"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" '
    'data-original="$src" alt=""></p>\n<p style="text-align: center;"><em>$caption</em></p>',
    document='<li><a href="$href" target="_blank">$name</a></li>',
    documents='<div class="attach"><b>Tệp đính kèm</b><ul>$items</ul></div>',
    byline=_labelled(
        '<div class="author"><b>Tác giả: $name</b></div>',
        '<div class="source">Nguồn: $name</div>',
    ),
    related='<article class="item-block Article-News"><h4 class="entry-title"><a href="$href">'
    '$title</a></h4><time class="post-date">$day</time></article>',
    sidebar='<article class="item-block Article-News"><h3 class="entry-title"><a href="$href">'
    '$title</a></h3><div class="brief">$lead</div></article>',
    files="/App/Corporate/upload/",
    boilerplate=(
        "Đọc bài",
        "Ẩn tin liên quan",
        "Chia sẻ Facebook",
        "Người dân có thể gọi tổng đài",
    ),
)

UIARTICLE = Dialect(
    family='the ASP.NET system of "UIArticle"',
    host="sokhoahoc.example",
    path="/$section/$slug-$id",
    picks=slice(0, 14, 2),
    date="Ngày đăng: %d/%m/%Y %H:%M",
    paragraph="$text<br><br>",
    heading="<b>$text</b><br><br>",
    picture='<table align="center" class="image"><tr><td><img class="image" src="$src"></td></tr>'
    "<tr><td>$caption</td></tr></table>",
    document='<a class="link-download" href="javascript:;" '
    "onclick=\"downloadFile('$name','$href')\">$name</a>",
    documents='<div class="file"><span>Tài liệu đính kèm</span>$items</div>',
    byline=_labelled('<span class="name">Tác giả: $name</span>', "<span>Nguồn: $name</span>"),
    related='<li class="row"><h2 class="Title"><a href="$href">$title</a></h2>'
    '<div class="Ngaydang">$day</div></li>',
    sidebar='<div class="item"><a href="$href">$title</a><p>$lead</p></div>',
    files="/upload/2024/6/",
    boilerplate=("Tin cùng chuyên mục", "Gửi email", "Tương phản", "Sở tiếp công dân vào ngày"),
)

SHAREPOINT = Dialect(
    family="SharePoint 2013 with a ministry's news parts",
    host="tinh.example",
    path="/vn/tin-tuc/$id/$slug.aspx",
    picks=slice(1, 14, 2),
    date="{weekday}, %d/%m/%Y %H:%M",
    paragraph='<p class="MsoNormal" style="text-align:justify;text-indent:.5in"><font '
    'face="Times New Roman">&nbsp;&nbsp;$text<o:p></o:p></font></p>\n<p>&nbsp;</p>',
    heading='<p class="MsoNormal"><b>$text</b></p>',
    picture='<p class="MsoNormal" align="center"><img border="0" src="$src" alt=""></p>\n'
    '<p class="MsoNormal" align="center"><i>$caption</i></p>',
    document='<p class="MsoNormal"><a href="$href">$name</a></p>',
    documents='<p class="MsoNormal"><b>File đính kèm:</b></p>\n$items',
    byline=_right_aligned,
    related='<tr><td><a href="$href">$title</a> <i>($day)</i></td></tr>',
    sidebar='<p><a href="$href"><b>$title</b></a><br>$lead</p>',
    files="/vn/Documents/",
    boilerplate=("Skip Ribbon", "Về đầu trang", "Bản in", "Ban biên tập trân trọng cảm ơn"),
)

DRUPAL = Dialect(
    family="Drupal 9",
    host="xahoi.example",
    path="/vi/$section/$slug",
    picks=slice(3, 11),
    date="{weekday}, %d/%m/%Y - %H:%M",
    paragraph="<p>$text</p>\n",
    heading="<h3>$text</h3>",
    picture='<figure role="group" class="caption caption-img align-center"><img alt="" '
    'data-entity-type="file" src="$src" loading="lazy" />'
    "<figcaption>$caption</figcaption></figure>",
    document='<div class="field__item"><span class="file file--mime-application-pdf">'
    '<a href="$href">$name</a></span> <span>(240.1 KB)</span></div>',
    documents='<div class="field field--name-field-files"><div class="field__label">'
    "Tập tin đính kèm</div>$items</div>",
    byline=_labelled(
        '<p class="text-align-right"><strong>$name</strong></p>',
        '<p class="text-align-right"><em>Nguồn: $name</em></p>',
    ),
    related='<div class="views-row"><span class="views-field-title"><a href="$href">$title</a>'
    '</span><time datetime="$day">$day</time></div>',
    sidebar='<div class="views-row"><h4><a href="$href">$title</a></h4><p>$lead</p></div>',
    files="/sites/default/files/2024-06/",
    boilerplate=("Nhảy đến nội dung", "Được đăng bởi", "lượt xem", "Từ ngày 1/6, bộ phận một cửa"),
)

HOMEMADE = Dialect(
    family="a home-made site of 2008, tables and no class",
    host="huyen.example",
    path="/default.aspx?pid=6&nid=$id",
    picks=slice(4, 13),
    date="%H:%M %d/%m/%Y",
    paragraph="$text<br>\n<br>\n",
    heading="<b>$text</b><br>\n",
    picture='<table width="400" align="center"><tr><td><img src="$src" width="400"></td></tr>'
    '<tr><td align="center"><i>$caption</i></td></tr></table>',
    document='<a href="$href"><img src="images/pdf.gif" border="0"> $name</a><br>',
    documents="<b>File đính kèm:</b><br>$items",
    byline=_labelled('<p align="right"><b>$name</b></p>', '<p align="right"><b>Theo $name</b></p>'),
    related='<img src="images/dot.gif"> <a href="$href">$title</a> '
    '<font size="1">($day)</font><br>',
    sidebar='<a href="$href">$title</a><br>',
    files="/upload/",
    boilerplate=("Lên đầu trang", "Các tin khác", "Thời tiết", "Nhiệt liệt chào mừng"),
)

SITES = {
    "nukeviet": NUKEVIET,
    "vhv": VHV,
    "uiarticle": UIARTICLE,
    "sharepoint": SHAREPOINT,
    "drupal": DRUPAL,
    "homemade": HOMEMADE,
}


def _filled(shape: str, **texts: str) -> str:
    return Template(shape).substitute(texts)


def _number(*names: str, below: int) -> int:
    """One that looks like chance and is the same at each call."""
    return crc32("/".join(names).encode()) % below


def _id(article: Article) -> str:
    return str(1000 + _number(article["slug"], below=9000))


def _section(article: Article) -> str:
    return SECTIONS[_number(article["category"], below=len(SECTIONS))]


def _path(dialect: Dialect, article: Article) -> str:
    names = {"section": _section(article), "slug": article["slug"], "id": _id(article)}
    return _filled(dialect.path, **names)


def _moment(article: Article) -> datetime:
    return datetime.fromisoformat(article["published"])


def _date(shape: str, moment: datetime) -> str:
    day = moment.weekday()
    weekday = f"Thứ {WEEKDAYS[day]}" if day < len(WEEKDAYS) else "Chủ nhật"
    return moment.strftime(shape).replace("{weekday}", weekday)


def page(site: str, article: Article, others: Sequence[Article]) -> str:
    """The article's page at a site that has these others."""
    dialect = SITES[site]
    slug, moment = article["slug"], _moment(article)
    shape = (HERE / "shapes" / f"{site}.html").read_text(encoding="utf-8")
    counted = {"views": 5000, "votes": 9, "points": 45, "online": 90, "visits": 3000, "month": 9000}
    return _filled(
        shape,
        **{name: str(1 + _number(slug, name, below=below)) for name, below in counted.items()},
        **{name: escape(article[name]) for name in ("title", "lead", "category")},
        slug=slug,
        id=_id(article),
        hex=f"{_number(slug, below=2**32):08x}".rjust(24, "5"),
        section=_section(article),
        sectionid=str(10 + _number(article["category"], below=20)),
        total=str(1_204_000 + _number(slug, "total", below=4000)),
        day=moment.strftime("%Y-%m-%d"),
        iso=article["published"],
        date=_date(dialect.date, moment),
        today=_date("{weekday}, %d/%m/%Y", FETCHED_AT),
        body="\n".join(_markup(dialect, article)),
        attachments=_documents(dialect, article["attachments"]),
        byline=dialect.byline(article),
        related=_links(dialect, dialect.related, others[:4]),
        # The same on each page, as of the day on which all were saved.
        sidebar=_links(dialect, dialect.sidebar, sorted((article, *others), key=_id)[:3]),
    )


def _links(dialect: Dialect, shape: str, articles: Sequence[Article]) -> str:
    return "\n".join(
        _filled(
            shape,
            href=_path(dialect, other),
            title=escape(other["title"]),
            lead=escape(other["lead"]),
            day=_moment(other).strftime("%d/%m/%Y"),
        )
        for other in articles
    )


def _documents(dialect: Dialect, names: Sequence[str]) -> str:
    if not names:
        return ""
    items = (_filled(dialect.document, href=dialect.files + name, name=name) for name in names)
    return _filled(dialect.documents, items="\n".join(items))


def _markup(dialect: Dialect, article: Article) -> Iterator[str]:
    for item in article["body"]:
        (kind, content), *_ = item.items()
        yield _MARKUP[kind](dialect, content, item)


def _picture(dialect: Dialect, name: str, item: Mapping[str, Any]) -> str:
    return _filled(dialect.picture, src=dialect.files + name, caption=escape(item["caption"]))


def _table(_dialect: Dialect, rows: Sequence[Sequence[str]], _item: Mapping[str, Any]) -> str:
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    lines = "".join(f"<tr>{row}</tr>\n" for row in cells)
    return f'<table border="1" cellpadding="2"><tbody>{lines}</tbody></table>'


def _list(tag: str) -> Callable[[Dialect, Sequence[str], Mapping[str, Any]], str]:
    def markup(_dialect: Dialect, texts: Sequence[str], _item: Mapping[str, Any]) -> str:
        return f"<{tag}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</{tag}>"

    return markup


_MARKUP: Mapping[str, Callable[[Dialect, Any, Mapping[str, Any]], str]] = {
    "p": lambda dialect, text, _item: _filled(dialect.paragraph, text=escape(text)),
    "h": lambda dialect, text, _item: _filled(dialect.heading, text=escape(text)),
    "quote": lambda _dialect, text, _item: f"<blockquote><p>{escape(text)}</p></blockquote>",
    "img": _picture,
    "table": _table,
    "ul": _list("ul"),
    "ol": _list("ol"),
}


# What is expected


def expected(site: str, article: Article) -> dict[str, Any]:
    """The row of expected.json."""
    dialect = SITES[site]
    host = f"https://{dialect.host}"
    pictures = [item for item in article["body"] if "img" in item]
    said = {name: article[name] or None for name in ("title", "lead", "author", "source")}
    return {
        "file": f"{article['slug']}.html",
        "url": host + _path(dialect, article),
        "content_type": "text/html; charset=utf-8",
        "fetched_at": FETCHED_AT.isoformat(),
        "article": {
            **said,
            "category": article["category"],
            "published_at": article["published"],
            "body": [text for item in article["body"] for text in _paragraphs(item)],
            "images": [
                {"src": host + dialect.files + item["img"], "caption": item["caption"]}
                for item in pictures
            ],
            "attachments": [host + dialect.files + name for name in article["attachments"]],
        },
    }


def _paragraphs(item: Mapping[str, Any]) -> Iterator[str]:
    (kind, content), *_ = item.items()
    if kind in ("p", "h", "quote"):
        yield content
    elif kind == "table":
        yield "\n".join("\t".join(row) for row in content)
    elif kind == "ul":
        yield from (f"- {text}" for text in content)
    elif kind == "ol":
        yield from (f"{number}. {text}" for number, text in enumerate(content, start=1))


def site_files(site: str) -> dict[str, str]:
    """All files of a site's folder, by name."""
    dialect = SITES[site]
    articles = json.loads((HERE / "articles.json").read_bytes())[dialect.picks]
    newest_first = sorted(articles, key=_moment, reverse=True)
    pages = {
        f"{article['slug']}.html": page(
            site, article, [other for other in newest_first if other is not article]
        )
        for article in newest_first
    }
    told = {
        "origin": ORIGIN.format(dialect.family),
        "boilerplate": list(dialect.boilerplate),
        "articles": [expected(site, article) for article in newest_first],
    }
    return {**pages, "expected.json": json.dumps(told, ensure_ascii=False, indent=1) + "\n"}


def main() -> None:
    """Write all folders."""
    for site in SITES:
        (HERE / site).mkdir(exist_ok=True)
        for name, text in site_files(site).items():
            (HERE / site / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
