"""The resources of a run are all open or all closed, wherever opening stops."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.errors import ArchiveError, ArchiveLockedError, ArchiveUnwritableError
from archive.layout import Layout
from portal_crawler.portals.reader import PageReader
from portal_crawler.portals.registry import project_settings
from portal_crawler.run.outcome import Outcome, Verdict
from portal_crawler.run.resources import RunResources
from portal_crawler.run.row import finished
from portal_crawler.run.tally import Tally
from portal_crawler.spiders.mst import Mst


def resources(layout: Layout) -> RunResources:
    return RunResources(layout, cast(PageReader, Mst), Mst.tls)


def opened(layout: Layout, **settings: str) -> RunResources:
    held = resources(layout)
    held.open(project_settings(settings), lambda error: None)
    return held


def outcomes(layout: Layout) -> list[str | None]:
    with reading(layout) as connection:
        rows = connection.execute("SELECT outcome FROM runs ORDER BY id").fetchall()
    return [outcome for (outcome,) in rows]


def no_log_folder(layout: Layout) -> None:
    layout.logs.write_text("no folder")


def damaged_database(layout: Layout) -> None:
    layout.database.write_bytes(b"no database " * 400)


@pytest.mark.parametrize("fault", [no_log_folder, damaged_database])
def test_a_run_that_cannot_begin_leaves_nothing_open(
    tmp_path: Path, fault: Callable[[Layout], None]
) -> None:
    layout = Layout(tmp_path)
    handlers = list(logging.getLogger().handlers)
    fault(layout)
    with pytest.raises(ArchiveError):
        opened(layout)
    assert logging.getLogger().handlers == handlers
    if layout.logs.is_file():
        layout.logs.unlink()
    layout.database.unlink(missing_ok=True)
    opened(layout).close()  # the lock is free again
    assert outcomes(layout) == [None]


def test_a_run_refused_for_a_full_disk_is_noted_and_frees_the_lock(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    open_for_writing(layout).close()
    with pytest.raises(ArchiveUnwritableError, match="are to stay free"):
        opened(layout, PORTAL_DISK_RESERVE_MB="1000000000")
    opened(layout).close()
    assert outcomes(layout) == ["failed", None]


def test_a_second_run_of_a_portal_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    first = opened(layout)
    with pytest.raises(ArchiveLockedError):
        opened(layout)
    first.close()
    first.close()  # does nothing
    opened(layout).close()


def test_a_run_whose_end_cannot_be_recorded_is_noted_as_failed(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    held = opened(layout)
    held.fail("the disk is gone", Tally())
    held.close()
    assert outcomes(layout) == ["failed"]
    assert "the disk is gone" in layout.log_file("mst", held.row.id).read_text()


def test_the_row_of_a_run_has_its_verdict_and_its_figures(tmp_path: Path) -> None:
    held = opened(Layout(tmp_path))
    tally = Tally()
    tally.count_article_request()
    tally.count_dead_link()
    tally.count_failure("article answered 500", "https://mst.gov.vn/1.htm")
    row = finished(held.row, tally, Verdict(Outcome.INCOMPLETE, "article answered 500"))
    held.close()
    assert (row.id, row.portal, row.started_at) == (held.row.id, "mst", held.row.started_at)
    assert (row.outcome, row.reason) == ("incomplete", "article answered 500")
    assert (row.dead_links, row.failures, row.listed, row.swept) == (1, 1, 0, 0)
    assert row.finished_at is not None
