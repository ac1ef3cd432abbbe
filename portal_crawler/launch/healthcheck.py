"""Tells a healthcheck that a crawl begins and how it ended, in the addresses of healthchecks.io.

https://healthchecks.io/docs/http_api/: `/start`, nothing more for success, the exit code for
failure. A check that hears nothing raises its alarm itself: cron that is off is noticed, too.
"""

import threading
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.metadata import version
from urllib.parse import urlsplit, urlunsplit

from archive.errors import ArchiveError
from portal_crawler.errors import CrawlerError, UsageError
from portal_crawler.exit_codes import ExitCode, of_error

PING_TIMEOUT_S = 10.0
"""From name resolution to the answer's head; a healthcheck that is down must not hold a crawl."""

PING_AT_AN_INTERRUPTION_S = 1.0
"""The same after a signal: of ten seconds until a kill, eight may be gone by then."""

Warn = Callable[[str], None]


def pinged(url: str | None, crawl: Callable[[], int], warn: Warn) -> int:
    """Crawl, with a ping before and one after; the crawl's exit code, whatever becomes of them.

    UsageError where the address is none; what `crawl` raises passes through.
    """
    if url is None:
        return crawl()
    check_ping(url)
    _ping(_address(url, "start"), warn)
    code = int(ExitCode.ERROR)
    try:
        code = crawl()
    except (ArchiveError, CrawlerError) as error:
        code = of_error(error)
        raise
    except KeyboardInterrupt:
        code = int(ExitCode.INTERRUPTED)
        raise
    finally:
        interrupted = code == ExitCode.INTERRUPTED
        patience_s = PING_AT_AN_INTERRUPTION_S if interrupted else PING_TIMEOUT_S
        _ping(_address(url, str(code)) if code else url, warn, patience_s)
    return code


def check_ping(url: str) -> None:
    """UsageError where the address is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isascii():
        raise UsageError(f"--ping {url}: write it as https://HOST/PATH")


def _address(url: str, word: str) -> str:
    """The word behind the path; a query stays behind it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{word}"))


def _ping(url: str, warn: Warn, patience_s: float = PING_TIMEOUT_S) -> None:
    """In a thread of its own: a server that drips its answer is left behind at the time's end."""
    failed: list[str] = []
    thread = threading.Thread(target=_ask, args=(url, failed), name="ping", daemon=True)
    thread.start()
    thread.join(patience_s)
    if thread.is_alive():
        failed.append(f"no answer within {patience_s:.0f} s")
    for why in failed:
        # The host alone: who has the whole address can report a success.
        warn(f"warning: the ping of {urlsplit(url).hostname} failed: {why}; the crawl is not held")


def _ask(url: str, failed: list[str]) -> None:
    """A GET, certificates verified and proxies heeded as everywhere."""
    agent = f"portal-archive/{version('portal-archive')}"
    try:
        request = urllib.request.Request(url, headers={"User-Agent": agent})
        with urllib.request.urlopen(request, timeout=PING_TIMEOUT_S):
            pass
    except (OSError, HTTPException, ValueError) as error:
        failed.append(str(error) or type(error).__name__)
