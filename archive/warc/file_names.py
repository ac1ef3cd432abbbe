"""The names of the files below warc/. Pure: `archive.warc.storage` touches the files themselves.

warc/<portal>/<name>.warc.gz                      a file of a crawl; `.open` while it is written
warc/<portal>/<name>.cdxj                         its index, written when it is closed
warc/<portal>/<name>.warc.gz.torn-<offset>        the incomplete end that a killed crawl left
warc/<portal>/<name>.warc.gz.damaged-<offset>     bytes that `portal repair` cut out of the file
warc/<portal>/<name>.warc.gz.before-repair        the file as it was before that
warc/imported/<name>                              a file that somebody else wrote
warc/imported/<name>.import.warc.gz               its companion; `.open` while it is written
warc/imported/removed/<name>.removed              a file that `portal import --remove` took out
"""

from pathlib import Path

from archive.layout import IMPORTED, Layout

OPEN_SUFFIX = ".open"
"""The end of a file's name while the file is written."""

WARC_SUFFIX = ".warc.gz"
INDEX_SUFFIX = ".cdxj"
COMPANION_SUFFIX = ".import.warc.gz"
TORN_SUFFIX = ".torn"
DAMAGED_SUFFIX = ".damaged"
ORIGINAL_SUFFIX = ".before-repair"
MENDED_SUFFIX = ".mended"
REMOVED_SUFFIX = ".removed"
REMOVED = "removed"
"""The folder below warc/imported."""

COPYING = "copying-"
"""The beginning of a copy's name while it is made; names of imported files begin with digits."""


def final_path(path: Path) -> Path:
    """The name of a file when it is closed: without `.open`."""
    return path.with_name(path.name.removesuffix(OPEN_SUFFIX))


def open_path(path: Path) -> Path:
    """The name of a file while it is written."""
    return path.with_name(path.name + OPEN_SUFFIX)


def is_open(path: Path) -> bool:
    """Whether a file has the name of one that was not closed."""
    return path.name.endswith(OPEN_SUFFIX)


def name_in(layout: Layout, path: Path) -> str:
    """The name of a file in captures.warc_file: its final path below the archive's folder."""
    return str(final_path(path).relative_to(layout.folder))


def index_path(path: Path) -> Path:
    """The index of a closed file: `….warc.gz` → `….cdxj`."""
    return path.with_name(path.name.removesuffix(".gz").removesuffix(".warc") + INDEX_SUFFIX)


def companion_path(path: Path) -> Path:
    """The companion of an imported file."""
    return path.with_name(path.name + COMPANION_SUFFIX)


def imported_path(layout: Layout, name: str) -> Path:
    """The path of an imported file that has this name, whether it is there or not."""
    return layout.warc_folder(IMPORTED) / name
