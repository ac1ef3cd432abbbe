"""Pages whose whole text is in the lead's element, because the editor filled in that one only."""

from dataclasses import replace
from itertools import islice

from lxml import etree

from portal_crawler.cleaning.body.bold_lead import LONGEST_LEAD_CHARS, paragraphs
from portal_crawler.cleaning.page.selectors import ParsedPage, text_of
from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.words.text import clean

FEWEST_PARAGRAPHS = 2
"""A lead is one paragraph."""

_OTHER_CONTENT = ("img", "iframe", "video", "audio", "embed", "object", "table", "a")


def with_text_in_lead(page: ParsedPage, layout: Profile) -> Profile:
    """The layout as the page uses it: if the body's element is empty or missing and the lead's
    holds several paragraphs, that is the body."""
    lead = page.first(layout.lead)
    if lead is None or not _holds_text(lead):
        return layout
    body = page.first(layout.body)
    if body is not None and (_has_content(body) or lead in body.iterancestors()):
        return layout
    return replace(layout, body=layout.lead, lead=(), bold_lead=True)


def _holds_text(lead: etree._Element) -> bool:
    several = len(list(islice(paragraphs(lead), FEWEST_PARAGRAPHS))) == FEWEST_PARAGRAPHS
    return several or len(clean(text_of(lead))) > LONGEST_LEAD_CHARS


def _has_content(body: etree._Element) -> bool:
    has_other = next(body.iter(*_OTHER_CONTENT), None) is not None
    return has_other or bool(clean(shown_text(body)))
