"""Finds the modules that a module script imports by name. Pure."""

import re

from portal_crawler.references.reference import MODULE, Reference, See

_IMPORT = re.compile(
    r"(?P<other>/\*.*?(?:\*/|\Z)|//[^\n]*)"
    r"|(?<![\w$.])(?:import|from)\s*"
    r"(?P<quote>[\"'])(?P<name>(?:\.{0,2}/|https?://)[^\"'\n]{1,2000})(?P=quote)",
    re.DOTALL,
)


def rewrite_module(script: str, see: See) -> str:
    """The script with its static imports replaced by the addresses that `see` returns."""
    out: list[str] = []
    kept = 0
    for found in _IMPORT.finditer(script):
        if found["other"]:
            continue
        new = see(Reference(found["name"], MODULE))
        if new is not None:
            out += script[kept : found.start("name")], new
            kept = found.end("name")
    return "".join(out) + script[kept:] if out else script
