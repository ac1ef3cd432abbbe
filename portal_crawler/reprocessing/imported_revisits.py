"""Resolves revisits in imported files: each gets its original, or waits until an import brings it.

The original is chosen among all captures, so it is the same whichever file is imported first. At
the end of an import, the revisits are resolved again to which it brings an original, or a better
one.
"""

from dataclasses import replace

from archive.database.revisits import OriginalReference, Waiting
from archive.database.timeline import Timeline
from archive.imports.foreign import ForeignRecord
from archive.imports.originals import NOT_MODIFIED, Originals, reference_of
from archive.imports.stored_records import StoredRecords
from archive.models import Capture
from archive.warc.own_records import Recorded
from portal_crawler.reprocessing.claims import ROLES_BY_MIME, role_by_mime


class RevisitReading:
    """Resolves imported revisits, inside the transactions of a store."""

    def __init__(self, timeline: Timeline, records: StoredRecords) -> None:
        self._timeline = timeline
        self._revisits = timeline.revisits
        self._originals = Originals(timeline.candidates, timeline.revisits, records)

    def led(self, record: ForeignRecord, capture: Capture, first_position: int) -> Capture | None:
        """The capture of a revisit, with its original; None if that is not there yet."""
        waiting = Waiting(reference_of(record), capture, first_position)
        found = self._led(waiting.reference, capture)
        if found is None:
            self._revisits.put_waiting(waiting)
        return found

    def led_now(self, identifier: int) -> Recorded | None:
        """The exchange of a revisit that waited for its original; None while it waits."""
        waiting = self._revisits.waiting(identifier)
        found = self._led(waiting.reference, waiting.capture)
        return Recorded(found, b"", waiting.first_position) if found is not None else None

    def led_elsewhere(self, identifier: int) -> Capture | None:
        """Change the row of a revisit whose original is another capture now.

        Returns the revisit's capture if the new original holds another payload; else None.
        """
        capture = self._timeline.capture(identifier)
        if capture is None:
            return None
        original = self._originals.of(self._revisits.reference(identifier), capture)
        if original is None or original.capture.id == capture.revisit_of:
            return None
        self._revisits.note_found(identifier, original.way)
        self._timeline.lead(repeating(capture, original.capture))
        is_same = original.capture.payload_digest == capture.payload_digest
        return None if is_same else capture

    def _led(self, reference: OriginalReference, capture: Capture) -> Capture | None:
        original = self._originals.of(reference, capture)
        if original is None:
            return None
        self._revisits.put_found(reference, capture, original.way)
        return repeating(capture, original.capture)


def repeating(capture: Capture, original: Capture) -> Capture:
    """The capture of a revisit of another one; a 304 has its media type, too."""
    own = None if capture.status == NOT_MODIFIED else capture.mime
    mime = own or original.mime
    role = role_by_mime(mime) if capture.role in ROLES_BY_MIME else capture.role
    return replace(
        capture,
        mime=mime,
        role=role,
        payload_digest=original.payload_digest,
        revisit_of=original.id,
    )
