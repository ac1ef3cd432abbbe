"""Pages of a firewall, of a captcha or of the portal's own failure: what a run makes of them."""

from portal_crawler.cleaning.page.substitute_pages import SubstituteKind
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.outcome import BLOCKED, BLOCKED_LIMIT


def heed_no_answer(run: CrawlRun, kind: SubstituteKind) -> None:
    """Count a page that stood in the place of what was asked for, with status 200.

    It is a failure of the run too, which who asked puts in words. Where gates come one after the
    other, the crawl is ended.
    """
    tally = run.tally
    is_block_page = kind is SubstituteKind.BLOCK_PAGE
    tally.count_substitute_page(kind.value, is_block_page=is_block_page)
    if is_block_page and tally.blocked_in_a_row == BLOCKED_LIMIT:
        run.stopping.stop_crawl(BLOCKED)
