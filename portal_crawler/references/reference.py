"""An address that a page, stylesheet or script names. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

STYLE, SCRIPT, MODULE, IMAGE, ICON, FONT = "style", "script", "module", "image", "icon", "font"
FRAME, MEDIA, MANIFEST, DATA = "frame", "media", "manifest", "data"
LINK, BASE = "link", "base"


@dataclass(frozen=True, slots=True)
class Reference:
    """An address with character references and escapes resolved."""

    address: str
    """The address as the page writes it, relative or absolute."""
    kind: str
    """Why the page names it: one of the constants of this module. A reader follows a `link`; a
    `base` is the address that relative ones start from; a browser loads the others."""


See = Callable[[Reference], str | None]
"""Receives each reference in order and returns its replacement; None keeps the reference."""

_FONT_ENDINGS = (".woff", ".woff2", ".ttf", ".otf", ".eot")
PICTURE_ENDINGS = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".avif", ".svg", ".bmp", ".ico",
    ".tif", ".tiff",
)  # fmt: skip
_ENDINGS = {
    **dict.fromkeys(_FONT_ENDINGS, FONT),
    **dict.fromkeys(PICTURE_ENDINGS, IMAGE),
    **dict.fromkeys((".mp4", ".webm", ".ogv", ".mp3", ".ogg", ".m4a", ".wav", ".vtt"), MEDIA),
    **dict.fromkeys((".js", ".mjs"), SCRIPT),
    **dict.fromkeys((".htm", ".html"), FRAME),
    ".css": STYLE,
}


def ending_of(address: str) -> str:
    """The ending of an address's path with its dot, in lower case; empty if there is none."""
    path = address.partition("#")[0].partition("?")[0]
    name = path.rpartition("/")[2]
    return f".{name.rpartition('.')[2].strip().lower()}" if "." in name else ""


def kind_by_ending(address: str, otherwise: str) -> str:
    """The kind that the ending of an address suggests."""
    return _ENDINGS.get(ending_of(address), otherwise)
