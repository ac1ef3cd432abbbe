"""Checks the values of settings before Scrapy reads them, by name and by the kind of the default.

Every source is checked: `-s`, a settings module, a portal's custom_settings, an add-on.
"""

import importlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from archive.database.due import MAX_DAYS
from archive.database.reading import QUERY_VARIABLE
from portal_crawler.portals.scope import HostEntry

OWN = "PORTAL_"
"""All settings whose names begin so are this software's."""

MOST = 10**12
"""The largest number; no size in bytes or time in seconds of a crawl reaches it."""

DAY_S = 86_400
_BOUNDS = {
    "AUTOTHROTTLE_MAX_DELAY": (0, DAY_S),
    "AUTOTHROTTLE_START_DELAY": (0, DAY_S),
    "CONCURRENT_ITEMS": (1, 10_000),
    "CONCURRENT_REQUESTS": (1, 1_000),
    "CONCURRENT_REQUESTS_PER_DOMAIN": (1, 1_000),
    "DNS_TIMEOUT": (1, DAY_S),
    "DOWNLOAD_DELAY": (0, DAY_S),
    "DOWNLOAD_DELAY_JITTER": (0, DAY_S),
    "DOWNLOAD_TIMEOUT": (1, DAY_S),
    "MAIL_PORT": (1, 65_535),
    "PORTAL_ATTACHMENT_TIMEOUT": (1, DAY_S),
    "PORTAL_GIVE_UP_AFTER": (1, 1_000_000),
    "PORTAL_IMPORT_MAX_MB": (1, 10**9),
    "PORTAL_IMPORT_MAX_RATIO": (1, 1_000_000),
    "PORTAL_MAX_DELAY": (0, DAY_S),
    "PORTAL_SLOW_WINDOW": (0, DAY_S),
    "REACTOR_THREADPOOL_MAXSIZE": (1, 1_000),
    "REDIRECT_MAX_TIMES": (0, 1_000),
    "RETRY_TIMES": (0, 1_000),
}
"""Bounds of the numbers for which 0 to MOST is too wide: a wait of more than a day is a mistake,
and with 0 requests at a time nothing would be requested."""

_SWITCH = ("true", "false", "True", "False", "1", "0")
_DAYS = "_DAYS"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_HOSTS = ("PORTAL_REQUISITE_HOSTS", "PORTAL_PRIVATE_HOSTS")
_ONE_LINE = ("PORTAL_CONTACT", "USER_AGENT")
"""Texts that are sent in a header and written into each WARC file's first record."""
_FIXED = ("TWISTED_REACTOR", "TWISTED_REACTOR_ENABLED")
"""Settings that the capture depends on."""
TLS_VERSIONS = ("TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""The names that Scrapy's settings use."""

_CLASS = re.compile(r"\w+(?:\.\w+)*\.[A-Z]\w*")
_SHOWN_CHARS = 40


def setting_fault(name: str, value: object, known: Mapping[str, object]) -> str | None:
    """What is wrong with a setting and what to write, in words; None if it is sound.

    `known` are the defaults by name, including Scrapy's. A name that is missing there belongs to an
    add-on, unless it begins like this software's.
    """
    if name not in known:
        return _unknown(name, known) if name.upper().startswith(OWN) else None
    if name in _HOSTS:
        fault = _no_host(value)
        return f"{name}: {fault}" if fault is not None else None
    wanted = _wanted(name, value, known[name])
    if wanted is None:
        return None
    shown = value if isinstance(value, str) else repr(value)
    return f"{name}={shown[:_SHOWN_CHARS]}: write {wanted}"


def _unknown(name: str, known: Iterable[str]) -> str:
    if name == QUERY_VARIABLE:
        return f"{name} is a variable of the environment; write {name}=SECONDS before the command"
    ours = [each.removeprefix(OWN) for each in known if each.startswith(OWN)]
    near = get_close_matches(name.upper().removeprefix(OWN), ours, n=1, cutoff=0.4)
    hint = f"did you mean {OWN}{near[0]}?" if near else "see portal_crawler/settings.py"
    return f"{name[:_SHOWN_CHARS]}: there is no such setting; {hint}"


def _wanted(name: str, value: object, default: object) -> str | None:
    """The expected value in words; None if the value is such a one."""
    if name in _NAMED:
        return _NAMED[name](value, default)
    if isinstance(default, bool):
        return None if str(value) in _SWITCH else "true or false"
    if isinstance(default, (int, float)):
        return _wanted_number(name, value, float if name.endswith(_DAYS) else type(default))
    if isinstance(default, Mapping):
        return None if isinstance(value, Mapping) or _is_object(value) else "a JSON object"
    if isinstance(default, str) and _CLASS.fullmatch(default):
        return None if _is_class(value) else f"the path of a class, as {default}"
    return None


def _wanted_number(name: str, value: object, kind: type[int] | type[float]) -> str | None:
    least, most = _BOUNDS.get(name, (-MOST if "PRIORITY" in name else 0, MOST))
    most = int(MAX_DAYS) if name.endswith(_DAYS) else most
    if least <= _number(value, kind) <= most:
        return None
    return f"a {'whole ' if kind is int else ''}number from {least} to {most}"


def _number(value: object, kind: type[int] | type[float]) -> float:
    """The number in a value; NaN if it is not one of this kind."""
    try:
        return kind(value if isinstance(value, str) else repr(value))
    except ValueError:
        return math.nan


def _words(value: object) -> list[str]:
    """The entries of a list, as Scrapy's getlist returns them."""
    entries = value.split(",") if isinstance(value, str) else value
    return [str(entry) for entry in entries] if isinstance(entries, (list, tuple, set)) else [""]


def _wanted_level(value: object, default: object) -> str | None:
    del default
    return None if value in _LEVELS else "one of " + ", ".join(_LEVELS)


def _wanted_codes(value: object, default: object) -> str | None:
    del default
    sound = all(100 <= _number(code.strip(), int) <= 599 for code in _words(value))
    return None if sound else "status codes, as 503,504"


def _wanted_kinds(value: object, default: object) -> str | None:
    kinds = _words(default)
    return None if {*_words(value)} <= {"", *kinds} else "some of " + ",".join(kinds)


def _wanted_ages(value: object, default: object) -> str | None:
    del default
    sound = all(0 <= _number(age, float) < MAX_DAYS for age in _words(value))
    return None if sound else "days, as 1,3,7"


def _wanted_tls_version(value: object, default: object) -> str | None:
    return (
        None if value == default or value in TLS_VERSIONS else "one of " + ", ".join(TLS_VERSIONS)
    )


def _wanted_ciphers(value: object, default: object) -> str | None:
    del default
    import ssl  # most commands do not need it

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).set_ciphers(str(value or "DEFAULT"))
    except ssl.SSLError:
        return "ciphers as `openssl ciphers` takes them, as DEFAULT"
    return None


def _no_host(value: object) -> str | None:
    try:
        for entry in filter(str.strip, _words(value)):
            HostEntry.of(entry)
    except ValueError as error:
        return str(error)
    return None


def _wanted_line(value: object, default: object) -> str | None:
    if value is None and default is None:
        return None
    sound = isinstance(value, str) and value.isprintable()
    return None if sound else "one line of text"


def _wanted_same(value: object, default: object) -> str | None:
    sound = str(value).lower() == str(default).lower()
    return None if sound else f"{default}; the capture depends on it"


_NAMED = {
    "LOG_LEVEL": _wanted_level,
    "RETRY_HTTP_CODES": _wanted_codes,
    "DOWNLOADER_CLIENT_TLS_CIPHERS": _wanted_ciphers,
    "DOWNLOAD_TLS_MAX_VERSION": _wanted_tls_version,
    "DOWNLOAD_TLS_MIN_VERSION": _wanted_tls_version,
    "PORTAL_REQUISITE_KINDS": _wanted_kinds,
    "PORTAL_REVISIT_DAYS": _wanted_ages,
    **dict.fromkeys(_ONE_LINE, _wanted_line),
    **dict.fromkeys(_FIXED, _wanted_same),
}


def _is_object(value: object) -> bool:
    if not isinstance(value, (str, bytes, bytearray)):
        return False
    try:
        return isinstance(json.loads(value), dict)
    except (ValueError, RecursionError):
        return False


def _is_class(value: object) -> bool:
    if not isinstance(value, str):
        return isinstance(value, type)
    module, _, name = value.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), name)
    except (ImportError, ValueError):
        return False
