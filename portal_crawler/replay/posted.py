"""The body of a POST to the replay server or proxy, by which the archived answer is found."""

from email.message import Message
from io import BufferedIOBase

from archive.numbers import whole_number
from portal_crawler.ways.requests import MOST_BODY_BYTES


def posted_body(headers: Message, stream: BufferedIOBase) -> bytes | None:
    """The body of a request; None if its length is not given, or longer than a crawl sends."""
    length = whole_number(headers.get("Content-Length", ""), MOST_BODY_BYTES)
    return stream.read(length) if length is not None else None
