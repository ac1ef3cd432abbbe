"""Options that several commands take."""

import argparse


def add_settings(parser: argparse.ArgumentParser) -> None:
    """`-s`, of which what names the portals counts."""
    parser.add_argument(
        "-s", dest="settings", action="append", default=[], metavar="SETTING=VALUE",
        help="a setting of the crawl: SPIDER_MODULES names other portals",
    )  # fmt: skip
