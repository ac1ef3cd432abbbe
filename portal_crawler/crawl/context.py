"""The portal, run, bounds, plan and listings that all parts of one crawl share."""

import logging
from dataclasses import dataclass, field

from portal_crawler.crawl.bounds import CrawlBounds
from portal_crawler.crawl.listing import ListingProgress
from portal_crawler.crawl.plan import Plan
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.gaps import ListingGaps

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext:
    """One crawl of one portal."""

    portal: PortalDeclaration
    run: CrawlRun
    bounds: CrawlBounds
    plan: Plan
    gaps: ListingGaps
    """Listing pages that could not be fetched; the same object as in the run's tally."""
    listings: dict[str, ListingProgress] = field(default_factory=dict)
    """By section, how far each listing was followed."""

    def note_failure(self, why: str, url: str) -> None:
        """Log and count a failure, because of which the run is incomplete."""
        logger.warning("%s: %s: %s", self.portal.name, why, url)
        self.run.tally.count_failure(why, url)
