"""Which portal claims a page that others captured, and in which role. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from archive.addresses import asked_address, can_be_asked, without_session
from archive.layout import IMPORTED
from archive.models import ListedArticle
from archive.warc.reader import StoredAnswer
from portal_crawler.portals.reader import PageReader
from portal_crawler.portals.scope import declared_scope, host_and_port

Address = tuple[str, str, tuple[tuple[str, str], ...]]

_REQUISITE = re.compile(
    r"text/css|text/javascript|(?:application|text)/.*javascript|image/.*"
    r"|font/.*|application/(?:x-)?font.*|application/vnd\.ms-fontobject"
)
_ATTACHMENT = re.compile(r"application/(?:pdf|msword|zip|x-zip.*|rtf|.*rar.*|x-7z.*|vnd\..*)")
_NUMBER = re.compile(r"\d{1,6}")

MOST_LISTED = 100_000
"""Addresses in the rows of one file's listings that are remembered."""


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """An answer that others captured."""

    url: str
    fetched_at: datetime
    mime: str | None
    answer: StoredAnswer | None
    """None if its body is not at hand, or is not a whole page."""
    request_digest: str | None = None
    """As captures.request_digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The role of a page for the portal that claims it."""

    portal: str
    role: str
    key: str | None = None
    section: str | None = None
    first_position: int = 1
    asked_key: str | None = None
    """The key that was requested, if the page belongs to another article."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A page of a listing."""

    section: str
    page: int
    first_position: int


class Claims:
    """Claims the pages of one imported file, in the order in which they were fetched.

    A page of a listing is known by the page before it, or by an address that the listing's own
    pager would give it. An article has the key of the listing that named it before.
    """

    def __init__(self, portals: Mapping[str, PageReader]) -> None:
        self._portals = portals
        self._scopes = {name: declared_scope(portal) for name, portal in sorted(portals.items())}
        self._owners: dict[tuple[str, int], str | None] = {}
        self._awaited: dict[tuple[str, Address], _Place] = {}
        self._listed: dict[tuple[str, Address], str] = {}
        for name, portal in sorted(portals.items()):
            for section, url in portal.sections.items():
                self._awaited[name, address(url)] = _Place(section, 1, 1)

    def of(self, page: ForeignPage) -> Claim:
        """The portal and role of a page; a page that no portal claims is of portal `imported`."""
        owner = self._owner(page.url)
        if owner is None:
            return Claim(portal=IMPORTED, role=role_by_mime(page.mime))
        if urlsplit(page.url).path == "/robots.txt":
            return Claim(portal=owner, role="robots")
        if page.request_digest is not None:
            # The address alone does not say what the form asked for.
            return Claim(portal=owner, role=role_by_mime(page.mime))
        listing = self._listing(owner, page)
        if listing is not None:
            return listing
        bare = without_session(page.url)
        key = self._listed.get((owner, address(bare))) or self._portals[owner].article_key(bare)
        if key is not None:
            return Claim(portal=owner, role="article", key=key)
        return Claim(portal=owner, role=role_by_mime(page.mime))

    def _owner(self, url: str) -> str | None:
        """The first portal in whose scope an address is: a crawl would ask for nothing else."""
        place = host_and_port(url)
        if place is not None and place not in self._owners:
            holding = (name for name, scope in self._scopes.items() if scope.holds(*place))
            self._owners[place] = next(holding, None)
        return self._owners[place] if place is not None else None

    def _listing(self, owner: str, page: ForeignPage) -> Claim | None:
        place = self._awaited.get((owner, address(page.url)))
        portal = self._portals[owner]
        if page.answer is None:
            return _listing_claim(owner, place) if place is not None else None
        if place is None:
            place = _own_place(portal, page.url, page.answer.body)
        if place is None:
            return None
        content_type = page.answer.head.value("content-type")
        rows = portal.read_listing_page(
            page.answer.body, page.url, page.fetched_at, content_type
        ).rows
        if not rows:
            return None
        self._note_rows(owner, rows)
        following = _following(portal, page.answer.body, page.url, place.page + 1)
        if following is not None:
            after = _Place(place.section, place.page + 1, place.first_position + len(rows))
            self._awaited.setdefault((owner, address(following)), after)
        return _listing_claim(owner, place)

    def _note_rows(self, owner: str, rows: Iterable[ListedArticle]) -> None:
        """Remember the keys that a listing gives: they may rest on more than the address."""
        for row in rows:
            if len(self._listed) < MOST_LISTED:
                url = asked_address(without_session(row.url))
                self._listed.setdefault((owner, address(url)), row.key)


def _listing_claim(owner: str, place: _Place) -> Claim:
    return Claim(
        portal=owner,
        role="listing",
        section=place.section,
        first_position=place.first_position,
    )


def _own_place(portal: PageReader, url: str, body: bytes) -> _Place | None:
    """The place of a page whose own pager gives it the address that it has."""
    path = urlsplit(url).path
    sections = [name for name, one in portal.sections.items() if urlsplit(one).path == path]
    if len(sections) != 1:
        return None
    for number in _page_numbers(url):
        given = _following(portal, body, url, number)
        if given is not None and address(given) == address(url):
            return _Place(sections[0], number, 1)
    return None


def _following(portal: PageReader, body: bytes, url: str, page: int) -> str | None:
    """The address of another page of a listing; None if it cannot be requested."""
    try:
        given = portal.next_listing(body, url, page)
    except ValueError:  # the address could not be joined with the page's
        return None
    return given if given is not None and can_be_asked(given) else None


def _page_numbers(url: str) -> Iterator[int]:
    """Numbers that the address names, and each one's next."""
    for text in dict.fromkeys(_NUMBER.findall(urlsplit(url).query)):
        yield int(text)
        yield int(text) + 1


def address(url: str) -> Address:
    """The parts of an address that two spellings of it share; parameters are sorted."""
    parts = urlsplit(url)
    parameters = sorted(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None))
    return (parts.hostname or "").lower(), parts.path or "/", tuple(parameters)


ROLES_BY_MIME = ("requisite", "attachment", "other")
"""The roles that `role_by_mime` gives."""


def role_by_mime(mime: str | None) -> str:
    """The role of a page by its MIME type: requisite, attachment or other."""
    if mime is not None and _REQUISITE.fullmatch(mime):
        return "requisite"
    if mime is not None and _ATTACHMENT.fullmatch(mime):
        return "attachment"
    return "other"
