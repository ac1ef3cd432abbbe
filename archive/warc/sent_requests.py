"""The requests in request records: which answers to one address belong to different forms. Pure."""

from archive.warc.records import sha1_text

BODYLESS = (b"GET", b"HEAD")
"""Methods of requests that the address alone identifies."""


def request_digest(block: bytes) -> str | None:
    """The digest of the body in a request record's block, as captures.request_digest has it.

    None for a GET, a HEAD, or a block that is not a request.
    """
    head, blank, body = block.partition(b"\r\n\r\n")
    method, space, _ = head.partition(b" ")
    if not space or not blank or method.upper() in BODYLESS:
        return None
    return sha1_text([body])
