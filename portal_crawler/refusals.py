"""Reasons why a request is not sent. Scrapy hands each to the request's errback."""

from scrapy.exceptions import IgnoreRequest


class OutOfScopeError(IgnoreRequest):
    """Raised for an address whose host, port or scheme is not the portal's."""


class AddressTooLongError(IgnoreRequest):
    """Raised for an address that is too long; in a trap for crawlers they grow without end."""


class PrivateAddressError(IgnoreRequest):
    """Raised if a host is in a network that is not public, and is not declared to be there."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{host} is at {address}, which is not a public address, and is not requested; "
            "if the portal is really there, name the host in PORTAL_PRIVATE_HOSTS"
        )


class HostLeftAloneError(IgnoreRequest):
    """Raised for every address of a host that did not answer many times in a row."""


class RobotsRefusedError(IgnoreRequest):
    """Raised for an address that robots.txt disallows."""


class RobotsUnreadableError(IgnoreRequest):
    """Raised for every address of an origin whose robots.txt could not be fetched in this run."""


class CrawlStoppedError(IgnoreRequest):
    """Raised for every address once the crawl is stopped, and for exchanges that end because of it.

    It does not count as a failure of the address.
    """

    def __init__(self) -> None:
        super().__init__("the crawl was stopped")
