"""Encrypts connections with the standard library's TLS, and records how."""

import ssl
from typing import Any

from scrapy.settings import BaseSettings

from archive.warc.exchange import Tls
from portal_crawler.portals.declaration import UNVERIFIED, WEAK

OP_LEGACY_SERVER_CONNECT = 0x4
"""ssl.OP_LEGACY_SERVER_CONNECT of Python 3.12: it admits old servers without RFC 5746."""


_OF_OLD_SERVERS = (
    "dh key too small", "no ciphers available", "alert handshake failure", "protocol version",
    "unsupported protocol", "wrong signature type", "wrong ssl version", "legacy sigalg",
)  # fmt: skip
"""OpenSSL's words for a handshake that weak encryption would let succeed. Not each of them has a
reason in Python."""


def is_of_old_server(error: OSError) -> bool:
    """Whether a handshake failed because the server's encryption is too old for the defaults."""
    return isinstance(error, ssl.SSLError) and any(
        words in str(error).lower() for words in _OF_OLD_SERVERS
    )


class CertificateShownError(ssl.SSLCertVerificationError):
    """Raised if a certificate is refused, with all certificates that the server sent."""

    shown: tuple[bytes, ...] = ()
    """In DER, the server's own first; empty if OpenSSL is older than 3.0."""


class ShowingHandshake(ssl.SSLObject):
    """A TLS connection whose refused handshake names the certificates of the server."""

    def do_handshake(self) -> None:
        """Raise CertificateShownError if the certificate is refused."""
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            refused = CertificateShownError(*error.args)
            refused.verify_code, refused.verify_message = error.verify_code, error.verify_message
            refused.shown = _shown(self)
            raise refused from None


def _shown(handshake: Any) -> tuple[bytes, ...]:
    """The unverified certificates; before Python 3.13 only an inner object has them."""
    if hasattr(handshake, "get_unverified_chain"):
        return tuple(handshake.get_unverified_chain())
    inner = getattr(handshake._sslobj, "get_unverified_chain", tuple)
    return tuple(ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in inner() or ())


WEAK_CIPHERS = "DEFAULT:@SECLEVEL=0"
"""Keys of 512 bits and more, and signatures by SHA-1, which TLS before 1.2 needs."""


def context_of(settings: BaseSettings, need: str | None = None) -> ssl.SSLContext:
    """The TLS context by Scrapy's settings; SSL_CERT_FILE adds trusted certificates.

    `need` is what the portal declares for a host (`PortalDeclaration.tls`).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslobject_class = ShowingHandshake
    context.hostname_checks_common_name = False  # as in browsers
    if settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES") and need != UNVERIFIED:
        context.load_default_certs()
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.options |= OP_LEGACY_SERVER_CONNECT
    if ciphers := settings["DOWNLOADER_CLIENT_TLS_CIPHERS"]:
        context.set_ciphers(ciphers)
    if least := settings["DOWNLOAD_TLS_MIN_VERSION"]:
        context.minimum_version = _version(least)
    if most := settings["DOWNLOAD_TLS_MAX_VERSION"]:
        context.maximum_version = _version(most)
    if need == WEAK:
        context.set_ciphers(WEAK_CIPHERS)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    elif need not in (None, UNVERIFIED):
        context.load_verify_locations(cadata=need)
    return context


def _version(name: str) -> ssl.TLSVersion:
    """The version by a name such as TLSv1.2; other names were refused with the settings."""
    return ssl.TLSVersion[name.removesuffix(".0").replace(".", "_")]


def tls_of(encrypted: object) -> Tls | None:
    """The encryption of a connection after its handshake; None if it is not encrypted."""
    if not isinstance(encrypted, ssl.SSLObject):
        return None
    certificate = encrypted.getpeercert(binary_form=True)
    if certificate is None:
        return None
    cipher = encrypted.cipher()
    return Tls(
        version=encrypted.version() or "",
        cipher=cipher[0] if cipher else "",
        certificate=certificate,
    )
