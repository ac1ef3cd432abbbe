"""What stands in the WARC is what went over the wire, to the byte, over each way to a server."""

import base64
import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.crawls import Ended, WarcRecord, crawl, rows, verified, warc_files, warc_records
from tests.support.pages import article, listing
from tests.support.wire_server import (
    NOT_FOUND,
    Answer,
    WireServer,
    chunked,
    gzipped,
    message,
    page,
    raw,
    wire_server,
)

USER, PASSWORD = "nguoi-dung", "bi-mat-42"
LOGIN = b"Proxy-Authorization: Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode())
WAYS = ("http", "https", "http-proxy", "connect-proxy")


def body(number: int) -> bytes:
    return article(number).encode()


def cut(number: int, **how: object) -> Answer:
    whole = message(body(number))
    return raw(whole[: len(whole) - 200], **how)


ODD_HEAD = (
    b"HTTP/1.1 200 OK\r\nsErVeR:   odd  \r\nCONTENT-type:text/html\r\nX-B: 2\r\nX-A: 1\r\n"
    b"no colon here\r\nX-Folded: one\r\n two\r\ncontent-length: %d\r\n\r\n"
)
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "plain": (page(body(1)),),
    "odd head": (raw(ODD_HEAD % len(body(2)), body(2)),),
    "chunked": (chunked(body(3), extension=b';a="b"', trailers=b"X-Sum: 1\r\nX-End: 2\r\n"),),
    "gzip": (gzipped(body(4)),),
    "deflate": (page(zlib.compress(body(5)), "Content-Encoding: deflate"),),
    "repeated": (page(body(6), "Set-Cookie: a=1", "Set-Cookie: b=2", "X-A: 1", "X-A: 1"),),
    "no reason": (raw(message(body(7), status="200")),),
    "redirect": (page("", "Location: /moi/tin/8", status="301 Moved Permanently"),),
    "not found": (NOT_FOUND,),
    "busy": (page("busy", "Retry-After: 0", status="503 Service Unavailable"), page(body(10))),
    "cut": (cut(11, close=True),),
    "reset": (cut(12, reset=True),),
    "until close": (raw(b"HTTP/1.1 200 OK\r\nServer: old\r\n\r\n", body(13), close=True),),
    "excess": (raw(message(body(14)) + b"\r\n<!-- more -->", close=True),),
    "interim": (raw(EARLY_HINTS, message(body(15)), pause_s=0.02),),
    "http 1.0": (raw(message(body(16), protocol="HTTP/1.0"), close=True),),
    "in pieces": (
        raw(*(bytes((byte,)) for byte in message(body(17))[:50]), message(body(17))[50:]),
    ),
    "chunked gzip": (chunked(gzip.compress(body(18)), "Content-Encoding: gzip", size=77),),
    "cut chunked": (raw(chunked(body(19)).sent[:-90], close=True),),
    "nothing": (raw(close=True),),
    "no head": (raw(b"HTTP/1.1 200 OK\r\nServer: x\r\n", close=True),),
}
"""By article: the first is number 1."""
BROKEN_OFF = {"cut", "reset", "cut chunked"}


def number_of(name: str) -> int:
    return list(ANSWERS).index(name) + 1


def write_script(server: WireServer) -> None:
    server.answer("/tin-tuc", chunked(listing(range(1, len(ANSWERS) + 1)).encode()))
    server.answer("/moi/tin/8", page(body(8)))
    for number, answers in enumerate(ANSWERS.values(), start=1):
        server.answer(f"/tin/{number}", *answers)


def environment_of(way: str, server: WireServer) -> dict[str, str]:
    proxy = f"http://{USER}:{PASSWORD}@127.0.0.1:{server.port}"
    return {
        "http": {},
        "https": {"WIRE_ORIGIN": f"https://localhost:{server.port}"},
        "http-proxy": {"WIRE_ORIGIN": "http://portal.test", "http_proxy": proxy},
        "connect-proxy": {"WIRE_ORIGIN": "https://portal.test", "https_proxy": proxy},
    }[way] | {"SSL_CERT_FILE": str(server.certificate)}


@dataclass(frozen=True, slots=True)
class Crawled:
    """A crawl over one way, and what both sides kept of it."""

    way: str
    server: WireServer
    archive: Path
    ended: Ended
    records: list[WarcRecord]

    def of(self, kind: str, path: str | None = None) -> list[WarcRecord]:
        return [
            record
            for record in self.records
            if record.kind == kind and (path is None or record.url.endswith(path))
        ]

    def answer_to(self, name: str) -> WarcRecord:
        return self.of("response", f"/tin/{number_of(name)}")[0]

    def offset_of(self, name: str) -> int:
        """Where the record of an answer begins in its file."""
        query = "SELECT warc_offset FROM captures WHERE key = ?"
        ((offset,),) = rows(self.archive, query, str(number_of(name)))
        return int(offset)


@pytest.fixture(scope="module", params=WAYS)
def crawled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp(request.param)
    with wire_server(folder) as server:
        write_script(server)
        end = crawl(server, folder / "archive", **environment_of(request.param, server))
        records = warc_records(folder / "archive")
        yield Crawled(request.param, server, folder / "archive", end, records)


def test_each_response_block_is_the_bytes_that_the_server_sent(crawled: Crawled) -> None:
    sent = [(each.url, each.sent) for each in crawled.server.exchanges if each.sent]
    kept = [(record.url, record.block) for record in crawled.of("response")]
    assert len(sent) > len(ANSWERS)
    assert sorted(kept) == sorted(sent)


def test_each_request_block_is_the_bytes_that_the_server_received(crawled: Crawled) -> None:
    received = [
        (each.url, without_credentials(each.request))
        for each in crawled.server.exchanges
        if each.sent
    ]
    kept = [(record.url, record.block) for record in crawled.of("request")]
    assert sorted(kept) == sorted(received)


def without_credentials(request: bytes) -> bytes:
    lines = request.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith(b"Proxy-Authorization"))


def test_connections_were_kept_alive(crawled: Crawled) -> None:
    connections = {each.connection for each in crawled.server.exchanges}
    assert len(connections) < len(crawled.server.exchanges)


def test_a_redirect_its_target_an_error_and_robots_are_recorded(crawled: Crawled) -> None:
    for path in ("/tin/8", "/moi/tin/8", "/tin/9", "/robots.txt"):
        assert len(crawled.of("response", f"{path}")) >= 1, path
    assert [record.block[:12] for record in crawled.of("response", "/tin/10")] == [
        b"HTTP/1.1 503", b"HTTP/1.1 200",
    ]  # fmt: skip


def test_answers_that_broke_off_are_marked_and_no_others(crawled: Crawled) -> None:
    marked = {record.url for record in crawled.of("response") if "WARC-Truncated" in record.headers}
    broken = {f"/tin/{number_of(name)}" for name in (*BROKEN_OFF, "no head")}
    assert {"/tin/" + url.rsplit("/", 1)[1] for url in marked} == broken
    assert crawled.answer_to("cut").headers["WARC-Truncated"] == "disconnect"


def test_the_address_of_the_server_is_there_without_a_proxy_only(crawled: Crawled) -> None:
    addresses = {record.headers.get("WARC-IP-Address") for record in crawled.of("response")}
    assert addresses == ({None} if "proxy" in crawled.way else {"127.0.0.1"})


def test_behind_a_proxy_the_metadata_says_so(crawled: Crawled) -> None:
    (said,) = crawled.of("metadata", "/tin-tuc")
    assert (b"\r\nproxy: yes\r\n" in said.block) == ("proxy" in crawled.way)


def test_the_credentials_of_a_proxy_reach_the_proxy_and_no_file(crawled: Crawled) -> None:
    asked = crawled.server.connects + [each.request for each in crawled.server.exchanges]
    logins = [request for request in asked if LOGIN in request]
    assert bool(logins) == ("proxy" in crawled.way)
    kept = [record.block + repr(record.headers).encode() for record in crawled.records]
    kept += [
        path.read_bytes() for path in crawled.archive.rglob("*") if path.suffix in (".db", ".log")
    ]
    for secret in (PASSWORD.encode(), LOGIN, LOGIN.rsplit(b" ", 1)[1]):
        assert not [data for data in kept if secret in data]
    assert PASSWORD not in crawled.ended.stderr


def test_the_tunnel_itself_is_not_recorded(crawled: Crawled) -> None:
    assert bool(crawled.server.connects) == (crawled.way == "connect-proxy")
    assert not [record for record in crawled.of("request") if record.block.startswith(b"CONNECT")]


def test_requests_and_metadata_name_the_answer_that_they_belong_to(crawled: Crawled) -> None:
    answers = [(record.record_id, record.url) for record in crawled.of("response")]
    for kind in ("request", "metadata"):
        others = [each for each in crawled.of(kind) if "WARC-Concurrent-To" in each.headers]
        assert [(each.headers["WARC-Concurrent-To"], each.url) for each in others] == answers


def test_each_file_begins_with_a_warcinfo_that_every_answer_names(crawled: Crawled) -> None:
    (path,) = warc_files(crawled.archive)
    first, *others = crawled.records
    assert first.kind == "warcinfo"
    assert first.headers["WARC-Filename"] == path.name
    named = {record.headers.get("WARC-Warcinfo-ID") for record in others if is_by_itself(record)}
    assert named == {first.record_id}
    for line in (b"format: WARC File Format 1.1", b"robots: obey", b"certificates: verified"):
        assert line in first.block


def is_by_itself(record: WarcRecord) -> bool:
    return "WARC-Concurrent-To" not in record.headers


def test_every_record_is_a_gzip_member_of_its_own(crawled: Crawled) -> None:
    (path,) = warc_files(crawled.archive)
    rest, members = path.read_bytes(), 0
    while rest:
        unpacker = zlib.decompressobj(31)
        assert unpacker.decompress(rest).startswith(b"WARC/1.1\r\nWARC-Type: ")
        assert unpacker.eof
        rest, members = unpacker.unused_data, members + 1
    assert members == len(crawled.records)


def test_record_ids_are_unique(crawled: Crawled) -> None:
    identifiers = [record.record_id for record in crawled.records]
    assert len(set(identifiers)) == len(identifiers)


def test_each_answer_has_a_row_that_leads_to_its_record(crawled: Crawled) -> None:
    found = rows(
        crawled.archive, "SELECT record_id, warc_file, warc_offset, warc_length FROM captures"
    )
    assert {row[0] for row in found} == {record.record_id for record in crawled.of("response")}
    for record_id, file, offset, length in found:
        member = (crawled.archive / file).read_bytes()[offset : offset + length]
        assert f"WARC-Record-ID: {record_id}\r\n".encode() in zlib.decompress(member, 31)


def test_the_payload_digest_is_over_the_body_without_its_chunks(crawled: Crawled) -> None:
    plain = crawled.answer_to("chunked").headers["WARC-Payload-Digest"]
    assert plain == sha1(body(3))
    assert crawled.answer_to("gzip").headers["WARC-Payload-Digest"] == sha1(
        gzip.compress(body(4), mtime=0)
    )
    assert crawled.answer_to("interim").headers["WARC-Payload-Digest"] == sha1(body(15))


def test_the_block_digest_is_over_the_block(crawled: Crawled) -> None:
    for record in crawled.records:
        assert record.headers["WARC-Block-Digest"] == sha1(record.block)


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def test_every_article_that_could_be_read_has_a_row(crawled: Crawled) -> None:
    keys = {int(key) for (key,) in rows(crawled.archive, "SELECT key FROM articles")}
    without = {number_of(name) for name in ("not found", "nothing", "no head")}
    assert keys == set(range(1, len(ANSWERS) + 1)) - without


def test_verify_takes_odd_answers_for_what_they_are(crawled: Crawled) -> None:
    """All but the one that goes on after its Content-Length, which verify names."""
    offset = crawled.offset_of("excess")
    findings = [line for line in verified(crawled.archive).stdout.splitlines() if line]
    assert [line for line in findings if f":{offset}: the body has" not in line] == []


def test_what_broke_off_makes_the_run_incomplete(crawled: Crawled) -> None:
    assert crawled.ended.code == 3
    assert "wire: incomplete" in crawled.ended.stderr
