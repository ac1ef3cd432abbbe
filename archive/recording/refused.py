"""Notes a run that a full disk prevented: a few kilobytes still fit where a crawl does not."""

from contextlib import closing

from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.models import PortalEntry, Run
from archive.recording.keeper import run_uri
from archive.warc.records import Fields
from archive.warc.writer import WarcWriter


def note_refused(writer: WarcWriter, portal: PortalEntry, run: Run, lines: Fields) -> None:
    """Write the run's end, first into a WARC file of its own, then as a row.

    Raises ArchiveError and sqlite3.Error. If only the row cannot be written, for example because
    the database needs a migration, the next crawl writes it.
    """
    writer.write_metadata(lines, run_uri(run))
    writer.close()
    if writer.layout.database.exists():
        with reading(writer.layout):
            pass  # a migration would need space
    with closing(Store(open_for_writing(writer.layout))) as store:
        store.in_transaction([lambda: store.runs.put_portal(portal), lambda: store.runs.put(run)])
