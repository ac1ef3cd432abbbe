"""The arguments that narrow a search, an export or a list: the same on every command."""

import argparse
import sqlite3

from archive.errors import QueryError
from archive.output import say
from archive.search.filters import KINDS, Filters, check_portals, province_portals


def add_query(parser: argparse.ArgumentParser, *, at_least_one: bool) -> None:
    """Declare QUERY."""
    parser.add_argument(
        "query", metavar="QUERY", nargs="+" if at_least_one else "*",
        help="words; in quotes a phrase; OR, NOT and -word; wor*; title:, lead:, body:, author:",
    )  # fmt: skip


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Declare the filters; `filters_of` reads them."""
    only = parser.add_argument_group("filters")
    only.add_argument("--portal", metavar="NAME", help="only articles of this portal")
    only.add_argument(
        "--province", metavar="NAME",
        help="only portals of this province, old or of today, marks or not",
    )  # fmt: skip
    only.add_argument(
        "--from", dest="published_from", metavar="DATE",
        help="published on this date or later: YYYY, YYYY-MM or YYYY-MM-DD",
    )  # fmt: skip
    only.add_argument(
        "--to", dest="published_to", metavar="DATE", help="published on this date or earlier"
    )
    only.add_argument(
        "--category", metavar="NAME", help="the portal's own section name, marks or not"
    )
    only.add_argument("--section", metavar="NAME", help="listed in this section of the portal")
    only.add_argument("--author", metavar="NAME", help="words of the byline, in this order")
    only.add_argument(
        "--has", action="append", choices=KINDS, default=[], metavar="KIND",
        help=f"only articles that have one: {', '.join(KINDS)}; can be given twice",
    )  # fmt: skip
    only.add_argument("--gone", action="store_true", help="only articles that are gone")
    only.add_argument("--versions", action="store_true", help="look through earlier versions, too")
    only.add_argument(
        "--exact", action="store_true", help="words as typed: no other marks, no other spelling"
    )


def filters_of(args: argparse.Namespace, connection: sqlite3.Connection) -> Filters:
    """The filters that were given; says so if a province has portals under other names, too.

    Raises QueryError if one makes no sense in this archive.
    """
    return Filters(
        portals=_portals(args, connection),
        published_from=args.published_from,
        published_to=args.published_to,
        category=args.category,
        section=args.section,
        author=args.author,
        has=tuple(args.has),
        only_gone=args.gone,
        with_versions=args.versions,
    )


def _portals(args: argparse.Namespace, connection: sqlite3.Connection) -> tuple[str, ...] | None:
    named = None if args.portal is None else (args.portal,)
    if args.province is None:
        return named
    check_portals(connection, named or ())
    found = province_portals(connection, args.province)
    if named is not None and args.portal not in found.names:
        raise QueryError(
            f"portal {args.portal} is not of {args.province}; leave one of the two out"
        )
    if found.note is not None and named is None and not args.quiet:
        say(found.note)
    return named or tuple(sorted(found.names))


def in_words(args: argparse.Namespace) -> list[str]:
    """The query and the filters that were given, in words; none for all articles."""
    named = {
        "from": args.published_from,
        "to": args.published_to,
        "with": " ".join(args.has),
        "by": args.author,
    }
    plain = (args.portal, args.province, args.category, args.section, "gone" if args.gone else None)
    return [
        *args.query,
        *filter(None, plain),
        *(f"{name} {value}" for name, value in named.items() if value),
    ]
