"""The pages that a declared pager links, up to the last one that it names."""

import pytest

from portal_crawler.ways.linked import LinkedPages
from portal_crawler.ways.requests import ListingAnswer, ListingRequest

URL = "http://sotttt.test/tin-tuc/"
BY_PATH = LinkedPages(links=".pager a", pattern=r"/page-(\d+)")
FROM_ZERO = LinkedPages(links=".pager a", pattern=r"[?&]page=(\d+)", shift=-1)
BY_ROWS = LinkedPages(links=".pager a", pattern=r"[?&]start=(\d+)", counts_rows=True)


def following(way: LinkedPages, links: str, page: int) -> str | None:
    body = f'<div class="pager">{links}</div><a href="/tin-tuc/page-99/">99</a>'.encode()
    answer = ListingAnswer(request=ListingRequest(url=URL), url=URL, body=body, page=page - 1)
    found = way.following(answer, page)
    return found.url if found else None


def links(form: str, numbers: dict[str, int]) -> str:
    return "".join(f'<a href="{form.format(n)}">{label}</a>' for label, n in numbers.items())


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (2, "http://sotttt.test/tin-tuc/page-2/"),
        (7, "http://sotttt.test/tin-tuc/page-7/"),
        (30, "http://sotttt.test/tin-tuc/page-30/"),
        (31, None),
    ],
)
def test_a_page_between_those_that_are_linked_is_followed_and_none_behind_the_last(
    page: int, address: str | None
) -> None:
    pager = links("/tin-tuc/page-{}/", {"1": 1, "2": 2, "3": 3, "30": 30})
    assert following(BY_PATH, pager, page) == address


def test_numbers_may_begin_at_zero() -> None:
    pager = links("?page={}", {"1": 0, "Trang 2": 1, "Trang 3": 2, "Sau": 1})
    found = [following(FROM_ZERO, pager, page) for page in (2, 3, 4)]
    assert found == [f"{URL}?page=1", f"{URL}?page=2", None]


@pytest.mark.parametrize("rows", [2, 10, 20])
def test_numbers_may_count_rows_as_the_labels_show(rows: int) -> None:
    pager = links("?start={}", {"2": rows, "4": 3 * rows, "Cuối": 5 * rows})
    found = [following(BY_ROWS, pager, page) for page in (2, 3, 6, 7)]
    assert found == [f"{URL}?start={n * rows}" for n in (1, 2, 5)] + [None]


@pytest.mark.parametrize("page", ["", '<a href="#">2</a>', '<a>2</a><a href="http://[">3</a>'])
def test_a_page_without_a_pager_is_the_last(page: str) -> None:
    assert [following(way, page, 2) for way in (BY_PATH, FROM_ZERO, BY_ROWS)] == [None] * 3
