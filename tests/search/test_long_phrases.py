"""Phrases of words that most articles have, which the index that keeps positions narrows."""

from itertools import pairwise
from pathlib import Path

import pytest

from archive.database.reading import reading
from archive.models import Article
from archive.search.filters import Filters
from archive.search.find import FIRST_LOOK, Search
from archive.search.query import parsed
from tests.search.archives import OneTransaction, put


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("phòng chống covid", "Đã phòng chống covid19."),
        ("km đường bộ", "Dài 5km đường bộ."),
        ("km đường bộ g", "Dài 5km đường bộ, G7."),
        ("diện tích m", "Có diện tích m²."),
        ("kỳ bí kĩ", "Thật kì bí kỹ."),
        ("một hai_ba", "Đếm một, hai_ba."),
        ("một hai ba", "Đếm một...hai\u00ad — (ba)."),
        ("một hai ba", "Đếm một hai\tba\u0323\u0303."),
    ],
)
def test_a_phrase_is_found_beside_numbers_and_signs(tmp_path: Path, query: str, body: str) -> None:
    builder = OneTransaction(tmp_path, "own")
    words = query.replace("_", " ").split()
    apart = ". ".join(f"{one} {two}" for one, two in pairwise(words))
    for number in range(FIRST_LOOK + 10):
        text = f"{apart}. 7 {words[0]} {words[1]}, 7" if number else body
        day = f"2020-01-{1 + number // 4:02}"
        put(builder, str(number), Article(url="", title="Tin", body=text, published_at=day))
    with reading(builder.close()) as connection:
        found = Search(connection, parsed(f'"{query}"'), Filters()).found("newest")
        assert len(list(found)) == 1
