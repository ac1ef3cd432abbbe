"""Listings whose pages are answers to a form (POST) with fields that the section's page names."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from portal_crawler.ways.numbered import faults_of_pattern
from portal_crawler.ways.requests import (
    FORM,
    MOST_BODY_BYTES,
    ListingAnswer,
    ListingRequest,
    UnfollowableError,
)
from portal_crawler.ways.way import Way

JSON = "application/json"
MOST_FIELDS = 500
"""Fields of a form; ASP.NET pages have some dozens."""

_SCRIPT_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPages(Way):
    """The section's page, then POSTs in which one field is the page's number or its first row."""

    action: str
    """The address of the form, or its path on the portal."""
    number: str
    """The name of the field that has the page's number."""
    fields: tuple[tuple[str, str | int | bool], ...] = ()
    """Fields with fixed values; `{path}` is the path of the section's address. Numbers and truth
    values are sent as such in JSON."""
    found: tuple[tuple[str, bytes], ...] = ()
    """Fields whose values the section's page has: a name, and a pattern whose first group is the
    value. They are sent as they stand there. Of a field that `fields` has too, the page may lack
    the value."""
    shift: int = -1
    """Added to the page's number: the second page, which is the first answer, has number 1."""
    step: int = 1
    """Rows of an answer, if the field counts rows: with shift -2 the first answer has 0."""
    is_json: bool = False
    """The fields are sent as an object in JSON, in which the number is one."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers, by name: `("X-Requested-With", "XMLHttpRequest")`."""

    def faults(self) -> Iterator[str]:
        """A pattern that gives no value."""
        for name, pattern in self.found:
            yield from faults_of_pattern(f"found, {name}", pattern)

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The form with the page's number; its other fields come from the section's page."""
        if answer.request.body is None:
            url, fields = urljoin(answer.url, self.action), self._fields(answer)
        else:
            url, fields = answer.request.url, fields_in(answer.request)
        number = (page + self.shift) * self.step
        fields = {**fields, self.number: number if self.is_json else str(number)}
        return ListingRequest(
            url=url,
            body=self._body(fields),
            content_type=JSON if self.is_json else FORM,
            headers=self.headers,
        )

    def resuming(self, answer: ListingAnswer, url: str, page: int) -> ListingRequest | None:
        """The form with the number of the page."""
        del url
        return self.following(answer, page)

    def _fields(self, answer: ListingAnswer) -> dict[str, object]:
        path = urlsplit(answer.url).path
        fields: dict[str, object] = {
            name: value.replace("{path}", path) if isinstance(value, str) else value
            for name, value in self.fields
        }
        for name, pattern in self.found:
            value = re.search(pattern, answer.body)
            if value is not None:
                fields[name] = _plain(value[1].decode("utf-8", "replace"))
            elif name not in fields:
                raise UnfollowableError(f"the page lacks the value of the form's field {name!r}")
        return fields

    def _body(self, fields: dict[str, object]) -> bytes:
        body = json.dumps(fields).encode() if self.is_json else urlencode(fields).encode()
        return within_bounds(body)

    def may_be_empty(self, answer: ListingAnswer) -> bool:
        """The section's page may have the form only."""
        return answer.request.body is None


def fields_in(request: ListingRequest) -> dict[str, object]:
    """The fields of a form that was sent."""
    body = (request.body or b"").decode("utf-8", "replace")
    if request.content_type == JSON:
        return dict(json.loads(body))
    return dict(parse_qsl(body, keep_blank_values=True))


def within_bounds(body: bytes) -> bytes:
    """A form that is short enough to be sent; UnfollowableError if it is not."""
    if len(body) > MOST_BODY_BYTES:
        raise UnfollowableError(f"the form has more than {MOST_BODY_BYTES:,} bytes")
    return body


def _plain(written: str) -> str:
    """A value as a browser reads it, from an attribute or a script."""
    text = html.unescape(written)
    return _SCRIPT_ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)
