"""`make bench`: one table of how fast this is, beside other tools.

    python -m benchmarks.table [--write]

Medians of five rounds in which all tools take turns. Other tools live in environments below .bench/
that are made once. `--write` also writes the table into README.md. Exits with 1 if the server
limited the crawlers. Further measurements are commands of their own:
benchmarks.writing, growth, disk, idle, memory, overhead, scale, install_size (docs/FIGURES.md).
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cleaning_speed import cleaning
from benchmarks.crawl import Portal, with_addresses
from benchmarks.crawling import crawls
from benchmarks.machine import facts
from benchmarks.processes import FailedError
from benchmarks.replica import PAGES, ROOT
from benchmarks.rounds import ROUNDS
from benchmarks.section import Section, in_markdown, in_terminal
from benchmarks.stages import stages
from benchmarks.starting import starts
from benchmarks.subject import Subject, subject

README = ROOT / "README.md"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


def heading(served: Subject) -> list[str]:
    """The subject, the machine and the method of the measurement."""
    return [*facts(), f"{served.words}.", f"Medians of {ROUNDS} rounds in which all take turns."]


def measured(served: Subject) -> tuple[list[Section], bool]:
    """The sections, and whether the server was fast enough for them to mean anything."""
    with tempfile.TemporaryDirectory() as name:
        archive = Path(name) / "archive"
        portal = with_addresses(Portal(proxy=served.proxy, pages=PAGES), archive)
        crawled = crawls(portal, ROUNDS)
        sections = [
            crawled.section,
            starts(archive, ROUNDS),
            stages(served.articles, ROUNDS),
            cleaning(served.articles, ROUNDS),
        ]
    return sections, crawled.is_server_fast


def terminal_text(lines: list[str], sections: list[Section]) -> str:
    """For a terminal."""
    return "\n\n".join(["\n".join(lines), *("\n".join(in_terminal(each)) for each in sections)])


def markdown_text(lines: list[str], sections: list[Section]) -> str:
    """For the README."""
    return "\n".join(_markdown_lines(lines, sections)).strip() + "\n"


def _markdown_lines(lines: list[str], sections: list[Section]) -> Iterator[str]:
    for line in lines:
        yield f"{line}  "
    yield ""
    for section in sections:
        yield from in_markdown(section)


def between_markers(text: str, table: str) -> str:
    """The text with a table in place of the one between the markers.

    Raises ValueError if a marker is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{BEGIN} and {END} are not both there")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"


def main() -> int:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write the table into README.md, too")
    args = parser.parse_args()
    try:
        with subject() as served:
            lines = heading(served)
            sections, is_server_fast = measured(served)
    except FailedError as error:
        print(f"our own crawl or demo failed: {error}", file=sys.stderr)
        return 1
    print(terminal_text(lines, sections))
    if args.write:
        text = README.read_text("utf-8")
        README.write_text(between_markers(text, markdown_text(lines, sections)), "utf-8")
    return 0 if is_server_fast else 1


if __name__ == "__main__":
    sys.exit(main())
