"""Finds captures with the same payload, which is then not written again. Used by one thread."""

from archive.database.store import Store
from archive.models import READ_INTO_ROWS, Capture
from archive.warc.exchange import Exchange


class KnownPayloads:
    """Finds earlier captures by payload digest: committed ones, and the newest of this run.

    Only captures of the same portal count: its files must be complete without others.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._uncommitted: dict[tuple[str, str | None], Capture] = {}

    def original(self, exchange: Exchange, digest: str) -> Capture | None:
        """The whole capture that holds the same payload as the answer of an exchange."""
        url = exchange.url if exchange.role in READ_INTO_ROWS else None
        return self._uncommitted.get((digest, url)) or self._store.captures.same_payload(
            digest, exchange.portal, url
        )

    def note(self, capture: Capture) -> None:
        """Remember a capture whose row is not committed yet."""
        if capture.is_whole and capture.revisit_of is None:
            for url in (capture.url, None):
                self._uncommitted.setdefault((capture.payload_digest, url), capture)

    def forget(self, capture: Capture) -> None:
        """Forget a capture: its row is committed."""
        for url in (capture.url, None):
            place = (capture.payload_digest, url)
            if self._uncommitted.get(place) is capture:
                del self._uncommitted[place]
