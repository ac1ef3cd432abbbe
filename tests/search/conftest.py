"""The two archives that are searched, each made once for the tests that only read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import pytest

from archive.database.reading import reading
from archive.layout import Layout
from tests.search.archives import demo_archive, documents_of, saved_archive
from tests.search.by_hand import Document
from tests.search.table import PACK, SAVED_PORTAL


@dataclass(frozen=True, slots=True)
class Searched:
    """An archive, open for reading, and its articles as a reader knows them."""

    layout: Layout
    connection: Connection
    documents: list[Document]

    @property
    def keys(self) -> dict[int, str]:
        """Keys by ids."""
        return {document.id: document.key for document in self.documents}


def opened(layout: Layout) -> Iterator[Searched]:
    documents = documents_of(layout)
    with reading(layout) as connection:
        yield Searched(layout, connection, documents)


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    yield from opened(demo_archive(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="package")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    if not PACK.exists():
        pytest.skip("the saved portal is not beside the project")
    folder: Path = tmp_path_factory.mktemp("saved")
    yield from opened(saved_archive(folder, SAVED_PORTAL, PACK))
