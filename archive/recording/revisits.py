"""Which captures have a payload already, so that it is not written again. Used by one thread."""

from archive.database.store import Store
from archive.models import READ_INTO_ROWS, Capture
from archive.warc.exchange import Exchange


class Revisits:
    """Finds earlier captures by their payload digest: committed ones, and this run's newest.

    Of the same portal only: its files are read back by themselves, in the order of their writing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._uncommitted: dict[tuple[str, str | None], Capture] = {}

    def original(self, exchange: Exchange, digest: str) -> Capture | None:
        """The whole capture that holds the payload of an exchange's answer."""
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
        """The capture is a row now, or nothing more is kept."""
        for url in (capture.url, None):
            place = (capture.payload_digest, url)
            if self._uncommitted.get(place) is capture:
                del self._uncommitted[place]
