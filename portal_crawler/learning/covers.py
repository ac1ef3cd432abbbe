"""Finds the pictures above an article's text, which layouts set beside the lead."""

import re
from collections.abc import Iterator

from lxml import etree

from portal_crawler.cleaning.page.lazy_pictures import picture_address
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.pictures import PICTURE_FILE
from portal_crawler.learning.repetition import SitePage

MOST_COVERS = 3
"""With more pictures above the text, they are a list of other articles."""

SMALLEST_COVER = 100
"""Pixels of a side; a smaller picture is an icon."""

_SIGN = re.compile(
    r"icon|logo|sprite|spacer|blank|loading|placeholder|button|btn|banner|share|print|e?mail"
    r"|facebook|twitter|zalo|youtube|captcha|qr-?code|emoji|avatar/|gravatar|pixel",
    re.IGNORECASE,
)
"""Names of pictures that are signs of the page."""
_OTHER_TAGS = frozenset(("nav", "aside", "header", "footer", "li", "button", "form"))
_OTHER_BOX = re.compile(
    r"sidebar|relate|lien-?quan|menu|share|social|tool|banner|advert|author|comment|breadcrumb",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\s*(\d{1,5})")


def covers(page: SitePage, known: KnownPage, first: int) -> list[etree._Element]:
    """The pictures between the headline and the text, whose first block is at the place `first`.

    Signs, pictures that lead to other pages, and those in boxes of other things are left out.
    """
    heads = [block.element for block in page.facts.blocks if block.text == page.headline]
    if not heads or heads[0] >= first:
        return []
    head, end = known.elements[heads[0]], known.elements[first]
    around = {*head.iterancestors()}
    area = next((outer for outer in end.iterancestors() if outer in around), None)
    found = [] if area is None else list(_between(area, head, end))
    own = [picture for picture in found if _is_of_article(picture, around)]
    return own if len(own) <= MOST_COVERS else []


def _between(
    area: etree._Element, head: etree._Element, end: etree._Element
) -> Iterator[etree._Element]:
    """The pictures of an area behind the headline and before the text."""
    has_begun = False
    for element in area.iter("*"):
        if element is end:
            return
        has_begun = has_begun or element is head
        if has_begun and element.tag == "img":
            yield element


def _is_of_article(picture: etree._Element, around: set[etree._Element]) -> bool:
    address = picture_address(picture)
    names = f"{picture.get('class') or ''} {picture.get('id') or ''} {address or ''}"
    if not address or _SIGN.search(names) or _is_small(picture):
        return False
    for outer in picture.iterancestors():
        if outer in around:
            return True
        if outer.tag in _OTHER_TAGS:
            return False
        if outer.tag == "a" and not PICTURE_FILE.search(outer.get("href") or ""):
            return False
        if _OTHER_BOX.search(f"{outer.get('class') or ''} {outer.get('id') or ''}"):
            return False
    return True


def _is_small(picture: etree._Element) -> bool:
    sizes = (_SIZE.match(picture.get(side) or "") for side in ("width", "height"))
    return any(size is not None and int(size[1]) < SMALLEST_COVER for size in sizes)
