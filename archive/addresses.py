"""The address that is asked for, of an address as a page writes it. Pure."""

import re
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import quote, unquote, urlsplit

_KEPT = "!#$%&'()*+,/:;=?@~"
"""Besides letters, digits and `_.-`: what stays as it is written."""

_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
"""Percent-encoded bytes that are no ASCII."""


KNOWN_SERVERS = 4096
"""A portal's pages name some dozen."""

LONGEST_SERVER_CHARS = 300
"""DNS has names of 253."""

_SERVER = re.compile(
    r"(?:\[(?P<number>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@]+))(?::(?P<port>[0-9]{1,5}))?"
)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_BEYOND_PORTS = 65_536


def can_be_asked(url: str) -> bool:
    """Whether an absolute address is of the web, and one that a request can be made for.

    The libraries that a request passes through refuse different ones, each with an error of its
    own. One with a user's name is refused here: nothing is sent that a page put there.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and _is_server(parts.netloc)


@lru_cache(maxsize=KNOWN_SERVERS)
def _is_server(netloc: str) -> bool:
    """Whether host and port can be: a name that DNS can be asked for, or a number."""
    found = _SERVER.fullmatch(netloc) if len(netloc) <= LONGEST_SERVER_CHARS else None
    if found is None or not 0 < int(found["port"] or 80) < _BEYOND_PORTS:
        return False
    try:
        if found["number"]:
            return bool(IPv6Address(found["number"]))
        return bool(_NAME.fullmatch(found["name"].encode("idna").decode()))
    except ValueError:
        return False


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
