"""Addresses as pages write them, made absolute."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit, urlunsplit

from archive.addresses import can_be_asked

LONGEST_ADDRESS_CHARS = 8_000
"""RFC 9110 (4.1) recommends to support so many; a longer address is a mistake."""

COPY_SEGMENTS = frozenset(("print", "pop_up", "savefile", "sendmail"))
"""Segments of paths, in lower case, that lead to an article's print, mail or file view."""
_COPY_NAMES = frozenset(("print", "printable"))
"""Names of query parameters that do so, whatever their values."""

_PLAIN_PART = r"[^\s\x00-\x1f\x7f\\#?;]"
_PLAIN_PATH = re.compile(rf"/(?!/){_PLAIN_PART}*(?:\?{_PLAIN_PART}+)?")
"""A path, perhaps with a query, that needs no change behind the host: most pictures' addresses."""

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?=[/?#]|\Z)")
"""Scheme and host in the form that most addresses have."""

KNOWN_BASES = 256
"""Bases of pages that are kept with their parts. Pages are read one by one, with one base each."""

_OF_THE_WEB = re.compile(r"[\x00-\x20]*(?:https?:|[/\\])", re.IGNORECASE)
"""The beginning of a web address, and not of a script, a mail address or a place in the page."""

_NEEDLESS = re.compile(r"%(2[DEde]|3[0-9]|4[1-9A-Fa-f]|5[0-9AFaf]|6[1-9A-Fa-f]|7[0-9AEae])")
"""A letter, a digit or one of `-._~` that is percent-encoded (RFC 3986, 2.3)."""
_SLASHES = re.compile(r"//+")
_SLASH_BEHIND_FILE = re.compile(r"(\.(?:html?|aspx?|php|jsp))/$")

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f]")


def absolute(base: str, address: str) -> str | None:
    """The absolute http or https address without fragment; None if it cannot be requested.

    Spaces are percent-encoded, as browsers do; everything else stays as the page has it.
    """
    if len(address) > LONGEST_ADDRESS_CHARS:
        return None
    root = _root(base)
    if root and (plain := _plain(root, address)):
        return plain
    address = address.strip().replace("\t", "").replace("\n", "").replace("\r", "")
    try:
        joined = urljoin(base, address.replace("\\", "/"))
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not can_be_asked(joined):
        return None
    joined = joined.partition("#")[0]
    return _NOT_IN_URLS.sub(lambda match: f"%{ord(match[0]):02X}", joined)


def _plain(root: str, address: str) -> str | None:
    """The absolute address of one that needs no change, behind `root` if it is a path; else
    None."""
    if address.startswith("/"):
        is_path = _PLAIN_PATH.fullmatch(address) and "/." not in address
        return f"{root}{address}" if is_path else None
    origin = _ORIGIN.match(address)
    if origin is None or not _PLAIN_PATH.fullmatch(address, origin.end()):
        return None
    return address if _is_asked(origin[0]) else None


_is_asked = lru_cache(maxsize=KNOWN_BASES)(can_be_asked)


@lru_cache(maxsize=KNOWN_BASES)
def _root(base: str) -> str | None:
    """Scheme and host of an http or https address; None of others."""
    if origin := _ORIGIN.match(base):
        return origin[0] if _is_asked(origin[0]) else None
    try:
        parts = urlsplit(base)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if can_be_asked(base) else None


def letters_of(path: str) -> str:
    """A path in letters, decoded and composed (NFC): the same for all ways to encode it."""
    return unicodedata.normalize("NFC", unquote(path))


def plain_address(url: str) -> str:
    """An address whose path has no needless characters: lower-case, with what needs no encoding
    decoded, without doubled slashes and without a slash behind the ending of a file.

    ValueError if it cannot be split.
    """
    parts = urlsplit(url)
    path = _NEEDLESS.sub(lambda match: chr(int(match[1], 16)), parts.path).lower()
    path = _SLASH_BEHIND_FILE.sub(r"\1", _SLASHES.sub("/", path))
    return urlunsplit(parts._replace(path=path))


def is_refused(base: str, address: str) -> bool:
    """Whether an address looks like a web address but cannot be requested."""
    return bool(_OF_THE_WEB.match(address)) and absolute(base, address) is None


def is_copy(url: str) -> bool:
    """Whether an address leads to an article's print, mail or file view, and not to the article.

    The forms stand in docs/FIELDS.md (*A copy of an article*): `/print/` (VCCorp, NukeViet),
    `/savefile/`, `/sendmail/`, `pop_up/…?_101_viewMode=print` (Liferay), `op=print/…` (NukeViet
    unrewritten), `print=1`.
    """
    small = url.lower()
    if "%" not in url and not any(name in small for name in COPY_SEGMENTS):
        return False  # Most addresses end here: splitting them takes longer.
    parts = urlsplit(url)
    if not COPY_SEGMENTS.isdisjoint(parts.path.lower().split("/")):
        return True
    return any(
        name.lower() in _COPY_NAMES or not COPY_SEGMENTS.isdisjoint(value.lower().split("/"))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
