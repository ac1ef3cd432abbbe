"""Finds the portals that modules declare; one that cannot be imported is named, not fatal."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
    for name in dict.fromkeys(each for module in modules for each in _with_inner(module)):
        try:
            module = importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  whatever a module does while it is imported
            found.broken[_likely_name(name)] = _reason(name, error)
            continue
        for cls in iter_spider_classes(module):
            if issubclass(cls, Portal) and classes.setdefault(cls.name, cls) is not cls:
                other = classes[cls.name].__module__
                found.broken[cls.name] = (
                    f"{other} and {name} both declare a portal {cls.name!r}; name one otherwise"
                )
    found.portals.update(
        (name, cls) for name, cls in sorted(classes.items()) if name not in found.broken
    )
    return found


def _with_inner(name: str) -> Iterator[str]:
    """A module, and where it is a package what lies in it; a package that fails has no inner."""
    yield name
    try:
        package = importlib.import_module(name)
    except Exception:  # noqa: BLE001  told where it is imported again
        return
    for inner in pkgutil.iter_modules(getattr(package, "__path__", ())):
        yield from _with_inner(f"{name}.{inner.name}")


def _likely_name(module: str) -> str:
    return module.rpartition(".")[2].replace("_", "-")


def _reason(module: str, error: Exception) -> str:
    place = f" ({error.filename}, line {error.lineno})" if isinstance(error, SyntaxError) else ""
    words = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return (
        f"{module} cannot be imported: {type(error).__name__}: {words}{place}; "
        "mend it, or take it away"
    )
