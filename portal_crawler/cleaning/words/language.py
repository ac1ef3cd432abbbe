"""In which language an article is, by its letters and by what the page says of itself."""

import re

from portal_crawler.cleaning.words.fonts import misread

SAMPLE_CHARS = 1000
"""Of the text: enough letters to count."""

VIETNAMESE_SHARE = 0.08
"""Of all that is no space. Of 764 Vietnamese articles all but one have 0.12 and more of the letters
that only Vietnamese has; that one is a list of addresses. Another language has them in names."""

NAMES_SHARE = 0.02
"""As above: from here on what is not English is Vietnamese, as that list with its 0.027."""

SCRIPT_SHARE = 0.3
"""As above: names and figures in Latin letters allowed for."""

ENGLISH_WORDS = 3
"""Different ones: fewer may stand in the name of a company."""

_ONLY_VIETNAMESE_LETTER = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
"""Letters with a hook, a dot below or two marks, and the five that other languages in Latin letters
of the region do not have."""

_ENGLISH_WORD = re.compile(
    r"\b(?:the|of|and|to|in|for|on|with|by|is|was|are|has|have|from|that|this|at)\b", re.IGNORECASE
)

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("lo", re.compile("[\u0e80-\u0eff]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
"""Of the languages that Vietnamese portals also publish in, first Japanese: it has Chinese
characters besides its own."""

_OWN_SCRIPT = frozenset(language for language, _ in _SCRIPTS)

_SUBTAG = re.compile(r"\s*([a-z]{2,3})(?:$|[-_\s])", re.IGNORECASE)
_MISWRITTEN = {"vn": "vi", "vie": "vi", "eng": "en", "jp": "ja", "cn": "zh", "kr": "ko"}
"""Countries and three-letter codes in the place of languages."""


def language_of(text: str, declared: str | None) -> str | None:
    """The primary language subtag of BCP 47; `declared` is the page's own `lang`, if it has one.

    Letters are believed first: sites label all pages alike. None where neither says enough.
    """
    sample = text[:SAMPLE_CHARS]
    signs = len(sample) - sample.count(" ")
    share = len(_ONLY_VIETNAMESE_LETTER.findall(sample)) / max(signs, 1)
    if share > VIETNAMESE_SHARE:
        return "vi"
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) > SCRIPT_SHARE * signs:
            return language
    if share > NAMES_SHARE or misread(sample):
        said: str | None = "vi"
    else:
        said = _declared_language(declared)
    if said in _OWN_SCRIPT:
        said = None
    return "en" if said in (None, "vi") and _reads_as_english(sample) else said


def _declared_language(declared: str | None) -> str | None:
    found = _SUBTAG.match(declared or "")
    if found is None:
        return None
    language = found[1].lower()
    return _MISWRITTEN.get(language, language)


def _reads_as_english(sample: str) -> bool:
    return len({word.lower() for word in _ENGLISH_WORD.findall(sample)}) >= ENGLISH_WORDS
