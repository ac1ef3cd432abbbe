"""SQL conditions on the answer in a row of captures.

Their argument is the alias of the table in the query, if it has one.
"""

from archive.models import CONCLUSIVE, CONFIRMED, MISSING


def whole_page(captures: str = "") -> str:
    """The answer is a page that did not break off, as `Capture.is_whole` has it."""
    dot = _dot(captures)
    return f"{dot}status = 200 AND {dot}truncated IS NULL"


def confirmed(captures: str = "") -> str:
    """The answer is a page, or a 304 that confirms a captured page."""
    return f"{_dot(captures)}status IN {CONFIRMED}"


def missing(captures: str = "") -> str:
    """The server says that there is nothing at the address."""
    return f"{_dot(captures)}status IN {MISSING}"


def conclusive(captures: str = "") -> str:
    """The answer did not break off, and says whether there is a page at the address."""
    dot = _dot(captures)
    return f"{dot}truncated IS NULL AND {dot}status IN {CONCLUSIVE}"


def _dot(captures: str) -> str:
    return f"{captures}." if captures else ""
