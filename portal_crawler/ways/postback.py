"""Listings whose pager posts an ASP.NET page back to the server (`__doPostBack`).

Each page has the state that the request for the next one must carry (`__VIEWSTATE` and others), so
pages are requested one after the other, and never past a page that could not be fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode, urljoin

from lxml import etree

from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.words.text import clean
from portal_crawler.ways.forms import MOST_FIELDS, within_bounds
from portal_crawler.ways.numbered import faults_of_text_pattern
from portal_crawler.ways.requests import ListingAnswer, ListingRequest, UnfollowableError
from portal_crawler.ways.way import Way

STATE = "__VIEWSTATE"
TARGET, ARGUMENT = "__EVENTTARGET", "__EVENTARGUMENT"

MOST_LINKS = 2_000
"""Links of a page that are looked at."""

_CALL = re.compile(
    r"__doPostBack\(\s*\\?['\"](?P<target>[^'\"\\]{1,500})\\?['\"]\s*,\s*\\?['\"](?P<argument>[^'\"\\]{0,500})"
    r"|PostBackOptions\(\s*['\"](?P<target2>[^'\"]{1,500})['\"]\s*,\s*['\"](?P<argument2>[^'\"]{0,500})"
)
_PAGE = re.compile(r"(?:Page|Trang)?[$_=:]?(\d{1,6})", re.IGNORECASE)
_LABEL = re.compile(r"[\[(]?\s*(\d{1,6})\s*[\])]?")
_NEXT = re.compile(
    r"(?:trang\s+)?(?:tiếp(?: theo)?|sau|kế(?: tiếp)?)(?:\s*[>\u00bb\u203a]{0,2})"
    r"|next(?:\s+page)?|[>\u203a\u00bb]{1,2}",
    re.IGNORECASE,
)
_ONWARD = ("...", "\u2026")
_OTHER_PART = re.compile(r"calendar|lich|login|search", re.IGNORECASE)
_UNSENT = ("submit", "button", "image", "reset", "file", "password")


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that posts the page back."""

    target: str
    argument: str
    label: str

    @property
    def page(self) -> int | None:
        """The page that its argument names, as `Page$3`; else the one of its label."""
        named = _PAGE.fullmatch(self.argument) if self.argument else _LABEL.fullmatch(self.label)
        return int(named[1]) if named else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBack(Way):
    """The section's page, then the page posted back with the pager's target and argument."""

    target: str = ""
    """A pattern of the pager's targets; empty: found by the labels and arguments of links."""
    goes_past: ClassVar[bool] = False
    resumes: ClassVar[bool] = False

    def faults(self) -> Iterator[str]:
        """A target that is not a pattern."""
        yield from faults_of_text_pattern("target", self.target)

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The form of the page, posted back for the next page; None if no link leads there."""
        root = tree_of(decode(answer.body, answer.content_type).text)
        link = self._link(root, page) if root is not None else None
        if root is None or link is None:
            return None
        form = _form(root)
        if form is None:
            raise UnfollowableError(f"the page has a pager but no form with {STATE}")
        # First, as browsers send them: players compare the first 4,096 characters of a form.
        event = {TARGET: link.target, ARGUMENT: link.argument}
        fields = {**event, **_fields(form), **event}
        action = urljoin(answer.url, (form.get("action") or "").strip())
        return ListingRequest(url=action, body=within_bounds(urlencode(fields).encode()))

    def _link(self, root: etree._Element, page: int) -> _Link | None:
        """The link to a page: by its number, then by dots behind all numbers, then by words."""
        links = [one for one in _links(root) if self._is_pagers(one)]
        numbered = [one for one in links if one.page is not None]
        for link in numbered:
            if link.page == page:
                return link
        if any(one.page is not None and one.page > page for one in numbered):
            return None
        onward = [one for one in links if one.label in _ONWARD][-1:]
        worded = [one for one in links if _NEXT.fullmatch(one.label)]
        return next(iter((*onward, *worded)), None)

    def _is_pagers(self, link: _Link) -> bool:
        if self.target:
            return re.search(self.target, link.target) is not None
        return not _OTHER_PART.search(link.target)


def _links(root: etree._Element) -> Iterator[_Link]:
    looked_at = 0
    for element in root.iter("a", "input", "button"):
        script = element.get("href") or ""
        match = _CALL.search(script) or _CALL.search(element.get("onclick") or "")
        looked_at += match is not None
        if looked_at > MOST_LINKS:
            return
        if match is not None:
            label = clean(text_of(element)) or (element.get("value") or "").strip()
            yield _Link(
                target=match["target"] or match["target2"],
                argument=match["argument"] or match["argument2"] or "",
                label=label,
            )


def _form(root: etree._Element) -> etree._Element | None:
    """The form that has the page's state."""
    for element in root.iter("input"):
        if element.get("name") == STATE:
            return next(element.iterancestors("form"), None)
    return None


def _fields(form: etree._Element) -> dict[str, str]:
    """The fields that a browser would send, without those of a button."""
    fields: dict[str, str] = {}
    for element in form.iter("input", "select", "textarea"):
        name = element.get("name")
        value = _value(element) if name and element.get("disabled") is None else None
        if name and value is not None:
            fields[name] = value
        if len(fields) > MOST_FIELDS:
            raise UnfollowableError(f"the form has more than {MOST_FIELDS} fields")
    return fields


def _value(element: etree._Element) -> str | None:
    """The value of a field; None if a browser would not send it."""
    if element.tag == "textarea":
        return "".join(map(str, element.itertext()))
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return next((one.get("value") or text_of(one) for one in chosen), None)
    kind = (element.get("type") or "text").lower()
    if kind in _UNSENT:
        return None
    if kind in ("checkbox", "radio"):
        return element.get("value", "on") if element.get("checked") is not None else None
    return element.get("value") or ""
