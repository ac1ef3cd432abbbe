"""The logs of runs: a file a run, kept for some days."""

import glob
import logging
import re
import stat
from datetime import datetime, timedelta
from pathlib import Path

from archive.layout import Layout, is_file_name, run_moment

logger = logging.getLogger(__name__)

_RUN = r"(?:\d{4}-\d{2}-\d{2}-\d{6}-)?(\d{16})\.log"
"""Behind `<portal>-`, as Layout.log_file names it; earlier versions wrote the run alone. A run's id
has 16 digits since 1988 and until 2039."""

_LOG = re.compile(f".+?-{_RUN}")


def remove_old_logs(layout: Layout, days: float, now: datetime) -> None:
    """Remove the logs of runs that began, and were last written, more than so many days ago.

    Nothing else: other files, folders and links stay, whatever their names.
    """
    before = now - timedelta(days=days)
    for path in layout.logs.glob("*.log"):
        if not _is_older(path, before):
            continue
        try:
            path.unlink(missing_ok=True)  # a crawl beside may have been faster
        except OSError as error:
            logger.warning("cannot remove the old log %s: %s", path, error.strerror)


def log_of(layout: Layout, portal: str, run: int) -> Path | None:
    """The log of one run, under whichever name; None if it was removed."""
    if not is_file_name(portal):
        return None
    return next(layout.logs.glob(f"{glob.escape(portal)}-*{run}.log"), None)


def newest_log(layout: Layout, portal: str) -> Path | None:
    """The log of the portal's newest run; None if it has no logs."""
    named = re.compile(f"{re.escape(portal)}-{_RUN}")
    found = {path: named.fullmatch(path.name) for path in layout.logs.glob(f"{portal}-*.log")}
    runs = {int(match[1]): path for path, match in found.items() if match is not None}
    return runs[max(runs)] if runs else None


def _is_older(path: Path, before: datetime) -> bool:
    named = _LOG.fullmatch(path.name)
    if named is None or run_moment(int(named[1])) >= before:
        return False
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_mtime < before.timestamp()
