"""The key of a listed address: of its first exchange, else of its first listing."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.database import identity
from archive.database.frontier import Frontier
from archive.models import Capture, ListedArticle
from portal_crawler.run.identities import MOST_NAMED, Identities
from tests.archive.building import PORTAL, ArchiveBuilder
from tests.support.portals import Wire

SITE = "http://sotttt.hanoi.gov.vn"
OTHER = f"{SITE}/tin-tuc/khai-giang.html"


@pytest.fixture
def builder(tmp_path: Path) -> ArchiveBuilder:
    return ArchiveBuilder(tmp_path / "archive")


def known(builder: ArchiveBuilder, url: str) -> str | None:
    return identity.known_key(builder.store.connection, PORTAL, url)


def captured(builder: ArchiveBuilder, key: str, url: str, status: int) -> Capture:
    """The row of an answer for an article at an address."""
    capture = builder.exchange(key)
    at_url = replace(
        capture, id=capture.id + 1, warc_offset=capture.warc_offset + 1, url=url, status=status
    )
    builder.put(lambda: builder.store.captures.put(at_url))
    return at_url


def listed(builder: ArchiveBuilder, *rows: ListedArticle) -> None:
    capture = builder.exchange(role="listing", section="tin-tuc")
    builder.put(lambda: builder.store.sightings.put(rows, 1, capture))


def sighted(builder: ArchiveBuilder) -> list[tuple[str, str]]:
    rows = builder.store.connection.execute("SELECT key, url FROM sightings ORDER BY key, url")
    return [tuple(row) for row in rows]


def test_an_address_that_was_only_listed_has_the_key_of_its_first_listing(
    builder: ArchiveBuilder,
) -> None:
    assert known(builder, OTHER) is None
    listed(builder, ListedArticle(key="tin-tuc/45", url=OTHER))
    listed(builder, ListedArticle(key="/tin-tuc/khai-giang", url=OTHER))
    assert known(builder, OTHER) == "tin-tuc/45"
    assert sighted(builder) == [("tin-tuc/45", OTHER)]


@pytest.mark.parametrize("status", [200, 301, 404])
def test_what_was_listed_under_another_key_moves_to_that_of_the_first_exchange(
    builder: ArchiveBuilder, status: int
) -> None:
    listed(builder, ListedArticle(key="new", url=OTHER))
    captured(builder, "old", f"{OTHER};jsessionid=0123456789ABCDEF", status)
    assert known(builder, OTHER) == "old"
    assert sighted(builder) == [("old", OTHER)]


def test_an_address_in_letters_is_known_by_its_encoded_one(builder: ArchiveBuilder) -> None:
    written = f"{SITE}/tin-tức/khai-giảng"
    listed(builder, ListedArticle(key="new", url=written))
    captured(builder, "old", f"{SITE}/tin-t%E1%BB%A9c/khai-gi%E1%BA%A3ng", 200)
    assert known(builder, written) == "old"
    assert sighted(builder) == [("old", written)]


def test_a_key_that_was_requested_itself_keeps_its_sightings(builder: ArchiveBuilder) -> None:
    captured(builder, "own", f"{SITE}/own", 200)
    listed(builder, ListedArticle(key="own", url=OTHER))
    captured(builder, "another", OTHER, 200)
    assert sighted(builder) == [("own", OTHER)]


@pytest.mark.parametrize("status", [404, 503])
def test_an_answer_that_a_redirect_led_to_says_nothing_of_its_address(
    builder: ArchiveBuilder, status: int
) -> None:
    listed(builder, ListedArticle(key="other", url=OTHER))
    captured(builder, "gone", f"{SITE}/tin-tuc/da-go.html", 302)
    captured(builder, "gone", OTHER, status)
    assert known(builder, OTHER) == "other"
    assert sighted(builder) == [("other", OTHER)]


def test_listed_addresses_are_remembered_up_to_a_number(builder: ArchiveBuilder) -> None:
    frontier = Frontier(builder.layout, PORTAL, "2026-11-27T00:00:00Z")
    identities = Identities(frontier, Wire)
    rows = [ListedArticle(key=f"first-{n}", url=f"{SITE}/{n}") for n in range(MOST_NAMED + 1)]
    assert [row.key for row in identities.listed(rows)] == [row.key for row in rows]
    again = identities.listed([replace(rows[n], key="second") for n in (0, MOST_NAMED)])
    assert [row.key for row in again] == ["second", f"first-{MOST_NAMED}"]
    frontier.close()
