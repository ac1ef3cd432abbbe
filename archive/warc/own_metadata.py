"""The metadata records of a crawl's WARC files: how runs are read and written, and faults. Pure.

Rebuild, verify and repair all use these functions: the records that a rebuild leaves out are
those that `verify` names and `repair` cuts out.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archive.addresses import names_page
from archive.models import OUTCOMES, Role, Run
from archive.moments import is_own_moment
from archive.numbers import MOST_COUNTED, MOST_EXACT, whole_number
from archive.warc.exchange import ANSWER_BYTES
from archive.warc.record_checks import RECORD_ID
from archive.warc.record_facts import RecordFacts, digest_bytes
from archive.warc.records import Fields
from archive.warc.run_columns import is_of_shape
from archive.warc.stream import fields_of

Lines = Mapping[str, str]
"""The names and values in a metadata or warcinfo record."""

_ROLES = frozenset(Role)

RUN_EVENT = "run-event"
"""The line that makes a metadata record the start or end of a run."""

MODEL_EVENT = "model-event"
"""The line that makes a metadata record a person's correction of a learned layout."""

REPLAY_EVENT = "replay-event"
"""The line that makes a metadata record a check of replay."""

CHECK_NUMBERS = {"capture_id": MOST_EXACT, "is_text_visible": 1, "left_out": MOST_COUNTED}
"""Lines of a check's record that are numbers, and the most that each can be."""

RUN_NUMBERS = {
    name: MOST_EXACT if name in ("id", "bytes") else MOST_COUNTED
    for name, column in Run.__dataclass_fields__.items()
    if column.type in (int, int | None)
}
"""Lines of a run's record that are numbers, and the most that each can be."""

EXCHANGE_NUMBERS = {"run": MOST_EXACT, "first-position": MOST_COUNTED, ANSWER_BYTES: MOST_EXACT}
"""Lines of an exchange's metadata record that are numbers, and the most that each can be."""

_RUN_TEXTS = frozenset(Run.__dataclass_fields__.keys() - RUN_NUMBERS)

KINDS = (
    "warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion",
    "continuation",
)  # fmt: skip
"""The kinds of records in WARC 1.1 §6."""

REVISITED = (200, 304)
"""Statuses of answers that repeat an earlier one."""


def run_of(lines: Lines) -> Run | None:
    """The run in the lines of its record; None if they lack its id, portal or start.

    A figure out of its bounds is left out.
    """
    if any(_odd_in_run(lines)):
        return None
    values: dict[str, Any] = {
        name: lines[name] for name in _RUN_TEXTS if name in lines and is_of_shape(name, lines[name])
    }
    return Run(**(values | numbers_of(lines, RUN_NUMBERS)))


def lines_of_run(run: Run, event: str) -> Fields:
    """The lines of a run's record, as `run_of` reads them.

    `event` is start, end, failure or import.
    """
    values = {name: getattr(run, name) for name in Run.__dataclass_fields__}
    lines = [(name, str(value)) for name, value in values.items() if value is not None]
    return [(RUN_EVENT, event), *lines]


def lines_of_failure(run: Run) -> Fields:
    """The lines of a run that failed before all of its records became rows.

    They have no end and no figures: these are counted when the records are read.
    """
    failed = Run(
        id=run.id,
        portal=run.portal,
        started_at=run.started_at,
        outcome=run.outcome,
        reason=run.reason,
        rules=run.rules,
    )
    return lines_of_run(failed, "failure")


def numbers_of(lines: Lines, bounds: Mapping[str, int]) -> dict[str, int]:
    """The lines that hold a number within its bounds."""
    read = {name: whole_number(lines[name], most) for name, most in bounds.items() if name in lines}
    return {name: number for name, number in read.items() if number is not None}


def ignored_lines(lines: Lines) -> Iterator[str]:
    """The names of lines that are ignored, since their figure is out of bounds.

    They are not damage: earlier releases wrote numbers that no column holds. A record without the
    number of its run cannot be used; `metadata_faults` reports that.
    """
    bounds = RUN_NUMBERS if RUN_EVENT in lines else EXCHANGE_NUMBERS if "role" in lines else {}
    read = numbers_of(lines, bounds)
    left = (name for name in bounds if name in lines and name not in read)
    yield from (name for name in left if name not in ("id", "run"))
    if RUN_EVENT in lines:
        yield from (name for name, text in lines.items() if not is_of_shape(name, text))


def metadata_faults(
    kind: str, lines: Lines, value: Callable[[str], str | None], portal: str
) -> Iterator[str]:
    """Why a warcinfo or metadata record of a portal's file cannot be used, in words.

    `value` gives a header field by its name in lower case.
    """
    if kind == "warcinfo":
        yield from _odd_number(lines, "run") if "run" in lines else ()
        return
    if RUN_EVENT in lines:
        yield from _odd_in_run(lines)
    elif MODEL_EVENT in lines:
        yield from _odd_in_correction(lines)
    elif REPLAY_EVENT in lines:
        yield from _odd_in_check(lines)
    elif "role" in lines:
        yield from _odd_in_exchange(lines)
        if not value("warc-concurrent-to"):
            yield "it does not name the answer that it describes"
    else:
        return  # the record of a certificate, which is not read back
    if lines.get("portal") != portal:
        yield f"it names portal {_short(lines.get('portal', ''))} in a file of {portal}"


def _odd_in_run(lines: Lines) -> Iterator[str]:
    yield from _odd_number(lines, "id")
    if not lines.get("portal"):
        yield "it names no portal"
    if not is_own_moment(lines.get("started_at", "")):
        yield f"started_at is not a moment: {_short(lines.get('started_at', ''))}"
    if "finished_at" in lines and not is_own_moment(lines["finished_at"]):
        yield f"finished_at is not a moment: {_short(lines['finished_at'])}"
    if "outcome" in lines and lines["outcome"] not in OUTCOMES:
        yield f"its outcome is unknown: {_short(lines['outcome'])}"


def _odd_in_correction(lines: Lines) -> Iterator[str]:
    for name in ("portal", "since", "model"):
        if not lines.get(name):
            yield f"a correction of a layout has no {name}"


def _odd_in_check(lines: Lines) -> Iterator[str]:
    for name in CHECK_NUMBERS:
        if whole_number(lines.get(name, ""), CHECK_NUMBERS[name]) is None:
            yield f"{name} is not a valid number: {_short(lines.get(name, ''))}"
    for name in ("missing", "script_errors"):
        if not is_of_shape(name, lines.get(name, "")):
            yield f"{name} is not a list as checks write it: {_short(lines.get(name, ''))}"
    if not names_page(lines.get("url", "")):
        yield f"url is not a web address: {_short(lines.get('url', ''))}"
    if not is_own_moment(lines.get("checked_at", "")):
        yield f"checked_at is not a moment: {_short(lines.get('checked_at', ''))}"
    if not lines.get("picture"):
        yield "it names no picture"


def _odd_in_exchange(lines: Lines) -> Iterator[str]:
    yield from _odd_number(lines, "run")
    if lines["role"] not in _ROLES:
        yield f"its role is unknown: {_short(lines['role'])}"
    if lines["role"] == "article" and "key" not in lines:
        yield "it names no key of an article"
    for name in ("key", "asked-key"):
        if name in lines and not lines[name]:
            yield f"its {name} is empty"


def _odd_number(lines: Lines, name: str) -> Iterator[str]:
    given = lines.get(name, "")
    if whole_number(given, MOST_EXACT) is None:
        yield f"its {name} is not a valid number: {_short(given)}"


def answer_faults(
    kind: str, value: Callable[[str], str | None], status: int | None
) -> Iterator[str]:
    """Why a response or revisit of our own cannot be a capture, in words.

    `value` gives a header field by its name in lower case, `status` is the answer's.
    """
    if not RECORD_ID.fullmatch(value("warc-record-id") or ""):
        yield f"WARC-Record-ID is not valid: {_short(value('warc-record-id') or '')}"
    if not names_page(value("warc-target-uri") or ""):
        yield f"WARC-Target-URI is not a web address: {_short(value('warc-target-uri') or '')}"
    if digest_bytes(value("warc-payload-digest") or "") is None:
        yield f"WARC-Payload-Digest is not valid: {_short(value('warc-payload-digest') or '')}"
    if not is_own_moment(value("warc-date") or ""):
        yield f"WARC-Date is not a moment: {_short(value('warc-date') or '')}"
    if kind == "revisit" and not value("warc-refers-to"):
        yield "it does not say which record it repeats"
    if kind == "revisit" and status not in REVISITED:
        yield f"it repeats an answer with status {status}, which no crawl requests"


def why_unusable(facts: RecordFacts, portal: str) -> str:
    """Why a record of a portal's file cannot be read back, in words; empty if it can."""
    if facts.kind not in KINDS:
        return f"its kind is unknown: {_short(facts.kind)}"
    if facts.content_length is None:
        return f"Content-Length is not valid: {_short(facts.value('content-length') or '')}"
    if facts.kind in ("warcinfo", "metadata"):
        lines = dict(fields_of(facts.field_lines))
        return "; ".join(metadata_faults(facts.kind, lines, facts.value, portal))
    if facts.kind not in ("response", "revisit"):
        return ""
    # A block that is not HTTP by its Content-Type was not parsed.
    status = facts.message.head.status if facts.message is not None else REVISITED[0]
    return "; ".join(answer_faults(facts.kind, facts.value, status))


_SHOWN = 60


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
