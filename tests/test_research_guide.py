"""docs/RESEARCH.md: each block runs, and the four answers to a question agree."""

import ast
import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from archive.models import Article, Attachment, PortalEntry
from tests.archive.building import ArchiveBuilder, page
from tests.support.crawls import ROOT, environment

GUIDE = (ROOT / "docs" / "RESEARCH.md").read_text("utf-8")
PARTS = re.split(r"^## (.+)\n", GUIDE, flags=re.MULTILINE)
SECTIONS = dict(zip(PARTS[1::2], PARTS[2::2], strict=True))
TITLES = [title for title in SECTIONS if title[0].isdigit()]
QUESTIONS = TITLES[1:]
"""Those with four answers: all but the first, which is number 0."""

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Place:
    """Where the snippets run."""

    folder: Path
    variables: dict[str, Any]

    @property
    def archive(self) -> Path:
        return self.folder / "demo-archive"

    def shell(self, script: str) -> str:
        """Stdout of a block of commands, in the folder, which is the user's home."""
        return self.run(["bash", "-euo", "pipefail", "-c", script]).stdout

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """The end of a command that finds the programs of this Python's environment."""
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        given = {"HOME": str(self.folder), "PATH": path, "PORTAL_ARCHIVE": str(self.archive)}
        done = subprocess.run(
            command, cwd=self.folder, env={**environment(), **given}, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    def python(self, script: str) -> object:
        """The value of a block's last line."""
        *before, last = ast.parse(script).body
        exec(compile(ast.Module(before, []), "<block>", "exec"), self.variables)
        if isinstance(last, ast.Expr):
            return eval(compile(ast.Expression(last.value), "<block>", "eval"), self.variables)
        exec(compile(ast.Module([last], []), "<block>", "exec"), self.variables)
        return None


def put_portal(builder: ArchiveBuilder, province: str | None) -> None:
    entry = PortalEntry(
        name=builder.portal, title="Cơ quan", platform="liferay6", province=province,
        home="http://sotttt.hanoi.gov.vn/",
    )  # fmt: skip
    builder.put(lambda: builder.store.runs.put_portal(entry))


def edit(builder: ArchiveBuilder, key: str, first: Article, body: str) -> None:
    before = None
    for text in (first.body, body):
        capture = builder.exchange(key, page(str(text)))
        article = replace(first, url=capture.url, body=text)
        builder.put(partial(builder.store.articles.put, article, capture, lambda *_, a=before: a))
        before = article


TOPICS = [
    ("1", "Chuyển đổi số ở tỉnh", "2022-03-02", "Phạm Linh"),
    ("2", "Ngày hội", "2022-03-09T08:00:00+07:00", "Linh Phạm"),
    ("3", "Kế hoạch chuyển đổi số", "2024-06-01", "Phạm Linh"),
    ("4", "Tổng kết", "2024-06-01T23:30:00+07:00", None),
    ("5", "Hội nghị", None, "Phạm Linh"),
    ("6", "Sơ kết", "2024-06-01T07:15:00+07:00", "Linh Phạm"),
]
YOUNG = [
    ("10", "Trẻ nhỏ học bơi", "Không có gì.", None),
    ("11", "Giải thưởng cho người trẻ", "Ai cũng vui.", None),
    ("12", "Người TRẺ và sóng", "Các em tự tay ĐO sóng.", None),
    ("13", "Tuổi trẻ", "Đo nước.", None),
    ("14", "Lớp trẻ", "Không có gì.", "Nhóm Đo"),
    ("15", "Trong trẻo", "Không có gì.", None),
    ("16", "Tre xanh", "Không có gì.", None),
    ("17", "Sức trẻ, đon đả", "Ông đón khách.", None),
]


def fill(folder: Path) -> None:
    """Two portals; each question has an answer, and articles that are none.

    Words begin and end with marked letters, and with capitals at the beginning of a sentence.
    """
    province = ArchiveBuilder(folder, "demo-tinh")
    document = Attachment(href="http://sotttt.hanoi.gov.vn/a.pdf", name="Kế hoạch")
    for key, title, published, author in TOPICS:
        province.article(
            key, title, published_at=published, author=author,
            lead="Chuyển đổi số là việc\nmới.",
            body="Đổi mới sáng tạo là đổi mới sáng tạo. ĐỔI MỚI sáng tạo! Đổi mới rồi sáng tạo. "
            "Vì đổi mới sáng tạo.",
            attachments=(document,) if key in "35" else (),
        )  # fmt: skip
    for key, title, body, author in YOUNG:
        province.article(key, title, body=body, author=author, published_at="2023-02-01")
    quoted = Article(
        url="", title="ĐỔI MỚI SÁNG TẠO", lead="Chủ đề “Mỗi nhà một tiện ích số”.", body="Một.",
        published_at="2022-08-30",
    )  # fmt: skip
    edit(province, "2418830", quoted, "Hai.")
    province.article("7", "Mỗi nhà một tiện ích, sổ tay", published_at="2022-09-02")
    put_portal(province, "Lâm Phước")
    province.close()
    ministry = ArchiveBuilder(folder, "demo-bo", days=1)
    ministry.article(
        "1", "Chuyển đổi số quốc gia", published_at="2022-12-31", author="Lê Văn A", body="Một."
    )
    ministry.article("3", "Số liệu chuyển sang đổi mới", published_at="2022-12-31", author="B")
    edit(
        ministry, "2", Article(url="", title="Bão", body="Gió.", published_at="2023-01-01"), "Mưa."
    )
    put_portal(ministry, None)
    layout = ministry.close()
    with closing(sqlite3.connect(layout.database)) as connection:
        connection.execute("UPDATE articles SET gone_at = '2026-11-22T03:00:00Z' WHERE key = '7'")
        connection.commit()


def crawl_the_demo(folder: Path) -> None:
    assert subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", "demo", "--quiet"], cwd=folder.parent,
        env=environment(), check=False, capture_output=True,
    ).returncode == 0  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    yield from prepared(Place(tmp_path_factory.mktemp("home"), {}), fill)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    yield from prepared(Place(tmp_path_factory.mktemp("home"), {}), crawl_the_demo)


def prepared(made: Place, make: Callable[[Path], None]) -> Iterator[Place]:
    """An archive in its place, and what the guide does before the questions."""
    make(made.archive)
    before = dict(os.environ)
    os.environ["PORTAL_ARCHIVE"] = str(made.archive)
    try:
        for language, block in BLOCK.findall(SECTIONS["Before you begin"]):
            (made.shell if language == "sh" else partial(in_folder, made))(block)
        yield made
    finally:
        os.environ.clear()
        os.environ.update(before)


def in_folder(place: Place, script: str) -> object:
    before = Path.cwd()
    os.chdir(place.folder)
    try:
        return place.python(script)
    finally:
        os.chdir(before)


def of_shell(place: Place, output: str) -> Rows:
    """The rows that a command printed as JSON or CSV, or wrote into a CSV file."""
    last = output.splitlines()[-1]
    if last.endswith(".csv"):
        output = Path(last).read_text("utf-8-sig")
    elif last.startswith("{"):
        values = json.loads(last)
        return [{**row} for row in values.get("versions", [values])]
    return list(csv.DictReader(io.StringIO(output, newline="")))


def of_value(value: object) -> list[dict[str, Any]]:
    if isinstance(value, pd.DataFrame):
        return [{str(name): cell for name, cell in row.items()} for row in value.to_dict("records")]
    assert isinstance(value, duckdb.DuckDBPyRelation)
    return [dict(zip(value.columns, row, strict=True)) for row in value.fetchall()]


def answers(place: Place, question: str) -> list[list[dict[str, Any]]]:
    """The rows of each of the four answers."""
    blocks = [block for block in BLOCK.findall(SECTIONS[question]) if block[0] != "r"]
    assert [language for language, _ in blocks] == ["sh", "sql", "python", "python"]
    (_, shell), (_, sql), (_, by_pandas), (_, by_duckdb) = blocks
    assert "duckdb" in by_duckdb
    return [
        of_shell(place, place.shell(shell)),
        of_sql(place, sql),
        *(of_value(in_folder(place, block)) for block in (by_pandas, by_duckdb)),
    ]


def of_sql(place: Place, sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(place.archive / "archive.db")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]


def with_ref(row: dict[str, Any]) -> dict[str, str]:
    found = {name: shown(value) for name, value in row.items()}
    if "key" in found and "portal" in found:
        found["ref"] = f"{found['portal']}/{found['key']}"
    return found


def shown(value: object) -> str:
    if isinstance(value, datetime) and not pd.isna(value):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict) or hasattr(value, "shape"):
        return "…"
    return "" if value is None or pd.isna(value) else str(value).removeprefix("'")


COLUMNS = dict(
    zip(
        QUESTIONS,
        (
            "month articles", "author articles", "author articles", "ref title",
            "version seen_at title", "ref title versions", "ref title gone_at",
            "url warc_file warc_offset record_id", "ref", "ref published_on title lead body",
            "ref title", "ref title",
        ),
        strict=True,
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "number"),
    list(zip(QUESTIONS, (4, 4, 3, 2, 2, 2, 1, 1, 25, 3, 3, 3), strict=True)),
)
def test_the_four_answers_agree(place: Place, question: str, number: int) -> None:
    assert agreed(place, question) == number


@pytest.mark.parametrize(
    ("question", "number"),
    list(zip(QUESTIONS, (7, 8, 3, 9, 1, 0, 0, 1, 3, 5, 4, 3), strict=True)),
)
def test_the_demo_answers_as_the_guide_says(demo: Place, question: str, number: int) -> None:
    assert agreed(demo, question) == number
    assert ("In the demo" in SECTIONS[question]) == (number == 0)


def agreed(place: Place, question: str) -> int:
    """How many rows each of the four answers has; they are equal."""
    for file in place.folder.glob("*.csv"):
        file.unlink()  # no export replaces a file
    found = [
        [tuple(row[name] for name in COLUMNS[question].split()) for row in map(with_ref, rows)]
        for rows in answers(place, question)
    ]
    if "newest" not in question:
        found = [sorted(rows) for rows in found]
    assert found[1:] == [found[0]] * 3
    return len(found[0])


def test_there_are_twelve_questions_behind_that_of_what_is_missing() -> None:
    assert [title.split(".")[0] for title in TITLES] == [str(n) for n in range(13)]


def test_what_is_missing_is_told_of_each_portal(place: Place) -> None:
    (_, shell), (_, sql) = BLOCK.findall(SECTIONS[TITLES[0]])
    shown = place.shell(shell)
    rows = of_sql(place, sql)
    assert {row["portal"] for row in rows if row["portal"] in shown} == {"demo-tinh", "demo-bo"}
    (words,) = re.findall("^`portal_count`.*?\n\n", SECTIONS[TITLES[0]], re.MULTILINE | re.DOTALL)
    named = set(re.findall("`(\\w+)`", words))
    assert named <= set(rows[0])


def test_the_guide_tells_words_from_a_phrase(demo: Place) -> None:
    found = [
        demo.run(["bash", "-c", f"portal search '{words}' --json"]).stderr.splitlines()[0]
        for words in ("chuyen doi so", '"chuyen doi so"')
    ]
    assert f'"{found[0]}"' in GUIDE
    assert found == ["11 articles, 10 with the words in a row", "10 articles"]


def test_views_and_sqlite_utils_answer_as_the_guide_says(place: Place) -> None:
    views = re.findall(r"`(SELECT [^`]+)`", "".join(SECTIONS[title] for title in QUESTIONS))
    assert len(views) == 3
    for query in views:
        assert of_sql(place, query)
    for command in re.findall(r"`(sqlite-utils [^`]+)`", GUIDE):
        assert "chuyển đổi số" in place.shell(command).lower()
    assert GUIDE.count("`sqlite-utils ") == 2
    assert "sqlite3 -readonly" in GUIDE
