"""`portal export` of tables and bibliographies, and the arguments of all kinds of export."""

import argparse
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from archive.commands.filters import add_filters, filters_of, in_words
from archive.commands.tables import write_table
from archive.database.reading import streaming
from archive.errors import ExtraMissingError, QueryError
from archive.export.columns import COLUMNS
from archive.export.data_package import Table, check, describe
from archive.export.found_articles import Row, rows
from archive.filesystem.publishing import new_file
from archive.layout import Layout, archive_folder
from archive.moments import now
from archive.output import ByteStream, say, say_passing, stdout_of_bytes, write, write_json
from archive.search.find import ORDERS, Search
from archive.search.query import parsed

EXAMPLES = """\
examples:
  portal export csv "chuyển đổi số" -o articles.csv    a table for Excel, R, pandas
  portal export jsonl --portal mst | jq .title         an object a line
  portal export parquet --from 2022 --to 2023 -o articles.parquet
  portal export csv --dictionary                       what each column means
  portal export bibtex "an toàn thông tin" -o library.bib
  portal export wacz                                   the whole archive, for ReplayWeb.page
  portal export wacz "chuyen doi so" --from 2022-01 --to 2022-06 -o chuyen-doi-so.wacz
  portal export site ~/site --viewer                   a folder for a web server, with the viewer

QUERY and filters are those of `portal search`: exactly the articles that it finds are exported,
the oldest first unless --sort says otherwise. Tables and bibliographies go to stdout without -o.
Parquet needs -o and: pip install 'portal-archive[parquet]'. Beside FILE of a table,
datapackage.json describes its columns.
A WACZ file holds WARC records, an index and a list of pages with their text. With articles go their
pages at each capture, all that these need to look right, and their documents. Without -o the file
is named after QUERY and filters, in the current directory. A site is a new folder, named before
QUERY: archive.wacz, a page that opens it by ReplayWeb.page, and serve.py, a small web server.
"""

PARQUET = "parquet"
TABLES = ("csv", "jsonl", PARQUET)
BIBLIOGRAPHIES = ("bibtex", "ris", "csl")
REPLAYED = ("wacz", "site")
"""The crawler's code writes them: portal_crawler.commands.export."""

DEFAULT_ORDER = "oldest"

A_STEP = 500
"""Articles between two reports of progress."""


Write = Callable[[ByteStream, Iterable[Row]], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal export`."""
    kinds = (*TABLES, *BIBLIOGRAPHIES, *REPLAYED)
    parser.add_argument(
        "kind", choices=kinds, nargs="?", metavar="KIND", help=f"one of {', '.join(kinds)}"
    )
    parser.add_argument(
        "query", metavar="QUERY", nargs="*",
        help="words, or a phrase in quotes; with `site`, the folder comes first",
    )  # fmt: skip
    add_filters(parser)
    parser.add_argument("--sort", choices=ORDERS, help="the order (default: oldest)")
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many articles")
    parser.add_argument("--offset", type=int, metavar="N", help="leave the first N out")
    parser.add_argument("-o", dest="output", metavar="FILE", help="where to write; no file of that "
                        "name is overwritten")  # fmt: skip
    parser.add_argument(
        "--dictionary", action="store_true",
        help="with a table: print its columns with their types, meanings and sources",
    )  # fmt: skip
    parser.add_argument(
        "--viewer", action="store_true",
        help="with a site: fetch the files of ReplayWeb.page from the npm registry",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Write the table or bibliography and report its contents."""
    _check(args)
    if args.dictionary:
        _write_dictionary(args)
        return 0
    write_rows = _writer(args.kind)
    with streaming(Layout(archive_folder(args.archive))) as connection:
        connection.execute("BEGIN")
        if args.output is None:
            count = _to_stdout(write_rows, connection, args)
        else:
            count = _to_file(write_rows, connection, args)
    if not args.quiet:
        say("1 article" if count == 1 else f"{count:,} articles")
    return 0


def _check(args: argparse.Namespace) -> None:
    """Raise QueryError for options that do not go together."""
    if args.viewer:
        raise QueryError("--viewer goes with a site: portal export site DIR --viewer")
    if args.dictionary:
        if args.kind not in (None, *TABLES):
            raise QueryError(f"{args.kind} has no columns; --dictionary goes with a table")
        return
    if args.kind is None:
        raise QueryError("name a kind, such as `portal export csv`; --help shows all")
    if (args.limit is not None and args.limit < 1) or (args.offset or 0) < 0:
        raise QueryError("--limit takes 1 or more, --offset 0 or more")
    if args.output is None and args.kind == PARQUET:
        raise QueryError("parquet is no text for stdout: name a file with -o")
    if args.output is None and args.json:
        raise QueryError("--json describes the file that was written: name one with -o")


def _write_dictionary(args: argparse.Namespace) -> None:
    names = ("column", "type", "source", "meaning", "meaning_vi")
    lines = [(each.name, each.kind.value, each.source, *each.meaning) for each in COLUMNS]
    if args.json:
        for line in lines:
            write_json(dict(zip(names, line, strict=True)))
    else:
        write_table(names, lines, spare=("meaning_vi", "source"))


def _writer(kind: str) -> Write:
    """What writes the kind, imported when it is needed. Raises ExtraMissingError."""
    if kind == PARQUET:
        try:
            from archive.export.parquet import write_parquet
        except ImportError as error:
            raise ExtraMissingError(
                f"parquet needs pyarrow ({error}): pip install 'portal-archive[parquet]'"
            ) from error
        return write_parquet
    if kind in TABLES:
        from archive.export import text_tables

        return _encoded({"csv": text_tables.csv_lines, "jsonl": text_tables.json_lines}[kind])
    from archive.export import bibliography  # it loads the readers of records

    forms = {"bibtex": bibliography.bibtex, "ris": bibliography.ris, "csl": bibliography.csl}
    return _encoded(forms[kind])


def _encoded(lines: Callable[[Iterable[Row]], Iterator[str]]) -> Write:
    def write_rows(file: ByteStream, rows: Iterable[Row]) -> None:
        for line in lines(rows):
            file.write(line.encode("utf-8", "replace"))

    return write_rows


def _to_stdout(write_rows: Write, connection: sqlite3.Connection, args: argparse.Namespace) -> int:
    found = _Found(connection, args, is_shown=not (args.quiet or sys.stdout.isatty()))
    write_rows(stdout_of_bytes(), found)
    sys.stdout.flush()
    return found.number


def _to_file(write_rows: Write, connection: sqlite3.Connection, args: argparse.Namespace) -> int:
    path = Path(args.output).expanduser().absolute()
    is_table = args.kind in TABLES
    if is_table:
        check(path)
    found = _Found(connection, args, is_shown=not args.quiet)
    with new_file(path) as file:
        write_rows(file, found)
        size = file.tell()
    if is_table:
        title = " ".join(in_words(args)) or "all articles"
        describe(Table(path=path, form=args.kind, title=title, made_at=now()))
    if args.json:
        write_json({"file": str(path), "bytes": size, "articles": found.number})
    else:
        write(str(path))
    return found.number


class _Found:
    """The rows of the articles that are exported, once; counts them."""

    def __init__(
        self, connection: sqlite3.Connection, args: argparse.Namespace, *, is_shown: bool
    ) -> None:
        query = parsed(" ".join(args.query), exact=args.exact) if args.query else None
        search = Search(connection, query, filters_of(args, connection))
        offset = args.offset or 0
        last = None if args.limit is None else offset + args.limit
        found = islice(search.found(args.sort or DEFAULT_ORDER), offset, last)
        self._rows = rows(connection, found)
        self._is_shown = is_shown
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.number += 1
            if self._is_shown and self.number % A_STEP == 0:
                say_passing(f"{self.number:,} articles")
            yield row
