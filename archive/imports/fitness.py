"""Which records of others become rows. Pure."""

from archive.imports.foreign import ForeignRecord
from archive.imports.record_headers import foreign_moment, is_on_the_web
from archive.warc.told import KINDS

ANSWERS = ("response", "revisit", "resource")
"""Kinds of records that are rows; a resource was had without HTTP, or has lost its head."""


_OTHER_SCHEMES = ("dns", "ftp", "whois", "urn")
"""Of addresses that recorders write and that are not on the web."""


def is_answer(record: ForeignRecord) -> bool:
    """Whether it is an answer of something on the web, or does not say of what."""
    kind = record.facts.kind
    return kind in ANSWERS and (is_on_the_web(record.url) or not (record.url or kind != "response"))


def kind_of(record: ForeignRecord) -> str:
    """In a word or two, what a record is that is no answer: `request`, `dns response`."""
    kind = record.facts.kind if record.facts.kind in KINDS else "unknown"
    if kind not in ANSWERS:
        return kind
    scheme = record.url.partition(":")[0].lower()
    return f"{scheme if scheme in _OTHER_SCHEMES else 'other'} {kind}"


def unfit(record: ForeignRecord) -> str | None:
    """Why an answer cannot be a row; None where it can."""
    facts = record.facts
    if not record.url:
        return "has no WARC-Target-URI"
    if foreign_moment(facts.value("warc-date") or "") is None:
        return "its WARC-Date is no moment of the web's"
    if facts.value("warc-segment-number"):
        return "is the first part of an answer in several records, which are not put together"
    return None
