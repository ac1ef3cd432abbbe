"""Figures of some runs as one character each, to see a trend in a row of a table."""

import os
import sys
from collections.abc import Sequence
from math import log1p

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.:-=+*#"
"""Where the terminal cannot show blocks, or plain text was asked for."""


def sparkline(figures: Sequence[int], bars: str) -> str:
    """The lowest bar is nothing at all; a first crawl's thousands do not flatten what follows."""
    most = log1p(max(figures, default=0))
    steps = len(bars) - 1
    return "".join(
        bars[0] if figure <= 0 else bars[max(1, round(steps * log1p(figure) / most))]
        for figure in figures
    )


def bars() -> str:
    """What stdout can show."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    try:
        BLOCKS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ASCII
    return ASCII if plain else BLOCKS
