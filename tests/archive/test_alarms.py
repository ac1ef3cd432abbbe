"""Seven alarms: each raised by what it is for, and by nothing that an ordinary night brings."""

import random

import pytest

from archive.status.alarms import (
    COMPARISONS,
    FEWEST_PAGES,
    OUT_OF_TIME,
    RULES,
    RUNS_NEEDED,
    WEEK_RUNS,
    Alarm,
    Measures,
    Share,
    alarms,
    alarms_json,
    alarms_of,
    measures_json,
    measures_of,
    out_of_time,
)


def history(alarm: str, *counts: tuple[int, int], what: str = "it") -> list[Measures]:
    """Runs that measured one thing, the newest first."""
    return [{alarm: {what: Share(*count)}} for count in counts]


def raised(alarm: str, now: tuple[int, int], *before: tuple[int, int]) -> bool:
    (run,) = history(alarm, now)
    return bool(alarms(run, history(alarm, *before)))


PAGES_OF_47_KB = ((12 * 47_000, 12), (764 * 45_000, 764), (20 * 46_000, 20))
SWEEPS_AND_IDLE = ((20, 1), (20, 1), (764, 39), (20, 1), (20, 1))
FAR_OFF = [
    ("no-rows", (0, 1), SWEEPS_AND_IDLE),
    ("no-rows", (0, 39), SWEEPS_AND_IDLE),
    ("no-rows", (1, 1), SWEEPS_AND_IDLE),
    ("fewer-fields", (0, 12), ((12, 12), (30, 31), (11, 11))),
    ("fewer-fields", (2, 12), ((10, 12), (25, 31), (9, 11))),
    ("many-changes", (700, 764), ((0, 20), (2, 31), (1, 764))),
    ("size-jump", (12 * 2_000, 12), PAGES_OF_47_KB),
    ("size-jump", (12 * 900_000, 12), PAGES_OF_47_KB),
    ("all-alike", (11, 12), ((0, 12), (3, 764), (1, 20))),
    ("blocked", (10, 30), ((0, 12), (3, 800), (0, 14))),
]


@pytest.mark.parametrize(("alarm", "now", "before"), FAR_OFF)
def test_it_is_raised_by_what_it_is_for(
    alarm: str, now: tuple[int, int], before: tuple[tuple[int, int], ...]
) -> None:
    assert raised(alarm, now, *before)


def test_each_alarm_has_a_case_here() -> None:
    assert {alarm for alarm, _, _ in FAR_OFF} == set(COMPARISONS)
    assert {OUT_OF_TIME} == set(RULES) - set(COMPARISONS)


@pytest.mark.parametrize(("alarm", "now", "before"), FAR_OFF)
def test_it_is_not_raised_where_that_is_usual(
    alarm: str, now: tuple[int, int], before: tuple[tuple[int, int], ...]
) -> None:
    del before
    assert not raised(alarm, now, now, now, now)


@pytest.mark.parametrize(("alarm", "now", "before"), FAR_OFF)
def test_it_is_not_raised_after_too_few_runs(
    alarm: str, now: tuple[int, int], before: tuple[tuple[int, int], ...]
) -> None:
    assert not raised(alarm, now, *before[: RUNS_NEEDED - 1])


@pytest.mark.parametrize(
    ("alarm", "now", "before"),
    [
        # A sweep among idle nights, and an idle night among sweeps.
        ("no-rows", (764, 39), ((20, 1), (20, 1), (20, 1))),
        ("no-rows", (20, 1), ((764, 39), (764, 39), (764, 39))),
        # Fields that seven in ten have; ten of them have it now, or five.
        ("fewer-fields", (5, 10), ((7, 10), (70, 100), (14, 20))),
        # A field that few have.
        ("fewer-fields", (0, 40), ((4, 10), (45, 100), (9, 20))),
        # Two of three titles were corrected; the night is too small to say more.
        ("many-changes", (3, 3), ((0, 20), (2, 31), (1, 764))),
        # Large pictures of a notice's page, and one firewall's page among many.
        ("size-jump", (12 * 90_000, 12), PAGES_OF_47_KB),
        ("all-alike", (3, 12), ((0, 12), (3, 764), (1, 20))),
        ("blocked", (2, 30), ((0, 12), (3, 800), (0, 14))),
    ],
)  # fmt: skip
def test_ordinary_nights_raise_none(
    alarm: str, now: tuple[int, int], before: tuple[tuple[int, int], ...]
) -> None:
    assert not raised(alarm, now, *before)


def test_a_night_that_measured_nothing_raises_none() -> None:
    before = history("fewer-fields", *[(12, 12)] * 5)
    assert alarms({}, before) == []
    assert alarms({"fewer-fields": {"it": Share(0, 0)}}, before) == []


def test_nights_without_new_articles_are_passed_over() -> None:
    before = history("fewer-fields", *[(0, 0)] * 20, *[(12, 12)] * 3)
    assert alarms({"fewer-fields": {"it": Share(0, 12)}}, before) != []


def test_nights_with_two_articles_each_are_put_together() -> None:
    usual, broken = [(2, 2)] * 40, [(0, 2)] * 3
    assert not raised("fewer-fields", (0, 2), *broken[:1], *usual)
    assert raised("fewer-fields", (0, 2), *broken, *usual)


def test_a_small_night_is_not_put_together_with_a_sweep() -> None:
    sweeps = [(0, 764)] * 5
    assert not raised("many-changes", (5, 5), *sweeps)
    (last,) = history("many-changes", (764, 764))
    assert alarms(last, history("many-changes", *sweeps)) != []
    assert not raised("many-changes", (0, 5), (764, 764), *sweeps)


def test_the_usual_is_that_of_the_last_ten_runs() -> None:
    assert not raised("all-alike", (20, 20), *[(20, 20)] * 6, *[(0, 20)] * 60)
    assert raised("all-alike", (20, 20), *[(20, 20)] * 4, *[(0, 20)] * 60)


def test_a_portal_that_publishes_weekly_is_not_stale_on_tuesday() -> None:
    """Six nights of seven see the same listing and ask for nothing more."""
    idle = {"no-rows": {"tin-tuc": Share(20, 1)}, "blocked": {"answers": Share(0, 2)}}
    weekly = {**idle, "fewer-fields": {"lead": Share(3, 3)}, "size-jump": {"pages": Share(9, 3)}}
    nights: list[Measures] = [idle, *[idle] * 5, weekly] * 15
    for number in range(7):
        assert alarms(nights[number], nights[number + 1 :]) == []


USUAL_FIELDS = {"lead": 0.32, "author": 0.8, "category": 1.0, "images": 0.93, "attachments": 0.17}
"""As on the saved portal of Hanoi."""


def night(
    rng: random.Random, new: int, *, sweep: bool = False, lost: str | None = None
) -> Measures:
    """One of a portal on which all is well, but for a field that may be lost."""
    fields = {
        name: Share(0 if name == lost else sum(rng.random() < share for _ in range(new)), new)
        for name, share in USUAL_FIELDS.items()
    }
    again = 764 if sweep else rng.randrange(8)
    changed = sum(rng.random() < 0.04 for _ in range(again))
    pages = new + again
    size = sum(int(rng.lognormvariate(10.7, 0.25)) for _ in range(pages))
    refused = sum(rng.random() < 0.01 for _ in range(pages + 3))
    return {
        "no-rows": {"tin-tuc": Share(800, 40) if sweep else Share(20, 1)},
        "fewer-fields": fields,
        "many-changes": {"articles": Share(changed, again)},
        "size-jump": {"article pages": Share(size, pages)},
        "blocked": {"answers": Share(refused, pages + 3)},
    }


@pytest.mark.parametrize(("most_new", "noticed_within"), [(2, 16), (8, 6), (40, 2)])
def test_a_year_of_ordinary_nights_raises_none_and_a_lost_field_is_noticed(
    most_new: int, noticed_within: int
) -> None:
    rng = random.Random(5)
    before: list[Measures] = []
    for number in range(365):
        tonight = night(rng, rng.randint(0, most_new), sweep=number % 30 == 0)
        assert alarms(tonight, before) == []
        before.insert(0, tonight)
    noticed = set()
    for _ in range(noticed_within):
        tonight = night(rng, rng.randint(0, most_new), lost="author")
        noticed |= {alarm.what for alarm in alarms(tonight, before)}
        before.insert(0, tonight)
    assert noticed == {"author"}


def test_an_alarm_says_figure_and_usual_figure() -> None:
    run = {"fewer-fields": {"author": Share(1, 20)}}
    (alarm,) = alarms(run, history("fewer-fields", *[(19, 20)] * 3, what="author"))
    assert alarm == Alarm(alarm="fewer-fields", what="author", figure=0.05, usual=0.95)
    assert alarm.words() == "fewer fields: 5% of new articles have author, usually 95%"


@pytest.mark.parametrize("name", RULES)
def test_each_alarm_has_words(name: str) -> None:
    words = Alarm(alarm=name, what="tin-tuc", figure=0.0, usual=19000.0).words()
    assert "usually" in words or name == OUT_OF_TIME
    assert ("tin-tuc" in words, "{" in words) == (True, False)


def test_what_was_written_is_what_is_read() -> None:
    measures = {"no-rows": {"tin-tuc": Share(19, 1), "sự kiện": Share(3, 2)}}
    assert measures_of(measures_json({**measures, "blocked": {"answers": Share(0, 0)}})) == measures
    assert (measures_json({}), measures_of(None)) == (None, {})
    found = [Alarm(alarm="blocked", what="answers", figure=1.0, usual=0.0)]
    assert alarms_of(alarms_json(found)) == found
    assert (alarms_json([]), alarms_of(None)) == (None, [])


def test_an_alarm_of_a_later_version_is_passed_over() -> None:
    told = '[{"alarm": "moon", "what": "phase", "figure": 1, "usual": 0}]'
    assert alarms_of(told) == []


def test_ten_pages_are_enough_and_nine_are_not() -> None:
    usual = [(0, FEWEST_PAGES)] * 3
    assert raised("all-alike", (FEWEST_PAGES, FEWEST_PAGES), *usual)
    assert not raised("all-alike", (FEWEST_PAGES - 1, FEWEST_PAGES - 1), *usual)


ENDED_BY_LIMIT: Measures = {OUT_OF_TIME: {"runs": Share(1, 1)}}
ENDED_BY_ITSELF: Measures = {}


@pytest.mark.parametrize(
    ("week", "is_raised"),
    [
        ([ENDED_BY_LIMIT] * WEEK_RUNS, True),
        ([ENDED_BY_LIMIT] * 7, True),
        ([ENDED_BY_LIMIT] * (WEEK_RUNS - 1), False),
        ([ENDED_BY_LIMIT] * 6 + [ENDED_BY_ITSELF], False),
        ([ENDED_BY_ITSELF] + [ENDED_BY_LIMIT] * 6, False),
        ([], False),
    ],
    ids=["three", "a week", "two", "one before the week ended", "this one", "none"],
)
def test_a_week_at_the_time_limit_is_an_alarm(week: list[Measures], is_raised: bool) -> None:
    assert [alarm.alarm for alarm in out_of_time(week)] == [OUT_OF_TIME] * is_raised
