"""Guesses the encoding of a page in another language, of which nothing names the encoding."""

import re
from dataclasses import dataclass

LOOKED_AT_BYTES = 200_000

FEWEST_LETTERS = 20
"""Fewer letters outside of ASCII show no language."""


@dataclass(frozen=True, slots=True)
class _Language:
    """The signs of a language's text in one encoding."""

    encoding: str
    letters: re.Pattern[str]
    """Letters that are nearly all of the text outside of ASCII."""
    share: float
    """So much of it at least."""
    frequent: re.Pattern[str]
    """The most frequent ones: in another encoding other letters are frequent."""
    frequent_share: float


_RUSSIAN = re.compile("[а-яёіїєґ]"), 0.75, re.compile("[оаеинт]"), 0.35  # noqa: RUF001
_GREEK = re.compile("[ά-ώ]"), 0.75, re.compile("[αοιετσνςη]"), 0.45
_HAN = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]"), 0.9
_CHINESE = *_HAN, re.compile("[的一是不了在有人国中大國]"), 0.04
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]"), 0.9
_KANA = re.compile("[\u3041-\u3096]"), 0.25
_KOREAN = re.compile("[\uac00-\ud7af]"), 0.8, re.compile("[이다는에의을가한]"), 0.08
_POLISH = re.compile("[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]"), 0.9, re.compile("[łęążóś]"), 0.4

_LANGUAGES = (
    _Language("cp1251", *_RUSSIAN),
    _Language("koi8-r", *_RUSSIAN),
    _Language("cp1253", *_GREEK),
    _Language("gb18030", *_CHINESE),
    _Language("big5hkscs", *_CHINESE),
    _Language("euc_kr", *_KOREAN),
    _Language("cp932", *_JAPANESE, *_KANA),
    _Language("euc_jp", *_JAPANESE, *_KANA),
    _Language("iso8859-2", *_POLISH),
    _Language("cp1250", *_POLISH),
)

_ASCII = re.compile(r"[\x00-\x7f\xa0]+")


def foreign_encoding(content: bytes) -> str | None:
    """Python's name of the encoding in which the bytes are a text; None if none is certain."""
    part = content[:LOOKED_AT_BYTES]
    return next((one.encoding for one in _LANGUAGES if _is_in(one, part)), None)


def _is_in(language: _Language, part: bytes) -> bool:
    text = _ASCII.sub("", part.decode(language.encoding, errors="replace"))
    if len(text) < FEWEST_LETTERS:
        return False
    letters = len(language.letters.findall(text))
    frequent = len(language.frequent.findall(text))
    return letters >= language.share * len(text) and frequent >= language.frequent_share * letters
