"""Addresses as pages write them, made absolute."""

import re
from urllib.parse import parse_qsl, urljoin, urlsplit

LONGEST_ADDRESS_CHARS = 8_000
"""RFC 9110 (4.1) wants as many to be understood; a longer one is no address but a slip."""

_COPY_SEGMENTS = frozenset(("print", "pop_up", "savefile", "sendmail"))
_COPY_NAMES = frozenset(("print", "printable"))
"""Of query parameters, whatever they are set to."""

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f]")


def absolute(base: str, address: str) -> str | None:
    """The absolute http or https address without fragment; None where it is no such address.

    Spaces are percent-encoded, as browsers do; all else stays as the page has it.
    """
    if len(address) > LONGEST_ADDRESS_CHARS:
        return None
    address = address.strip().replace("\t", "").replace("\n", "").replace("\r", "")
    try:
        joined = urljoin(base, address.replace("\\", "/"))
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    joined = joined.partition("#")[0]
    return _NOT_IN_URLS.sub(lambda match: f"%{ord(match[0]):02X}", joined)


def is_copy(url: str) -> bool:
    """Whether an address is of an article's print, mail or file view, and not of the article.

    The field notes have these: `/print/` (VCCorp, NukeViet), `/savefile/`, `/sendmail/`,
    `pop_up/…?_101_viewMode=print` (Liferay), `op=print/…` (NukeViet unrewritten), `print=1`.
    """
    parts = urlsplit(url)
    if not _COPY_SEGMENTS.isdisjoint(parts.path.lower().split("/")):
        return True
    return any(
        name.lower() in _COPY_NAMES or not _COPY_SEGMENTS.isdisjoint(value.lower().split("/"))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
