"""The language of an article, by its letters and by the page's own declaration."""

import re

from portal_crawler.cleaning.words.fonts import misread

SAMPLE_CHARS = 1000
"""The beginning of the text that is looked at: it has enough letters to count."""

VIETNAMESE_SHARE = 0.08
"""Share of characters, spaces not counted, that only Vietnamese has. All but one of 764 Vietnamese
articles have 0.12 and more; that one is a list of addresses. Other languages have some in names."""

NAMES_SHARE = 0.02
"""As above: a text with more is Vietnamese unless it is English. The list of addresses has
0.027."""

SCRIPT_SHARE = 0.3
"""Share of characters, spaces not counted, in a language's own script: names and figures may be in
Latin letters."""

ENGLISH_WORDS = 3
"""Different words: fewer may be in the name of a company."""

_ONLY_VIETNAMESE_LETTER = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
"""Letters with a hook, a dot below or two marks, and the five that no other language of the region
has."""

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
"""The scripts of other languages in which Vietnamese portals publish. Japanese comes first: it has
Chinese characters besides its own."""

_OWN_SCRIPT = frozenset(language for language, _ in _SCRIPTS)

_SUBTAG = re.compile(r"\s*([a-z]{2,3})(?:$|[-_\s])", re.IGNORECASE)
_MISWRITTEN = {"vn": "vi", "vie": "vi", "eng": "en", "jp": "ja", "cn": "zh", "kr": "ko"}
"""Country codes and three-letter codes that pages declare in place of languages."""


def language_of(text: str, declared: str | None) -> str | None:
    """The primary language subtag of BCP 47; `declared` is the page's own `lang`, if it has one.

    Letters are trusted first, because sites declare one language on all pages. None if neither
    letters nor declaration are clear.
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
