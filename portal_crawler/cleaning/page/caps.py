"""How much of a page is read: a page is cut where it reaches the first of these counts.

Real pages have some hundred kilobytes and at most two thousand tags. The bounds are counts and
not times, which would make a rebuild read another part of the page.
"""

import re

MAX_PAGE_BYTES = 8 * 1024 * 1024
"""The size after decompression."""

MAX_TAGS = 150_000
"""Start tags in the markup, including those in scripts and comments."""

MAX_LINKS = 20_000
MAX_PICTURES = 5_000

MAX_VALUES = 300_000
"""Equals signs: attributes with values take the most memory of all in a page."""

MAX_GENERAL_CHARS = 1024 * 1024
MAX_GENERAL_TAGS = 15_000
"""The part of a page that a general extractor reads: it takes ten times our time and memory."""

MAX_REQUISITES = 20_000
"""Addresses of styles, scripts, pictures and fonts that a page or a stylesheet names."""

MOST_ROWS_AROUND = 30
"""Rows of a listing that are nested in each other because none is closed."""

_UTF_8_LETTER_BYTES = 4

_COUNTED = re.compile(
    r"<(?:(?P<link>a)(?![\w:-])|(?P<picture>img|image|amp-img)(?![\w:-])|[a-z])", re.IGNORECASE
)


def general_part(text: str) -> str:
    """The part of a page's markup that a general extractor reads."""
    return first_elements(text[:MAX_GENERAL_CHARS], MAX_GENERAL_TAGS)


def first_bytes(content: bytes) -> bytes:
    """The part of a page that is read; the cut never halves a letter of UTF-8."""
    if len(content) <= MAX_PAGE_BYTES:
        return content
    end = MAX_PAGE_BYTES
    while end > MAX_PAGE_BYTES - _UTF_8_LETTER_BYTES and content[end] & 0xC0 == 0x80:
        end -= 1
    return content[:end]


def first_elements(text: str, most_tags: int = MAX_TAGS) -> str:
    """The part of a page's markup that is read."""
    if len(text) > MAX_VALUES and text.count("=") > MAX_VALUES:
        text = text[: -len(text.split("=", MAX_VALUES)[-1]) - 1]
    if text.count("<") <= min(MAX_PICTURES, most_tags):
        return text
    links = pictures = 0
    for tags, found in enumerate(_COUNTED.finditer(text), start=1):
        links += found["link"] is not None
        pictures += found["picture"] is not None
        if tags > most_tags or links > MAX_LINKS or pictures > MAX_PICTURES:
            return text[: found.start()]
    return text
