"""Findings of `verify` in an imported file: one line for all, unless each place is requested."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.integrity.findings import Finding, VerifyTally
from archive.integrity.import_checks import (
    ACCEPTABLE,
    IMPORT_DAMAGED,
    IMPORT_DIGEST,
    IMPORT_LOST,
    CheckedFile,
    ImportProblem,
)

_COUNTED = {
    IMPORT_DAMAGED: ("damaged place", "damaged places"),
    IMPORT_LOST: (
        "place that could not be read at its import",
        "places that could not be read at its import",
    ),
    IMPORT_DIGEST: ("change since its import", "changes since its import"),
    "import-place": ("line of its companion names no place", "lines of its companion name none"),
    "record-without-row": ("record without a row", "records without a row"),
    "row-without-record": ("row without a record", "rows without a record"),
}
_OTHERS = ("row that its record contradicts", "rows that their records contradict")
"""By code, the words for one such problem and for several."""


@dataclass(slots=True)
class _Group:
    """Problems that are reported in one line."""

    first: ImportProblem
    counts: Counter[str] = field(default_factory=Counter)

    def finding(self, name: str) -> Finding:
        first = self.first
        if self.counts.total() == 1:
            return Finding(first.code, first.where, first.what)
        counted = [
            f"{count} {_COUNTED.get(code, _OTHERS)[count > 1]}"
            for code, count in self.counts.items()
        ]
        file, _, offset = first.where.rpartition(":")
        at = f" at {offset}" if file else ""
        of_companion = " of its companion" if file not in ("", name) else ""
        what = f"{', '.join(counted)}; the first{at}{of_companion}: {first.what}; --all names each"
        return Finding(first.code, name, what)


@dataclass(slots=True)
class ImportFindings:
    """The findings in imported files; the tally grows while they are consumed."""

    tally: VerifyTally
    all_places: bool
    """Report each place, and accepted ones too."""

    def of(self, file: CheckedFile) -> Iterator[Finding]:
        """One finding for all faults of the file itself, and one for each other code."""
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
