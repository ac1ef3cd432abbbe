"""Coverage: the share of the portal's own counts that the sections which show one have settled."""

from pathlib import Path

import pytest

from archive.database.reading import reading
from archive.layout import Layout
from archive.status.coverage import RUNS_WITH_COUNTS, Coverage, coverage, section_counts_json
from tests.archive.building import NOT_FOUND, PORTAL, ArchiveBuilder


def counted(**counts: int) -> str | None:
    return section_counts_json(counts)


def covered(layout: Layout) -> Coverage | None:
    with reading(layout) as connection:
        return coverage(connection, PORTAL)


def test_an_article_of_a_section_without_a_count_settles_nothing(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    for key in ("1", "2", "3", "4", "5"):
        builder.article(key, f"Tin {key}")
    builder.listing("counted", "1", "2")
    builder.listing("silent", "2", "3", "4", "5")
    assert covered(builder.close(section_counts=counted(counted=4))) == Coverage(2, 4)


def test_an_article_counts_in_each_section_that_lists_it(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Tin")
    builder.listing("a", "1")
    builder.listing("b", "1", "2")
    assert covered(builder.close(section_counts=counted(a=1, b=2))) == Coverage(2, 3)


def test_a_dead_link_is_settled_and_a_failure_is_not(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.exchange("1", NOT_FOUND)
    builder.exchange("2", b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
    builder.listing("a", "1", "2", "3")
    assert covered(builder.close(section_counts=counted(a=3))) == Coverage(1, 3)


def test_what_a_section_no_longer_counts_does_not_make_up_for_another(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    for key in ("1", "2", "3"):
        builder.article(key, "Tin")
    builder.listing("a", "1", "2", "3")
    builder.listing("b", "4")
    found = covered(builder.close(section_counts=counted(a=1, b=1)))
    assert (found, found and found.percent) == (Coverage(1, 2), 50)


def test_the_newest_count_of_each_section_holds(tmp_path: Path) -> None:
    first = ArchiveBuilder(tmp_path)
    first.article("1", "Tin")
    first.listing("a", "1")
    first.close(section_counts=counted(a=1, b=7))
    layout = ArchiveBuilder(tmp_path, days=1).close("incomplete", section_counts=counted(a=2))
    assert covered(layout) == Coverage(1, 9), "b could not be had on the second night"


def test_a_section_that_is_no_longer_declared_is_forgotten(tmp_path: Path) -> None:
    ArchiveBuilder(tmp_path).close(section_counts=counted(former=5))
    for day in range(RUNS_WITH_COUNTS):
        layout = ArchiveBuilder(tmp_path, days=1 + day).close(section_counts=counted(a=2))
    assert covered(layout) == Coverage(0, 2)


@pytest.mark.parametrize("counts", [{}, {"a": 0}])
def test_without_a_count_there_is_no_coverage(tmp_path: Path, counts: dict[str, int]) -> None:
    assert covered(ArchiveBuilder(tmp_path).close(section_counts=counted(**counts))) is None


def test_a_percentage_is_rounded_down() -> None:
    assert [Coverage(settled, 100).percent for settled in (29, 57, 100)] == [29, 57, 100]
    assert Coverage(999, 1000).percent == 99
