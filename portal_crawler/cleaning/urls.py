"""Addresses as pages write them, made absolute."""

import re
from urllib.parse import urljoin, urlsplit

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f]")


def absolute(base: str, address: str) -> str | None:
    """The absolute http or https address without fragment; None where it is no such address.

    Spaces are percent-encoded, as browsers do; all else stays as the page has it.
    """
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
