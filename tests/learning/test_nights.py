"""What many nights taught, a rebuild learns again: the same layouts, and the same rows."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.learning.sites import Template, nukeviet, site_pages, uiarticle, vhv
from tests.support.nights import Answered, Nights


def served(template: Template, numbers: Iterable[int]) -> Iterator[Answered]:
    """Articles as a template sets them."""
    for number in numbers:
        (made,) = site_pages("taught", template, 1, first=number)
        yield Answered(f"bai-{number}", made.html)


def redesigned(nights: Nights) -> None:
    """Pages of the old layout are looked at again in the new one, before that is learned and after,
    and a third layout comes."""
    nights.night(served(nukeviet, range(20)))
    nights.night([*served(vhv, range(20, 27)), *served(vhv, range(8))])
    nights.night([*served(vhv, range(8, 16)), *served(vhv, range(27, 34)), *served(vhv, (21, 3))])
    nights.night([*served(vhv, range(16, 24)), *served(vhv, range(34, 38))])
    nights.night([*served(uiarticle, range(38, 45)), *served(uiarticle, range(12))])
    nights.night([*served(uiarticle, range(5, 25)), *served(uiarticle, range(45, 52))])
    nights.night(served(uiarticle, range(38)))


def test_a_rebuild_gives_the_rows_that_the_nights_of_two_redesigns_left(tmp_path: Path) -> None:
    nights = Nights(tmp_path / "archive")
    redesigned(nights)
    before = nights.rows()
    assert len(before["site_models"]) == 3
    assert nights.rebuilt() == before
    assert nights.rebuilt(jobs=2) == before
