"""Options that commands of both packages take."""

import argparse

OF_A_CRAWL = "a setting of the crawl: DOWNLOAD_DELAY=2 waits 2 s between requests"
OTHER_PORTALS = "SPIDER_MODULES names other portals"


def add_settings(
    parser: argparse.ArgumentParser, words: str = f"a setting of the crawl: {OTHER_PORTALS}"
) -> None:
    """`-s SETTING=VALUE`, any number of times; `words` is its help."""
    parser.add_argument(
        "-s", dest="settings", action="append", default=[], metavar="SETTING=VALUE", help=words
    )
    add_portals(parser)


def add_portals(parser: argparse.ArgumentParser) -> None:
    """`--portals DIR`, the folder of one's own portals; it is setting PORTAL_PORTALS."""
    parser.add_argument(
        "--portals", dest="settings", action="append", default=[], metavar="DIR", type=_setting,
        help="the folder of your own portals ($PORTAL_PORTALS); docs/PORTALS.md says more",
    )  # fmt: skip


def _setting(folder: str) -> str:
    """The word of `-s` that names a folder; an empty one would be the current directory."""
    if not folder:
        raise argparse.ArgumentTypeError("name a folder")
    return f"PORTAL_PORTALS={folder}"
