"""Finds the portals that modules declare; one that cannot be imported is named, not fatal."""

import importlib
import pkgutil
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import ModuleType

from scrapy import Spider
from scrapy.utils.spider import iter_spider_classes

from portal_crawler.errors import PortalDeclarationError
from portal_crawler.portal import Portal


@dataclass(frozen=True, slots=True)
class Declared:
    """What modules declare, and which of them could not be asked."""

    portals: dict[str, type[Portal]] = field(default_factory=dict)
    """By name, in the names' order."""
    broken: dict[str, str] = field(default_factory=dict)
    """Why, in one line, by a module's own name as its portal is most likely called."""

    def check(self) -> None:
        """Raise PortalDeclarationError where a module could not be imported."""
        for reason in self.broken.values():
            raise PortalDeclarationError(reason)


def declared_in(modules: Iterable[str]) -> Declared:
    """The portals of modules and packages, each file imported for itself."""
    found = Declared()
    classes: dict[str, type[Portal]] = {}
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
    declared: Iterable[type[Spider]], classes: dict[str, type[Portal]], found: Declared
) -> None:
    """Note the portals of one module; a name that another one has is broken."""
    for cls in declared:
        if issubclass(cls, Portal) and classes.setdefault(cls.name, cls) is not cls:
            found.broken[cls.name] = (
                f"{classes[cls.name].__module__} and {cls.__module__} both declare a portal "
                f"{cls.name!r}; name one otherwise"
            )


def _imported(name: str) -> ModuleType | str:
    """The module, or in words why it cannot be had."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001  whatever a module does while it is imported
        return _reason(name, error)


def _likely_name(module: str) -> str:
    return module.rpartition(".")[2].replace("_", "-")


def _reason(module: str, error: Exception) -> str:
    place = f" ({error.filename}, line {error.lineno})" if isinstance(error, SyntaxError) else ""
    words = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return (
        f"{module} cannot be imported: {type(error).__name__}: {words}{place}; "
        "mend it, or take it away"
    )
