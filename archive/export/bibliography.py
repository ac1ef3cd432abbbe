"""Articles as entries of a bibliography: BibLaTeX, RIS and CSL-JSON. Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.citation import place_in_words
from archive.export.found_articles import Row

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What an entry says about an article, each a line of text."""

    ref: str
    title: str
    author: str | None
    """The byline; None if the article has none, and the department is its author."""
    department: str
    published: str | None
    """`YYYY-MM-DD`."""
    captured: str | None
    """The day, in UTC."""
    url: str
    language: str | None
    note: str

    @property
    def named_author(self) -> str:
        """The byline, else the department."""
        return self.author or self.department


def _reference(row: Row) -> Reference:
    return Reference(
        ref=_line(row["ref"]),
        title=_line(row["title"]),
        author=_line(row["author"]) or None,
        department=_line(row["portal_title"]) or _line(row["portal"]),
        published=_day(row["published_at"]),
        captured=_day(row["captured_at"]),
        url=_line(row["url"]),
        language=_line(row["language"]) or None,
        note=_line(f"Archived as {row['ref']}, {place_in_words(row)}"),
    )


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _day(moment: str | None) -> str | None:
    found = _DAY.match(moment or "")
    return found[0] if found else None


_TEX: dict[str, str | int | None] = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
"""A brace is named, since parsers of BibTeX count braces whatever stands before them."""
_IN_ADDRESSES: dict[str, str | int | None] = {"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"}
"""An address is read as it stands, but its braces count."""
_LANGUAGES = {"vi": "vietnamese", "en": "english"}
_UNSAFE_IN_KEYS = re.compile(r"[^A-Za-z0-9._-]")


def bibtex(rows: Iterable[Row]) -> Iterator[str]:
    """An entry of BibLaTeX, in UTF-8, for each row. Its key is made of `ref` alone."""
    for entry in map(_reference, rows):
        fields = {
            "title": f"{{{_tex(entry.title)}}}",
            "author": f"{{{_tex(entry.named_author)}}}",
            "organization": f"{{{_tex(entry.department)}}}",
            "date": entry.published,
            "url": entry.url.translate(str.maketrans(_IN_ADDRESSES)),
            "urldate": entry.captured,
            "langid": _LANGUAGES.get(entry.language or ""),
            "note": _tex(entry.note),
        }
        written = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        yield f"@online{{{_bibtex_key(entry.ref)},\n{written}}}\n\n"


def _tex(text: str) -> str:
    return text.translate(str.maketrans(_TEX))


def _bibtex_key(ref: str) -> str:
    """A key that no other `ref` gets: a letter that no key may have is `+` and its bytes."""
    portal, _, key = ref.partition("/")
    return f"{_safe(portal)}:{_safe(key)}"


def _safe(text: str) -> str:
    return _UNSAFE_IN_KEYS.sub(lambda found: f"+{found[0].encode().hex()}", text)


def ris(rows: Iterable[Row]) -> Iterator[str]:
    """An entry of type ELEC, in UTF-8 with CRLF, for each row."""
    for entry in map(_reference, rows):
        fields = {
            "TY": "ELEC",
            "ID": entry.ref,
            "TI": entry.title,
            "AU": entry.named_author,
            "PB": entry.department,
            "PY": entry.published and entry.published[:4],
            "DA": entry.published and _with_slashes(entry.published),
            "UR": entry.url,
            "Y2": entry.captured and _with_slashes(entry.captured),
            "LA": entry.language,
            "N1": entry.note,
        }
        written = "".join(f"{tag}  - {value}\r\n" for tag, value in fields.items() if value)
        yield f"{written}ER  - \r\n\r\n"


def _with_slashes(day: str) -> str:
    """Year, month, day, and nothing else, as RIS writes a date."""
    return day.replace("-", "/") + "/"


def csl(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON array with an item of CSL for each row, a line each."""
    separator = "[\n"
    for entry in map(_reference, rows):
        item = {
            "id": entry.ref,
            "type": "webpage",
            "title": entry.title,
            "author": [{"literal": entry.named_author}],
            "container-title": entry.department,
            "publisher": entry.department,
            "issued": entry.published and _parts(entry.published),
            "accessed": entry.captured and _parts(entry.captured),
            "URL": entry.url,
            "language": entry.language,
            "note": entry.note,
        }
        given = {name: value for name, value in item.items() if value}
        yield separator + json.dumps(given, ensure_ascii=False)
        separator = ",\n"
    yield "\n]\n" if separator == ",\n" else "[]\n"


def _parts(day: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in day.split("-")]]}
