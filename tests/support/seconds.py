"""Waits for the clock, whose seconds name captures."""

import time


def next_second() -> None:
    """Return in another second than that of the call, so that two crawls share none."""
    begun = int(time.time())
    while int(time.time()) == begun:
        time.sleep(0.02)
