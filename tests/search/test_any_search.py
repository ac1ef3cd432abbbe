"""Whatever articles say, however they change, and whatever is asked: the index finds what looking
at each article finds."""

import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.database.reading import reading
from archive.errors import QueryError
from archive.layout import Layout
from archive.models import Article
from archive.search.counts import counted_by
from archive.search.find import ORDERS
from archive.search.query import parsed
from tests.archive.building import ArchiveBuilder, page
from tests.search.archives import documents_of
from tests.search.by_hand import Document, asked, found_by, rows_found
from tests.search.table import search_for

WORDS = (
    "đường", "dương", "duong", "hoà", "hòa", "hoa", "kỹ", "kĩ", "ky", "thúy", "thuý", "quí", "y",
    "m2", "m²", "covid19", "covid-19", "19", "10%", "10", "$100", "c++", "c#", "r&d", "tt&tt",
    "Đ", "d", "SỐ", "Số", "so", "x", "1/2", "½", "Ⅳ", "数字", "ﬁn", "ß", "İstanbul", "ΟΔΟΣ",
    "naïve", "a_b", "AND", "NEAR", "near", "title", "p:own", "=so", "+so_hoa", "'", "—", "…",
    "\u0323", "😀", "a\u0303\u0302", "٣", "x\u0323y", "5km", "k" * 50, "title:", "^", "{", "\x00",
    "\x1b[1m", "\u202e",
)  # fmt: skip
ASKED = tuple(word for word in WORDS if any(map(str.isalnum, word)) and ":" not in word)
DAYS = (
    None, "2021-01-01", "2021-03-01T08:00:00+07:00", "2021-03-01", "2022-05-06", "1999-12-31",
    "1970-01-01", "2000-01-15", "2341-05-01", "2999-12-31", "2021-03-31T23:59:59+07:00",
)  # fmt: skip
OPTIONS = (
    "", "", "", "--from 2021", "--to 2021-03", "--from 2021-03-01 --to 2021-03-01", "--exact",
    "--versions", "--versions --from 2022", "--to 1999", "--from 2022-05 --to 2340", "--author hoa",
    "--category 'tin so'", "--has version", "--portal one", "--portal other --to 2021",
)  # fmt: skip

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
maybe = st.none() | texts
contents = st.builds(
    Article,
    url=st.just(""),
    title=texts.map(lambda text: text.strip() or "Tin"),
    lead=maybe,
    body=maybe,
    author=maybe,
    category=st.sampled_from([None, "Tin Số", "TIN-SO", "Văn bản", "…"]),
    published_at=st.sampled_from(DAYS),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A page that a crawl finds under a key, or that the article under it is gone."""

    portal: str
    key: str
    content: Article | None


steps = st.lists(
    st.builds(
        Step,
        portal=st.sampled_from(["one", "other"]),
        key=st.sampled_from("1234"),
        content=st.none() | contents,
    ),
    min_size=1,
    max_size=12,
)


@st.composite
def phrases(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(ASKED), min_size=1, max_size=3))
    column = draw(st.sampled_from(["", "", "", "title:", "body:", "author:", "lead:"]))
    quotes = draw(st.sampled_from(['""', "“”"])) if len(words) > 1 or draw(st.booleans()) else None
    text = " ".join(words)
    star = "*" if text[-1].isalpha() and text[-2:].isalpha() and draw(st.booleans()) else ""
    return f"{column}{quotes[0]}{text}{star}{quotes[1]}" if quotes else f"{column}{text}{star}"


@st.composite
def queries(draw: st.DrawFn) -> str:
    sides = []
    for _ in range(draw(st.integers(1, 3))):
        parts = draw(st.lists(phrases(), min_size=1, max_size=3))
        parts += [draw(st.sampled_from(["-", "NOT "])) + part
                  for part in draw(st.lists(phrases(), max_size=2))]  # fmt: skip
        sides.append(draw(st.sampled_from([" ", " AND "])).join(parts))
    return " OR ".join(sides)


asked_for = st.lists(st.tuples(queries(), st.sampled_from(OPTIONS)), min_size=1, max_size=8)


class Crawls:
    """Takes steps one by one, as crawls do."""

    def __init__(self, folder: Path) -> None:
        self.builders = {name: ArchiveBuilder(folder, name) for name in ("one", "other")}
        self.held: dict[tuple[str, str], Article] = {}
        self.count = 0

    def take(self, step: Step) -> None:
        builder, place = self.builders[step.portal], (step.portal, step.key)
        self.count += 1
        if step.content is None:
            self.held.pop(place, None)
            builder.put(lambda: builder.store.timeline.forget_article(step.portal, step.key))
            return
        capture = builder.exchange(step.key, page(f"{self.count}"))
        article = replace(step.content, url=capture.url)
        before = self.held.get(place)
        builder.put(partial(builder.store.articles.put, article, capture, lambda *_: before))
        self.held[place] = article

    def close(self) -> Layout:
        return [builder.close() for builder in self.builders.values()][-1]


def check(layout: Layout, documents: list[Document], query: str, options: str) -> None:
    question = asked(query, options)
    with reading(layout) as connection:
        keys = {each.id: (each.portal, each.key) for each in documents}
        for order in ORDERS:
            search = search_for(connection, query, options)
            expected = [(each.document.portal, each.document.key)
                        for each in found_by(documents, question, order)]  # fmt: skip
            assert [keys[each.id] for each in search.found(order)] == expected, (query, options)
        assert search.count().number == len(expected)
        row = search.count_in_a_row()
        assert (row and row.number) == rows_found(documents, question), (query, options)
        for kind in ("year", "month", "portal", "category", "author"):
            assert sum(each.articles for each in counted_by(search, kind)) == len(expected), kind


@settings(max_examples=12)
@given(steps=steps, asked_for=asked_for)
def test_the_index_finds_what_looking_at_each_article_finds(
    steps: list[Step], asked_for: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        crawls = Crawls(Path(folder))
        for step in steps:
            crawls.take(step)
        layout = crawls.close()
        documents = documents_of(layout)
        for query, options in asked_for:
            try:
                parsed(query)
            except QueryError:
                continue
            check(layout, documents, query, options)
