"""Pings a healthcheck at the start and the end of a crawl, by the addresses of healthchecks.io.

https://healthchecks.io/docs/http_api/: `URL/start`, then `URL` for success or `URL/EXITCODE` for
failure. The service raises an alarm if no ping comes, so it also notices a cron that is off.
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
"""From name resolution to the head of the answer: a service that is down must not delay a crawl."""

PING_AT_AN_INTERRUPTION_S = 1.0
"""PING_TIMEOUT_S after a signal: eight of the ten seconds before a kill may be over."""

Warn = Callable[[str], None]


def pinged(url: str | None, crawl: Callable[[], int], warn: Warn) -> int:
    """Crawl, with a ping before and after it, and return the exit code of the crawl.

    A failed ping is a warning. Raises UsageError if `url` is not an address, and as `crawl`.
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
    """Raise UsageError if `url` is not an http or https address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isascii():
        raise UsageError(f"--ping {url}: write it as https://HOST/PATH")


def _address(url: str, word: str) -> str:
    """`url` with a word appended to its path, before the query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{word}"))


def _ping(url: str, warn: Warn, patience_s: float = PING_TIMEOUT_S) -> None:
    """Send a ping in a thread, and stop waiting for it after `patience_s`, also if an answer
    drips."""
    failed: list[str] = []
    thread = threading.Thread(target=_ask, args=(url, failed), name="ping", daemon=True)
    thread.start()
    thread.join(patience_s)
    if thread.is_alive():
        failed.append(f"no answer within {patience_s:.0f} s")
    for why in failed:
        # Name only the host: anybody with the whole address could report success.
        warn(f"warning: the ping of {urlsplit(url).hostname} failed: {why}; the crawl goes on")


def _ask(url: str, failed: list[str]) -> None:
    """Send a GET request. Certificates are verified; the environment's proxies are used."""
    agent = f"portal-archive/{version('portal-archive')}"
    try:
        request = urllib.request.Request(url, headers={"User-Agent": agent})
        with urllib.request.urlopen(request, timeout=PING_TIMEOUT_S):
            pass
    except (OSError, HTTPException, ValueError) as error:
        failed.append(str(error) or type(error).__name__)
