"""Measures several things in turn, round after round, so that a noisy minute hits all alike."""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from benchmarks.peers import UnavailableError
from benchmarks.processes import FailedError

ROUNDS = 5

T = TypeVar("T")


def interleaved(
    what: str, measures: Mapping[str, Callable[[], T]], rounds: int
) -> dict[str, list[T] | str]:
    """A B C A B C …: the results of each, or why it could not be measured, in one short line."""
    results: dict[str, list[T] | str] = {name: [] for name in measures}
    for number in range(1, rounds + 1):
        print(f"{what}, round {number} of {rounds}", file=sys.stderr, flush=True)
        for name, measure in measures.items():
            found = results[name]
            if isinstance(found, str):
                continue
            try:
                found.append(measure())
            except (UnavailableError, FailedError) as error:
                results[name] = str(error)
    return results


def median(results: Sequence[T], value: Callable[[T], float]) -> float:
    """The median of one value of all results."""
    return statistics.median(value(each) for each in results)
