"""Why a request was not sent. Scrapy hands each to the request's errback."""

from scrapy.exceptions import IgnoreRequest


class OutOfScopeError(IgnoreRequest):
    """Raised for an address on a host, or of a scheme, that is not the portal's."""


class AddressTooLongError(IgnoreRequest):
    """Raised for an address longer than any page's own; traps for crawlers grow without end."""


class PrivateAddressError(IgnoreRequest):
    """Raised where a host lies in a network that is not public, and is not declared there."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{host} is at {address}, which is no public address: not asked; if the portal is "
            "really there, name the host in PORTAL_PRIVATE_HOSTS"
        )


class HostLeftAloneError(IgnoreRequest):
    """Raised for every address of a host that did not answer many times in a row."""


class RobotsRefusedError(IgnoreRequest):
    """Raised for an address that robots.txt disallows."""


class RobotsUnreadableError(IgnoreRequest):
    """Raised for every address of a host whose robots.txt could not be had this time."""


class CrawlStoppedError(IgnoreRequest):
    """Raised for every address once the crawl is stopped, and for what is broken off then.

    No failure of the address: it was not asked for, or not waited for.
    """

    def __init__(self) -> None:
        super().__init__("the crawl was stopped")
