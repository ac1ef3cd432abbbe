"""How far a reading of a page agrees with its answer. Pure; the tests of floors use it too.

Fields are right or wrong, letter by letter (NFC, white space collapsed). Text is compared as
multisets of words and of 4-word shingles; figures are means over pages, long or short.

- *body*, strict: body against body. Lead, caption, byline or title in the found body are errors.
- *text*, lenient: lead and body against lead and body; the article's own captions, byline and title
  are neither right nor wrong. This is the fair one for extractors that know no lead.
- *leak*: share of pages whose text shows a phrase of boilerplate more often than the answer does.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import unquote, urljoin

LOCAL_TIME = timezone(timedelta(hours=7))
SHINGLE_WORDS = 4

FIELDS = (
    "title", "minute", "lead", "author", "source", "category", "captions", "images", "attachments",
)  # fmt: skip
TEXTS = ("body_words", "body_shingles", "text_words", "text_shingles")

_SOURCE_LABEL = re.compile(r"^(?:theo|nguồn(?: tin)?)(?:\s*:)?\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The values of a page: its answer, or the result of a method; "" for a missing value."""

    title: str = ""
    published: str = ""
    lead: str = ""
    body: str = ""
    author: str = ""
    byline: str = ""
    """In answers: the whole line that the author was read from."""
    source: str = ""
    category: str = ""
    images: tuple[tuple[str, str], ...] = ()
    """Address, which may be relative, and caption."""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The values that a reader should find on a page."""

    url: str
    said: Said
    told: frozenset[str] = frozenset(FIELDS)
    """The fields that the answer speaks of; the others are not scored."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one field over pages, or on one page: right, existing and invented values."""

    right: int = 0
    of: int = 0
    spurious: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.of + other.of, self.spurious + other.spurious)

    @property
    def share(self) -> float | None:
        """Right of those that are there; None where none is."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Precision, recall and F1 of two multisets."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page, one method."""

    url: str
    fields: Mapping[str, Counts]
    texts: Mapping[str, Overlap]
    leaks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """All pages of a corpus, one method."""

    pages: int
    fields: Mapping[str, Counts]
    texts: Mapping[str, Overlap]
    leak: float
    leak_phrases: Mapping[str, int] = field(default_factory=dict)


def normalised(text: str) -> str:
    """NFC, no zero-width characters, white space collapsed."""
    visible = unicodedata.normalize("NFC", text).replace("\u200b", "").replace("\ufeff", "")
    return " ".join(visible.split())


def words(text: str) -> list[str]:
    """In order, case-folded, without punctuation."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def shingles(text: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Each run of four words; a shorter text is one shingle."""
    last = max(1, len(text) - SHINGLE_WORDS + 1)
    return Counter(tuple(text[i : i + SHINGLE_WORDS]) for i in range(last)) if text else Counter()


def overlap(wanted: Counter[Any], found: Counter[Any], free: Counter[Any]) -> Overlap:
    """Words of `free` that are found in addition to the wanted ones do not count."""
    right = (wanted & found).total()
    wrong = (found - wanted - free).total()
    if not wanted.total() and not right + wrong:
        return Overlap(1.0, 1.0, 1.0)
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / wanted.total() if wanted else 1.0
    both = precision + recall
    return Overlap(precision, recall, 2 * precision * recall / both if both else 0.0)


def scored(answer: Answer, found: Said, phrases: Sequence[str]) -> PageScore:
    """The scores of one page. `phrases` are boilerplate; those in the answer are no leak."""
    fields = {name: _FIELD_COUNTS[name](answer, found) for name in FIELDS if name in answer.told}
    return PageScore(
        answer.url, fields, _overlaps(answer.said, found), _leaks(answer, found, phrases)
    )


def summed(scores: Sequence[PageScore]) -> Summary:
    """Counts added, overlaps as means over pages."""
    counts = {
        name: sum((score.fields[name] for score in scores if name in score.fields), Counts())
        for name in FIELDS
    }
    leaks = Counter(phrase for score in scores for phrase in score.leaks)
    return Summary(
        pages=len(scores),
        fields=counts,
        texts={name: _mean([score.texts[name] for score in scores]) for name in TEXTS},
        leak=sum(1 for score in scores if score.leaks) / max(1, len(scores)),
        leak_phrases=dict(leaks.most_common()),
    )


def _mean(overlaps: Sequence[Overlap]) -> Overlap:
    of = max(1, len(overlaps))
    return Overlap(
        sum(one.precision for one in overlaps) / of,
        sum(one.recall for one in overlaps) / of,
        sum(one.f1 for one in overlaps) / of,
    )


# Text


def _overlaps(wanted: Said, found: Said) -> dict[str, Overlap]:
    lead = normalised(wanted.lead)
    # If a page shows its lead twice, the text may have it once or twice.
    again = bool(lead) and lead in normalised(wanted.body)
    full = words(("" if again else lead + "\n") + wanted.body)
    got = words(_with_lead(found))
    free = words("\n".join((_around(wanted), lead if again else "")))
    body, got_body = words(wanted.body), words(found.body)
    none: Counter[Any] = Counter()
    return {
        "body_words": overlap(Counter(body), Counter(got_body), none),
        "body_shingles": overlap(shingles(body), shingles(got_body), none),
        "text_words": overlap(Counter(full), Counter(got), Counter(free)),
        "text_shingles": overlap(shingles(full), shingles(got), shingles(free)),
    }


def _with_lead(found: Said) -> str:
    lead = normalised(found.lead)
    return f"{lead}\n{found.body}" if lead and lead not in normalised(found.body) else found.body


def _around(wanted: Said) -> str:
    """The article's own words that an extractor may well take for its text."""
    captions = " ".join(caption for _, caption in wanted.images)
    return f"{captions} {wanted.byline} {wanted.title}"


def _leaks(answer: Answer, found: Said, phrases: Sequence[str]) -> tuple[str, ...]:
    shown = normalised(f"{found.body}\n{found.lead}").casefold()
    said = answer.said
    own = normalised(f"{normalised(said.lead)} {said.body} {_around(said)}").casefold()
    folded = ((phrase, normalised(phrase).casefold()) for phrase in phrases)
    return tuple(phrase for phrase, text in folded if shown.count(text) > own.count(text))


# Fields


def _single(wanted: str | None, found: str | None, right: bool) -> Counts:
    if wanted:
        return Counts(int(right), 1, 0)
    return Counts(0, 0, int(bool(found)))


def _exact(wanted: str, found: str) -> Counts:
    wanted, found = normalised(wanted), normalised(found)
    return _single(wanted, found, wanted == found)


def local_minute(published: str) -> datetime | None:
    """The time on the portal's clock; a day is its midnight, and None means not an ISO time."""
    try:
        moment = datetime.fromisoformat(published.strip())
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_TIME)
    return aware.astimezone(LOCAL_TIME).replace(second=0, microsecond=0)


def _minute(answer: Answer, found: Said) -> Counts:
    wanted, got = local_minute(answer.said.published), local_minute(found.published)
    told = "there" if wanted else "", "there" if got else ""
    return _single(*told, wanted is not None and wanted == got)


def _name(text: str) -> list[str]:
    return re.sub(r"[^\w ]+", " ", normalised(text).casefold()).split()


def _author(answer: Answer, found: Said) -> Counts:
    """Punctuation apart; the whole byline is right too."""
    wanted, got = _name(answer.said.author), _name(found.author)
    right = bool(got) and got in (wanted, _name(answer.said.byline))
    return _single(" ".join(wanted), " ".join(got), right)


def _source_name(text: str) -> str:
    bare = normalised(text).strip("()[] ").casefold()
    return " ".join(_name(_SOURCE_LABEL.sub("", bare)))


def _source(answer: Answer, found: Said) -> Counts:
    """With or without its label, "Theo" or "Nguồn:"."""
    wanted, got = _source_name(answer.said.source), _source_name(found.source)
    return _single(wanted, got, wanted == got)


def _address(url: str, base: str) -> str:
    return unquote(urljoin(base, url)).split("#")[0]


def _pictures(said: Said, base: str) -> dict[str, str]:
    return {_address(src, base): normalised(caption) for src, caption in said.images if src}


def _images(answer: Answer, found: Said) -> Counts:
    wanted, got = (_pictures(said, answer.url).keys() for said in (answer.said, found))
    return Counts(len(wanted & got), len(wanted), len(got - wanted))


def _captions(answer: Answer, found: Said) -> Counts:
    """Right where it stands under the picture that it belongs to."""
    wanted, got = (_pictures(said, answer.url) for said in (answer.said, found))
    told = {src: caption for src, caption in wanted.items() if caption}
    right = sum(1 for src, caption in told.items() if got.get(src) == caption)
    return Counts(right, len(told), sum(1 for src in got if got[src] and src not in told))


def _attachments(answer: Answer, found: Said) -> Counts:
    wanted, got = (
        {_address(href, answer.url) for href in said.attachments} for said in (answer.said, found)
    )
    return Counts(len(wanted & got), len(wanted), len(got - wanted))


_FIELD_COUNTS: Mapping[str, Callable[[Answer, Said], Counts]] = {
    "title": lambda answer, found: _exact(answer.said.title, found.title),
    "minute": _minute,
    "lead": lambda answer, found: _exact(answer.said.lead, found.lead),
    "author": _author,
    "source": _source,
    "category": lambda answer, found: _exact(answer.said.category, found.category),
    "captions": _captions,
    "images": _images,
    "attachments": _attachments,
}
