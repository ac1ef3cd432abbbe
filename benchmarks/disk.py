"""The disk that a portal takes per 1,000 articles, with and without page resources.

    python -m benchmarks.disk [PACK.tar.xz]

Crawls a saved portal (the Hanoi pack) into two archives, and counts their bytes.
"""

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from benchmarks.growth import crawl, size
from benchmarks.replica import pack_argument, replica

MB = 1_000_000


def articles(archive: Path) -> int:
    """Rows of articles."""
    with closing(connect(archive / "archive.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def line(what: str, archive: Path) -> str:
    """The disk space of an archive, as a sentence."""
    thousands = articles(archive) / 1000
    warc, database = (
        taken / MB / thousands for taken in (size(archive), (archive / "archive.db").stat().st_size)
    )
    return (
        f"{what}: {warc:.1f} MB of WARC files, {database:.1f} MB of archive.db per 1,000 articles"
    )


def main() -> int:
    """Print both lines."""
    pack = pack_argument()
    with replica(pack) as proxy, tempfile.TemporaryDirectory() as name:
        for what, more in (("pages alone", ["--no-requisites"]), ("with requisites", [])):
            archive = Path(name) / what
            crawl(proxy, archive, *more)
            print(line(what, archive))
    return 0


if __name__ == "__main__":
    sys.exit(main())
