"""What `verify` says of an imported file: one line where a person has not asked for each place."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.integrity.findings import Finding, Tally
from archive.integrity.import_checks import (
    ACCEPTABLE,
    IMPORT_DAMAGED,
    IMPORT_DIGEST,
    IMPORT_LOST,
    CheckedFile,
    ImportProblem,
)

_COUNTED = {
    IMPORT_DAMAGED: "damaged places",
    IMPORT_LOST: "places that could not be read when it was imported",
    IMPORT_DIGEST: "other bytes than were imported",
    "import-place": "lines of its companion that name no place",
    "record-without-row": "records without a row",
    "row-without-record": "rows without a record",
}
"""What there are several of; of another code rows that say otherwise than their records."""


@dataclass(slots=True)
class _Group:
    """Problems that are one line."""

    first: ImportProblem
    counts: Counter[str] = field(default_factory=Counter)

    def finding(self, name: str) -> Finding:
        first = self.first
        if self.counts.total() == 1:
            return Finding(first.code, first.where, first.what)
        counted = [
            f"{count} {_COUNTED.get(code, 'rows that say otherwise than their records')}"
            for code, count in self.counts.items()
        ]
        where = first.where.rpartition("/")[2]
        what = f"{', '.join(counted)}; the first at {where}: {first.what}; --all names each"
        return Finding(first.code, name, what)


@dataclass(slots=True)
class ImportFindings:
    """The findings of imported files; the tally counts while they are consumed."""

    tally: Tally
    all_places: bool
    """Name each place, and what was accepted, too."""

    def of(self, file: CheckedFile) -> Iterator[Finding]:
        """One for what is wrong with the file itself, one for each code of all else."""
        groups: dict[str, _Group] = {}
        for problem in file.problems:
            if problem.accepted is not None:
                self.tally.accepted += 1
                if self.all_places:
                    what = f"{problem.what} ({problem.accepted.words})"
                    yield Finding(problem.code, problem.where, what, is_damage=False)
                continue
            is_acceptable = problem.code in ACCEPTABLE
            self.tally.acceptable += is_acceptable
            if self.all_places:
                yield Finding(problem.code, problem.where, problem.what)
            else:
                kind = "" if is_acceptable else problem.code
                groups.setdefault(kind, _Group(problem)).counts[problem.code] += 1
        for group in groups.values():
            yield group.finding(file.name)
