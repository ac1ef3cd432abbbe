"""Connections that die, proxies that refuse, certificates that do not fit: what is recorded."""

import base64
import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawls import crawl, last_run, rows, warc_records
from tests.support.pages import article, listing
from tests.support.wire_server import Answer, WireServer, message, page, raw, wire_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WireServer]:
    folder = tmp_path / "server"
    folder.mkdir()
    with wire_server(folder) as running:
        running.answer("/tin-tuc", page(listing([1, 2])))
        running.answer("/tin/1", page(article(1)))
        running.answer("/tin/2", page(article(2)))
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def kept(archive: Path, path: str) -> list[bytes]:
    return [
        record.block for record in warc_records(archive, "response") if record.url.endswith(path)
    ]


def test_a_request_on_a_dead_connection_is_recorded_once(server: WireServer, archive: Path) -> None:
    whole = page(article(1))
    server.answer("/tin/1", raw(close=True), whole)
    assert crawl(server, archive, "-s", "RETRY_TIMES=0").code == 0
    tries = [exchange for exchange in server.exchanges if exchange.path == "/tin/1"]
    assert [each.sent for each in tries] == [b"", whole.sent]
    assert tries[0].connection != tries[1].connection
    assert kept(archive, "/tin/1") == [whole.sent]
    requests = [r.block for r in warc_records(archive, "request") if r.url.endswith("/tin/1")]
    assert requests == [tries[1].request]


def test_a_connection_reset_while_idle_is_recorded_once(server: WireServer, archive: Path) -> None:
    server.answer("/tin/1", raw(reset=True), page(article(1)))
    assert crawl(server, archive, "-s", "RETRY_TIMES=0").code == 0
    assert len(kept(archive, "/tin/1")) == 1


def test_each_try_that_was_answered_is_recorded(server: WireServer, archive: Path) -> None:
    busy = page("busy", status="503 Service Unavailable")
    whole = message(article(2).encode())
    server.answer("/tin/1", busy, busy, page(article(1)))
    server.answer("/tin/2", raw(whole[:-40], close=True), raw(whole[:-30], reset=True), raw(whole))
    assert crawl(server, archive).code == 0
    assert kept(archive, "/tin/1") == [busy.sent, busy.sent, page(article(1)).sent]
    assert kept(archive, "/tin/2") == [whole[:-40], whole[:-30], whole]
    assert rows(archive, "SELECT truncated FROM captures WHERE key = '2' ORDER BY warc_offset") == [
        ("disconnect",), ("disconnect",), (None,),
    ]  # fmt: skip


def test_what_a_server_says_unasked_belongs_to_no_record(server: WireServer, archive: Path) -> None:
    late = raw(
        message(article(1).encode()), b"HTTP/1.1 408 Timeout\r\n\r\n", pause_s=0.2, close=True
    )
    server.answer("/tin/1", late)
    assert crawl(server, archive, "-s", "DOWNLOAD_DELAY=0.5").code == 0
    assert kept(archive, "/tin/1") == [message(article(1).encode())]
    assert len(kept(archive, "/tin/2")) == 1


def test_an_answer_of_many_megabytes_is_kept_to_the_byte(server: WireServer, archive: Path) -> None:
    big = page(article(1) + "<!--" + "x" * 9_000_000 + "-->")
    server.answer("/tin/1", big)
    assert crawl(server, archive).code == 0
    assert kept(archive, "/tin/1") == [big.sent]


def test_a_proxy_that_wants_a_login_is_no_answer_of_the_portal(
    server: WireServer, archive: Path
) -> None:
    server.proxy_answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    proxied = {
        "WIRE_ORIGIN": "https://portal.test",
        "https_proxy": f"http://127.0.0.1:{server.port}",
    }
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", **proxied)
    assert end.code == 3
    assert "407" in end.stderr
    assert warc_records(archive, "response") == []
    assert last_run(archive)["requests"] == 0


@pytest.mark.parametrize("origin", ["https://localhost", "https://127.0.0.1"])
def test_a_certificate_that_is_trusted_is_verified(
    server: WireServer, archive: Path, origin: str
) -> None:
    address = f"{origin}:{server.port}"
    end = crawl(server, archive, WIRE_ORIGIN=address, SSL_CERT_FILE=str(server.certificate))
    assert end.code == 0, end.stderr


def test_a_server_is_told_which_of_its_hosts_is_wanted(server: WireServer, archive: Path) -> None:
    named: list[str | None] = []
    server._tls.sni_callback = lambda _socket, name, _context: named.append(name)
    address = f"https://localhost:{server.port}"
    assert (
        crawl(server, archive, WIRE_ORIGIN=address, SSL_CERT_FILE=str(server.certificate)).code == 0
    )
    assert set(named) == {"localhost"}


def test_the_encryption_is_on_record_and_the_certificate_once(
    server: WireServer, archive: Path
) -> None:
    address = f"https://localhost:{server.port}"
    crawl(server, archive, WIRE_ORIGIN=address, SSL_CERT_FILE=str(server.certificate))
    certificate = ssl.PEM_cert_to_DER_cert(server.certificate.read_text())
    fingerprint = f"sha256:{hashlib.sha256(certificate).hexdigest()}".encode()
    told = [record.block for record in warc_records(archive, "metadata")]
    exchanges = [block for block in told if b"role: " in block]
    assert exchanges
    assert all(b"tlsVersion: TLSv1." in block for block in exchanges)
    assert all(b"tlsCertificate: " + fingerprint in block for block in exchanges)
    (kept,) = [block for block in told if b"tlsCertificateDer: " in block]
    assert base64.b64encode(certificate) in kept


def test_a_certificate_that_nobody_signed_is_refused(server: WireServer, archive: Path) -> None:
    address = f"https://localhost:{server.port}"
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", WIRE_ORIGIN=address)
    assert end.code == 3
    assert "certificate" in end.stderr
    assert server.paths() == []


def test_a_crawl_without_verification_is_on_record(server: WireServer, archive: Path) -> None:
    address = f"https://localhost:{server.port}"
    assert (
        crawl(server, archive, "-s", "DOWNLOAD_VERIFY_CERTIFICATES=False", WIRE_ORIGIN=address).code
        == 0
    )
    assert b"certificates: not verified" in warc_records(archive, "warcinfo")[0].block


def test_no_proxy_is_heeded(server: WireServer, archive: Path) -> None:
    refused = {"http_proxy": "http://127.0.0.1:1", "no_proxy": "127.0.0.1"}
    assert crawl(server, archive, **refused).code == 0


def test_a_fragment_is_in_no_record(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing([1]).replace('/tin/1"', '/tin/1#dau-trang"')))
    assert crawl(server, archive).code == 0
    assert len(kept(archive, "/tin/1")) == 1


def test_what_is_no_http_at_all_is_kept_as_it_came(server: WireServer, archive: Path) -> None:
    answer: Answer = raw(b"SSH-2.0-OpenSSH_9.2\r\n", close=True)
    server.answer("/tin/1", answer)
    assert crawl(server, archive, "-s", "RETRY_TIMES=0").code == 3
    assert kept(archive, "/tin/1") == [answer.sent]
    assert rows(archive, "SELECT status, mime FROM captures WHERE key = '1'") == [(None, None)]
