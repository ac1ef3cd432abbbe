"""The address that a person gives for a site, and the portal's name that follows from it. Pure."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

from archive.addresses import can_be_asked
from archive.words.letters import normalised, without_marks
from portal_crawler.errors import UsageError
from portal_crawler.portals.scope import host_and_port, in_ascii

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_COMMON_ENDS = ("gov", "edu", "org", "com", "net")
"""Parts before the last one of a host's name that no portal's name needs."""
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


def addresses_of(given: str) -> tuple[str, ...]:
    """The addresses to try for a text: one, or https and then http if it names neither.

    Raises UsageError, with the address to give, if it is not that of a web page.
    """
    text = given.strip()
    if _SCHEME.match(text) and not text.lower().startswith(("http:", "https:")):
        raise UsageError(f"{given}: only http and https addresses can be crawled")
    if text.startswith(("/", ".", "~")) or (re.search(r"\.html?$", text) and "/" not in text):
        raise UsageError(
            f"{given} is a file; give the portal's address. `portal check NAME --expected DIR` "
            "reads pages that you have saved"
        )
    tries = (text,) if _SCHEME.match(text) else (f"https://{text}", f"http://{text}")
    if not all(can_be_asked(each) and host_and_port(each) for each in tries):
        raise UsageError(f"{given!r} is not a web address; give one, as https://sotttt.example.vn/")
    if "." not in text and "localhost" not in text and ":" not in tries[0].partition("//")[2]:
        raise UsageError(f"{given!r} has no dot, so it does not name a host; give a full address")
    return tuple(_with_path(each.partition("#")[0]) for each in tries)


def _with_path(url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc if parts.netloc.isascii() else _ascii_place(parts)
    return urlunsplit((parts.scheme, place, parts.path or "/", *parts[3:]))


def _ascii_place(parts: SplitResult) -> str:
    host = in_ascii((parts.hostname or "").lower())
    return host if parts.port is None else f"{host}:{parts.port}"


def root_of(url: str) -> str:
    """The address of the front page of an address's host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def other_name(host: str) -> str | None:
    """The host with `www.` or without; None for an IP address or a name of one part."""
    if _is_ip(host) or "." not in host:
        return None
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def is_same_site(one: str, other: str) -> bool:
    """Whether two hosts are the same but for `www.`."""
    return one.removeprefix("www.") == other.removeprefix("www.")


def name_of(host: str) -> str:
    """A portal's name: `hanoi-sotttt` for sotttt.hanoi.gov.vn, `mst` for mst.gov.vn.

    Raises UsageError for an IP address, from which no name follows.
    """
    if _is_ip(host):
        raise UsageError(f"no name follows from the address {host}; name the portal by --name")
    parts = _in_letters(host).removeprefix("www.").split(".")
    if len(parts) > 1:
        parts.pop()
    while len(parts) > 1 and parts[-1] in _COMMON_ENDS:
        parts.pop()
    return _NOT_IN_NAMES.sub("-", "-".join(reversed(parts))).strip("-") or "portal"


def _in_letters(host: str) -> str:
    """A host's name with the letters that `xn--` stands for, without their marks."""
    try:
        name = host.encode("ascii").decode("idna")
    except UnicodeError:
        name = host
    return without_marks(normalised(name)).lower()


def _is_ip(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
