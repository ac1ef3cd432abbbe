"""Reads the headers of records as others write them. Pure.

Versions from 0.17 on, lines that end with LF alone or go on in the next one, names in any case,
letters that are no UTF-8, moments of any precision: none of that is damage.
"""

import re
from datetime import UTC, datetime
from urllib.parse import quote, quote_from_bytes

from archive.moments import EARLIEST_CAPTURE, LATEST_CAPTURE
from archive.warc.record_facts import RecordFacts

START = re.compile(rb"WARC/\d{1,2}\.\d{1,2}[ \t]*\r?\n", re.IGNORECASE)
"""The first line of a record."""

NEXT_START = re.compile(
    rb"WARC/\d{1,2}\.\d{1,2}[ \t]*\r?\n[ \t]*[A-Za-z][\w-]*[ \t]*:", re.IGNORECASE
)
"""A record in the midst of others' bytes, if need be of a line: what is cut has no line end. Pages
that tell of WARC files have the word, too."""

MOST_START_BYTES = 128
"""The longest text that NEXT_START matches, in bytes."""

HEADER_END = re.compile(rb"\r?\n\r?\n")

LEADING = b"\xef\xbb\xbf\r\n\0"
"""Before a record, or between two, these mean nothing: a byte order mark, line ends, padding."""

_FOLDED = re.compile(r"[ \t]*\r?\n[ \t]+")
"""A line that begins with white space goes on with the one before (WARC 1.1 §4)."""

_URI_FIELDS = ("warc-target-uri", "warc-refers-to-target-uri")
_MOMENT = re.compile(
    r"(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[Tt ]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]?(\d*))?)?)?)?)?"
    r"[ ]?(Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_FIRST_MOMENT = (0, 1, 1, 0, 0, 0)
"""From year to second: the parts that stand in for those that a date does not name."""

_SOUND_ADDRESS = re.compile(r"[!-;=?A-Z\[-~]*")
"""Most addresses: ASCII without blanks, brackets of markup and users' names."""

_USER = re.compile(r"(?<=://)[^/?#]*@")
WEB = ("http", "https")


def foreign_facts(header: bytes) -> RecordFacts:
    """The facts of a header, given without its blank line. WARC-Type comes in lower case."""
    try:
        text = header.decode()
    except UnicodeDecodeError:
        text = "\n".join(map(_decoded, header.split(b"\n")))
    first_line, *lines = _FOLDED.sub(" ", text).split("\n")
    fields, odd = [], []
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon and name:
            value = value.strip()
            fields.append((name, value.lower() if name == "warc-type" else value))
        elif name:
            odd.append(line)
    return RecordFacts(first_line=first_line.strip(), fields=tuple(fields), odd_lines=tuple(odd))


def _decoded(line: bytes) -> str:
    """A line that may be no UTF-8; an address in it is as it went over the wire."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        name, colon, value = line.partition(b":")
        text = name.decode("latin-1")
        is_address = text.strip().lower() in _URI_FIELDS
        value_text = _of_bytes(value.strip()) if is_address else value.decode("latin-1")
        return text + colon.decode() + value_text


def decoded_address(address: bytes) -> str:
    """An address; where its letters are no UTF-8 as it went over the wire."""
    try:
        return address.decode()
    except UnicodeDecodeError:
        return _of_bytes(address)


def _of_bytes(address: bytes) -> str:
    return quote_from_bytes(address, safe=bytes(range(0x21, 0x7F)).decode())


def web_address(given: str) -> str:
    """An address as rows have it.

    Brackets of old writers and names of users, with their passwords, are left out; blanks and what
    acts on a terminal or ends a line are percent-encoded.
    """
    if _SOUND_ADDRESS.fullmatch(given):
        return given
    address = given.strip().removeprefix("<").removesuffix(">").strip()
    address = _USER.sub("", address, count=1)
    return "".join(
        letter if letter.isprintable() and letter != " " else quote(letter, safe="")
        for letter in address
    )


def is_on_the_web(address: str) -> bool:
    """Whether an address is http or https, even if no request can be made for it."""
    scheme, colon, rest = address.partition("://")
    return bool(colon and rest) and scheme.lower() in WEB


def foreign_moment(given: str) -> datetime | None:
    """The moment that a date names; None if it is not a date at which there was a web.

    Of `2016` and `2016-11` it is the first second, of more than seconds the second.
    """
    found = _MOMENT.fullmatch(given.strip())
    if found is None:
        return None
    *numbers, fraction, zone = found.groups()
    given_or = zip(numbers, _FIRST_MOMENT, strict=True)
    year, month, day, hour, minute, second = (int(one or first) for one, first in given_or)
    microsecond = int((fraction or "")[:6].ljust(6, "0"))
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), microsecond, tzinfo=UTC)
        if zone and zone.upper() != "Z":
            moment = moment.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST_CAPTURE <= moment < LATEST_CAPTURE else None
