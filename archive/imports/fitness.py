"""Which records of others become rows. Pure."""

from archive.imports.foreign import ForeignRecord
from archive.imports.record_headers import foreign_moment, is_on_the_web
from archive.warc.own_metadata import KINDS

ANSWERS = ("response", "revisit", "resource")
"""Kinds of records that become rows; a resource was fetched without HTTP, or lost its head."""


_OTHER_SCHEMES = ("dns", "ftp", "whois", "urn")
"""Schemes of addresses that recorders write and that are not on the web."""


def is_answer(record: ForeignRecord) -> bool:
    """Whether a record is an answer from the web, or a response that names no address."""
    kind = record.facts.kind
    return kind in ANSWERS and (is_on_the_web(record.url) or not (record.url or kind != "response"))


def kind_of(record: ForeignRecord) -> str:
    """The kind of a record that is not an answer, in a word or two: `request`, `dns response`."""
    kind = record.facts.kind if record.facts.kind in KINDS else "unknown"
    if kind not in ANSWERS:
        return kind
    scheme = record.url.partition(":")[0].lower()
    return f"{scheme if scheme in _OTHER_SCHEMES else 'other'} {kind}"


def unfit(record: ForeignRecord) -> str | None:
    """Why an answer cannot be a row, in words; None if it can."""
    facts = record.facts
    if not record.url:
        return "has no WARC-Target-URI"
    if foreign_moment(facts.value("warc-date") or "") is None:
        return "its WARC-Date is no moment of the web's"
    if facts.value("warc-segment-number"):
        return "is the first part of an answer in several records, which are not put together"
    return None
