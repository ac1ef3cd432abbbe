"""The warcinfo record at the beginning of each WARC file of a run."""

import platform
from collections.abc import Mapping
from importlib.metadata import version

from scrapy.settings import BaseSettings

from archive.models import Run
from archive.warc.records import Fields
from portal_crawler.portals.declaration import UNVERIFIED, WEAK

CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def warcinfo(settings: BaseSettings, tls: Mapping[str, str], run: Run) -> Fields:
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
        ("certificates", _certificates(tls) if verifies else "not verified"),
        ("isPartOf", run.portal),
        ("portal", run.portal),
        ("run", str(run.id)),
    ]


def _certificates(tls: Mapping[str, str]) -> str:
    """How certificates are verified, with the hosts for which it is done in another way."""
    words = {UNVERIFIED: "not verified", WEAK: "verified over weak encryption"}
    others = (
        f"{host}: {words.get(need, 'verified with certificates that it does not send')}"
        for host, need in sorted(tls.items())
    )
    return "; ".join(("verified", *others))
