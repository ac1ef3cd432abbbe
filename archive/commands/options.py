"""An option that commands of both packages take."""

import argparse

OTHER_PORTALS = "SPIDER_MODULES names other portals"


def add_settings(
    parser: argparse.ArgumentParser, words: str = f"a setting of the crawl: {OTHER_PORTALS}"
) -> None:
    """`-s SETTING=VALUE`, any number of times; `words` is its help."""
    parser.add_argument(
        "-s", dest="settings", action="append", default=[], metavar="SETTING=VALUE", help=words
    )
