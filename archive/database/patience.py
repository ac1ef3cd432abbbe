"""How many seconds a connection waits for another one that holds the database."""

WRITER_S = 30.0
"""A writer waits for another writer, or for the checkpoint of a reader, before it gives up."""

READER_S = 10.0
"""A reader of a WAL database waits only while another process recovers or closes it."""

WRITER_PAUSE_S = 0.5
READER_PAUSE_S = 0.2
"""How long SQLite waits at a time: Python handles signals only in between."""


def busy_timeout(seconds: float) -> str:
    """The PRAGMA that lets SQLite wait so long at a time."""
    return f"PRAGMA busy_timeout = {int(seconds * 1000)}"
