"""What the crawler raises. Messages name the thing, the value and what to do."""

import sys


class CrawlerError(Exception):
    """Base of all errors of this package; the command line prints it as one line."""


class UnknownPortalError(CrawlerError):
    """Raised by the commands for a name that no portal has."""


class PortalDeclarationError(CrawlerError):
    """Raised where a portal cannot work as declared, or its module cannot be imported."""


class CrawlInterruptedError(CrawlerError):
    """Raised at a signal while a crawl puts right what an earlier one left; nothing is lost."""


class ViewerError(CrawlerError):
    """Raised by the export where the viewer of packages cannot be fetched."""


class UsageError(CrawlerError):
    """Raised by the commands for options that make no sense."""


class FewerRowsError(CrawlerError):
    """Raised by a rebuild that would leave fewer articles or versions, where nobody agreed."""


class NeededFileError(CrawlerError):
    """Raised where an imported file is to be removed that captures of crawls rest on."""


class UnreadablePageError(CrawlerError):
    """Raised by the commands where a stored page gives no article by today's rules."""


class MissingDependencyError(CrawlerError):
    """Raised where a package that this one needs cannot be imported: it is missing or broken.

    Nothing may be stored without it: a row must not depend on which packages were sound that day.
    """


class PageFaultError(CrawlerError):
    """Raised in a crawl where a page made our own code fail."""


class ReaderDiedError(CrawlerError):
    """Raised where the process that reads a crawl's pages was killed, or has crashed.

    What was captured is in the WARC file, from which the next crawl reads it.
    """


def missing_dependency(error: ImportError) -> MissingDependencyError:
    """What failed to be imported, and what to do."""
    return MissingDependencyError(
        f"a package that portal-archive needs cannot be imported ({' '.join(str(error).split())}); "
        f"install its packages anew, in the folder of this software: {sys.executable} -m pip "
        "install --force-reinstall -r requirements.lock"
    )
