"""`portal import --accept` and `--remove`: accepts or removes files that are in the archive.

The command line calls it in place of `import_`, which declares the options.
"""

import argparse
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path

from archive.database.reading import ended_by_sigterm
from archive.errors import ArchiveMissingError, ArchiveUnwritableError
from archive.filesystem.locks import archive_lock
from archive.imports.removal import kept_named
from archive.integrity.accepting import Accepted, accept
from archive.layout import Layout, archive_folder
from archive.moments import now, utc_text
from archive.output import say, write_json
from archive.warc import storage
from archive.warc.file_names import companion_path
from portal_crawler.commands.options import contact, reserve_bytes
from portal_crawler.exit_codes import ExitCode
from portal_crawler.launch.display import counting_bar
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.rebuild import Rebuilt, check_rebuild, rebuild
from portal_crawler.reprocessing.removal import Removal, remove_imports


def run(args: argparse.Namespace) -> int:
    """Accept or remove the files, as the option says."""
    layout = Layout(archive_folder(args.archive))
    return _accept(layout, args) if args.accept else _remove(layout, args)


def _accept(layout: Layout, args: argparse.Namespace) -> int:
    """Write the findings in the files into their companions as accepted."""
    if not storage.has_files(layout):
        raise ArchiveMissingError(
            f"no WARC files in {layout.warc}; name an archive with --archive or $PORTAL_ARCHIVE"
        )
    by, at = contact(args.settings), now()
    left = 0
    with archive_lock(layout):
        for path in list(dict.fromkeys(kept_named(layout, given) for given in args.files)):
            done = _accepted(layout, path, by, at)
            left += len(done.left)
            if args.json:
                write_json({"file": path.name, "by": by, "at": utc_text(at), **asdict(done)})
            for one in done.left:
                say(f"{one.where}: {one.what} [{one.code}]; this cannot be accepted")
            if not args.quiet:
                say(f"{path.name}: {_accepted_words(done, by)}")
    return int(ExitCode.DAMAGED if left else ExitCode.OK)


def _accepted(layout: Layout, path: Path, by: str, at: datetime) -> Accepted:
    try:
        return accept(layout, path, by, at)
    except OSError as error:
        raise ArchiveUnwritableError(
            f"cannot write the companion of {path}: {error.strerror or error}; nothing was "
            "changed. Free the disk or correct the folder's permissions, and try again"
        ) from error


def _accepted_words(done: Accepted, by: str) -> str:
    if done.places:
        count = "1 finding" if done.places == 1 else f"{done.places} findings"
        return f"{count} accepted by {by}; `portal verify --all` shows them"
    if done.before:
        return "all its findings were accepted before"
    return "nothing to accept"


def _remove(layout: Layout, args: argparse.Namespace) -> int:
    """Move the files out of the archive, rebuild the database, and report both."""
    if not layout.database.is_file():
        raise ArchiveMissingError(
            f"no archive.db in {layout.folder}; name an archive with --archive or $PORTAL_ARCHIVE, "
            "or rebuild its database with `portal rebuild`"
        )
    declared = readable_portals(args.settings)
    with archive_lock(layout), ended_by_sigterm(), ExitStack() as while_reading:
        kept = list(dict.fromkeys(kept_named(layout, given) for given in args.files))
        check_rebuild(layout, declared, reserve_bytes(args.settings))
        on_captures = while_reading.enter_context(counting_bar("Captures", None, quiet=args.quiet))
        rebuild_database = partial(rebuild, layout, declared, on_captures=on_captures, warned=say)
        removal = remove_imports(layout, kept, rebuild_database)
    if args.json:
        write_json(_json_of(layout, removal))
    if not args.quiet:
        for line in _words(layout, removal):
            say(line)
    damages = removal.rebuilt.damages if removal.rebuilt is not None else 0
    if damages:
        say(f"damaged places passed over in {layout.warc}: {damages}; see `portal verify`")
        return int(ExitCode.DAMAGED)
    is_part = removal.rebuilt is not None and bool(removal.rebuilt.undeclared)
    return int(ExitCode.INCOMPLETE if is_part else ExitCode.OK)


def _words(layout: Layout, removal: Removal) -> list[str]:
    companions = {companion_path(move.origin) for move in removal.moves}
    lines = [
        f"{move.origin.name}: removed; it is kept as {move.target.relative_to(layout.folder)}"
        for move in removal.moves
        if move.origin not in companions
    ]
    lines += [
        f"{file}: {count} of its revisits repeat records that were removed; they have no captures "
        "until these are imported again"
        for file, count in removal.unresolved.items()
    ]
    if removal.rebuilt is not None:
        lines.append(_rows_words(layout, removal.rebuilt))
    return lines


def _rows_words(layout: Layout, rebuilt: Rebuilt) -> str:
    before = "not readable" if rebuilt.before is None else rebuilt.before.words()
    return f"{layout.database} rebuilt; before: {before}; now: {rebuilt.after.words()}"


def _json_of(layout: Layout, removal: Removal) -> dict[str, object]:
    rebuilt = removal.rebuilt
    moved = {
        str(move.origin.relative_to(layout.folder)): str(move.target.relative_to(layout.folder))
        for move in removal.moves
    }
    before = rebuilt.before if rebuilt is not None else None
    return {
        "moved": moved,
        "unresolved": removal.unresolved,
        "before": asdict(before) if before is not None else None,
        "after": asdict(rebuilt.after) if rebuilt is not None else None,
    }
