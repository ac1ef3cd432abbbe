"""The one door to stdout and stderr, and the one rule for colors and bars."""

import ast
import io
import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from archive.output import guarded, is_plain, say, takes_escapes, write, write_json
from archive.printable import printable, printable_json

ROOT = Path(__file__).parents[2]

HOSTILE = [
    "\x00", "\x07", "\x08", "\x1b", "\x7f", "\x80", "\x9b", "\x9f", "\u061c", "\u200b", "\u200e",
    "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\u206f", "\ufeff",
    "\ufdd0", "\udc9b", "\udcff", "\ud800", "\U000e0041",
]  # fmt: skip


@pytest.mark.parametrize("character", HOSTILE, ids=ascii)
def test_what_acts_on_a_terminal_is_replaced_in_words_and_escaped_in_json(character: str) -> None:
    text = f"Chuyển{character}đổi"
    assert printable(text) == "Chuyển\ufffdđổi"
    line = printable_json({"title": text})
    assert character not in line
    assert json.loads(line) == {"title": text}


def test_letters_and_emoji_stay() -> None:
    text = "Đường – “số” 👩\u200d💻 ệ e\u0323\u0302 ไทย"
    assert printable(text) == text


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1258"])
def test_no_letter_is_too_much_for_a_stream_and_json_stays_json(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "é ệ 😀 \udcff \x9b \t"
    streams = [io.TextIOWrapper(io.BytesIO(), encoding, errors="strict") for _ in "oe"]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    with guarded():
        write_json({"title": text})
        write(text)
        say(text)
        print(text, file=sys.stderr)
    data, words = (written(stream) for stream in streams)
    assert json.loads(data.splitlines()[0]) == {"title": text}
    assert not {"\x9b", "\udcff"} & {*data, *words}
    assert words.count("\n") == 2


def written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(stream.encoding)


def test_what_others_write_to_the_streams_is_harmless_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with guarded():
        print("a\x1b[2J", "b\u202e")
        sys.stderr.writelines(["c\x9b\n", "d\te\n"])
    assert capsys.readouterr() == ("a\ufffd[2J b\ufffd\n", "c\ufffd\nd\te\n")


@pytest.mark.parametrize(
    ("environment", "escapes"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "0"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "unknown"}, False),
        ({"TERM": ""}, False),
        ({}, False),
    ],
)
def test_escapes_are_for_terminals_that_take_them_and_people_who_want_them(
    environment: dict[str, str], escapes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ours, theirs = pty.openpty()
    with open(theirs, "w") as terminal, os.fdopen(ours):  # noqa: PTH123  a descriptor
        assert takes_escapes(terminal) is escapes
    assert not takes_escapes(io.StringIO())
    assert not (escapes and is_plain())


PASSING = """
from archive.output import guarded, say, say_passing, write
with guarded():
    for number in range(3):
        say_passing(f"reading {number}\\x1b[2J")
    say("found")
    say_passing("reading 4")
    write("data")
    say_passing("reading 5" + "x" * 500)
"""


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_passing_line_makes_room_for_what_stays(term: str) -> None:
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", PASSING],
        cwd=ROOT, env={**os.environ, "TERM": term, "NO_COLOR": "", "COLUMNS": "40"},
        stdout=theirs, stderr=theirs, check=True,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # EIO: nobody has the other end any more
        while piece := os.read(ours, 1 << 16):
            seen += piece
    os.close(ours)
    erased = "\r\x1b[K"
    passing = [f"reading {number}\ufffd[2J{erased}" for number in range(3)]
    last = ("reading 5" + "x" * 500)[:39]
    parts = [*passing, "found\r\n", f"reading 4{erased}", "data\r\n", last + erased]
    wanted = "".join(parts) if term == "xterm" else "found\r\ndata\r\n"
    assert seen.decode() == wanted


def test_all_words_go_through_the_door() -> None:
    """Nobody else writes to the streams, nor asks the environment for colors.

    The server that an exported site brings along runs by itself, without this software.
    """
    found = set()
    for path in sorted(ROOT.glob("archive/**/*.py")) + sorted(ROOT.glob("portal_crawler/**/*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            text = ast.unparse(node)
            is_write = isinstance(node, ast.Call) and (
                ast.unparse(node.func).endswith(("stdout.write", "stderr.write", "Console"))
                and "unguarded" not in text
            )
            is_rule = isinstance(node, ast.Constant) and node.value in ("NO_COLOR", "TERM")
            is_print = isinstance(node, ast.Call) and text.startswith("print(")
            if is_write or is_rule or is_print:
                found.add(str(path.relative_to(ROOT)))
    assert found == {"archive/output.py", "archive/export/site_server.py"}
