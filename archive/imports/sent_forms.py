"""Finds the answers to forms (POST) in an imported file, by the requests in it. Pure."""

from archive.imports.foreign import ForeignRecord
from archive.warc.sent_requests import request_digest

MOST_FORMS = 1_000_000
"""Requests of a file that are remembered; a file of 1 GB has some hundred thousand records."""


class FormsOfFile:
    """The digests of the forms in one file.

    A request names its answer by WARC-Concurrent-To, or the answer names it; it stands before the
    answer or behind it.
    """

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}

    def note(self, record: ForeignRecord) -> None:
        """Remember a request, if it is a form."""
        if record.facts.kind != "request" or len(self._digests) >= MOST_FORMS:
            return
        digest = request_digest(record.block)
        if digest is not None:
            answer = (record.facts.value("warc-concurrent-to") or "").strip("<> ")
            self._digests.update(
                dict.fromkeys((record.facts.record_id.strip("<> "), answer), digest)
            )
            self._digests.pop("", None)

    def of(self, record: ForeignRecord) -> str | None:
        """The digest of the form that an answer belongs to; None for the answer to a GET."""
        named = (record.facts.value("warc-concurrent-to") or "").strip("<> ")
        return self._digests.get(record.facts.record_id.strip("<> ")) or self._digests.get(named)
