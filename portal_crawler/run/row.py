"""The row of a run in table runs: as the run begins, and as it ends."""

import secrets
from dataclasses import replace

from archive.layout import run_id
from archive.models import PortalEntry, Run
from archive.moments import now, utc_text
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.fingerprint import fingerprint
from portal_crawler.run.outcome import Verdict
from portal_crawler.run.tally import Tally


def begun(portal: PortalEntry, declaration: PageReader) -> Run:
    """The row of a run that begins now. Its id is unique; later runs have greater ones."""
    started_at = now()
    return Run(
        id=run_id(started_at, secrets.randbits(12)),
        portal=portal.name,
        started_at=utc_text(started_at),
        rules=fingerprint(declaration),
    )


def finished(run: Run, tally: Tally, verdict: Verdict) -> Run:
    """The row of a run that ends now, with everything that was counted."""
    counted = tally.counted_in(run)
    return replace(
        counted,
        finished_at=utc_text(now()),
        outcome=verdict.outcome.value,
        reason=verdict.reason,
    )
