"""What an operator reads of a certificate that is refused; each is a real one of a real server."""

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal_crawler.fetch.certificates import refusal
from portal_crawler.fetch.encryption import CertificateShownError
from tests.support.crawls import crawl, last_run, warc_records
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(PEM)

    @property
    def secret(self) -> bytes:
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(PEM, form, serialization.NoEncryption())


def issued(
    name: str, *, by: Issued | None = None, hosts: tuple[str, ...] = (),
    since: datetime = NOW - 60 * DAY, until: datetime = NOW + 60 * DAY,
) -> Issued:  # fmt: skip
    """A certificate; without `by` it signs itself, without `hosts` it signs others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
    )
    if hosts:
        built = built.add_extension(names, critical=False)
    return Issued(built.sign(by.key if by else key, hashes.SHA256()), key)


@pytest.fixture
def root() -> Issued:
    return issued("Gốc thử nghiệm")


@pytest.fixture
def trusted(tmp_path: Path, root: Issued) -> str:
    """The file that names the root as one that is trusted."""
    path = tmp_path / "trusted.pem"
    path.write_bytes(root.pem)
    return str(path)


@pytest.fixture(autouse=True)
def one_article(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    return tmp_path / "shown.pem"


def show(server: WireServer, path: Path, leaf: Issued, *beside: Issued) -> None:
    """Let the server show a certificate, and those of its signers that are named."""
    path.write_bytes(leaf.secret + leaf.pem + b"".join(each.pem for each in beside))
    server._tls.load_cert_chain(path)


def refused(server: WireServer, archive: Path, trusted: str, **own: str) -> str:
    """Crawl by https; what the run says of the certificate."""
    own = {"WIRE_ORIGIN": f"https://localhost:{server.port}", "SSL_CERT_FILE": trusted, **own}
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", **own)
    assert end.code == 3
    run = last_run(archive)
    assert (run["outcome"], run["requests"]) == ("incomplete", 0)
    assert server.paths() == []
    assert 'declare tls = {"localhost": "unverified"} in the portal' in end.stderr
    reason: str = run["reason"]
    assert reason in end.stderr
    return reason.partition("certificate verify failed: ")[2]


@pytest.mark.parametrize("proxied", [False, True])
def test_one_that_expired_is_said_with_its_day(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued, *, proxied: bool
) -> None:
    show(server, shown, issued("x", by=root, hosts=("localhost",), until=NOW - 3 * DAY))
    proxy = {"https_proxy": f"http://127.0.0.1:{server.port}"} if proxied else {}
    said = refused(server, archive, trusted, **proxy)
    assert said.startswith(f"CN=x expired on {NOW - 3 * DAY:%Y-%m-%d}: the portal has to renew it")


def test_a_signers_that_expired_is_named(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    between = issued("between", by=root, until=NOW - DAY)
    show(server, shown, issued("x", by=between, hosts=("localhost",)), between)
    assert refused(server, archive, trusted).startswith("CN=between expired on ")


def test_one_of_tomorrow_lets_look_at_the_clock(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    show(server, shown, issued("x", by=root, hosts=("localhost",), since=NOW + DAY))
    said = refused(server, archive, trusted)
    assert said.startswith(f"CN=x is valid from {NOW + DAY:%Y-%m-%d} on: this machine's clock")


def test_one_that_signs_itself_is_said(
    server: WireServer, archive: Path, trusted: str, shown: Path
) -> None:
    show(server, shown, issued("x", hosts=("localhost",)))
    said = refused(server, archive, trusted)
    assert said.startswith("CN=x is signed by itself: if you trust it, ")
    assert "SSL_CERT_FILE" in said


def test_an_authority_that_is_not_known_is_named(
    server: WireServer, archive: Path, trusted: str, shown: Path
) -> None:
    other = issued("Ai đó")
    show(server, shown, issued("x", by=other, hosts=("localhost",)), other)
    said = refused(server, archive, trusted)
    assert said.startswith("it goes back to CN=Ai đó, which is not an authority known here")


def test_a_signer_that_the_server_leaves_out_is_named(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    """The commonest fault of small portals: browsers often have the signer."""
    between = issued("between", by=root)
    leaf = issued("x", by=between, hosts=("localhost",))
    show(server, shown, leaf)
    said = refused(server, archive, trusted)
    assert said.startswith("CN=x is signed by CN=between, which is not known here and which the ")
    show(server, shown, leaf, between)
    assert crawl(
        server, archive, WIRE_ORIGIN=f"https://localhost:{server.port}", SSL_CERT_FILE=trusted
    ).code == 0  # fmt: skip


def test_a_host_whose_signer_the_portal_declares_is_verified(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    between = issued("between", by=root)
    show(server, shown, issued("x", by=between, hosts=("localhost",)))
    tls = json.dumps({"localhost": between.pem.decode()})
    assert accepted(server, archive, WIRE_TLS=tls, SSL_CERT_FILE=trusted) == (
        "verified; localhost: verified with certificates that it does not send"
    )


def test_a_declared_signer_is_trusted_only_if_a_known_authority_signed_it(
    server: WireServer, archive: Path, trusted: str, shown: Path
) -> None:
    between = issued("between", by=issued("Ai đó"))
    show(server, shown, issued("x", by=between, hosts=("localhost",)))
    tls = json.dumps({"localhost": between.pem.decode()})
    assert "CN=between" in refused(server, archive, trusted, WIRE_TLS=tls)


def test_one_host_is_crawled_unverified_and_that_is_on_record(
    server: WireServer, archive: Path, shown: Path
) -> None:
    show(server, shown, issued("x", hosts=("localhost",), until=NOW - DAY))
    tls = json.dumps({"localhost": "unverified"})
    assert accepted(server, archive, WIRE_TLS=tls) == "verified; localhost: not verified"


def test_what_is_declared_for_one_host_does_not_hold_for_another(
    server: WireServer, archive: Path, trusted: str, shown: Path
) -> None:
    show(server, shown, issued("x", hosts=("localhost",)))
    tls = json.dumps({"other.test": "unverified"})
    assert refused(server, archive, trusted, WIRE_TLS=tls).startswith("CN=x is signed by itself")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_encryption_is_accepted_only_where_it_is_declared(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued,
    version: ssl.TLSVersion,
) -> None:  # fmt: skip
    show(server, shown, issued("x", by=root, hosts=("localhost",)))
    server._tls.set_ciphers("DEFAULT:@SECLEVEL=0")
    server._tls.minimum_version = server._tls.maximum_version = version
    own = {"WIRE_ORIGIN": f"https://localhost:{server.port}", "SSL_CERT_FILE": trusted}
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", **own)
    assert end.code == 3
    assert 'declare tls = {"localhost": "weak"} in the portal' in end.stderr
    tls = json.dumps({"localhost": "weak"})
    assert accepted(server, archive, WIRE_TLS=tls, SSL_CERT_FILE=trusted) == (
        "verified; localhost: verified over weak encryption"
    )


def accepted(server: WireServer, archive: Path, **own: str) -> str:
    """Crawl by https; what the last WARC file says of certificates."""
    end = crawl(server, archive, WIRE_ORIGIN=f"https://localhost:{server.port}", **own)
    assert end.code == 0, end.stderr
    block = warc_records(archive, "warcinfo")[-1].block.decode()
    return re.findall(r"^certificates: (.+?)\r?$", block, re.MULTILINE)[0]


def test_one_for_other_hosts_is_said_with_their_names(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    hosts = ("a.vn", "b.vn", "*.c.vn", "d.vn", "e.vn", "f.vn")
    show(server, shown, issued("x", by=root, hosts=hosts))
    said = refused(server, archive, trusted)
    assert said.startswith("it is for a.vn, b.vn, *.c.vn, d.vn and 2 more, not for localhost: ")


def test_one_that_names_its_host_only_as_its_subject_is_refused(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    """As browsers do: the subject is for people."""
    show(server, shown, issued("localhost", by=root))
    assert refused(server, archive, trusted).startswith("it is for no host, not for localhost: ")


def test_the_refused_handshake_itself_tells_what_was_shown(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    """A second connection may fail, or be shown another one."""
    show(server, shown, issued("x", by=root, hosts=("localhost",), until=NOW - DAY))
    assert refused(server, archive, trusted).startswith("CN=x expired on ")
    assert server.connections == 1


def test_one_that_comes_in_many_segments_is_explained_all_the_same(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    show(server, shown, issued("x", by=root, hosts=("localhost",), until=NOW - DAY))
    with in_segments(server.port, of_bytes=200) as port:
        origin = f"https://localhost:{port}"
        assert refused(server, archive, trusted, WIRE_ORIGIN=origin).startswith("CN=x expired on ")


@contextmanager
def in_segments(port: int, of_bytes: int) -> Iterator[int]:
    """Another port, at which all that the first one says comes in small segments."""

    def hand_on(source: socket.socket, target: socket.socket, size: int) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                for start in range(0, len(data), size):
                    target.sendall(data[start : start + size])
                    time.sleep(0.002)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server = socket.create_connection(("127.0.0.1", port))
                for ends in ((client, server, 65536), (server, client, of_bytes)):
                    threading.Thread(target=hand_on, args=ends, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("code", [9, 10, 18, 19, 20, 21, 62, 64, 1])
@pytest.mark.parametrize("certificates", [(), (b"",), (b"no certificate",)])
def test_what_cannot_be_read_is_said_in_the_words_of_openssl(
    code: int, certificates: tuple[bytes, ...]
) -> None:
    error = CertificateShownError(1, "certificate verify failed")
    error.verify_code, error.verify_message, error.shown = code, "odd certificate", certificates
    said = str(refusal(error, "portal.test"))
    assert said.startswith("certificate verify failed: odd certificate; ")


def test_signers_that_sign_each_other_come_to_an_end() -> None:
    one, other = issued("one"), issued("other")
    crossed = (issued("one", by=other), issued("other", by=one))
    error = CertificateShownError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 20, "unable to get local issuer certificate"
    error.shown = tuple(each.certificate.public_bytes(DER) for each in crossed)
    assert "CN=other is signed by CN=one, " in str(refusal(error, "portal.test"))


def test_words_are_found_where_rules_are_not_asked_for(
    server: WireServer, archive: Path, trusted: str, shown: Path, root: Issued
) -> None:
    show(server, shown, issued("x", by=root, hosts=("localhost",), until=NOW - DAY))
    origin = f"https://localhost:{server.port}"
    end = crawl(
        server, archive, "-s", "PORTAL_OBEY_ROBOTS=False", WIRE_ORIGIN=origin, SSL_CERT_FILE=trusted
    )
    assert end.code == 3
    assert "listing page 1: certificate verify failed: CN=x expired on " in end.stderr
