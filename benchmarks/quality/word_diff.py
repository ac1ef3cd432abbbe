"""The missing and the extra words of a text, short enough to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT_WORDS = 5
SHOWN_WORDS = 16
"""For a longer sequence, about a line of its beginning and of its end are shown."""
LONG_TEXT_WORDS = 8_000
"""From here on difflib may take frequent words for noise, else it takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One place where two texts differ. All are words with single spaces between."""

    before: str
    missing: str
    extra: str
    after: str


def changes(wanted: str, found: str) -> Iterator[Change]:
    """In the order of the wanted text; case and punctuation make no difference."""
    ours, theirs = wanted.split(), found.split()
    matcher = SequenceMatcher(
        None, _keys(ours), _keys(theirs), autojunk=len(ours) > LONG_TEXT_WORDS
    )
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            yield Change(
                before=" ".join(ours[max(0, start - CONTEXT_WORDS) : start]),
                missing=_shortened(ours[start:end]),
                extra=_shortened(theirs[other_start:other_end]),
                after=" ".join(ours[end : end + CONTEXT_WORDS]),
            )


def _keys(words: list[str]) -> list[str]:
    return [re.sub(r"\W+", "", word.casefold()) or word for word in words]


def _shortened(words: list[str]) -> str:
    if len(words) <= SHOWN_WORDS:
        return " ".join(words)
    half = SHOWN_WORDS // 2
    left_out = len(words) - 2 * half
    return f"{' '.join(words[:half])} …{left_out} more words… {' '.join(words[-half:])}"
