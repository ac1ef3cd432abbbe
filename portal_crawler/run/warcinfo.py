"""The warcinfo record at the beginning of each WARC file of a run."""

import platform
from importlib.metadata import version

from scrapy.settings import BaseSettings

from archive.models import Run
from archive.warc.records import Fields

CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def warcinfo(settings: BaseSettings, run: Run) -> Fields:
    """The fields of the record: the software, the operator, and how the crawl behaves."""
    contact = settings.get("PORTAL_CONTACT")
    obeys = settings.getbool("PORTAL_OBEY_ROBOTS")
    verifies = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    return [
        ("software", f"portal-archive/{version('portal-archive')} Scrapy/{version('scrapy')}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", CONFORMS_TO),
        *([("operator", contact)] if contact else []),
        ("hostname", platform.node()),
        ("http-header-user-agent", settings["USER_AGENT"]),
        ("robots", "obey" if obeys else "ignore"),
        ("certificates", "verified" if verifies else "not verified"),
        ("isPartOf", run.portal),
        ("portal", run.portal),
        ("run", str(run.id)),
    ]
