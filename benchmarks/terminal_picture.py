"""The README's picture: a terminal after `portal demo`, drawn from a real run.

    python -m benchmarks.terminal_picture [FILE]

Runs the demo in an empty folder with its output on a pseudo-terminal and writes an SVG, by default
docs/terminal.svg. Exits with 1 if the demo fails.
"""

import argparse
import io
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from benchmarks.processes import FailedError
from benchmarks.replica import ROOT

PICTURE = ROOT / "docs" / "terminal.svg"
COLUMNS = 100
COMMAND = ("portal", "demo")
TIMEOUT_S = 120
CHUNK_BYTES = 1 << 16

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>The output of portal demo</title>
<style>
.{unique_id}-matrix {{
  font-family: "Noto Sans Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; white-space: pre;
}}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own form, without its fonts, which are fetched from a public server."""


def terminal_output(command: tuple[str, ...], folder: Path) -> str:
    """All that a command writes to a terminal of 100 columns, with its escape codes.

    Raises FailedError if the command does not end with 0.
    """
    ours, its = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    try:
        process = subprocess.Popen(
            (Path(sys.executable).with_name(command[0]), *command[1:]),
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=its,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(its)
        written = _all_of(ours)
    finally:
        os.close(ours)
    if code := process.wait(TIMEOUT_S):
        raise FailedError(f"{' '.join(command)} ended with {code}")
    return written.decode("utf-8").replace("\r\n", "\n")


def _all_of(terminal: int) -> bytes:
    """Everything written until the last writer closes it."""
    written = bytearray()
    while True:
        try:
            read = os.read(terminal, CHUNK_BYTES)
        except OSError:  # EIO: how Linux says that nobody can write any more
            return bytes(written)
        if not read:
            return bytes(written)
        written += read


def drawn(command: tuple[str, ...], output: str) -> str:
    """The SVG of a terminal that shows a command and its output."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {' '.join(command)}", "bold green"))
    console.print(Text.from_ansi(output.strip()))
    return console.export_svg(
        title="portal-archive", theme=MONOKAI, code_format=SVG, unique_id="terminal"
    )


def main() -> int:
    """Run the demo and write the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, default=PICTURE, metavar="FILE")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            output = terminal_output(COMMAND, Path(folder))
        except FailedError as error:
            print(error, file=sys.stderr)
            return 1
    args.file.write_text(drawn(COMMAND, output), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
