"""Shows the progress of crawls: live bars on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from archive.output import guarded, say, say_in_lines, takes_escapes, unguarded
from archive.printable import printable
from portal_crawler.launch.options import CrawlResult
from portal_crawler.run.progress import Snapshot
from portal_crawler.run.run_log import counts, reason, run_words

if TYPE_CHECKING:
    from rich.progress import TaskID


class Display(Protocol):
    """Shows the progress of one or several crawls."""

    def update(self, snapshot: Snapshot) -> None:
        """Show the progress of one portal."""

    def log(self, line: str) -> None:
        """Show a line of the log."""

    def finish(self, result: CrawlResult) -> None:
        """Show the result of a portal."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop showing, and restore the screen."""


def display_for(*, quiet: bool) -> Display:
    """Bars if stderr is a terminal that can show them, otherwise lines."""
    if quiet:
        return Lines(quiet=True)
    return Bars() if takes_escapes(sys.stderr) else Lines(quiet=False)


@contextmanager
def counting_bar(words: str, total: int | None, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar during the block if stderr can show it; call the given function with each
    advance."""
    if quiet or not takes_escapes(sys.stderr):
        yield lambda _more: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(file=unguarded(sys.stderr))
    with Progress(*columns, console=console, transient=True) as bars, guarded():
        task = bars.add_task("", total=total)
        yield lambda more: bars.advance(task, more)


class Lines:
    """Plain lines on stderr; if quiet, only about failures."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._first_with: dict[str, str] = {}
        """The first portal that failed for a reason, by reason."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def update(self, snapshot: Snapshot) -> None:
        """Do nothing: the log has the progress."""

    def log(self, line: str) -> None:
        """Write a line."""
        if not self._quiet:
            say(line)

    def finish(self, result: CrawlResult) -> None:
        """Write the summary; if quiet, write lines for a mail, and only about a failure."""
        if not self._quiet:
            say(summary(result))
        elif result.exit_code != 0:
            self._mail(result)

    def _mail(self, result: CrawlResult) -> None:
        outcome, why = ("", result.error or "")
        if result.run is not None:
            outcome, why = str(result.run.outcome), reason(result.run)
        first = self._first_with.setdefault(why, result.portal)
        if why and first != result.portal:
            why = f"for the same reason as {first}"
        say_in_lines(": ".join(word for word in (result.portal, outcome, why) if word))
        if result.run is not None:
            say_in_lines(f"  {counts(result.run)}")
        if result.log is not None:
            say_in_lines(f"  log: {result.log}")


class Bars:
    """A live line for each portal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._console = Console(file=unguarded(sys.stderr), highlight=False)
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[portal]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[words]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._shown = ExitStack()

    def __enter__(self) -> Self:
        self._shown.enter_context(self._bars)
        self._shown.enter_context(guarded())  # the stream that rich has installed
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.close()

    def update(self, snapshot: Snapshot) -> None:
        """Move the portal's bar."""
        if snapshot.portal not in self._tasks:
            self._tasks[snapshot.portal] = self._bars.add_task(
                "", portal=snapshot.portal, words="", total=None
            )
        self._bars.update(
            self._tasks[snapshot.portal],
            completed=snapshot.fetched + snapshot.failures,
            total=snapshot.asked or None,
            words=progress_words(snapshot),
        )

    def log(self, line: str) -> None:
        """Write a line above the bars."""
        self._console.print(printable(line), markup=False)

    def finish(self, result: CrawlResult) -> None:
        """Replace the portal's bar by its summary line."""
        task = self._tasks.pop(result.portal, None)
        if task is not None:
            self._bars.remove_task(task)
        self._console.print(printable(summary(result)), markup=False, soft_wrap=True)


def progress_words(snapshot: Snapshot) -> str:
    """`listed 240 of 2952, stored 230, 3 with problems, 1 failed, 1.0/s, 45 min left`."""
    of = f" of {snapshot.portal_count}" if snapshot.portal_count else ""
    parts = [f"listed {snapshot.listed}{of}", f"stored {snapshot.stored}"]
    parts += [f"{snapshot.problems} with problems"] if snapshot.problems else []
    parts += [f"{snapshot.failures} failed"] if snapshot.failures else []
    parts.append(f"{snapshot.rate:.1f}/s")
    if snapshot.portal_count and snapshot.rate > 0 and snapshot.asked == snapshot.listed:
        left = max(0, snapshot.portal_count - snapshot.fetched) / snapshot.rate
        parts.append(f"at most {duration(left)} left")
    return ", ".join(parts)


def summary(result: CrawlResult) -> str:
    """One line about the end of a portal's crawl."""
    end = result.error if result.run is None else run_words(result.run)
    log = f"; log: {result.log}" if result.log is not None and result.exit_code != 0 else ""
    return f"{result.portal}: {end}{log}"


def duration(seconds: float) -> str:
    """`40 s`, `12 min` or `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
