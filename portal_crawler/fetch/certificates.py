"""Says of a server's certificate that was refused what is wrong with it, and what to do."""

import asyncio
import socket
import ssl
from collections.abc import Iterator

from OpenSSL import SSL
from OpenSSL.crypto import X509, X509StoreContext, X509StoreContextError
from scrapy.exceptions import DownloadFailedError

from portal_crawler.fetch.encryption import OP_LEGACY_SERVER_CONNECT
from portal_crawler.fetch.ip_addresses import address_in

UNVERIFIED = "to crawl it unverified all the same: DOWNLOAD_VERIFY_CERTIFICATES=False"
CLOCK = "this machine's clock may be wrong"
TRUSTED = "if you trust it, put it into the file that SSL_CERT_FILE names"

SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
"""RFC 5280 §4.2.1.6: the names that a certificate is for."""

NAMES_SHOWN = 4

# What OpenSSL says of a certificate: x509_vfy.h
_NOT_YET_VALID = 9
_EXPIRED = 10
_SELF_SIGNED = 18
_SELF_SIGNED_IN_CHAIN = 19
_SIGNER_UNKNOWN = (2, 20, 21)
_OTHER_NAME = (62, 64)
"""Another host, another address."""

LONGEST_LOOK_S = 10.0
PIECE_BYTES = 64 * 1024


class CertificateRefusedError(DownloadFailedError):
    """Raised where a server's certificate does not hold."""

    def __init__(self, what: str) -> None:
        super().__init__(f"certificate verify failed: {what}; {UNVERIFIED}")


async def explained(
    error: ssl.SSLCertVerificationError, host: str, sock: socket.socket
) -> CertificateRefusedError:
    """What is wrong with the certificate that a server showed for `host`.

    `sock` is another connection to it: Python's ssl does not tell which certificates it refused, so
    they are asked for once more and looked at. `sock` is closed.
    """
    with sock:
        try:
            async with asyncio.timeout(LONGEST_LOOK_S):
                connection = await _handshake_done(host, sock)
        except (OSError, SSL.Error):
            return CertificateRefusedError(error.verify_message)
    chain, store = connection.get_peer_cert_chain(), connection.get_context().get_cert_store()
    if not chain or store is None:
        return CertificateRefusedError(error.verify_message)
    if error.verify_code in _OTHER_NAME:
        return CertificateRefusedError(_other_names(chain[0], host))
    try:
        X509StoreContext(store, chain[0], chain[1:]).verify_certificate()
    except X509StoreContextError as found:
        return CertificateRefusedError(_fault(found))
    return CertificateRefusedError(error.verify_message)


async def _handshake_done(host: str, sock: socket.socket) -> SSL.Connection:
    """An encrypted connection that trusts whoever answers; nothing is asked over it."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_options(OP_LEGACY_SERVER_CONNECT)
    context.set_default_verify_paths()
    connection = SSL.Connection(context, None)
    connection.set_connect_state()
    if address_in(host) is None:
        connection.set_tlsext_host_name(host.encode())
    loop = asyncio.get_running_loop()
    while True:
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            await loop.sock_sendall(sock, connection.bio_read(PIECE_BYTES))
            connection.bio_write(await loop.sock_recv(sock, PIECE_BYTES))
        else:
            return connection


def _other_names(certificate: X509, host: str) -> str:
    names = list(_names(certificate))
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    shown = ", ".join(names[:NAMES_SHOWN]) or "no host"
    return (
        f"it is for {shown}{more}, not for {host}: "
        "the portal may have moved, or somebody answers in its place"
    )


def _names(certificate: X509) -> Iterator[str]:
    for extension in certificate.to_cryptography().extensions:
        if extension.oid.dotted_string == SUBJECT_ALTERNATIVE_NAME:
            yield from (str(name.value) for name in extension.value)


def _fault(found: X509StoreContextError) -> str:
    code, _, words = found.errors
    certificate = found.certificate.to_cryptography()
    name = certificate.subject.rfc4514_string()
    signer = certificate.issuer.rfc4514_string()
    if code == _EXPIRED:
        day = certificate.not_valid_after_utc
        return f"{name} expired on {day:%Y-%m-%d}: the portal has to renew it, or {CLOCK}"
    if code == _NOT_YET_VALID:
        return f"{name} is valid from {certificate.not_valid_before_utc:%Y-%m-%d} on: {CLOCK}"
    if code == _SELF_SIGNED:
        return f"{name} is signed by itself: {TRUSTED}"
    if code == _SELF_SIGNED_IN_CHAIN:
        return f"it goes back to {name}, which is no authority known here: {TRUSTED}"
    if code in _SIGNER_UNKNOWN:
        return (
            f"{name} is signed by {signer}, which is not known here and which the server does not "
            f"show: {TRUSTED}"
        )
    return str(words)
