"""Which cleaning rules are in force: what a row says of how its text was read from its page."""

import hashlib
from functools import cache
from pathlib import Path

PACKAGES = ("cleaning", "learning", "platforms")
"""Of portal_crawler: where changed code can read the same page differently."""

DIGITS = 16


ROOT = Path(__file__).parents[1]


def rule_files() -> list[Path]:
    """The modules of the rules, in one order everywhere."""
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@cache
def fingerprint() -> str:
    """SHA-256 over the source of the rules, its first 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in rule_files():
        source = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(source)}\0".encode() + source)
    return digest.hexdigest()[:DIGITS]
