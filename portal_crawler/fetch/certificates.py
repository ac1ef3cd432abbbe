"""Says why a server's certificate was refused, and what to do."""

from collections.abc import Iterator, Sequence

from cryptography import x509
from scrapy.exceptions import DownloadFailedError

from archive.moments import now
from portal_crawler.fetch.encryption import CertificateShownError
from portal_crawler.portals.declaration import UNVERIFIED, WEAK

CLOCK = "this machine's clock may be wrong"
TRUSTED = "if you trust it, put it into the file that SSL_CERT_FILE names"

NAMES_SHOWN = 4

# OpenSSL's codes for a refused certificate: x509_vfy.h
_NOT_YET_VALID = 9
_EXPIRED = 10
_SELF_SIGNED = 18
_SELF_SIGNED_IN_CHAIN = 19
_SIGNER_UNKNOWN = (2, 20, 21)
_TOO_WEAK = (66, 67, 68)
"""A key is too small, or a signature too weak, for OpenSSL's security level."""
_OTHER_NAME = (62, 64)
"""The certificate is for another host, or another IP address."""

_UNREADABLE = (
    ValueError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
"""Errors that cryptography raises for a malformed certificate."""


class CertificateRefusedError(DownloadFailedError):
    """Raised if a server's certificate is refused."""

    def __init__(self, what: str, host: str) -> None:
        super().__init__(
            f"certificate verify failed: {what}; to crawl it unverified all the same, declare "
            f"{_declared(host, UNVERIFIED)}"
        )


def refusal(error: CertificateShownError, host: str) -> CertificateRefusedError:
    """The error that says what is wrong with the certificate of `host`."""
    try:
        shown = [x509.load_der_x509_certificate(each) for each in error.shown]
        what = _fault(error.verify_code, _path(shown), host) if shown else None
    except _UNREADABLE:
        what = None
    return CertificateRefusedError(what or error.verify_message, host)


def _path(shown: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates from the server's own to the last signer that it sent."""
    path = [shown[0]]
    while True:
        signers = (each for each in shown if each.subject == path[-1].issuer and each not in path)
        if (signer := next(signers, None)) is None:
            return path
        path.append(signer)


def _fault(code: int, path: Sequence[x509.Certificate], host: str) -> str | None:
    """The fault that OpenSSL found on a path, in words; None if the path does not show it."""
    if code in _TOO_WEAK:
        return f"it is too weak for today: to accept it, declare {_declared(host, WEAK)}"
    if code in _OTHER_NAME:
        return _other_names(path[0], host)
    if code in (_EXPIRED, _NOT_YET_VALID):
        return _out_of_time(path)
    name = path[-1].subject.rfc4514_string()
    if code == _SELF_SIGNED:
        return f"{name} is signed by itself: {TRUSTED}"
    if code == _SELF_SIGNED_IN_CHAIN:
        return f"it goes back to {name}, which is not an authority known here: {TRUSTED}"
    if code in _SIGNER_UNKNOWN:
        signer = path[-1].issuer.rfc4514_string()
        given = _declared(host, "its certificate in PEM")
        return (
            f"{name} is signed by {signer}, which is not known here and which the server does not "
            f"show: if you trust it, declare {given}, or put it into the file of SSL_CERT_FILE"
        )
    return None


def _declared(host: str, need: str) -> str:
    return f'tls = {{"{host}": "{need}"}} in the portal'


def _out_of_time(path: Sequence[x509.Certificate]) -> str | None:
    for each in path:
        name = each.subject.rfc4514_string()
        since, until = each.not_valid_before_utc, each.not_valid_after_utc
        if until < now():
            return f"{name} expired on {until:%Y-%m-%d}: the portal has to renew it, or {CLOCK}"
        if since > now():
            return f"{name} is valid from {since:%Y-%m-%d} on: {CLOCK}"
    return None


def _other_names(certificate: x509.Certificate, host: str) -> str:
    names = list(_names(certificate))
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    shown = ", ".join(names[:NAMES_SHOWN]) or "no host"
    return (
        f"it is for {shown}{more}, not for {host}: "
        "the portal may have moved, or somebody answers in its place"
    )


def _names(certificate: x509.Certificate) -> Iterator[str]:
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            yield from (str(name.value) for name in extension.value)
