"""The sort-friendly form of an address, by which CDXJ indexes are sorted and looked up. Pure.

As web archives write it (pywb, OpenWayback): host labels turned round, `www.` and default ports
gone, path and query in lower case, the query's parts sorted, session ids and the fragment gone.
"""

import re
from urllib.parse import urlsplit

from archive.addresses import can_be_asked
from archive.warc.sent_requests import SentForm

_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(r"""[!"$&-~]*+""")
"""The characters that need no encoding; most addresses have no others."""

_PERCENT = re.compile(rb"%([0-9a-fA-F]{2})")
_PATH_SESSION = re.compile(
    r"^(?P<path>.*/)(?P<id>\((?:[a-z]\([0-9a-z]{24}\))+\)/|\([0-9a-z]{24}\)/)(?P<page>[^?]+\.aspx.*)$",
    re.IGNORECASE,
)
_QUERY_SESSIONS = tuple(
    re.compile(rf"^(?P<before>.*?)(?:{pattern})(?:&(?P<after>.*))?$", re.IGNORECASE)
    for pattern in (
        r"jsessionid=[0-9a-z]{32}",
        r"phpsessid=[0-9a-z]{32}",
        r"sid=[0-9a-z]{32}",
        r"aspsessionid[a-z]{8}=[a-z]{24}",
        r"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str, form: SentForm | None = None) -> str:
    """The key of an address, e.g. `vn,gov,mst)/tin-tuc-su-kien.htm`; other schemes as they are.

    With a form, the key of the answer to it: `vn,gov,so)/tin?__wb_method=post&page=2`.
    """
    if not can_be_asked(url.strip()):
        return url.strip()
    parts = urlsplit(url.strip())
    host = _host(parts.hostname or "")
    port = _port(parts.scheme.lower(), parts.netloc)
    path = _path(parts.path)
    query = _query(parts.query if form is None else _of_form(parts.query, form))
    return f"{host}{port}){path}{'?' + query if query else ''}".lower()


def _of_form(query: str, form: SentForm) -> str:
    """The query with that of a form, up to a `#`, from which on players take it for a fragment."""
    return form.appended(query).partition("#")[0]


def _host(name: str) -> str:
    name = _WWW.sub("", name.strip("."))
    if not name.isascii():
        name = name.encode("idna").decode()
    return ",".join(reversed(name.split(".")))


def _port(scheme: str, netloc: str) -> str:
    _, colon, port = netloc.rpartition(":")
    if not colon or not port.isdigit() or int(port) == _DEFAULT_PORTS[scheme]:
        return ""
    return f":{port}"


def _path(given: str) -> str:
    path = _escaped(given)
    if match := _PATH_SESSION.match(path):
        path = match["path"] + match["page"]
    path = "/" + "/".join(_without_dots(path.split("/")))
    return path.rstrip("/") or "/"


def _without_dots(parts: list[str]) -> list[str]:
    """`.`, `..` and empty parts resolved; the last empty one is a trailing slash."""
    kept: list[str] = []
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return kept


def _query(given: str) -> str:
    query = _escaped(given)
    for pattern in _QUERY_SESSIONS:
        if match := pattern.match(query):
            query = match["before"] + (match["after"] or "")
    return "&".join(sorted(query.lower().split("&"), key=lambda part: part.partition("=")))


def _escaped(text: str) -> str:
    """Percent-decoded until nothing changes, then encoded again where it must be."""
    if _PLAIN.fullmatch(text):
        return text
    data = text.encode("utf-8", errors="surrogateescape")
    while (once := _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), data)) != data:
        data = once
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F and byte not in b"#%" else f"%{byte:02x}" for byte in data
    )
