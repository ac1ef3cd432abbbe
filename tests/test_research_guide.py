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
from collections.abc import Iterator
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
QUESTIONS = [title for title in SECTIONS if title[0].isdigit()]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Place:
    """Where the snippets run."""

    folder: Path
    variables: dict[str, Any]

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def shell(self, script: str) -> str:
        """Stdout of a block of commands, in the folder, which is the user's home."""
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        given = {"HOME": str(self.folder), "PATH": path, "PORTAL_ARCHIVE": str(self.archive)}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=self.folder,
            env={**environment(), **given}, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

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


def fill(folder: Path) -> None:
    """Two portals; each question has an answer, and articles that are none."""
    hanoi = ArchiveBuilder(folder, "hanoi-sotttt")
    document = Attachment(href="http://sotttt.hanoi.gov.vn/a.pdf", name="Kế hoạch")
    topics = [
        ("1", "Chuyển đổi số ở Thủ đô", "2020-03-02", "Lê Văn A"),
        ("2", "Số hóa", "2020-03-09T08:00:00+07:00", "Kim Chi"),
        ("3", "Kế hoạch chuyển đổi số", "2021-05-01", "Kim Chi"),
        ("4", "Tổng kết", "2022-06-01T23:30:00+07:00", None),
        ("5", "Hội nghị", None, "Kim Chi"),
    ]
    for key, title, published, author in topics:
        hanoi.article(
            key, title, published_at=published, author=author,
            lead="Chuyển đổi số là việc\nmới.",
            body="Nói về chuyển đổi số, và nói nữa: chuyển đổi số. Chuyển đổi số!",
            attachments=(document,) if key in "35" else (),
        )  # fmt: skip
    storm = Article(url="", title="Bão số 3", body="Bão.", published_at="2022-09-01")
    edit(hanoi, "4410140", storm, "Bão đã tan.")
    hanoi.article("4410141", "Phỏng vấn", body="Chỉ cần: hồ sơ nộp một lần, “là xong”.")
    hanoi.article("6", "Bão và bệnh", body="Sau bão, COVID đã lùi.", published_at="2022-09-02")
    hanoi.article("7", "Bao nhiêu", body="Không có gì.", published_at="2022-09-02")
    put_portal(hanoi, "Hà Nội")
    hanoi.close()
    mst = ArchiveBuilder(folder, "mst", days=1)
    mst.article(
        "1", "Chuyển đổi số quốc gia", published_at="2020-12-31", author="Lê Văn A", body="Một lần."
    )
    edit(mst, "2", Article(url="", title="BÃO mới", body="Gió.", published_at="2023-01-01"), "Mưa.")
    put_portal(mst, None)
    layout = mst.close()
    with closing(sqlite3.connect(layout.database)) as connection:
        connection.execute("UPDATE articles SET gone_at = '2026-11-22T03:00:00Z' WHERE key = '7'")
        connection.commit()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("home"), {})
    fill(made.archive)
    blocks = BLOCK.findall(SECTIONS["Before you begin"])
    before = dict(os.environ)
    os.environ["PORTAL_ARCHIVE"] = str(made.archive)
    try:
        for language, block in blocks:
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
    blocks = BLOCK.findall(SECTIONS[question])
    assert [language for language, _ in blocks] == ["sh", "sql", "python", "python"]
    (_, shell), (_, sql), (_, by_pandas), (_, by_duckdb) = blocks
    assert "duckdb" in by_duckdb
    with closing(sqlite3.connect(place.archive / "archive.db")) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(sql)]
    return [
        of_shell(place, place.shell(shell)),
        rows,
        *(of_value(in_folder(place, block)) for block in (by_pandas, by_duckdb)),
    ]


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


@pytest.mark.parametrize(
    ("question", "columns", "number"),
    list(
        zip(
            QUESTIONS,
            (
                "month articles", "author articles", "author articles", "ref title",
                "version seen_at title", "ref title versions", "ref title gone_at",
                "url warc_file warc_offset record_id", "ref", "ref title lead body", "ref title",
                "ref title",
            ),
            (5, 3, 2, 2, 2, 2, 1, 1, 23, 5, 2, 3),
            strict=True,
        )
    ),
)  # fmt: skip
def test_the_four_answers_agree(place: Place, question: str, columns: str, number: int) -> None:
    found = [
        [tuple(row[name] for name in columns.split()) for row in map(with_ref, rows)]
        for rows in answers(place, question)
    ]
    if "newest" not in question:
        found = [sorted(rows) for rows in found]
    assert found[1:] == [found[0]] * 3
    assert len(found[0]) == number


def test_there_are_twelve_questions() -> None:
    assert [title.split(".")[0] for title in QUESTIONS] == [str(n) for n in range(1, 13)]


def test_views_and_sqlite_utils_answer_as_the_guide_says(place: Place) -> None:
    with closing(sqlite3.connect(place.archive / "archive.db")) as connection:
        views = re.findall(r"`(SELECT [^`]+)`", "".join(SECTIONS[title] for title in QUESTIONS))
        assert len(views) == 3
        for query in views:
            assert connection.execute(query).fetchall()
    (command,) = re.findall(r"`(sqlite-utils query [^`]+)`", GUIDE)
    assert "Chuyển đổi số" in place.shell(command)
