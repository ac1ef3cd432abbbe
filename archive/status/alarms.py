"""Seven alarms: what a run measured, compared with what is usual on its portal. Pure.

A measure is an amount over a count: 19 rows of one listing page, 3 of 40 answers. Each earlier run
that counted enough gives a figure; runs too small for that are added up until they do, which gives
a portal with two articles a day a usual figure too. The usual figure is the median of the newest.
Rows are counted by the listing page and everything else by the page, which makes a run over one
listing page comparable with a full crawl over forty. A figure that stays the same for half a dozen
runs becomes the usual one: an alarm reports a change, and then ends.

The seventh alarm compares nothing: the time limit ended all runs of a week. It ends with the first
run that reaches its own end.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from statistics import median

from archive.numbers import MOST_EXACT

RUNS_COMPARED = 10
"""Earlier figures whose median is the usual one."""

RUNS_NEEDED = 3
"""Earlier figures without which there is no usual one yet."""

RUNS_READ = 400
"""Earlier runs that are read for these figures, a year of daily crawls: small ones are added up."""

FEWEST_PAGES = 10
"""Pages or answers that make a figure. If seven pages in ten have a field, fewer than two of ten
have it by chance once in seven thousand runs."""

FEWEST_ROWS = 0.1
"""Share of the usual rows of a listing page below which it has practically none: a menu entry or
pinned notice can still match. A listing's pages have 10 to 40 rows, and differ twofold."""

FIELDS_LOST = 0.5
"""Share of all pages that must have lost a field. A smaller loss proves nothing, for what is
published differs from day to day."""

CHANGES_MORE = 0.5
"""Share of the articles checked again that must have changed beyond the usual."""

SIZE_FACTOR = 3.0
"""Templates of one portal differ up to twofold; a block page or notice in an article's place is a
twentieth of its page."""

ALIKE_MORE = 0.5
"""Share of the pages whose text stood on another article's page before, beyond the usual: short
notices that refer to their document repeat by nature."""

BLOCKED_MORE = 0.2
"""Share of the answers that refused, beyond the usual. Each of them is a failure anyway; a fifth
means that a firewall blocks the crawl."""

OUT_OF_TIME = "out-of-time"
WEEK_DAYS = 7
"""With daily crawls, long enough that one heavy day or a slow server raises no alarm."""

WEEK_RUNS = 3
"""Runs that must have been ended by the time limit; fewer in a week are crawls by hand."""


@dataclass(frozen=True, slots=True)
class Share:
    """An amount and the count that it is a share of."""

    amount: int
    of: int

    @property
    def ratio(self) -> float:
        """Amount by count; raises ZeroDivisionError if nothing was counted."""
        return self.amount / self.of

    def __add__(self, other: "Share") -> "Share":
        return Share(self.amount + other.amount, self.of + other.of)


NOTHING = Share(0, 0)

Measures = Mapping[str, Mapping[str, Share]]
"""By alarm, then by what was measured: a section, a field, `pages`, `answers`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One figure of a run that is far from the usual one."""

    alarm: str
    what: str
    figure: float
    usual: float

    def words(self) -> str:
        """For a person: the alarm, what was measured, its figure and the usual one."""
        rule = RULES[self.alarm]
        figure, usual = rule.shown(self.figure), rule.shown(self.usual)
        return rule.words.format(what=self.what, figure=figure, usual=usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How an alarm is worded."""

    shown: Callable[[float], str]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Rule):
    """One comparison of a figure with the usual one."""

    fewest: int
    """Pages or answers that make a figure."""
    is_off: Callable[[float, float], bool]
    """Figure and usual figure."""


def _rounded(figure: float) -> str:
    return f"{figure:.3g}"


def _percent(figure: float) -> str:
    return f"{figure:.0%}"


def _kilobytes(figure: float) -> str:
    return f"{figure / 1000:.3g} kB"


COMPARISONS: dict[str, Comparison] = {
    "no-rows": Comparison(
        fewest=1,
        is_off=lambda figure, usual: figure < FEWEST_ROWS * usual,
        shown=_rounded,
        words="no rows: {what} has {figure} rows a listing page, usually {usual}",
    ),
    "fewer-fields": Comparison(
        fewest=FEWEST_PAGES,
        is_off=lambda figure, usual: usual - figure > FIELDS_LOST,
        shown=_percent,
        words="fewer fields: {figure} of new articles have {what}, usually {usual}",
    ),
    "many-changes": Comparison(
        fewest=FEWEST_PAGES,
        is_off=lambda figure, usual: figure - usual > CHANGES_MORE,
        shown=_percent,
        words="a flood of changes: {figure} of the {what} looked at again, usually {usual}",
    ),
    "size-jump": Comparison(
        fewest=FEWEST_PAGES,
        is_off=lambda figure, usual: max(figure, usual) > SIZE_FACTOR * min(figure, usual),
        shown=_kilobytes,
        words="a jump in size: {what} have {figure}, usually {usual}",
    ),
    "all-alike": Comparison(
        fewest=FEWEST_PAGES,
        is_off=lambda figure, usual: figure - usual > ALIKE_MORE,
        shown=_percent,
        words="pages alike: {figure} of the {what} have another's text, usually {usual}",
    ),
    "blocked": Comparison(
        fewest=FEWEST_PAGES,
        is_off=lambda figure, usual: figure - usual > BLOCKED_MORE,
        shown=_percent,
        words="blocked: {figure} of the {what} are refusals, usually {usual}",
    ),
}

RULES: dict[str, Rule] = {
    **COMPARISONS,
    OUT_OF_TIME: Rule(
        shown=_rounded,
        words="out of time: the time limit ended all {figure} {what} of the last"
        f" {WEEK_DAYS} days; what lies further down is not reached",
    ),
}
"""All alarms, by name."""


def alarms(run: Measures, earlier: Sequence[Measures]) -> list[Alarm]:
    """The figures of a run that are far from the usual ones; `earlier` runs come newest first."""
    found = []
    for name, rule in COMPARISONS.items():
        for what, share in run.get(name, {}).items():
            before = [measures.get(name, {}).get(what, NOTHING) for measures in earlier]
            figure, usual = _compared(share, before, rule.fewest)
            if figure is not None and usual is not None and rule.is_off(figure, usual):
                found.append(Alarm(alarm=name, what=what, figure=figure, usual=usual))
    return found


def out_of_time(week: Sequence[Measures]) -> list[Alarm]:
    """An alarm if the time limit ended all runs of a week, including the one that ends now."""
    ended = sum(measures.get(OUT_OF_TIME, {}).get("runs", NOTHING).amount for measures in week)
    if ended < WEEK_RUNS or ended < len(week):
        return []
    return [Alarm(alarm=OUT_OF_TIME, what="runs", figure=ended, usual=0)]


def _compared(
    share: Share, before: Sequence[Share], fewest: int
) -> tuple[float | None, float | None]:
    """The run's figure and the usual one; a small run is added to small ones before it."""
    if not share.of:
        return None, None
    shares = iter(before)
    while share.of < fewest:
        more = next(shares, None)
        if more is None or more.of >= fewest:
            return None, None
        share += more
    figures = list(islice(_figures(shares, fewest), RUNS_COMPARED))
    return share.ratio, median(figures) if len(figures) >= RUNS_NEEDED else None


def _figures(shares: Iterable[Share], fewest: int) -> Iterator[float]:
    """A figure for each run that counted enough, and one for consecutive small runs together."""
    together = NOTHING
    for share in shares:
        if share.of >= fewest:
            together = NOTHING
            yield share.ratio
            continue
        together += share
        if together.of >= fewest:
            yield together.ratio
            together = NOTHING


def measures_json(measures: Measures) -> str | None:
    """The column runs.measures; None if nothing was measured."""
    counted = {
        name: {what: [share.amount, share.of] for what, share in shares.items() if share.of}
        for name, shares in measures.items()
    }
    kept = {name: shares for name, shares in counted.items() if shares}
    return json.dumps(kept, ensure_ascii=False) if kept else None


def measures_of(column: str | None) -> Measures:
    """The measures in the column runs.measures; empty if it is NULL or damaged."""
    try:
        counted = json.loads(column) if column else {}
        return {
            name: {what: Share(*map(_counted, counts)) for what, counts in shares.items()}
            for name, shares in counted.items()
        }
    except (AttributeError, RecursionError, TypeError, ValueError):
        return {}


def _counted(count: object) -> int:
    if not isinstance(count, int) or not 0 <= count <= MOST_EXACT:
        raise ValueError(f"{count!r} is not a count")
    return count


def alarms_json(found: Sequence[Alarm]) -> str | None:
    """The column runs.alarms; None if all is as usual."""
    return json.dumps([asdict(alarm) for alarm in found], ensure_ascii=False) if found else None


def alarms_of(column: str | None) -> list[Alarm]:
    """The alarms in the column runs.alarms, but for unknown ones; none if it is NULL or damaged."""
    try:
        raised = json.loads(column) if column else []
        return [Alarm(**values) for values in raised if values["alarm"] in RULES]
    except (LookupError, RecursionError, TypeError, ValueError):
        return []
