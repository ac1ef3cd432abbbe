"""The errors that the archive raises. Their messages name the thing, the value and the remedy."""


class ArchiveError(Exception):
    """Base of all errors of this package; the command line prints it as one line."""


class ArchiveMissingError(ArchiveError):
    """Raised by readers if the folder holds no archive; readers create none."""


class UnknownHomeError(ArchiveError):
    """Raised for an archive in the home folder of a user who does not exist."""


class ArchiveUnwritableError(ArchiveError):
    """Raised by the writer and the store when a disk or folder cannot be written."""


class ArchiveDamagedError(ArchiveError):
    """Raised by readers if a WARC file or the database is damaged."""


class ArchiveLockedError(ArchiveError):
    """Raised by the locks when another process holds the portal or the archive."""


class ArchiveVersionError(ArchiveError):
    """Raised by readers when the database has another schema version than this software."""


class ArchiveSlowError(ArchiveError):
    """Raised by readers if the database gave no answer within PORTAL_QUERY_S seconds."""


class SettingError(ArchiveError):
    """Raised by readers for an environment variable with an impossible value."""


class ExtraMissingError(ArchiveError):
    """Raised if something needs a package of an extra that is not installed."""


class QueryError(ArchiveError):
    """Raised by search when a query or a filter cannot be understood."""

    def __init__(self, sentence: str, *shown: str) -> None:
        """`shown` are lines below the sentence, such as the query with a caret at the place."""
        super().__init__(sentence)
        self.shown = shown


class NotImportedError(ArchiveError):
    """Raised if a person names an imported file that the archive does not have."""


class NotAnArchiveError(ArchiveError):
    """Raised by import for a file that is not a WARC, ARC or WACZ file, or does not exist."""
