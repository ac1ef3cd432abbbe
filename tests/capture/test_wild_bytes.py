"""Any bytes that a server can send end in an exact record, marked where they are odd."""

import tempfile
import zlib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.imports.stored import stored_answer
from archive.integrity.verify import Verification
from tests.archive.building import ArchiveBuilder, warc_path

status_lines = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 200", b"HTTP/1.0 404 Not Found", b"HTTP/1.1 204 No Content",
     b"HTTP/1.1 304 Not Modified", b"HTTP/1.1 103 Early Hints", b"ICY 200 OK", b"HTTP/1.1 abc", b""]
)  # fmt: skip
line_ends = st.sampled_from([b"\r\n", b"\n"])
names = st.sampled_from(
    [b"Content-Length", b"content-length", b"Transfer-Encoding", b"Content-Encoding",
     b"Content-Type", b"X-\xc4\x90", b"", b" folded"]
)  # fmt: skip
values = st.one_of(
    st.sampled_from([b"chunked", b"gzip", b"deflate", b"br", b"0", b"5", b"text/html"]),
    st.binary(max_size=20),
)
headers = st.lists(st.tuples(names, values), max_size=6)


def gzipped(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(body) + packer.flush()


def chunked(body: bytes) -> bytes:
    return b"%x;ext=1\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(body), body)


bodies = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=300).map(gzipped),
    st.binary(min_size=1, max_size=300).map(chunked),
    st.binary(min_size=1, max_size=300).map(gzipped).map(chunked),
    st.binary(min_size=1, max_size=300).map(lambda body: chunked(body)[:-9]),
)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    end = draw(line_ends)
    lines = [draw(status_lines), *(name + b": " + value for name, value in draw(headers))]
    return end.join([*lines, b"", draw(bodies)])


@settings(max_examples=150)
@given(st.lists(st.one_of(answers(), st.binary(min_size=1, max_size=400)), min_size=1, max_size=6))
def test_each_answer_is_one_exact_record_and_nothing_is_damage(sent: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        builder = ArchiveBuilder(Path(folder))
        captures = [
            builder.exchange(str(number), answer) for number, answer in enumerate(sent, start=1)
        ]
        layout = builder.close()
        with warc_path(layout).open("rb") as file:
            kept = [
                record.raw_stream.read()
                for record in ArchiveIterator(file, no_record_parse=True)
                if record.rec_type == "response"
            ]
        assert kept == sent
        assert [stored_answer(layout, capture).block for capture in captures] == sent
        assert list(Verification(layout).findings()) == []


@settings(max_examples=100)
@given(st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", "gzip, gzip", "br", "x"]))
def test_a_body_that_is_not_what_its_coding_says_is_read_as_far_as_it_goes(
    body: bytes, coding: str
) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode()
    with tempfile.TemporaryDirectory() as folder:
        builder = ArchiveBuilder(Path(folder))
        capture = builder.exchange("1", head + body)
        assert isinstance(stored_answer(builder.close(), capture).body, bytes)
