"""The state of the portals as one web page, without scripts and resources of others. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape as escape_html
from math import log1p

from archive.commands.status_words import UNKNOWN, coverage, due, outcome_words
from archive.moments import utc_text
from archive.printable import printable
from archive.status.archive_size import Room
from archive.status.portals import Row, Standing

BAR_PX, GAP_PX, HEIGHT_PX = 9, 2, 28
LEAST_PX = 3
"""Height for a run without new articles, to show the color of its outcome."""

REFRESH_S = 900
"""Seconds after which an open page reloads itself."""

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"

GOOD = ("complete", "running")

STYLE = """\
:root { color-scheme: light dark; --ink: #1c1e21; --dim: #5f6670; --page: #fff; --line: #d9dce1;
  --good: #2c7a4b; --bad: #b3261e; --off: #9a6700; --card: #f6f7f9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --dim: #9aa3ad; --page: #14171a;
  --line: #333940; --good: #5cbf85; --bad: #ff8a80; --off: #e0b04a; --card: #1d2125; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--page); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.3rem; margin: 0; } p { margin: .3rem 0 1rem; color: var(--dim); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th.number { text-align: right; } small { white-space: nowrap; }
.name small { white-space: normal; }
th { font-weight: 600; color: var(--dim); font-size: .85rem; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td small, .name small { display: block; color: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); } .off { color: var(--off); }
.outcome { font-weight: 600; white-space: nowrap; }
svg { display: block; } svg .good { fill: var(--good); } svg .bad { fill: var(--bad); }
ul.notices { margin: .3rem 0 0; padding-left: 1.1rem; overflow-wrap: anywhere; }
@media (max-width: 46rem) {
  thead { display: none; } table, tbody { display: block; }
  tr { display: grid; grid-template-columns: 1fr 1fr; gap: .1rem .8rem; background: var(--card);
    border: 1px solid var(--line); border-radius: .5rem; margin-bottom: .8rem; padding: .6rem; }
  td { border: 0; padding: .1rem 0; } td.number { text-align: left; }
  td.name, td.wide { grid-column: 1 / -1; } td:empty { display: none; }
  td[data-head]:not(:empty)::before { content: attr(data-head) " "; color: var(--dim); }
}
"""

_NUMBER = " class=number"
HEADS = {
    "Portal": "",
    "Last run": "",
    "New articles a run": "",
    "Articles": _NUMBER,
    "Coverage": _NUMBER,
    "Newest": _NUMBER,
    "Problems": _NUMBER,
    "Next due": _NUMBER,
}


def status_page(
    found: Sequence[Standing],
    running: Iterable[str],
    now: datetime,
    *,
    unknown: Iterable[str] = (),
    room: Room | None = None,
) -> str:
    """The whole page; `running` names the portals that are being crawled.

    `unknown` names those whose locks only another user can see; `room` is the archive's size.
    """
    under_way: dict[str, bool | None] = {**dict.fromkeys(running, True), **dict.fromkeys(unknown)}
    rows = "\n".join(_row(portal, under_way.get(portal.portal, False)) for portal in found)
    heads = "".join(f"<th scope=col{kind}>{head}</th>" for head, kind in HEADS.items())
    outcomes = [
        outcome_words(portal.last_run, is_running=under_way.get(portal.portal, False))
        for portal in found
    ]
    troubled = sum(_state(outcome) == "bad" for outcome in outcomes)
    sum_up = f"{len(found)} portals, {troubled} not well" if troubled else f"{len(found)} portals"
    written = utc_text(now)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="{REFRESH_S}">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{escape(sum_up)}: portal status</title>
<link rel="icon" href="data:,">
<style>
{STYLE}</style>
</head>
<body>
<h1>{escape(sum_up)}</h1>
<p>Written <time datetime="{written}">{_shown(written)}</time>. All times are UTC.{_room(room)}</p>
<table>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def _room(room: Room | None) -> str:
    if room is None:
        return ""
    words = escape(room.words())
    return f" <span class=bad>{words}</span>." if room.is_short else f" {words}."


def escape(text: str) -> str:
    """A page's text escaped for HTML, without characters that reverse the text around them."""
    return escape_html(printable(text))


def _state(outcome: str) -> str:
    """The class of an outcome, which gives it its color."""
    if outcome == UNKNOWN:
        return "off"
    return "good" if outcome in GOOD else "bad"


def _row(portal: Standing, is_running: bool | None) -> str:
    outcome = outcome_words(portal.last_run, is_running=is_running)
    started = _shown(portal.last_run["started_at"]) if portal.last_run else ""
    state = _state(outcome)
    notices = "".join(f"<li class={kind}>{escape(words)}</li>" for kind, words in _notices(portal))
    listed = f"<ul class=notices>{notices}</ul>" if notices else ""
    alarms = len({alarm.alarm for alarm in portal.alarms})
    raised = f"<small class=bad>{alarms} alarm{'s' * (alarms > 1)}</small>" if alarms else ""
    title = f"<small lang=vi>{escape(portal.title)}</small>"
    cells = (
        f"<td class=name><b>{escape(portal.portal)}</b>{title}{listed}</td>",
        f"<td><span class='outcome {state}'>{outcome}</span><small>{started}</small>{raised}</td>",
        f"<td class=wide>{_trend(portal.runs)}</td>",
        _cell("Articles", portal.articles),
        _cell("Coverage", coverage(portal)),
        _cell("Newest", portal.rhythm.newest),
        _cell("Problems", portal.with_problems),
        _cell("Next due", due(portal)),
    )  # fmt: skip
    return f"<tr>{''.join(cells)}</tr>"


def _cell(head: str, value: object) -> str:
    text = "" if value is None else escape(str(value))
    return f'<td class=number data-head="{head}">{text}</td>'


def _notices(portal: Standing) -> Iterator[tuple[str, str]]:
    """Notices for a person, each with its class; the reason of a run includes its alarms."""
    if portal.runs and portal.runs[-1]["reason"]:
        yield "bad", str(portal.runs[-1]["reason"])
    if portal.rhythm.is_quiet:
        yield "off", portal.rhythm.words()


def _trend(runs: Sequence[Row]) -> str:
    """A bar for each run, as high as the logarithm of its new articles, in its outcome's color."""
    if not runs:
        return ""
    new = [int(str(run["articles_new"])) for run in runs]
    most = log1p(max(new)) or 1.0
    bars = []
    for number, (run, count) in enumerate(zip(runs, new, strict=True)):
        height = LEAST_PX + round((HEIGHT_PX - LEAST_PX) * log1p(count) / most)
        state = "good" if run["outcome"] in GOOD else "bad"
        title = f"{_shown(run['started_at'])}: {count} new, {run['outcome']}"
        bars.append(
            f"<rect class={state} x={number * (BAR_PX + GAP_PX)} y={HEIGHT_PX - height}"
            f" width={BAR_PX} height={height}><title>{escape(title)}</title></rect>"
        )
    label = "new articles a run: " + ", ".join(map(str, new))
    width = len(runs) * (BAR_PX + GAP_PX)
    return (
        f'<svg role=img aria-label="{label}" width={width} height={HEIGHT_PX}>{"".join(bars)}</svg>'
        f"<small>last {new[-1]}</small>"
    )


def _shown(moment: object) -> str:
    """`2026-11-23 04:29`."""
    return str(moment)[: len("2026-11-23T04:29")].replace("T", " ")
