"""The source files of a portal in a folder of one's own: its module, and those that it imports."""

from collections import deque
from pathlib import Path

from archive.warc.sources import SourceFile
from portal_crawler.portals.own_folder import file_of, is_own
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.source_code import imported, source_text, statements


def own_sources(portal: PageReader) -> list[SourceFile]:
    """The files by their paths in the folder; none for a portal that does not lie in one."""
    declared = portal if isinstance(portal, type) else type(portal)
    found: dict[str, SourceFile] = {}
    asked: set[str] = set()
    waiting = deque(cls.__module__ for cls in declared.__mro__)
    while waiting:
        name = waiting.popleft()
        if name in asked or not is_own(name):
            continue
        asked.add(name)
        waiting.append(name.rpartition(".")[0])  # its package is imported first
        file = file_of(name)
        if file is not None:
            source = SourceFile(file.path, file.full.read_bytes())
            found[file.path] = source
            waiting.extend(_imported(name, file.full, source))
    return [found[path] for path in sorted(found)]


def _imported(name: str, path: Path, source: SourceFile) -> list[str]:
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    return list(imported(statements(source_text(source.data)), package))
