"""An archived page or stylesheet as replay sends it: its own bytes, with addresses that lead to
replay. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from archive.warc.reader import StoredAnswer
from portal_crawler.cleaning.page.charset import encoding_of
from portal_crawler.references.markup import Attribute, Tag
from portal_crawler.references.page import rewrite_page
from portal_crawler.references.reference import BASE, Reference
from portal_crawler.references.requisites import asked_from
from portal_crawler.references.stylesheet import rewrite_stylesheet, stylesheet_text
from portal_crawler.replay.location import PAGE, Location

HTML, CSS = "html", "css"
PDF = "application/pdf"

_PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml")
_DECLARATION = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:.-]{2,30})", re.IGNORECASE
)
PRESCANNED_BYTES = 1024
"""The beginning of a page in which browsers look for the declaration of its encoding."""

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_KEPT = "!$%&'()*+,/:;=?@[]~"
_NOT_OF_THE_WEB = re.compile(r"\s*(?:#|(?!https?:)[a-z][a-z0-9+.-]*:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sent:
    """A rewritten body, as it is sent."""

    body: bytes
    content_type: str


def rewritable_kind(answer: StoredAnswer, *, as_style: bool = False) -> str | None:
    """The kind of an answer, page or stylesheet; None if it is something else."""
    mime = answer.head.mime
    if as_style:
        return CSS
    if mime in _PAGES or (mime is None and answer.body.lstrip()[:1] == b"<"):
        return HTML
    return CSS if mime == "text/css" else None


def rewritten(answer: StoredAnswer, kind: str, location: Location) -> Sent:
    """A page or stylesheet whose addresses lead to replay at the location's moment."""
    content_type = answer.head.value("content-type")
    leads = _Leads(location)
    if kind == CSS:
        css = rewrite_stylesheet(stylesheet_text(answer.body, content_type), leads)
        # A browser takes another type for a stylesheet only where it took it then, too.
        mime = answer.head.mime or "text/css"
        return Sent(css.encode("utf-8", "replace"), f"{mime}; charset=utf-8")
    mark = next((mark for mark in _MARKS if answer.body.startswith(mark)), b"")
    if mark and not mark.startswith(b"\xef"):
        page = answer.body[len(mark) :].decode(_MARKS[mark], "replace")
        sent = rewrite_page(page, leads, adjust=_adjusted)
        return Sent(sent.encode("utf-8", "replace"), "text/html; charset=utf-8")
    letters = _letters(encoding_of(answer.body, content_type))
    page = answer.body.decode("latin-1")
    sent = rewrite_page(page, leads, text=letters, adjust=_adjusted)
    return Sent(sent.encode("latin-1"), _content_type(answer.body, content_type))


def _letters(encoding: str) -> Callable[[str], str]:
    """A function that decodes a part of a page whose characters stand for bytes."""

    def letters(part: str) -> str:
        return part if part.isascii() else part.encode("latin-1").decode(encoding, "replace")

    return letters


def _content_type(body: bytes, given: str | None) -> str:
    """With the encoding that the page itself names: longer addresses may push that too far down."""
    mime = given or "text/html"
    if "charset" in mime.lower():
        return mime
    declared = _DECLARATION.search(body, 0, PRESCANNED_BYTES)
    return f"{mime}; charset={declared[1].decode('ascii')}" if declared else mime


class _Leads:
    """Gives for each reference the place on the replay server."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._base = location.url
        self._has_base = False

    def __call__(self, reference: Reference) -> str | None:
        address = reference.address.strip()
        if not address or _NOT_OF_THE_WEB.match(address):
            return None
        url = asked_from(self._base, address)
        if url is None:
            return None
        if reference.kind == BASE and not self._has_base:
            self._base, self._has_base = url, True
        _, mark, fragment = address.partition("#")
        return Location(self._location.stamp, url, PAGE).path + mark + quote(fragment, _KEPT)


def _adjusted(tag: Tag, attribute: Attribute) -> str | None:
    """New values of attributes that would keep a page from being shown in a frame of replay.

    A link must stay in its frame. A stylesheet's digest does not match the rewritten bytes. A
    page's own policy names hosts that replay lacks. A browser requests no PDF in a sandboxed page.
    """
    if attribute.name == "target":
        return "_self"
    if attribute.name == "integrity":
        return ""
    if tag.name in ("embed", "object") and attribute.name == "type":
        return "text/html" if attribute.value.strip().lower() == PDF else None
    is_policy = tag.name == "meta" and (tag.value("http-equiv") or "").strip().lower() == (
        "content-security-policy"
    )
    return "" if is_policy and attribute.name == "content" else None
