"""The key in an article's address, on sites of which nothing is known. Pure.

In this order: a GUID; a module and number; the last number of the path; a number that a parameter
or a part of the path names; else the path. Two articles must never have one key, which is worse
than two keys of one article. A short number that ends or begins a slug may belong to the headline:
`numbered_rows` recognizes it as an id only if the rows of a listing have one.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from portal_crawler.cleaning.listings.article_addresses import (
    KNOWN_ADDRESSES,
    ArticleAddress,
    article_address,
)
from portal_crawler.cleaning.listings.no_articles import (
    is_category,
    is_never_article,
    is_section,
    names_category,
)

LEAST_SLUG_WORDS = 4
"""The slug of a headline has more words, the name of a section fewer."""

LONG_DIGITS = 5
"""A number with so many digits is an id; one with fewer may be a year or stand in a headline."""

_GUID = re.compile(
    r"(?<![0-9a-f])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])"
    r"|(?<![0-9a-f])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{24}(?![0-9a-f])"
)
"""A GUID with or without hyphens, or an ObjectId of MongoDB."""

_ID_NAME = re.compile(
    r"(?:news|article|tin|tintuc|baiviet|bai|post|content|story|entry|detail|record|blog)_?id"
    r"|id_?(?:news|article|tin|tintuc|baiviet|bai|post|content|story|item)"
    r"|nid|sid|aid|ddocname|urile|matin|matintuc"
)
"""Names in lower case of parameters, and of segments before an id, that say whose id it is."""
_VAGUE_ID_NAMES = ("id", "itemid")
"""In Joomla `Itemid` is the entry of the menu, and `id` the article's."""

_FRONT_PAGES = ("", "index", "default", "home", "main", "modules")
_MODULE_NAMES = (
    "nv", "module", "mod", "option", "component", "name", "page", "view", "act", "action", "do",
    "func", "file", "cmd", "type", "controller", "m", "op", "p", "go",
)  # fmt: skip
"""Parameters by which one script shows different kinds of pages: an id counts within its kind."""
_WORD = re.compile(r"[A-Za-z][\w./-]*")

_NUKEVIET_MODULES = ("news", "videos", "video", "video-clip", "video-clips")
_LAST_NUMBER = re.compile(r".+-(\d{1,19})")
_LEADING_NUMBER = re.compile(r"(\d{1,4})-[^\d-].*")

_ARTICLE_FOLDERS = frozenset((
    "-", "w", "bai-viet", "baiviet", "chi-tiet", "chitiet", "chi-tiet-tin", "post", "posts",
    "article", "articles", "detail", "details", "content", "node", "view", "xem", "tin", "entry",
))  # fmt: skip
"""Segments before the slug or number of an article."""
_PORTLETS = ("categories", "search", "document_library", "blogs", "login", "calendar", "wiki")
"""Pages of Liferay behind `/-/` that are not articles."""
_NO_ID_FOLDERS = frozenset(("tabid", "mid", "year", "nam", "thang", "ngay", "date", "lich"))

_OF_THE_VISIT = re.compile(
    r"utm_.*|fbclid|gclid|zarsrc|ref|source|redirect|return(?:url)?|.*_cur|page|start|cur|tabid|mid|"
    r"itemid|language|lang|v|ver|t|ts|_|rand|time|keywords?|q"
)
"""Parameters that say how a reader came to a page, and not which page it is."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH_OR_DAY = re.compile(r"\d{1,2}")
_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?"
    r"|(?:(?:0[1-9]|[12]\d|3[01]))?(?:0[1-9]|1[0-2])(?:19|20)\d\d"
)
"""A day or month in digits: it is no id, as many articles can have it."""
_WORDS = re.compile(r"[-_+]|%20")


@lru_cache(maxsize=KNOWN_ADDRESSES)
def article_key(url: str) -> str | None:
    """The key in an article's address; None if it cannot be one, or does not look like one.

    The same for all spellings: scheme, host, session id, fragment, case, percent-encoding and the
    order of parameters do not count.
    """
    address = article_address(url)
    if address is None or is_never_article(address):
        return None
    return next((key for rule in _RULES if (key := rule(address))), None)


def listed_key(url: str) -> str | None:
    """The key of an address that stands among the headlines of a listing: it may be shorter.

    None if it cannot be an article's.
    """
    if (key := article_key(url)) is not None:
        return key
    address = article_address(url)
    if address is None or is_never_article(address) or not address.last:
        return None
    return None if address.last in _FRONT_PAGES else _path_key(address)


def is_path(key: str) -> bool:
    """Whether a key is a path, as of an address without an id: it may be a section's, too."""
    return key.startswith("/") and "?" not in key


def slug_words(address: ArticleAddress) -> list[str]:
    """The words of the last part of a path."""
    return [word for word in _WORDS.split(address.last) if word]


# GUID


def _by_guid(address: ArticleAddress) -> str | None:
    for name, value in address.parameters:
        if _names_id(name) and (found := _GUID.fullmatch(value.strip("{}").lower())):
            return found[0]
    for before, part in _pairs(address):
        is_named = _names_id(before) or before in _ARTICLE_FOLDERS
        if (is_named or part == address.last) and (found := _GUID.search(part)):
            return found[0]
    return None


def _pairs(address: ArticleAddress) -> Iterator[tuple[str, str]]:
    """The segments of the path from the last to the first, each with the one before it."""
    parts = address.segments
    return reversed(list(zip(("", *parts), parts, strict=False)))


def _names_id(name: str) -> bool:
    return name in _VAGUE_ID_NAMES or bool(_ID_NAME.fullmatch(name))


# Module and number


def _by_module(address: ArticleAddress) -> str | None:
    """The key of an article of NukeViet, whose numbers count within a module and language."""
    folders = address.folders
    if module := address.value("nv"):
        place = address.value("op").rstrip("/").removesuffix(".html")
        number = _LAST_NUMBER.fullmatch(place.rpartition("/")[2])
        found = number[1] if number else address.value("id")
        return _scoped(address, (module.lower(), found)) if found.isdecimal() else None
    is_path = len(folders) > 1 and folders[0] in _NUKEVIET_MODULES and address.has_ending
    number = _LAST_NUMBER.fullmatch(address.last) if is_path else None
    if number is None or len(number[1]) >= LONG_DIGITS or _YEAR.fullmatch(number[1]):
        return None
    return _scoped(address, (folders[0], number[1]))


def _scoped(address: ArticleAddress, parts: tuple[str, ...]) -> str:
    """Vietnamese is the language of addresses without one."""
    return "/".join(part for part in (address.language, *parts) if part)


# The last number of the path


def _by_long_number(address: ArticleAddress) -> str | None:
    """An id at the end of the last segment, or at its beginning. A number between words is none."""
    parts = re.split(r"[-_.]+", address.last.strip("-_."))
    at_end: list[str] = []
    for part in reversed(parts):
        if not part.removeprefix("id").isdecimal():
            break
        at_end.append(part.removeprefix("id"))
    headline_begins = parts[0].endswith("000")  # `10000-nguoi-tham-du`
    leading = () if headline_begins else (parts[0],)
    return next((part for part in (*at_end, *leading) if _is_id(part)), None)


def _is_id(part: str) -> bool:
    return part.isdecimal() and LONG_DIGITS <= len(part) <= 19 and not _DATE.fullmatch(part)


def _by_short_number(address: ArticleAddress) -> str | None:
    """Folders and number of `/node/4567`; of `/thong-bao-45.html` the path, as the number may
    belong to the headline."""
    if is_category(address):
        return None
    before = address.folders[-1] if address.folders else ""
    if address.last.isdecimal():
        is_year = bool(_YEAR.fullmatch(address.last)) and before not in _ARTICLE_FOLDERS
        if is_year or not before or before.isdecimal() or before in _NO_ID_FOLDERS:
            return None
        return _scoped(address, (*address.folders, address.last))
    return _by_number_of_slug(address, before)


def _by_number_of_slug(address: ArticleAddress, before: str) -> str | None:
    """`/slug-45.html`, `/tin-tuc/45-slug` and `/tin-tuc/45/slug`."""
    if before and (leading := _LEADING_NUMBER.fullmatch(address.last)):
        is_id = "index.php" in address.segments and len(leading[1]) > 2 and int(leading[1]) % 100
        # Joomla puts the id before the slug; `100-nam-ngay-sinh` is a headline
        return _scoped(address, (*address.folders, leading[1])) if is_id else address.path
    number = _LAST_NUMBER.fullmatch(address.last)
    if number is not None and not _YEAR.fullmatch(number[1]):
        return address.path if address.has_ending or len(number[1]) > 2 else None
    *_, earlier, folder = ("", "", *address.folders)
    is_id = folder.isdecimal() and not earlier.isdecimal() and not _YEAR.fullmatch(folder)
    return address.path if is_id and earlier and earlier not in _NO_ID_FOLDERS else None


# A number with a name


def _by_parameter(address: ArticleAddress) -> str | None:
    name = next(
        (name for name, value in address.parameters if value and _ID_NAME.fullmatch(name)), ""
    )
    if not name and not names_category(address):
        name = next((name for name in _VAGUE_ID_NAMES if address.value(name)), "")
    if not name:
        return _by_unnamed_parameter(address)
    value = address.value(name)
    if re.fullmatch(r"\d+:.*", value):  # Joomla writes the slug behind the id
        value = value.partition(":")[0]
    kinds = ""
    if address.last in _FRONT_PAGES:
        words = ((kind, address.value(kind)) for kind in _MODULE_NAMES)
        kinds = "".join(f"{kind}={word}&" for kind, word in words if _WORD.fullmatch(word))
    return f"{address.path or '/'}?{kinds}{name}={value}"


def _by_unnamed_parameter(address: ArticleAddress) -> str | None:
    """WordPress's `/?p=1234`, and Liferay's `/-/asset_publisher//content/slug?1234`."""
    number = address.value("p")
    if address.path in ("", "/index") and number.isdecimal():
        return f"/?p={number}"
    if "asset_publisher" in address.segments and address.bare_query.isdecimal():
        return f"{address.path}?{address.bare_query}"
    return None


def _by_named_segment(address: ArticleAddress) -> str | None:
    """`/tabid/99/newsid/45/Default.aspx` of DNN, `/content/id/45` of Liferay."""
    for at in range(len(address.segments) - 1, 0, -1):
        name, value = address.segments[at - 1 : at + 1]
        if not value.isdecimal():
            continue
        if _ID_NAME.fullmatch(name):
            return f"{name}/{value}"
        if name in _VAGUE_ID_NAMES:
            return "/".join(address.segments[: at + 1])
    return None


# The path


def _by_path(address: ArticleAddress) -> str | None:
    if is_category(address) or is_section(address) or not address.last:
        return None
    folders = address.segments[:-1]
    before = folders[-1] if folders else ""
    if before in _ARTICLE_FOLDERS and address.last not in _PORTLETS:
        return _path_key(address)
    if _is_day(folders) and not address.last.isdecimal():
        return _path_key(address)
    return _path_key(address) if len(slug_words(address)) >= LEAST_SLUG_WORDS else None


def _path_key(address: ArticleAddress) -> str:
    """The path; of a program with what its query shows, because its path is that of all pages."""
    if not address.is_script:
        return address.path
    said = [
        f"{name}={value}"
        for name, value in address.parameters
        if any(map(str.isdigit, value)) and not _OF_THE_VISIT.fullmatch(name)
    ]
    if address.bare_query.isdecimal():
        said.append(address.bare_query)
    return f"{address.path}?{'&'.join(said)}" if said else address.path


def _is_day(folders: tuple[str, ...]) -> bool:
    """Whether folders end in a year and month, and perhaps a day, as WordPress's do."""
    for length in (2, 3):
        year, *others = folders[-length:] or ("",)
        if len(others) == length - 1 and _YEAR.fullmatch(year):
            return all(map(_MONTH_OR_DAY.fullmatch, others))
    return False


_RULES = (
    _by_guid,
    _by_module,
    _by_long_number,
    _by_parameter,
    _by_named_segment,
    _by_short_number,
    _by_path,
)
