"""The order in which a crawl's rows are written."""

from pathlib import Path

import pytest

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.errors import ArchiveUnwritableError
from archive.layout import Layout
from archive.recording.keeper import Keeper
from archive.warc.writer import WarcWriter


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    layout = Layout(tmp_path)
    writer = WarcWriter(layout, "wire", [("software", "tests")])
    return Keeper(Store(open_for_writing(layout)), writer, lambda error: None)


def test_rows_behind_a_page_wait_until_it_is_read(keeper: Keeper) -> None:
    order: list[str] = []
    keeper.do(lambda: order.append("before"))
    place = keeper.reserve()
    behind = keeper.do(lambda: order.append("behind"))
    keeper.write_rows().result()
    assert (order, behind.done()) == (["before"], False)
    place.do(lambda: order.append("page"))
    keeper.write_rows().result()
    assert order == ["before"]
    place.release()
    keeper.write_rows().result()
    assert order == ["before", "page", "behind"]
    keeper.stop()


def test_what_a_page_says_after_a_failure_is_refused(keeper: Keeper) -> None:
    early, late = keeper.reserve(), keeper.reserve()
    waiting = early.do(lambda: None)

    def fail() -> None:
        raise OSError("no disk")

    keeper.do(fail)
    early.release()
    late.release()
    assert isinstance(keeper.write_rows().exception(), OSError)
    for refused in (late.do(lambda: None), keeper.do(lambda: None)):
        with pytest.raises(ArchiveUnwritableError, match="no disk"):
            refused.result()
    assert waiting.exception() is not None
    keeper.stop()
