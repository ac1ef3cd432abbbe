"""`portal status NAME --model`: the layout learned for a portal, and corrections of it."""

import argparse
import json
import sqlite3
import sys
from pathlib import Path

from archive.commands.tables import write_table
from archive.commands.terminal import wrapped
from archive.database.reading import answering
from archive.database.site_models import SiteModels, StoredModel
from archive.filesystem.locks import portal_lock
from archive.layout import Layout, archive_folder
from archive.models import PortalEntry
from archive.output import bold, say, write, write_json
from archive.search.filters import check_portals
from archive.warc.own_records import Correction
from portal_crawler.errors import UnknownPortalError, UsageError
from portal_crawler.learning.model import FIELDS, SiteModel
from portal_crawler.portals.registry import readable_portal
from portal_crawler.reprocessing.corrections import apply_correction, unmatched, write_correction
from portal_crawler.reprocessing.portal_draft import declared_facts, draft, stored_facts

BLOCKS_SHOWN = 20
"""Blocks of a layout's boilerplate that are printed; --json has all."""

WIDEST_TEXT = 60


def run(args: argparse.Namespace) -> int:
    """Print the layouts, or store a corrected one."""
    if args.portal is None:
        raise UsageError("--model needs a portal: portal status NAME --model")
    layout = Layout(archive_folder(args.archive))
    with answering(layout) as connection:
        check_portals(connection, (args.portal,))
        models = SiteModels(connection, args.portal).all()
        entry = _entry(connection, args.portal)
        if entry.platform != "generic":
            raise UsageError(
                f"{args.portal} is read by the rules of platform {entry.platform}; "
                "only portals of platform generic are learned"
            )
        if args.draft and args.correct is None:
            _draft(connection, entry, models, args)
        elif args.correct is None:
            _print(models, args)
    if args.correct is not None:
        _correct(layout, args, models)
    return 0


def _print(models: list[StoredModel], args: argparse.Namespace) -> None:
    if args.json:
        for stored in models:
            write_json(_values(args.portal, stored))
    else:
        _list(args.portal, models)


def _entry(connection: sqlite3.Connection, name: str) -> PortalEntry:
    row = connection.execute("SELECT * FROM portals WHERE name = ?", (name,)).fetchone()
    return PortalEntry(**dict(row))


def _values(portal: str, stored: StoredModel) -> dict[str, object]:
    return {
        "portal": portal,
        "since": stored.since,
        "id": stored.id,
        "learned_from": stored.pages,
        "corrected_by": stored.corrected_by,
        "sampled": stored.sampled,
        "agreed": stored.agreed,
        "model": json.loads(stored.model) if stored.model is not None else None,
    }


def _list(portal: str, models: list[StoredModel]) -> None:
    if not models:
        say(f"no layout has been learned for {portal} yet; that takes at least five articles")
    for number, stored in enumerate(models):
        if number:
            write()
        how = "corrected by a person" if stored.corrected_by else f"from {stored.pages} pages"
        write(bold(f"{portal} since {stored.since}, {how}"))
        if stored.sampled:
            share = stored.agreed / stored.sampled
            pages = "1 further page" if stored.sampled == 1 else f"{stored.sampled} further pages"
            write(f"on {pages} its text agreed by {share:.0%} with a general reading")
        if stored.model is None:
            write("its pages have too little in common to learn a layout")
        else:
            _write_model(SiteModel.from_json(stored.model))


def _write_model(model: SiteModel) -> None:
    selectors = {
        "title": model.title,
        "date": model.date,
        "lead": model.lead,
        "author": model.author,
        "cover": model.cover,
        "body": model.containers,
        "drop": model.drop,
    }
    write()
    write_table(
        ("field", "selectors, the first match counts"),
        [(name, one) for name, found in selectors.items() for one in found],
    )
    if model.fields:
        write()
        write_table(
            ("field", "read by", "layout", "each page alone", "pages left out"),
            [_support(model, name) for name in FIELDS if name in model.fields],
        )
    blocks = sorted(model.boilerplate, key=lambda block: -block.pages)
    write()
    rows = [(block.pages, block.kind, _short(block.text)) for block in blocks[:BLOCKS_SHOWN]]
    write_table(("pages", "kind", "repeated block"), rows)
    if len(blocks) > BLOCKS_SHOWN:
        write(f"and {len(blocks) - BLOCKS_SHOWN} more; --json has all")
    for line in wrapped(f"{model.support:.0%} of the pages have their text there", "", start=""):
        write(line)


def _support(model: SiteModel, name: str) -> tuple[str, ...]:
    """How a field is read, and the points of both readings on the pages left out."""
    support = model.fields[name]
    reader = "each page alone" if name in model.weak else "layout"
    points = (f"{value:.4g}" for value in (support.learned, support.single))
    return (name, reader, *points, str(support.pages))


def _short(text: str) -> str:
    return text if len(text) <= WIDEST_TEXT else f"{text[: WIDEST_TEXT - 1]}…"


def _draft(
    connection: sqlite3.Connection,
    entry: PortalEntry,
    models: list[StoredModel],
    args: argparse.Namespace,
) -> None:
    """Print a module, with the portal's declaration if that is here, else with stored facts."""
    known = [SiteModel.from_json(stored.model) for stored in models if stored.model is not None]
    if not known:
        raise UsageError(f"no layout has been learned for {entry.name} yet")
    declared = readable_portal(entry.name, args.settings)
    facts = stored_facts(connection, entry) if declared is None else declared_facts(declared)
    for line in draft(facts, known).rstrip().split("\n"):
        write(line)


def _correct(layout: Layout, args: argparse.Namespace, models: list[StoredModel]) -> None:
    """Write the correction into a WARC file, then read the portal's pages by it."""
    since, model = _given(args, models)
    declared = readable_portal(args.portal, args.settings)
    if declared is None:
        raise UnknownPortalError(
            f"no portal is named {args.portal!r} here, so its pages cannot be read again; name the "
            "folder of its module by --portals or $PORTAL_PORTALS"
        )
    with portal_lock(layout, args.portal):
        _check_matches(layout, args, since, model)
        correction = write_correction(layout, Correction(args.portal, since, _line(model)))
        effect = apply_correction(layout, declared, correction)
    say(f"{args.portal}: layout since {since} corrected; {effect.words()}")


def _given(args: argparse.Namespace, models: list[StoredModel]) -> tuple[str, SiteModel]:
    """When the corrected layout begins, and the layout; raises UsageError."""
    source = args.correct
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        values = json.loads(text)
        named = values.get("since") if isinstance(values, dict) else None
        whole = values["model"] if named is not None else values
        model = SiteModel.from_json(json.dumps(whole, ensure_ascii=False))
    except (OSError, UnicodeError, ValueError, KeyError, RecursionError) as error:
        raise UsageError(
            f"--correct {source}: {error}; edit a line that `--model --json` prints"
        ) from error
    portal = values.get("portal", args.portal)
    if portal != args.portal:
        raise UsageError(
            f"--correct {source}: this is a layout of portal {portal!s:.60}, not of {args.portal}; "
            f"edit a line that `portal status {args.portal} --model --json` prints"
        )
    periods = [stored.since for stored in models]
    since = named or (periods[-1] if periods else "")
    if since not in periods:
        raise UsageError(f"--correct {source}: there is no layout since {since or 'any time'}")
    return since, model


def _check_matches(layout: Layout, args: argparse.Namespace, since: str, model: SiteModel) -> None:
    """Raise UsageError if the selectors of a field find nothing on the archived pages."""
    with answering(layout) as connection:
        missing = unmatched(layout, connection, args.portal, since, model)
    if not missing.selectors:
        return
    found = "; ".join(f"{name}: {', '.join(css)}" for name, css in missing.selectors.items())
    raise UsageError(
        f"--correct {args.correct}: {found} finds nothing on the newest {missing.pages} pages of "
        f"the layout since {since}, so nothing was changed; correct these selectors"
    )


def _line(model: SiteModel) -> str:
    return json.dumps(json.loads(model.to_json()), ensure_ascii=False, sort_keys=True)
