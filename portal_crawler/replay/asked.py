"""A request to the replay server, as the functions that answer it see it."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from archive.database.replayed import FoundCapture, nearest
from archive.layout import Layout
from portal_crawler.references.requisites import asked_from
from portal_crawler.replay.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, and the archive that answers it."""

    target: str
    """The path and query."""
    header: Callable[[str], str]
    """Gives the value of a header of the request; empty if it has none of that name."""
    layout: Layout
    database: Callable[[], sqlite3.Connection]
    """Opens the database of the archive at its first call."""
    settings: list[str]
    server: str
    """The address of the server's first page; it ends with a slash."""
    request_digest: str | None = None
    """As captures.request_digest: None for a GET or HEAD."""
    held: ExitStack
    """Closed when the reply was sent."""

    @property
    def destination(self) -> str:
        """The browser's use for the answer (Sec-Fetch-Dest), such as `image`; empty if unknown."""
        return self.header("Sec-Fetch-Dest")

    def nearest(self, location: Location) -> FoundCapture | None:
        """The capture nearest to a location; None if its address was not captured."""
        url = asked_from(location.url, location.url) or location.url
        return nearest(self.database(), url, location.moment, self.request_digest)
