"""Crawls several portals in parallel, each in its own process."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from archive.filesystem.logs import newest_log
from archive.layout import Layout
from archive.models import Run
from portal_crawler.exit_codes import ExitCode
from portal_crawler.launch.display import Display
from portal_crawler.launch.options import CrawlOptions, CrawlResult
from portal_crawler.run.progress import CHANNEL_VARIABLE, Snapshot

POLL_S = 0.5

_PORTAL = (sys.executable, "-P", "-m", "portal_crawler.cli")
"""Without -P, -m would first import from the current directory, which may hold anybody's files."""

BETWEEN_SIGNALS_S = 0.1
"""s. Two signals of a kind that arrive before a process handles them count as one."""


@dataclass(slots=True)
class _Child:
    """The process of one portal, and its unread output."""

    portal: str
    process: subprocess.Popen[bytes]
    progress: IO[bytes]
    output: dict[str, bytes] = field(
        default_factory=lambda: {"progress": b"", "err": b"", "out": b""}
    )


def crawl_apart(
    names: Iterable[str],
    options: CrawlOptions,
    jobs: int,
    display: Display,
    environment: Mapping[str, str] | None = None,
) -> list[CrawlResult]:
    """Crawl each portal, at most `jobs` at a time. SIGINT and SIGTERM are passed on to all."""
    waiting = deque(names)
    running: list[_Child] = []
    results: list[CrawlResult] = []
    stopped: list[int] = []
    passed_on = 0
    with _signals_noted(stopped), selectors.DefaultSelector() as selector:
        while running or (waiting and not stopped):
            while waiting and len(running) < jobs and not stopped:
                running.append(_start(waiting.popleft(), options, selector, environment))
            for key, _ in selector.select(POLL_S):
                _read(key, selector, display)
            news = stopped[passed_on:]
            passed_on += len(news)
            _pass_on(news, running)
            for child in [child for child in running if _is_done(child, selector)]:
                running.remove(child)
                results.append(_result(child, Layout(options.archive)))
                display.finish(results[-1])
    skipped = [
        CrawlResult(name, int(ExitCode.INTERRUPTED), error="interrupted") for name in waiting
    ]
    return results + skipped


def _start(
    name: str,
    options: CrawlOptions,
    selector: selectors.BaseSelector,
    environment: Mapping[str, str] | None,
) -> _Child:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*_PORTAL, "crawl", name, *_arguments(options)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(writer,),
        env={**(os.environ if environment is None else environment), CHANNEL_VARIABLE: str(writer)},
        start_new_session=True,  # Ctrl-C reaches it once, through this process
    )
    os.close(writer)
    child = _Child(name, process, os.fdopen(reader, "rb", buffering=0))
    for stream, kind in (
        (child.progress, "progress"),
        (process.stderr, "err"),
        (process.stdout, "out"),
    ):
        assert stream is not None
        os.set_blocking(stream.fileno(), False)
        selector.register(stream, selectors.EVENT_READ, (child, kind))
    return child


def _arguments(options: CrawlOptions) -> list[str]:
    words = ["--archive", str(options.archive), "--json", "-v"]
    for name in ("pages", "articles", "since"):
        value = getattr(options, name)
        words += [f"--{name}", str(value)] if value is not None else []
    words += ["--time-limit", str(options.time_limit_s)] if options.time_limit_s else []
    words += ["--full"] if options.full else []
    words += [] if options.requisites else ["--no-requisites"]
    for name, value in options.settings.items():
        words += ["-s", f"{name}={value}"]
    return words


def _read(key: selectors.SelectorKey, selector: selectors.BaseSelector, display: Display) -> None:
    child, kind = key.data
    data = os.read(key.fd, 65536)
    if not data:
        selector.unregister(key.fileobj)
        return
    *lines, child.output[kind] = (child.output[kind] + data).split(b"\n")
    if kind == "out":
        child.output[kind] = b"\n".join([*lines, child.output[kind]])
        return
    for line in lines:
        _show(kind, line, display)


def _show(kind: str, line: bytes, display: Display) -> None:
    if kind == "progress":
        display.update(Snapshot(**json.loads(line)))
    else:
        display.log(line.decode("utf-8", errors="replace"))


def _is_done(child: _Child, selector: selectors.BaseSelector) -> bool:
    registered = {key.data[0].portal for key in selector.get_map().values()}
    return child.portal not in registered and child.process.poll() is not None


def _result(child: _Child, layout: Layout) -> CrawlResult:
    child.progress.close()
    code = child.process.returncode
    lines = [line for line in child.output["out"].splitlines() if line.startswith(b"{")]
    if not lines:
        log = newest_log(layout, child.portal)
        return CrawlResult(child.portal, code, error=_unexplained(code), log=log)
    row = json.loads(lines[-1])
    if "error" in row:
        return CrawlResult(child.portal, code, error=row["error"])
    run = Run(**row)
    return CrawlResult(child.portal, code, run=run, log=layout.log_file(child.portal, run.id))


def _unexplained(code: int) -> str:
    """The end of a process that printed no result, in words."""
    if code >= 0:
        return f"its process ended with {code} without a result; its log may say why"
    hint = " (the kernel does so when memory runs out)" if code == -signal.SIGKILL else ""
    name = signal.Signals(-code).name
    return f"its process was killed by {name}{hint}; the next crawl repairs what it left"


@contextmanager
def _signals_noted(stopped: list[int]) -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, lambda got, _frame: stopped.append(got))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pass_on(signals: list[int], running: list[_Child]) -> None:
    """Send each of these signals to each running process; a second one ends it at once."""
    for number in signals:
        for child in running:
            if child.process.poll() is None:
                child.process.send_signal(number)
        time.sleep(BETWEEN_SIGNALS_S)
