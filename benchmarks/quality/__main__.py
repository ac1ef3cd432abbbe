"""`make quality`: the table, the worst pages, and 1 where a figure is below its floor."""

import argparse
import json
import platform
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from benchmarks.quality.corpora import CORPORA, corpus
from benchmarks.quality.measuring import (
    FLOORS_FILE,
    Fallen,
    Floors,
    Measured,
    fallen,
    floors,
    measured,
    moved,
)
from benchmarks.quality.methods import METHODS, PEERS, Method
from benchmarks.quality.mutations import (
    MUTATED_CORPORA,
    MUTATIONS,
    PAGES_OF_EACH,
    Falls,
    falls,
)
from benchmarks.quality.saved import Corpus
from benchmarks.quality.scoring import Summary
from benchmarks.quality.table import (
    COMPARED_WITH,
    Table,
    as_markdown,
    as_rich,
    mutation_table,
    quality_table,
    site_table,
)
from benchmarks.quality.worst import as_json, show, worst_pages
from portal_crawler.launch.display import counting_bar

WIDTH = 100
"""Columns if stdout is not a terminal."""

LEGEND = (
    "Counts: right ones, +N invented ones; the rest: means over pages. body: strict, a lead or a"
    " caption in it is an error; text: lead and body together, lenient."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 below a floor, or where shipped pages are not those of the floors."""
    options = _options(arguments)
    wanted = floors(options.floors)
    methods = [method for method in METHODS if method.is_ours or not options.ours]
    there = {name: corpus(name) for name in options.only or CORPORA}
    measurements = _measurements([found for found in there.values() if found], methods)
    mutations = _mutations(there, methods)
    below = [*fallen(measurements, wanted)]
    changed = {one: words for one in there.values() if one and (words := moved(one, wanted))}
    if options.json:
        _print_json(measurements, below, [*changed.values()], options)
        _print_mutations_as_json(mutations)
    elif options.markdown:
        _print_markdown(measurements, below, mutations)
    else:
        _print_for_people(measurements, below, mutations, options)
    _tell_troubles(there, changed, below, wanted)
    return int(bool(below) or any(one.shipped for one in changed))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description=__doc__, epilog="see docs/QUALITY.md"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one object a line")
    form.add_argument(
        "--markdown", action="store_true", help="the tables as docs/QUALITY.md has them"
    )
    parser.add_argument("--only", action="append", choices=CORPORA, help="this corpus")
    parser.add_argument("--ours", action="store_true", help="without the peers, which take longest")
    parser.add_argument(
        "--floors", type=Path, default=FLOORS_FILE, metavar="FILE", help="other floors than CI's"
    )
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="pages with a diff (10)")
    parser.add_argument(
        "--method", default="platform", choices=[method.name for method in METHODS],
        help="whose worst pages are shown (platform)",
    )  # fmt: skip
    return parser.parse_args(arguments)


def _measurements(corpora: Sequence[Corpus], methods: Sequence[Method]) -> list[Measured]:
    pages = sum(one.answers for one in corpora) * len(methods)
    with counting_bar("pages read", pages, quiet=False) as tell:
        return [measured(one, method, tell) for one in corpora for method in methods]


def _mutations(there: Mapping[str, Corpus | None], methods: Sequence[Method]) -> list[Falls]:
    """How changed pages are read by our single-page reading and by the peer compared with."""
    corpora = [found for name in MUTATED_CORPORA if (found := there.get(name))]
    if not corpora:
        return []
    compared = [one for one in methods if one.name in ("no-model", COMPARED_WITH)]
    pages = len(corpora) * PAGES_OF_EACH * len(compared) * (len(MUTATIONS) + 1)
    with counting_bar("changed pages read", pages, quiet=False) as tell:
        return list(falls(corpora, compared, tell))


def _tables(measurements: Sequence[Measured]) -> Iterator[list[Measured]]:
    for name in dict.fromkeys(one.corpus.name for one in measurements):
        yield [one for one in measurements if one.corpus.name == name]


def _versions() -> str:
    return ", ".join(dict.fromkeys(f"{peer.package} {peer.version}" for peer in PEERS))


def _print_for_people(
    measurements: Sequence[Measured],
    falls: Sequence[Fallen],
    mutations: Sequence[Falls],
    options: argparse.Namespace,
) -> None:
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    for columns in _tables(measurements):
        for table in (quality_table(columns, falls), site_table(columns)):
            if table:
                _print_table(console, table)
    if mutations:
        _print_table(console, mutation_table(mutations))
    console.print(f"{LEGEND} {'' if options.ours else f'Measured: {_versions()}.'}\n")
    leaks = _leaks([one.summary for one in measurements if one.method.name == options.method])
    if leaks:
        console.print(f"{options.method} leaks: {leaks}\n", markup=False)
    pages = worst_pages(measurements, options.method, options.worst)
    worst = (
        f"{options.method}: {f'the worst pages, {len(pages)}' if pages else 'all pages are exact'}"
    )
    console.print(
        Text.assemble((worst, "bold"), " (body, shingles, strict; [-missing-] {+extra+})")
    )
    show(console, pages)


def _print_table(console: Console, table: Table) -> None:
    console.print(Text(table.title, style="bold"), as_rich(table), "", sep="\n")


def _leaks(summaries: Sequence[Summary]) -> str:
    """The phrases of boilerplate that pages show, the commonest first."""
    phrases = sum((Counter(summary.leak_phrases) for summary in summaries), Counter[str]())
    return ", ".join(f"{phrase} ({pages})" for phrase, pages in phrases.most_common())


def _print_markdown(
    measurements: Sequence[Measured], falls: Sequence[Fallen], mutations: Sequence[Falls]
) -> None:
    """With the day and the versions, to be put into docs/QUALITY.md as it is."""
    day = datetime.now(UTC).date()
    print(f"Measured on {day} with Python {platform.python_version()}, {_versions()}.")
    for columns in _tables(measurements):
        for table in (quality_table(columns, falls), site_table(columns)):
            if table:
                print(f"\n{as_markdown(table)}")
    if mutations:
        print(f"\n{as_markdown(mutation_table(mutations))}")


def _print_json(
    measurements: Sequence[Measured],
    falls: Sequence[Fallen],
    changed: Sequence[str],
    options: argparse.Namespace,
) -> None:
    rows: list[dict[str, Any]] = [_row(one) for one in measurements if one.pages]
    rows += [as_json(page) for page in worst_pages(measurements, options.method, options.worst)]
    rows += [{"below_floor": str(fall), **asdict(fall)} for fall in falls]
    rows += [{"changed": words} for words in changed]
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def _print_mutations_as_json(mutations: Sequence[Falls]) -> None:
    for one in mutations:
        row = {"mutation": one.kind, "mutated": one.method.name, "fallen": one.fallen, "of": one.of}
        print(json.dumps(row))


def _row(one: Measured) -> dict[str, Any]:
    sites = {site.name: one.of_site(site.name) for site in one.corpus.sites}
    return {
        "corpus": one.corpus.name,
        "digest": one.corpus.digest,
        "method": one.method.name,
        "version": one.method.version or None,
        "cpu_ms": round(one.cpu_ms, 2),
        "learning_ms": None if one.learning_ms is None else round(one.learning_ms, 2),
        **_figures(one.summary),
        "sites": {name: _figures(summary) for name, summary in sites.items() if summary},
    }


def _figures(summary: Summary) -> dict[str, Any]:
    texts = {
        name: {part: round(share, 4) for part, share in asdict(overlap).items()}
        for name, overlap in summary.texts.items()
    }
    fields = {name: asdict(counts) for name, counts in summary.fields.items()}
    leak = {"leak": round(summary.leak, 4), "leak_phrases": dict(summary.leak_phrases)}
    return {"pages": summary.pages, **fields, **texts, **leak}


def _tell_troubles(
    there: dict[str, Corpus | None],
    changed: dict[Corpus, str],
    falls: Sequence[Fallen],
    wanted: Floors,
) -> None:
    """On stderr, so that data stays data."""
    for name, found in there.items():
        if found is None:
            print(f"{name}: not beside this repository, so not measured", file=sys.stderr)
    for words in changed.values():
        print(words, file=sys.stderr)
    for fall in falls:
        print(f"below its floor: {fall}", file=sys.stderr)
    held = [name for name, found in there.items() if found and name in wanted]
    if not falls:
        print(f"all floors hold ({', '.join(held)})", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
