"""The errors of the crawler. Messages name the thing, the value and what to do."""

import sys


class CrawlerError(Exception):
    """Base of all errors of this package; the command line prints it as one line."""


class UnknownPortalError(CrawlerError):
    """Raised by the commands for a name that no portal has."""


class PortalDeclarationError(CrawlerError):
    """Raised if a portal cannot work as declared, or its module cannot be imported."""


class CrawlInterruptedError(CrawlerError):
    """Raised by a signal while a crawl catches up with an earlier one; nothing is lost."""


class ViewerError(CrawlerError):
    """Raised by the export if the viewer of packages cannot be fetched."""


class UsageError(CrawlerError):
    """Raised for options and settings that make no sense."""


class FewerRowsError(CrawlerError):
    """Raised by a rebuild that would leave fewer articles or versions, unless that is allowed."""


class MissingModuleError(CrawlerError):
    """Raised if rows of a portal would be lost because no module declares it here."""


class NeededFileError(CrawlerError):
    """Raised if an imported file is to be removed that captures of crawls need."""


class UnreadablePageError(CrawlerError):
    """Raised by the commands if the current rules find no article in a stored page."""


class MissingDependencyError(CrawlerError):
    """Raised if a package that this one needs cannot be imported: it is missing or broken.

    Nothing is stored without it: a row must not depend on which packages worked that day.
    """


class PageFaultError(CrawlerError):
    """Raised in a crawl if a page made our own code fail."""


class ReaderDiedError(CrawlerError):
    """Raised if the process that reads a crawl's pages was killed or has crashed.

    The captured pages are in the WARC file, from which the next crawl reads them.
    """


def missing_dependency(error: ImportError) -> MissingDependencyError:
    """The error that names the package and says what to do."""
    return MissingDependencyError(
        f"a package that portal-archive needs cannot be imported ({' '.join(str(error).split())}); "
        f"install its packages again, in the folder of this software: {sys.executable} -m pip "
        "install --force-reinstall -r requirements.lock"
    )
