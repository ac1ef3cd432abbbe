"""The folder of one's own portals, whose modules are loaded by path as one package.

The package has a name of its own and nothing is added to `sys.path`: a module is never taken for
another one of its name, and no folder is searched but the one that was named.
"""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from shlex import quote
from types import ModuleType

from portal_crawler.errors import UsageError

PACKAGE = "_own_portals"
"""The package that the folder's modules belong to; `from .other import Other` works in it."""

SETTING = "PORTAL_PORTALS"
"""The setting and the environment variable that name the folder."""

_INIT = "__init__.py"


def checked_folder(named: str | os.PathLike[str]) -> Path:
    """The absolute path of a folder that can be read; a `~` is expanded. Raises UsageError."""
    try:
        folder = Path(named).expanduser().absolute()
    except (RuntimeError, FileNotFoundError) as error:
        raise UsageError(
            f"{named}: the home folder or the current one is not known; write the folder of your "
            "portals in full"
        ) from error
    if not folder.is_dir():
        raise UsageError(
            f"{folder}: there is no such folder; make it (mkdir -p {quote(str(folder))}), or name "
            f"another one by --portals or ${SETTING}"
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UsageError(f"{folder} cannot be read; correct its permissions")
    return folder


def load_from(folder: Path) -> str:
    """Make the modules of a folder importable; returns the name of their package."""
    finders = [each for each in sys.meta_path if isinstance(each, _Finder)]
    if [each.folder for each in finders] != [folder]:
        sys.meta_path[:] = [_Finder(folder), *(one for one in sys.meta_path if one not in finders)]
        for name in [name for name in sys.modules if is_own(name)]:
            del sys.modules[name]
    importlib.invalidate_caches()
    return PACKAGE


class _Finder(MetaPathFinder):
    """Finds the package of one folder, with its `__init__.py` if it has one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The package's spec; None for all other modules."""
        del path, target
        if fullname != PACKAGE:
            return None
        places = [str(self.folder)]
        init = self.folder / _INIT
        if init.is_file():
            return spec_from_file_location(fullname, init, submodule_search_locations=places)
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = places
        return spec


def is_own(module: str) -> bool:
    """Whether a module belongs to a folder of one's own portals."""
    return module == PACKAGE or module.startswith(f"{PACKAGE}.")


def shown(module: str) -> str:
    """A module as a person knows it: the path of its file if it lies in such a folder."""
    spec = find_spec(module) if is_own(module) else None
    if spec is None:
        return module
    return spec.origin or next(iter(spec.submodule_search_locations or ()), module)


@dataclass(frozen=True, slots=True)
class OwnFile:
    """The file of a module in the folder."""

    full: Path
    path: str
    """Relative to the folder, with slashes."""


def file_of(module: str) -> OwnFile | None:
    """The file of a module in the folder; None of a folder without one, and of no module's name."""
    folder = next((one.folder for one in sys.meta_path if isinstance(one, _Finder)), None)
    if folder is None or not is_own(module):
        return None
    place = folder.joinpath(*module.split(".")[1:])
    named = [place / _INIT, *([place.with_name(f"{place.name}.py")] if place != folder else [])]
    found = next((path for path in named if path.is_file()), None)
    return None if found is None else OwnFile(found, found.relative_to(folder).as_posix())


def is_beside(module: str, missing: str | None) -> bool:
    """Whether the folder of a module of one's own has the module that it did not find."""
    path = Path(shown(module))
    return is_own(module) and bool(missing) and (path.parent / f"{missing}.py").is_file()


def name_faults(folders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The files in the package's folder that Python would pass over, with words on each.

    Of a module and a folder with one name it imports the folder; a dot in a name means a folder.
    """
    for folder in map(Path, folders):
        for path in sorted(folder.glob("*.py")):
            if (folder / path.stem / _INIT).is_file():
                yield path.stem, f"{path} and {folder / path.stem / _INIT} are one name; rename one"
            elif "." in path.stem and not path.name.startswith("."):
                yield path.stem, f"{path}: a module's name has no dot; rename it"
