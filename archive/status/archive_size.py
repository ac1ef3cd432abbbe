"""How large an archive is and how much room its disk has left, looked up within a second."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from archive.filesystem.disk_space import MB, RESERVE_MB, free_bytes
from archive.filesystem.sizes import sizes_in
from archive.layout import Layout
from archive.warc import storage

MOST_LOOKED_AT = 200_000
"""Files: daily runs of forty portals for seven years; they take half a second."""

_GB = 1024 * MB


@dataclass(frozen=True, slots=True)
class Room:
    """The size of an archive and the free space on its disk, in bytes."""

    size_bytes: int
    is_whole: bool
    """False if not all files could be counted: the archive is larger than `size_bytes`."""
    free_bytes: int
    """On the fuller disk, if the archive is on two."""

    @property
    def is_short(self) -> bool:
        """Whether there is too little space for a crawl to begin."""
        return self.free_bytes < RESERVE_MB * MB

    def words(self) -> str:
        """For a person, in a line."""
        size = f"{'' if self.is_whole else 'more than '}{size_words(self.size_bytes)}"
        words = f"{size} in the archive, {size_words(self.free_bytes)} free on its disk"
        if not self.is_short:
            return words
        return f"{words}: a crawl needs {RESERVE_MB} MB (PORTAL_DISK_RESERVE_MB)"


def size_words(size_bytes: int) -> str:
    """`12 MB` or `3.4 GB`."""
    if size_bytes < _GB:
        return f"{size_bytes / MB:.0f} MB"
    return f"{size_bytes / _GB:.1f} GB"


def room_of(layout: Layout) -> Room:
    """The size of an archive now, its database, WARC files and logs, and its free space."""
    sizes = list(islice(_sizes(layout), MOST_LOOKED_AT))
    known = [size for size in sizes if size is not None]
    is_whole = len(known) == len(sizes) < MOST_LOOKED_AT
    return Room(sum(known), is_whole, min(map(free_bytes, (layout.folder, layout.warc))))


def _sizes(layout: Layout) -> Iterator[int | None]:
    """The size of each file; None for a folder that cannot be listed."""
    for folder in (layout.folder, layout.logs):
        yield from sizes_in(folder)
    yield from storage.sizes(layout)
