"""Any number of articles resampled from the text of real ones, for the benchmark of search.

An article mixes sentences of a few real ones, with other numbers in them: words are as frequent as
in the real text, and titles, leads and bodies as long.
"""

import random
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from archive.layout import derived_id
from archive.models import Article, Attachment, Capture, Image, PortalEntry
from archive.moments import utc_text

PORTALS = tuple(f"so-{number:02}" for number in range(1, 21))
"""Their shares follow Zipf's law: the first has more than a quarter of all articles."""

PROVINCES = ("Hà Nội", "Huế", "Đà Nẵng", "Cần Thơ", "Nghệ An", "Lào Cai", "Gia Lai", "Cà Mau")
CATEGORIES = ("Tin tức", "Chuyển đổi số", "Báo chí", "An toàn thông tin", "Văn bản", "Cải cách")
SECTIONS = ("tin-tuc", "su-kien", "thong-bao", "hiem")
"""The last is of one article in a thousand."""

NEWEST = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAYS = 20 * 365
UNDATED = 0.01
CHANGED = 0.03
GONE = 0.02
SOURCES = 3
"""Real articles that an article mixes."""

_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?…](?=\s)|$)", re.MULTILINE)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Real:
    """What is taken from a real article."""

    title: str
    lead: int
    """Characters."""
    body: int
    author: str | None
    sentences: tuple[str, ...]


def real_articles(database: Path) -> list[Real]:
    """The articles of an archive whose bodies hold a sentence."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT title, lead, body, author FROM articles ORDER BY id")
        found = [
            Real(title, len(lead or ""), len(body), author, tuple(_SENTENCE.findall(body)))
            for title, lead, body, author in rows
            if body and title.strip()
        ]
    return [each for each in found if each.sentences]


class Corpus:
    """Articles by their numbers, from 0: the same text gives the same articles."""

    def __init__(self, real: Sequence[Real]) -> None:
        """Raises ValueError without a real article."""
        if not real:
            raise ValueError("the archive holds no article with text to resample")
        self._real = real
        self._shares = list(accumulate(len(each.sentences) for each in real))
        self._portal_shares = list(accumulate(1 / number for number in range(1, len(PORTALS) + 1)))

    def article(self, number: int) -> Article:
        """The values of an article's page."""
        drawn = random.Random(number)
        shape = drawn.choice(self._real)
        sources = drawn.choices(self._real, cum_weights=self._shares, k=SOURCES)
        pool = [sentence for each in sources for sentence in each.sentences]
        return Article(
            url=url_of(number),
            title=_title(drawn, shape.title, sources[0].title),
            lead=_text(drawn, pool, shape.lead) or None,
            body=_text(drawn, pool, shape.body),
            author=shape.author,
            category=drawn.choice(CATEGORIES),
            published_at=_day(drawn),
            language="vi",
            images=(Image(src=f"{url_of(number)}.jpg"),) if drawn.random() < 0.6 else (),
            attachments=(
                (Attachment(href=f"{url_of(number)}.pdf", name="Văn bản.pdf"),)
                if drawn.random() < 0.1
                else ()
            ),
        )

    def changed(self, number: int) -> Article | None:
        """Its later version; most have none."""
        drawn = random.Random(-number - 1)
        if drawn.random() >= CHANGED:
            return None
        first = self.article(number)
        more = drawn.choice(drawn.choice(self._real).sentences)
        return replace(first, body=f"{first.body}\n\n{_renumbered(drawn, more)}")

    def portal(self, number: int) -> str:
        """The portal of an article."""
        drawn = random.Random(f"portal {number}")
        return drawn.choices(PORTALS, cum_weights=self._portal_shares)[0]

    def capture(self, number: int, *, later: bool = False) -> Capture:
        """The capture of its page, or of its later version's."""
        record = f"<urn:uuid:{number * 2 + later:032x}>"
        fetched = NEWEST + timedelta(seconds=number % 80_000, days=30 * later)
        return Capture(
            id=derived_id("capture", record),
            record_id=record,
            run_id=1,
            portal=self.portal(number),
            url=url_of(number),
            fetched_at=utc_text(fetched),
            status=200,
            mime="text/html",
            role="article",
            key=str(number),
            section=section_of(number),
            warc_file=f"warc/{number // 1000:06}.warc.gz",
            warc_offset=number % 1000 * 20_000 + later * 10_000,
            warc_length=10_000,
            payload_digest=f"sha1:{number * 2 + later:032}",
        )


def entries() -> list[PortalEntry]:
    """The portals' rows."""
    return [
        PortalEntry(
            name=name,
            title=f"Sở {number}",
            platform="made-up",
            province=PROVINCES[number % len(PROVINCES)],
            home=f"http://{name}.test/",
        )
        for number, name in enumerate(PORTALS)
    ]


def url_of(number: int) -> str:
    """The address of an article."""
    return f"http://so.test/tin/{number}"


def section_of(number: int) -> str:
    """The section that lists an article."""
    return SECTIONS[-1] if number % 1000 == 0 else SECTIONS[number % (len(SECTIONS) - 1)]


def is_gone(number: int) -> bool:
    """Whether the portal has taken an article away."""
    return random.Random(f"gone {number}").random() < GONE


def _day(drawn: random.Random) -> str | None:
    """More lately than in the first years."""
    if drawn.random() < UNDATED:
        return None
    moment = NEWEST - timedelta(days=DAYS * drawn.random() ** 1.5, minutes=drawn.randrange(600))
    return moment.isoformat(timespec="seconds").replace("+00:00", "+07:00")


def _title(drawn: random.Random, shape: str, other: str) -> str:
    """The beginning of one and the end of another, so that there are as many as articles."""
    first, last = shape.split(), other.split()
    begin, end = first[: (len(first) + 1) // 2], last[len(last) // 2 :]
    return _renumbered(drawn, " ".join(begin + end))


def _text(drawn: random.Random, pool: Sequence[str], characters: int) -> str:
    """Sentences of about so many characters, a few to a paragraph."""
    text, left = [], characters
    while left > 0:
        sentence = drawn.choice(pool)
        text += [sentence, "\n\n" if drawn.random() < 0.4 else " "]
        left -= len(sentence) + 1
    return _renumbered(drawn, "".join(text[:-1]))


def _renumbered(drawn: random.Random, text: str) -> str:
    return _NUMBER.sub(lambda found: str(drawn.randrange(10 ** min(len(found[0]), 9))), text)
