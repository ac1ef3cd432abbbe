"""Other people's tools that every one of our WARC files must satisfy.

Each tool runs as a program of its own; pywb out of .venv-pywb, which the Makefile makes.
pywb 2.10 has two errors: it takes the trailers of a chunked body for part of it (no test checks
that), and with an index of its own it shows the revisit of a 304 as an empty 304.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from warcio.archiveiterator import ArchiveIterator

ROOT = Path(__file__).parents[2]
PYWB = ROOT / ".venv-pywb" / "bin"
START_S = 30.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the server sent it."""

    url: str
    captured_at: str
    """As WARC-Date."""
    body: bytes
    """De-chunked; its content coding is kept."""


def pass_gate(path: Path, work: Path, pages: Iterable[Page]) -> None:
    """Raise AssertionError, with its output, for the first tool that does not accept the file."""
    run("gzip", "-t", str(path))
    run(tool("fastwarc"), "check", "-q", str(path))
    if not has_chunked_bodies(path):
        run(tool("warcio"), "check", str(path))
    check_index(path)
    check_wacz(path, work, pages)


def check_index(path: Path) -> None:
    """cdxj-indexer's lines are sorted, one for each response and revisit."""
    index = run(tool("cdxj-indexer"), "-s", str(path))
    subprocess.run(
        ["sort", "-c"], input=index, text=True, check=True, env={**os.environ, "LC_ALL": "C"}
    )
    kinds = [kind for kind, _ in http_records(path)]
    answers = [kind for kind in kinds if kind in ("response", "revisit")]
    assert len(index.splitlines()) == len(answers)


def check_wacz(path: Path, work: Path, pages: Iterable[Page]) -> None:
    """The file goes into a WACZ, with full pages, that is valid."""
    listed = work / "pages.jsonl"
    header = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    lines = [header, *({"url": page.url, "ts": page.captured_at} for page in pages)]
    listed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    target = work / "archive.wacz"
    run(tool("wacz"), "create", "-f", str(path), "-o", str(target), "-t", "-p", str(listed))
    run(tool("wacz"), "validate", "-f", str(target))


def has_chunked_bodies(path: Path) -> bool:
    """Whether any answer is chunked, which `warcio check` takes for a wrong payload digest."""
    heads = (
        block.partition(b"\r\n\r\n")[0] for kind, block in http_records(path) if kind == "response"
    )
    return any(b"transfer-encoding: chunked" in head.lower() for head in heads)


def http_records(path: Path) -> list[tuple[str, bytes]]:
    """Type and block of each record."""
    with path.open("rb") as file:
        records = ArchiveIterator(file, no_record_parse=True)
        return [(record.rec_type, record.raw_stream.read()) for record in records]


def pywb_is_missing() -> bool:
    """Whether the tests that ask pywb must be skipped."""
    return not (PYWB / "wayback").exists()


@contextmanager
def wayback(files: Iterable[Path], work: Path) -> Iterator[str]:
    """pywb over copies of the files, with its own index, for the time of the block; yields the
    address of its collection."""
    run(str(PYWB / "wb-manager"), "init", "c", folder=work)
    run(str(PYWB / "wb-manager"), "add", "c", *map(str, files), folder=work)
    with _serving(work) as address:
        yield f"{address}/c"


@contextmanager
def wayback_in_place(archive: Path, work: Path) -> Iterator[str]:
    """pywb as `portal replay --pywb` has it read an archive; yields its collection's address."""
    run(tool("python"), "-m", "portal_crawler.cli", "replay", "--pywb", str(work),
        "--archive", str(archive), folder=ROOT)  # fmt: skip
    with _serving(work) as address:
        yield f"{address}/archive"


@contextmanager
def _serving(work: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [PYWB / "wayback", "--bind", "127.0.0.1", "--port", str(port)],
        cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def await_port(port: int) -> None:
    """Return when something listens."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port} after {START_S} s")


def replayed(address: str, page: Page) -> tuple[int, bytes]:
    """Status and body of a page as pywb gives it back without rewriting, decoded."""
    date = "".join(character for character in page.captured_at if character.isdigit())
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{address}/{date}id_/{page.url}", timeout=20) as answer:
            return answer.status, decoded(answer.read(), answer.headers.get("Content-Encoding"))
    except HTTPError as error:
        with error:
            return error.code, decoded(error.read(), error.headers.get("Content-Encoding"))
    except URLError as error:
        raise AssertionError(f"pywb does not answer for {page.url}: {error}") from error


def decoded(body: bytes, coding: str | None) -> bytes:
    """A body without gzip or deflate."""
    return zlib.decompress(body, 47) if coding in ("gzip", "deflate") else body


def sha256(body: bytes) -> str:
    """For comparisons whose failure can be read."""
    return hashlib.sha256(body).hexdigest()


def tool(name: str) -> str:
    """A program that is installed beside the running Python."""
    return str(Path(sys.executable).parent / name)


def run(*command: str, folder: Path | None = None) -> str:
    """The output of a program. Raises AssertionError, with the output, if the program fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
    return done.stdout
