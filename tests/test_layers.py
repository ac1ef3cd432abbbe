"""Who may import what, held against every file's syntax tree; docs/ARCHITECTURE.md shows the rooms.

A room is a folder of a package, or a module beside them. Imports inside functions and under
TYPE_CHECKING count: they hide a layer, they do not keep it.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from archive.database.schema import open_for_writing
from archive.layout import Layout

ROOT = Path(__file__).parents[1]
PACKAGES = ("archive", "portal_crawler")

CRAWLER = (
    "cli scrapy_commands",
    "commands",
    "scouting",
    "demo spiders",
    "platforms pipelines",
    "crawl",
    "fetch launch replay",
    "run showing",
    "expected reprocessing",
    "learning portals references",
    "ways",
    "catalogue cleaning",
    "items refusals request_info exit_codes settings",
    "errors",
)
ARCHIVE = (
    "commands",
    "export integrity recording status",
    "citation",
    "imports",
    "database search",
    "provinces warc",
    "filesystem listing_gaps output pasted_addresses words",
    "addresses entities layout models moments numbers printable spreadsheet",
    "errors field_spec",
)
"""Rooms of a package, top first: a room imports rooms of the lines below its own, and nothing of
its own line but itself. Every room of portal_crawler may import the archive, none the reverse."""

VALUES_ALONE = (
    "archive.addresses",
    "archive.entities",
    "archive.field_spec",
    "archive.models",
    "archive.moments",
    "archive.numbers",
)
PURE = (
    "cleaning",
    "expected.comparison",
    "expected.differences",
    "expected.entries",
    "expected.form",
    "expected.skeleton",
    "learning",
    "references",
    "ways",
    "portals.declaration",
    "portals.earlier",
    "portals.reader",
    "portals.recognition",
    "portals.scope",
    "run.drift",
)
"""Of portal_crawler: of the archive they import the values that are stored, and nothing else."""

SCRAPY = (
    "crawl", "fetch", "launch", "run", "pipelines", "portals.registry", "refusals", "request_info",
    "scouting", "scrapy_commands",
)  # fmt: skip
"""Of portal_crawler: where Scrapy is imported."""

LIBRARIES = {
    "archive": "isal sqlite_utils warcio brotli zstandard",
    "archive.commands": "rich",
    "archive.export": "pyarrow",
    "portal_crawler.cleaning": "bs4 lxml",
    "portal_crawler.crawl": "lxml scrapy twisted",
    "portal_crawler.fetch": "cryptography protego scrapy twisted",
    "portal_crawler.launch": "rich scrapy",
    "portal_crawler.learning": "lxml trafilatura",
    "portal_crawler.pipelines": "scrapy",
    "portal_crawler.portals": "scrapy",
    "portal_crawler.refusals": "scrapy",
    "portal_crawler.request_info": "scrapy",
    "portal_crawler.replay": "cryptography",
    "portal_crawler.run": "scrapy twisted",
    "portal_crawler.scouting": "lxml scrapy twisted",
    "portal_crawler.scrapy_commands": "scrapy",
    "portal_crawler.showing": "nh3",
    "portal_crawler.ways": "lxml",
}
"""By room, what is neither ours nor Python's; a room that is not named imports none."""

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
INNER = [name for name in MODULES if name not in PACKAGES]


def is_in(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def is_in_crawler(module: str, places: tuple[str, ...]) -> bool:
    return any(is_in(module, f"portal_crawler.{place}") for place in places)


def ours(names: frozenset[str]) -> list[str]:
    return sorted(name for name in names if name.split(".")[0] in PACKAGES)


def room(module: str) -> str:
    """`archive.warc` of `archive.warc.writer`."""
    return ".".join(module.split(".")[:2])


def floor(place: str) -> int:
    """The line of a room in its package's tuple, from the top."""
    package, name = place.split(".")
    floors = CRAWLER if package == "portal_crawler" else ARCHIVE
    found = [number for number, rooms in enumerate(floors) if name in rooms.split()]
    assert found, f"{place} has no floor yet: name it in the tuples above"
    return found[0]


@pytest.mark.parametrize("module", INNER)
def test_a_room_imports_downwards(module: str) -> None:
    own = room(module)
    others = {room(name) for name in ours(IMPORTS[module])} - {own}
    upwards = {
        name
        for name in others
        if name.split(".")[0] == own.split(".")[0] and floor(name) <= floor(own)
    }
    assert upwards == set()
    if is_in(own, "archive"):
        assert [name for name in others if not is_in(name, "archive")] == []


def test_the_tuples_name_only_rooms_that_there_are() -> None:
    named = {f"portal_crawler.{name}" for rooms in CRAWLER for name in rooms.split()}
    named |= {f"archive.{name}" for rooms in ARCHIVE for name in rooms.split()}
    assert named == {room(module) for module in INNER}
    assert set(LIBRARIES) - {"archive"} <= named
    modules = {f"portal_crawler.{name}" for name in (*PURE, *SCRAPY)}
    assert modules <= set(MODULES)


@pytest.mark.parametrize("module", [name for name in INNER if is_in_crawler(name, PURE)])
def test_what_is_pure_knows_of_the_archive_only_its_values(module: str) -> None:
    of_the_archive = [name for name in IMPORTS[module] if is_in(name, "archive")]
    assert [name for name in of_the_archive if name not in VALUES_ALONE] == []


def libraries(module: str) -> set[str]:
    """What a module imports that is neither ours nor Python's."""
    used = {name.split(".")[0] for name in IMPORTS[module]}
    return used - set(PACKAGES) - sys.stdlib_module_names


@pytest.mark.parametrize("module", MODULES)
def test_a_library_is_imported_only_where_it_belongs(module: str) -> None:
    places = [place for place in LIBRARIES if is_in(module, place)]
    may = {name for place in places for name in LIBRARIES[place].split()}
    assert libraries(module) <= may
    if "scrapy" in libraries(module):
        assert is_in_crawler(module, SCRAPY)


def private_names(tree: ast.Module) -> set[str]:
    """Names with a leading underscore that a file takes from Scrapy and Twisted."""
    found: set[str] = set()
    theirs: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in (
            "scrapy",
            "twisted",
        ):
            names = [alias.name for alias in node.names]
            theirs.update(alias.asname or alias.name for alias in node.names)
            is_private = "._" in str(node.module)
            found.update(name for name in names if is_private or name.startswith("_"))
    for node in ast.walk(tree):
        is_theirs = (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in theirs
        )
        if is_theirs and node.attr.startswith("_") and not node.attr.startswith("__"):
            found.add(node.attr)
        if isinstance(node, ast.ClassDef) and theirs & {ast.unparse(base) for base in node.bases}:
            found |= inherited_private_names(node)
    return found


def inherited_private_names(cls: ast.ClassDef) -> set[str]:
    """Names with a leading underscore that a class uses of itself and does not define."""
    nodes = list(ast.walk(cls))
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    own |= {
        name.id
        for node in cls.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for name in ast.walk(node)
        if isinstance(name, ast.Name)
    }
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    own |= {node.attr for node in attributes if isinstance(node.ctx, ast.Store)}
    return {
        node.attr
        for node in attributes
        if ast.unparse(node.value) in ("self", "cls", "super()")
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and node.attr not in own
    }


def test_no_private_name_of_scrapy_or_twisted_is_used() -> None:
    assert {module for module, tree in MODULES.items() if private_names(tree)} == set()


CLOCK = re.compile(r"(\w+\.)*(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns)")


def clock_reads(tree: ast.Module) -> list[str]:
    """Where a file asks what time it is. A monotonic clock only measures how long things take."""
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [name for name in calls if CLOCK.fullmatch(name)]


def test_the_clock_is_read_in_one_place() -> None:
    readers = {module: reads for module, tree in MODULES.items() if (reads := clock_reads(tree))}
    assert readers == {"archive.moments": ["datetime.now"]}


def test_nothing_imports_a_spider() -> None:
    found = {
        module: name
        for module, names in IMPORTS.items()
        for name in names
        if is_in(name, "portal_crawler.spiders")
    }
    assert found == {}


def test_a_command_imports_of_other_commands_only_what_they_share() -> None:
    shared = tuple(
        f"portal_crawler.commands.{name}" for name in ("options", "demo_report", "new_report")
    )
    found = {
        module: name
        for module, names in IMPORTS.items()
        if is_in(module, "portal_crawler.commands")
        for name in names
        if is_in(name, "portal_crawler.commands") and name not in shared
    }
    assert found == {}


def test_no_module_is_in_a_circle_of_imports() -> None:
    graph = {module: set(ours(names)) - {module} for module, names in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


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
    program = "\n".join(f"import {name}" for name in MODULES if is_in(name, "archive"))
    loaded = loaded_after(program)
    assert "archive" in loaded
    assert loaded.isdisjoint(NEVER_BESIDE_AN_ARCHIVE)


@pytest.mark.parametrize("command", ["search", "show", "status", "verify"])
def test_a_command_that_reads_starts_without_scrapy(command: str) -> None:
    loaded = loaded_after(f"import archive.commands.{command}")
    assert loaded.isdisjoint((*NEVER_BESIDE_AN_ARCHIVE, "sqlite_utils", "rich"))


def test_a_new_archive_is_made_without_pandas(tmp_path: Path) -> None:
    loaded = loaded_after(
        "from pathlib import Path\n"
        "from archive.database.schema import open_for_writing\n"
        "from archive.layout import Layout\n"
        f"open_for_writing(Layout(Path({str(tmp_path)!r}))).close()\n"
    )
    assert "sqlite_utils" in loaded
    assert loaded.isdisjoint({"pandas", "numpy", "pyarrow"})


def test_a_crawl_starts_without_the_download_handler_of_scrapy() -> None:
    """Which would take a tenth of a second of each start."""
    program = (
        "import sys\n"
        "from scrapy.utils.misc import load_object\n"
        "from portal_crawler import settings as ours\n"
        "from portal_crawler.fetch import download\n"
        "named = [*ours.DOWNLOADER_MIDDLEWARES_BASE, *ours.DOWNLOADER_MIDDLEWARES]\n"
        "for name in (*named, *ours.RETRY_EXCEPTIONS): load_object(name)\n"
        "assert 'twisted.web.client' not in sys.modules"
    )
    assert "scrapy" in loaded_after(program)


def test_portal_search_loads_no_more_than_a_search_needs(tmp_path: Path) -> None:
    open_for_writing(Layout(tmp_path)).close()
    loaded = loaded_after(
        "from portal_crawler.cli import main\n"
        f"assert main(['search', 'chuyen doi so', '--archive', {str(tmp_path)!r}]) == 0"
    )
    assert "portal_crawler" in loaded
    assert loaded.isdisjoint({"scrapy", "twisted", "rich", "sqlite_utils", "lxml", "bs4", "parsel"})


# WARC files


FILE_CALLS = (
    "exists glob hardlink_to is_dir is_file is_symlink iterdir link lstat mkdir open read_bytes"
    " read_text rename replace rglob rmdir scandir stat symlink_to touch unlink walk write_bytes"
    " write_text"
)
"""Calls by which files are listed, opened, named or removed."""

OTHER_FILES = {
    "archive.database": "archive.db",
    "archive.export": "what goes out of an archive",
    "archive.filesystem": "the means for all files",
    "archive.recording.refused": "archive.db",
    "archive.imports.kept_files": "a file that a person names",
    "archive.integrity.verify": "locks",
    "archive.output": "the null device",
    "archive.provinces.table": "the table in the package",
    "portal_crawler.catalogue": "departments.toml",
    "portal_crawler.commands.imported": "archive.db",
    "portal_crawler.commands.repair": "archive.db",
    "portal_crawler.commands.schedule": "the archive's folder",
    "portal_crawler.commands.status_model": "a file that a person names",
    "portal_crawler.portals.own_folder": "the folder of one's own portals",
    "portal_crawler.demo": "the pages of the demo, and its folder",
    "portal_crawler.commands.check": "saved pages, and what is expected of them",
    "portal_crawler.scouting.making": "the module of a draft",
    "portal_crawler.scouting.files": "the files of a new portal",
    "portal_crawler.expected.folder": "saved pages, and what is expected of them",
    "portal_crawler.replay": "screenshots, certificates and the viewer",
    "portal_crawler.reprocessing.fingerprint": "source code",
    "portal_crawler.reprocessing.own_sources": "source code",
    "portal_crawler.reprocessing.rebuild": "archive.db",
    "portal_crawler.reprocessing.repair": "archive.db",
    "portal_crawler.run": "logs, and what the system tells of a process",
}
"""Modules and rooms that touch files which are not WARC files, and which these are."""

WARC_FOLDERS = {
    "archive.filesystem.disk_space": "looks at the disk alone",
    "archive.status.archive_size": "looks at the disk alone",
    "archive.warc.file_names": "",
    "archive.warc.storage": "",
    "archive.warc.writer": "names the file that it begins",
}
"""Modules that may take the folder of WARC files for more than a message."""


def file_calls(tree: ast.Module) -> set[str]:
    """Calls that touch files, as far as their names show it."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = {ast.unparse(call.func) for call in calls if ast.unparse(call.func) == "open"}
    for call in calls:
        of_texts = isinstance(call.func, ast.Attribute) and call.func.attr == "replace"
        if isinstance(call.func, ast.Attribute) and call.func.attr in FILE_CALLS.split():
            owner = ast.unparse(call.func.value)
            if owner not in ("storage", "dataclasses", "webbrowser", "self.night"):
                found.update([] if of_texts and len(call.args) != 1 else [ast.unparse(call.func)])
    return found


def warc_folders(tree: ast.Module) -> set[str]:
    """Where a file takes the folder of WARC files for something else than a message."""
    shown = {
        id(node)
        for text in ast.walk(tree)
        if isinstance(text, ast.FormattedValue)
        for node in ast.walk(text)
    }
    return {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("warc", "warc_folder")
        if id(node) not in shown and not ast.unparse(node).startswith("archive.")
    }


def test_warc_files_are_touched_in_one_module() -> None:
    may = (*OTHER_FILES, "archive.warc.storage")
    found = {
        module: calls
        for module, tree in MODULES.items()
        if not any(is_in(module, place) for place in may) and (calls := file_calls(tree))
    }
    assert found == {}
    folders = {module for module, tree in MODULES.items() if warc_folders(tree)}
    assert folders - set(WARC_FOLDERS) - {"archive.layout"} == set()


def test_the_modules_that_touch_other_files_are_still_there_and_do() -> None:
    touching = [module for module, tree in MODULES.items() if file_calls(tree)]
    assert [p for p in OTHER_FILES if not any(is_in(m, p) for m in touching)] == []
