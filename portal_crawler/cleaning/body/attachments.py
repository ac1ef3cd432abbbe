"""The documents that an article links to, embeds or offers for download."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree

from archive.models import Attachment
from portal_crawler.cleaning.body.link_words import gap_to, whole_words
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.cleaning.words.text import clean, folded_line

_OFFICE = "application/vnd.openxmlformats-officedocument"

DOCUMENT, SPREADSHEET, PRESENTATION, ARCHIVE = "document", "spreadsheet", "presentation", "archive"
AUDIO, VIDEO = "audio", "video"

TYPE_BY_ENDING = {
    "pdf": (DOCUMENT, "application/pdf"),
    "doc": (DOCUMENT, "application/msword"),
    "docx": (DOCUMENT, f"{_OFFICE}.wordprocessingml.document"),
    "docm": (DOCUMENT, "application/vnd.ms-word.document.macroEnabled.12"),
    "rtf": (DOCUMENT, "application/rtf"),
    "odt": (DOCUMENT, "application/vnd.oasis.opendocument.text"),
    "xls": (SPREADSHEET, "application/vnd.ms-excel"),
    "xlsx": (SPREADSHEET, f"{_OFFICE}.spreadsheetml.sheet"),
    "xlsm": (SPREADSHEET, "application/vnd.ms-excel.sheet.macroEnabled.12"),
    "xlsb": (SPREADSHEET, "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    "ods": (SPREADSHEET, "application/vnd.oasis.opendocument.spreadsheet"),
    "csv": (SPREADSHEET, "text/csv"),
    "ppt": (PRESENTATION, "application/vnd.ms-powerpoint"),
    "pptx": (PRESENTATION, f"{_OFFICE}.presentationml.presentation"),
    "pps": (PRESENTATION, "application/vnd.ms-powerpoint"),
    "ppsx": (PRESENTATION, f"{_OFFICE}.presentationml.slideshow"),
    "odp": (PRESENTATION, "application/vnd.oasis.opendocument.presentation"),
    "zip": (ARCHIVE, "application/zip"),
    "rar": (ARCHIVE, "application/vnd.rar"),
    "7z": (ARCHIVE, "application/x-7z-compressed"),
    "mp3": (AUDIO, "audio/mpeg"),
    "m4a": (AUDIO, "audio/mp4"),
    "wav": (AUDIO, "audio/vnd.wave"),
    "wma": (AUDIO, "audio/x-ms-wma"),
    "mp4": (VIDEO, "video/mp4"),
    "wmv": (VIDEO, "video/x-ms-wmv"),
}
"""Endings of files that are offered for download, with the kind of each and its media type: the one
registered with IANA, or for Microsoft's the one in use."""

COMMON_ENDINGS = "pdf|docx?|xlsx?|pptx?|rar|zip|7z"
"""Alternatives of a pattern: the endings of most documents."""

LONGEST_DOCUMENT_NAME_CHARS = 500
"""A decree's whole title is shorter. A longer name is not joined with the words of a further
link."""

_EMBEDDING_TAGS = {"a": "href", "iframe": "src", "embed": "src", "object": "data"}
_DOCUMENT_FOLDER = re.compile(r"/documents/\d+/", re.IGNORECASE)
"""Liferay's library of files. Its addresses may end in an id instead of a name."""

_QUOTED_PATH = re.compile(r"[\"']((?:https?:/)?/[^\"']+)[\"']")
_QUOTED_BELOW = re.compile(r"[\"']([^\"'/:\s]+/[^\"']+)[\"']")
"""A path without a slash before it; a name alone is not one."""
_DOWNLOADING = re.compile(
    r"(?:download|openfile|viewfile|tai_?(?:file|ve|xuong))\w*\s*\(", re.IGNORECASE
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|svg)\b", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_EMPTY_NAMES = frozenset(
    folded_line(name)
    for line in """
    tại đây | ở đây | đây | xem tại đây | xem chi tiết | xem chi tiết tại đây | chi tiết
    chi tiết tại đây | chi tiết xem tại đây | xem | tải về | tải về tại đây | tải tại đây
    tải xuống | tải file | download | click | file | file đính kèm | tệp đính kèm | tập tin đính kèm
    tài liệu đính kèm | văn bản đính kèm | đính kèm | đính kèm theo | kèm theo | gửi kèm
    file kèm theo | tài liệu kèm theo | văn bản kèm theo | văn bản | xem tài liệu | tài liệu | link
    pdf | word | excel
    """.strip().splitlines()
    for name in line.split("|")
)
"""Texts of links that name no document, without brackets and final punctuation."""
_LABELLED_FILE = re.compile(
    r"(?:(?:tải(?: về)?|download|tập tin|tệp|file|tài liệu)\s*){1,2}(?:đính kèm\s*)?\d{0,3}\s*:\s*"
    rf"(?=\S.{{0,200}}\.(?:{COMMON_ENDINGS})$)",
    re.IGNORECASE,
)
"""The words before a file's name: "Tải về file 2: bieu-mau.docx"."""
_NAME_ENDING = re.compile(rf"\.({COMMON_ENDINGS})$", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]\W*")


def attachments(areas: list[etree._Element], base: str) -> tuple[Attachment, ...]:
    """Documents of the areas in page order, each address once; `base` makes addresses absolute.

    If several links lead to one document, the first of them that gives a name names it.
    """
    found: dict[str, Attachment] = {}
    last: _Link | None = None
    for area in areas:
        for element in area.iter("*"):
            if element.tag not in _EMBEDDING_TAGS and not element.get("onclick"):
                continue
            for address in addresses_in(element, base):
                href = absolute(base, address)
                if href is None:
                    continue
                name = _said_name(element)
                last, goes_on = _joined(last, _Link(address, element, text_of(element)))
                if href not in found:
                    found[href] = _attachment(href, name)
                elif name and (goes_on or found[href].name == _file_name(href)):
                    found[href] = replace(
                        found[href], name=_tidied(last.words) if goes_on else name
                    )
    return tuple(found.values())


def joined_lists(
    first: tuple[Attachment, ...], further: tuple[Attachment, ...]
) -> tuple[Attachment, ...]:
    """The documents of two lists, each address once."""
    known = {document.href for document in first}
    return (*first, *(document for document in further if document.href not in known))


@dataclass(frozen=True, slots=True)
class _Link:
    address: str
    element: etree._Element
    words: str


def _joined(before: _Link | None, link: _Link) -> tuple[_Link, bool]:
    """The link with the words of the one before it if readers see the two as one; whether they
    do."""
    if before is None or before.address != link.address:
        return link, False
    if len(before.words) > LONGEST_DOCUMENT_NAME_CHARS or not _is_name(_tidied(before.words)):
        return link, False
    if before.element.tag == link.element.tag == "a":
        gap = gap_to(link.element, before.element)
        if gap is not None:
            return replace(link, words=f"{before.words}{gap}{link.words}"), True
    return link, False


def addresses_in(element: etree._Element, base: str) -> Iterator[str]:
    """Addresses of documents in a link, in a viewer or in a button's script, as in the page."""
    attribute = _EMBEDDING_TAGS.get(str(element.tag))
    address = _address(element, attribute) if attribute else ""
    if address and not address.startswith(("#", "javascript:", "mailto:", "data:")):
        inner = _viewed_file(address)
        if inner:
            # Viewers read an address as relative to their own.
            yield absolute(absolute(base, address) or base, inner) or inner
        elif _is_document(element, address):
            yield address
    script = element.get("onclick") or (address if address.startswith("javascript:") else "")
    if script:
        yield from _scripted(script)


def _address(element: etree._Element, attribute: str) -> str:
    """The address of a link or a viewer; some viewers load theirs later."""
    address = element.get(attribute) or ""
    if not address and element.tag != "a":
        address = element.get("data-src") or ""
    return address.strip()


def _scripted(script: str) -> Iterator[str]:
    """Addresses of documents in a button's script: those with a document's ending, else the last
    one that a function for downloads is called with."""
    paths = _QUOTED_PATH.findall(script)
    named = [path for path in (paths or _QUOTED_BELOW.findall(script)) if ending(path)]
    if not named and _DOWNLOADING.search(script):
        named = [path for path in paths if not _PICTURE.search(path)][-1:]
    yield from named


def _is_document(element: etree._Element, address: str) -> bool:
    """Whether a link leads to a file, or a viewer shows one; sound and video in the page do not
    count."""
    if element.tag == "a":
        is_offered = "download" in element.attrib and not _PICTURE.search(address)
        return is_offered or leads_to_document(address)
    found = ending(address)
    return found is not None and TYPE_BY_ENDING[found][0] not in (AUDIO, VIDEO)


def shows_document(element: etree._Element) -> bool:
    """Whether a link leads to a document or a viewer shows one, as its address alone tells."""
    attribute = _EMBEDDING_TAGS.get(str(element.tag))
    address = _address(element, attribute) if attribute else ""
    return bool(address) and (bool(_viewed_file(address)) or _is_document(element, address))


def leads_to_document(address: str) -> bool:
    """Whether an address is that of a file, by its ending or because it is in Liferay's library."""
    return bool(ending(address)) or _is_library_file(address)


def _viewed_file(address: str) -> str | None:
    """The address of a document in the query of a viewer's address: `viewer.html?file=…`."""
    if "?" not in address:
        return None
    try:
        query = parse_qsl(urlsplit(address).query)
    except ValueError:
        return None
    for name, value in query:
        if name.lower() in ("file", "url", "src") and ending(value):
            return value
    return None


def ending(address: str) -> str | None:
    """The ending of an address that is a key of `TYPE_BY_ENDING`, in lower case; None for
    others."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    for segment in reversed(path.split("/")[-2:]):
        last = unquote(segment).rpartition(".")[2].strip().lower()
        if last in TYPE_BY_ENDING:
            return last
    return None


def _is_library_file(address: str) -> bool:
    return bool(_DOCUMENT_FOLDER.search(address)) and not _PICTURE.search(address)


def _attachment(href: str, name: str | None) -> Attachment:
    # A script that sends files has an address without the ending that the file's name has.
    known = ending(href) or _name_ending(name or "")
    kind, mime = TYPE_BY_ENDING.get(known or "", (None, None))
    return Attachment(href=href, name=name or _file_name(href), mime=mime, kind=kind)


def _name_ending(name: str) -> str | None:
    found = _NAME_ENDING.search(name)
    return found[1].lower() if found else None


def _said_name(element: etree._Element) -> str | None:
    """The name that a link gives its document; None if its words could be those of any link."""
    text = _tidied(text_of(element)) if element.tag in ("a", "button", "span") else ""
    if _is_name(text):
        return _tidied(whole_words(element))
    for attribute in ("title", "download"):
        name = _tidied(element.get(attribute) or "")
        if _is_name(name):
            return name
    return None


def _is_name(text: str) -> bool:
    return bool(text) and folded_line(text) not in _EMPTY_NAMES


def _tidied(text: str) -> str:
    """The text cleaned, without brackets around it or a closing one that was opened before it."""
    name = _LABELLED_FILE.sub("", clean(text))
    if wrapped := _BRACKETED.fullmatch(name):
        return wrapped[1].strip()
    if name.count(")") > name.count("("):
        name = name.removesuffix(")")
    return name.strip()


def _file_name(href: str) -> str | None:
    """The last part of the path that is not a UUID, which Liferay puts behind the name."""
    for segment in reversed(urlsplit(href).path.split("/")):
        name = clean(unquote(segment.replace("+", " ")))
        if name and not _UUID.match(name):
            return name
    return None
