"""Says whether a portal's declaration can work, and if not, how to mend it.

The registry checks each portal that it finds: all commands then say the same.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from reprlib import Repr
from urllib.parse import urlsplit

from archive.addresses import can_be_asked
from portal_crawler.cleaning.json_articles import JsonArticle
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.listings.json_rows import JsonProfile
from portal_crawler.cleaning.profile import Profile
from portal_crawler.portals.declaration import UNVERIFIED, WEAK, PortalDeclaration
from portal_crawler.portals.earlier import Earlier
from portal_crawler.portals.hours import Hours
from portal_crawler.portals.own_folder import shown
from portal_crawler.portals.profile_check import listing_faults, profile_faults, sign_faults
from portal_crawler.portals.recognition import Sign
from portal_crawler.portals.scope import HostEntry, declared_scope
from portal_crawler.portals.setting_values import setting_fault
from portal_crawler.ways.way import Way

NEEDED = ("platform", "hosts", "sections")
TEXTS = ("title", "platform", "verified_on", "province", "closed", "successor", "accept")
SWITCHES = ("cookies", "learns", "ends_with_404", "repeats_first_page", "paged")
FUNCTIONS = (
    "article_key", "is_older_address", "next_listing", "unfollowed_pager", "read_listing_page",
    "read_article_page", "watched_fields",
)  # fmt: skip

_READING_ARTICLES = ("read_article_page", "watched_fields")
"""The functions that use article_profile, unless a class overrides them."""

MOST_NAME_CHARS = 64
"""File names have at most 255; a host name and two moments take half of that."""

_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MOST_NAME_CHARS - 1}}}")
_TAKEN = ("imported",)
"""Names that the archive uses itself."""

_WITHOUT_SCHEME = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/|$)")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_A_TUPLE = 'write a tuple, as ("sotttt.example.vn",)'
_A_DICTIONARY = (
    'write a dictionary of names and addresses, as {"tin-tuc": "https://sotttt.example.vn/tin-tuc"}'
)
_A_WAY = 'write a tuple of ways, as (PathPages(form="/page-{number}"),)'

_short = Repr()
_short.maxstring = _short.maxother = 60


def declaration_fault(portal: type[PortalDeclaration], known: Mapping[str, object]) -> str | None:
    """The first fault of a declaration in one sentence; None if it can work.

    `known` are the defaults of all settings, by name.
    """
    checks: tuple[Callable[[type[PortalDeclaration]], Iterator[str]], ...] = (
        _of_name, _of_what_it_lacks, _of_texts, _of_switches, _of_numbers, _of_home, _of_hosts,
        _of_tls, _of_sections, _of_ways, _of_hours, _of_functions, _of_profiles, _of_signs,
        _of_earlier,
    )  # fmt: skip
    for check in checks:
        for fault in check(portal):
            return f"{fault} ({_place(portal)})"
    for fault in _of_settings(portal, known):
        return f"{fault} ({_place(portal)})"
    return None


def _place(portal: type[PortalDeclaration]) -> str:
    return f"class {portal.__qualname__} in {shown(portal.__module__)}"


def _is(name: str, value: object, what: str) -> str:
    return f"{name} = {_short.repr(value)} {what}"


def _of_name(portal: type[PortalDeclaration]) -> Iterator[str]:
    name: object = getattr(portal, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield _is(
            "name", name, "cannot name folders and files; write letters without marks, digits and "
            f"hyphens, at most {MOST_NAME_CHARS}, as so-tttt-ha-noi",
        )  # fmt: skip
    elif name in _TAKEN:
        yield _is("name", name, "is the folder of imported files; write another name")


def _of_what_it_lacks(portal: type[PortalDeclaration]) -> Iterator[str]:
    if missing := [name for name in NEEDED if not hasattr(portal, name)]:
        yield f"{', '.join(missing)} missing; declare it as docs/PORTALS.md says"


def _of_texts(portal: type[PortalDeclaration]) -> Iterator[str]:
    for name in TEXTS:
        value: object = getattr(portal, name)
        if value is None and name not in NEEDED:
            continue
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            yield _is(name, value, "is not a line of text; write words in quotes")
    if portal.closed is not None and not _is_day(portal.closed):
        yield _is(
            "closed", portal.closed, "is not a day; write YYYY-MM-DD, or the month or year alone"
        )


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    if found is None:
        return False
    try:
        date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        return False
    return True


def _of_switches(portal: type[PortalDeclaration]) -> Iterator[str]:
    for name in SWITCHES:
        value: object = getattr(portal, name)
        if not isinstance(value, bool):
            yield _is(name, value, "is neither True nor False; write one of them")


def _of_numbers(portal: type[PortalDeclaration]) -> Iterator[str]:
    value: object = portal.max_pages
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        yield _is("max_pages", value, "is not a number of pages; write a whole number, at least 1")


def _of_home(portal: type[PortalDeclaration]) -> Iterator[str]:
    if portal.home is not None and (words := _not_asked(portal.home)):
        yield _is("home", portal.home, words)


def _not_asked(address: object) -> str | None:
    """Why an address cannot be requested, in words; None if it can."""
    if not isinstance(address, str):
        return 'is not text; write the address in quotes, as "https://sotttt.example.vn/"'
    if address.strip() == address and address.isprintable() and can_be_asked(address):
        return None
    if _WITHOUT_SCHEME.match(address):
        return f"has no scheme; write https://{address} or http://{address}"
    return "is not a web address; write it whole, as https://sotttt.example.vn/"


def _of_hosts(portal: type[PortalDeclaration]) -> Iterator[str]:
    for name in ("hosts", "requisite_hosts"):
        value: object = getattr(portal, name)
        if not isinstance(value, (tuple, list, set, frozenset)):
            yield _is(name, value, f"is not a tuple of hosts; {_A_TUPLE}")
            continue
        if name == "hosts" and not value:
            yield _is(name, value, f"is empty; {_A_TUPLE}")
        for entry in value:
            if not _is_host(entry):
                yield (
                    f"{name}: {_short.repr(entry)} is not a host: write example.vn, "
                    "example.vn:8080 or *.example.vn, without scheme or path"
                )


def _is_host(entry: object) -> bool:
    if not isinstance(entry, str):
        return False
    try:
        host = HostEntry.of(entry).host.removeprefix("*.")
    except ValueError:
        return False
    return can_be_asked(f"http://[{host}]/" if ":" in host else f"http://{host}/")


def _of_tls(portal: type[PortalDeclaration]) -> Iterator[str]:
    if not isinstance(portal.tls, Mapping):
        yield _is("tls", portal.tls, f'is not a dictionary; write {{"example.vn": "{WEAK}"}}')
        return
    for host, need in portal.tls.items():
        if not _is_host(host) or ":" in host or "*" in host:
            yield f"tls: {_short.repr(host)} is not a host; write one name, as sotttt.example.vn"
        if need not in (WEAK, UNVERIFIED) and not _is_certificates(need):
            yield (
                f"tls: {_short.repr(need)} is neither {WEAK!r} nor {UNVERIFIED!r} nor certificates "
                "in PEM, from -----BEGIN CERTIFICATE----- on"
            )


def _is_certificates(text: object) -> bool:
    if not isinstance(text, str) or not text.isascii():
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _of_sections(portal: type[PortalDeclaration]) -> Iterator[str]:
    sections: object = portal.sections
    if not isinstance(sections, Mapping):
        yield _is("sections", sections, f"is not a dictionary; {_A_DICTIONARY}")
        return
    if not sections:
        yield _is("sections", sections, f"is empty, and nothing is listed; {_A_DICTIONARY}")
    for name, address in sections.items():
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            yield f"sections: {_short.repr(name)} is not a name of a listing; {_A_DICTIONARY}"
        elif words := _not_asked(address):
            yield f"sections: {_short.repr(address)} {words}"
    for address in sections.values():
        if not declared_scope(portal).has(address):
            yield (
                f"sections: {_short.repr(address)} is on none of the hosts; add "
                f"{_short.repr(urlsplit(address).hostname)} to hosts, or correct the address"
            )


def _of_ways(portal: type[PortalDeclaration]) -> Iterator[str]:
    value: object = portal.ways
    if not isinstance(value, (tuple, list)):
        yield _is("ways", value, f"is not a tuple; {_A_WAY}")
        return
    for way in value:
        if not isinstance(way, Way):
            yield _is("ways", way, f"is not a way of listing; {_A_WAY}")
        else:
            yield from (f"ways: {type(way).__name__}: {words}" for words in way.faults())


def _of_hours(portal: type[PortalDeclaration]) -> Iterator[str]:
    if portal.hours is not None:
        try:
            Hours.read(portal.hours)
        except ValueError as error:
            yield f"hours = {error}"


def _of_functions(portal: type[PortalDeclaration]) -> Iterator[str]:
    for name in FUNCTIONS:
        if not callable(getattr(portal, name)):
            yield _is(name, getattr(portal, name), "is not a function; see docs/PORTALS.md")
    for name in ("article_key", "next_listing"):
        if _is_inherited(portal, name) and not (name == "next_listing" and portal.ways):
            yield (
                f"{name} missing; take the class of a platform, such as "
                "portal_crawler.platforms.generic.Generic, or write it as docs/PORTALS.md says"
            )


def _is_inherited(portal: type[PortalDeclaration], name: str) -> bool:
    """Whether a function is the one of PortalDeclaration itself."""
    own, base = getattr(portal, name), getattr(PortalDeclaration, name)
    return getattr(own, "__func__", own) is base.__func__


def _of_profiles(portal: type[PortalDeclaration]) -> Iterator[str]:
    if portal.learns and hasattr(portal, "article_profile"):
        is_own = "learns" in vars(portal)
        todo = "leave learns out, or take platform generic" if is_own else "write learns = False"
        yield (
            f"learns = True, but how articles of platform {portal.platform} are laid out is "
            f"declared (article_profile); {todo}"
        )
    name, layout = "listing_profile", getattr(portal, "listing_profile", None)
    if isinstance(layout, ListingProfile):
        yield from (f"{name}: {words}" for words in listing_faults(layout))
    elif layout is not None or (
        _is_inherited(portal, "read_listing_page") and portal.json_profile is None
    ):
        yield _is(name, layout, "is not a ListingProfile; write one as docs/PORTALS.md says")
    if portal.json_profile is not None and not isinstance(portal.json_profile, JsonProfile):
        yield _is("json_profile", portal.json_profile, "is not a JsonProfile; write one")
    in_json: object = getattr(portal, "json_article", None)
    if in_json is not None and not isinstance(in_json, JsonArticle):
        yield _is("json_article", in_json, "is not a JsonArticle; write one")
    name, article = "article_profile", getattr(portal, "article_profile", None)
    if isinstance(article, Profile):
        yield from (f"{name}: {words}" for words in profile_faults(article))
    elif article is not None or any(map(partial(_is_inherited, portal), _READING_ARTICLES)):
        yield _is(name, article, "is not a Profile; write one as docs/PORTALS.md says")


def _of_signs(portal: type[PortalDeclaration]) -> Iterator[str]:
    signs: object = portal.signs
    if not isinstance(signs, (tuple, list)) or not all(isinstance(sign, Sign) for sign in signs):
        yield _is("signs", signs, "is not a tuple of signs; write them as docs/PORTALS.md says")
        return
    for sign in portal.signs:
        yield from (f"signs: {words}" for words in sign_faults(sign))


def _of_earlier(portal: type[PortalDeclaration]) -> Iterator[str]:
    given: object = portal.earlier
    if not isinstance(given, (tuple, list)) or not all(isinstance(one, Earlier) for one in given):
        yield _is(
            "earlier", given, "is not a tuple; write it as (Earlier(Liferay6, until='2023'),)"
        )
        return
    for one in portal.earlier:
        platform: object = one.platform
        if not isinstance(platform, type) or not issubclass(platform, PortalDeclaration):
            yield _is("earlier", platform, "is not the class of a platform; write one, as Liferay6")
        elif platform.learns:
            yield _is(
                "earlier", platform, "takes almost any address for an article's, so links of the "
                "newest layout would become articles, too; declare the old layout in a class with "
                "signs (`portal status NAME --draft` prints a learned one)",
            )  # fmt: skip
        elif not platform.signs:
            yield _is("earlier", platform, "knows its pages by no signs; declare signs")
        if one.until is not None and not (isinstance(one.until, str) and _is_day(one.until)):
            yield _is(
                "earlier", one.until, "is not a day; write YYYY-MM-DD, or the month or year alone"
            )


def _of_settings(portal: type[PortalDeclaration], known: Mapping[str, object]) -> Iterator[str]:
    settings: object = getattr(portal, "custom_settings", None)
    if settings is None:
        return
    if not isinstance(settings, Mapping):
        yield _is("custom_settings", settings, 'is not a dictionary; write {"DOWNLOAD_DELAY": 5}')
        return
    for name, value in settings.items():
        if fault := setting_fault(str(name), value, known):
            yield f"custom_settings: {fault}"
