"""Finds the spiders for Scrapy's own commands, those in the folder of one's own portals too."""

from collections.abc import Iterator
from typing import Self

from scrapy.settings import BaseSettings, Settings
from scrapy.spiderloader import SpiderLoader

from archive.errors import ArchiveError
from archive.output import say
from portal_crawler.errors import CrawlerError
from portal_crawler.exit_codes import of_error
from portal_crawler.portals.own_folder import SETTING, is_own
from portal_crawler.portals.registry import registry


class OwnPortalsLoader(SpiderLoader):
    """Scrapy's loader, which also takes setting PORTAL_PORTALS."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """The loader of these settings; it ends the command if the folder is not there."""
        if not settings.get(SETTING):
            return cls(settings)
        try:
            modules = [*settings.getlist("SPIDER_MODULES"), *_own_modules(settings)]
        except (ArchiveError, CrawlerError) as error:
            say(f"scrapy: {error}")
            raise SystemExit(of_error(error)) from error
        wider = Settings()  # the given ones are frozen
        wider.update(settings)
        wider.set("SPIDER_MODULES", modules, priority="cmdline")
        return cls(wider)


def _own_modules(settings: BaseSettings) -> Iterator[str]:
    """The modules of the folder whose portals can work; the faults of others are printed."""
    found = registry(settings)
    for reason in found.broken.values():
        say(f"scrapy: {reason}")
    modules = (portal.__module__ for portal in found.portals.values())
    yield from dict.fromkeys(module for module in modules if is_own(module))
