"""The pages that a method reads worst, each with its missing and extra words."""

from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from benchmarks.quality.measuring import Measured, ReadPage
from benchmarks.quality.word_diff import Change, changes

CHANGES_SHOWN = 3
INDENT = 4
EXACT = 0.99995
"""From here on F1 is printed as 100.00."""


def worst_pages(measurements: Sequence[Measured], method: str, most: int) -> list[ReadPage]:
    """By strict F1 over shingles of the body, the worst first; pages that are exact are none."""
    pages = (
        (page.score.texts["body_shingles"].f1, page)
        for one in measurements
        if one.method.name == method
        for page in one.pages
    )
    return [page for f1, page in sorted(pages, key=itemgetter(0)) if f1 < EXACT][:most]


def show(console: Console, pages: Sequence[ReadPage]) -> None:
    """Print them, with colour where the console has it."""
    for number, page in enumerate(pages, start=1):
        answer = page.site.answers[page.score.url]
        f1 = 100 * page.score.texts["body_shingles"].f1
        title = Text(f"{number:2}. F1 {f1:6.2f}  {answer.said.title}", style="bold")
        console.print(title, no_wrap=True, overflow="ellipsis")
        console.print(Text(" " * INDENT + page.score.url, style="dim"), soft_wrap=True)
        for line in _diff_lines(page):
            console.print(Padding(line, (0, 0, 0, INDENT)))


def _diff_lines(page: ReadPage) -> Iterator[Text]:
    wanted = page.site.answers[page.score.url].said.body
    found = iter(list(changes(wanted, page.reading.found.body)))
    for change in islice(found, CHANGES_SHOWN):
        yield _line(change)
    if left := len(list(found)):
        yield Text(f"and {left} more", style="dim")


def _line(change: Change) -> Text:
    line = Text()
    line.append(f"…{change.before} " if change.before else "", style="dim")
    if change.missing:
        line.append(f"[-{change.missing}-]", style="red")
    if change.extra:
        line.append(f"{{+{change.extra}+}}", style="green")
    line.append(f" {change.after}…" if change.after else "", style="dim")
    return line


def as_json(page: ReadPage) -> dict[str, Any]:
    """For machines."""
    body = page.site.answers[page.score.url].said.body
    return {
        "worst": page.score.url,
        "site": page.site.name,
        "f1": round(page.score.texts["body_shingles"].f1, 4),
        "changes": [
            {"missing": change.missing, "extra": change.extra}
            for change in islice(changes(body, page.reading.found.body), CHANGES_SHOWN)
        ],
    }
