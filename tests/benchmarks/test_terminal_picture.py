"""The README's picture of a terminal: an SVG that any viewer can draw, of what was written."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.processes import FailedError
from benchmarks.terminal_picture import PICTURE, drawn, terminal_output

COMMAND = ("portal", "search", "đổi")
ANSWER = "\x1b[1mChuyển đổi\x1b[0m số & <b>\n   2024-10-10\n"


def shown(svg: str) -> str:
    return " ".join("".join(ElementTree.fromstring(svg).itertext()).split())


def test_the_picture_shows_the_command_and_its_output_without_escape_codes() -> None:
    svg = drawn(COMMAND, ANSWER)
    words = shown(svg)
    assert "$ portal search đổi" in words
    assert "Chuyển đổi số & <b>" in words
    assert "\x1b" not in svg


def test_the_picture_asks_no_server_for_anything() -> None:
    svg = drawn(COMMAND, ANSWER)
    assert "url(http" not in svg
    assert "@font-face" not in svg


def test_a_command_that_fails_makes_no_picture(tmp_path: Path) -> None:
    python = Path(sys.executable).name
    assert terminal_output((python, "-c", "print('có')"), tmp_path) == "có\n"
    with pytest.raises(FailedError, match="ended with 3"):
        terminal_output((python, "-c", "raise SystemExit(3)"), tmp_path)


def test_the_picture_of_the_readme_is_one_of_the_demo() -> None:
    assert "$ portal demo" in shown(PICTURE.read_text("utf-8"))
