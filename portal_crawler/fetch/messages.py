"""Turns a request into the bytes that are sent, and an answer into Scrapy's response."""

from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from portal_crawler.fetch.incoming import Incoming
from portal_crawler.fetch.pool import PORTS, Route
from portal_crawler.request_info import request_info

PROXY_LOGIN = b"Proxy-Authorization"

WITH_LENGTH = ("POST", "PUT", "PATCH")
"""Methods whose requests have a Content-Length even without a body."""


def wire_address(request: Request) -> str:
    """The address that is requested, without its fragment."""
    asked = request_info(request).wire_address
    if asked is not None and Request(asked).url == request.url:  # else it was redirected
        return asked
    return urldefrag(request.url)[0]


def request_bytes(request: Request, url: str, route: Route) -> bytes:
    """The request line, headers and body; `url` is the address without fragment."""
    target = url if route.is_by_absolute_address else _origin_form(url)
    lines = [f"{request.method} {target} HTTP/1.1".encode("ascii")]
    for name, values in request.headers.items():
        if name != PROXY_LOGIN or route.is_by_absolute_address:
            lines += [name + b": " + _one_line(value) for value in values]
    if b"Host" not in request.headers:
        lines.append(b"Host: " + _host(url).encode("ascii"))
    if request.body or request.method in WITH_LENGTH:
        lines.append(b"Content-Length: %d" % len(request.body))
    return b"\r\n".join((*lines, b"", request.body))


def _origin_form(url: str) -> str:
    """Path and query, exactly as they are written."""
    rest = url.partition("://")[2]
    places = [place for mark in "/?" if (place := rest.find(mark)) >= 0]
    if not places:
        return "/"
    target = rest[min(places) :]
    return target if target.startswith("/") else f"/{target}"


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return host.removesuffix(f":{PORTS[parts.scheme]}")


def _one_line(value: bytes) -> bytes:
    """A value without line ends, which would begin another line; it may come from a server."""
    return b" ".join(value.splitlines()) if b"\n" in value or b"\r" in value else value


def without_proxy_login(request: bytes) -> bytes:
    """The request's bytes without the header line that logs in at a proxy."""
    head, blank, body = request.partition(b"\r\n\r\n")
    if PROXY_LOGIN.lower() not in head.lower():
        return request
    lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(PROXY_LOGIN.lower() + b":")]
    return b"\r\n".join(kept) + blank + body


def response_of(incoming: Incoming, url: str) -> Response:
    """The response of an answer; with the flag `dataloss` if it broke off."""
    head = incoming.reader.head
    assert head is not None, "it has come"
    assert head.status is not None, "or there is no answer"
    headers = Headers()
    for name, value in head.headers:
        headers.appendlist(name, value.encode("latin-1"))
    body = incoming.body()
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    flags = ["dataloss"] if incoming.broke_off else []
    if not flags and incoming.reader.ends_with_connection:
        flags.append("partial")
    return kind(url=url, status=head.status, headers=headers, body=body, flags=flags)
