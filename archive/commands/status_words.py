"""How a portal stands, in the words that the terminal and the page share."""

from archive.status.portals import Row, Standing


def coverage(portal: Standing) -> str:
    """The share of the portal's own counts that is settled, rounded down; empty without one."""
    return "" if portal.coverage is None else f"{portal.coverage.percent} %"


def due(portal: Standing) -> str:
    """How many articles are due for another look now, else the day on which the next one is."""
    if portal.due_now:
        return f"{portal.due_now} now"
    return (portal.next_due or "")[: len("2026-11-23")]


UNKNOWN = "unknown"


def outcome_words(run: Row | None, *, is_running: bool | None) -> str:
    """A run without an outcome is under way, or its process was killed.

    Which of them, only the archive's owner can tell: `is_running` is None for others.
    """
    if run is None:
        return "never"
    if run["outcome"] is not None:
        return str(run["outcome"])
    if is_running is None:
        return UNKNOWN
    return "running" if is_running else "broken off"
