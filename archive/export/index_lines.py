"""The lines of an index over all files of an archive, from the rows of its captures."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.export.sent_forms import SentForms
from archive.models import WarcPlace
from archive.warc.cdxj import REVISIT_MIME, index_line, is_indexed
from archive.warc.sent_requests import SentForm

PLACED = (
    "SELECT c.id, c.url, c.request_digest, c.fetched_at, c.mime, c.status, c.payload_digest,"
    " c.warc_file, c.warc_offset, c.warc_length, o.id AS original, o.mime AS original_mime,"
    " o.status AS original_status,"
    " o.warc_file AS original_file, o.warc_offset AS original_offset,"
    " o.warc_length AS original_length"
    " FROM captures c LEFT JOIN captures o ON o.id = c.revisit_of"
)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A capture as a line of an index."""

    url: str
    fetched_at: str
    mime: str | None
    status: int
    digest: str | None
    place: WarcPlace
    form: SentForm | None = None
    """The form that was answered; None for a GET."""

    def line(self, place: WarcPlace | None = None) -> str:
        """The line, for the record at its own place or at another one."""
        there = place or self.place
        return index_line(
            url=self.url,
            date=self.fetched_at,
            mime=self.mime,
            status=self.status,
            digest=self.digest,
            length=there.length,
            offset=there.offset,
            filename=there.file,
            form=self.form,
        )


def every_night(connection: sqlite3.Connection, forms: SentForms) -> Iterator[Indexed]:
    """The lines of all captures; a 304 keeps its date and leads to the answer that it repeats.

    This is for players whose calendar shows each crawl. ReplayWeb.page refuses such lines, because
    it compares the date of a line with that of its record.
    """
    for row in filter(_is_line, connection.execute(PLACED)):
        if _has_answer(row):
            yield _own(row, forms)
        elif row["original_status"] is not None:
            yield Indexed(
                url=row["url"],
                fetched_at=row["fetched_at"],
                mime=row["original_mime"],
                status=row["original_status"],
                digest=row["payload_digest"],
                place=WarcPlace(
                    row["original_file"], row["original_offset"], row["original_length"]
                ),
                form=forms.of(row),
            )


def own_line(row: sqlite3.Row, forms: SentForms) -> Indexed | None:
    """The line of a row of PLACED at its own place; None for a 304, which has no line."""
    return _own(row, forms) if _has_answer(row) and _is_line(row) else None


def _has_answer(row: sqlite3.Row) -> bool:
    """Whether a player can show a capture's record: not a 304, and not a record without HTTP."""
    return row["status"] is not None and is_indexed(row["status"])


def _is_line(row: sqlite3.Row) -> bool:
    """Whether the address has no blank, which would split the line; only imported ones may."""
    return len(row["url"].split()) == 1


def _own(row: sqlite3.Row, forms: SentForms) -> Indexed:
    return Indexed(
        url=row["url"],
        fetched_at=row["fetched_at"],
        mime=REVISIT_MIME if row["original"] is not None else row["mime"],
        status=row["status"],
        digest=row["payload_digest"],
        place=WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"]),
        form=forms.of(row),
    )
