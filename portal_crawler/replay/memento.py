"""Memento (RFC 7089): an address at a moment, for programs. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from archive.moments import utc_moment, utc_text
from portal_crawler.replay.location import PAGE, Location, stamp_of

LATEST = "9999-12-31T00:00:00Z"
"""The moment that the newest capture is nearest to."""


def headers(there: Location) -> dict[str, str]:
    """The headers of an archived answer."""
    links = (
        f'<{there.url}>; rel="original"',
        f'</timegate/{there.url}>; rel="timegate"',
        f'</timemap/link/{there.url}>; rel="timemap"; type="application/link-format"',
    )
    return {"Memento-Datetime": _http_date(there.moment), "Link": ", ".join(links)}


def gate_headers(there: Location) -> dict[str, str]:
    """The headers of a TimeGate's redirect."""
    links = headers(there)["Link"]
    memento = f'<{there.path}>; rel="memento"; datetime="{_http_date(there.moment)}"'
    return {"Location": there.path, "Vary": "accept-datetime", "Link": f"{links}, {memento}"}


def asked_moment(given: str | None) -> str:
    """The moment of an Accept-Datetime header, as in captures.fetched_at; the latest without."""
    try:
        moment = parsedate_to_datetime(given or "")
    except ValueError:
        return LATEST
    return utc_text(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))


def timemap(server: str, url: str, moments: Sequence[str]) -> bytes:
    """All captures of an address as application/link-format; `server` ends with a slash."""
    root = server.rstrip("/")
    lines = [
        f'<{url}>; rel="original"',
        f'<{root}/timemap/link/{url}>; rel="self"; type="application/link-format"',
        f'<{root}/timegate/{url}>; rel="timegate"',
        *(
            f'<{root}{Location(stamp_of(moment), url, PAGE).path}>; rel="memento";'
            f' datetime="{_http_date(moment)}"'
            for moment in moments
        ),
    ]
    return (",\n".join(lines) + "\n").encode("ascii", "replace")


def _http_date(moment: str) -> str:
    try:
        parsed: datetime = utc_moment(moment)
    except ValueError:
        return ""
    return format_datetime(parsed.astimezone(UTC), usegmt=True)
