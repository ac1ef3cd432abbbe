"""Finds the portals that modules declare; one that cannot be imported is reported, not fatal."""

import importlib
import pkgutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from shlex import quote
from traceback import walk_tb
from types import ModuleType

from scrapy import Spider
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings

from portal_crawler import settings as defaults
from portal_crawler.errors import (
    PortalDeclarationError,
    UnknownPortalError,
    UsageError,
    missing_dependency,
)
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.declaration_check import declaration_fault
from portal_crawler.portals.own_folder import (
    PACKAGE,
    SETTING,
    checked_folder,
    is_beside,
    load_from,
    name_faults,
    shown,
)
from portal_crawler.portals.setting_values import OWN, setting_fault
from portal_crawler.portals.state import why_left_out

DEMO_PORTALS = "portal_crawler.demo.portals"


@dataclass(frozen=True, slots=True)
class Registry:
    """The portals that modules declare, and the faults of those that cannot work."""

    portals: dict[str, type[PortalDeclaration]] = field(default_factory=dict)
    """The portals that can work, by name, in the names' order."""
    broken: dict[str, str] = field(default_factory=dict)
    """The faults of the others, in one line each, by name. A module that cannot be imported has the
    name that its portal most likely has."""
    own: Path | None = None
    """The folder of one's own portals, if one was named."""

    @property
    def option(self) -> str:
        """The option that a further command needs to know the same portals, with a space before."""
        return f" --portals {quote(str(self.own))}" if self.own is not None else ""

    def check_names(self, names: Iterable[str]) -> None:
        """Raise UnknownPortalError, with the nearest name, for the first name of no portal."""
        check_names(names, sorted({*self.portals, *self.broken}), self.option)

    def nightly(self, left_out: Iterable[str] = ()) -> list[str]:
        """The portals that are crawled if none is named: all but `unasked` and those left out.

        Portals that cannot work are among them: the crawl reports them. Raises UnknownPortalError
        for an unknown name in `left_out`, UsageError if no portal remains.
        """
        every = sorted({*self.portals, *self.broken})
        left_out = set(left_out)
        self.check_names(left_out)
        names = [name for name in every if name not in self.unasked and name not in left_out]
        if every and not names:
            raise UsageError(
                "nothing is left to crawl: each portal is closed, moved, never verified or left out"
            )
        return names

    @property
    def unasked(self) -> dict[str, str]:
        """The portals that are crawled only by name, and why, in words."""
        found = ((name, why_left_out(cls)) for name, cls in self.portals.items())
        return {name: words for name, words in found if words}

    def check(self) -> None:
        """Raise PortalDeclarationError if a portal cannot work, or a module cannot be imported."""
        for name, reason in self.broken.items():
            others = ", ".join(other for other in self.broken if other != name)
            raise PortalDeclarationError(
                reason + (f"; neither can {others} work" if others else "")
            )


def registry_of(modules: Iterable[str]) -> Registry:
    """The portals of modules and packages; a file that fails to import does not affect others."""
    found = Registry()
    classes: dict[str, type[PortalDeclaration]] = {}
    waiting = deque(modules)
    asked: set[str] = set()
    while waiting:
        name = waiting.popleft()
        if name in asked:
            continue
        asked.add(name)
        module = _imported(name)
        if isinstance(module, str):
            found.broken[_likely_name(name)] = module
            continue
        folders = getattr(module, "__path__", ())
        waiting.extend(f"{name}.{each.name}" for each in pkgutil.iter_modules(folders))
        for stem, fault in name_faults(folders) if name == PACKAGE else ():
            found.broken[_likely_name(stem)] = fault
        _take(_declared(module), classes, found)
    found.portals.update(
        (name, cls) for name, cls in sorted(classes.items()) if name not in found.broken
    )
    return found


def _declared(module: ModuleType) -> Iterator[type[PortalDeclaration]]:
    """The portals of a module; a class without a name is a platform, unless it has sections."""
    for found in vars(module).values():
        if not isinstance(found, type) or found.__module__ != module.__name__:
            continue
        if issubclass(found, PortalDeclaration) and issubclass(found, Spider):
            is_portal = getattr(found, "name", None) or "sections" in vars(found)
            yield from [found] if is_portal else []


def _take(
    declared: Iterable[type[PortalDeclaration]],
    classes: dict[str, type[PortalDeclaration]],
    found: Registry,
) -> None:
    """Add the portals of one module.

    Neither of two portals with one name can be used, nor one with a faulty declaration.
    """
    known = project_settings({})
    for cls in declared:
        name = str(getattr(cls, "name", None) or cls.__name__)
        if (other := classes.setdefault(name, cls)) is not cls:
            found.broken[name] = (
                f"class {other.__name__} in {shown(other.__module__)} and class {cls.__name__} in "
                f"{shown(cls.__module__)} both declare a portal {name!r}; give one another name"
            )
        elif (fault := declaration_fault(cls, known)) is not None:
            found.broken[name] = fault


def _imported(name: str) -> ModuleType | str:
    """The module, or why it cannot be imported, in words.

    Raises MissingDependencyError if this software itself lacks a package.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if _is_of_ours(error, name):
            raise missing_dependency(error) from error
        return _reason(name, error)
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a module does
        return _reason(name, error)


def _is_of_ours(error: ImportError, portal: str) -> bool:
    """Whether a module of this software needs the missing package, not the portal's module."""
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    importing = {str(frame.f_globals.get("__name__")) for frame in frames} - {portal, __name__}
    return any(name.startswith(("archive.", "portal_crawler.")) for name in importing)


def _likely_name(module: str) -> str:
    return "own portals" if module == PACKAGE else module.rpartition(".")[2].replace("_", "-")


def _reason(module: str, error: Exception | SystemExit) -> str:
    place = f" ({error.filename}, line {error.lineno})" if isinstance(error, SyntaxError) else ""
    words = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    todo = "fix or remove it"
    if isinstance(error, ModuleNotFoundError) and is_beside(module, error.name):
        todo = f"write `from .{error.name} import …` for a module of the same folder"
    kind = type(error).__name__
    return f"{shown(module)} cannot be imported: {kind}: {words}{place}; {todo}"


def project_settings(own: Mapping[str, str]) -> Settings:
    """The project's settings, overridden by those of the command line."""
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    settings.setdict(dict(own), priority="cmdline")
    return settings


def parsed_settings(given: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` words as a mapping; UsageError for an unknown setting or an impossible value."""
    known = project_settings({})
    pairs = [word.partition("=") for word in given]
    for name, equals, value in pairs:
        if not equals or not name.isidentifier():
            raise UsageError(f"-s {name}: write it as SETTING=VALUE, e.g. -s DOWNLOAD_DELAY=2")
        if name == "PORTAL_ARCHIVE":
            raise UsageError("-s PORTAL_ARCHIVE: name the archive's folder by --archive")
        if (fault := setting_fault(name, value, known)) is not None:
            raise UsageError(f"-s {fault}")
    return {name: value for name, _, value in pairs}


def unknown_settings(given: Iterable[str]) -> Iterator[str]:
    """In words, the names in `NAME=VALUE` for which neither Scrapy nor this software has a default.

    They are not errors, for a portal's own middleware may read them. `parsed_settings` refuses
    unknown names that begin with PORTAL_.
    """
    known = list(map(str, project_settings({})))
    for name, _, _ in (word.partition("=") for word in given if "=" in word):
        if name.isidentifier() and name not in known and not name.startswith(OWN):
            near = get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {near[0]}?" if near else "it changes nothing but code of your own"
            yield f"-s {name} is not a setting of Scrapy or of this software; {hint}"


def check_settings(settings: BaseSettings) -> None:
    """Raise UsageError if a setting that is not Scrapy's default has an impossible value."""
    known = project_settings({})
    for name in settings:
        if (settings.getpriority(name) or 0) > SETTINGS_PRIORITIES["default"]:
            fault = setting_fault(str(name), settings[name], known)
            if fault is not None:
                raise UsageError(fault)


def registry(settings: BaseSettings) -> Registry:
    """The portals that the spider modules and the own folder of the settings declare, and the
    broken ones.

    Raises UsageError if there is no such folder. A portal of one's own may not have the name of one
    of the demo: commands that read stored pages know these, too.
    """
    modules = spider_modules(settings)
    own = own_folder(settings)
    if own is None or DEMO_PORTALS in modules:
        return replace(registry_of(modules), own=own)
    found = replace(registry_of([*modules, DEMO_PORTALS]), own=own)
    for name in [name for name, cls in found.portals.items() if cls.__module__ == DEMO_PORTALS]:
        del found.portals[name]
    return found


def spider_modules(settings: BaseSettings) -> list[str]:
    """The modules that declare portals, importable. Raises UsageError if the folder is missing."""
    modules = list(settings.getlist("SPIDER_MODULES"))
    folder = own_folder(settings)
    return modules if folder is None else [*modules, load_from(folder)]


def own_folder(settings: BaseSettings) -> Path | None:
    """The absolute folder of one's own portals; raises UsageError if it cannot be read."""
    named = settings.get(SETTING)
    return checked_folder(named) if named else None


def portals(settings: Settings) -> dict[str, type[PortalDeclaration]]:
    """The portals of the registry by name; PortalDeclarationError if one of them cannot work."""
    found = registry(settings)
    found.check()
    return found.portals


def readable_portals(given: Iterable[str]) -> dict[str, type[PortalDeclaration]]:
    """All portals whose stored pages can be read again, by name; `given` are words of `-s`.

    Unlike `portals` it includes those of the demo, whose archive is like any other. Raises
    PortalDeclarationError if a portal cannot work: its rows would be lost.
    """
    found = _readable(given)
    found.check()
    return found.portals


def readable_portal(name: str, given: Iterable[str]) -> type[PortalDeclaration] | None:
    """A portal of `readable_portals`, whether or not others can work; None for an unknown name.

    PortalDeclarationError if this one cannot work.
    """
    found = _readable(given)
    if name in found.broken:
        raise PortalDeclarationError(found.broken[name])
    return found.portals.get(name)


def _readable(given: Iterable[str]) -> Registry:
    settings = project_settings(parsed_settings(given))
    return registry_of(dict.fromkeys([*spider_modules(settings), DEMO_PORTALS]))


def check_names(names: Iterable[str], known: Iterable[str], option: str = "") -> None:
    """Raise UnknownPortalError, with the nearest name, for the first name that is not known.

    `option` names the folder of one's own portals, if one was given.
    """
    known = list(known)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.55)
            every = f"`portal list{option}` names them"
            every += "" if option else "; those of your own need --portals DIR"
            hint = f"did you mean {near[0]}?" if near else every
            raise UnknownPortalError(f"no portal is named {name!r}; {hint}")
