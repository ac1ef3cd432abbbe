"""Brings other people's files into an archive that is open and locked."""

import contextlib
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from archive.filesystem.disk_space import check_room_for
from archive.imports.companion import ImportedFile, finished_import, read_companion
from archive.imports.forms import check_form
from archive.imports.kept_files import KeptFile, file_digest, keep_file, kept_before
from archive.imports.limits import ImportLimits
from archive.imports.passed_over import PassedOver
from archive.imports.preparation import Preparation
from archive.imports.removal import name_before
from archive.layout import Layout
from archive.warc import storage
from archive.warc.file_names import companion_path
from portal_crawler.exit_codes import ExitCode
from portal_crawler.reprocessing.imported_files import (
    Imported,
    ImportReprocessing,
    lines_of,
    recorded_import,
)


@dataclass(slots=True)
class Result:
    """The outcome of importing one file."""

    file: str
    code: ExitCode = ExitCode.OK
    error: str | None = None
    again: bool = False
    done: Imported | None = None


@dataclass(slots=True)
class Importer:
    """Brings files into an archive that is open and locked."""

    layout: Layout
    reprocessing: ImportReprocessing
    limits: ImportLimits = field(default_factory=ImportLimits)
    reserve_bytes: int = 0
    """The bytes to keep free on the disk."""
    looked_at: Layout | None = None
    """The real archive, if nothing is to be written and `layout` is a temporary copy."""

    def import_file(self, path: Path) -> Result:
        """Keep one file and store its rows. Raises ArchiveError and OSError."""
        sha256 = file_digest(path)
        if self.looked_at is not None:
            return self._look(self.looked_at, path, sha256)
        name = name_before(self.layout, path)
        known = kept_before(self.layout, sha256)
        if known is None:
            check_form(path)  # a file that is not an archive is refused before it is copied
            size = storage.size(path)
            check_room_for(self.layout.folder, size, self.reserve_bytes, f"the copy of {path}")
            known = keep_file(self.layout, path, sha256, name)
        imported = finished_import(known)
        if imported is None:
            return self._fresh(path, KeptFile(known, sha256, name))
        return _again(path, imported, self.reprocessing.process_again(imported))

    def _look(self, layout: Layout, path: Path, sha256: str) -> Result:
        known = kept_before(layout, sha256)
        imported = finished_import(known) if known is not None else None
        if imported is not None:
            return _again(path, imported, recorded_import(imported))
        return self._fresh(path, KeptFile(path.absolute(), sha256, path.name))

    def _fresh(self, path: Path, kept: KeptFile) -> Result:
        folder = self.layout.folder if self.looked_at is not None else kept.path.parent
        target = folder / companion_path(kept.path).name
        preparation = Preparation(
            kept, version("portal-archive"), folder, self.limits, self.reserve_bytes
        )
        prepared = preparation.write(target)
        with contextlib.closing(prepared.writer) as writer:
            imported = read_companion(writer.open_path)
            assert imported is not None
            imported = replace(imported, path=kept.path)
            name = kept.path.name
            passed_over = [PassedOver(name, one.offset, one.why) for one in prepared.refused]
            done = self.reprocessing.process(imported, passed_over)
            writer.end(lines_of(done))
        return _result(path, done)


def _result(path: Path, done: Imported) -> Result:
    code = ExitCode.DAMAGED if done.passed_over else ExitCode.OK
    return Result(str(path), code, done=done)


def _again(path: Path, imported: ImportedFile, done: Imported) -> Result:
    """The outcome for a file that was imported before: its findings that nobody has accepted."""
    accepted = {place.partition(" ")[2] for one in imported.acceptances for place in one.places}
    left = [one for one in done.passed_over if one.where not in accepted]
    result = _result(path, replace(done, passed_over=left))
    return replace(result, again=True)
