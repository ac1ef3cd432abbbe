"""When a site's layout is learned, and when another one has come."""

from collections.abc import Iterable
from dataclasses import replace

from archive.models import Capture
from portal_crawler.learning.history import CHECKPOINTS, MISSES, MOST_PAGES, Lesson, SiteHistory
from tests.learning.sites import MadePage, nukeviet, site_pages, vhv

CAPTURE = Capture(
    id=1,
    record_id="<urn:uuid:1>",
    run_id=1,
    portal="taught",
    url="",
    fetched_at="2026-11-01T00:00:00Z",
    status=200,
    mime="text/html",
    role="article",
    warc_file="warc/taught/1.warc.gz",
    warc_offset=0,
    warc_length=1,
    payload_digest="sha1:A",
)


def lessons(pages: Iterable[MadePage], day: int) -> list[Lesson]:
    return [
        Lesson(
            replace(
                CAPTURE,
                id=1000 * day + at,
                key=made.url,
                url=made.url,
                fetched_at=f"2026-11-{day:02}T00:{at // 60:02}:{at % 60:02}Z",
            ),
            made.html,
            "text/html; charset=utf-8",
        )
        for at, made in enumerate(pages)
    ]


def test_a_layout_is_learned_at_the_checkpoints_and_not_after_the_last() -> None:
    history = SiteHistory()
    learned = [
        len(history.epochs[-1].keys)
        for lesson in lessons(site_pages("taught", nukeviet, MOST_PAGES + 20), 1)
        if history.saw(lesson)
    ]
    assert learned == list(CHECKPOINTS)
    assert len(history.epochs) == 1


def test_a_page_that_comes_again_teaches_nothing() -> None:
    history = SiteHistory()
    first, *others = lessons(site_pages("taught", nukeviet, 4), 1)
    for lesson in (first, *others, first, *others):
        assert history.saw(lesson) == []


def test_a_redesign_of_a_site_that_was_learned_begins_another_epoch() -> None:
    history = SiteHistory()
    for lesson in lessons(site_pages("taught", nukeviet, MOST_PAGES), 1):
        history.saw(lesson)
    (known,) = history.epochs
    redesigned = lessons(site_pages("taught", vhv, MISSES, first=500), 2)
    assert [history.saw(lesson) for lesson in redesigned[:-1]] == [[]] * (MISSES - 1)
    assert [epoch.since for epoch in history.saw(redesigned[-1])] == ["2026-11-02T00:00:00Z"]
    begun = history.epochs[-1]
    assert begun is not known
    assert begun.model is not None
    assert all(lesson.fits(begun.model) for lesson in redesigned)


def test_a_few_pages_of_another_template_are_no_redesign() -> None:
    history = SiteHistory()
    for lesson in lessons(site_pages("taught", nukeviet, MOST_PAGES), 1):
        history.saw(lesson)
    odd = lessons(site_pages("taught", vhv, 30, first=500), 2)
    usual = lessons(site_pages("taught", nukeviet, 60, first=600), 3)
    for at, lesson in enumerate(odd):
        history.saw(lesson)
        history.saw(usual[2 * at])
        history.saw(usual[2 * at + 1])
    assert len(history.epochs) == 1
