"""The parts of an address, in one spelling, by which an article is recognized. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from archive.addresses import without_session
from portal_crawler.cleaning.body.attachments import COMMON_ENDINGS
from portal_crawler.cleaning.page.urls import is_copy

KNOWN_ADDRESSES = 2048
"""Addresses that are remembered; a listing page names each of its articles several times."""

MOST_PARAMETERS = 100
"""Parameters of a query that are looked at."""

_ENDING = re.compile(r"\.(?:html?|aspx?|php|jsp|jhtml|shtml)$", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:aspx?|php|jsp)$", re.IGNORECASE)
_FILE = re.compile(
    rf"\.(?:{COMMON_ENDINGS}|jpe?g|png|gif|svg|webp|ico|mp[34]|css|js|json|xml|rss|atom|ics)$",
    re.IGNORECASE,
)
_PATH_SAFE = "!$&'()*+,;=:@[]|~"
"""Characters of a path that need no percent-encoding, besides letters, digits and `_.-~`."""

_LEADING_SLASHES = re.compile(r"^//+")

_LANGUAGES = re.compile(r"(?:vi|en|fr|ja|ko|zh|ru|lo|km|cn)(?:[-_][a-z]{2})?|vn")
_VIETNAMESE = ("vi", "vi-vn", "vi_vn", "vn")


@dataclass(frozen=True, slots=True)
class ArticleAddress:
    """The parts of an address. Letters are lower-case, composed (NFC) and percent-encoded."""

    path: str
    """Without a slash at its end, and without the ending of a page."""
    segments: tuple[str, ...]
    """The parts of `path` that are not empty."""
    has_ending: bool
    """Whether the path ends like a file of a page: `.html`, `.aspx` and the like."""
    is_script: bool
    """Whether it ends like a program's name, `.aspx` or `.php`: its query says what it shows."""
    is_file: bool
    """Whether the path ends like a file of another kind."""
    parameters: tuple[tuple[str, str], ...]
    """Names in lower case, and values. Sorted, because their order means nothing."""
    bare_query: str
    """A query that is not a list of parameters; else empty."""
    is_copy: bool
    """Whether it is a print, mail or file view of an article."""

    @property
    def last(self) -> str:
        """The last segment; empty if there is none."""
        return self.segments[-1] if self.segments else ""

    def value(self, *names: str) -> str:
        """The value of the first of these parameters that has one; else empty."""
        held = dict(reversed(self.parameters))
        return next((held[name] for name in names if held.get(name)), "")

    @property
    def language(self) -> str:
        """The language that path or query names, if it is another than Vietnamese; else empty."""
        first = self.segments[0] if self.segments else ""
        named = self.value("language", "lang") or (first if _LANGUAGES.fullmatch(first) else "")
        return "" if named.lower() in _VIETNAMESE else named.lower()

    @property
    def folders(self) -> tuple[str, ...]:
        """The segments before the last one, without the language and `index.php`."""
        return tuple(
            part
            for at, part in enumerate(self.segments[:-1])
            if part != "index.php" and not (at <= 1 and _LANGUAGES.fullmatch(part))
        )


@lru_cache(maxsize=KNOWN_ADDRESSES)
def article_address(url: str) -> ArticleAddress | None:
    """The parts of an http or https address; None if it cannot be split or written."""
    try:
        return _parts_of(url)
    except ValueError:
        return None


def _parts_of(url: str) -> ArticleAddress:
    parts = urlsplit(without_session(url))
    page = _LEADING_SLASHES.sub("/", parts.path.rstrip("/"))
    path = "/".join(map(_one_spelling, _ENDING.sub("", page).split("/")))
    pairs = parse_qsl(parts.query)[:MOST_PARAMETERS]
    return ArticleAddress(
        path=path,
        segments=tuple(part for part in path.split("/") if part),
        has_ending=bool(_ENDING.search(page)),
        is_script=bool(_SCRIPT.search(page)),
        is_file=bool(_FILE.search(page)),
        parameters=tuple(sorted((name.lower(), value.strip()) for name, value in pairs)),
        bare_query="" if "=" in parts.query else parts.query,
        is_copy=is_copy(url),
    )


def _one_spelling(segment: str) -> str:
    if segment.isascii() and "%" not in segment:
        return quote(segment.lower(), safe=_PATH_SAFE)
    letters = unquote(segment, errors="surrogateescape")
    composed = unicodedata.normalize("NFC", letters).lower()
    return quote(composed, safe=_PATH_SAFE, errors="surrogateescape")
