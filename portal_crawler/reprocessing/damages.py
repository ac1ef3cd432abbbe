"""Records of an archive's files that cannot be read back: they are named, counted, passed over."""

import logging

from archive.models import Capture, WarcPlace

logger = logging.getLogger(__name__)

MOST_NAMED = 20
"""Places named for one portal; a file of zeros has a thousand. `portal verify` names all."""


class Damages:
    """The damages of one portal's files."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, file: str, offset: int | None, why: str) -> None:
        """Note a place; `offset` is None for a file that cannot be read at all."""
        self.count += 1
        if self.count <= MOST_NAMED:
            where = file if offset is None else f"{file}:{offset}"
            logger.warning("%s: %s; passed over", where, why)

    def note_capture(self, capture: Capture, why: str) -> None:
        """Note the place of a capture's record."""
        self.note_at(capture.place, why)

    def note_at(self, place: WarcPlace, why: str) -> None:
        """Note the place of another record."""
        self.note(place.file, place.offset, why)

    def tell_rest(self, portal: str) -> None:
        """Log the number of places that were not named."""
        if self.count > MOST_NAMED:
            more = self.count - MOST_NAMED
            logger.warning("%s: %d more places; `portal verify` names all", portal, more)
