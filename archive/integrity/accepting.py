"""Accepts findings in an imported file: a person knows of them, and `verify` is silent on them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.imports.acceptance import Acceptance, write_acceptance
from archive.imports.companion import ImportedFile, finished_import
from archive.imports.kept_files import file_digest
from archive.imports.passed_over import passed_over_of
from archive.integrity.import_checks import ACCEPTABLE, IMPORT_LOST, ImportChecks, ImportProblem
from archive.layout import Layout
from archive.moments import utc_text


@dataclass(frozen=True, slots=True)
class Accepted:
    """The findings of a file, by whether they are accepted."""

    places: int
    """How many were accepted now."""
    before: int
    """How many were accepted earlier."""
    left: list[ImportProblem]
    """Those that cannot be accepted, since they can be repaired."""


def accept(layout: Layout, path: Path, by: str, at: datetime) -> Accepted:
    """Write the findings of an imported file into its companion as accepted.

    Its rows are not checked. The caller holds the archive's lock. Raises OSError.
    """
    problems = list(ImportChecks(layout, lambda _: None).file(path).problems)
    left = [one for one in problems if one.code not in ACCEPTABLE]
    imported = finished_import(path)
    if imported is None:
        return Accepted(0, 0, left)
    known = {place for one in imported.acceptances for place in one.places}
    found = {one.place for one in problems if one.code in ACCEPTABLE and one.accepted is None}
    found |= _passed_over(imported, {one.where for one in problems}) - known
    if found:
        acceptance = Acceptance(
            by=by, at=utc_text(at), sha256=file_digest(path), places=frozenset(found)
        )
        write_acceptance(imported.companion, imported.warcinfo, acceptance)
    return Accepted(len(found), len(known), left)


def _passed_over(imported: ImportedFile, found: set[str]) -> set[str]:
    """Places that the import passed over and `found` lacks: whole records that cannot be rows.

    `verify` finds nothing wrong with them; importing the file again names them.
    """
    passed_over = passed_over_of(imported.run or [])
    return {f"{IMPORT_LOST} {one.where}" for one in passed_over if one.where not in found}
