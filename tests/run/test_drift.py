"""When a run's pages have drifted so far from the rules that it is unhealthy."""

import json

import pytest

from archive.models import Article
from portal_crawler.run.drift import Drift, counted_words, is_compared, likeness
from portal_crawler.run.outcome import Outcome, judged
from portal_crawler.run.tally import Tally

WATCHED = {"date": (".date",), "lead": (".sapo",), "body": (".body", ".content")}
TEXT = " ".join(f"từ{number}" for number in range(80))


def article(number: int, *missed: str, body: str = TEXT) -> Article:
    return Article(url=f"http://a.example/{number}", title="Tin", body=body, missed=missed)


def counted(*articles: Article) -> Drift:
    drift = Drift()
    drift.watch(WATCHED)
    for one in articles:
        drift.count(one)
    return drift


def test_a_selector_that_finds_nothing_on_many_pages_is_named_with_pages() -> None:
    drift = counted(*(article(n, *(["body"] if n < 4 else [])) for n in range(10)))
    (reason,) = drift.reasons()
    assert reason == (
        "body: .body, .content found nothing on 4 of 10 pages"
        " (http://a.example/0, http://a.example/1, http://a.example/2)"
    )


@pytest.mark.parametrize(
    "articles",
    [
        [article(n, "date") for n in range(4)],
        [article(n, *(["date"] if n < 2 else [])) for n in range(10)],
        [article(n, "lead") for n in range(10)],
    ],
    ids=["few pages", "few missed", "a field that pages may lack"],
)
def test_odd_pages_are_no_drift(articles: list[Article]) -> None:
    assert counted(*articles).reasons() == []


def test_a_drifted_run_is_unhealthy() -> None:
    tally = Tally()
    tally.drift = counted(*(article(n, "date") for n in range(6)))
    verdict = judged(tally, "finished")
    assert verdict.outcome is Outcome.UNHEALTHY
    assert "date: .date" in (verdict.reason or "")


def test_another_layout_is_counted_anew() -> None:
    drift = counted(*(article(n, "body") for n in range(6)))
    drift.watch({"body": (".new",)})
    drift.count(article(7))
    assert drift.reasons() == []


def test_a_general_extractor_that_reads_nearly_all_pages_otherwise_is_told() -> None:
    drift = Drift()
    for number in range(6):
        drift.compare(article(number), "một trang khác hẳn " * 20)
    assert "a general extractor reads otherwise 6 of 6 pages" in drift.reasons()[0]


def test_short_articles_and_agreeing_ones_are_no_reason() -> None:
    drift = Drift()
    for number in range(6):
        drift.compare(article(number, body="Xem chi tiết."), "Trang chủ")
        drift.compare(article(number), TEXT + " thêm vài từ")
    assert drift.reasons() == []


def test_the_counts_stand_in_the_run_as_json() -> None:
    found = json.loads(counted(article(1, "lead")).as_json() or "")
    assert found["missed"]["lead"] == {"of": 1, "amiss": 1, "pages": ["http://a.example/1"]}
    assert found["watched"]["body"] == [".body", ".content"]
    assert Drift().as_json() is None


def test_the_compared_pages_are_few() -> None:
    compared = [number for number in range(1, 765) if is_compared(number)]
    assert compared == [8, 9, 10, 11, 12, 16, 64, 256]


def test_likeness_is_over_words_with_their_number() -> None:
    assert likeness(counted_words("một hai Hai"), counted_words("HAI hai một")) == 1
    assert likeness(counted_words("một"), counted_words("hai")) == 0
    assert likeness(counted_words(""), counted_words("")) == 1
