"""Captures that an imported revisit may repeat: by record, by place, by payload, by address."""

import sqlite3
from collections.abc import Iterator

from archive.database.answers import IMPORTED, NEWEST_FIRST, OLDEST_FIRST, confirmed
from archive.layout import capture_id
from archive.models import Capture

MOST_AT_PLACE = 50
"""Captures of one address in one second."""
MOST_OF_A_RECORD = 8
MOST_AT_ADDRESS = 50
"""Captures of an address that are considered, whatever their answer."""

MOST_COMPARED = 3
"""Captures of an address that are read to compute a digest."""
MOST_LOOKED_AT = 200
"""Captures with one payload that are searched for a record id, or captures of an address that are
searched for a payload. For captures of crawls there is no such index."""

_WHOLE = "revisit_of IS NULL AND truncated IS NULL"
"""The condition of the partial index."""


def schemes(url: str) -> list[str]:
    """The address itself, then the same with the other of http and https."""
    scheme, _, rest = url.partition(":")
    other = {"http": "https", "https": "http"}.get(scheme.lower())
    return [url] if other is None else [url, f"{other}:{rest}"]


class CandidateOriginals:
    """Table captures, read inside the transactions of a Store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def whole(self, capture: Capture) -> Capture | None:
        """The capture that holds the body: the original, or the capture itself."""
        if capture.revisit_of is None:
            return capture
        return next(self._captures("id = ?", capture.revisit_of), None)

    def of_record(self, record_id: str, payloads: list[str]) -> Iterator[Capture]:
        """Captures with a Record-ID (without brackets). Those that share it need one of the
        payloads."""
        spellings = (f"<{record_id}>", record_id)
        yield from self._captures("id IN (?, ?)", *(capture_id(one) for one in spellings))
        for payload in payloads:
            yield from self._captures(
                f"id IN (SELECT id FROM captures WHERE payload_digest = ? AND {IMPORTED}"  # noqa: S608
                f" AND {_WHOLE} LIMIT ?) AND record_id IN (?, ?) ORDER BY {OLDEST_FIRST} LIMIT 1",
                payload,
                MOST_LOOKED_AT,
                *spellings,
            )
        yield from self._captures(
            "id IN (SELECT capture_id FROM shared_ids WHERE record_id IN (?, ?)"
            " ORDER BY capture_id LIMIT ?)",
            *spellings,
            MOST_OF_A_RECORD,
        )

    def at_place(self, url: str, second: str, payloads: list[str]) -> Iterator[Capture]:
        """Captures of an address in one second, those with one of the payloads first."""
        for one in schemes(url):
            for payload in payloads:
                yield from self._captures(
                    f"payload_digest = ? AND url = ? AND fetched_at = ? AND {IMPORTED}"
                    f" AND {_WHOLE} ORDER BY warc_file, warc_offset LIMIT ?",
                    payload,
                    one,
                    second,
                    MOST_OF_A_RECORD,
                )
        for one in schemes(url):
            yield from self._captures(
                "url = ? AND fetched_at = ? ORDER BY id LIMIT ?", one, second, MOST_AT_PLACE
            )

    def of_payload(self, payload: str, urls: list[str]) -> Iterator[Capture]:
        """Whole captures with a payload: of the addresses in their order, then of any other
        address."""
        for url in dict.fromkeys(one for each in urls for one in schemes(each)):
            yield from self._captures(
                f"payload_digest = ? AND url = ? AND {IMPORTED} AND {_WHOLE}"
                f" ORDER BY {OLDEST_FIRST} LIMIT 1",
                payload,
                url,
            )
            yield from self._captures(
                f"id IN (SELECT id FROM captures WHERE url = ? ORDER BY {OLDEST_FIRST} LIMIT ?)"  # noqa: S608
                f" AND payload_digest = ? AND {_WHOLE} ORDER BY {OLDEST_FIRST} LIMIT 1",
                url,
                MOST_LOOKED_AT,
                payload,
            )
        yield from self._captures(
            f"payload_digest = ? AND {IMPORTED} AND {_WHOLE} ORDER BY url, {OLDEST_FIRST} LIMIT 1",
            payload,
        )

    def before(self, url: str, moment: str) -> Iterator[Capture]:
        """Pages of an address and 304s for them up to a moment (UTC), the newest first."""
        for one in schemes(url):
            yield from self._captures(
                "id IN (SELECT id FROM captures WHERE url = ? AND fetched_at <= ?"  # noqa: S608
                f" ORDER BY fetched_at DESC LIMIT ?) AND {confirmed()} AND truncated IS NULL"
                f" ORDER BY {NEWEST_FIRST} LIMIT ?",
                one,
                moment,
                MOST_AT_ADDRESS,
                MOST_AT_ADDRESS,
            )

    def near(self, url: str, moment: str) -> Iterator[Capture]:
        """Whole captures of an address, the nearest before and after a moment (UTC)."""
        for one in schemes(url):
            for condition in ("<= ? ORDER BY fetched_at DESC", "> ? ORDER BY fetched_at"):
                yield from self._captures(
                    f"id IN (SELECT id FROM captures WHERE url = ? AND fetched_at {condition}"  # noqa: S608
                    f" LIMIT ?) AND {_WHOLE} ORDER BY {OLDEST_FIRST} LIMIT ?",
                    one,
                    moment,
                    MOST_AT_ADDRESS,
                    MOST_COMPARED,
                )

    def _captures(self, condition: str, *values: object) -> Iterator[Capture]:
        rows = self._db.execute(f"SELECT * FROM captures WHERE {condition}", values)  # noqa: S608
        return (Capture(**row) for row in rows)
