"""The attributes of a page that name addresses, and their forms. Pure."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from portal_crawler.cleaning.page.lazy_pictures import (
    LAZY_ATTRIBUTES,
    SRCSET_ATTRIBUTES,
    is_address,
    lazy_address,
)
from portal_crawler.references.markup import Attribute, Tag
from portal_crawler.references.reference import (
    BASE,
    DATA,
    FONT,
    FRAME,
    ICON,
    IMAGE,
    LINK,
    MANIFEST,
    MEDIA,
    MODULE,
    PICTURE_ENDINGS,
    SCRIPT,
    STYLE,
    Reference,
    See,
    ending_of,
    kind_by_ending,
)
from portal_crawler.references.stylesheet import rewrite_stylesheet

Rewrite = Callable[[str, See], str | None]
"""Gives the value of an attribute with other addresses in it; None if none changes."""

MAX_SRCSET_CHARS = 20_000
MAX_JSON_CHARS = 100_000

_SVG_PICTURES = ("image", "use", "feimage")
_ADDRESSES = {
    ("a", "href"): LINK,
    ("a", "xlink:href"): LINK,
    ("amp-img", "src"): IMAGE,
    ("area", "href"): LINK,
    ("audio", "src"): MEDIA,
    ("base", "href"): BASE,
    ("button", "formaction"): LINK,
    ("form", "action"): LINK,
    ("frame", "src"): FRAME,
    ("iframe", "src"): FRAME,
    ("image", "src"): IMAGE,
    ("img", "src"): IMAGE,
    ("input", "formaction"): LINK,
    ("script", "href"): SCRIPT,
    ("script", "xlink:href"): SCRIPT,
    ("source", "src"): MEDIA,
    ("track", "src"): MEDIA,
    ("video", "poster"): IMAGE,
    ("video", "src"): MEDIA,
    **{(tag, name): IMAGE for tag in _SVG_PICTURES for name in ("href", "xlink:href")},
}
"""Attributes that hold one address, by the name of the tag."""

_STYLES = (
    "clip-path", "cursor", "fill", "filter", "marker", "marker-end", "marker-mid", "marker-start",
    "mask", "stroke", "style",
)  # fmt: skip
"""Attributes that hold a part of a stylesheet; all but the last are SVG's."""

_LINK_KINDS = {"manifest": MANIFEST, "modulepreload": MODULE}
_PRELOADED = {"font": FONT, "image": IMAGE, "script": SCRIPT, "style": STYLE, "video": MEDIA,
              "audio": MEDIA, "track": MEDIA, "document": FRAME}  # fmt: skip

_REFRESH = re.compile(
    r"\s*[\d.]+\s*[;,]?\s*(?:url\s*=\s*)?(?P<quote>['\"]?)(?P<url>.*)", re.IGNORECASE | re.DOTALL
)
_CANDIDATE = re.compile(r"[\s,]*(?P<url>[^\s]+)")
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|<%|<\?|<\w+[\s>]|^\[")
_INLINE = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_CSS_ADDRESS = re.compile(r"url\(", re.IGNORECASE)


def rewritings(tag: Tag) -> Iterator[tuple[Attribute, Rewrite]]:
    """The attributes of a tag that may name addresses, each with the function that rewrites it."""
    for attribute in tag.attributes:
        if attribute.value and (rewrite := _rewriting(tag, attribute.name)) is not None:
            yield attribute, rewrite


def _rewriting(tag: Tag, name: str) -> Rewrite | None:
    if (kind := _ADDRESSES.get((tag.name, name))) is not None:
        return partial(_one, kind)
    if name in _STYLES:
        return _style
    if name in SRCSET_ATTRIBUTES:
        return _srcset
    if name == "background":
        return partial(_one, IMAGE)
    if name.startswith("data-") or name in LAZY_ATTRIBUTES or name == "lazy-src":
        return partial(_lazy, is_named=name in LAZY_ATTRIBUTES and _shows_pictures(tag))
    special = _SPECIAL.get((tag.name, name))
    return special(tag) if special is not None else None


def _shows_pictures(tag: Tag) -> bool:
    return tag.name not in ("script", "iframe", "video", "a")


# Tags whose other attributes decide the kind


def _link(tag: Tag) -> Rewrite:
    rels = (tag.value("rel") or "").lower().split()
    if "stylesheet" in rels:
        return partial(_one, STYLE)
    if any("icon" in rel or rel == "apple-touch-startup-image" for rel in rels):
        return partial(_one, ICON)
    for rel in rels:
        if rel in _LINK_KINDS:
            return partial(_one, _LINK_KINDS[rel])
    if not {"preload", "prefetch"}.isdisjoint(rels):
        kind = _PRELOADED.get((tag.value("as") or "").strip().lower())
        return partial(_one, kind) if kind is not None else partial(_by_ending, DATA)
    return partial(_one, LINK)


def _script(tag: Tag) -> Rewrite:
    is_module = (tag.value("type") or "").strip().lower() == "module"
    return partial(_one, MODULE if is_module else SCRIPT)


def _input(tag: Tag) -> Rewrite | None:
    is_image = (tag.value("type") or "").strip().lower() == "image"
    return partial(_one, IMAGE) if is_image else None


def _embedded(tag: Tag) -> Rewrite:
    """The rewriting of `embed` or `object`: a document, picture or video by its type or ending."""
    mime = (tag.value("type") or "").strip().lower()
    if mime.startswith("image/") and "svg" not in mime:
        return partial(_one, IMAGE)
    if mime.startswith(("video/", "audio/")):
        return partial(_one, MEDIA)
    return _object


def _object(value: str, see: See) -> str | None:
    kind = kind_by_ending(value, FRAME)
    is_svg = ending_of(value) == ".svg"
    return _one(FRAME if is_svg or kind not in (IMAGE, MEDIA) else kind, value, see)


def _meta(tag: Tag) -> Rewrite | None:
    is_refresh = (tag.value("http-equiv") or "").strip().lower() == "refresh"
    return _refresh if is_refresh else None


_SPECIAL: dict[tuple[str, str], Callable[[Tag], Rewrite | None]] = {
    ("embed", "src"): _embedded,
    ("input", "src"): _input,
    ("link", "href"): _link,
    ("meta", "content"): _meta,
    ("object", "data"): _embedded,
    ("script", "src"): _script,
}


# Forms of values


def _one(kind: str, value: str, see: See) -> str | None:
    address = value.strip()
    is_asked = kind in (LINK, BASE) or not (_TEMPLATE.search(address) or _INLINE.match(address))
    return see(Reference(address, kind)) if address and is_asked else None


def _by_ending(otherwise: str, value: str, see: See) -> str | None:
    return _one(kind_by_ending(value, otherwise), value, see)


def _style(value: str, see: See) -> str | None:
    if not (_CSS_ADDRESS.search(value) or "image-set" in value.lower()):
        return None
    new = rewrite_stylesheet(value, see)
    return new if new != value else None


def _srcset(value: str, see: See) -> str | None:
    """Rewrite a list of pictures with their sizes (HTML standard, 4.8.4.2)."""
    out: list[str] = []
    kept = position = 0
    while position < min(len(value), MAX_SRCSET_CHARS):
        candidate = _CANDIDATE.match(value, position)
        if candidate is None:
            break
        start, position = candidate.span("url")
        address = candidate["url"].rstrip(",")
        if len(address) == len(candidate["url"]):
            comma = value.find(",", position)
            position = comma + 1 if comma >= 0 else len(value)
        if not is_address(address):
            continue
        if (new := see(Reference(address, IMAGE))) is not None:
            out += value[kept:start], new
            kept = start + len(address)
    return "".join(out) + value[kept:] if out else None


def _refresh(value: str, see: See) -> str | None:
    found = _REFRESH.fullmatch(value)
    if found is None or not found["url"].strip():
        return None
    address = found["url"].partition(found["quote"])[0] if found["quote"] else found["url"]
    new = see(Reference(address.strip(), LINK))
    return f"{value[: found.start('quote')]}{new}" if new is not None else None


def _lazy(value: str, see: See, *, is_named: bool) -> str | None:
    """Rewrite a value that scripts use later: an address, a part of a stylesheet, a list, or JSON.

    If the attribute's name is not known to hold pictures, only addresses with a picture's ending
    count.
    """
    stripped = value.strip()
    if stripped[:1] in ("{", "["):
        return _json(stripped, see)
    if _CSS_ADDRESS.search(value):
        return _style(value, see)
    if " " in stripped and ending_of(stripped.split()[0].rstrip(",")) in PICTURE_ENDINGS:
        return _srcset(value, see)
    address = lazy_address(value)
    if address is None or not (is_named or ending_of(address) in PICTURE_ENDINGS):
        return None
    return see(Reference(address, IMAGE))


def _json(value: str, see: See) -> str | None:
    if len(value) > MAX_JSON_CHARS:
        return None
    try:
        given = json.loads(value)
    except (ValueError, RecursionError):
        return None
    changed: list[bool] = []

    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: walk(inner) for key, inner in part.items()}
        if isinstance(part, list):
            return [walk(inner) for inner in part]
        is_picture = isinstance(part, str) and is_address(part)
        if not is_picture or ending_of(part) not in PICTURE_ENDINGS:
            return part
        new = see(Reference(part, IMAGE))
        changed.append(new is not None)
        return part if new is None else new

    try:
        new = walk(given)
    except RecursionError:
        return None
    return json.dumps(new) if any(changed) else None
