"""Why a request was not sent. Scrapy hands each to the request's errback."""

from scrapy.exceptions import IgnoreRequest


class OutOfScopeError(IgnoreRequest):
    """Raised for an address on a host, or of a scheme, that is not the portal's."""


class RobotsRefusedError(IgnoreRequest):
    """Raised for an address that robots.txt disallows."""


class RobotsUnreadableError(IgnoreRequest):
    """Raised for every address of a host whose robots.txt could not be had this time."""
