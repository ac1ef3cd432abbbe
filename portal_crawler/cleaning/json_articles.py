"""From an article in JSON to an Article: written as a plain page, it is read as all pages are."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urljoin

from archive.models import Article
from portal_crawler.cleaning.extraction import (
    FailurePageError,
    NoTitleError,
    SoftNotFoundError,
    extract,
    refuse_substitute_page,
)
from portal_crawler.cleaning.json_answers import (
    Path,
    at,
    date_texts,
    failure_said,
    has_name,
    inner_values,
    is_empty_answer,
    message_in,
    text_of_value,
    texts_of,
    values_of,
)
from portal_crawler.cleaning.json_names import (
    ACCOUNTS,
    ADDRESSES,
    AUTHORS,
    BODIES,
    CATEGORIES,
    CHANGES,
    DATES,
    FILE_NAMES,
    FILES,
    LEADS,
    PICTURES,
    SOURCES,
    TAGS,
    TITLES,
)
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.words.dates import read_date

MOST_PARTS = 200
"""Pictures, documents or tags of an article that are read."""

MOST_UNESCAPED = 3
"""How often the markup of a body may be escaped."""

PAGE = Profile(
    name="json",
    title=("h1.title",),
    date=("p.date",),
    lead=("div.lead",),
    body=("div.text",),
    author=("p.author",),
    account=("p.account",),
    source=("p.source",),
    category=("p.category",),
    updated=("p.updated",),
    tags=("p.tag",),
    cover=("p.cover img",),
    attachments=("ul.files",),
)
"""The layout of the page as which an article is written."""

_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_ELEMENT = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")
_ESCAPED = re.compile(r"&(?:amp;)*lt;/?[A-Za-z]")
_IDENTIFIER = re.compile(r"\d+|[0-9A-Fa-f-]{16,}")
"""A number or GUID in place of a name."""
_HASHES = re.compile(r"#{2,}")
_MISSING = re.compile(
    r"không (?:tìm thấy|tồn tại)|đã (?:bị )?(?:xóa|xoá|gỡ)|not found|does not exist", re.IGNORECASE
)
"""Words in the message of an answer that has no article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonArticle:
    """The layout of an article in JSON: for each field names, or paths with dots, in their order.

    Names are compared by letters and digits alone: `ngayDang` also finds `NGAY_DANG`.
    """

    page: str = ""
    """The address of the article's page for readers: a field's name, or a form such as
    `/bai-viet/{slug}-{id}` whose names in braces are fields of the article."""
    item: Path = ()
    """The path to the article's object; without it the outermost object with a title and a text
    is the article."""
    title: tuple[str, ...] = TITLES
    lead: tuple[str, ...] = LEADS
    body: tuple[str, ...] = BODIES
    """HTML, escaped or not, or plain text."""
    date: tuple[str, ...] = DATES
    updated: tuple[str, ...] = CHANGES
    author: tuple[str, ...] = AUTHORS
    account: tuple[str, ...] = ACCOUNTS
    source: tuple[str, ...] = SOURCES
    category: tuple[str, ...] = CATEGORIES
    tags: tuple[str, ...] = TAGS
    images: tuple[str, ...] = PICTURES
    attachments: tuple[str, ...] = FILES


def read_json_article(
    value: object, url: str, layout: JsonArticle, *, fetched_at: datetime
) -> Article:
    """The article of an answer in JSON; its address is that of its page, if the layout has one.

    Raises SoftNotFoundError if the answer is empty, FailurePageError if it says that it failed, and
    NoTitleError if it holds no article.
    """
    item = article_in(value, layout)
    if item is None:
        raise _no_article(value, url, layout)
    address = page_address(item, url, layout)
    written = _page(item, urljoin(url, "/") if address is None else address, layout, fetched_at)
    article = extract(
        written.encode("utf-8", "replace"),
        url,
        PAGE,
        fetched_at=fetched_at,
        content_type="text/html; charset=utf-8",
    )
    return article if address is None else replace(article, url=address)


def article_in(value: object, layout: JsonArticle) -> object | None:
    """The object that is the article; None if there is none."""
    if layout.item:
        found = at(value, layout.item)
        return found if _has(found, layout.title) else None
    objects = [one for one in inner_values(value) if isinstance(one, Mapping)]
    titled = [one for one in objects if _has(one, layout.title)]
    # An article that is only a document has a name for its text, too, and related ones have texts.
    whole = next((one for one in titled if any(has_name(one, name) for name in layout.body)), None)
    return whole or next((one for one in titled if _has(one, layout.lead)), None)


def _has(item: object, names: Iterable[str]) -> bool:
    return next(texts_of(item, names), None) is not None


def _no_article(value: object, url: str, layout: JsonArticle) -> Exception:
    """The error of an answer without an article."""
    said = message_in(value) or ""
    if said:
        root = tree_of(f"<html><body><p>{html.escape(said)}</p></body></html>")
        refuse_substitute_page(url, root, None, Profile(name="json", title=("h1",)))
    failed = failure_said(value)
    if _MISSING.search(said) or (failed is None and is_empty_answer(value)):
        return SoftNotFoundError(url, said or "an answer without an article")
    return NoTitleError(url, layout.title) if failed is None else FailurePageError(url, failed)


def page_address(item: object, url: str, layout: JsonArticle) -> str | None:
    """The address of the article's page for readers; None if the layout or the article has none."""
    written = filled(layout.page, item) if layout.page else None
    return absolute(url, written) if written else None


def filled(form: str, item: object) -> str | None:
    """An address: the value of the field that the form names, or the form with its values; None
    if a value is missing."""
    if "{" not in form:
        return next(texts_of(item, (form,)), None)
    values: dict[str, str] = {}
    for name in _IN_BRACES.findall(form):
        text = next(texts_of(item, (name,)), None)
        if text is None:
            return None
        values[name] = quote(text, safe="/")
    return _IN_BRACES.sub(lambda match: values[match[1]], form)


# The article as a page


def _page(item: object, base: str, layout: JsonArticle, fetched_at: datetime) -> str:
    title = plain_title(next(texts_of(item, layout.title), "")) or ""
    parts = [
        _element("h1", "title", title),
        _element("p", "date", _date(item, layout.date, fetched_at)),
        _element("p", "updated", _updated(item, layout, fetched_at)),
        *(_of_field(item, name, getattr(layout, name)) for name in _LINES),
        *(_element("p", "tag", tag) for tag in _tags(item, layout.tags)),
        *(f'<p class="cover"><img src="{_quoted(src)}"></p>' for src in _pictures(item, layout)),
        *_files(item, layout.attachments),
        f'<div class="lead">{_markup(next(texts_of(item, layout.lead), ""))}</div>',
        f'<div class="text">{_markup(next(texts_of(item, layout.body), ""))}</div>',
    ]
    head = f'<head><meta charset="utf-8"><base href="{_quoted(base)}"></head>'
    return f"<html>{head}<body>{''.join(parts)}</body></html>"


_LINES = ("author", "account", "source", "category")


def plain_title(text: str) -> str | None:
    """A title without markup, entities, and the number signs that some systems keep in it."""
    words = " ".join(_HASHES.sub(" ", html.unescape(_ELEMENT.sub("", _unescaped(text)))).split())
    return words or None


def _element(name: str, kind: str, text: str | None) -> str:
    return f'<{name} class="{kind}">{html.escape(text)}</{name}>' if text else ""


def _of_field(item: object, kind: str, names: tuple[str, ...]) -> str:
    text = next(texts_of(item, names), None)
    is_name = text is not None and not _IDENTIFIER.fullmatch(text.strip())
    return _element("p", kind, plain_title(text or "")) if is_name else ""


def _date(item: object, names: tuple[str, ...], fetched_at: datetime) -> str | None:
    """The first date that can be read; else the first text that stands for one."""
    texts = list(date_texts(values_of(item, names)))
    readable = (text for text in texts if read_date(text, fetched_at).value)
    return next(readable, next(iter(texts), None))


def _updated(item: object, layout: JsonArticle, fetched_at: datetime) -> str | None:
    value = _date(item, layout.updated, fetched_at)
    return f"Cập nhật {value}" if value else None


def _tags(item: object, names: tuple[str, ...]) -> Iterator[str]:
    for value in values_of(item, names):
        many = value if isinstance(value, list) else str(text_of_value(value) or "").split(",")
        for one in many[:MOST_PARTS]:
            if text := text_of_value(one):
                yield text.strip()
        return


def _pictures(item: object, layout: JsonArticle) -> list[str]:
    """The addresses of the article's pictures outside of its text; a picture in data is none."""
    found: dict[str, None] = {}
    for value in values_of(item, layout.images):
        for one in (value if isinstance(value, list) else [value])[:MOST_PARTS]:
            address = _address(one)
            if address and not address.startswith("data:"):
                found[address] = None
    return list(found)


def _address(one: object) -> str | None:
    text = next(texts_of(one, ADDRESSES), None) if isinstance(one, Mapping) else text_of_value(one)
    is_address = text is not None and bool(re.search(r"[/.]", text)) and "<" not in text
    return text.strip() if text is not None and is_address else None


def _files(item: object, names: tuple[str, ...]) -> Iterator[str]:
    links = []
    for value in values_of(item, names):
        for one in (value if isinstance(value, list) else [value])[:MOST_PARTS]:
            if address := _address(one):
                name = next(texts_of(one, FILE_NAMES), None) if isinstance(one, Mapping) else None
                shown = html.escape(name or address.rpartition("/")[2])
                links.append(f'<li><a href="{_quoted(address)}">{shown}</a></li>')
    if links:
        yield f'<ul class="files">{"".join(links)}</ul>'


def _quoted(address: str) -> str:
    return html.escape(address, quote=True)


def _markup(text: str) -> str:
    """A text as markup: without the escapes around its tags, or in paragraphs if it has none."""
    written = _unescaped(text)
    if _ELEMENT.search(written):
        return written
    lines = (line.strip() for line in written.splitlines())
    return "".join(f"<p>{html.escape(html.unescape(line))}</p>" for line in lines if line)


def _unescaped(text: str) -> str:
    for _ in range(MOST_UNESCAPED):
        if _ELEMENT.search(text) or not _ESCAPED.search(text):
            break
        text = html.unescape(text)
    return text
