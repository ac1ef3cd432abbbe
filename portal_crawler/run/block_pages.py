"""Counts block pages and error pages, and ends a crawl that gets nothing else."""

from portal_crawler.cleaning.page.substitute_pages import SubstituteKind
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.outcome import BLOCKED, BLOCKED_LIMIT


def count_substitute_page(run: CrawlRun, kind: SubstituteKind) -> None:
    """Count a block page or error page that the portal served with status 200.

    The caller also counts a failure of the run, in its own words. BLOCKED_LIMIT block pages in a
    row end the crawl.
    """
    tally = run.tally
    is_block_page = kind is SubstituteKind.BLOCK_PAGE
    tally.count_substitute_page(kind.value, is_block_page=is_block_page)
    if is_block_page and tally.blocked_in_a_row == BLOCKED_LIMIT:
        run.stopping.stop_crawl(BLOCKED)
