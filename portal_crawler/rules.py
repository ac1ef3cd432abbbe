"""Which cleaning rules are in force: what a row says of how its text was read from its page."""

import hashlib
from functools import cache
from pathlib import Path

PACKAGES = ("cleaning", "learning", "platforms")
"""Of portal_crawler: where changed code can read the same page differently."""

DIGITS = 16


@cache
def fingerprint() -> str:
    """SHA-256 over the source of the rules, its first 16 hexadecimal digits."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).glob("*.py")):
            source = path.read_bytes()
            digest.update(f"{package}/{path.name} {len(source)}\0".encode() + source)
    return digest.hexdigest()[:DIGITS]
