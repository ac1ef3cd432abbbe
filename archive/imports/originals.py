"""Finds the capture that an imported revisit repeats, by WARC 1.1 §6.7 and by how tools write it.

The record's id decides; else address and whole WARC-Date; else the payload's digest, at that
address first; for a 304 without a digest, the last page of its address. A capture whose payload
has another digest is never taken, whatever else names it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.database.originals import CandidateOriginals
from archive.database.revisits import FoundBy, OriginalReference, Revisits
from archive.imports.foreign import ForeignRecord
from archive.imports.given_digests import algorithm, canonical, digests_of, has_digest
from archive.imports.record_headers import foreign_moment, web_address
from archive.imports.stored_records import StoredRecords
from archive.models import Capture
from archive.moments import utc_moment, utc_text

NOT_MODIFIED = 304

MOST_COMPARED = 8
"""Captures whose records are read for one revisit, since no row has a digest like its own."""

MOST_REMEMBERED = 10_000
"""The most captures whose digests are remembered."""


@dataclass(frozen=True, slots=True)
class Original:
    """The capture that a revisit repeats, and how it was found."""

    capture: Capture
    way: FoundBy


def reference_of(record: ForeignRecord) -> OriginalReference:
    """The names that a revisit's record gives of its original."""
    facts = record.facts
    date = facts.value("warc-refers-to-date") or ""
    return OriginalReference(
        record_id=(facts.value("warc-refers-to") or "").strip("<> ") or None,
        url=web_address(facts.value("warc-refers-to-target-uri") or "") or record.url,
        moment=_spelled(date),
        digest=None if _is_of_itself(record) else canonical(facts.value("warc-payload-digest")),
    )


def _spelled(date: str) -> str | None:
    """A date in UTC with its fraction; None if it is not valid."""
    moment, fraction = foreign_moment(date), _fraction(date)
    if moment is None:
        return None
    return utc_text(moment)[:-1] + (f".{fraction}" if fraction else "") + "Z"


def _is_of_itself(record: ForeignRecord) -> bool:
    """Whether the digest is that of the 304's own empty body: it says nothing of the original."""
    head = record.head
    is_empty = len(record.block) <= head.length
    given = canonical(record.facts.value("warc-payload-digest"))
    if head.status != NOT_MODIFIED or not is_empty or given is None:
        return False
    return has_digest(record, given)


def other_digests(record: ForeignRecord, payload_digest: str) -> list[str]:
    """The digest that a response names, if it differs from `payload_digest` and is right, too."""
    said = record.facts.value("warc-payload-digest")
    given = canonical(said) if said != payload_digest else payload_digest
    if given is None or given == payload_digest or record.facts.value("warc-truncated"):
        return []
    is_unknown = algorithm(given) is None
    return [given] if is_unknown or has_digest(record, given) else []


class Originals:
    """Resolves revisits against the captures that there are."""

    def __init__(
        self, candidates: CandidateOriginals, revisits: Revisits, records: StoredRecords
    ) -> None:
        self._candidates = candidates
        self._revisits = revisits
        self._records = records
        self._digests: dict[tuple[int, str | None], frozenset[str]] = {}
        """By capture and algorithm: the digests that its payload can be said to have. By capture
        and None: the digest that its record names."""
        self._fractions: dict[int, str] = {}
        """By capture: the fraction of a second in its record's date."""

    def of(self, reference: OriginalReference, revisit: Capture) -> Original | None:
        """The original that a reference names, for the capture `revisit`; None if it is lacking."""
        digest = reference.digest
        payloads = self._revisits.payloads(digest) if digest is not None else []
        compared = 0
        for way, found in self._ways(reference, revisit, payloads):
            original = self._candidates.whole(found)
            if original is None or revisit.id in (found.id, original.id):
                continue
            if digest is None or original.payload_digest in payloads:
                return Original(original, way)
            compared += 1
            if compared <= MOST_COMPARED and self._agrees(original, digest, way):
                return Original(original, way)
        return None

    def _ways(
        self, reference: OriginalReference, revisit: Capture, payloads: list[str]
    ) -> Iterator[tuple[FoundBy, Capture]]:
        """The captures that may be the original, the surest first."""
        candidates, digest = self._candidates, reference.digest
        if reference.record_id is not None:
            yield from _by(FoundBy.RECORD, self._of_record(reference.record_id, payloads, digest))
        if reference.moment is not None:
            placed = self._at_place(reference, revisit, payloads)
            yield from _by(FoundBy.PLACE, placed)
        for payload in payloads:
            urls = [reference.url, revisit.url]
            yield from _by(FoundBy.DIGEST, candidates.of_payload(payload, urls))
        if digest is None and revisit.status == NOT_MODIFIED:
            before = candidates.before(reference.url, revisit.fetched_at)
            same = (
                one
                for one in before
                if _may_be_same(one.etag, revisit.etag) and _is_of_same_form(one, revisit)
            )
            yield from _by(FoundBy.ADDRESS, same)
        if digest is not None and algorithm(digest) is not None:
            yield from _by(FoundBy.DIGEST, candidates.near(reference.url, revisit.fetched_at))

    def _of_record(self, record_id: str, payloads: list[str], digest: str | None) -> list[Capture]:
        """Several records can share an id: without a digest it names none of them."""
        given = self._candidates.of_record(record_id, payloads)
        found = list({one.id: one for one in given}.values())
        return found if digest is not None or _is_one_payload(found) else []

    def _at_place(
        self, reference: OriginalReference, revisit: Capture, payloads: list[str]
    ) -> Iterator[Capture]:
        """Captures of the address and second; if there are several, those of the very moment.

        If no digest tells several apart, and they hold different payloads, none is given.
        """
        moment = reference.moment or ""
        second = utc_text(utc_moment(moment))
        given = self._candidates.at_place(reference.url, second, payloads)
        found = list({one.id: one for one in given if _is_of_same_form(one, revisit)}.values())
        if payloads and len(found) > 1:
            found = [one for one in found if one.payload_digest in payloads] or found
        is_certain = len(found) == 1 and (reference.digest is not None or _fraction(moment) == "")
        if found and not is_certain:
            found = self._of_moment(found, _fraction(moment), reference.digest)
        yield from found

    def _of_moment(self, found: list[Capture], fraction: str, digest: str | None) -> list[Capture]:
        exact: list[Capture] = []
        vague: list[Capture] = []
        others: list[Capture] = []
        for one in found:
            given = self._fraction_of(one)
            some = exact if given == fraction else vague if "" in (given, fraction) else others
            some.append(one)
        if digest is not None:
            return [*exact, *vague, *others]
        some = exact or vague
        return some if _is_one_payload(some) else []

    def _fraction_of(self, capture: Capture) -> str:
        if capture.id not in self._fractions:
            if len(self._fractions) >= MOST_REMEMBERED:
                self._fractions.clear()
            record = self._records.read(capture.place)
            said = record.facts.value("warc-date") if record is not None else None
            self._fractions[capture.id] = _fraction(said or "")
        return self._fractions[capture.id]

    def _agrees(self, original: Capture, digest: str, way: FoundBy) -> bool:
        """Whether the original's payload has the digest, by whichever reading of it."""
        name = algorithm(digest)
        known = original.id, name
        if known not in self._digests:
            if len(self._digests) >= MOST_REMEMBERED:
                self._digests.clear()
            self._digests[known] = self._read(original, name)
        found = self._digests[known]
        if digest in found:
            if name is not None:
                self._revisits.note_digest(digest, original.payload_digest)
            return True
        if name is not None:
            return False
        # it can be held against nothing but a digest of the same kind
        kinds = {one.partition(":")[0] for one in found}
        return way in (FoundBy.RECORD, FoundBy.PLACE) and digest.partition(":")[0] not in kinds

    def _read(self, original: Capture, name: str | None) -> frozenset[str]:
        record = self._records.read(original.place)
        if record is None:
            return frozenset()
        named = canonical(record.facts.value("warc-payload-digest"))
        computed = digests_of(record, name) if name is not None else ()
        return frozenset([*computed, *([named] if named is not None else [])])


def _by(way: FoundBy, captures: Iterable[Capture]) -> Iterator[tuple[FoundBy, Capture]]:
    return ((way, one) for one in captures)


def _is_one_payload(captures: list[Capture]) -> bool:
    return len({one.payload_digest for one in captures}) == 1


def _fraction(moment: str) -> str:
    """The digits of a WARC-Date below the second, without zeros at the end."""
    after = moment.partition(".")[2]
    digits = after[: len(after) - len(after.lstrip("0123456789"))]
    return digits.rstrip("0")


def _may_be_same(first: str | None, second: str | None) -> bool:
    """Whether two ETags do not contradict each other."""
    if first is None or second is None:
        return True
    return first.removeprefix("W/") == second.removeprefix("W/")


def _is_of_same_form(first: Capture, second: Capture) -> bool:
    """Whether two captures of an address answer the same form, or none."""
    return first.request_digest == second.request_digest
