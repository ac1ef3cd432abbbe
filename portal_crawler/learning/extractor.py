"""The general extractor, trafilatura: for sites without a learned layout, and for comparison.

It is imported when it is used, because that takes a tenth of a second and most commands do not need
it.
"""

import re
from importlib import import_module

from archive.numbers import whole_number
from portal_crawler.cleaning.page.caps import general_part
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.errors import missing_dependency

READ_GENERALLY = "read-generally"
"""A problem code: general readings chose the text, as no layout is learned or its text is weak."""

MOST_CELLS = 20_000
"""Cells of all rows of a page, each as wide as the widest: trafilatura pads tables to that, and
takes half a gigabyte for a million cells. A page with more is read with its tables as boxes."""

_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
_SPAN = re.compile(r"\b((?:col|row)span\s*=\s*[\"']?\s*)(\d+)", re.IGNORECASE)
_TABLE_TAG = re.compile(r"(</?)(?:table|thead|tbody|tfoot|tr|td|th|caption)\b", re.IGNORECASE)


def check_extractor() -> None:
    """Raise MissingDependencyError if trafilatura cannot be imported; called before a crawl
    begins."""
    try:
        import_module("trafilatura")
    except ImportError as error:
        raise missing_dependency(error) from error


def extracted(html: str, *, fast: bool = False, favor_precision: bool = False) -> str | None:
    """trafilatura's text, empty if it finds none; None if it fails on the page.

    Raises MissingDependencyError.
    """
    try:
        from trafilatura import bare_extraction
        from trafilatura.settings import Document

        found = bare_extraction(
            html, fast=fast, favor_precision=favor_precision, include_comments=False
        )
    except ImportError as error:
        raise missing_dependency(error) from error
    except MemoryError:  # the machine's problem, not the page's
        raise
    except Exception:  # noqa: BLE001  whatever it raises, a page's row must not be lost by it
        return None
    return (found.text or "") if isinstance(found, Document) else ""


def general_reading(html: bytes, content_type: str | None = None) -> str:
    """trafilatura's text of a page with its default settings; empty if it finds none.

    Raises whatever trafilatura raises.
    """
    from trafilatura import extract

    text = without_wide_tables(general_part(decode(html, content_type).text))
    return extract(text, include_comments=False) or ""


def without_wide_tables(html: str) -> str:
    """The page, with its tables as boxes if they would be padded to too many cells."""
    _, *rows = _ROW.split(html)
    widest = max(map(_width, rows), default=0)
    return _TABLE_TAG.sub(r"\1div", html) if len(rows) * widest > MOST_CELLS else html


def _width(row: str) -> int:
    """The most columns that a row can have."""
    spans = (whole_number(found[2]) or 0 for found in _SPAN.finditer(row))
    return len(_CELL.findall(row)) + sum(min(span, MOST_CELLS) for span in spans)
