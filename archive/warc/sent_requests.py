"""The requests in request records: which answers to one address belong to different forms. Pure.

Players look up the answer to a form by a query that they make of its body and append to the
address. pywb made this form, and others follow it.
"""

import base64
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlencode

from archive.warc.records import sha1_text

BODYLESS = (b"GET", b"HEAD")
"""Methods of requests that the address alone identifies."""

MOST_QUERY_CHARS = 4096
"""The part of a form that pywb compares."""

_FORM, _JSON, _TEXT = "application/x-www-form-urlencoded", "application/json", "text/plain"


@dataclass(frozen=True, slots=True)
class SentForm:
    """A request that has a body, as an index names it."""

    method: str
    query: str
    """The body as a query, as pywb makes it; empty if the body is."""

    def appended(self, query: str) -> str:
        """The query of an address with that of the form behind it."""
        own = f"__wb_method={self.method}" + (f"&{self.query}" if self.query else "")
        return f"{query}&{own}" if query else own


def request_digest(block: bytes) -> str | None:
    """The digest of the body in a request record's block, as captures.request_digest has it.

    None for a GET, a HEAD, or a block that is not a request.
    """
    head, blank, body = block.partition(b"\r\n\r\n")
    method, space, _ = head.partition(b" ")
    if not space or not blank or method.upper() in BODYLESS:
        return None
    return sha1_text([body])


def sent_form(block: bytes) -> SentForm | None:
    """The form in a request record's block; None if `request_digest` gives None."""
    if request_digest(block) is None:
        return None
    head, _, body = block.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = (line.partition(":") for line in lines[1:])
    kind = next((value.strip() for name, _, value in headers if name.lower() == "content-type"), "")
    query = _query(body, kind) if body else ""
    return SentForm(lines[0].partition(" ")[0].upper(), query[:MOST_QUERY_CHARS])


def _query(body: bytes, kind: str) -> str:
    if kind.startswith(_FORM):
        try:
            return unquote_plus(body.decode())
        except UnicodeDecodeError:
            return _binary(body)
    if kind.startswith((_JSON, _TEXT)):
        try:
            return urlencode(dict(_named(json.loads(body))))
        except (ValueError, RecursionError):
            return "" if kind.startswith(_JSON) else _binary(body)
    return _binary(body)


def _binary(body: bytes) -> str:
    return f"__wb_post_data={base64.b64encode(body).decode()}"


def _named(value: object) -> Iterator[tuple[str, str]]:
    """The values inside a JSON value by name; a name that comes again gets its number."""
    count: dict[str, int] = {}
    for name, inner in _leaves(value, ""):
        count[name] = count.get(name, 0) + 1
        yield (name if count[name] == 1 else f"{name}.{count[name]}_"), _written(inner)


def _leaves(value: object, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for inner_name, inner in value.items():
            yield from _leaves(inner, inner_name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    elif name:
        yield name, value


def _written(value: object) -> str:
    """A value of JSON as scripts write it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    return str(value)
