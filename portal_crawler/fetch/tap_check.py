"""Whether the running Scrapy and Twisted are as `tap` knows them."""

import inspect
from typing import Self

from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory

from portal_crawler.errors import UntappableError
from portal_crawler.run.archiving import check_archiving

_TAPPED_NAMES = (
    (http11, "_LenientHTTP11ClientFactory"),
    (http11, "_LenientHTTP11ClientProtocol"),
    (http11, "_ScrapyAgent"),
    (http11, "_ResponseReader"),
    (HTTPConnectionPool, "getConnection"),
)
_TAPPED_KINDS = (
    ("_LenientHTTP11ClientFactory", _HTTP11ClientFactory),
    ("_LenientHTTP11ClientProtocol", HTTP11ClientProtocol),
)
_HANDLER_ATTRIBUTES = {"_pool", "_factory", "_contextFactory", "_bind_address"}
"""What the handler's constructor sets and the download handler reads or replaces."""
_AGENT_ARGUMENTS = {
    "contextFactory", "bindAddress", "pool", "maxsize", "warnsize", "fail_on_dataloss",
    "crawler", "tls_verbose_logging",
}  # fmt: skip


def check_tap() -> None:
    """Raise UntappableError unless the running Scrapy and Twisted are as the tap knows them."""
    missing = [name for owner, name in _TAPPED_NAMES if not hasattr(owner, name)]
    if not missing:
        missing = [name for name, kind in _TAPPED_KINDS if not _is_a(getattr(http11, name), kind)]
        named = http11.HTTP11DownloadHandler.__init__.__code__.co_names
        missing += sorted(_HANDLER_ATTRIBUTES.difference(named))
        read = http11._ResponseReader.__init__.__code__.co_names
        missing += [name for name in ("_bodybuf",) if name not in read]
        missing += [name for name in ("_cb_bodyready",) if not hasattr(http11._ScrapyAgent, name)]
    if not missing:
        known = set(inspect.signature(http11._ScrapyAgent.__init__).parameters)
        missing = sorted(_AGENT_ARGUMENTS - known)
    if missing:
        raise UntappableError(
            f"the installed Scrapy cannot be tapped ({', '.join(missing)} is not there); "
            "install the versions of requirements.lock"
        )


def _is_a(found: object, kind: type) -> bool:
    return isinstance(found, type) and issubclass(found, kind)


class TapCheck:
    """The Scrapy extension that keeps a crawl from beginning whose WARC would not be exact."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; UntappableError, or NotConfigured where nothing is captured."""
        check_archiving(crawler)
        check_tap()
        return cls()
