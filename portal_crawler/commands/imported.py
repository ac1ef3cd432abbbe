"""`portal import --remove`: takes imported files out of an archive, with their rows.

The command line calls it in place of `import_`, which declares the options.
"""

import argparse
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial

from archive.errors import ArchiveMissingError
from archive.filesystem.locks import archive_lock
from archive.imports.removal import kept_named
from archive.layout import Layout, archive_folder
from archive.output import say, write_json
from portal_crawler.commands.options import reserve_bytes
from portal_crawler.exit_codes import ExitCode
from portal_crawler.launch.display import counting_bar
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.rebuild import Rebuilt, check_room_to_rebuild, rebuild
from portal_crawler.reprocessing.removal import Removal, remove


def run(args: argparse.Namespace) -> int:
    """Move the files aside, make the database anew, and say what changed."""
    layout = Layout(archive_folder(args.archive))
    if not layout.database.is_file():
        raise ArchiveMissingError(
            f"no archive.db in {layout.folder}; name an archive with --archive or $PORTAL_ARCHIVE, "
            "or make its database again with `portal rebuild`"
        )
    declared = readable_portals(args.settings)
    with archive_lock(layout), ExitStack() as while_reading:
        kept = list(dict.fromkeys(kept_named(layout, given) for given in args.files))
        check_room_to_rebuild(layout, reserve_bytes(args.settings))
        heard = while_reading.enter_context(counting_bar("Captures", None, quiet=args.quiet))
        made_anew = partial(rebuild, layout, declared, heard=heard, warned=say)
        removal = remove(layout, kept, made_anew)
    if args.json:
        write_json(_json_of(layout, removal))
    if not args.quiet:
        for line in _words(layout, removal):
            say(line)
    damages = removal.rebuilt.damages if removal.rebuilt is not None else 0
    if damages:
        say(f"damaged places in {layout.warc} that were passed over: {damages}; `portal verify`")
    return int(ExitCode.DAMAGED if damages else ExitCode.OK)


def _words(layout: Layout, removal: Removal) -> list[str]:
    lines = [
        f"{move.origin.name}: moved to {move.target.relative_to(layout.folder)}"
        for move in removal.moves
    ]
    lines += [
        f"{file}: {count} of its revisits repeat what was removed, and are no captures until that "
        "is imported again"
        for file, count in removal.unresolved.items()
    ]
    if removal.rebuilt is not None:
        lines.append(_rows_words(layout, removal.rebuilt))
    return lines


def _rows_words(layout: Layout, rebuilt: Rebuilt) -> str:
    before = "none that can be read" if rebuilt.before is None else rebuilt.before.words()
    return f"{layout.database} made anew; before: {before}; now: {rebuilt.after.words()}"


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
