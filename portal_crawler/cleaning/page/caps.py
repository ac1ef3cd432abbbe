"""How much of a page is read. Counts alone say so: by a clock a rebuild would read another page.

Real pages have some hundred kilobytes and at most two thousand tags; what lies so far beyond is no
page for readers, and is cut where it comes to the first of these counts.
"""

import re

MAX_PAGE_BYTES = 8 * 1024 * 1024
"""Unpacked."""

MAX_TAGS = 150_000
"""Start tags as they are written, those in scripts and comments too."""

MAX_LINKS = 20_000
MAX_PICTURES = 5_000

MAX_VALUES = 300_000
"""Equals signs: attributes with values take the most memory of all in a page."""

MAX_GENERAL_CHARS = 1024 * 1024
MAX_GENERAL_TAGS = 15_000
"""Of a page that is read by a general extractor: that takes ten times our own time and memory."""

MAX_REQUISITES = 20_000
"""Addresses that a page or a stylesheet names: of styles, scripts, pictures and fonts."""

MOST_ROWS_AROUND = 30
"""Rows of a listing that stand in each other, where none is closed."""

_UTF_8_LETTER_BYTES = 4

_COUNTED = re.compile(
    r"<(?:(?P<link>a)(?![\w:-])|(?P<picture>img|image|amp-img)(?![\w:-])|[a-z])", re.IGNORECASE
)


def general_part(text: str) -> str:
    """As much of a page's markup as a general extractor reads."""
    return first_elements(text[:MAX_GENERAL_CHARS], MAX_GENERAL_TAGS)


def first_bytes(content: bytes) -> bytes:
    """As much of a page as is read, without a letter of UTF-8 that the cut would halve."""
    if len(content) <= MAX_PAGE_BYTES:
        return content
    end = MAX_PAGE_BYTES
    while end > MAX_PAGE_BYTES - _UTF_8_LETTER_BYTES and content[end] & 0xC0 == 0x80:
        end -= 1
    return content[:end]


def first_elements(text: str, most_tags: int = MAX_TAGS) -> str:
    """As much of a page's markup as is read."""
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
