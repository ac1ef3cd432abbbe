"""Runs the program that asks an archive, with one SQLite or another, and sums its times up."""

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import environment
from benchmarks.peers import Package
from benchmarks.processes import FailedError, last_line
from benchmarks.replica import ROOT
from benchmarks.search_cases import Case

NEWEST_SQLITE = Package("pysqlite3-binary")


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of the queries of one case."""

    median: float
    p95: float
    cpu_p95: float
    late: int
    """Queries that were ended unanswered."""

    @classmethod
    def of(cls, times: Sequence[Sequence[object]]) -> "Spread":
        """Of the triples that the programs print."""
        walls = sorted(float(str(each[0])) for each in times)
        cpus = sorted(float(str(each[1])) for each in times)
        late = sum(each[2] is None for each in times)
        return cls(_at(walls, 0.5), _at(walls, 0.95), _at(cpus, 0.95), late)


@dataclass(frozen=True, slots=True)
class Answers:
    """What one program printed."""

    sqlite: str
    times: list[list[list[object]]]
    """By case and query: wall and CPU in milliseconds, and what was found."""

    @classmethod
    def of_json(cls, text: str) -> "Answers":
        """From its output."""
        return cls(**json.loads(text))

    @property
    def spreads(self) -> list[Spread]:
        """A case each."""
        return list(map(Spread.of, self.times))

    @property
    def found(self) -> list[list[object]]:
        """What was found, by case and query."""
        return [[each[2] for each in case] for case in self.times]


def asked(
    folder: Path, cases: Sequence[Case], *, is_cold: bool, is_newest: bool = False
) -> Answers:
    """The times of all cases. Raises FailedError, and UnavailableError without that SQLite."""
    python = str(NEWEST_SQLITE.python()) if is_newest else sys.executable
    request = {
        "folder": str(folder), "is_cold": is_cold, "cases": [case.as_json() for case in cases],
    }  # fmt: skip
    done = subprocess.run(
        [python, "-m", f"benchmarks.{'newest_sqlite' if is_newest else 'search_program'}"],
        input=json.dumps(request), cwd=ROOT, env={**environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise FailedError(last_line(done.stderr))
    return Answers.of_json(done.stdout)


def _at(values: Sequence[float], share: float) -> float:
    return values[max(0, math.ceil(share * len(values)) - 1)]
