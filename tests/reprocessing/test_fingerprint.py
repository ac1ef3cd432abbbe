"""The fingerprint of a portal's rules: another where its pages may be read otherwise, else not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal_crawler.cleaning.profile import Profile
from portal_crawler.platforms.generic import Generic
from portal_crawler.reprocessing.fingerprint import canonical_value, fingerprint, reached_code
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt
from tests.support.crawls import ROOT, environment
from tests.support.portals import Wire, WireTwo

OWN = """
import re

from mine_text import FIRST_LINE
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal


class Mine(Portal):
    name = "mine"
    title = "Sở Của Tôi"
    hosts = ("mine.test",)
    article_profile = Profile(name="mine", title=("h1",))

    @classmethod
    def read_article_page(cls, body, url, fetched_at, content_type):
        first = re.match(FIRST_LINE, body)
        return super().read_article_page(first[0], url, fetched_at, content_type)


class Other(Portal):
    name = "other"
    title = "Sở Khác"
    hosts = ("other.test",)
    article_profile = Profile(name="other", title=("h2",))


class Borrower(Portal):
    name = "borrower"
    title = "Sở Mượn"
    hosts = ("borrower.test",)

    @classmethod
    def read_article_page(cls, body, url, fetched_at, content_type):
        return Other.read_article_page(body, url, fetched_at, content_type)
"""

ASKED = """
import importlib, sys
from portal_crawler.platforms.generic import Generic
from portal_crawler.reprocessing.fingerprint import fingerprint
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt
from portal_crawler.spiders.mst import Mst
from mine import Borrower, Mine, Other

for portal in (HanoiSotttt, Mst, Generic, Mine, Other, Borrower):
    print(portal.__name__, fingerprint(portal))
"""


class Code:
    """A copy of both packages with a folder of somebody's own portals, as one process sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("archive", "portal_crawler"):
            left_out = shutil.ignore_patterns("*.pyc", "pages")
            shutil.copytree(ROOT / name, folder / name, ignore=left_out)
        (folder / "own").mkdir()
        (folder / "own" / "mine.py").write_text(OWN, encoding="utf-8")
        (folder / "own" / "mine_text.py").write_text("FIRST_LINE = rb'[^\\n]*'\n")
        self.before = self.fingerprints()

    def fingerprints(self) -> dict[str, str]:
        path = f"{self.folder}:{self.folder / 'own'}"
        ended = subprocess.run(
            [sys.executable, "-c", ASKED], cwd=self.folder, text=True, capture_output=True,
            env=environment(PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1"), check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        return dict(line.split() for line in ended.stdout.splitlines())

    def changed(self, *changes: tuple[str, str, str]) -> set[str]:
        """The portals with another fingerprint where files say otherwise; they are put back.

        A change is a file, what stands in it, and what stands there then.
        """
        files = [self.folder / file for file, _, _ in changes]
        sources = {path: path.read_text("utf-8") for path in files}
        for file, old, new in changes:
            assert old in sources[self.folder / file]
            changed = sources[self.folder / file].replace(old, new, 1)
            (self.folder / file).write_text(changed, encoding="utf-8")
        after = self.fingerprints()
        for path, source in sources.items():
            path.write_text(source, encoding="utf-8")
        return {name for name, value in after.items() if value != self.before[name]}


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Code:
    return Code(tmp_path_factory.mktemp("code"))


PROBLEMS = "portal_crawler/cleaning/problems.py"
EVERY = {"HanoiSotttt", "Mst", "Generic", "Mine", "Other", "Borrower"}
OF_ONE_FILE = {"Mine", "Other", "Borrower"}

CHANGES = {
    "a constant of cleaning": (PROBLEMS, "CHARS = 80", "CHARS = 81", EVERY),
    "a value of the archive's models": ("archive/models.py", "Article:", "Article(object):", EVERY),
    "learning": ("portal_crawler/learning/learner.py", "import", "X = 1\nimport", {"Generic"}),
    "one platform": ("portal_crawler/platforms/vccorp.py", '".detail-sapo"', '".sapo"', {"Mst"}),
    "one portal": ("portal_crawler/spiders/mst.py", "    name =", "    a = 1\n    name =", {"Mst"}),
    "a module beside portals": ("own/mine_text.py", "FIRST", "X = 1\nFIRST", OF_ONE_FILE),
    "one portal of three in a file, and who reads by it": (
        "own/mine.py",
        '"h2"',
        '"h3"',
        {"Other", "Borrower"},
    ),
    "a portal's own reading": ("own/mine.py", "first[0]", "first[0][1:]", {"Mine"}),
}
NO_CHANGES = (
    (PROBLEMS, "import Article\n", "import Article  # a word\n"),
    ("portal_crawler/cleaning/words/text.py", '"""', '"""In other words: '),
    ("portal_crawler/crawl/listing_crawl.py", "OLDER_IN_A_ROW = 20", "OLDER_IN_A_ROW = 21"),
    ("archive/warc/writer.py", "import", "X = 1\nimport"),
)
"""A comment and a docstring of cleaning; what asks for pages, and what writes files."""


@pytest.mark.parametrize(("file", "old", "new", "others"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_code_changes_the_fingerprints_of_whom_it_reaches(
    code: Code, file: str, old: str, new: str, others: set[str]
) -> None:
    assert code.changed((file, old, new)) == others


def test_comments_docstrings_and_what_reads_no_page_change_none(code: Code) -> None:
    assert code.changed(*NO_CHANGES) == set()


@pytest.mark.parametrize("library", ["lxml", "beautifulsoup4", "trafilatura"])
def test_another_version_of_what_parses_pages_changes_them_all(code: Code, library: str) -> None:
    installed = code.folder / f"{library}-99.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: 99.0\n")
    after = code.fingerprints()
    shutil.rmtree(installed)
    assert {name for name in after if after[name] != code.before[name]} == EVERY


def test_what_a_portal_declares_at_run_time_counts() -> None:
    layout = Profile(name="wire", title=("h1",), lead=(".none",))
    other = type("Other", (Wire,), {"article_profile": layout})
    same = type("Same", (Wire,), {"article_profile": Wire.article_profile})
    elsewhere = type("Elsewhere", (Wire,), {"hosts": ("elsewhere.test",)})
    assert fingerprint(other) != fingerprint(same)
    assert fingerprint(elsewhere) == fingerprint(same)


def test_a_portals_own_attribute_that_its_reading_may_use_counts() -> None:
    cut = [type("Cut", (Wire,), {"cut_behind": word}) for word in ("Hết", "Tin khác")]
    assert fingerprint(cut[0]) != fingerprint(cut[1])


def test_two_portals_of_one_file_have_their_own() -> None:
    assert fingerprint(Wire) != fingerprint(WireTwo)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": (None, True)}, "{'b': 1, 'a': (None, True)}"),
        (frozenset("ba"), "{'a', 'b'}"),
        ("Sở", "'S\\u1edf'"),
        (object(), "builtins.object"),
    ],
)
def test_a_value_is_written_alike_in_each_process(value: object, text: str) -> None:
    assert canonical_value(value) == text


def test_all_that_reading_a_page_loads_is_covered() -> None:
    program = (
        "import sys, portal_crawler.cleaning.extraction, portal_crawler.cleaning.problems\n"
        "print(*(name for name in sys.modules if name.startswith(('archive.', 'portal_crawler.'))))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, text=True, capture_output=True, check=True
    ).stdout.split()
    packages = {name for name in loaded if (ROOT / name.replace(".", "/")).is_dir()}
    assert len(loaded) > 20
    assert set(loaded) - packages <= set(reached_code(HanoiSotttt))


def test_a_portal_that_learns_covers_all_of_learning_and_a_described_one_none() -> None:
    folder = ROOT / "portal_crawler" / "learning"
    modules = {f"portal_crawler.learning.{path.stem}" for path in folder.glob("[!_]*.py")}
    assert modules <= set(reached_code(Generic))
    assert modules.isdisjoint(reached_code(HanoiSotttt))
