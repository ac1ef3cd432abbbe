"""What a general extractor takes for a page's text, to hold our rules' reading against."""

from portal_crawler.cleaning.charset import decode


def general_reading(html: bytes, content_type: str | None = None) -> str:
    """trafilatura's reading of a page, as it is by default; empty where it finds nothing."""
    from trafilatura import extract  # takes half a second to import, and most commands need it not

    return extract(decode(html, content_type).text, include_comments=False) or ""
