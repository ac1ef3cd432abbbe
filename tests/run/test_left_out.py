"""Page resources on hosts that a crawl does not ask are counted by host."""

import json

from portal_crawler.run.left_out import MOST_HOSTS, LeftOut


def test_each_address_counts_once_and_the_most_come_first() -> None:
    left_out = LeftOut()
    for url in (
        "http://a.vn/1",
        "http://b.vn/1",
        "http://b.vn/2",
        "http://B.vn/2",
        "http://b.vn/2",
    ):
        left_out.add(url)
    assert list(json.loads(left_out.as_json() or "").items()) == [("b.vn", 3), ("a.vn", 1)]


def test_an_address_that_cannot_be_taken_apart_costs_nothing() -> None:
    left_out = LeftOut()
    for url in ("http://[a/x.jpg", "http://a:b/x.jpg", "", "mailto:a@b.vn"):
        left_out.add(url)
    assert left_out.as_json() is None


def test_hosts_have_a_bound() -> None:
    left_out = LeftOut()
    for number in range(3 * MOST_HOSTS):
        left_out.add(f"http://h{number}.vn/x.jpg")
    assert len(json.loads(left_out.as_json() or "")) == MOST_HOSTS
