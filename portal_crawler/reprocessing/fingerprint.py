"""The fingerprint of the rules by which a portal's pages are read; runs and rows name it.

Each portal has its own, over the code that reading its pages reaches by imports, its declarations,
and the libraries that parse pages. Neither comments nor another portal change it.
"""

import hashlib
import importlib.util
import os
import pkgutil
import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from portal_crawler import learning
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import PageReader, read_article
from portal_crawler.reprocessing.source_code import (
    Statement,
    imported,
    source_text,
    statements,
    statements_text,
    without_classes,
)

DIGITS = 16

LIBRARIES = ("lxml", "beautifulsoup4", "trafilatura")
"""The packages that parse pages, by their names in the package index."""

OURS = ("archive", "portal_crawler")
WALK = ("portal_crawler.crawl.", "portal_crawler.ways.")
"""Every platform's class rests on them: they ask for pages and read no articles."""

DECLARED_FOR_READING = (
    "article_profile", "earlier", "json_profile", "learns", "listing_profile", "signs",
)  # fmt: skip
"""The attributes that every portal may declare. Further ones of its own count, too."""

INSTALLED = ("site-packages", "dist-packages")
"""Folders of libraries, in which a portal's neighbours are none of its own."""


def rules_by_portal(portals: Mapping[str, PageReader]) -> Callable[[str], str | None]:
    """Gives the fingerprint of a portal by its name; None of one that is not declared."""

    def rules(name: str) -> str | None:
        return fingerprint(portals[name]) if name in portals else None

    return rules


def fingerprint(portal: PageReader) -> str:
    """The fingerprint of a declared portal: 16 hexadecimal digits of a SHA-256."""
    return _fingerprint(portal if isinstance(portal, type) else type(portal))


@cache
def _fingerprint(declared: type) -> str:
    lines = [f"{name}\n{text}" for name, text in sorted(reached_code(declared).items())]
    lines += [f"{name} = {value}" for name, value in sorted(declared_values(declared).items())]
    lines += [f"{name} {_version(name)}" for name in LIBRARIES]
    return hashlib.sha256("\n\n".join(lines).encode()).hexdigest()[:DIGITS]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"


# The code


def reached_code(declared: type) -> dict[str, str]:
    """The modules that reading a portal's pages reaches, by name: the code of each as one text.

    Other portals that a module declares are left out, but for those that the rest names.
    """
    sources = _Sources(declared)
    found: dict[str, _Module] = {}
    asked: set[str] = set()
    waiting = deque(_beginnings(declared))
    while waiting:
        name = waiting.popleft()
        path = sources.path(name) if name not in asked else None
        asked.add(name)
        if path is not None:
            code = statements(source_text(path.read_bytes()))
            module = _Module(
                code, tuple(_followed(code, name, path)), _other_portals(name, declared)
            )
            found[name] = module
            waiting.extend(module.imports)
    return _without_other_portals(found)


@dataclass(slots=True)
class _Module:
    """A module that is reached, the modules that it imports, and the portals in it to leave out."""

    code: list[Statement]
    imports: tuple[str, ...]
    others: list[str]

    def text(self) -> str:
        return statements_text(without_classes(self.code, self.others))


def _without_other_portals(modules: Mapping[str, _Module]) -> dict[str, str]:
    texts = {name: module.text() for name, module in modules.items()}
    while named := {name: found for name in modules if (found := _named(name, modules, texts))}:
        for name, found in named.items():
            modules[name].others = [other for other in modules[name].others if other not in found]
            texts[name] = modules[name].text()
    return texts


def _named(name: str, modules: Mapping[str, _Module], texts: Mapping[str, str]) -> list[str]:
    """The other portals of a module that it names itself, or a module that imports it."""
    if not modules[name].others:
        return []
    around = [text for one, text in texts.items() if one == name or name in modules[one].imports]
    return [
        other
        for other in modules[name].others
        if any(re.search(rf"\b{other}\b", text) for text in around)
    ]


def _beginnings(declared: type) -> Iterator[str]:
    """The modules that read pages: of the reading function, the portal's class and its bases."""
    yield read_article.__module__
    yield getattr(declared, "read_article_page").__module__  # noqa: B009  a type knows none
    yield from (cls.__module__ for cls in declared.__mro__ if not cls.__module__.startswith(WALK))
    if getattr(declared, "learns", False):
        inner = pkgutil.iter_modules(learning.__path__)
        yield from (f"{learning.__name__}.{module.name}" for module in inner)


def _followed(code: Iterable[Statement], name: str, path: Path) -> Iterator[str]:
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    return (one for one in imported(code, package) if not one.startswith(WALK))


def _other_portals(module: str, declared: type) -> list[str]:
    names = vars(sys.modules[module]) if module in sys.modules else {}
    return [
        cls.__name__
        for cls in names.values()
        if isinstance(cls, type)
        and cls.__module__ == module
        and issubclass(cls, PortalDeclaration)
        and cls not in declared.__mro__
    ]


class _Sources:
    """Finds the source of modules: ours, and those beside a portal in its owner's folder."""

    def __init__(self, declared: type) -> None:
        portals = (cls for cls in declared.__mro__ if issubclass(cls, PortalDeclaration))
        tops = {cls.__module__.partition(".")[0] for cls in (declared, *portals)}
        self._tops = {*OURS, *tops}
        self._library = Path(os.__file__).parent
        self._folders = {folder for top in tops if (folder := self._folder(_spec(top)))}
        self._places: dict[str, list[str]] = {}

    def path(self, name: str) -> Path | None:
        """The file of a module; None of one that is a library's, or of no module's name."""
        top, *inner = name.split(".")
        if top not in self._places:
            self._places[top] = self._top_places(top)
        for place in self._places[top]:
            for end in ("/__init__.py", ".py"):
                if os.path.isfile(path := "/".join((place, *inner)) + end):  # noqa: PTH113  faster
                    return Path(path)
        return None

    def _top_places(self, top: str) -> list[str]:
        """The folders of a package, or the path of a module's file without its ending."""
        spec = _spec(top)
        if spec is None or not (top in self._tops or self._folder(spec) in self._folders):
            return []
        if spec.submodule_search_locations is not None:
            return list(spec.submodule_search_locations)
        return [spec.origin.removesuffix(".py")] if spec.origin else []

    def _folder(self, spec: ModuleSpec | None) -> Path | None:
        """The folder that a package or module lies in; None of Python's own and installed ones."""
        if spec is None:
            return None
        places = spec.submodule_search_locations or [spec.origin or ""]
        folder = Path(next(iter(places))).parent
        is_none = folder == self._library or folder.name in INSTALLED or not folder.is_absolute()
        return None if is_none else folder


def _spec(top: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(top)
    except ValueError:  # of a module that was not imported from a file
        return None


# Declarations


def declared_values(declared: type) -> dict[str, str]:
    """The declarations of a portal by which its pages are read, by name, as text."""
    bases = [cls for cls in declared.__mro__ if _asks(cls)]
    known = {name for cls in bases for name in (*vars(cls), *vars(cls).get("__annotations__", ()))}
    known -= {*DECLARED_FOR_READING}
    values: dict[str, object] = {}
    for cls in reversed(declared.__mro__):
        values |= {name: value for name, value in vars(cls).items() if name not in known}
    return {
        name: canonical_value(value)
        for name, value in values.items()
        if not (name.startswith("__") or callable(value) or hasattr(type(value), "__get__"))
    }


def _asks(cls: type) -> bool:
    """Whether a class is one that every portal has, in which it declares nothing itself."""
    return cls is PortalDeclaration or not issubclass(cls, PortalDeclaration) or (
        cls.__module__.startswith(WALK)
    )  # fmt: skip


def canonical_value(value: object) -> str:
    """A declared value as text: the same in each process and Python."""
    if is_dataclass(value) and not isinstance(value, type):
        said = (f"{one.name}={canonical_value(getattr(value, one.name))}" for one in fields(value))
        return f"{type(value).__name__}({', '.join(said)})"
    if isinstance(value, Mapping):
        pairs = (f"{canonical_value(k)}: {canonical_value(v)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(canonical_value, value)))}}}"
    if isinstance(value, list | tuple):
        return f"({', '.join(map(canonical_value, value))})"
    if isinstance(value, re.Pattern):
        return f"re({canonical_value(value.pattern)}, {int(value.flags)})"
    if value is None or isinstance(value, str | bytes | int | float):
        return ascii(value)
    return f"{type(value).__module__}.{type(value).__qualname__}"
