"""Who may import what: docs/ARCHITECTURE.md's table, held against every file's syntax tree.

Imports inside functions and under TYPE_CHECKING count: they hide a layer, they do not keep it.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from archive.layout import Layout
from archive.schema import open_for_writing

ROOT = Path(__file__).parents[1]
PACKAGES = ("archive", "portal_crawler")

ARCHIVE_LAYERS = (
    "archive.commands",
    "archive.mending",
    "archive.metrics archive.verify",
    "archive.citation archive.import_checks archive.keeper archive.repeats archive.search"
    " archive.status",
    "archive.articles archive.frontier archive.query archive.row_checks archive.site_models"
    " archive.due archive.store archive.timeline",
    "archive.database archive.imports archive.running archive.schema archive.warc",
    "archive.descriptions archive.excerpt archive.locks archive.logs archive.publishing"
    " archive.room archive.turns",
    "archive.addresses archive.alarms archive.errors archive.ip_addresses archive.layout"
    " archive.models archive.printable archive.rhythm archive.vietnamese",
)
"""Top first; a module may import from its own line, where that makes no circle, and from below."""

BESIDE_THE_ARCHIVE = {
    "spiders": "platforms",
    "demo": "platforms",
    "platforms": "platforms portal cleaning",
    "platforms.generic": "platforms portal cleaning learning archive.models",
    "declaration": "cleaning errors archive.models",
    "portal": (
        "cleaning declaration gates items listing_walk night refusals requisite_walk run archive"
    ),
    "night": "errors listing_walk run archive",
    "listing_walk": "archive.frontier",
    "reading": "cleaning items archive",
    "replay": "cleaning reading archive",
    "remaking": "replay replaying archive",
    "claims": "reading archive",
    "learned": "claims cleaning learning archive",
    "site_history": "cleaning learning archive",
    "relearning": "claims learned learning remaking replay site_history archive",
    "importing": "claims remaking replay replaying archive",
    "replaying": "reading replay archive",
    "catchup": "replay replaying archive",
    "repairing": "catchup claims learned relearning replay rules archive",
    "deep": "claims cleaning learned reading replay rules archive",
    "drift": "archive.models",
    "pipelines": "cleaning drift gates items learning portal reading run archive",
    "gates": "cleaning run tally",
    "middlewares": "refusals run scope archive",
    "robots": "cleaning gates politeness refusals run",
    "politeness": "refusals resolving run archive",
    "resolving": "refusals scope archive",
    "hours": "errors run tally",
    "answer_limits": "archive",
    "certificates": "",
    "capture": "answer_limits certificates cleaning refusals resolving run scope archive",
    "capture_check": "errors",
    "run": (
        "capture_check catchup claims errors log_lines reading relearning rules stopping tally"
        " archive"
    ),
    "stopping": "errors refusals",
    "limits": "refusals run stopping tally archive",
    "measures": "items archive",
    "tally": "drift measures archive",
    "progress": "run tally",
    "declared": "errors portal",
    "log_lines": "archive.printable",
    "crawling": "declared errors exit_codes log_lines portal progress run settings archive",
    "display": "crawling progress tally archive.printable",
    "fleet": "crawling display exit_codes progress",
    "commands": (
        "claims cleaning commands crawling declared deep demo display errors exit_codes fleet"
        " importing learned learning ping portal progress reading relearning replay replaying"
        " repairing rules showing archive"
    ),
    "cli": "errors exit_codes archive.errors archive.printable",
    "exit_codes": "errors archive.errors",
    "ping": "errors exit_codes archive.errors",
    "items": "archive.models",
    "cleaning": "cleaning archive.models",
    "learning": "cleaning learning archive.models",
    "showing": "cleaning showing archive.models",
    "errors": "",
    "rules": "",
    "refusals": "",
    "requisites": "cleaning archive.addresses",
    "requisite_walk": "refusals requisites run scope archive",
    "scope": "",
    "settings": "archive.due",
}
"""Modules of portal_crawler, and what of portal_crawler and of the archive each may import."""

LIBRARIES = {
    "archive": "isal sqlite_utils warcio zstandard",
    "archive.commands": "rich",
    "portal_crawler": "protego scrapy twisted",
    "portal_crawler.capture": "OpenSSL scrapy twisted",
    "portal_crawler.certificates": "OpenSSL scrapy",
    "portal_crawler.display": "rich",
    "portal_crawler.cleaning": "bs4 lxml",
    "portal_crawler.learning": "lxml trafilatura",
    "portal_crawler.platforms": "",
    "portal_crawler.spiders": "",
    "portal_crawler.deep": "",
    "portal_crawler.demo": "",
    "portal_crawler.cli": "",
    "portal_crawler.commands": "",
    "portal_crawler.errors": "",
    "portal_crawler.exit_codes": "",
    "portal_crawler.items": "",
    "portal_crawler.ping": "",
    "portal_crawler.reading": "",
    "portal_crawler.replay": "",
    "portal_crawler.claims": "",
    "portal_crawler.drift": "",
    "portal_crawler.learned": "",
    "portal_crawler.measures": "",
    "portal_crawler.relearning": "",
    "portal_crawler.remaking": "",
    "portal_crawler.showing": "nh3",
    "portal_crawler.site_history": "",
    "portal_crawler.importing": "",
    "portal_crawler.requisites": "lxml",
    "portal_crawler.replaying": "",
    "portal_crawler.repairing": "",
    "portal_crawler.rules": "",
    "portal_crawler.catchup": "",
    "portal_crawler.declaration": "",
    "portal_crawler.listing_walk": "",
    "portal_crawler.tally": "",
}
"""What is neither ours nor Python's; the longest name that fits a module counts."""

NEVER_BESIDE_AN_ARCHIVE = ("scrapy", "twisted", "bs4", "lxml", "parsel", "portal_crawler")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): ast.parse(path.read_bytes())
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a file names anywhere in it, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else str(node.module)


IMPORTS = {name: frozenset(imported(tree)) for name, tree in MODULES.items()}


def is_in(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def is_in_any(module: str, places: str) -> bool:
    return any(is_in(module, place) for place in places.split())


def ours(names: frozenset[str]) -> list[str]:
    return sorted(name for name in names if name.split(".")[0] in PACKAGES)


def in_full(places: str) -> str:
    """Names of portal_crawler's modules without their package, with it."""
    return " ".join(
        place if is_in(place, "archive") else f"portal_crawler.{place}" for place in places.split()
    )


def layer_of(module: str) -> int:
    found = [n for n, places in enumerate(ARCHIVE_LAYERS) if is_in_any(module, places)]
    assert found, f"{module} has no layer yet: name it in ARCHIVE_LAYERS"
    return found[0]


def fitting(module: str, table: Mapping[str, str]) -> str:
    """The value of the longest name in the table that the module lies in."""
    names = [name for name in table if is_in(module, name)]
    assert names, f"{module} stands in no table of who may import what: add it"
    return table[max(names, key=len)]


ARCHIVE = [name for name in MODULES if name.startswith("archive.")]
CRAWLER = [name for name in MODULES if name.startswith("portal_crawler.")]


@pytest.mark.parametrize("module", ARCHIVE)
def test_the_archive_imports_downwards(module: str) -> None:
    own = layer_of(module)
    named = ours(IMPORTS[module])
    assert [name for name in named if not is_in(name, "archive") or layer_of(name) < own] == []


@pytest.mark.parametrize("module", CRAWLER)
def test_the_crawler_imports_what_its_room_may(module: str) -> None:
    rooms = {f"portal_crawler.{name}": in_full(may) for name, may in BESIDE_THE_ARCHIVE.items()}
    may = fitting(module, rooms)
    assert [name for name in ours(IMPORTS[module]) if not is_in_any(name, may)] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_library_is_imported_only_where_it_belongs(module: str) -> None:
    used = {name.split(".")[0] for name in IMPORTS[module]}
    foreign = used - set(PACKAGES) - sys.stdlib_module_names
    assert foreign <= set(fitting(module, LIBRARIES).split())


def test_nothing_imports_a_spider() -> None:
    found = {
        module: name
        for module, names in IMPORTS.items()
        for name in names
        if is_in(name, "portal_crawler.spiders")
    }
    assert found == {}


def test_no_module_is_in_a_circle_of_imports() -> None:
    graph = {module: set(ours(names)) - {module} for module, names in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_the_tables_name_only_what_is_there() -> None:
    named = {
        *(place for places in ARCHIVE_LAYERS for place in places.split()),
        *(f"portal_crawler.{name}" for name in BESIDE_THE_ARCHIVE),
        *LIBRARIES,
    }
    assert named <= set(MODULES)


# A re-export through a third module slips past the syntax tree, so ask an interpreter too.


def loaded_after(program: str) -> set[str]:
    """The packages that a fresh interpreter has loaded when it has run the program."""
    told = "\nimport sys\nprint('loaded:', *{name.split('.')[0] for name in sys.modules})"
    ended = subprocess.run(
        [sys.executable, "-c", program + told],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return set(ended.stdout.splitlines()[-1].split()[1:])


def test_the_whole_archive_loads_without_what_crawling_needs() -> None:
    program = "\n".join(f"import {name}" for name in ("archive", *ARCHIVE))
    loaded = loaded_after(program)
    assert "archive" in loaded
    assert loaded.isdisjoint(NEVER_BESIDE_AN_ARCHIVE)


@pytest.mark.parametrize("command", ["search", "show", "status", "verify"])
def test_a_command_that_reads_starts_without_scrapy(command: str) -> None:
    loaded = loaded_after(f"import archive.commands.{command}")
    assert loaded.isdisjoint((*NEVER_BESIDE_AN_ARCHIVE, "sqlite_utils", "rich"))


def test_portal_search_loads_no_more_than_a_search_needs(tmp_path: Path) -> None:
    open_for_writing(Layout(tmp_path)).close()
    loaded = loaded_after(
        "from portal_crawler.cli import main\n"
        f"assert main(['search', 'chuyen doi so', '--archive', {str(tmp_path)!r}]) == 0"
    )
    assert "portal_crawler" in loaded
    assert loaded.isdisjoint({"scrapy", "twisted", "rich", "sqlite_utils", "lxml", "bs4", "parsel"})
