"""`portal export wacz` and `site`: the archive, or articles of it, for players."""

import argparse
import re
import shlex
import sqlite3
import unicodedata
from pathlib import Path

from archive.commands.filters import filters_of, in_words
from archive.database.reading import ended_by_sigterm, reading
from archive.export.site import SERVER, write_site
from archive.export.wacz import Chosen, WaczWriter, Written
from archive.layout import Layout, archive_folder
from archive.moments import now
from archive.output import say, say_passing, write, write_json
from archive.search.find import Search
from archive.search.query import parsed
from archive.words.letters import without_d_stroke
from portal_crawler.errors import UsageError
from portal_crawler.replay.needed import NeededCaptures
from portal_crawler.replay.viewer import ViewerPackage

WACZ, SITE = "wacz", "site"
LONGEST_NAME = 80


def run(args: argparse.Namespace) -> int:
    """Write the file and report its contents."""
    _check(args)
    layout = Layout(archive_folder(args.archive))
    folder = _folder(args)
    words = in_words(args)
    path = folder or _target(args, layout, words)
    viewer = ViewerPackage().files() if args.viewer else {}
    with ended_by_sigterm(), reading(layout) as connection:
        connection.execute("BEGIN")
        chosen = _chosen(layout, connection, args) if words else None
        if chosen is not None and not chosen.articles:
            say("nothing found, and nothing written")
            return 0
        writer = WaczWriter(
            layout=layout,
            connection=connection,
            title=" ".join((layout.folder.name, *words)),
            made_at=now(),
            on_file=_ignored if args.quiet else _report_progress,
        )
        if folder is None:
            written = writer.write(path, chosen)
        else:
            written = write_site(writer, folder, viewer, chosen)
    _report(path, written, chosen, args)
    return 0


def _check(args: argparse.Namespace) -> None:
    for option in ("sort", "limit", "offset", "dictionary"):
        value = getattr(args, option)
        if value is not None and value is not False:
            raise UsageError(f"--{option} goes with a table or bibliography, not with {args.kind}")


def _folder(args: argparse.Namespace) -> Path | None:
    """Where a site is written, taken out of the words; None of a file."""
    if args.kind != SITE:
        if args.viewer:
            raise UsageError("--viewer goes with a site: portal export site DIR --viewer")
        return None
    if args.output or not args.query:
        raise UsageError("name a site's folder before the words: portal export site DIR [QUERY]")
    return Path(args.query.pop(0)).expanduser().absolute()


def _chosen(layout: Layout, connection: sqlite3.Connection, args: argparse.Namespace) -> Chosen:
    query = parsed(" ".join(args.query), exact=args.exact) if args.query else None
    found = Search(connection, query, filters_of(args, connection)).found("rank")
    articles = [each.id for each in found]
    needed = NeededCaptures(layout, connection)
    for count, article in enumerate(articles, start=1):
        needed.add(article)
        if not args.quiet and count % 10 == 0:
            say_passing(f"looking up the parts of articles: {count} of {len(articles)}")
    if needed.unread:
        say(f"{needed.unread} records cannot be read, and their parts are left out; "
            "run `portal verify`")  # fmt: skip
    return Chosen(articles, needed.ids)


def _target(args: argparse.Namespace, layout: Layout, words: list[str]) -> Path:
    if args.output:
        return Path(args.output).expanduser().absolute()
    parts = (layout.folder.name, *words)
    name = "-".join(filter(None, map(_slug, parts)))[:LONGEST_NAME].strip("-")
    return Path(f"{name or 'archive'}-{now():%Y-%m-%d}.{args.kind}").absolute()


def _slug(text: str) -> str:
    """In letters that any system takes in a file's name."""
    plain = unicodedata.normalize("NFD", without_d_stroke(text.lower()))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def _report_progress(name: str) -> None:
    say_passing(f"copying {name}")


def _ignored(name: str) -> None:
    """Nobody watches."""


def _report(path: Path, written: Written, chosen: Chosen | None, args: argparse.Namespace) -> None:
    if args.json:
        values = {
            "folder" if args.kind == SITE else "file": str(path),
            "bytes": written.bytes,
            "captures": written.captures,
        }
        write_json({**values, "pages": written.pages, "left_out": written.left_out})
    else:
        write(f"python3 {shlex.quote(str(path / SERVER))}" if args.kind == SITE else str(path))
    if args.quiet:
        return
    count = len(chosen.articles) if chosen is not None else 0
    kept = "1 article" if count == 1 else f"{count} articles" if count else "the whole archive"
    say(f"{kept}: {written.captures} captures, {written.pages} pages, {written.bytes / 1e6:.1f} MB")
    if written.left_out:
        say(f"{written.left_out} captures are left out: their files are not closed, or not there")
    if args.kind == SITE and not args.viewer:
        say("put ui.js and sw.js of ReplayWeb.page beside index.html; --viewer fetches them")
