"""When a site's layout is learned, and when another one has come."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from archive.models import Capture
from portal_crawler.learning.history import (
    CHECKPOINTS,
    MISSES,
    MOST_PAGES,
    ExamplePage,
    SiteHistory,
)
from portal_crawler.learning.learner import FEWEST_ARTICLES
from portal_crawler.learning.samples import SAMPLED, key_hash
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


def examples(pages: Iterable[MadePage], day: int) -> list[ExamplePage]:
    return [
        ExamplePage(
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
        len(history.periods[-1].keys)
        for example in examples(site_pages("taught", nukeviet, MOST_PAGES + 20), 1)
        if history.saw(example)
    ]
    assert learned == list(CHECKPOINTS)
    assert len(history.periods) == 1


def test_a_page_that_comes_again_teaches_nothing() -> None:
    history = SiteHistory()
    first, *others = examples(site_pages("taught", nukeviet, 4), 1)
    for example in (first, *others, first, *others):
        assert history.saw(example) == []


def test_a_redesign_of_a_site_that_was_learned_begins_another_layout_period() -> None:
    history = SiteHistory()
    for example in examples(site_pages("taught", nukeviet, MOST_PAGES), 1):
        history.saw(example)
    (known,) = history.periods
    redesigned = examples(site_pages("taught", vhv, MISSES, first=500), 2)
    assert [history.saw(example) for example in redesigned[:-1]] == [[]] * (MISSES - 1)
    assert [period.since for period in history.saw(redesigned[-1])] == ["2026-11-02T00:00:00Z"]
    begun = history.periods[-1]
    assert begun is not known
    assert begun.model is not None
    assert all(example.fits(begun.model) for example in redesigned)


def test_a_few_pages_of_another_template_are_no_redesign() -> None:
    history = SiteHistory()
    for example in examples(site_pages("taught", nukeviet, MOST_PAGES), 1):
        history.saw(example)
    odd = examples(site_pages("taught", vhv, 30, first=500), 2)
    usual = examples(site_pages("taught", nukeviet, 60, first=600), 3)
    for at, example in enumerate(odd):
        history.saw(example)
        history.saw(usual[2 * at])
        history.saw(usual[2 * at + 1])
    assert len(history.periods) == 1


def as_samples(examples: Iterable[ExamplePage]) -> list[ExamplePage]:
    """The pages with keys whose hashes make them samples."""
    keys = (f"mẫu {number}" for number in count() if key_hash(f"mẫu {number}") < SAMPLED)
    return [
        replace(one, capture=replace(one.capture, key=key))
        for one, key in zip(examples, keys, strict=False)
    ]


def ended(containers: tuple[str, ...]) -> SiteHistory:
    """A site whose learning has ended with these containers, in which any text is believed."""
    history = SiteHistory()
    for example in examples(site_pages("taught", vhv, FEWEST_ARTICLES), 1):
        history.saw(example)
    period = history.periods[0]
    assert period.model is not None
    period.model = replace(period.model, containers=containers, least_fit=0.0)
    period.learned_from = MOST_PAGES
    return history


def test_samples_move_the_support_and_nothing_else() -> None:
    history = ended(("article div.content-detail",))
    model = history.periods[0].model
    for example in as_samples(examples(site_pages("taught", vhv, 4, first=50), 2)):
        assert history.saw(example) == []
    (period,) = history.periods
    assert (period.sampled, period.model) == (4, model)
    assert period.agreed > 3.9


def test_pages_that_are_no_samples_are_not_read_twice() -> None:
    history = ended(("article div.content-detail",))
    for example in examples(site_pages("taught", vhv, 30, first=50), 2):
        if key_hash(example.capture.key or "") >= SAMPLED:
            history.saw(example)
            assert "single" not in vars(example.sample)
    assert history.periods[0].sampled == 0


def test_a_layout_that_samples_refute_gives_way_to_one_that_is_learned_from_further_pages() -> None:
    history = ended(("article div.rating",))
    begun = [
        len(history.periods)
        for example in as_samples(examples(site_pages("taught", vhv, 30, first=50), 2))
        if history.saw(example)
    ]
    old, new = history.periods
    assert begun
    assert old.is_refuted
    assert new.model is not None
    assert new.model.containers != old.model.containers  # type: ignore[union-attr]
    assert new.agreed > 0.9 * new.sampled
