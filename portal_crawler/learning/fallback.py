"""A page of a site that is not known well enough, by a general extractor put right."""

from dataclasses import replace
from datetime import datetime

from lxml import etree

from archive.models import Article
from portal_crawler.cleaning.charset import Decoded
from portal_crawler.cleaning.extraction import Reading, article_of
from portal_crawler.cleaning.text import clean
from portal_crawler.learning.model import SiteModel


def article_generally(
    reading: Reading, decoded: Decoded, url: str, model: SiteModel | None, fetched_at: datetime
) -> Article:
    """The article with the text that trafilatura finds."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    text = etree.tostring(reading.page.root, encoding="unicode", method="html")
    found = bare_extraction(text, favor_precision=True, include_comments=False)
    body = None
    if isinstance(found, Document) and found.text:
        body = "\n\n".join(line for raw in found.text.split("\n") if (line := clean(raw)))
    article = article_of(reading, decoded, url, fetched_at=fetched_at)
    return replace(article, body=body)
