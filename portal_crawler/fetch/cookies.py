"""Keeps the cookies of one run, for portals that declare `cookies = True`."""

from email.message import Message
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from typing import Self, cast
from urllib.request import Request as CookieRequest

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.scope import declared_scope
from portal_crawler.request_info import request_info
from portal_crawler.run.archiving import check_archiving

MOST_COOKIES = 50
"""Cookies of a run; further ones are not kept. Browsers keep so many for each site."""

LONGEST_COOKIE_CHARS = 4096
"""Name and value together (RFC 6265 §6.1)."""

MOST_SET = 50
"""Headers Set-Cookie of one answer that are read."""


class CookieMiddleware:
    """Sends the portal's own hosts the cookies that they set in this run.

    The jar is empty at the start of each run, and forgotten at its end. No other host gets a
    cookie, and robots.txt is requested without any. The records have the cookies that were sent
    and set.
    """

    def __init__(self, portal: type[PortalDeclaration]) -> None:
        self._scope = declared_scope(portal)
        self._jar = CookieJar(_BoundedPolicy(strict_domain=True))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if its portal has no cookies."""
        check_archiving(crawler)
        portal = cast(type[PortalDeclaration], crawler.spidercls)
        if not portal.cookies:
            raise NotConfigured
        return cls(portal)

    def process_request(self, request: Request) -> None:
        """Set the header Cookie, in place of one that an earlier attempt or address left."""
        request.headers.pop("Cookie", None)
        if self._has_cookies(request):
            asked = CookieRequest(request.url)
            self._jar.add_cookie_header(asked)
            if (given := asked.get_header("Cookie")) is not None:
                request.headers["Cookie"] = given

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the cookies that an answer sets."""
        if self._has_cookies(request):
            asked = CookieRequest(request.url)
            self._jar.extract_cookies(_Answer(response), asked)  # type: ignore[arg-type]
        return response

    def _has_cookies(self, request: Request) -> bool:
        return self._scope.has(request.url) and not request_info(request).is_robots


class _Answer:
    """An answer as the jar reads it."""

    def __init__(self, response: Response) -> None:
        self._headers = Message()
        for value in response.headers.getlist("Set-Cookie")[:MOST_SET]:
            self._headers["Set-Cookie"] = value.decode("latin-1")

    def info(self) -> Message:
        return self._headers


class _BoundedPolicy(DefaultCookiePolicy):
    """Refuses cookies that are too long, and those beyond MOST_COOKIES."""

    def __init__(self, *, strict_domain: bool) -> None:
        super().__init__(strict_domain=strict_domain)
        self._names: set[tuple[str, str, str]] = set()

    def set_ok(self, cookie: Cookie, request: CookieRequest) -> bool:
        if len(cookie.name) + len(cookie.value or "") > LONGEST_COOKIE_CHARS:
            return False
        if not super().set_ok(cookie, request):
            return False
        self._names.add((cookie.domain, cookie.path, cookie.name))
        return len(self._names) <= MOST_COOKIES or self._forget(cookie)

    def _forget(self, cookie: Cookie) -> bool:
        self._names.discard((cookie.domain, cookie.path, cookie.name))
        return False
