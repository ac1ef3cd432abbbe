"""What a search finds, and in which order, is what looking at each article by itself gives."""

import random
import re
import unicodedata
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from archive.database.reading import reading
from archive.layout import Layout
from archive.search.counts import counted_by
from archive.search.filters import Filters
from archive.search.find import Search
from archive.search.query import parsed
from tests.archive.building import ArchiveBuilder

WORDS = (
    "đường", "dương", "số", "so", "hoà", "hòa", "hoa", "tin", "kỹ", "kĩ", "ki", "m2", "m²",
    "covid19", "Covid-19", "19", "10%", "10",
)  # fmt: skip
DAYS = (None, "2021-01-01", "2021-03-01T08:00:00+07:00", "2022-05-06", "1999-12-31", "2021-03-31")
ALIKE = {"hoà": "hòa", "kỹ": "kĩ", "m2": "m 2", "m²": "m 2", "covid19": "covid 19", "19": "19"}
TEXTS = ("title", "lead", "body", "author")
ROUNDS = 40


def plain(word: str) -> str:
    """Without marks."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def tokens(text: str | None) -> list[str]:
    """The words of a text, those that are alike written alike. Signs stay at their word."""
    found = []
    for word in re.split(r"[\s-]+", (text or "").lower()):
        found += ALIKE.get(word, word).split()
    return found


def is_word(asked: str, written: str) -> bool:
    if written.rstrip("%") != written and asked.rstrip("%") == asked:
        written = written.rstrip("%")
    return asked == written if plain(asked) != asked else asked == plain(written)


def has_phrase(asked: list[str], written: list[str]) -> bool:
    starts = range(len(written) - len(asked) + 1)
    return any(all(map(is_word, asked, written[start:])) for start in starts)


def random_articles(chance: random.Random) -> list[dict[str, Any]]:
    def text(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, most)))

    return [
        {
            "title": text(5),
            "lead": chance.choice([None, text(6)]),
            "body": chance.choice([None, text(12)]),
            "author": chance.choice([None, text(2)]),
            "category": chance.choice([None, "Tin tức", "Văn bản"]),
            "published_at": chance.choice(DAYS),
        }
        for _ in range(60)
    ]


def archive_of(folder: Path, articles: list[dict[str, Any]]) -> Layout:
    builder = ArchiveBuilder(folder)
    for number, article in enumerate(articles):
        builder.article(str(number), **article)
    return builder.close()


@pytest.mark.parametrize("seed", range(3))
def test_phrases_and_words_are_found_as_by_hand(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    articles = random_articles(chance)
    with reading(archive_of(tmp_path, articles)) as connection:
        for _ in range(ROUNDS):
            words = chance.choices(WORDS, k=chance.randint(1, 3))
            left_out = chance.choice(WORDS)
            for form, (quoted, negated) in zip(
                "abcd", product((True, False), repeat=2), strict=True
            ):
                asked = " ".join(words)
                query = (f'"{asked}"' if quoted else asked) + (f" -{left_out}" if negated else "")
                parts = [tokens(asked)] if quoted else [tokens(word) for word in words]
                expected = {
                    str(number)
                    for number, article in enumerate(articles)
                    if all(in_article(part, article) for part in parts)
                    and not (negated and in_article(tokens(left_out), article))
                }
                search = Search(connection, parsed(query), Filters())
                found = [hit.key for hit in search.hits("newest", limit=1000)]
                assert set(found) == expected, (form, query)
                assert len(found) == len(expected) == search.count().number, query


def in_article(part: list[str], article: dict[str, Any]) -> bool:
    return any(has_phrase(part, tokens(article[column])) for column in TEXTS)


@pytest.mark.parametrize("seed", range(3))
def test_orders_are_by_date_then_id_and_rank_by_where_the_words_stand(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    articles = random_articles(chance)
    with reading(archive_of(tmp_path, articles)) as connection:
        ids = dict(connection.execute("SELECT key, id FROM articles").fetchall())
        for _ in range(ROUNDS):
            asked = " ".join(chance.choices(WORDS[:8], k=2))
            search = Search(connection, parsed(asked), Filters())
            keys = {order: list(found(search, order)) for order in ("newest", "oldest", "rank")}

            def day(key: str) -> str:
                return articles[int(key)]["published_at"] or ""

            by_id = sorted(keys["newest"], key=ids.__getitem__)
            dated = [key for key in by_id if day(key)]
            undated = [key for key in by_id if not day(key)]
            newest = sorted(dated, key=day, reverse=True) + undated
            assert keys["newest"] == newest
            assert keys["oldest"] == sorted(dated, key=day) + undated
            assert keys["rank"] == sorted(newest, key=lambda key: place(asked, articles[int(key)]))


def found(search: Search, order: str) -> list[str]:
    return [hit.key for hit in search.hits(order, limit=1000)]


def place(asked: str, article: dict[str, Any]) -> tuple[int, bool]:
    """The tier of an article, and whether its words are not written as they were typed."""
    words = tokens(asked)
    texts = {column: tokens(article[column]) for column in TEXTS}

    def as_written(part: list[str], text: list[str]) -> bool:
        starts = range(len(text) - len(part) + 1)
        return any(part == text[start : start + len(part)] for start in starts)

    tiers = [
        lambda fits: fits(words, texts["title"]),
        lambda fits: all(fits([word], texts["title"]) for word in words),
        lambda fits: any(fits(words, text) for text in texts.values()),
        lambda fits: all(any(fits([word], text) for text in texts.values()) for word in words),
    ]
    for number, is_of in enumerate(tiers):
        if is_of(as_written):
            return number, False
        if is_of(has_phrase):
            return number, True
    raise AssertionError(asked)


def test_counts_are_those_of_looking_at_each_article(tmp_path: Path) -> None:
    articles = random_articles(random.Random(4))
    with reading(archive_of(tmp_path, articles)) as connection:
        for text in ("tin", '"so tin"', "tin -hoa"):
            for filters in (Filters(), Filters(published_from="2021", published_to="2021-03-01")):
                search = Search(connection, parsed(text), filters)
                keys = found(search, "newest")
                for kind, length in (("year", 4), ("month", 7)):
                    days = [articles[int(key)]["published_at"] for key in keys]
                    values = [day and day[:length] for day in days]
                    counts = {each.value: each.articles for each in counted_by(search, kind)}
                    assert counts == {value: values.count(value) for value in values}, text
                assert sum(each.articles for each in counted_by(search, "portal")) == len(keys)
