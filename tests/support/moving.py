"""A portal that moves its articles, crawled with `-s SPIDER_MODULES=tests.support.moving`.

Keys are paths, as on systems without ids. MOVING_LAST names the section that is walked last. Apart
from the other ones: on an import it would claim their pages, whose host it shares.
"""

import os
import re
from typing import ClassVar
from urllib.parse import urlsplit

from tests.support.portals import ORIGIN, Wire

_ARTICLE = re.compile(r"/(?:Tin-tuc|thong-bao|cu)/[^/]+-\d+\.html")
_SECTIONS = ("tin-tuc", "thong-bao")


class Moving(Wire):
    """Two listings, which name articles by addresses of their own."""

    name = "moving"
    sections: ClassVar[dict[str, str]] = {
        name: f"{ORIGIN}/{name}"
        for name in sorted(_SECTIONS, key=lambda name: name == os.environ.get("MOVING_LAST"))
    }

    @classmethod
    def article_key(cls, url: str) -> str | None:
        """The path."""
        path = urlsplit(url).path
        return path if _ARTICLE.fullmatch(path) else None
