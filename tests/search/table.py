"""The table of queries and what they find: queries.jsonl, one query a line.

Each line holds the query, options, and what must be found in both archives, in the order asked for
(by relevance without --sort): in `demo` the keys of the articles, in `saved` their number and the
beginning of the SHA-256 of their keys, and in `in_a_row` how many have the words in a row, in the
one and the other. `python -m tests.search.table` writes the expected values again, by hand.py's
rules, for a person to look over.
"""

import argparse
import hashlib
import json
import shlex
import sqlite3
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.commands.filters import filters_of
from archive.commands.search import add_arguments
from archive.search.find import Search
from archive.search.query import parsed
from portal_crawler.portals.registry import portals, project_settings
from tests.search import by_hand
from tests.search.archives import demo_archive, documents_of, saved_archive

TABLE = Path(__file__).with_name("queries.jsonl")
PACK = Path(__file__).parents[3] / "shared" / "replica" / "hanoi-sotttt.tar.xz"
SAVED_PORTAL = portals(project_settings({}))["hanoi-sotttt"]


@dataclass(frozen=True, slots=True)
class Line:
    """One query, its options, and what it finds."""

    kind: str
    query: str
    options: str
    demo: list[str]
    saved: tuple[int, str]
    in_a_row: tuple[int | None, int | None]

    @property
    def order(self) -> str:
        """As the options ask for."""
        return self.asked.options.get("--sort", "rank")

    @property
    def asked(self) -> by_hand.Asked:
        """As the documents say that it is read."""
        return by_hand.asked(self.query, self.options)


def lines() -> list[Line]:
    """The whole table."""
    return [Line(**json.loads(line)) for line in TABLE.read_text("utf-8").splitlines()]


def search_for(connection: sqlite3.Connection, query: str, options: str) -> Search:
    """The search of `portal search QUERY OPTIONS`."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args([*shlex.split(options), "--", query])
    return Search(connection, parsed(query, exact=args.exact), filters_of(args, connection))


def digest(keys: Iterable[str]) -> str:
    """The beginning of a SHA-256 of keys in order."""
    return hashlib.sha256(" ".join(keys).encode()).hexdigest()[:12]


def written_again(documents: dict[str, list[by_hand.Document]], line: dict[str, Any]) -> None:
    """Replace what one line expects."""
    asked = by_hand.asked(line["query"], line["options"])
    order = asked.options.get("--sort", "rank")
    found = {name: by_hand.found_by(held, asked, order) for name, held in documents.items()}
    line["demo"] = [each.document.key for each in found["demo"]]
    line["saved"] = [len(found["saved"]), digest(each.document.key for each in found["saved"])]
    line["in_a_row"] = [by_hand.rows_found(documents[name], asked) for name in ("demo", "saved")]


def main() -> None:
    """Write what the table expects by looking at each article."""
    with tempfile.TemporaryDirectory() as folder:
        documents = {
            "demo": documents_of(demo_archive(Path(folder) / "demo")),
            "saved": documents_of(saved_archive(Path(folder) / "saved", SAVED_PORTAL, PACK)),
        }
    rows = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]
    for row in rows:
        written_again(documents, row)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    TABLE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
