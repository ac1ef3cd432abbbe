"""The address that is asked for, of an address as a page writes it. Pure."""

import re
from urllib.parse import quote, unquote

_KEPT = "!#$%&'()*+,/:;=?@~"
"""Besides letters, digits and `_.-`: what stays as it is written."""

_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
"""Percent-encoded bytes that are no ASCII."""


def asked_address(written: str) -> str:
    """An absolute address as it goes over the wire: letters beyond ASCII percent-encoded.

    Scrapy leaves it as it is, so that it is the capture's address too.
    """
    path, _, query = written.partition("?")
    return quote(path, safe=_KEPT) + (f"?{quote(query, safe=_KEPT)}" if query else "")


def written_addresses(asked: str) -> tuple[str, ...]:
    """How pages may write an address of `asked_address`: as it is, or with its letters."""
    letters = _LETTERS.sub(lambda match: unquote(match[0]), asked)
    return (asked,) if letters == asked else (asked, letters)
