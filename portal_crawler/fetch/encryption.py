"""TLS by the standard library: how connections are encrypted, and what is recorded of it."""

import ssl
from typing import Any

from scrapy.settings import BaseSettings

from archive.warc.exchange import Tls

OP_LEGACY_SERVER_CONNECT = 0x4
"""ssl.OP_LEGACY_SERVER_CONNECT, which Python knows from 3.12 on: old servers lack RFC 5746."""


class CertificateShownError(ssl.SSLCertVerificationError):
    """Raised where a certificate is refused, with all that the server showed."""

    shown: tuple[bytes, ...] = ()
    """DER, the server's own first; none where OpenSSL is older than 3.0."""


class ShowingHandshake(ssl.SSLObject):
    """Tells of a handshake that it refused which certificates the server showed."""

    def do_handshake(self) -> None:
        """Raise CertificateShownError where the certificate does not hold."""
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            refused = CertificateShownError(*error.args)
            refused.verify_code, refused.verify_message = error.verify_code, error.verify_message
            refused.shown = _shown(self)
            raise refused from None


def _shown(handshake: Any) -> tuple[bytes, ...]:
    """Python tells of unverified certificates from 3.13 on, before that its inner object alone."""
    if hasattr(handshake, "get_unverified_chain"):
        return tuple(handshake.get_unverified_chain())
    inner = getattr(handshake._sslobj, "get_unverified_chain", tuple)
    return tuple(ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in inner() or ())


def context_of(settings: BaseSettings) -> ssl.SSLContext:
    """As the settings of Scrapy for TLS say; SSL_CERT_FILE names who is trusted besides."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslobject_class = ShowingHandshake
    context.hostname_checks_common_name = False  # nor does any browser
    if settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
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
    return context


def _version(name: str) -> ssl.TLSVersion:
    """Of a name such as TLSv1.2; what is none was refused with the other settings."""
    return ssl.TLSVersion[name.removesuffix(".0").replace(".", "_")]


def tls_of(encrypted: object) -> Tls | None:
    """What a connection whose handshake is done says of its encryption."""
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
