"""Options that several commands take."""

import argparse
import re
from collections.abc import Iterable
from datetime import date

from archive.filesystem.disk_space import MB
from archive.imports.limits import ImportLimits
from portal_crawler.portals.registry import parsed_settings, project_settings

MOST_JOBS = 64
"""Processes that one command starts at most."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def reserve_bytes(settings: Iterable[str]) -> int:
    """Bytes that must stay free on the archive's disk; `settings` are values of `-s`."""
    given = project_settings(parsed_settings(settings))
    return given.getint("PORTAL_DISK_RESERVE_MB") * MB


def contact(settings: Iterable[str]) -> str:
    """Who is responsible, according to PORTAL_CONTACT; else `unknown`."""
    given = project_settings(parsed_settings(settings)).get("PORTAL_CONTACT")
    return " ".join(str(given or "").split()) or "unknown"


def import_limits(settings: Iterable[str]) -> ImportLimits:
    """The limits to which an imported file may unpack."""
    given = project_settings(parsed_settings(settings))
    return ImportLimits(
        max_ratio=given.getint("PORTAL_IMPORT_MAX_RATIO"),
        max_bytes=given.getint("PORTAL_IMPORT_MAX_MB") * MB,
    )


def positive(text: str) -> int:
    """The type of an option that takes a count; raises ArgumentTypeError."""
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: write a whole number, at least 1")
    return int(text)


def jobs(text: str) -> int:
    """The type of `--jobs`, a number of processes; raises ArgumentTypeError."""
    number = positive(text)
    if number > MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text}: at most {MOST_JOBS}")
    return number


def day(text: str) -> str:
    """The type of an option that takes a day; raises ArgumentTypeError."""
    if not _DATE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text}: write it as YYYY-MM-DD")
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: there is no such day") from error
    return text
