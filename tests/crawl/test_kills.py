"""The plug is pulled: at random moments of real crawls, and at every byte of the last exchange."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.integrity.verify import Verification
from archive.layout import Layout
from archive.warc.members import MemberState, read_member
from portal_crawler.reprocessing.catchup import catch_up
from portal_crawler.reprocessing.fingerprint import rules_by_portal
from tests.archive.building import NOT_FOUND, ArchiveBuilder, page, warc_path
from tests.long.kills import kill
from tests.support.portals import Wire

KILLS = 6


def test_six_crawls_that_were_killed_lost_nothing() -> None:
    totals = kill(KILLS, "suite", 60, lambda _: None)
    assert totals.trouble == []
    assert totals.kills >= KILLS
    for count in totals.by_victim.values():
        assert count["well"] == count["kills"]
        assert count["captures lost"] == count["versions lost"] == count["unheard lost"] == 0


class Ignored:
    """Takes a member's bytes."""

    def feed(self, data: bytes) -> None:
        """Nothing."""


def record_ends(path: Path) -> list[int]:
    ends, offset = [], 0
    with path.open("rb") as file:
        while offset < path.stat().st_size:
            member = read_member(file, offset, Ignored())
            assert member.state is MemberState.WHOLE
            offset += member.length
            ends.append(offset)
    return ends


@pytest.fixture(scope="module")
def broken_off(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A crawl that ended without a word: its third exchange stands in the file only."""
    builder = ArchiveBuilder(tmp_path_factory.mktemp("broken"), portal="wire")
    builder.writer.write_metadata(
        [("run-event", "start"), ("id", str(builder.run.id)), ("portal", "wire"),
         ("started_at", builder.run.started_at)],
        "urn:portal-run:wire",
    )  # fmt: skip
    builder.article("1", "Tin số 1")
    builder.exchange("9", NOT_FOUND)
    builder.exchange("2", page("Tin số 2"))
    builder.put(lambda: builder.store.connection.execute("DELETE FROM captures WHERE key = '2'"))
    return builder.break_off()


def caught_up(layout: Layout) -> int:
    store = Store(open_for_writing(layout), rules_by_portal({"wire": Wire}))
    with closing(store):
        return catch_up(layout, store, "wire", {"wire": Wire})


def stored(layout: Layout) -> set[str]:
    with closing(sqlite3.connect(layout.database)) as connection:
        return {key for (key,) in connection.execute("SELECT key FROM captures")}


def codes(layout: Layout) -> set[str]:
    return {finding.code for finding in Verification(layout).findings()}


def assert_put_right(layout: Layout, expected: set[str]) -> None:
    assert stored(layout) == expected
    assert list(Verification(layout).findings()) == []


def test_a_cut_at_any_byte_of_the_last_exchange_costs_that_exchange_only(
    broken_off: Layout, tmp_path: Path
) -> None:
    whole = warc_path(broken_off).read_bytes()
    start = record_ends(warc_path(broken_off))[-4]
    for cut in range(start, len(whole)):
        layout = Layout(tmp_path / str(cut))
        shutil.copytree(broken_off.folder, layout.folder)
        path = warc_path(layout)
        path.write_bytes(whole[:cut])
        assert codes(layout) == {"crawl-broken-off"}
        caught_up(layout)
        assert_put_right(layout, {"1", "9"})
        torn = [each.read_bytes() for each in path.parent.glob("*.torn-*")]
        assert torn == ([whole[start:cut]] if cut > start else [])
        shutil.rmtree(layout.folder)


def test_nothing_is_lost_where_the_last_record_is_whole(broken_off: Layout, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "copy")
    shutil.copytree(broken_off.folder, layout.folder)
    assert caught_up(layout) == 3
    assert_put_right(layout, {"1", "9", "2"})


def test_what_was_put_right_stays_so(broken_off: Layout, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "copy")
    shutil.copytree(broken_off.folder, layout.folder)
    caught_up(layout)
    assert caught_up(layout) == 0
    assert_put_right(layout, {"1", "9", "2"})


@pytest.mark.parametrize("left", ["index", "half an index", "torn tail"])
def test_a_crash_while_a_file_is_being_closed(
    broken_off: Layout, tmp_path: Path, left: str
) -> None:
    layout = Layout(tmp_path / "copy")
    shutil.copytree(broken_off.folder, layout.folder)
    path = warc_path(layout)
    index = path.with_name(path.name.removesuffix(".warc.gz.open") + ".cdxj")
    torn = path.with_name(path.name.removesuffix(".open") + f".torn-{path.stat().st_size}")
    {
        "index": lambda: index.write_bytes(b"half a line"),
        "half an index": lambda: index.with_name(index.name + ".part").write_bytes(b"half"),
        "torn tail": lambda: torn.write_bytes(b"from an earlier catching up"),
    }[left]()
    assert codes(layout) == {"crawl-broken-off"}
    caught_up(layout)
    assert_put_right(layout, {"1", "9", "2"})
