"""The exit codes of `portal`: a contract with cron, systemd and scripts."""

from collections.abc import Iterable
from enum import IntEnum

from archive.errors import (
    ArchiveDamagedError,
    ArchiveError,
    ArchiveLockedError,
    ArchiveMissingError,
    ArchiveVersionError,
    NotImportedError,
    QueryError,
    SettingError,
    UnknownHomeError,
)
from portal_crawler.errors import (
    CrawlerError,
    CrawlInterruptedError,
    FewerRowsError,
    MissingModuleError,
    NeededFileError,
    UnknownPortalError,
    UsageError,
)


class ExitCode(IntEnum):
    """An exit code of `portal`."""

    OK = 0
    """Success; also if nothing was found, or a limit that was set was reached."""
    ERROR = 1
    """An unexpected error, a package that cannot be imported, or an unwritable disk."""
    USAGE = 2
    """Wrong usage, an unknown portal, or a missing archive."""
    INCOMPLETE = 3
    """A crawl that is incomplete or unhealthy, or rows of portals that no module declares here."""
    DAMAGED = 4
    """An archive that is damaged."""
    LOCKED = 5
    """Another process holds the lock."""
    INTERRUPTED = 130
    """Ended by SIGINT or SIGTERM, after saving."""


_SEVERITY = (
    ExitCode.INTERRUPTED,
    ExitCode.DAMAGED,
    ExitCode.ERROR,
    ExitCode.USAGE,
    ExitCode.INCOMPLETE,
    ExitCode.LOCKED,
)

_OUTCOMES = {
    "complete": ExitCode.OK,
    "incomplete": ExitCode.INCOMPLETE,
    "unhealthy": ExitCode.INCOMPLETE,
    "failed": ExitCode.ERROR,
    "interrupted": ExitCode.INTERRUPTED,
}

_USAGE_ERRORS = (
    ArchiveMissingError, ArchiveVersionError, FewerRowsError, NeededFileError, NotImportedError,
    QueryError, SettingError, UnknownHomeError, UnknownPortalError, UsageError,
)  # fmt: skip


def worst(codes: Iterable[int]) -> int:
    """The worst code of several portals; an unknown one, of a killed process, counts as 1."""
    known = {code if code in ExitCode.__members__.values() else ExitCode.ERROR for code in codes}
    return next((int(code) for code in _SEVERITY if code in known), int(ExitCode.OK))


def of_outcome(outcome: str | None) -> int:
    """The exit code of a run with this outcome; None stands for a run that did not end."""
    return int(_OUTCOMES.get(outcome or "", ExitCode.ERROR))


def of_error(error: ArchiveError | CrawlerError) -> int:
    """The exit code of an error that ended a command."""
    if isinstance(error, _USAGE_ERRORS):
        return int(ExitCode.USAGE)
    if isinstance(error, MissingModuleError):
        return int(ExitCode.INCOMPLETE)
    if isinstance(error, ArchiveDamagedError):
        return int(ExitCode.DAMAGED)
    if isinstance(error, ArchiveLockedError):
        return int(ExitCode.LOCKED)
    if isinstance(error, CrawlInterruptedError):
        return int(ExitCode.INTERRUPTED)
    return int(ExitCode.ERROR)
