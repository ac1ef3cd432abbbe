"""What the archive raises. Messages name the thing, the value and what to do."""


class ArchiveError(Exception):
    """Base of all errors of this package; the command line prints it as one line."""


class ArchiveMissingError(ArchiveError):
    """Raised by whatever only reads, where the folder holds no archive; readers create none."""


class UnknownHomeError(ArchiveError):
    """Raised by the layout for an archive in the home folder of a user that there is not."""


class ArchiveUnwritableError(ArchiveError):
    """Raised by the writer and the store when a disk or folder cannot be written."""


class ArchiveDamagedError(ArchiveError):
    """Raised by readers when a WARC or the database does not hold what it should."""


class ArchiveLockedError(ArchiveError):
    """Raised by the locks when another process holds the portal or the archive."""


class ArchiveVersionError(ArchiveError):
    """Raised by readers when the database has another schema version than this software."""


class ArchiveSlowError(ArchiveError):
    """Raised by readers where the database gave no answer within PORTAL_QUERY_S seconds."""


class SettingError(ArchiveError):
    """Raised by readers for a variable of the environment that makes no sense."""


class QueryError(ArchiveError):
    """Raised by search when a query or a filter cannot be understood."""


class NotImportedError(ArchiveError):
    """Raised where a person names an imported file that the archive does not have."""


class NotAnArchiveError(ArchiveError):
    """Raised by import for a file that is no WARC, ARC or WACZ, or is not there."""
