"""The order in which verifying visits WARC files: imported ones first, each kind by its name."""

from archive.layout import IMPORTED_FOLDER


def place(name: str) -> tuple[bool, str]:
    """The sort key for the name of a WARC file, relative to the archive's folder."""
    return not name.startswith(IMPORTED_FOLDER), name


def is_before(name: str, begin_at: str | None) -> bool:
    """Whether a file comes before the one to begin at; False if `begin_at` is None."""
    return begin_at is not None and place(name) < place(begin_at)
