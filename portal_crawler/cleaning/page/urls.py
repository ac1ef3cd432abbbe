"""Addresses as pages write them, made absolute."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urljoin, urlsplit

from archive.addresses import can_be_asked

LONGEST_ADDRESS_CHARS = 8_000
"""RFC 9110 (4.1) wants as many to be understood; a longer one is no address but a slip."""

_COPY_SEGMENTS = frozenset(("print", "pop_up", "savefile", "sendmail"))
_COPY_NAMES = frozenset(("print", "printable"))
"""Of query parameters, whatever they are set to."""

_PLAIN_PATH = re.compile(r"/(?!/)[^\s\x00-\x1f\x7f\\#?;]*(?:\?[^\s\x00-\x1f\x7f\\#?;]+)?")
"""A path, perhaps with a query, that stands as it is behind the host: most pictures' addresses."""

KNOWN_BASES = 256
"""Pages are read one after the other; each has one base."""

_OF_THE_WEB = re.compile(r"[\x00-\x20]*(?:https?:|[/\\])", re.IGNORECASE)
"""How such an address begins; not a script's, a mail's or a place in the page."""

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f]")


def absolute(base: str, address: str) -> str | None:
    """The absolute http or https address without fragment; None where none can be asked for.

    Spaces are percent-encoded, as browsers do; all else stays as the page has it.
    """
    if len(address) > LONGEST_ADDRESS_CHARS:
        return None
    root = _root(base)
    if root and _PLAIN_PATH.fullmatch(address) and "/." not in address:
        return f"{root}{address}"
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


@lru_cache(maxsize=KNOWN_BASES)
def _root(base: str) -> str | None:
    """What stands before the path of an http or https address."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if can_be_asked(base) else None


def is_refused(base: str, address: str) -> bool:
    """Whether an address leads to the web by its looks, and no request can be made for it."""
    return bool(_OF_THE_WEB.match(address)) and absolute(base, address) is None


def is_copy(url: str) -> bool:
    """Whether an address is of an article's print, mail or file view, and not of the article.

    The forms stand in docs/FIELDS.md (*A copy of an article*): `/print/` (VCCorp, NukeViet),
    `/savefile/`, `/sendmail/`, `pop_up/…?_101_viewMode=print` (Liferay), `op=print/…` (NukeViet
    unrewritten), `print=1`.
    """
    parts = urlsplit(url)
    if not _COPY_SEGMENTS.isdisjoint(parts.path.lower().split("/")):
        return True
    return any(
        name.lower() in _COPY_NAMES or not _COPY_SEGMENTS.isdisjoint(value.lower().split("/"))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
