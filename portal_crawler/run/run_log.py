"""Logs each article that is new, changed or gone, and the ends of listings and of a run.

The lines about articles reach the run's log file only; `launch.user_log` keeps them from terminals.
"""

import logging
from concurrent.futures import Future

from archive.database.article_changes import Change
from archive.models import Run
from archive.status.coverage import Account
from portal_crawler.run.outcome import Outcome

logger = logging.getLogger(__name__)


def log_change(portal: str, key: str, url: str, stored: "Future[Change]") -> None:
    """Called when an article was stored, or could not be."""
    if stored.exception() is None and stored.result() is not Change.UNCHANGED:
        logger.info("%s: %s: %s %s", portal, stored.result(), key, url)


def log_gone(portal: str, key: str, url: str, gone: "Future[bool]") -> None:
    """Called when it is known whether a missing article counts as gone."""
    if gone.exception() is None and gone.result():
        logger.info("%s: gone: %s %s", portal, key, url)


def log_listing_end(portal: str, page: str, why: str) -> None:
    """Called when a listing was followed to its end; `page` names the page."""
    logger.info("%s: %s is the last: %s", portal, page, why)


def log_account(portal: str, account: Account) -> None:
    """Called at the end of a run that followed a listing to its end."""
    logger.info("%s: %s", portal, account.words())


def log_end(run: Run) -> None:
    """Write the last line of a run's log: its row in words."""
    logger.info("%s: %s", run.portal, run_words(run))


_COUNTED = (
    ("articles_changed", "changed"),
    ("articles_unchanged", "unchanged"),
    ("articles_gone", "gone"),
    ("pages_without_title", "without an article"),
    ("refused", "refused"),
    ("problems", "with problems"),
    ("requisites_failed", "requisites and attachments not fetched"),
    ("failures", "failed"),
)


def run_words(run: Run) -> str:
    """Outcome, reason and counts of a run's row, in one line."""
    why = reason(run)
    return f"{run.outcome}{f' ({why})' if why else ''}: {counts(run)}"


def reason(run: Run) -> str:
    """Why a run is not complete; empty if its outcome says everything."""
    why = run.reason or ""
    return "" if run.outcome == Outcome.COMPLETE or why == run.outcome else why


def counts(run: Run) -> str:
    """The counts of a run's row in words; those that are 0 are left out."""
    found = [(getattr(run, column), words) for column, words in _COUNTED]
    dead = run.dead_links
    counted = [
        f"{run.listed} listed",
        f"{run.articles_new} new",
        *(f"{count} {words}" for count, words in found if count),
        *([f"{dead} dead link{'s' if dead > 1 else ''}"] if dead else []),
    ]
    return f"{', '.join(counted)}; {run.requests} requests, {run.bytes / 1e6:.1f} MB"
