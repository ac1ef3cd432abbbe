"""`portal search`: finds articles, with or without marks typed."""

import argparse

from archive.commands.terminal import wrapped
from archive.database.reading import answering
from archive.layout import Layout, archive_folder
from archive.output import say, write, write_json
from archive.search.find import DEFAULT_LIMIT, Filters, Found, Hit, search
from archive.search.query import Query, parsed

EXAMPLES = """\
examples:
  portal search "chuyen doi so"                 no marks typed: any marks match
  portal search "thuỷ lợi"                      marks typed count; thuỷ and thủy are one word
  portal search '"an toàn thông tin" trẻ em'    words in quotes stand in this order
  portal search 749/QĐ-TTg --from 2022-01 --to 2022-06 --portal hanoi-sotttt

An article must hold all the words: in its title, lead, body or byline. The order is: the words in a
row in the title, all words in the title, the words in a row elsewhere, the others; within each by
relevance (BM25, a word in the title or lead weighs more), among equals the newest first.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `portal search` takes."""
    parser.add_argument("query", metavar="QUERY", nargs="+", help="words; in quotes, a phrase")
    add_filters(parser)
    parser.add_argument(
        "--limit",
        type=int,
        default=DEFAULT_LIMIT,
        metavar="N",
        help=f"at most so many articles (default {DEFAULT_LIMIT})",
    )


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Declare what narrows a search; `filters_of` reads it."""
    parser.add_argument("--portal", metavar="NAME", help="only articles of this portal")
    parser.add_argument(
        "--from",
        dest="published_from",
        metavar="DATE",
        help="published then or later: YYYY, YYYY-MM or YYYY-MM-DD",
    )
    parser.add_argument(
        "--to", dest="published_to", metavar="DATE", help="published then or earlier, as --from"
    )
    parser.add_argument(
        "--exact", action="store_true", help="words as typed: no folding, no other tone placement"
    )


def filters_of(args: argparse.Namespace, limit: int = DEFAULT_LIMIT) -> Filters:
    """What the arguments narrow a search to."""
    return Filters(
        portal=args.portal,
        published_from=args.published_from,
        published_to=args.published_to,
        limit=limit,
    )


def run(args: argparse.Namespace) -> int:
    """Search and print what was found."""
    query = parsed(" ".join(args.query), exact=args.exact)
    filters = filters_of(args, args.limit)
    with answering(Layout(archive_folder(args.archive))) as connection:
        found = search(connection, query, filters)
        for hit in found.hits:
            _write(hit, as_json=args.json)
    if not args.quiet and not args.json:
        say(_summary(found, query))
    return 0


def _write(hit: Hit, *, as_json: bool) -> None:
    if as_json:
        write_json(_values(hit))
        return
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


def _summary(found: Found, query: Query) -> str:
    count = len(found.hits)
    if found.more:
        first = "the first article" if count == 1 else f"the first {count} articles"
        return f"{first}; --limit shows more, `portal show ID` one of them"
    if count:
        articles = "1 article" if count == 1 else f"{count} articles"
        return f"{articles}; `portal show ID` shows one of them"
    if any(word.as_typed for word in query.words):
        return "nothing found; marks count where they are typed: try without them"
    return "nothing found; each word must be in the article: try fewer"
