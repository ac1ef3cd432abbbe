"""What `-s NAME=VALUE` may say, by the kind of the setting's default; Scrapy reads it too late."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from archive.database.due import MAX_DAYS
from portal_crawler.errors import UsageError

MOST = 10**12
"""Of a number: more than any size in bytes, or time in seconds, that a crawl can come to."""
_STATUS_CODES = re.compile(r"[1-5][0-9]{2}(?:, ?[1-5][0-9]{2})*")
_SWITCH = ("true", "false", "True", "False", "1", "0")
_DAYS = "_DAYS"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def check_value(name: str, value: str, default: Any) -> None:
    """Raise UsageError where it is no value of a setting; one without a default may be anything."""
    wanted = _wanted(name, value, default)
    if wanted is not None:
        raise UsageError(f"-s {name}={value[:40]}: write {wanted}")


def _wanted(name: str, value: str, default: Any) -> str | None:
    """In words, what it ought to be; None where it is that."""
    if name == "LOG_LEVEL":
        return None if value in _LEVELS else "one of " + ", ".join(_LEVELS)
    if isinstance(default, bool):
        return None if value in _SWITCH else "true or false"
    if isinstance(default, (int, float)):
        return _wanted_number(name, value, float if name.endswith(_DAYS) else type(default))
    if isinstance(default, Mapping):
        return None if _is_object(value) else "a JSON object"
    if name == "RETRY_HTTP_CODES":
        return None if _STATUS_CODES.fullmatch(value) else "status codes, as 503,504"
    if name == "PORTAL_REQUISITE_KINDS":
        return None if set(value.split(",")) <= {"", *default} else "some of " + ",".join(default)
    return None


def _wanted_number(name: str, value: str, kind: type[int] | type[float]) -> str | None:
    least = -MOST if "PRIORITY" in name else 0
    most = MAX_DAYS if name.endswith(_DAYS) else MOST
    try:
        number: float = kind(value)
    except ValueError:
        number = math.nan
    if least <= number <= most:
        return None
    return f"a {'whole ' if kind is int else ''}number from {least} to {most:.0f}"


def _is_object(value: str) -> bool:
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False
