"""Where `portal new` writes: into a checkout of this project, or a folder of one's own portals."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from portal_crawler.errors import UsageError
from portal_crawler.expected.form import FILE
from portal_crawler.scouting.draft import module_of

PAGES = "pages"
"""The folder of pages within a folder of one's own portals."""


@dataclass(frozen=True, slots=True)
class PortalFiles:
    """The files of one new portal."""

    module: Path
    folder: Path
    """For its pages and expected.json."""
    is_own: bool
    """In a folder of one's own portals, and not in a checkout."""

    def check_free(self) -> None:
        """Raise UsageError if the module or the folder exists."""
        for path in (self.module, self.folder):
            if os.path.lexists(path):
                raise UsageError(f"{path} exists and is not replaced; move it, or give --name")

    def write(self, module: str, pages: Mapping[str, bytes], expected: str) -> None:
        """Write the pages, expected.json, and at last the module. Nothing is replaced.

        Raises UsageError if one of the files exists, OSError if the disk does not take them.
        """
        self.check_free()
        self.module.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(parents=True)
        for name, body in pages.items():
            _write_new(self.folder / name, body)
        _write_new(self.folder / FILE, expected.encode())
        _write_new(self.module, module.encode())


def _write_new(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)


@contextmanager
def made_folder(named: str | None) -> Iterator[None]:
    """Make the folder of one's own portals if its parent is there; an empty one is removed again.

    Raises OSError if the folder cannot be made.
    """
    try:
        folder = Path(named).expanduser() if named else None
    except RuntimeError:  # the reader of the folder says that this home is not known
        folder = None
    is_new = folder is not None and not os.path.lexists(folder) and folder.parent.is_dir()
    if folder is None or not is_new:
        yield
        return
    folder.mkdir()
    try:
        yield
    finally:
        with suppress(OSError):  # it holds the new portal
            folder.rmdir()


def portal_files(name: str, own: Path | None) -> PortalFiles:
    """Where a new portal is written; UsageError if no folder is named outside of a checkout."""
    module = module_of(name)
    if own is not None:
        return PortalFiles(own / f"{module}.py", own / PAGES / name, is_own=True)
    root = Path(__file__).parents[2]
    if not (root / "pyproject.toml").is_file() or not (root / "tests" / "portals").is_dir():
        raise UsageError(
            "name the folder of your own portals by --portals DIR (or $PORTAL_PORTALS); this is "
            "no checkout of the project into which a portal could be written"
        )
    return PortalFiles(
        root / "portal_crawler" / "spiders" / f"{module}.py",
        root / "tests" / "portals" / name,
        is_own=False,
    )
