"""A corpus's figures as rows and columns, for a terminal or for a document."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable
from rich.text import Text

from benchmarks.quality.measuring import Fallen, Measured
from benchmarks.quality.mutations import FALL, Falls
from benchmarks.quality.scoring import FIELDS, Overlap, Summary

NOT_GIVEN = "–"
COMPARED_WITH = "trafilatura"
"""The method that single pages are compared with, page by page."""

TEXT_GROUPS = (
    ("body_words", "body, words"),
    ("body_shingles", "body, shingles"),
    ("text_words", "text, words"),
    ("text_shingles", "text, shingles"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """The shown text, and the figure that decides the best of a row (higher is better)."""

    shown: str
    worth: float | None = None
    fallen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One measure over all methods."""

    label: str
    cells: tuple[Cell, ...]
    main: bool = True
    """False for a row that only explains the row before it."""
    ends_group: bool = False

    @property
    def best(self) -> float | None:
        """The worth of the best cell, where not all are alike."""
        worths = {cell.worth for cell in self.cells if cell.worth is not None}
        return max(worths) if len(worths) > 1 else None


@dataclass(frozen=True, slots=True)
class Table:
    """One corpus."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)


def quality_table(columns: Sequence[Measured], falls: Sequence[Fallen]) -> Table:
    """All measures of one corpus; a column for each method that can read it."""
    corpus, columns = columns[0].corpus, [one for one in columns if one.pages]
    title = f"{corpus.name}: {corpus.answers} pages, {corpus.about}"
    headings = tuple(one.method.heading for one in columns)
    return Table(title, headings, tuple(_rows(columns, _below(falls, corpus.name))))


def site_table(columns: Sequence[Measured]) -> Table | None:
    """F1 by site, where a corpus has several."""
    corpus, columns = columns[0].corpus, [one for one in columns if one.pages]
    if len(corpus.sites) < 2 or not columns:
        return None
    rows = []
    for site in corpus.sites:
        found = [one.of_site(site.name) for one in columns]
        cells = [
            _percent(one.texts["text_shingles"].f1) if one else Cell(NOT_GIVEN) for one in found
        ]
        rows.append(Row(f"{site.name}, {len(site.answers)}", tuple(cells)))
    headings = tuple(one.method.heading for one in columns)
    return Table(f"{corpus.name}, by site: text, shingles F1", headings, tuple(rows))


def mutation_table(found: Sequence[Falls]) -> Table:
    """For each kind of change, the pages that fall; a column for each method."""
    methods = {one.method.name: one.method for one in found}
    of = {one.kind: one.of for one in found}
    counts = {(one.kind, one.method.name): one.fallen for one in found}
    rows = [
        Row(
            f"{kind}, of {of[kind]}",
            tuple(Cell(str(counts[kind, name]), -counts[kind, name]) for name in methods),
        )
        for kind in of
    ]
    title = f"mutations: pages whose text falls by over {FALL:g} if they are changed"
    return Table(title, tuple(one.heading for one in methods.values()), tuple(rows))


Below = Callable[[Measured, str], bool]


def _below(falls: Sequence[Fallen], corpus: str) -> Below:
    named = {(fall.method, fall.measure) for fall in falls if fall.corpus == corpus}
    return lambda one, measure: (one.method.name, measure) in named


def _rows(columns: Sequence[Measured], below: Below) -> Iterator[Row]:
    pairs = [(one, one.summary) for one in columns]
    for name in FIELDS:
        if of := pairs[0][1].fields[name].of:
            cells = tuple(_counted(one, summary, name, below) for one, summary in pairs)
            yield Row(f"{name}, of {of}", cells, ends_group=name == FIELDS[-1])
    is_single = columns[0].corpus.is_single
    for name, label in TEXT_GROUPS:
        if name == "text_words" or not is_single:
            yield from _text_rows(name, label, pairs, below)
    peer = next((one for one in columns if one.method.name == COMPARED_WITH), None)
    if is_single and peer:
        cells = tuple(_share(one.far_below(peer)) for one in columns)
        yield Row(f"far below {COMPARED_WITH}", cells)
    leaks = tuple(_share(summary.leak, fell=below(one, "leak")) for one, summary in pairs)
    yield Row("pages that leak", leaks)
    yield Row("CPU a page, ms", tuple(_ms(one.cpu_ms) for one in columns))
    if any(one.method.learns_from for one in columns):
        yield Row("  to learn from it", tuple(_ms(one.learning_ms) for one in columns), main=False)


def _ms(cost: float | None) -> Cell:
    return Cell(NOT_GIVEN if cost is None else f"{cost:.1f}")


def _counted(one: Measured, summary: Summary, name: str, below: Below) -> Cell:
    if name not in one.method.gives:
        return Cell(NOT_GIVEN)
    counts = summary.fields[name]
    spurious = f" +{counts.spurious}" if counts.spurious else ""
    fell = below(one, name) or below(one, f"{name}_spurious")
    return Cell(f"{counts.right}{spurious}", counts.right - counts.spurious, fell)


def _text_rows(
    name: str, label: str, pairs: Sequence[tuple[Measured, Summary]], below: Below
) -> Iterator[Row]:
    parts: tuple[tuple[str, str, Callable[[Overlap], float]], ...] = (
        (f"{label} F1", name, lambda overlap: overlap.f1),
        ("  precision", f"{name}_precision", lambda overlap: overlap.precision),
        ("  recall", f"{name}_recall", lambda overlap: overlap.recall),
    )
    for shown, measure, part in parts:
        cells = tuple(
            _percent(part(summary.texts[name]), fell=below(one, measure)) for one, summary in pairs
        )
        last = measure.endswith("_recall")
        yield Row(shown, cells, main=measure == name, ends_group=last)


def _share(share: float, *, fell: bool = False) -> Cell:
    return Cell(f"{100 * share:.1f} %", -round(share, 4), fell)


def _percent(share: float, *, fell: bool = False) -> Cell:
    return Cell(f"{100 * share:.2f}", round(share, 4), fell)


# On a terminal


def as_rich(table: Table) -> RichTable:
    """Best of a row green, below its floor red. Its title is left to whoever prints it."""
    shown = RichTable(box=SIMPLE_HEAD, padding=0, show_edge=False)
    shown.add_column("\n\ncount or %", no_wrap=True, style="")
    for heading in table.headings:
        shown.add_column(heading, justify="right", no_wrap=True, header_style="not bold")
    for row in table.rows:
        cells = [Text(cell.shown, style=_style(cell, row)) for cell in row.cells]
        shown.add_row(Text(row.label, style="" if row.main else "dim"), *cells,
                      end_section=row.ends_group)  # fmt: skip
    return shown


def _style(cell: Cell, row: Row) -> str:
    if cell.fallen:
        return "bold red reverse"
    if row.main and cell.worth is not None and cell.worth == row.best:
        return "bold green"
    return "" if row.main and cell.shown != NOT_GIVEN else "dim"


# In a document


def as_markdown(table: Table) -> str:
    """A pipe table; best of a row bold."""
    headings = [" ".join(heading.replace("-\n", "").split()) for heading in table.headings]
    lines = [
        f"### {table.title}",
        "",
        _pipes(("", *headings)),
        _pipes(("---", *("--:" for _ in headings))),
    ]
    for row in table.rows:
        cells = (f"**{cell.shown}**" if _is_best(cell, row) else cell.shown for cell in row.cells)
        lines.append(_pipes((row.label.strip(), *cells)))
    return "\n".join(lines)


def _is_best(cell: Cell, row: Row) -> bool:
    return row.main and cell.worth is not None and cell.worth == row.best


def _pipes(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
