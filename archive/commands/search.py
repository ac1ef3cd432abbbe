"""`portal search`: finds articles, with or without diacritics typed."""

import argparse

from archive.commands.terminal import wrapped
from archive.database.reading import answering
from archive.layout import Layout, archive_folder
from archive.output import say, write, write_json
from archive.search.find import DEFAULT_LIMIT, Filters, Found, Hit, search
from archive.search.query import Query, parsed

EXAMPLES = """\
examples:
  portal search "chuyen doi so"                 without diacritics: matches words with any
  portal search "thuỷ lợi"                      typed diacritics must match; thuỷ equals thủy
  portal search '"an toàn thông tin" trẻ em'    quoted words must stand in this order
  portal search 749/QĐ-TTg --from 2022-01 --to 2022-06 --portal hanoi-sotttt

An article must hold all the words, in its title, lead, body or byline; AND, OR and NOT are words
like others. Articles with the words in a row in the title come first, then those with all words in
the title, then those with the words in a row elsewhere, then the others. Each group is sorted by
relevance (BM25; words in title and lead weigh more), and equal ones by date, newest first.
"""


OPERATORS = ("AND", "OR", "NOT")
"""Words that other search engines read as operators."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal search`."""
    parser.add_argument("query", metavar="QUERY", nargs="+", help="words; in quotes, a phrase")
    add_filters(parser)
    parser.add_argument(
        "--limit",
        type=int,
        default=DEFAULT_LIMIT,
        metavar="N",
        help=f"show at most N articles (default {DEFAULT_LIMIT})",
    )


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Declare the filters of a search; `filters_of` reads them."""
    parser.add_argument("--portal", metavar="NAME", help="only articles of this portal")
    parser.add_argument(
        "--from",
        dest="published_from",
        metavar="DATE",
        help="published on this date or later: YYYY, YYYY-MM or YYYY-MM-DD",
    )
    parser.add_argument(
        "--to", dest="published_to", metavar="DATE", help="published on this date or earlier"
    )
    parser.add_argument(
        "--exact",
        action="store_true",
        help="match words only as typed, with the same diacritics and tone placement",
    )


def filters_of(args: argparse.Namespace, limit: int = DEFAULT_LIMIT) -> Filters:
    """The filters that the arguments give."""
    return Filters(
        portal=args.portal,
        published_from=args.published_from,
        published_to=args.published_to,
        limit=limit,
    )


def run(args: argparse.Namespace) -> int:
    """Search and print the articles found."""
    query = parsed(" ".join(args.query), exact=args.exact)
    filters = filters_of(args, args.limit)
    with answering(Layout(archive_folder(args.archive))) as connection:
        found = search(connection, query, filters)
        for hit in found.hits:
            if args.json:
                write_json(_values(hit))
            else:
                write_hit(hit)
    if not args.quiet and not args.json:
        say(_summary(found, query, " ".join(args.query)))
    return 0


def write_hit(hit: Hit) -> None:
    """Write an article that was found to stdout, for a person."""
    day = (hit.published_at or "no date")[:10]
    indent = " " * (len(str(hit.rank)) + 2)
    for line in wrapped(hit.title, indent, start=f"{hit.rank}. "):
        write(line)
    write(f"{indent}{day}  {hit.portal}  {hit.id}")
    for line in wrapped(hit.snippet, indent):
        write(line)
    write()


def _values(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.id,
        "portal": hit.portal,
        "published_at": hit.published_at,
        "title": hit.title.text,
        "url": hit.url,
        "snippet": hit.snippet.text,
        "rank": hit.rank,
    }


def _summary(found: Found, query: Query, typed: str) -> str:
    count = len(found.hits)
    if found.more:
        first = "the first article" if count == 1 else f"the first {count} articles"
        return f"{first}; --limit N shows more, `portal show ID` shows one of them"
    if count:
        articles = "1 article" if count == 1 else f"{count} articles"
        return f"{articles}; `portal show ID` shows one of them"
    for word in OPERATORS:
        if word in typed.split():
            return f"No results. {word} is searched for like any other word; try without it."
    if any(word.as_typed for word in query.words):
        return "No results. Diacritics you type must match; try without them."
    return "No results. Each word must be in the article; try fewer words."
