"""Words on a portal's state that the terminal and the web page share."""

from archive.status.portals import Row, Standing


def coverage(portal: Standing) -> str:
    """The percentage of the portal's own counts that is archived or known to be gone, rounded down.

    Empty if the portal shows no counts.
    """
    return "" if portal.coverage is None else f"{portal.coverage.percent} %"


def due(portal: Standing) -> str:
    """How many articles are due for a check now, else the day on which the next one is due."""
    if portal.due_now:
        return f"{portal.due_now} now"
    return (portal.next_due or "")[: len("2026-11-23")]


UNKNOWN = "unknown"


def outcome_words(run: Row | None, *, is_running: bool | None) -> str:
    """The outcome of a portal's last run, in a word or two.

    A run without an outcome is under way, or its process was killed. Only the archive's owner can
    see which; `is_running` is None for others.
    """
    if run is None:
        return "never"
    if run["outcome"] is not None:
        return str(run["outcome"])
    if is_running is None:
        return UNKNOWN
    return "running" if is_running else "broken off"
