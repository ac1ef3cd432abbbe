"""A listing page's address follows from those before it where a pager counts, and only there."""

import pytest

from portal_crawler.crawl.numbering import next_address

ROWS = 20

FOLLOWING = {
    "a first page without a number": ("/tin-tuc", "/tin-tuc/2", "/tin-tuc/3", 2),
    "pages from 0": ("/tin-tuc", "/tin-tuc?page=1", "/tin-tuc?page=2", 2),
    "a number among others": ("/n2024/tin", "/n2024/tin/page/2/", "/n2024/tin/page/3/", 2),
    "a page further on": ("/a?page=61", "/a?page=62", "/a?page=63", 62),
    "rows": ("/a?start=20", "/a?start=40", "/a?start=60", 3),
    "rows from the first page": ("/a", "/a?start=20", "/a?start=40", 2),
    "zeros before": ("/trang-08.html", "/trang-09.html", "/trang-10.html", 9),
    "fragments of a zone": ("/t/12/1.htm", "/t/12/2.htm", "/t/12/3.htm", 3),
    "days": ("/a?ngay=2024-02-28", "/a?ngay=2024-02-29", "/a?ngay=2024-03-01", 5),
    "days, the day first": ("/a/30/12/2023", "/a/31/12/2023", "/a/01/01/2024", 5),
    "days back": ("/a?d=01-03-2024", "/a?d=29-02-2024", "/a?d=28-02-2024", 5),
}


@pytest.mark.parametrize("name", FOLLOWING)
def test_the_next_address_follows(name: str) -> None:
    before, last, following, page = FOLLOWING[name]
    found = next_address([f"http://p{before}", f"http://p{last}"], page, ROWS)
    assert found == f"http://p{following}"


NOT_FOLLOWING = {
    "one address alone": (["/a?page=2"], 2),
    "cursors": (["/a?c=abc1", "/a?c=xyz9"], 3),
    "a cursor behind the first page": (["/a", "/a?c=9f86d081884c"], 2),
    "a time stamp": (["/a?t=20240101120000", "/a?t=20240101110000"], 3),
    "numbers that fall": (["/a?page=3", "/a?page=2"], 3),
    "two numbers at once": (["/a/1?b=1", "/a/2?b=2"], 3),
    "another path": (["/tin.htm", "/t/12/7.htm"], 2),
    "no number": (["/a", "/b"], 2),
    "a huge number": (["/a?p=" + "9" * 5000, "/a?p=1" + "0" * 5000], 2),
}


@pytest.mark.parametrize("name", NOT_FOLLOWING)
def test_nothing_is_guessed(name: str) -> None:
    addresses, page = NOT_FOLLOWING[name]
    assert next_address([f"http://p{address}" for address in addresses], page, ROWS) is None
