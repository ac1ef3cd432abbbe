"""The source files that a portal's newest run names are read back from the heads of its files."""

from pathlib import Path

import pytest

from archive.layout import Layout
from archive.models import Run
from archive.warc.own_metadata import lines_of_run
from archive.warc.sources import SourceFile, lines_of_sources, newest_sources
from archive.warc.writer import WarcWriter

OWN = SourceFile("hn_thu.py", b"name = 'hn-thu'\n")
SHARED = SourceFile("chung/g\xf3i.py", b"\xff odd bytes")


def run_with(layout: Layout, lines: list[tuple[str, str]], *sources: SourceFile) -> None:
    run = Run(id=1, portal="hn-thu", started_at="2026-11-23T00:00:00Z")
    writer = WarcWriter(layout, "hn-thu", [("portal", "hn-thu"), ("run", "1")])
    for source in sources:
        writer.write_source(source)
    writer.write_metadata([*lines_of_run(run, "start"), *lines], "urn:portal-run:hn-thu:1")
    writer.close()


def other_file(layout: Layout, lines: list[tuple[str, str]]) -> None:
    writer = WarcWriter(layout, "hn-thu", [("portal", "hn-thu")])
    writer.write_metadata(lines, "urn:other")
    writer.close()


def test_the_newest_run_counts_and_other_files_do_not(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert newest_sources(layout, "hn-thu") == {}
    run_with(layout, lines_of_sources([OWN]), OWN)
    run_with(layout, lines_of_sources([OWN, SHARED]), SHARED)
    other_file(layout, [("model-event", "correction")])
    other_file(layout, [("portal", "hn-thu"), ("run-event", "end")])
    assert newest_sources(layout, "hn-thu") == {
        "hn_thu.py": OWN.digest, "chung/g\xf3i.py": SHARED.digest,
    }  # fmt: skip
    run_with(layout, [])
    assert newest_sources(layout, "hn-thu") == {}


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{", "[" * 100_000, "null"])
def test_a_line_that_is_not_ours_names_none(tmp_path: Path, text: str) -> None:
    run_with(Layout(tmp_path), [("sources", text)])
    assert newest_sources(Layout(tmp_path), "hn-thu") == {}


def test_the_address_of_a_record_has_neither_spaces_nor_letters_with_marks() -> None:
    assert SHARED.target("hn-thu") == "urn:portal-source:hn-thu:chung/g%C3%B3i.py"
