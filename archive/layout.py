"""The paths, names and ids in an archive. Pure: nothing is read or written here."""

import hashlib
import os
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from archive.errors import ArchiveMissingError, UnknownHomeError

IMPORTED = "imported"
"""The folder below warc/ for other people's files, and the portal that owns the imports' runs."""

IMPORTED_FOLDER = f"warc/{IMPORTED}/"
"""How the names of imported files and of their companions begin in captures.warc_file."""

ARCHIVE_VARIABLE = "PORTAL_ARCHIVE"
ID_BITS = 53
"""Bits of an id: integers up to 2**53 are exact in JSON, JavaScript and spreadsheets."""

KNOWN_ARTICLES = 64
"""Ids of articles that are remembered: several rows of one are written one after the other."""

RUN_RANDOM_BITS = 12
"""Lower bits of a run's id; the upper 41 are milliseconds since 1970, which lasts until 2039."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of the archive in one folder."""

    folder: Path

    @property
    def database(self) -> Path:
        """The one SQLite database for all portals."""
        return self.folder / "archive.db"

    @property
    def logs(self) -> Path:
        """The folder of log files, one for each run."""
        return self.folder / "logs"

    @property
    def locks(self) -> Path:
        """The folder of lock files, which mean nothing unless a process holds them."""
        return self.folder / "locks"

    @property
    def warc(self) -> Path:
        """The folder of WARC files, with a folder for each portal."""
        return self.folder / "warc"

    @property
    def checks(self) -> Path:
        """The folder with pictures of archived pages as a browser showed them."""
        return self.folder / "checks"

    def warc_folder(self, portal: str) -> Path:
        """The folder of one portal's WARC files."""
        return self.warc / portal

    def log_file(self, portal: str, run: int) -> Path:
        """The log of one run; its name says when the run began, in UTC."""
        return self.logs / f"{portal}-{run_moment(run):%Y-%m-%d-%H%M%S}-{run}.log"


def archive_folder(named: str | os.PathLike[str] | None) -> Path:
    """The absolute folder that `--archive`, else $PORTAL_ARCHIVE, else ./data names.

    A `~` is expanded: shells leave it in `--archive=~/x`, cron and systemd everywhere. Raises
    UnknownHomeError, and ArchiveMissingError if the current directory was removed.
    """
    folder = Path(named or os.environ.get(ARCHIVE_VARIABLE) or "data")
    try:
        return folder.expanduser().absolute()
    except RuntimeError as error:
        raise UnknownHomeError(
            f"{folder}: the home folder of {folder.parts[0]} is not known; "
            "write the archive's folder in full"
        ) from error
    except FileNotFoundError as error:
        raise ArchiveMissingError(
            f"{folder}: the current directory was removed; change to another one, or write the "
            "archive's folder in full"
        ) from error


def is_file_name(name: str) -> bool:
    """Whether a portal's name is a plain file name: a row may come from somebody else."""
    return name not in ("", ".", "..") and not {"/", "\0"} & {*name}


def warc_name(portal: str, opened_at: datetime, serial: int) -> str:
    """The final name of a WARC file: `<portal>-<UTC time>-<serial>-<host>.warc.gz`."""
    host = re.sub(r"[^A-Za-z0-9.]+", "-", socket.gethostname()) or "host"
    return f"{portal}-{opened_at.astimezone(UTC):%Y%m%d%H%M%S}-{serial:05d}-{host}.warc.gz"


_PLACE_IN_NAME = re.compile(r"-(\d{14})-(\d{5})-")


def place_in_time(name: str) -> tuple[datetime, int] | None:
    """The moment and the serial in a name of `warc_name`; None if it is not such a name."""
    found = _PLACE_IN_NAME.search(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC), int(found[2])
    except ValueError:
        return None  # no date of the calendar


def derived_id(*parts: str) -> int:
    """An id of at most 53 bits, derived from values in the WARC and not from the insertion
    order."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - ID_BITS)


@lru_cache(maxsize=KNOWN_ARTICLES)
def article_id(portal: str, key: str) -> int:
    """The id of an article, derived from portal and key."""
    return derived_id("article", portal, key)


def capture_id(record_id: str) -> int:
    """The id of a capture, derived from its WARC-Record-ID with brackets."""
    return derived_id("capture", record_id)


def shared_capture_id(record_id: str, place: str) -> int:
    """The id of a capture that shares its Record-ID, derived from that and its place.

    `place` is the SHA-256 of the imported file and the offset in it.
    """
    return derived_id("capture", record_id, place)


def replay_check_id(record_id: str) -> int:
    """The id of a replay check, derived from the WARC-Record-ID of its record."""
    return derived_id("replay-check", record_id)


def run_id(started_at: datetime, random_bits: int) -> int:
    """The id of a run: sorts by time; written into the warcinfo record of each of its files."""
    milliseconds = int(started_at.timestamp() * 1000)
    return milliseconds << RUN_RANDOM_BITS | random_bits & ((1 << RUN_RANDOM_BITS) - 1)


def run_moment(identifier: int) -> datetime:
    """When the run with an id began (UTC), to the millisecond."""
    return datetime.fromtimestamp((identifier >> RUN_RANDOM_BITS) / 1000, UTC)
