"""The addresses of an article's videos."""

import re
from urllib.parse import urlsplit

from lxml import etree

from portal_crawler.cleaning.page.lazy_pictures import LAZY_ATTRIBUTES

PLAYER_TAGS = frozenset(("video", "iframe", "embed", "object"))

_PLAYERS = re.compile(
    r"(?:^|\.)(?:youtube\.com|youtube-nocookie\.com|youtu\.be|vimeo\.com|dailymotion\.com"
    r"|tiktok\.com|sohatv\.vn|vcplayer\.mediacdn\.vn)$"
)
"""Hosts whose frames show videos. The last two are VCCorp's own."""
_FACEBOOK_VIDEO = re.compile(r"/plugins/video|/video/embed")
_VIDEO_FILE = re.compile(r"\.(?:mp4|m4v|webm|ogv|mov|flv|wmv|m3u8)$", re.IGNORECASE)
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+/")

_ADDRESS_ATTRIBUTES = ("src", *LAZY_ATTRIBUTES, "data")


def video_address(element: etree._Element) -> str | None:
    """The address that a player or a VCCorp video box names, as in the page; None if it shows no
    video."""
    if element.tag in PLAYER_TAGS:
        return next((found for found in _addresses(element) if _is_video(element, found)), None)
    if element.get("type") == "VideoStream":
        # A player inside the box is found by itself.
        if next(element.iterdescendants("video", "iframe"), None) is not None:
            return None
        return _boxed(element)
    return None


def _addresses(player: etree._Element) -> list[str]:
    sources = [player, *player.iterdescendants("source", "embed")]
    sources += [part for part in player.iterdescendants("param") if part.get("name") == "movie"]
    names = (*_ADDRESS_ATTRIBUTES, "value")
    found = [(source.get(name) or "").strip() for source in sources for name in names]
    return [address for address in found if address and not address.startswith(("data:", "blob:"))]


def _is_video(player: etree._Element, address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if player.tag == "video" or _VIDEO_FILE.search(parts.path) or _PLAYERS.search(host):
        return True
    return host.endswith("facebook.com") and bool(_FACEBOOK_VIDEO.search(parts.path))


def _boxed(box: etree._Element) -> str | None:
    """The address that VCCorp's editor sets on the box: its player's, else the file's."""
    for name in ("data-src", "data-vid", "data-file"):
        address = (box.get(name) or "").strip()
        if address:
            return f"https://{address}" if _BARE_HOST.match(address) else address
    return None
