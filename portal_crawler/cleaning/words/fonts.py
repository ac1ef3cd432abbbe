"""Detects Vietnamese from before Unicode, and Unicode read as another encoding; repairs neither.

Before Unicode, fonts showed the letters of Western Europe as Vietnamese ones. Such text is still
pasted from old Word files into pages in Unicode, so it is detected by its lines. TCVN3 (.VnTime,
ABC) has one sign for each letter, and many of them are not letters in Latin-1: `Th«ng tin`. VNI
(VNI-Times) writes the mark as a letter behind the vowel: `Thoâng tin`.
"""

import re
from collections.abc import Iterable

from portal_crawler.cleaning.words.letters import READ_TWICE, VIETNAMESE_LETTER

_HIGH = re.compile("[\u00a1-\u00ff]")
_LETTER = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]")
_PLAIN = re.compile("[A-Za-z]")

LEAST_LETTERS = 20
"""Fewer odd letters may be a name or a stray sign."""

LEGACY_SHARE = 0.25
"""High Latin-1 letters for each ASCII letter: Vietnamese in TCVN3 or VNI has 0.3 to 0.6, French
0.03 to 0.2."""

_SIGN_IN_WORD = re.compile(
    "(?<=[A-Za-z\u00a1-\u00ff])[\u00a1-\u00bf\u00d7\u00f7](?=[A-Za-z\u00c0-\u00ff])"
)
TCVN3_SHARE = 0.1
"""Share of high letters that are signs inside words. In TCVN3 â, ô, ê, ơ, ă, á, à and ạ are such
signs, a fourth of its high letters. VNI and the languages of Latin-1 have none inside words."""

_MARK_BEHIND_VOWEL = re.compile(
    "[aeouyAEOUY\u00f4\u00f6\u00d4\u00d6]"
    "[\u00f9\u00f8\u00fb\u00f5\u00ef\u00ea\u00e9\u00e8\u00fa\u00fc\u00eb\u00e2\u00e1\u00e0"
    "\u00e5\u00e3\u00e4\u00d9\u00d8\u00db\u00d5\u00cf\u00ca\u00c9\u00c8\u00da\u00dc\u00cb\u00c2\u00c1"
    "\u00c0\u00c5\u00c3\u00c4]"
)
_OWN_OF_VNI = re.compile(
    "[\u00ed\u00ec\u00e6\u00f3\u00f2\u00f4\u00f6\u00ee\u00f1"
    "\u00cd\u00cc\u00c6\u00d3\u00d2\u00d4\u00d6\u00ce\u00d1]"
)
"""Letters that VNI writes with one sign: í, ì, ỉ, ĩ, ị, ơ, ư, ỵ, đ."""
VNI_SHARE = 0.9
"""Share of high letters that are marks behind their vowel or VNI's own letters; it has no
others."""

UNKNOWN_SHARE = 1.0
"""As LEGACY_SHARE, if the text is in neither encoding: Cyrillic or Chinese read as Latin-1 has
hardly an ASCII letter, Icelandic has 0.3 high letters for each."""

READ_TWICE_LETTERS = 5
"""The fewest misread letters of a text that is marked; fewer may be an accident."""


def misread(text: str) -> str | None:
    """The problem code of a text whose letters are not those that were written; else None.

    The codes are `legacy-tcvn3`, `legacy-vni`, `legacy-encoding` for other encodings, and
    `read-twice` for UTF-8 read as windows-1252. Lines with Vietnamese letters in Unicode do not
    count.
    """
    return misread_lines(text.splitlines())


def misread_lines(lines: Iterable[str]) -> str | None:
    """`misread` for the lines of a text."""
    foreign = "\n".join(line for line in lines if not VIETNAMESE_LETTER.search(line))
    high = len(_HIGH.findall(foreign))
    if high < LEAST_LETTERS:
        return None
    if len(READ_TWICE.findall(foreign)) >= READ_TWICE_LETTERS:
        return "read-twice"
    plain = len(_PLAIN.findall(foreign))
    if high <= LEGACY_SHARE * plain:
        return None
    if len(_SIGN_IN_WORD.findall(foreign)) >= TCVN3_SHARE * high:
        return "legacy-tcvn3"
    not_vni = len(_HIGH.findall(_OWN_OF_VNI.sub("", _MARK_BEHIND_VOWEL.sub("", foreign))))
    if not_vni <= (1 - VNI_SHARE) * high:
        return "legacy-vni"
    return "legacy-encoding" if len(_LETTER.findall(foreign)) > UNKNOWN_SHARE * plain else None
