"""docs/ARCHIVE.md says what each code of `portal verify` means."""

import re
from pathlib import Path

from archive.integrity.import_checks import IMPORT_DAMAGED, IMPORT_DIGEST, IMPORT_LOST
from archive.integrity.row_checks import ROW_CHECKS
from archive.warc.record_checks import CHECKS, MESSAGE_CHECKS, ODD_BUT_SOUND

ROOT = Path(__file__).parents[2]
SOURCES = (
    "archive/integrity/verify.py",
    "archive/integrity/row_checks.py",
    "archive/integrity/import_checks.py",
    "archive/warc/index_check.py",
    "portal_crawler/reprocessing/verify_deep.py",
)
NAMED = "RULES_CHANGED|ROW_DIFFERS|ARTICLE_DIGEST|SITE_MODEL"
CODE = re.compile(rf'(?m)(?:Finding\(|yield \(?|^(?:{NAMED}) =|\()\s*"([a-z-]+)",?')


def codes_of(source: str) -> set[str]:
    found = set(CODE.findall((ROOT / source).read_text(encoding="utf-8")))
    return {code for code in found if "-" in code or code in ("id", "database", "damaged")}


def test_each_code_is_documented() -> None:
    page = (ROOT / "docs" / "ARCHIVE.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z-]+)`", page))
    codes = {*CHECKS, *MESSAGE_CHECKS, *ODD_BUT_SOUND, *(check[0] for check in ROW_CHECKS)}
    codes |= {IMPORT_DAMAGED, IMPORT_DIGEST, IMPORT_LOST}
    for source in SOURCES:
        codes |= codes_of(source)
    assert {
        "crawl-broken-off",
        "row-differs",
        "article-digest",
        "index-lacks",
        "import-damaged",
    } <= codes
    assert {code for code in codes if not code.startswith("warc-")} - documented == set()
