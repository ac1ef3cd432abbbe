"""Addresses as people paste them, and those under which the same page may be stored. Pure.

A browser gives a page's address with https for http, with or without `www.`, with a fragment, with
parameters that only count visitors, or in raw letters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from archive.addresses import asked_address, captured_addresses, without_session

LONGEST_CHARS = 4_096
"""Longer addresses are looked up only as they are; no crawl requests them."""

_AROUND = " \t\r\n\x0b\x0c\xa0\u200b\ufeff<>\"'`“”„‘’«»"
_BREAKS = re.compile(r"[\t\r\n]+")
_SCHEME = re.compile(r"(?:view-source:)?(?:(https?):)?//", re.IGNORECASE)
_ENCODED = re.compile(r"https?%3a%2f%2f", re.IGNORECASE)
"""The start of an address that is encoded as a whole, as in a parameter of another."""

_HOST_ALONE = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]*(?::\d{1,5})?(?=[/?#]|\Z)")
"""A host with no scheme before it; its last part begins with a letter."""

_SERVER = re.compile(
    r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:@\s]+)(?::(?P<port>\d{1,5}))?", re.IGNORECASE
)
_ARCHIVED = re.compile(r"/\d{4,14}[a-z_]{0,4}/(?=https?:/)", re.IGNORECASE)
"""The last part of a web archive's own address, before that of the page."""

_HOST_LABEL = re.compile(r"\A(?:www|m)\.(?=[^.]+\.)")
_PORTS = {"http": "80", "https": "443"}
_LETTERS = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_HEX = re.compile(r"%[0-9A-F]{2}")
_NEEDLESS = re.compile(
    r"%(?:2[124789A-E]|3[0-9A]|4[0-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE
)
"""Encoded characters of ASCII that are the same unencoded."""

_COUNTERS = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|gad_\w+|srsltid|msclkid|yclid|ttclid|twclid"
    r"|li_fat_id|igshid|igsh|mibextid|fb_\w+|zarsrc|gidzl|_gl|_ga|_hsenc|_hsmi|mc_[ce]id|mkt_tok"
    r"|_openstat|ref_src|ref_url|redirect|inheritredirect|_returntofullpageurl",
    re.IGNORECASE,
)
"""Names of parameters that choose no page: they count visitors, or say where these go next."""

_LANGUAGE = re.compile(r"lang|language|languageid|locale|hl", re.IGNORECASE)
_LANGUAGES = ("vi", "en", "vi-VN", "en-US", "vi_VN", "en_US")
_LOCALE = re.compile(r"/(?:vi|en|fr|ja|ko|zh|lo|km|ru|de|es)(?:[-_][A-Za-z]{2})?(?=/)")
_LOCALES = ("", "/vi", "/en", "/vi-vn", "/en-us", "/vi-VN", "/en-US", "/vi_VN", "/en_US")

MOST_NUMBERS = 12
"""Numbers of one address that are looked up as keys, the last ones."""

_NUMBER = re.compile(r"(?<!\d)\d{2,20}(?!\d)")
_FILE = re.compile(r"\.(?!s?html?\Z|aspx?\Z|php\Z|jspx?\Z)[a-z][a-z0-9]{1,4}\Z", re.IGNORECASE)
"""The ending of a path that is not a page's."""


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    host: str
    """In small letters."""
    port: str
    """With its colon; empty for those of http and https."""
    path: str
    query: str
    """Without its question mark."""

    @property
    def text(self) -> str:
        mark = "?" if self.query else ""
        return f"{self.scheme}://{self.host}{self.port}{self.path}{mark}{self.query}"


class PlacedNumber(NamedTuple):
    """A number in an address, and its place there."""

    number: str
    part: str
    """The name of a parameter, or the segments of the path behind it."""
    before: str
    """The character before it; empty at the beginning of its part."""
    after: str
    """The character behind it, if it does not begin its part: a title may follow the number."""
    ending: str
    """The path's if it is not that of a page, such as `.pdf`."""


def unwrapped(pasted: str) -> Iterator[str]:
    """The text without blanks and quotes around it and line breaks inside; then also without the
    brackets and the punctuation of a sentence around it."""
    text = _BREAKS.sub("", pasted.strip(_AROUND))
    if _ENCODED.match(text):
        text = unquote(text)
    bare = text.strip(f"{_AROUND}()[]{{}}.,;:!?…")
    yield from dict.fromkeys((text, bare))


def is_address(text: str) -> bool:
    """Whether a text begins as an http or https address does, perhaps with no scheme."""
    return bool(_SCHEME.match(text) or _HOST_ALONE.match(text))


def alike(text: str) -> Iterator[tuple[str, ...]]:
    """The addresses under which the page of an address may be stored, in groups, the closest first.

    The first group has all spellings of the address itself, the second those with another scheme,
    `www.`, slash or port and without counters and sessions, the third those in other languages.
    There is none for a text that is no address.
    """
    address = _parsed(text)
    if address is None:
        return
    yield _spelled([address])
    near = list(_near(address))
    yield _spelled(near)
    yield _spelled(_in_other_languages(near))


def numbers_in(text: str) -> tuple[PlacedNumber, ...]:
    """The last numbers of an address, which may be keys; the last one first."""
    address = _parsed(text)
    if address is None:
        return ()
    file = _FILE.search(address.path)
    segments = address.path.split("/")[::-1]
    parts = [(str(place), unquote(segment)) for place, segment in enumerate(segments)]
    for name, parameter in map(_pair, _parameters(address)):
        parts.insert(0, (name.lower(), unquote(parameter.partition("=")[2])))
    found = [
        PlacedNumber(
            number=match[0],
            part=part,
            before=text[: match.start()][-1:],
            after=text[match.end() :][:1] if match.start() else "",
            ending=file[0].lower() if file else "",
        )
        for part, text in parts
        for match in reversed(list(_NUMBER.finditer(text)))
    ]
    return tuple(dict.fromkeys(found))[:MOST_NUMBERS]


def site_of(text: str) -> str | None:
    """The host of an address without `www.` or `m.`; None if it is no address."""
    address = _parsed(text)
    return None if address is None else _plain(address.host)


def _parsed(text: str) -> _Address | None:
    if len(text) > LONGEST_CHARS or not is_address(text):
        return None
    start = _SCHEME.match(text)
    scheme, rest = (start[1] or "https", text[start.end() :]) if start else ("https", text)
    if archived := _ARCHIVED.search(rest):
        scheme, _, rest = rest[archived.end() :].partition(":")
        rest = rest.lstrip("/")
    rest = rest.partition("#")[0]
    end = min(place for mark in "/?" if (place := f"{rest}{mark}".find(mark)) >= 0)
    server, path = rest[:end], rest[end:]
    found = _SERVER.fullmatch(server)
    if found is None:
        return None
    path, _, query = path.partition("?")
    port = found["port"] or ""
    return _Address(
        scheme=scheme.lower(),
        host=_ascii(found["host"].lower().rstrip(".")),
        port="" if port in ("", *_PORTS.values()) else f":{port}",
        path=path or "/",
        query=query,
    )


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def _plain(host: str) -> str:
    """The host without `www.`, or `m.` of a telephone's page."""
    return _HOST_LABEL.sub("", host)


def _near(address: _Address) -> Iterator[_Address]:
    other = {"http": "https", "https": "http"}[address.scheme]
    plain = _plain(address.host)
    hosts = dict.fromkeys((address.host, plain, f"www.{plain}"))
    paths = dict.fromkeys((address.path, address.path.rstrip("/") or "/", f"{address.path}/"))
    escaped = replace(address, query=address.query.replace("&amp;", "&"))
    queries = dict.fromkeys((*map(_without_counters, (address, escaped)), address.query))
    for scheme, host, path, query in product((address.scheme, other), hosts, paths, queries):
        ports = (address.port,) if address.port else ("", f":{_PORTS[scheme]}")
        for port in ports:
            yield _Address(scheme, host, port, path, query)


def _without_counters(address: _Address) -> str:
    pairs = map(_pair, _parameters(address))
    return "&".join(each for name, each in pairs if not _COUNTERS.fullmatch(name))


def _in_other_languages(near: list[_Address]) -> Iterator[_Address]:
    for address in near:
        if (address.port, address.query) != (near[0].port, near[0].query):
            continue
        own = _LOCALE.match(address.path)
        rest = address.path[own.end() :] if own else address.path
        if rest.strip("/") or address.query:
            for locale, query in product(_LOCALES, _queries_in_languages(address)):
                yield replace(address, path=locale + rest, query=query)


def _queries_in_languages(address: _Address) -> set[str]:
    """The query without the parameter of a language, and with each language there."""
    pairs = [_pair(each) for each in _parameters(address)]
    if not any(_LANGUAGE.fullmatch(name) for name, _ in pairs):
        return {address.query}
    kept = [each for name, each in pairs if not _LANGUAGE.fullmatch(name)]
    return {"&".join(kept)} | {
        "&".join(
            f"{name}={language}" if _LANGUAGE.fullmatch(name) else each for name, each in pairs
        )
        for language in _LANGUAGES
    }


def _parameters(address: _Address) -> list[str]:
    return [each for each in address.query.split("&") if each]


def _pair(parameter: str) -> tuple[str, str]:
    """The name of a parameter, and the whole of it."""
    return unquote(parameter.partition("=")[0]), parameter


def _spelled(addresses: Iterable[_Address]) -> tuple[str, ...]:
    """All spellings of addresses, each once."""
    texts = dict.fromkeys(
        spelling for address in addresses for spelling in _spellings(address.text)
    )
    return tuple(dict.fromkeys((*texts, *map(without_session, texts))))


def _spellings(url: str) -> Iterator[str]:
    """Letters encoded or not, composed or not, in both cases of hexadecimal digits."""
    yield from captured_addresses(asked_address(url))
    if "%" not in url and url.isascii():
        return
    raw = _LETTERS.sub(_decoded, _NEEDLESS.sub(lambda match: unquote(match[0]), url))
    for form in ("NFC", "NFD"):
        letters = unicodedata.normalize(form, raw)
        encoded = asked_address(letters)
        yield from captured_addresses(encoded)
        yield _HEX.sub(lambda match: match[0].lower(), encoded)
        yield letters


def _decoded(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode()
    except UnicodeDecodeError:
        return match[0]
