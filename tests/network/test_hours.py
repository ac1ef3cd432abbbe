"""A portal is asked in its own hours only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.moments import VIETNAM
from portal_crawler.errors import PortalDeclarationError
from portal_crawler.portals.hours import Hours
from tests.support.crawls import Ended, ended, last_run, start_crawl, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page


class Night:
    """A portal over midnight."""

    name = "night"
    hours = "22:00-05:00"


class Day:
    """A portal in the daytime."""

    name = "day"
    hours = "08:30-17:00"


@pytest.mark.parametrize(
    ("portal", "local", "hours_left"),
    [
        (Night, "21:59", 0),
        (Night, "22:00", 7),
        (Night, "23:30", 5.5),
        (Night, "04:00", 1),
        (Night, "05:00", 0),
        (Day, "08:29", 0),
        (Day, "16:30", 0.5),
        (Day, "17:00", 0),
    ],
)
def test_hours_are_vietnams_and_may_go_over_midnight(
    portal: type, local: str, hours_left: float
) -> None:
    moment = datetime.fromisoformat(f"2026-11-23T{local}+07:00").astimezone(UTC)
    window = Hours.of(portal)
    assert window is not None
    assert window.left_s(moment) == hours_left * 3600


@pytest.mark.parametrize("text", ["22-05", "22:00-24:00", "9:00-17:00", "08:00-08:00", "", "x"])
def test_hours_that_are_none_are_refused_with_the_form(text: str) -> None:
    portal = type("Odd", (), {"name": "odd", "hours": text})
    with pytest.raises(PortalDeclarationError, match='write it as "22:00-05:00"'):
        Hours.of(portal)


def crawl_in(hours: str, server: WireServer, archive: Path) -> Ended:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))
    env = wire_environment(server, WIRE_HOURS=hours, NAMES="")
    modules = ("-s", "SPIDER_MODULES=tests.network.portals")
    return ended(start_crawl(archive, *modules, env=env, portals=("named",)))


def around(offset_h: int) -> str:
    """Two hours that begin so many hours from now."""
    begin = datetime.now(VIETNAM) + timedelta(hours=offset_h)
    return f"{begin:%H:%M}-{begin + timedelta(hours=2):%H:%M}"


def test_outside_its_hours_nothing_is_asked_and_all_is_well(
    server: WireServer, archive: Path
) -> None:
    end = crawl_in(around(3), server, archive)
    assert end.code == 0
    assert "outside its hours" in end.stderr
    assert server.paths() == []
    run = last_run(archive)
    assert (run["outcome"], run["swept"]) == ("complete", 0)
    assert "outside its hours" in run["reason"]


def test_inside_its_hours_a_portal_is_crawled(server: WireServer, archive: Path) -> None:
    assert crawl_in(around(-1), server, archive).code == 0
    assert "/tin/1" in server.paths()


def test_hours_that_cannot_be_read_end_the_crawl_with_a_line(
    server: WireServer, archive: Path
) -> None:
    end = crawl_in("at night", server, archive)
    assert end.code == 1
    assert "named: hours = 'at night' is not a window" in end.stderr
    assert server.paths() == []
