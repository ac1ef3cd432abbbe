"""`portal search`: finds articles, counts them, and shows each place with its words."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Generic, TypeVar

from archive.commands.csv_rows import write_csv
from archive.commands.filters import add_filters, add_query, filters_of
from archive.commands.tables import write_table
from archive.commands.terminal import wrapped
from archive.database.reading import answering
from archive.errors import QueryError
from archive.layout import Layout, archive_folder
from archive.output import bold, say, write, write_json
from archive.printable import printable
from archive.search.concordance import Place, places
from archive.search.counts import KINDS, counted_by
from archive.search.filters import Filters
from archive.search.find import DEFAULT_LIMIT, ORDERS, Count, Hit, Search
from archive.search.query import parsed

EXAMPLES = """\
examples:
  portal search "chuyen doi so"                 without diacritics: matches words with any
  portal search "thuỷ lợi"                      typed diacritics must match; thuỷ equals thủy
  portal search '"an toàn thông tin" trẻ em'    quoted words must stand in this order
  portal search 'bão OR lũ' -covid              one of the two, and not this word
  portal search 'title:AI' 'chuyể*' 10%         in the title; all words that begin so; with its sign
  portal search 749/QĐ-TTg --from 2022-01 --to 2022-06 --portal hanoi-sotttt
  portal search bão --province "Phú Thọ"        in a province, with those merged into it
  portal search AI --count-by year              how many articles a year
  portal search "trí tuệ nhân tạo" --kwic 6     each place, with six words on each side

An article must hold all words that no OR stands between, in its title, lead, body or byline. kỹ and
kĩ, m² and m2, Covid-19 and Covid19 count as the same unless --exact. The order is: the words in a
row in the title, all words in the title, the words in a row elsewhere, the others; in each, words
typed without marks that are written so come first, then the newest.
"""

MOST_WORDS = 100

COUNTED_PLACES = 1000
"""Places behind those shown that are counted: each article's text must be read."""

COLUMNS = ("ref", "id", "portal", "published_at", "title", "url", "snippet", "rank", "key",
           "gone_at", "version")  # fmt: skip
"""Of a table of hits; `ref` comes first, as in an export, and last in JSON."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal search`."""
    add_query(parser, at_least_one=True)
    add_filters(parser)
    parser.add_argument(
        "--sort",
        choices=ORDERS,
        default="rank",
        help="the order (default: rank, the most relevant first)",
    )
    parser.add_argument(
        "--limit", type=int, metavar="N",
        help=f"at most so many articles or places (default {DEFAULT_LIMIT}), or counts (all)",
    )  # fmt: skip
    parser.add_argument("--offset", type=int, default=0, metavar="N", help="leave the first N out")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--count-by", choices=KINDS, metavar="KIND",
        help=f"count the articles: {', '.join(KINDS)}",
    )  # fmt: skip
    forms.add_argument(
        "--kwic", type=int, metavar="N", help="a line for each place, with N words on each side"
    )
    parser.add_argument("--csv", action="store_true", help="comma-separated values")


def run(args: argparse.Namespace) -> int:
    """Search, and print what was found."""
    _check(args)
    query = parsed(" ".join(args.query), exact=args.exact)
    with answering(Layout(archive_folder(args.archive))) as connection:
        connection.execute("BEGIN")  # all is of one moment, even while a crawl writes
        search = Search(connection, query, filters_of(args, connection))
        count = search.count()
        if not args.quiet:
            say(_how_many(count, search.count_in_a_row() if count.number else None))
        if args.count_by:
            _write_counts(search, args)
            return 0
        page = _write_places(search, args) if args.kwic is not None else _write_hits(search, args)
        if not args.quiet:
            for line in _last_words(page, count, search, args):
                say(line)
    return 0


T = TypeVar("T")


class _Page(Generic[T]):
    """Those of many that are shown, and how many they were."""

    def __init__(self, found: Iterator[T], limit: int) -> None:
        self._found = found
        self._limit = limit
        self.number = 0
        self.is_more = False
        """There are others behind them."""

    def __iter__(self) -> Iterator[T]:
        for each in self._found:
            if self.number == self._limit:
                self.is_more = True
                return
            self.number += 1
            yield each

    def left(self, most: int) -> Count:
        """How many are behind those shown, counted to a bound, once."""
        if not self.is_more:
            return Count(0, is_more=False)
        number = 1 + sum(1 for _ in islice(self._found, most))
        return Count(min(number, most), number > most)


def _check(args: argparse.Namespace) -> None:
    if (args.limit is not None and args.limit < 1) or args.offset < 0:
        raise QueryError("--limit takes 1 or more, --offset 0 or more")
    if args.kwic is not None and not 0 <= args.kwic <= MOST_WORDS:
        raise QueryError(f"--kwic takes 0 to {MOST_WORDS} words")
    if args.json and args.csv:
        raise QueryError("--json and --csv are two forms of output: leave one out")


def _how_many(count: Count, in_a_row: Count | None) -> str:
    articles = _articles(count)
    if in_a_row is None:
        return articles
    return f"{articles}, {_number(in_a_row)} with the words in a row"


def _articles(count: Count) -> str:
    return "1 article" if count == Count(1, is_more=False) else f"{_number(count)} articles"


def _number(count: Count) -> str:
    return f"more than {count.number:,}" if count.is_more else f"{count.number:,}"


def _write_hits(search: Search, args: argparse.Namespace) -> _Page[Hit]:
    limit = args.limit or DEFAULT_LIMIT
    page = _Page(search.hits(args.sort, limit=limit + 1, offset=args.offset), limit)
    if args.csv:
        write_csv(COLUMNS, ([_values(hit)[name] for name in COLUMNS] for hit in page))
        return page
    for hit in page:
        if args.json:
            write_json(_values(hit))
        else:
            write_hit(hit)
    return page


def write_hit(hit: Hit) -> None:
    """Write an article that was found to stdout, for a person."""
    indent = " " * (len(str(hit.rank)) + 2)
    for line in wrapped(hit.title, indent, start=f"{hit.rank}. "):
        write(line)
    facts = [(hit.published_at or "no date")[:10], _ref(hit), str(hit.id)]
    if hit.version is not None:
        facts.append(f"version {hit.version}, not the newest")
    if hit.gone_at is not None:
        facts.append(f"gone since {hit.gone_at[:10]}")
    write(printable(f"{indent}{'  '.join(facts)}"))
    for line in wrapped(hit.snippet, indent):
        write(line)
    write()


def _ref(found: Hit | Place) -> str:
    return f"{found.portal}/{found.key}"


def _values(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.id,
        "portal": hit.portal,
        "published_at": hit.published_at,
        "title": hit.title.text,
        "url": hit.url,
        "snippet": hit.snippet.text,
        "rank": hit.rank,
        "key": hit.key,
        "gone_at": hit.gone_at,
        "version": hit.version,
        "ref": _ref(hit),
    }


def _write_counts(search: Search, args: argparse.Namespace) -> None:
    counted = counted_by(search, args.count_by)
    stop = len(counted) if args.limit is None else args.offset + args.limit
    rows = [(each.value, each.articles) for each in counted[args.offset : stop]]
    if args.json:
        for value, articles in rows:
            write_json({args.count_by: value, "articles": articles})
    elif args.csv:
        write_csv((args.count_by, "articles"), rows)
    else:
        write_table((args.count_by, "articles"), [(value or "(none)", n) for value, n in rows])
    if stop < len(counted) and not args.quiet:
        say(_some(len(rows), Count(len(counted), is_more=False), "counts"))


def _write_places(search: Search, args: argparse.Namespace) -> _Page[Place]:
    found = islice(places(search, args.sort, args.kwic), min(args.offset, sys.maxsize), None)
    page = _Page(found, args.limit or DEFAULT_LIMIT)
    if args.json:
        for place in page:
            write_json({**_cells(place), "ref": _ref(place)})
        return page
    if args.csv:
        rows_of_csv = ((_ref(place), *_cells(place).values()) for place in page)
        write_csv(("ref", *Place.__slots__), rows_of_csv)
        return page
    rows = list(page)
    before = max((len(place.before) for place in rows), default=0)
    for place in rows:
        start = printable(f"{(place.published_at or 'no date')[:10]:10}  {place.before:>{before}}")
        write(f"{start}{bold(printable(place.hit))}{printable(place.after)}  "
              f"[{printable(_place_of(place))}]")  # fmt: skip
    return page


def _cells(place: Place) -> dict[str, object]:
    return {name: getattr(place, name) for name in Place.__slots__}


def _place_of(place: Place) -> str:
    version = "" if place.version is None else f", version {place.version}"
    gone = "" if place.gone_at is None else f", gone since {place.gone_at[:10]}"
    return f"{_ref(place)}{version}{gone}"


def _last_words(
    page: _Page[Hit] | _Page[Place], count: Count, search: Search, args: argparse.Namespace
) -> Iterator[str]:
    """Whether there are more; for a person, what to do next."""
    if page.is_more and args.kwic is None:
        yield _some(page.number, count, "articles")
    elif page.is_more:
        left = page.left(COUNTED_PLACES)
        number = args.offset + page.number + left.number
        yield _some(page.number, Count(number, left.is_more), "places")
    if not (args.json or args.csv):
        yield _advice(page, count, search, args)


def _some(shown: int, count: Count, what: str) -> str:
    return f"{shown:,} of {_number(count)} {what}; --limit and --offset show more"


def _advice(
    page: _Page[Hit] | _Page[Place], count: Count, search: Search, args: argparse.Namespace
) -> str:
    if page.number:
        return "`portal show ID` shows one of them"
    if count.number and args.kwic is not None:
        return (
            "No place with this number; give a smaller --offset."
            if args.offset
            else "No place to show: the words are in bylines or in repaired words."
        )
    if count.number:
        return f"The last of them is number {count.number}; give a smaller --offset."
    return f"No results. {_way_out(search)}"


def _names(filters: Filters) -> str:
    """How to learn the names that a filter takes."""
    if filters.section is not None:
        return " --count-by section lists the sections."
    return " --count-by category lists the categories." if filters.category is not None else ""


def _way_out(search: Search) -> str:
    """Advice to someone who found nothing."""
    every = Filters(with_versions=search.filters.with_versions)
    if search.filters != every:
        count = replace(search, filters=every).count()
        if count.number:
            return f"Without the filters it would be {_articles(count)}.{_names(search.filters)}"
    if search.query is not None and search.query.is_exact:
        return "With --exact only words as typed are found; try without it."
    if search.query is not None and search.query.has_marks:
        return "Diacritics you type must match; try without them."
    return "Each word must be in the article; try fewer words."
