"""Which records of others become rows. Pure."""

from archive.imports.foreign import ForeignRecord
from archive.imports.record_headers import foreign_moment, is_on_the_web

ANSWERS = ("response", "revisit", "resource")
"""Kinds of records that are rows; a resource was had without HTTP, or has lost its head."""


def is_answer(record: ForeignRecord) -> bool:
    """Whether it is an answer of something on the web."""
    return record.facts.kind in ANSWERS and is_on_the_web(record.url)


def unfit(record: ForeignRecord) -> str | None:
    """Why an answer cannot be a row; None where it can."""
    facts = record.facts
    if foreign_moment(facts.value("warc-date") or "") is None:
        return "its WARC-Date is no moment of the web's"
    if facts.value("warc-segment-number"):
        return "is the first part of an answer in several records, which are not put together"
    return None
