"""Names the platform of a page, asking all platforms of this package."""

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from portal_crawler import platforms as package
from portal_crawler.crawl.spider import Portal
from portal_crawler.platforms.generic import Generic
from portal_crawler.portals.recognition import Recognition, SeenPage

NO_SIGNS = Recognition(0.0, ("no platform's signs were found",))


@dataclass(frozen=True, slots=True)
class RecognisedPlatform:
    """A platform, and why a page is taken for one of its pages."""

    portal: type[Portal]
    """The class that a portal on this platform is a subclass of."""
    recognition: Recognition

    @property
    def name(self) -> str:
        """The platform's name, such as `liferay6`."""
        return self.portal.platform


@cache
def platform_classes() -> dict[str, type[Portal]]:
    """The class of each platform of this package, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return {
        found.platform: found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, Portal)
        and found.__module__ == module.__name__
        and "platform" in vars(found)
    }


def claims(page: SeenPage) -> list[RecognisedPlatform]:
    """The platforms that claim a page, the surest first."""
    found = (RecognisedPlatform(cls, cls.recognise(page)) for cls in platform_classes().values())
    claiming = [each for each in found if each.recognition.claims]
    return sorted(claiming, key=lambda each: -each.recognition.confidence)


def another_theme(platform: RecognisedPlatform) -> RecognisedPlatform:
    """`generic` for pages that have the signs of a platform, but not its layout."""
    why = f"the pages have the signs of {platform.name}, but not its layout: a theme of its own"
    return RecognisedPlatform(Generic, Recognition(0.0, (why, *platform.recognition.reasons)))


def recognise_platform(pages: Iterable[SeenPage]) -> RecognisedPlatform:
    """The platform that made the pages of one site: the surest of those that claim one of them.

    `generic` if no platform does.
    """
    found = [each for page in pages for each in claims(page)]
    generic = RecognisedPlatform(Generic, NO_SIGNS)
    return max(found, key=lambda each: each.recognition.confidence, default=generic)
