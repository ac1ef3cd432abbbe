"""Keeps requests to the portal's own hosts and ports; requisites may be on further hosts."""

from typing import Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from portal_crawler.errors import PortalDeclarationError, UsageError
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.scope import Scope, declared_scope
from portal_crawler.refusals import AddressTooLongError, OutOfScopeError
from portal_crawler.request_info import request_info
from portal_crawler.run.archiving import check_archiving

_SETTING = "PORTAL_REQUISITE_HOSTS"

MAX_URL_LENGTH = 4096
"""Titles in addresses, in which each Vietnamese letter takes nine characters, make them up to a
thousand long; browsers and servers begin to refuse at eight thousand."""


def requisite_scope(
    settings: BaseSettings, portal: PortalDeclaration | type[PortalDeclaration]
) -> Scope:
    """The portal's own scope, with its requisite hosts and those of PORTAL_REQUISITE_HOSTS.

    `*.example.vn` means every host below example.vn. Raises PortalDeclarationError or UsageError
    if an entry is not a host.
    """
    own = declared_scope(portal)
    try:
        own = own.wider(portal.requisite_hosts)
    except ValueError as error:
        raise PortalDeclarationError(f"{portal.name}: requisite_hosts: {error}") from error
    try:
        return own.wider(filter(None, settings.getlist(_SETTING)))
    except ValueError as error:
        raise UsageError(f"{_SETTING}: {error}") from error


class ScopeMiddleware:
    """Refuses requests that are not http or https to the portal's own hosts and ports.

    Redirects are requests like any other. Requisites, attachments and robots.txt may be on further
    hosts. `resolver` checks the IP addresses of a host.
    """

    def __init__(self, crawler: Crawler) -> None:
        portal = cast(type[PortalDeclaration], crawler.spidercls)
        self._scope = declared_scope(portal)
        self._requisite_scope = requisite_scope(crawler.settings, portal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if it is not archived."""
        check_archiving(crawler)
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OutOfScopeError or AddressTooLongError."""
        url = request.url
        if len(url) > MAX_URL_LENGTH:
            raise AddressTooLongError(
                f"an address of {len(url)} characters; at most {MAX_URL_LENGTH} are requested"
            )
        info = request_info(request)
        scope = self._requisite_scope if info.is_streamed or info.is_robots else self._scope
        if not scope.has(url):
            raise OutOfScopeError(f"{url} is not on {scope}")
