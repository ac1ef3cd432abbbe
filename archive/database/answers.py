"""SQL conditions on the answer and the record in a row of captures, and its order in time.

The argument of the functions is the alias of the table in the query, if it has one.
"""

from archive.layout import IMPORTED_FOLDER
from archive.models import CONCLUSIVE, CONFIRMED, MISSING

OLDEST_FIRST = "fetched_at, warc_file, warc_offset"
NEWEST_FIRST = "fetched_at DESC, warc_file DESC, warc_offset DESC"
"""The order of captures in time; those of one second by their place."""

IMPORTED = f"warc_file >= '{IMPORTED_FOLDER}' AND warc_file < '{IMPORTED_FOLDER[:-1]}0'"
"""The record lies in an imported file; in the words of the partial index for these."""


def whole_page(captures: str = "") -> str:
    """The answer is a page that did not break off, as `Capture.is_whole` has it."""
    dot = _dot(captures)
    return f"{dot}status = 200 AND {dot}truncated IS NULL"


def confirmed(captures: str = "") -> str:
    """The answer is a page, or a 304 that confirms a captured page."""
    return f"{_dot(captures)}status IN {CONFIRMED}"


def missing_status(captures: str = "") -> str:
    """The server says that there is nothing at the address."""
    return f"{_dot(captures)}status IN {MISSING}"


def conclusive(captures: str = "") -> str:
    """The answer did not break off, and says whether there is a page at the address."""
    dot = _dot(captures)
    return f"{dot}truncated IS NULL AND {dot}status IN {CONCLUSIVE}"


def of_crawl(captures: str = "") -> str:
    """The record was written by a crawl of this archive."""
    return f"{_dot(captures)}warc_file NOT LIKE '{IMPORTED_FOLDER}%'"


def _dot(captures: str) -> str:
    return f"{captures}." if captures else ""
