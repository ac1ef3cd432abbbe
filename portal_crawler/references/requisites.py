"""The addresses of page resources, from the bytes of a page or of a resource. Pure.

Styles, scripts, pictures (lazy ones, `srcset` and backgrounds too), icons, fonts, frames, videos
and sounds, and the resources that stylesheets, module scripts, frames and manifests name. Requests
that other scripts make by themselves are not found.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from archive.addresses import asked_address
from portal_crawler.cleaning.page.caps import MAX_REQUISITES
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.references.module import rewrite_module
from portal_crawler.references.page import rewrite_page
from portal_crawler.references.reference import BASE, ICON, LINK, Reference
from portal_crawler.references.stylesheet import rewrite_stylesheet, stylesheet_text

MAX_ADDRESS_CHARS = 4_000
_SERVER = re.compile(r"[^/?#]+://[^/?#]*")


@dataclass(frozen=True, slots=True)
class Requisite:
    """A page resource: its address and kind."""

    url: str
    """The absolute address, as it is requested."""
    kind: str
    """style, script, module, image, icon, font, frame, media, manifest or data."""


class _Collected:
    """Collects references without changing any."""

    def __init__(self) -> None:
        self.references: list[Reference] = []

    def __call__(self, reference: Reference) -> None:
        if len(self.references) < MAX_REQUISITES:
            self.references.append(reference)


def page_requisites(
    body: bytes, url: str, content_type: str | None = None
) -> tuple[Requisite, ...]:
    """The resources that a page names, each address once, in the page's order."""
    seen = _Collected()
    rewrite_page(decode(body, content_type).text, seen)
    return _absolute(seen.references, base_of(seen.references, url))


def base_of(references: Iterable[Reference], url: str) -> str:
    """The address that a page's relative addresses start from; `url` is the page's own."""
    first = next((each.address for each in references if each.kind == BASE), None)
    return (absolute(url, first) if first else None) or url


def stylesheet_requisites(
    css: bytes, url: str, content_type: str | None = None
) -> tuple[Requisite, ...]:
    """The resources that a stylesheet imports and shows, each address once."""
    seen = _Collected()
    rewrite_stylesheet(stylesheet_text(css, content_type), seen)
    return _absolute(seen.references, url)


def module_requisites(script: bytes, url: str) -> tuple[Requisite, ...]:
    """The modules that a module script imports by name, each address once."""
    seen = _Collected()
    rewrite_module(script.decode("utf-8", "replace"), seen)
    return _absolute(seen.references, url)


def manifest_requisites(manifest: bytes, url: str) -> tuple[Requisite, ...]:
    """The icons of a web app manifest, each address once."""
    try:
        icons = json.loads(manifest)["icons"]
        sources = [icon["src"] for icon in icons]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ()
    found = [Reference(source, ICON) for source in sources if isinstance(source, str)]
    return _absolute(found[:MAX_REQUISITES], url)


def _absolute(found: Iterable[Reference], base: str) -> tuple[Requisite, ...]:
    requisites: dict[str, Requisite] = {}
    for reference in found:
        address = reference.address.strip()
        if reference.kind in (LINK, BASE) or not address or address.startswith("#"):
            continue
        if len(address) > MAX_ADDRESS_CHARS:
            continue
        asked = asked_from(base, address)
        if asked is not None:
            requisites.setdefault(asked, Requisite(asked, reference.kind))
    return tuple(requisites.values())


def asked_from(base: str, address: str) -> str | None:
    """The absolute address that browsers request; None if it cannot be requested.

    `base` is the address that relative ones start from.
    """
    return _asked(_origin(base) if address.startswith("/") else base, address)


@lru_cache(maxsize=4096)
def _asked(base: str, address: str) -> str | None:
    """The same, cached, because the pages of a portal name mostly the same addresses."""
    url = absolute(base, address)
    if url is None:
        return None
    url = _SERVER.sub(lambda found: found[0].lower(), url, count=1)
    has_empty_query = address.endswith("?") and "?" not in url  # not "?#iefix", read by IE alone
    return asked_address(f"{url}?" if has_empty_query else url)


def _origin(url: str) -> str:
    """The part of the base that an address with a slash at its beginning needs."""
    return "/".join(url.split("/", 3)[:3]) + "/"
