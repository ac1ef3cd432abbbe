"""A number that others wrote is within its bounds, or is none: in a page, a header, a record."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.imports.companion import _regions
from archive.integrity.verify import Verification
from archive.layout import Layout
from archive.models import Run
from archive.numbers import MOST_COUNTED, MOST_EXACT, grouped_number, whole_number
from archive.warc.index_check import index_problems
from archive.warc.own_metadata import ignored_lines, run_of
from archive.warc.own_records import FileReading, Recorded
from archive.warc.stream import Damage
from tests.archive.building import ArchiveBuilder, members, rewrite, warc_path

DIGITS = "9" * 5000
"""More than Python converts."""

BAD = ("9223372036854775808", DIGITS, "-1", "+1", "1e3", "²", "٣", "1_000", "", " ", "None")
RUN = {"run-event": "end", "id": "7", "portal": "wire", "started_at": "2026-11-20T01:00:00Z"}


@given(st.text() | st.integers().map(str) | st.text("0123456789", max_size=6000))
def test_whatever_is_written_is_a_number_within_its_bounds_or_none(written: str) -> None:
    for number in (whole_number(written), grouped_number(written)):
        assert number is None or 0 <= number <= MOST_COUNTED


@given(st.integers(0, MOST_COUNTED), st.integers(0, 20))
def test_a_number_within_its_bounds_is_read(number: int, zeros: int) -> None:
    assert whole_number("0" * zeros + str(number)) == number
    assert grouped_number(f"{number:,} tin") == number


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", ["listed", "bytes", "portal_count", "articles_gone", "swept"])
def test_a_runs_figure_that_is_none_is_left_out(name: str, bad: str) -> None:
    lines = {**RUN, name: bad}
    run = run_of(lines)
    assert run == Run(id=7, portal="wire", started_at=RUN["started_at"])
    assert list(ignored_lines(lines)) == [name]


@pytest.mark.parametrize("lines", [{**RUN, "id": DIGITS}, {**RUN, "portal": ""}, {"id": "7"}])
def test_a_run_that_does_not_say_which_it_is_is_none(lines: dict[str, str]) -> None:
    assert run_of(lines) is None


def test_what_a_run_may_be_is_read_to_its_bounds() -> None:
    lines = {**RUN, "bytes": str(MOST_EXACT), "portal_count": str(MOST_COUNTED), "reason": "9"}
    run = run_of(lines)
    assert run is not None
    assert (run.bytes, run.portal_count, run.reason) == (MOST_EXACT, MOST_COUNTED, "9")
    assert list(ignored_lines(lines)) == []


@pytest.mark.parametrize("bad", ["9223372036854775808", DIGITS, "x"])
def test_a_records_number_without_bounds_is_named_and_is_no_damage(
    tmp_path: Path, bad: str
) -> None:
    builder = ArchiveBuilder(tmp_path / "archive", portal="wire")
    builder.article("100", "Tin")
    lines = {**RUN, "portal_count": bad}
    builder.writer.write_metadata(list(lines.items()), "urn:test")
    verification = Verification(builder.close())
    (finding,) = verification.findings()
    assert (finding.code, finding.is_damage) == ("record-number", False)
    assert finding.what.startswith("portal_count: ")
    assert (verification.tally.findings, verification.tally.notes) == (0, 1)


@pytest.mark.parametrize(("line", "roles"), [(b"run", {"other"}), (b"first-position", None)])
def test_an_exchange_whose_metadata_has_no_number_is_kept(
    copy: Layout, line: bytes, roles: set[str] | None
) -> None:
    rewrite(copy, lambda records: [_with_number(one, line, DIGITS.encode()) for one in records])
    found = [one for one in _read(copy) if isinstance(one, Recorded)]
    assert len(found) == 7
    assert roles in (None, {one.capture.role for one in found})
    assert all(one.capture.run_id < MOST_EXACT and one.first_position == 1 for one in found)


@pytest.mark.parametrize(
    "header", [b"WARC-Date: 2026-13-45T00:00:00Z", b"WARC-Date: 9999-12-31T23:59:59-12:00",
               b"WARC-Date: x"],
)  # fmt: skip
def test_an_answer_that_was_captured_at_no_time_is_damage_and_the_rest_is_read(
    copy: Layout, header: bytes
) -> None:
    def change(records: list[bytes]) -> list[bytes]:
        one = next(n for n, record in enumerate(records) if b"WARC-Type: response" in record)
        lines = records[one].split(b"\r\n")
        lines = [header if line.startswith(b"WARC-Date") else line for line in lines]
        return [*records[:one], b"\r\n".join(lines), *records[one + 1 :]]

    rewrite(copy, change)
    found = _read(copy)
    assert sum(isinstance(one, Damage) for one in found) == 1
    assert sum(isinstance(one, Recorded) for one in found) == 6


@pytest.mark.parametrize("bad", [DIGITS, "-1", "x", "", "999999"])
def test_a_record_is_damage_where_its_block_is_not_as_long_as_it_says(
    copy: Layout, bad: str
) -> None:
    count = len(members(warc_path(copy).read_bytes()))
    rewrite(copy, lambda records: [_of_length(one, bad.encode()) for one in records])
    assert [type(one) for one in _read(copy)] == [Damage] * count


@pytest.mark.parametrize("bad", BAD)
def test_a_place_of_an_import_that_is_none_is_passed_over(bad: str) -> None:
    assert list(_regions([("in-place", f"gzip 0 {bad}"), ("in-place", f"gzip {bad} 9")])) == []


@pytest.mark.parametrize("bad", ["Infinity", "NaN", "1e400", DIGITS, "-1", "null", "[]", '"x"'])
def test_an_index_line_without_a_place_is_none(bad: str) -> None:
    line = f'vn,gov)/ 20261120010001 {{"offset": {bad}, "length": 1}}\n'.encode()
    assert [code for code, _ in index_problems([line], {})] == ["index-line"]


def _read(layout: Layout) -> list[Any]:
    path = warc_path(layout)
    with path.open("rb") as file:
        return list(FileReading(layout, path).read(file))


def _with_number(record: bytes, name: bytes, value: bytes) -> bytes:
    """An exchange's metadata record with another number."""
    head, blank, block = record.partition(b"\r\n\r\n")
    if b"\r\nrole: " not in block:
        return record
    lines = [line for line in block.split(b"\r\n") if not line.startswith(name + b": ")]
    block = b"\r\n".join([name + b": " + value, *lines])
    return _of_length(head, str(len(block) - 4).encode()) + blank + block


def _of_length(record: bytes, length: bytes) -> bytes:
    head, blank, block = record.partition(b"\r\n\r\n")
    name = b"Content-Length: "
    lines = head.split(b"\r\n")
    head = b"\r\n".join(name + length if line.startswith(name) else line for line in lines)
    return head + blank + block
