"""Makes any number of a portal's rows by SQL, like years of crawls."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, fields
from datetime import UTC, datetime, timedelta
from itertools import chain

from archive.database.article_rows import content_hash
from archive.database.schema import fill_search_index
from archive.layout import article_id, derived_id
from archive.models import Article, Capture, PortalEntry, Run
from archive.moments import utc_text

PORTAL = "long"
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
A_DAY = 27
"""Articles a day: 100,000 are ten years of a busy portal."""

A_RUN = 1_000
"""Articles to a run."""

WORDS = 20_000
"""Words of the made-up vocabulary; real departments' news has about ten thousand."""

BODY_WORDS = 250
"""A department's article has 2,800 characters; half of that keeps a million in 5 GB."""

_SYLLABLES = (
    "chuyển", "đổi", "số", "sở", "thông", "tin", "truyền", "ủy", "ban", "nhân", "dân", "tỉnh",
    "thành", "phố", "quyết", "định", "hội", "nghị", "triển", "khai", "công", "nghệ",
)  # fmt: skip


def entry() -> PortalEntry:
    """The portal's row."""
    return PortalEntry(
        name=PORTAL, title="Sở Dài", platform="long", province=None, home="http://long.test/"
    )


def run_of(number: int) -> Run:
    """The run that an article of that number was first had by."""
    serial = number // A_RUN + 1
    begun = utc_text(_moment(number // A_RUN * A_RUN))
    return Run(
        id=serial, portal=PORTAL, started_at=begun, finished_at=begun, outcome="complete",
        listed=A_RUN, articles_new=A_RUN, requests=A_RUN, swept=int(serial == 1), walked=1,
    )  # fmt: skip


def _moment(number: int) -> datetime:
    """When an article was published: those of the highest numbers lately."""
    return NEWEST + timedelta(days=(number - 1_000_000) / A_DAY)


def capture_of(number: int) -> Capture:
    """The capture of an article's page."""
    record = f"<urn:uuid:{number:032x}>"
    return Capture(
        id=derived_id("capture", record),
        record_id=record,
        run_id=run_of(number).id,
        portal=PORTAL,
        url=f"http://long.test/tin/{number}",
        fetched_at=utc_text(_moment(number) + timedelta(hours=5)),
        status=200,
        mime="text/html",
        role="article",
        key=str(number),
        section="tin-tuc",
        warc_file=f"warc/{PORTAL}/{PORTAL}-{number // A_RUN:06}.warc.gz",
        warc_offset=number % A_RUN * 20_000,
        warc_length=20_000,
        payload_digest=digest_of(number),
    )


def digest_of(number: int) -> str:
    """The payload digest of an article's page: 160 bits in base32, as WARC has it."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "sha1:" + "".join(random.Random(number).choices(alphabet, k=32))


def article_of(number: int) -> Article:
    """The values of the page."""
    drawn = random.Random(number)
    words = [_word(drawn) for _ in range(BODY_WORDS)]
    return Article(
        url=f"http://long.test/tin/{number}",
        title=" ".join(words[:12]).capitalize(),
        lead=" ".join(words[12:40]),
        body=" ".join(words[40:]),
        published_at=_moment(number).isoformat(timespec="seconds"),
        language="vi",
    )


def _word(drawn: random.Random) -> str:
    """A frequent syllable, or a rare one: few words make most of a text."""
    rank = int(drawn.paretovariate(0.7))
    return _SYLLABLES[rank - 1] if rank <= len(_SYLLABLES) else f"từ{rank % WORDS}"


def fill(connection: sqlite3.Connection, begin: int, end: int) -> None:
    """Insert the rows of articles `begin` to `end` - 1; their search index at once, at the end."""
    triggers = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'articles'"
    ).fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    numbers = range(begin, end)
    _insert(connection, "portals", iter([entry()]))
    _insert(connection, "runs", map(run_of, numbers[::A_RUN]))
    _insert(connection, "captures", map(capture_of, numbers))
    connection.executemany(
        "INSERT INTO articles (id, portal, key, url, title, lead, body, published_at,"
        " first_seen_at, last_seen_at, version, capture_id, problems, language)"
        " VALUES (?, 'long', ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, '[]', 'vi')",
        _article_rows(numbers),
    )
    connection.executemany(
        "INSERT INTO article_versions (article_id, version, seen_at, capture_id, content_hash,"
        " title, lead, body, published_at)"
        " SELECT id, 1, first_seen_at, capture_id, ?, title, lead, body, published_at"
        " FROM articles WHERE id = ?",
        ((content_hash(article_of(number)), article_id(PORTAL, str(number))) for number in numbers),
    )
    connection.execute(
        "INSERT OR IGNORE INTO sightings SELECT id, portal, key, 'tin-tuc', url, 1, title,"
        " substr(published_at, 1, 10), first_seen_at, last_seen_at, capture_id FROM articles"
    )
    connection.commit()
    fill_search_index(connection)


def _insert(
    connection: sqlite3.Connection, table: str, rows: Iterator[PortalEntry | Run | Capture]
) -> None:
    first = next(rows)
    names = tuple(field.name for field in fields(first))
    columns, marks = ", ".join(names), ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
        (astuple(row) for row in chain([first], rows)),
    )


def _article_rows(numbers: range) -> Iterator[tuple[object, ...]]:
    for number in numbers:
        capture, article = capture_of(number), article_of(number)
        yield (
            article_id(PORTAL, str(number)), str(number), article.url, article.title, article.lead,
            article.body, article.published_at, capture.fetched_at, capture.fetched_at, capture.id,
        )  # fmt: skip
