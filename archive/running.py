"""Whether a crawl of a portal is under way now. Reads only: no lock file is made or kept."""

import fcntl

from archive.layout import Layout


def is_running(layout: Layout, portal: str) -> bool:
    """Whether a process holds the portal's lock.

    To find out, the lock is taken shared and given back at once; only a crawl that starts within
    these microseconds would find it taken.
    """
    try:
        file = (layout.locks / f"{portal}.lock").open("rb")
    except OSError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
