"""Tables revisits and payload_digests: the originals of imported revisits.

A revisit whose original is not in the archive is not a capture yet. It waits here, and is read
again when an import brings a record that may be its original.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from archive.database.statements import columns_of_value, upsertion
from archive.models import Capture

MOST_PAYLOADS = 8
"""Most payloads of one given digest: different chunkings have the same decoded body."""


class FoundBy(StrEnum):
    """How a revisit found its original, the most reliable way first."""

    RECORD = "record"
    PLACE = "place"
    DIGEST = "digest"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalReference:
    """The values by which a revisit names its original."""

    record_id: str | None
    """Without brackets."""
    url: str
    """The address that it names, or else its own."""
    moment: str | None
    """A complete WARC-Date."""
    digest: str | None
    """In the form of archive.imports.given_digests."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A revisit without an original."""

    reference: OriginalReference
    capture: Capture
    """The capture that it becomes when its original is found."""
    first_position: int


_ORDER = "{0}.fetched_at || ' ' || {0}.warc_file || printf(' %020d', {0}.warc_offset)"
"""A text that sorts captures by time and place."""

_DISPLACED = f"""
WITH n AS MATERIALIZED (SELECT record_id, url, substr(url, instr(url, ':')) AS place, fetched_at,
        {_ORDER.format("captures")} AS time, status, payload_digest,
        revisit_of IS NULL AND truncated IS NULL AS is_whole
    FROM captures WHERE run_id = ?),
w AS (SELECT payload_digest AS digest, place, min(time) AS first, min(url) AS url
    FROM n WHERE is_whole GROUP BY payload_digest, place),
d AS MATERIALIZED (SELECT digest AS given, place, first, url FROM w UNION ALL
    SELECT p.given, place, first, url
    FROM w CROSS JOIN payload_digests p ON p.payload_digest = w.digest),
led AS (SELECT r.capture_id, r.place, r.digest, r.found, c.fetched_at,
        o.fetched_at AS original_at, {_ORDER.format("o")} AS original_time,
        o.url AS original_url, substr(o.url, instr(o.url, ':')) AS original_place
    FROM revisits r CROSS JOIN captures c ON c.id = r.capture_id
    CROSS JOIN captures o ON o.id = c.revisit_of),
displaced (id) AS (
SELECT r.capture_id FROM (SELECT DISTINCT trim(record_id, '<>') AS id FROM n) m
    CROSS JOIN revisits r ON r.record_id = m.id WHERE r.found IN ('place', 'digest', 'address')
UNION SELECT r.capture_id FROM (SELECT DISTINCT place, substr(fetched_at, 1, 19) AS second FROM n) m
    CROSS JOIN revisits r ON r.place = m.place
        AND r.moment >= m.second AND r.moment < m.second || '~'
    WHERE r.found IN ('digest', 'address')
UNION SELECT led.capture_id FROM d CROSS JOIN led ON led.digest = d.given AND led.place = d.place
    WHERE led.found = 'digest' AND (original_place <> d.place OR d.first < original_time)
UNION SELECT led.capture_id FROM (SELECT given, min(url) AS url FROM d GROUP BY given) m
    CROSS JOIN led ON led.digest = m.given
    WHERE led.found = 'digest' AND m.url < original_url AND original_place <> led.place
UNION SELECT led.capture_id FROM (SELECT place, min(fetched_at) AS first, max(fetched_at) AS last
    FROM n WHERE status IN (200, 304) GROUP BY place) m CROSS JOIN led ON led.place = m.place
    WHERE led.found = 'address' AND m.last > original_at AND m.first <= led.fetched_at)
SELECT c.id FROM displaced CROSS JOIN captures c ON c.id = displaced.id
ORDER BY c.fetched_at, c.warc_file, c.warc_offset
"""  # noqa: S608


def without_scheme(url: str) -> str:
    """An address without its scheme, the same for http and https."""
    return url[url.find(":") :]


class Revisits:
    """Reads and fills the tables inside the transactions of a Store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put_found(self, reference: OriginalReference, capture: Capture, found: FoundBy) -> None:
        """Note the reference of a capture whose original is known, and how it was found."""
        self._put(reference, capture, found, None)

    def put_waiting(self, waiting: Waiting) -> None:
        """Store a revisit whose original is not in the archive."""
        values = {**asdict(waiting.capture), "first_position": waiting.first_position}
        text = json.dumps(values, ensure_ascii=False)
        self._put(waiting.reference, waiting.capture, None, text)

    def _put(
        self,
        reference: OriginalReference,
        capture: Capture,
        found: FoundBy | None,
        waiting: str | None,
    ) -> None:
        row = {
            "capture_id": capture.id,
            "run_id": capture.run_id,
            **columns_of_value(reference),
            "place": without_scheme(reference.url),
            "found": found,
            "capture": waiting,
        }
        self._db.execute(upsertion("revisits", tuple(row), ("capture_id",)), tuple(row.values()))

    def waiting(self, identifier: int) -> Waiting:
        """The waiting revisit whose capture will have an id."""
        row = self._db.execute(
            "SELECT capture FROM revisits WHERE capture_id = ?", (identifier,)
        ).fetchone()
        values = json.loads(row[0])
        position = values.pop("first_position")
        return Waiting(self.reference(identifier), Capture(**values), position)

    def reference(self, identifier: int) -> OriginalReference:
        """The reference of the revisit with an id."""
        row = self._db.execute(
            "SELECT record_id, url, moment, digest FROM revisits WHERE capture_id = ?",
            (identifier,),
        ).fetchone()
        return OriginalReference(record_id=row[0], url=row[1], moment=row[2], digest=row[3])

    def note_found(self, identifier: int, found: FoundBy) -> None:
        """Note how a revisit found the original that it has now."""
        self._db.execute("UPDATE revisits SET found = ? WHERE capture_id = ?", (found, identifier))

    def waiting_for(self, run: int) -> list[int]:
        """Ids of waiting revisits that may name a capture of a run, in the order of time."""
        return self._waiting_for("run_id = ?", run)

    def waiting_for_captures(self, identifiers: Iterable[int]) -> list[int]:
        """Ids of waiting revisits that may name one of some captures."""
        return self._waiting_for(
            "id IN (SELECT value FROM json_each(?))", json.dumps([*identifiers])
        )

    def _waiting_for(self, captures: str, value: object) -> list[int]:
        if not self._has("found IS NULL"):
            return []
        rows = self._db.execute(
            "WITH n AS MATERIALIZED (SELECT record_id, url, payload_digest"  # noqa: S608
            f" FROM captures WHERE {captures}),"
            " d AS MATERIALIZED (SELECT DISTINCT payload_digest AS digest FROM n),"
            " found (id) AS ("
            "SELECT r.capture_id FROM (SELECT DISTINCT trim(record_id, '<>') AS id FROM n) m"
            " CROSS JOIN revisits r ON r.record_id = m.id WHERE r.found IS NULL"
            " UNION SELECT r.capture_id"
            " FROM (SELECT DISTINCT substr(url, instr(url, ':')) AS place FROM n) m"
            " CROSS JOIN revisits r ON r.place = m.place WHERE r.found IS NULL"
            " UNION SELECT r.capture_id FROM (SELECT digest FROM d UNION SELECT p.given"
            " FROM d CROSS JOIN payload_digests p ON p.payload_digest = d.digest) m"
            " CROSS JOIN revisits r ON r.digest = m.digest WHERE r.found IS NULL)"
            " SELECT r.capture_id FROM found CROSS JOIN revisits r ON r.capture_id = found.id"
            " ORDER BY json_extract(r.capture, '$.fetched_at'),"
            " json_extract(r.capture, '$.warc_file'), json_extract(r.capture, '$.warc_offset')",
            (value,),
        )
        return [identifier for (identifier,) in rows]

    def displaced_by(self, run: int) -> list[int]:
        """Ids of revisits for which a run may have brought a better original, in the order of
        time."""
        if not self._has("found IS NOT NULL"):
            return []
        rows = self._db.execute(_DISPLACED, (run,))
        return [identifier for (identifier,) in rows]

    def _has(self, condition: str) -> bool:
        row = self._db.execute(f"SELECT 1 FROM revisits WHERE {condition} LIMIT 1").fetchone()  # noqa: S608
        return row is not None

    def note_digest(self, given: str, payload_digest: str) -> None:
        """Note a further digest of a payload."""
        self._db.execute(
            "INSERT OR IGNORE INTO payload_digests VALUES (?, ?)", (given, payload_digest)
        )

    def payloads(self, given: str) -> list[str]:
        """The values of captures.payload_digest for a given digest."""
        rows = self._db.execute(
            "SELECT payload_digest FROM payload_digests WHERE given = ? ORDER BY payload_digest"
            " LIMIT ?",
            (given, MOST_PAYLOADS),
        )
        others = [payload for (payload,) in rows]
        return [given, *others] if given.startswith("sha1:") else others
