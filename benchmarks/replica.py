"""The saved portal that benchmarks crawl, behind a proxy of its own; without it, one made up."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPLICA = ROOT.parent / "shared" / "replica"
HANOI = REPLICA / "hanoi-sotttt.tar.xz"
PAGES = 40
"""Listing pages that the Hanoi pack has."""


def pack_argument() -> Path:
    """The pack that the command names first, else the Hanoi pack; without it the command ends."""
    pack = Path(sys.argv[1]) if len(sys.argv) > 1 else HANOI
    if not pack.exists():
        print(f"{pack} is not there: name a pack of a saved Liferay portal", file=sys.stderr)
        raise SystemExit(2)
    return pack


def is_saved_portal_there() -> bool:
    """Whether the Hanoi pack and its server lie beside the checkout."""
    return HANOI.exists() and (REPLICA / "serve.py").exists()


@contextmanager
def replica(pack: Path) -> Iterator[str]:
    """The saved portal behind a proxy of its own; its address."""
    with _serving([str(REPLICA / "serve.py"), str(pack), "--port", "0"]) as proxy:
        yield proxy


@contextmanager
def made_up(pages: int) -> Iterator[str]:
    """A made-up portal with so many listing pages behind a proxy of its own; its address."""
    with _serving(["-m", "benchmarks.made_up_portal", str(pages)]) as proxy:
        yield proxy


@contextmanager
def _serving(command: list[str]) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://[\d.]+:\d+", server.stdout.readline())
        assert found is not None
        yield found[0]
    finally:
        server.terminate()
        server.wait()
