"""Finds the portals that modules declare; one that cannot be imported is named, not fatal."""

import importlib
import pkgutil
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from traceback import walk_tb
from types import ModuleType

from scrapy import Spider
from scrapy.settings import Settings
from scrapy.utils.spider import iter_spider_classes

from portal_crawler import settings as defaults
from portal_crawler.errors import (
    PortalDeclarationError,
    UnknownPortalError,
    UsageError,
    missing_dependency,
)
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.setting_values import check_value

DEMO_PORTALS = "portal_crawler.demo.portals"


@dataclass(frozen=True, slots=True)
class Registry:
    """What modules declare, and which of them could not be asked."""

    portals: dict[str, type[PortalDeclaration]] = field(default_factory=dict)
    """By name, in the names' order."""
    broken: dict[str, str] = field(default_factory=dict)
    """Why, in one line, by a module's own name as its portal is most likely called."""

    def nightly(self, left_out: Iterable[str] = ()) -> list[str]:
        """What is crawled where nobody names a portal: all but the closed and those left out.

        Modules that cannot be imported count, so that this is told. UnknownPortalError for what
        is left out and not known, UsageError where nothing is left.
        """
        every = sorted({*self.portals, *self.broken})
        left_out = set(left_out)
        check_names(left_out, every)
        names = [name for name in every if name not in self.closed and name not in left_out]
        if every and not names:
            raise UsageError("nothing is left to crawl: each portal is closed, or left out")
        return names

    @property
    def closed(self) -> dict[str, str]:
        """Portals that are there no more, by name: since when, and what took their place."""
        found = ((name, cls.closed_words()) for name, cls in self.portals.items())
        return {name: words for name, words in found if words}

    def check(self) -> None:
        """Raise PortalDeclarationError where a module could not be imported."""
        for reason in self.broken.values():
            raise PortalDeclarationError(reason)


def registry_of(modules: Iterable[str]) -> Registry:
    """The portals of modules and packages, each file imported for itself."""
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
        inner = pkgutil.iter_modules(getattr(module, "__path__", ()))
        waiting.extend(f"{name}.{each.name}" for each in inner)
        _take(iter_spider_classes(module), classes, found)
    found.portals.update(
        (name, cls) for name, cls in sorted(classes.items()) if name not in found.broken
    )
    return found


def _take(
    declared: Iterable[type[Spider]], classes: dict[str, type[PortalDeclaration]], found: Registry
) -> None:
    """Note the portals of one module; a name that another one has is broken."""
    for cls in declared:
        if issubclass(cls, PortalDeclaration) and classes.setdefault(cls.name, cls) is not cls:
            found.broken[cls.name] = (
                f"{classes[cls.name].__module__} and {cls.__module__} both declare a portal "
                f"{cls.name!r}; name one otherwise"
            )


def _imported(name: str) -> ModuleType | str:
    """The module, or in words why it cannot be had.

    Raises MissingDependencyError where this software itself lacks a package.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if _is_of_ours(error, name):
            raise missing_dependency(error) from error
        return _reason(name, error)
    except Exception as error:  # noqa: BLE001  whatever a module does while it is imported
        return _reason(name, error)


def _is_of_ours(error: ImportError, portal: str) -> bool:
    """Whether a module of this software wants what is missing, not the portal's own module."""
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    importing = {str(frame.f_globals.get("__name__")) for frame in frames} - {portal, __name__}
    return any(name.startswith(("archive.", "portal_crawler.")) for name in importing)


def _likely_name(module: str) -> str:
    return module.rpartition(".")[2].replace("_", "-")


def _reason(module: str, error: Exception) -> str:
    place = f" ({error.filename}, line {error.lineno})" if isinstance(error, SyntaxError) else ""
    words = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return (
        f"{module} cannot be imported: {type(error).__name__}: {words}{place}; "
        "mend it, or take it away"
    )


def project_settings(own: Mapping[str, str]) -> Settings:
    """The project's settings with those of the command line over them."""
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    settings.setdict(dict(own), priority="cmdline")
    return settings


def parsed_settings(given: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` words as a mapping; UsageError where one has no `=`, or no value of its kind."""
    known = project_settings({})
    pairs = [word.partition("=") for word in given]
    for name, equals, value in pairs:
        if not equals or not name.isidentifier():
            raise UsageError(f"-s {name}: write it as SETTING=VALUE, e.g. -s DOWNLOAD_DELAY=2")
        check_value(name, value, known.get(name))
    return {name: value for name, _, value in pairs}


def registry(settings: Settings) -> Registry:
    """The portals that the settings' spider modules declare, and the modules that cannot say."""
    return registry_of(settings.getlist("SPIDER_MODULES"))


def portals(settings: Settings) -> dict[str, type[PortalDeclaration]]:
    """As `registry`, by name; PortalDeclarationError where a module cannot be imported."""
    found = registry(settings)
    found.check()
    return found.portals


def readable_portals(given: Iterable[str]) -> dict[str, type[PortalDeclaration]]:
    """All portals whose stored pages can be read again; `given` are words of `-s`.

    Those of the demo count, which `portals` does not list: a demo's archive is one like others.
    """
    settings = project_settings(parsed_settings(given))
    modules = [*settings.getlist("SPIDER_MODULES"), DEMO_PORTALS]
    settings.set("SPIDER_MODULES", list(dict.fromkeys(modules)), priority="cmdline")
    return portals(settings)


def check_names(names: Iterable[str], known: Iterable[str]) -> None:
    """UnknownPortalError, with the nearest name, for the first that is not known."""
    known = list(known)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else "`portal list` names them"
            raise UnknownPortalError(f"no portal is named {name!r}; {hint}")
