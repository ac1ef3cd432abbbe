"""The state of portals in Prometheus' text format 0.0.4, for node_exporter's textfile collector.

https://prometheus.io/docs/instrumenting/exposition_formats/ describes the format. All metrics are
gauges: figures of the newest run, or of the archive as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time

from archive.moments import VIETNAM, utc_moment
from archive.status.alarms import RULES
from archive.status.archive_size import Room
from archive.status.portals import Row, Standing

PREFIX = "portal_archive_"
OUTCOMES = ("complete", "incomplete", "unhealthy", "failed", "interrupted")

Labels = dict[str, str]
Sample = tuple[Labels, float]
Samples = Callable[[Standing], Iterable[Sample]]
Family = tuple[str, Samples]
"""A metric's HELP text, and its samples for a portal."""


def metrics(
    found: Sequence[Standing],
    running: Mapping[str, bool | None] | None = None,
    room: Room | None = None,
) -> str:
    """The whole file; `running` says which portals are being crawled, None if that is not known."""
    under_way = running or {}
    families = {
        RUN_OUTCOME: (
            "1 for the outcome of the newest run, 0 for the others; interrupted if it was killed.",
            lambda portal: _outcomes(portal, is_running=under_way.get(portal.portal, False)),
        ),
        **FAMILIES,
        "crawling": (CRAWLING, _crawling(under_way)),
    }
    lines = [line for name, family in families.items() for line in _family(name, family, found)]
    lines += _of_archive(room) if room is not None else []
    return "".join(line + "\n" for line in lines)


def _of_archive(room: Room) -> Iterator[str]:
    """Figures of the archive as a whole, which have no label for a portal."""
    if room.is_whole:
        yield from _described("size_bytes", "All files of the archive.")
        yield f"{PREFIX}size_bytes {room.size_bytes}"
    yield from _described("disk_free_bytes", "Free space on the archive's disk.")
    yield f"{PREFIX}disk_free_bytes {room.free_bytes}"


def _described(name: str, words: str) -> Iterator[str]:
    yield f"# HELP {PREFIX}{name} {words}"
    yield f"# TYPE {PREFIX}{name} gauge"


def _family(name: str, family: Family, found: Sequence[Standing]) -> Iterator[str]:
    words, samples = family
    lines = [
        f"{PREFIX}{name}{_labels({'portal': portal.portal, **labels})} {_number(value)}"
        for portal in found
        for labels, value in samples(portal)
    ]
    if lines:
        yield from _described(name, words)
        yield from lines


def _labels(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _one(value: Callable[[Standing], float | None]) -> Samples:
    """A figure of the portal itself, left out if it is None."""

    def samples(portal: Standing) -> Iterator[Sample]:
        figure = value(portal)
        if figure is not None:
            yield {}, figure

    return samples


def _of_run(column: str) -> Samples:
    """A figure of the newest run that has ended."""
    return _one(lambda portal: _figure(portal.runs[-1][column]) if portal.runs else None)


def _figure(value: object) -> float | None:
    return float(str(value)) if value is not None else None


def _moment(value: object) -> float | None:
    return utc_moment(str(value)).timestamp() if value is not None else None


def _newest_article(portal: Standing) -> float | None:
    if portal.rhythm.newest is None:
        return None
    return datetime.combine(date.fromisoformat(portal.rhythm.newest), time(), VIETNAM).timestamp()


def _last(portal: Standing, outcomes: Sequence[str]) -> Row | None:
    return next((run for run in reversed(portal.runs) if run["outcome"] in outcomes), None)


def _outcomes(portal: Standing, *, is_running: bool | None) -> Iterator[Sample]:
    """The outcome of the newest run; `interrupted` if it was killed, as the next crawl writes."""
    last, ended = portal.last_run, portal.runs[-1:]
    is_killed = last is not None and last["outcome"] is None and is_running is False
    named = "interrupted" if is_killed else ended[0]["outcome"] if ended else None
    for outcome in OUTCOMES if named is not None else ():
        yield {"outcome": outcome}, named == outcome


def _crawling(running: Mapping[str, bool | None]) -> Samples:
    """Whether a crawl is under way; left out if only another user can see that."""

    def under_way(portal: Standing) -> float | None:
        told = running.get(portal.portal)
        return None if told is None else float(told)

    return _one(under_way)


def _alarms(portal: Standing) -> Iterator[Sample]:
    raised = {alarm.alarm for alarm in portal.alarms}
    for alarm in RULES if portal.runs else ():
        yield {"alarm": alarm}, alarm in raised


RUN_OUTCOME = "run_outcome"
CRAWLING = "1 if a crawl of the portal is under way; left out if its lock cannot be opened."

FAMILIES: dict[str, Family] = {
    "run_started_timestamp_seconds": (
        "When the newest run began, even if it is still under way.",
        _one(lambda portal: _moment(portal.last_run["started_at"]) if portal.last_run else None),
    ),
    "run_finished_timestamp_seconds": (
        "When the newest run that has ended did so.",
        _one(lambda portal: _moment(portal.runs[-1]["finished_at"]) if portal.runs else None),
    ),
    "run_complete_timestamp_seconds": (
        "When the newest complete run ended, among the last ten.",
        _one(lambda portal: _moment((_last(portal, OUTCOMES[:1]) or {}).get("finished_at"))),
    ),
    "run_alarm": ("1 if a figure of the newest run is far from the usual.", _alarms),
    "run_listed": ("Distinct articles on the listings that the run saw.", _of_run("listed")),
    "run_articles_new": ("Articles stored for the first time.", _of_run("articles_new")),
    "run_articles_changed": ("Articles with a further version.", _of_run("articles_changed")),
    "run_articles_gone": ("Articles that the portal has removed.", _of_run("articles_gone")),
    "run_failures": ("Listings and articles that could not be fetched.", _of_run("failures")),
    "run_requests": ("Answers received.", _of_run("requests")),
    "run_bytes": ("Bytes of those answers on the wire.", _of_run("bytes")),
    "articles": ("Articles in the archive.", _one(lambda portal: portal.articles)),
    "articles_gone": (
        "Archived articles that the portal has removed.",
        _one(lambda portal: portal.gone),
    ),
    "articles_with_problems": (
        "Archived articles in which something looks wrong.",
        _one(lambda portal: portal.with_problems),
    ),
    "articles_due": (
        "Articles that the next crawl will check again.",
        _one(lambda portal: portal.due_now),
    ),
    "dead_links": (
        "Listed articles that could never be fetched.",
        _one(lambda portal: portal.dead_links),
    ),
    "portal_articles": (
        "The portal's own count of articles, if it shows one.",
        _one(lambda portal: portal.coverage.count if portal.coverage is not None else None),
    ),
    "coverage_ratio": (
        "Share of that count that is archived or known to be dead, from 0 to 1.",
        _one(lambda portal: portal.coverage.share if portal.coverage is not None else None),
    ),
    "newest_article_timestamp_seconds": (
        "Day of the newest article by the portal's own dates.",
        _one(_newest_article),
    ),
    "quiet": (
        "1 if nothing was published for longer than is usual on the portal.",
        _one(lambda portal: portal.rhythm.is_quiet),
    ),
}
"""By the metric's name without prefix."""
