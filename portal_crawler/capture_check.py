"""Whether the running Scrapy and Twisted are as `capture` knows them."""

import inspect

from scrapy.core.downloader.handlers import http11
from twisted.web.client import HTTPConnectionPool

from portal_crawler.errors import UntappableError

_TAPPED_NAMES = (
    (http11, "_LenientHTTP11ClientFactory"),
    (http11, "_LenientHTTP11ClientProtocol"),
    (http11, "_ScrapyAgent"),
    (HTTPConnectionPool, "getConnection"),
)
_AGENT_ARGUMENTS = {
    "contextFactory", "bindAddress", "pool", "maxsize", "warnsize", "fail_on_dataloss",
    "crawler", "tls_verbose_logging",
}  # fmt: skip


def check_tap() -> None:
    """Raise UntappableError unless the running Scrapy and Twisted are as the tap knows them."""
    missing = [name for owner, name in _TAPPED_NAMES if not hasattr(owner, name)]
    if not missing:
        known = set(inspect.signature(http11._ScrapyAgent.__init__).parameters)
        missing = sorted(_AGENT_ARGUMENTS - known)
    if missing:
        raise UntappableError(
            f"the installed Scrapy cannot be tapped ({', '.join(missing)} is not there); "
            "install the versions of requirements.lock"
        )
