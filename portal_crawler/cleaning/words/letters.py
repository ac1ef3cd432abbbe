"""Letters by which a text is known to be Vietnamese, or to have been read in the wrong encoding."""

import re

VIETNAMESE_LETTER = re.compile("[\u01a0\u01a1\u01af\u01b0\u0110\u0111\u0300-\u0323\u1ea0-\u1ef9]")
"""Letters that Vietnamese has and Western European languages lack, composed or not."""

READ_TWICE = re.compile(
    "(?:[\u00c3-\u00c6][\u00a0-\u00bf\u0080-\u009f\u0152-\u0192\u02c6-\u2122]"
    "|\u00e1[\u00ba\u00bb][\u00a0-\u00bf\u0080-\u009f\u0152-\u0192\u02c6-\u2122])"
)
"""A Vietnamese letter of UTF-8 whose bytes were read as letters of windows-1252: two or three
signs that no language sets beside each other."""
