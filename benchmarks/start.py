"""CPU time of starts: a crawl to its first request, `portal --help`, `portal search`."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

from benchmarks.environment import environment
from benchmarks.processes import FailedError, run
from benchmarks.replica import ROOT

PORTAL = [sys.executable, "-m", "portal_crawler.cli"]
FIRST_REQUEST_S = 60
"""How long a crawl may take to ask for anything."""


def command_cpu_s(*arguments: str) -> float:
    """CPU seconds of a whole `portal` command."""
    return run([*PORTAL, *arguments], ROOT).cpu_s


def import_cpu_s() -> float:
    """CPU seconds of an interpreter that imports Scrapy's crawler and ends."""
    return run([sys.executable, "-c", "import scrapy.crawler"], ROOT).cpu_s


def first_request_cpu_s(archive: Path, folder: Path) -> float:
    """CPU seconds of a crawl into a copy of an archive, or a new one, until its first request.

    A listening socket takes the part of the proxy; the crawl is ended at its first request.
    """
    copy = folder / "archive"
    shutil.rmtree(copy, ignore_errors=True)
    if archive.exists():
        shutil.copytree(archive, copy)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(FIRST_REQUEST_S)
        host, port = listening.getsockname()
        process = subprocess.Popen(
            [*PORTAL, "crawl", "hanoi-sotttt", "-q", "--archive", str(copy)],
            cwd=ROOT, env=environment(f"http://{host}:{port}"),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _await_request(listening)
            return _on_cpu_s(process.pid)
        finally:
            process.kill()
            process.wait()


def _await_request(listening: socket.socket) -> None:
    try:
        connection, _ = listening.accept()
        with connection:
            connection.settimeout(FIRST_REQUEST_S)
            connection.recv(1)
    except TimeoutError as error:
        raise FailedError(f"asked for nothing in {FIRST_REQUEST_S} s") from error


def _on_cpu_s(pid: int) -> float:
    """CPU seconds of the threads that a process has now."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in stats) / 1e9
