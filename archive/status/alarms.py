"""Seven alarms: what a run measured, held against what is usual on its portal. Pure.

A measure is an amount over a count: 19 rows of one listing page, 3 of 40 answers. Of the runs
before, newest first, those that counted enough give a figure each; runs too small for that are put
together until they do, so that a portal with two articles a night has a usual figure, too. The
usual figure is the median of the newest of them. Kinds of nights are compared by what they have in
common: rows by the listing page, everything else by the page, so that a night which looks at one
listing page stands beside a sweep of forty. What stays as it is for half a dozen nights becomes the
usual: an alarm tells of a change, it does not nag for years.

The seventh compares nothing: all runs of a week were ended by their time limit. It ends with the
first run that ends by itself.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from statistics import median

from archive.numbers import MOST_EXACT

RUNS_COMPARED = 10
"""Figures of which the usual one is the median; issue 5 asks for the last ten runs."""

RUNS_NEEDED = 3
"""With fewer earlier figures nothing is usual yet."""

RUNS_READ = 400
"""Runs that are looked through for them, a year of nights: small ones are put together."""

FEWEST_PAGES = 10
"""Pages or answers that make a figure. Of ten pages of a portal on which seven in ten have a field,
fewer than two have it by chance once in seven thousand nights."""

FEWEST_ROWS = 0.1
"""Share of the usual rows of a listing page below which it has as good as none: the menu entry or
pinned notice that still fits. A listing's pages have 10 to 40 rows, and differ twofold."""

FIELDS_LOST = 0.5
"""Share of all pages that must have lost a field. A field that fewer have is no sure sign: what is
published differs from night to night."""

CHANGES_MORE = 0.5
"""Share of the articles looked at again that must have changed beyond the usual."""

SIZE_FACTOR = 3.0
"""Templates of one portal differ up to twofold; a gate or a notice in an article's place is a
twentieth of its page."""

ALIKE_MORE = 0.5
"""Share of the pages whose text stood on another article's page before, beyond the usual: short
notices that refer to their document repeat by nature."""

BLOCKED_MORE = 0.2
"""Share of the answers that refused, beyond the usual. Each of them is a failure anyway; a fifth is
a firewall that has taken against the crawl."""

OUT_OF_TIME = "out-of-time"
WEEK_DAYS = 7
"""With a crawl a night, long enough that one heavy night or a slow server is no alarm."""

WEEK_RUNS = 3
"""Runs that must have been ended by the time limit; fewer in a week are crawls by hand."""


@dataclass(frozen=True, slots=True)
class Share:
    """An amount over what it was counted on."""

    amount: int
    of: int

    @property
    def ratio(self) -> float:
        """The figure; of nothing there is none (ZeroDivisionError)."""
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
        """For a person: alarm, what, figure and usual figure."""
        rule = RULES[self.alarm]
        figure, usual = rule.shown(self.figure), rule.shown(self.usual)
        return rule.words.format(what=self.what, figure=figure, usual=usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How an alarm is told."""

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
    """What of a run is far from the usual of those before it, which come newest first."""
    found = []
    for name, rule in COMPARISONS.items():
        for what, share in run.get(name, {}).items():
            before = [measures.get(name, {}).get(what, NOTHING) for measures in earlier]
            figure, usual = _compared(share, before, rule.fewest)
            if figure is not None and usual is not None and rule.is_off(figure, usual):
                found.append(Alarm(alarm=name, what=what, figure=figure, usual=usual))
    return found


def out_of_time(week: Sequence[Measures]) -> list[Alarm]:
    """Whether the time limit ended all runs of a week, the one that ends now among them."""
    ended = sum(measures.get(OUT_OF_TIME, {}).get("runs", NOTHING).amount for measures in week)
    if ended < WEEK_RUNS or ended < len(week):
        return []
    return [Alarm(alarm=OUT_OF_TIME, what="runs", figure=ended, usual=0)]


def _compared(
    share: Share, before: Sequence[Share], fewest: int
) -> tuple[float | None, float | None]:
    """The run's figure, with small runs before it where it is small itself, and the usual one."""
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
    """One of each run that counted enough, and of small ones in a row together."""
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
    """The column runs.measures; None where nothing was measured."""
    counted = {
        name: {what: [share.amount, share.of] for what, share in shares.items() if share.of}
        for name, shares in measures.items()
    }
    kept = {name: shares for name, shares in counted.items() if shares}
    return json.dumps(kept, ensure_ascii=False) if kept else None


def measures_of(column: str | None) -> Measures:
    """What `measures_json` wrote; empty of a run that measured nothing, and where it is none."""
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
        raise ValueError(f"{count!r} is no count")
    return count


def alarms_json(found: Sequence[Alarm]) -> str | None:
    """The column runs.alarms; None where all is as usual."""
    return json.dumps([asdict(alarm) for alarm in found], ensure_ascii=False) if found else None


def alarms_of(column: str | None) -> list[Alarm]:
    """What `alarms_json` wrote, but for alarms that this version does not know; none of others."""
    try:
        told = json.loads(column) if column else []
        return [Alarm(**values) for values in told if values["alarm"] in RULES]
    except (LookupError, RecursionError, TypeError, ValueError):
        return []
