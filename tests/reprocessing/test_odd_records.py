"""One odd record in our own files is damage: named and passed over, and all the rest is read."""

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.integrity.verify import Verification
from archive.layout import Layout
from archive.models import Run
from archive.warc.own_metadata import ignored_lines, lines_of_run, run_of
from portal_crawler.cli import main
from portal_crawler.reprocessing.catchup import catch_up
from portal_crawler.reprocessing.learned_portal import knowing
from portal_crawler.reprocessing.rebuild import Rebuilt, rebuild
from portal_crawler.reprocessing.repair import Repair
from tests.archive.building import members
from tests.support.crawls import rows
from tests.support.odd_records import DECLARED, Place, change, places, whole_archive
from tests.support.odd_records import FIGURES as RUN_FIGURES

MODULES = ("-s", "SPIDER_MODULES=tests.support.portals,tests.support.taught")
DIGITS = b"9" * 5000


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return whole_archive(tmp_path_factory.mktemp("whole") / "archive")


@pytest.fixture
def layout(whole: Layout, tmp_path: Path) -> Layout:
    shutil.copytree(whole.folder, tmp_path / "archive")
    return Layout(tmp_path / "archive")


def keys(layout: Layout) -> set[tuple[str, str]]:
    return set(rows(layout.folder, "SELECT portal, key FROM articles"))


def rebuilt(layout: Layout, said: Callable[[str], None] = lambda _: None) -> Rebuilt:
    return rebuild(layout, DECLARED, warned=said)


def place_of(layout: Layout, kind: str, role: str = "", key: str = "") -> Place:
    """The first record of a kind in the files of `wire`, or else of `taught`."""
    found = [one for one in places(layout) if (one.kind, one.role) == (kind, role)]
    found = [one for one in found if not key or one.key == key]
    return max(found, key=lambda one: one.file)


def line(name: str) -> bytes:
    """Matches a header line, or a line of a block of fields."""
    return rb"^" + re.escape(name.encode()) + rb": [^\r]*"


@dataclass(frozen=True)
class Odd:
    """A line of one record, and what stands there instead."""

    kind: str
    role: str
    key: str
    name: str
    value: bytes | None
    """None where the line is not there at all."""


NAMED = [
    Odd("metadata", "article", "5", "run", b"abc"),
    Odd("metadata", "article", "5", "run", b"-1"),
    Odd("metadata", "article", "5", "run", DIGITS),
    Odd("metadata", "article", "5", "run", None),
    Odd("metadata", "article", "5", "portal", b"mst"),
    Odd("metadata", "article", "5", "role", b"artikel"),
    Odd("metadata", "article", "5", "key", None),
    Odd("metadata", "article", "5", "WARC-Concurrent-To", b"<urn:uuid:0>"),
    Odd("metadata", "article", "5", "Content-Length", DIGITS),
    Odd("response", "article", "5", "Content-Length", DIGITS),
    Odd("response", "article", "5", "Content-Length", b"-1"),
    Odd("response", "article", "5", "Content-Length", None),
    Odd("response", "article", "5", "WARC-Payload-Digest", None),
    Odd("response", "article", "5", "WARC-Payload-Digest", b"crc:7"),
    Odd("response", "article", "5", "WARC-Target-URI", None),
    Odd("response", "article", "5", "WARC-Target-URI", b"http://[::1/tin/5"),
    Odd("response", "article", "5", "WARC-Target-URI", b"http://x.vn/\xff\xfe"),
    Odd("response", "article", "5", "WARC-Date", None),
    Odd("response", "article", "5", "WARC-Date", b"yesterday"),
    Odd("response", "article", "5", "WARC-Date", b"9999-12-31T23:59:59-12:00"),
    Odd("response", "article", "5", "WARC-Record-ID", None),
    Odd("response", "article", "5", "WARC-Record-ID", b"5"),
    Odd("response", "article", "5", "WARC-Type", b"answer"),
    Odd("revisit", "article", "1", "WARC-Refers-To", None),
    Odd("revisit", "article", "1", "WARC-Refers-To", b"<urn:uuid:0>"),
    Odd("metadata", "end", "", "id", b"abc"),
    Odd("metadata", "end", "", "portal", b"mst"),
    Odd("metadata", "end", "", "started_at", b"yesterday"),
    Odd("metadata", "end", "", "outcome", b"well"),
    Odd("warcinfo", "", "", "run", b"abc"),
    Odd("metadata", "correction", "", "model", b"[" * 3000),
    Odd("metadata", "correction", "", "model", b"{}"),
    Odd("metadata", "correction", "", "since", None),
]
"""Each is named by its file and offset."""


def make_odd(layout: Layout, odd: Odd) -> Place:
    place = place_of(layout, odd.kind, odd.role, odd.key)
    name = odd.name if odd.value is not None else "Nothing"
    assert change(layout, place, line(odd.name), name.encode() + b": " + (odd.value or b"x"))
    return place


def offset_of(layout: Layout, place: Place) -> int:
    packed = list(members((layout.folder / place.file).read_bytes()).values())
    return sum(map(len, packed[: place.number]))


@pytest.mark.parametrize("odd", NAMED, ids=lambda odd: f"{odd.kind} {odd.role} {odd.name}")
def test_it_is_named_and_all_else_is_rebuilt(
    layout: Layout, odd: Odd, caplog: pytest.LogCaptureFixture
) -> None:
    before = keys(layout)
    place = make_odd(layout, odd)
    assert rebuilt(layout).damages
    assert any(place.file in said for said in caplog.messages), caplog.messages
    if odd.name not in ("WARC-Concurrent-To", "WARC-Refers-To"):
        where = f"{place.file}:{offset_of(layout, place)}: "
        assert any(said.startswith(where) for said in caplog.messages), caplog.messages
    assert before - keys(layout) <= {("wire", place.key)}


REPAIRED = [odd for odd in NAMED if odd.name not in ("model", "since")]


@pytest.mark.parametrize("odd", REPAIRED[::4], ids=lambda odd: f"{odd.kind} {odd.name}")
def test_a_repair_sets_it_aside_and_then_all_is_well(layout: Layout, odd: Odd) -> None:
    before = keys(layout)
    place = make_odd(layout, odd)
    repair = Repair(layout, DECLARED, lambda: rebuilt(layout), lambda: None)
    assert [step.action for step in repair.steps(dry_run=False)]
    assert repair.left == []
    assert before - keys(layout) <= {("wire", place.key)}
    assert rebuilt(layout).damages == 0


def test_the_exit_code_says_that_something_was_passed_over(
    layout: Layout, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    make_odd(layout, NAMED[0])
    words = ["rebuild", "-q", "--yes", "--archive", str(layout.folder), *MODULES]
    assert main(words) == 4
    said = " ".join(capsys.readouterr().err.split())
    assert "1; `portal repair` quarantines them" in said
    assert "its run is not a valid number: 'abc'; passed over" in caplog.text


RUN = Run(
    id=7, portal="wire", started_at="2026-11-20T01:00:00Z", finished_at="2026-11-20T02:00:00Z",
    outcome="complete", **RUN_FIGURES,
)  # fmt: skip
FIGURES = {
    "section_counts": ["[]", '{"tin-tuc": "3"}', '{"tin-tuc": -1}', "{", "null"],
    "measures": ['{"few-rows": [1, 2]}', '{"few-rows": {"tin-tuc": [1]}}', "[" * 3000, "1e999"],
    "alarms": ['{"alarm": "x"}', "[1]", '[{"alarm": "blocked"}]', "NaN"],
    "drift": ["[]", "{}", '{"watched": 1, "missed": {}, "disagreeing": {}}'],
    "listing_gaps": ['[{"section": "x"}]', "[[]]", '[{"page": 1e400}]', '"x"'],
}


@pytest.mark.parametrize(
    ("column", "text"), [(column, text) for column, texts in FIGURES.items() for text in texts]
)
def test_a_figure_of_a_run_that_is_of_another_kind_is_left_out(column: str, text: str) -> None:
    lines = dict(lines_of_run(RUN, "end"))
    assert run_of(lines) == RUN
    assert list(ignored_lines(lines)) == []
    odd = {**lines, column: text}
    assert run_of(odd) == replace(RUN, **{column: None})
    assert list(ignored_lines(odd)) == [column]


def test_a_figure_that_is_left_out_is_named_and_no_damage(layout: Layout) -> None:
    place = place_of(layout, "metadata", "end")
    assert change(layout, place, line("listing_gaps"), b"listing_gaps: [[]]")
    assert rebuilt(layout).damages == 0
    found = rows(layout.folder, "SELECT listing_gaps FROM runs WHERE portal = 'wire' ORDER BY id")
    assert [one is None for (one,) in found] == [False, True]
    (note,) = Verification(layout).findings()
    assert (note.code, note.is_damage) == ("record-number", False)


def test_a_second_record_with_the_same_id_is_passed_over(layout: Layout) -> None:
    before = keys(layout)
    first = place_of(layout, "response", "article", "1")
    path = layout.folder / place_of(layout, "response", "article", "5").file
    packed = list(members((layout.folder / first.file).read_bytes()).values())
    path.write_bytes(path.read_bytes() + packed[first.number])
    assert rebuilt(layout).damages == 1
    assert keys(layout) == before


def test_a_run_of_another_portal_is_not_taken_away_from_it(layout: Layout) -> None:
    before = rows(layout.folder, "SELECT id, portal, outcome FROM runs ORDER BY id")
    (theirs,) = [run for run, portal, _ in before if portal == "taught"]
    place = place_of(layout, "metadata", "article", "5")
    assert change(layout, place, rb"^run: \d+", f"run: {theirs}".encode())
    assert rebuilt(layout).damages == 1
    after = rows(layout.folder, "SELECT id, portal, outcome FROM runs ORDER BY id")
    assert [run for run in after if run[0] == theirs] == [(theirs, "taught", "complete")]


def test_an_imported_file_that_is_not_there_costs_its_own_rows_alone(
    layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    before = keys(layout)
    next(layout.warc.glob("imported/*-others.warc.gz")).unlink()
    assert rebuilt(layout).damages == 1
    assert "cannot be read" in caplog.text
    assert {key for key in before if key[0] in DECLARED} <= keys(layout)


COMPANION = ["sha256", "imported-at", "in-place", "WARC-Type", "WARC-Date", "Content-Length"]


@pytest.mark.parametrize("name", COMPANION)
@pytest.mark.parametrize("value", [b"x", DIGITS])
def test_an_odd_companion_costs_its_own_file_at_most(
    layout: Layout, name: str, value: bytes
) -> None:
    before = {key for key in keys(layout) if key[0] in DECLARED}
    place = next(one for one in places(layout) if one.file.endswith(".import.warc.gz"))
    assert change(layout, place, line(name), name.encode() + b": " + value)
    rebuilt(layout)
    assert before <= keys(layout)


VALUES = (
    b"", b"x", b"0", b"-5", DIGITS, b"\xff\xfe", b"\x00", b"http://[::1", b"<urn:uuid:0>", b"null",
    b"2020-01-01T00:00:00Z", b"9999-12-31T23:59:59-12:00", b"[" * 3000, b'{"a": 1e999}', b"wire",
)  # fmt: skip


@settings(max_examples=12, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_whatever_line_of_whatever_record_is_odd_all_other_articles_are_there(
    whole: Layout, tmp_path_factory: pytest.TempPathFactory, chance: random.Random
) -> None:
    layout = Layout(tmp_path_factory.mktemp("odd") / "archive")
    shutil.copytree(whole.folder, layout.folder)
    place = spoilt(layout, chance)
    wanted = {key for key in keys(whole) if key[0] in DECLARED and key[1] != place.key}
    for _ in Verification(layout).findings():
        pass
    rebuilt(layout)
    assert wanted <= keys(layout)
    catch_up_anew(layout)
    assert wanted <= keys(layout)
    for _ in Repair(layout, DECLARED, lambda: rebuilt(layout), lambda: None).steps(dry_run=False):
        pass
    assert wanted <= keys(layout)
    shutil.rmtree(layout.folder)


def spoilt(layout: Layout, chance: random.Random) -> Place:
    """One line of one record is another, or not there."""
    while True:
        place = chance.choice(places(layout))
        record = list(members((layout.folder / place.file).read_bytes()))[place.number]
        given = chance.choice(list(lines_of(record)))
        name = given.partition(b":")[0]
        new = chance.choice([b"Nothing: x", *(name + b": " + value for value in VALUES)])
        if change(layout, place, rb"^" + re.escape(given) + rb"(?=\r?$)", new):
            return place


def lines_of(record: bytes) -> Iterator[bytes]:
    head, _, block = record.partition(b"\r\n\r\n")
    yield from head.split(b"\r\n")[1:]
    if b"warc-fields" in head:
        yield from block.rstrip(b"\r\n").split(b"\r\n")


def catch_up_anew(layout: Layout) -> None:
    """As the next crawl does where the database is gone, and the newest file was left open."""
    for path in layout.folder.glob("archive.db*"):
        path.unlink()
    newest = max(layout.warc.glob("wire/*.warc.gz"))
    newest.rename(newest.with_name(newest.name + ".open"))
    with closing(Store(connection := open_for_writing(layout))) as store:
        for name in DECLARED:
            catch_up(layout, store, name, knowing(DECLARED, connection))


def test_the_archive_that_is_spoilt_here_is_whole(whole: Layout) -> None:
    assert [one for one in Verification(whole).findings() if one.is_damage] == []
    assert {key[0] for key in keys(whole)} == set(DECLARED)
    others = "SELECT count(*) FROM captures WHERE warc_file LIKE 'warc/imported/%'"
    assert rows(whole.folder, others) == [(6,)]
    with closing(sqlite3.connect(whole.database)) as database:
        figures = database.execute("SELECT measures FROM runs WHERE portal = 'wire'").fetchone()
    assert json.loads(figures[0])
