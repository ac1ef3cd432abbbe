"""Replies with archived answers: a page under the bar, the page alone, or its bytes."""

from http import HTTPStatus

from archive.database.replayed import FoundCapture, article_at, moments_of
from archive.imports.stored import is_imported, stored_answer
from archive.warc.reader import StoredAnswer, streamed_answer
from portal_crawler.references.requisites import asked_from
from portal_crawler.replay.asked import Asked
from portal_crawler.replay.location import BYTES, PAGE, VIEW, Location, stamp_of
from portal_crawler.replay.pages import About, document_notice, viewer
from portal_crawler.replay.reply import (
    Reply,
    archived_headers,
    captured_headers,
    not_captured_reply,
    own,
)
from portal_crawler.replay.rewriting import PDF, rewritable_kind, rewritten

STREAMED_BYTES = 4 * 1024 * 1024
"""A longer record goes to the browser in pieces, if nothing in it is rewritten."""

KEPT_S = 60
"""So long a browser may show a page's parts again without asking: pages of a portal have most of
theirs in common. A crawl that runs meanwhile may find newer ones."""

_PARTS = ("audio", "font", "image", "style", "track", "video")
"""Values of Sec-Fetch-Dest."""

_MARKUP = ("text/html", "application/xhtml+xml")
_REDIRECTS = (301, 302, 303, 307, 308)


def archived(asked: Asked, location: Location) -> Reply:
    """The reply for an address at a moment, in the form that the location names."""
    found = asked.nearest(location)
    if found is None:
        return not_captured_reply(location.url, asked.destination)
    there = Location(stamp_of(found.capture.fetched_at), found.capture.url, location.form)
    if location.form == VIEW:
        return _view(asked, found, there)
    if _is_streamed(found):
        return _streamed(asked, found, there)
    answer = stored_answer(asked.layout, found.capture, found.original)
    if location.form == BYTES:
        return _bytes(found, answer, there)
    if answer.head.mime == PDF and _is_part(asked):
        return own(document_notice(there))
    # Links keep the requested moment, not that of this capture, so that all pages that a reader
    # follows are shown as of the same moment.
    return _page(asked, found, answer, Location(location.stamp, there.url, PAGE))


def about(asked: Asked, location: Location) -> About:
    """The data of the bar for an address at a moment."""
    database = asked.database()
    return About(location, moments_of(database, location.url), article_at(database, location.url))


def _view(asked: Asked, found: FoundCapture, there: Location) -> Reply:
    inner = Location(there.stamp, there.url, PAGE)
    is_page = (found.original.mime or "text/html") in _MARKUP
    if not is_page and found.status == HTTPStatus.OK:
        return Reply(HTTPStatus.FOUND, {"Location": inner.path})
    return own(viewer(about(asked, there), inner))


def _page(asked: Asked, found: FoundCapture, answer: StoredAnswer, location: Location) -> Reply:
    """The page with its addresses rewritten to replay at the location's moment."""
    headers = archived_headers(Location(stamp_of(found.capture.fetched_at), location.url))
    if asked.destination in _PARTS:
        headers |= {"Cache-Control": f"private, max-age={KEPT_S}", "Vary": "Sec-Fetch-Dest"}
    if found.status in _REDIRECTS and (target := _target(answer, location)) is not None:
        return Reply(found.status, {**headers, "Location": target})
    kind = rewritable_kind(answer, as_style=asked.destination == "style")
    if kind is None:
        headers |= captured_headers(answer.head, "Content-Type", "Content-Disposition")
        return Reply(found.status, headers, [answer.body])
    sent = rewritten(answer, kind, location)
    return Reply(found.status, {**headers, "Content-Type": sent.content_type}, [sent.body])


def _is_part(asked: Asked) -> bool:
    """Whether an answer goes into a place within a page. A link that a person follows leads into
    the frame under the bar."""
    is_framed = asked.destination in ("embed", "frame", "iframe", "object")
    return is_framed and asked.header("Sec-Fetch-User") != "?1"


def _target(answer: StoredAnswer, location: Location) -> str | None:
    given = answer.head.value("location")
    url = asked_from(location.url, given) if given else None
    return Location(location.stamp, url, PAGE).path if url is not None else None


def _bytes(found: FoundCapture, answer: StoredAnswer, there: Location) -> Reply:
    sent = captured_headers(answer.head, "Content-Type", "Content-Disposition", "Location")
    return Reply(found.status, {**archived_headers(there), **sent}, [answer.body])


def _is_streamed(found: FoundCapture) -> bool:
    original = found.original
    return (
        original.warc_length > STREAMED_BYTES
        and not is_imported(original.warc_file)
        and original.mime not in (*_MARKUP, "text/css")
    )


def _streamed(asked: Asked, found: FoundCapture, there: Location) -> Reply:
    head, pieces = asked.held.enter_context(streamed_answer(asked.layout, found.original))
    names = "Content-Type", "Content-Encoding", "Content-Disposition"
    return Reply(found.status, archived_headers(there) | captured_headers(head, *names), pieces)
