"""What a crawl reads of an answer while it comes is what is read back from its record."""

import asyncio
import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.warc.exchange import Exchange
from archive.warc.http1 import AnswerReader, head_of, payload
from portal_crawler.fetch.answer_limits import AnswerLimits
from portal_crawler.fetch.incoming import ClosedUnansweredError, Incoming
from tests.capture.test_wild_bytes import answers

NO_LIMITS = AnswerLimits(
    head_bytes=0, header_fields=0, body_bytes=0, least_bytes_s=0.0, window_s=0.0
)


def pieces_of(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


def read_back(block: bytes) -> bytes:
    head = head_of(block)
    return b"".join(payload(head, [block[head.length :]]))


@settings(max_examples=400)
@given(st.one_of(answers(), st.binary(max_size=300)), st.lists(st.integers(0, 5000), max_size=9))
def test_in_whatever_pieces_it_comes_it_is_read_as_from_its_record(
    sent: bytes, cuts: list[int]
) -> None:
    reader, came, body = AnswerReader(), b"", b""
    for piece in pieces_of(sent, cuts):
        came += piece
        body += reader.feed(piece)
        if reader.is_complete or reader.is_broken or reader.is_no_http:
            break
    if reader.head is not None:
        assert reader.head == head_of(came)
        assert body == read_back(came)
    elif not reader.is_no_http:
        assert came == sent
        unfinished = head_of(sent)
        assert unfinished.length == len(sent)


@pytest.mark.parametrize(
    ("sent", "is_complete", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True, b"abc"),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", True, b"abc"),
        (b"HTTP/1.1 200\r\nContent-Length: 3, 3\r\n\r\nabcd", True, b"abcd"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False, b"ab"),
        (b"HTTP/1.1 200 OK\r\n\r\nabc", False, b"abc"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", True, b""),
        (b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", True, b""),
        (b"HTTP/1.1 103 Hints\r\n\r\n", False, b""),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", True, b""),
        (b"http/1.1 200 ok\r\nContent-Length: 3\r\n\r\nabc", True, b"abc"),
        (
            b"HTTP/1.1  200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na",
            True,
            b"a",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3;x=1\r\nabc\r\n0\r\nX: 1\r\n\r\n",
            True,
            b"abc",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", True, b""),
    ],
)
def test_the_end_of_an_answer_is_where_its_head_says(
    sent: bytes, is_complete: bool, body: bytes
) -> None:
    reader = AnswerReader()
    found = b"".join(reader.feed(sent[at : at + 1]) for at in range(len(sent)))
    assert (reader.is_complete, found) == (is_complete, body)


@pytest.mark.parametrize(
    "enough", [b"<", b"SSH", b"HTTB", b"\n", b"HTTP/1.1 abc\n", b"HTTP/1.1 103 Hints\n\n<"]
)
def test_what_is_no_http_is_known_by_its_first_bytes(enough: bytes) -> None:
    """A line end, or the connection's, may not come for long."""
    reader = AnswerReader()
    reader.feed(enough[:-1])
    was_known = reader.is_no_http
    reader.feed(enough[-1:])
    assert (was_known, reader.is_no_http) == (enough == b"SSH", True)


def test_an_answer_to_head_ends_with_its_head() -> None:
    reader = AnswerReader(has_body=False)
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n")
    assert reader.is_complete


def outcome(*pieces: bytes, error: Exception | None = None) -> tuple[Incoming, Exception | None]:
    """What comes of an answer whose connection ends behind these pieces."""

    async def read() -> tuple[Incoming, Exception | None]:
        exchange = Exchange(
            url="http://wire.test/1", role="article", run_id=1, portal="wire",
            started_at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        incoming = Incoming(exchange, NO_LIMITS, has_body=True, keeps_body=True)
        for piece in pieces:
            incoming.take(piece)
        incoming.connection_ended(error)
        failure = incoming.done.exception()
        return incoming, failure if isinstance(failure, Exception) else None

    return asyncio.run(read())


def test_a_connection_that_ends_before_the_answer_is_told_apart() -> None:
    _, failure = outcome()
    assert isinstance(failure, ClosedUnansweredError)
    _, failure = outcome(b"HTTP/1.1 200 OK\r\nServer: x")
    assert failure is not None
    assert "the header broke off" in str(failure)


def test_less_than_was_named_broke_off_and_what_names_nothing_did_not() -> None:
    short, _ = outcome(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
    until_close, _ = outcome(b"HTTP/1.1 200 OK\r\n\r\nabc")
    reset, _ = outcome(b"HTTP/1.1 200 OK\r\n\r\nabc", error=ConnectionResetError("reset"))
    assert [each.broke_off for each in (short, until_close, reset)] == [True, False, True]
    assert {each.body() for each in (short, until_close, reset)} == {b"abc"}
