"""The same articles in a table with the index that Datasette finds by itself, and its search."""

import json
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.environment import environment
from benchmarks.peers import Package, UnavailableError
from benchmarks.processes import last_line
from benchmarks.search_answers import Answers
from benchmarks.search_cases import Case

PACKAGE = Package("datasette")
PROGRAM = Path(__file__).parent / "peer_programs" / "datasette_search.py"


def write(archive: Path, database: Path) -> None:
    """The table, and the index as `sqlite-utils enable-fts articles title lead body` makes it."""
    database.unlink(missing_ok=True)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS ours", (str(archive),))
        connection.execute("BEGIN")
        connection.execute(
            "CREATE TABLE articles (id INTEGER PRIMARY KEY, portal TEXT, title TEXT, lead TEXT,"
            " body TEXT, category TEXT, published_at TEXT)"
        )
        connection.execute(
            "INSERT INTO articles SELECT id, portal, title, lead, body, category, published_at"
            " FROM ours.articles"
        )
        connection.execute(
            "CREATE VIRTUAL TABLE articles_fts USING FTS5 (title, lead, body, content=[articles])"
        )
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
        connection.execute("COMMIT")


def asked(database: Path, cases: Sequence[Case]) -> Answers:
    """The queries of all cases, without their filters. Raises UnavailableError."""
    queries = [[each.query for each in case.asked] for case in cases]
    done = subprocess.run(
        [str(PACKAGE.python()), str(PROGRAM), str(database)],
        input=json.dumps(queries), env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise UnavailableError(last_line(done.stderr))
    return Answers.of_json(done.stdout)
