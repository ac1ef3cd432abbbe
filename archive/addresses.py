"""Addresses as pages write them, as crawls request them, and without session ids. Pure."""

import re
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import quote, unquote, urlsplit

_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""Characters that stay as they are written, besides letters, digits and `_.-`."""

_PLAIN = re.compile(r"[A-Za-z0-9_.\-!#$%&'()*+,/:;=?@[\]~]*+")
"""An address of these characters only, as most are."""

_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
"""Percent-encoded bytes outside ASCII."""


KNOWN_SERVERS = 4096
"""Servers that are remembered; a portal's pages name a few dozen."""

LONGEST_SERVER_CHARS = 300
"""The longest name in DNS has 253 characters."""

_SERVER = re.compile(
    r"(?:\[(?P<number>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@]+))(?::(?P<port>[0-9]{0,5}))?"
)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_BEYOND_PORTS = 65_536
_UNSAFE = re.compile(r"[\x00-\x20\x7f\ufffd]")
"""The last character replaces bytes that were not UTF-8."""


def can_be_asked(url: str) -> bool:
    """Whether an absolute http or https address can be requested.

    The libraries that a request passes through refuse different addresses, each with an error of
    its own. An address with a user's name is refused here: a page must not choose what is sent.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and _is_server(parts.netloc)


def names_page(url: str) -> bool:
    """Whether it is an absolute http or https address that can be split and joined with others.

    It refuses fewer addresses than `can_be_asked`: captures of earlier releases stay valid.
    """
    try:
        parts = urlsplit(url)
        is_server = bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False
    is_text = not _UNSAFE.search(url)
    return is_text and is_server and parts.scheme in ("http", "https")


@lru_cache(maxsize=KNOWN_SERVERS)
def _is_server(netloc: str) -> bool:
    """Whether host and port are possible: a name for DNS, or an IP address."""
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
    """An absolute address as browsers request it: letters outside ASCII percent-encoded.

    Brackets and an empty query stay as they are written.
    """
    if _PLAIN.fullmatch(written):
        return written
    path, mark, query = written.partition("?")
    return quote(path, safe=_KEPT) + mark + quote(query, safe=_KEPT)


def captured_addresses(asked: str) -> tuple[str, ...]:
    """The spellings under which an address of `asked_address` may have been captured.

    Earlier releases percent-encoded brackets and left out an empty query.
    """
    start = asked.find("/", asked.find("://") + 3)
    server, path = (asked[:start], asked[start:]) if start >= 0 else (asked, "")
    encoded = path.replace("[", "%5B").replace("]", "%5D")
    plain = path.replace("%5B", "[").replace("%5D", "]")
    bare = encoded[:-1] if encoded.find("?") == len(encoded) - 1 else encoded
    return tuple(dict.fromkeys((asked, f"{server}{bare}", f"{server}{plain}")))


def written_addresses(asked: str) -> tuple[str, ...]:
    """The spellings that a page may have for a captured address: encoded, or with its letters.

    An address that was captured without a query may have been written with an empty one.
    """
    letters = _LETTERS.sub(lambda match: unquote(match[0]), asked)
    spellings = [*captured_addresses(asked), *captured_addresses(letters)]
    if "?" not in asked:
        spellings += [f"{asked}?", f"{letters}?"]
    return tuple(dict.fromkeys(spellings))


_SESSION = r"[\w.-]*sess(?:ion)?[_-]?id[\w.-]*|cfid|cftoken|oscsid|zenid"
_LONG_SESSION = r"sid|jsid|sessid|session"
"""Names of session ids only if the value is long: in PHP-Nuke `sid` is the number of a story."""

_NAMED = rf"(?:(?:{_SESSION})(?:=|%3d)[^;&/?#]*|(?:{_LONG_SESSION})(?:=|%3d)[\w.!-]{{20,}})"
_PATH_SESSION = re.compile(rf"(?:;|%3b){_NAMED}", re.IGNORECASE)
_SEGMENT_SESSION = re.compile(
    r"/\((?:[a-z]\([0-9a-z]{24}\)|[afsx]\([\w-]{1,500}\))+\)(?=/)|/\([0-9a-z]{24}\)(?=/)",
    re.IGNORECASE,
)
"""Session ids of ASP.NET without cookies: `/(S(…))/`, `/(X(1)S(…))/`, also with a login's ticket
(F) and a visitor's name (A)."""

_QUERY_SESSION = re.compile(rf"(?<=[?&;]){_NAMED}(?:[&;]|$)", re.IGNORECASE)


def without_session(url: str) -> str:
    """An address without the session ids in its path and query, which do not distinguish pages.

    captures.url keeps them, as requested; keys and other tables do not.
    """
    path, mark, query = url.partition("?")
    path = _SEGMENT_SESSION.sub("", _PATH_SESSION.sub("", path))
    bare = _QUERY_SESSION.sub("", mark + query)
    if bare != mark + query:
        bare = bare.rstrip("?&;")
    return path + bare
