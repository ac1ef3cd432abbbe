"""Accepts what is wrong with an imported file: a person knows of it, and `verify` cries no more."""

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
    """What became of a file's findings."""

    places: int
    """That were accepted now."""
    before: int
    """That were accepted earlier."""
    left: list[ImportProblem]
    """What nobody can accept, since it can be put right."""


def accept(layout: Layout, path: Path, by: str, at: datetime) -> Accepted:
    """Write the findings of an imported file into its companion as accepted.

    Its rows are not looked at. The caller holds the archive's lock. OSError passes through.
    """
    problems = list(ImportChecks(layout, lambda _: None).file(path).problems)
    left = [one for one in problems if one.code not in ACCEPTABLE]
    imported = finished_import(path)
    if imported is None:
        return Accepted(0, 0, left)
    known = {place for one in imported.acceptances for place in one.places}
    found = {one.place for one in problems if one.code in ACCEPTABLE and one.accepted is None}
    found |= _told(imported, {one.where for one in problems}) - known
    if found:
        acceptance = Acceptance(
            by=by, at=utc_text(at), sha256=file_digest(path), places=frozenset(found)
        )
        write_acceptance(imported.companion, imported.warcinfo, acceptance)
    return Accepted(len(found), len(known), left)


def _told(imported: ImportedFile, found: set[str]) -> set[str]:
    """What the import passed over in other places: records that are whole, and cannot be rows.

    `verify` finds nothing wrong with them; to import the file again names them.
    """
    told = passed_over_of(imported.run or [])
    return {f"{IMPORT_LOST} {one.where}" for one in told if one.where not in found}
