"""Acceptance over hours: `make long`. Plain pytest leaves this folder out."""

import random
from pathlib import Path

import pytest

from tests.long.hostile import READERS, SHAPES, SIZE, cost_of_largest, seconds
from tests.long.kills import kill
from tests.long.soak import soak

KILLS = 1000
KILLS_WITHIN_S = 3600
NIGHTS = 30

MOST_TIMES = 12
"""A page four times as long takes four times as long to read; by the square it would take sixteen.
Between lies what a busy machine adds."""

LARGEST_S = 5
LARGEST_MB = 300
"""What the worst page may take while a crawl answers no signal and heeds no limit."""

LEAST_S = 0.02
"""Less says nothing about growth."""


def test_a_thousand_kills_lose_nothing() -> None:
    totals = kill(KILLS, "long", KILLS_WITHIN_S, print)
    assert totals.trouble == []
    assert totals.kills >= KILLS
    for count in totals.by_victim.values():
        assert count["well"] == count["kills"]
        assert count["captures lost"] == count["versions lost"] == count["unheard lost"] == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_a_month_of_nights_leaves_what_the_server_held(tmp_path: Path, seed: int) -> None:
    assert soak(tmp_path / "archive", NIGHTS, random.Random(seed)) == []


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_reading_takes_time_as_the_page_is_long(shape: str, reader: str) -> None:
    read = READERS[reader]
    once = seconds(read, SHAPES[shape](SIZE))
    fourfold = min(seconds(read, SHAPES[shape](4 * SIZE)) for _ in range(2))
    assert fourfold <= MOST_TIMES * max(once, LEAST_S)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_largest_page_that_is_read_takes_seconds(shape: str, reader: str) -> None:
    took, held = cost_of_largest(shape, reader)
    assert (took < LARGEST_S, held < LARGEST_MB) == (True, True), (took, held)
