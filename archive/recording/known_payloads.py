"""Finds captures with the same payload, which is then not written again. Used by one thread."""

from archive.database.store import Store
from archive.models import READ_INTO_ROWS, Capture
from archive.warc.exchange import Exchange

Place = tuple[str, tuple[str, str | None] | None]
"""A payload's digest, with the address and the digest of the request's body where they count."""


class KnownPayloads:
    """Finds earlier captures by payload digest: committed ones, and the newest of this run.

    Only captures of the same portal count: its files must be complete without others.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._uncommitted: dict[Place, Capture] = {}

    def original(self, exchange: Exchange, digest: str) -> Capture | None:
        """The whole capture that holds the same payload as the answer of an exchange."""
        place = None
        if exchange.role in READ_INTO_ROWS:
            place = exchange.url, exchange.request_digest
        return self._uncommitted.get((digest, place)) or self._store.captures.same_payload(
            digest, exchange.portal, place
        )

    def note(self, capture: Capture) -> None:
        """Remember a capture whose row is not committed yet."""
        if capture.is_whole and capture.revisit_of is None:
            for place in _places(capture):
                self._uncommitted.setdefault(place, capture)

    def forget(self, capture: Capture) -> None:
        """Forget a capture: its row is committed."""
        for place in _places(capture):
            if self._uncommitted.get(place) is capture:
                del self._uncommitted[place]


def _places(capture: Capture) -> tuple[Place, Place]:
    digest = capture.payload_digest
    return (digest, (capture.url, capture.request_digest)), (digest, None)
