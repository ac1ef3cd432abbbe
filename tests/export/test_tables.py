"""`portal export csv`, `jsonl` and `parquet`, read back by other people's software."""

import csv
import io
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest

from archive.export import data_package, parquet
from archive.export.columns import COLUMNS, NAMES, Kind
from archive.layout import Layout
from archive.spreadsheet import MARK
from portal_crawler.cli import main
from tests.archive.building import small_archive
from tests.archive.test_foreign_values import ODD
from tests.export.found import (
    HARD_BODY,
    HARD_TITLE,
    LONG_KEY,
    Captured,
    awkward,
    export,
    objects,
)
from tests.support.crawls import ROOT, ended, environment

LISTS = [column.name for column in COLUMNS if column.kind in (Kind.TEXTS, Kind.PARTS)]
NUMBERS = [column.name for column in COLUMNS if column.kind is Kind.NUMBER]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return awkward(tmp_path_factory.mktemp("archive"))


def as_exported(cells: dict[str, str]) -> dict[str, Any]:
    """The values that the cells of a CSV row stand for."""
    values: dict[str, Any] = {name: cell.removeprefix(MARK) or None for name, cell in cells.items()}
    values |= {name: json.loads(cells[name]) for name in LISTS}
    return values | {name: int(cells[name]) for name in NUMBERS}


def test_rows_are_sorted_by_date_then_id_and_hold_lead_and_body(
    archive: Layout, capsysbinary: Captured
) -> None:
    rows = objects(archive, capsysbinary)
    assert [tuple(row) for row in rows] == [NAMES] * 5
    with closing(sqlite3.connect(archive.database)) as connection:
        query = "SELECT portal || '/' || key FROM articles ORDER BY published_at IS NULL, published_at, id"  # noqa: E501
        assert [(row["ref"],) for row in rows] == connection.execute(query).fetchall()
    hard = next(row for row in rows if row["title"] == HARD_TITLE)
    assert (hard["lead"], hard["body"]) == ("'tin'", HARD_BODY)
    assert hard["images"] == [
        {"src": "http://a.test/a.jpg", "caption": "Ảnh {1}", "credit": None},
        {"src": "http://a.test/b.png", "caption": None, "credit": None},
    ]
    assert hard["attachments"][0]["name"] == "Kế hoạch"
    assert (hard["portal_title"], hard["province"]) == (
        "Sở Thông tin và Truyền thông Hà Nội", "Hà Nội",
    )  # fmt: skip


def test_a_row_leads_to_the_record_of_its_page(archive: Layout, capsysbinary: Captured) -> None:
    for row in objects(archive, capsysbinary):
        assert main(["show", row["ref"], "--cite", "--json", "--archive", str(archive.folder)]) == 0
        cited = json.loads(capsysbinary.readouterr()[0])
        for name in ("captured_at", "record_id", "warc_file", "warc_offset", "warc_length"):
            assert row[name] == cited[name]


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", ""), ("bao", ""), ("bão -tan", ""), ("", "--from 2022-06 --to 2022-06"),
        ("", "--author lê"), ("", "--section tin-tuc"), ("", "--has image"), ("", "--gone"),
        ("bão", "--province hanoi"),
        ("bão", "--sort rank"), ("bão", "--sort newest --limit 2 --offset 1"),
        ("bao", "--exact"), ('"và lũ"', "--versions"), ("khongco", ""),
    ],
)  # fmt: skip
def test_exactly_what_search_finds_is_exported(
    archive: Layout, capsysbinary: Captured, query: str, options: str
) -> None:
    given = options.split() if "--sort" in options else [*options.split(), "--sort", "oldest"]
    words = [query] if query else []
    exported = [row["ref"] for row in objects(archive, capsysbinary, *words, *options.split())]
    every = "bão OR tin OR đổi"
    assert main(["search", query or every, *given, "--json", "--archive", str(archive.folder)]) == 0
    found = [json.loads(line) for line in capsysbinary.readouterr()[0].splitlines()]
    assert exported == [f"{hit['portal']}/{hit['key']}" for hit in found]


@pytest.mark.parametrize(
    "words",
    [
        ["--limit", "9", "bão", "-tan"],
        ["bão", "--limit", "9", "-tan"],
        ["-tan", "--limit", "9", "bão"],
    ],
)
def test_words_may_stand_behind_options(
    archive: Layout, capsysbinary: Captured, words: list[str]
) -> None:
    expected = objects(archive, capsysbinary, "bão", "-tan")
    assert len(expected) == 2
    assert objects(archive, capsysbinary, *words) == expected


def test_a_text_of_an_earlier_version_is_exported_with_its_number(
    archive: Layout, capsysbinary: Captured
) -> None:
    (row,) = objects(archive, capsysbinary, '"và lũ"', "--versions")
    assert (row["body"], row["version"], row["versions"]) == ("Bão và lũ.", 1, 2)
    (now,) = objects(archive, capsysbinary, "title:bão")
    assert (now["body"], now["version"]) == ("Bão đã tan.", 2)
    assert row["captured_at"] < now["captured_at"]


def test_csv_is_what_a_spreadsheet_opens(archive: Layout, capsysbinary: Captured) -> None:
    data, _ = export(archive, capsysbinary, "csv")
    assert data.startswith(b"\xef\xbb\xbfref,portal,")
    text = data.decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == NAMES
    assert text.count("\r\n") == len(lines) + 1
    for line in lines:
        for cell in line:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not (cell.isdigit() and len(cell) > len("123456789012345"))
    assert f"hanoi-sotttt/{LONG_KEY}" in {line[0] for line in lines}


def test_csv_gives_the_values_back_to_python_pandas_and_duckdb(
    archive: Layout, capsysbinary: Captured, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    export(archive, capsysbinary, "csv", "-o", str(path))
    expected = objects(archive, capsysbinary)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [as_exported(cells) for cells in csv.DictReader(file)] == expected
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert [as_exported(cells) for cells in frame.to_dict("records")] == expected
    query = f"SELECT * FROM read_csv('{path}', all_varchar = true)"
    cursor = duckdb.sql(query)
    rows = [
        {name: cell or "" for name, cell in zip(cursor.columns, row, strict=True)}
        for row in cursor.fetchall()
    ]
    assert [as_exported(cells) for cells in rows] == expected


def test_parquet_has_types(archive: Layout, capsysbinary: Captured, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    export(archive, capsysbinary, "parquet", "-o", str(path))
    rows = {row["ref"]: row for row in pq.read_table(path).to_pylist()}
    plain = objects(archive, capsysbinary)
    assert list(rows) == [row["ref"] for row in plain]
    for row in plain:
        typed = rows[row["ref"]]
        assert {name: typed[name] for name in (*LISTS, *NUMBERS, "title", "body")} == {
            name: row[name] for name in (*LISTS, *NUMBERS, "title", "body")
        }
        assert typed["captured_at"] == datetime.fromisoformat(row["captured_at"])
    hard, day = rows["hanoi-sotttt/2"], rows["hanoi-sotttt/6"]
    assert hard["published_at"] == datetime(2022, 7, 13, 16, 52, tzinfo=UTC)
    assert hard["published_on"] == date(2022, 7, 13)
    assert (day["published_at"], day["published_on"]) == (None, date(2022, 6, 1))
    assert pd.read_parquet(path)["tags"].map(len).sum() == 2
    query = f"SELECT count(*) FROM '{path}' WHERE len(attachments) > 0"
    assert duckdb.sql(query).fetchall() == [(1,)]


def test_row_groups_are_bounded(archive: Layout, capsysbinary: Captured, tmp_path: Path) -> None:
    row = objects(archive, capsysbinary, "title:bão")[0]
    many = ({**row, "ref": str(number)} for number in range(2 * parquet.MOST_ROWS + 1))
    long = ({**row, "body": "x" * parquet.MOST_CHARACTERS} for _ in range(2))
    for rows, groups in ((many, 3), (long, 2)):
        with (tmp_path / "a.parquet").open("wb") as file:
            parquet.write_parquet(file, rows)
        assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == groups


def test_the_package_beside_a_table_describes_it(
    archive: Layout, capsysbinary: Captured, tmp_path: Path
) -> None:
    for kind in ("csv", "jsonl", "parquet"):
        export(
            archive,
            capsysbinary,
            kind,
            "--from",
            "2020",
            "-o",
            str(tmp_path / f"Bài {kind}.{kind}"),
        )
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    package = json.loads((tmp_path / "datapackage.json").read_text())
    assert package["profile"] == "tabular-data-package"
    assert [one["path"] for one in package["resources"]] == [
        "Bài csv.csv", "Bài jsonl.jsonl", "Bài parquet.parquet",
    ]  # fmt: skip
    for resource in package["resources"]:
        assert resource["title"] == "from 2020"
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(NAMES)
        assert all(field["description"] and field["description_vi"] for field in fields)
    export(archive, capsysbinary, "csv", "-o", str(tmp_path / "bài-csv.csv"))
    package = json.loads((tmp_path / "datapackage.json").read_text())
    assert len({one["name"] for one in package["resources"]}) == 4


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        ("[]", "a.csv", 2), ('{"resources": 1}', "a.csv", 2), ("{", "a.csv", 2),
        ("[" * 100_000, "a.csv", 2), ('{"resources": []}', ".a.csv", 2),
        ('{"resources": []}', "\udcff.csv", 2),
        ('{"name": "mine", "resources": [{"name": "x", "data": []}]}', "a.csv", 0),
    ],
)  # fmt: skip
def test_somebody_elses_datapackage_is_kept(
    archive: Layout, capsysbinary: Captured, tmp_path: Path, content: str, name: str, code: int
) -> None:
    (tmp_path / "datapackage.json").write_text(content)
    export(archive, capsysbinary, "csv", "-o", str(tmp_path / name), code=code)
    now = (tmp_path / "datapackage.json").read_text()
    if code:
        assert now == content
        assert not (tmp_path / name).exists()
    else:
        assert json.loads(now)["name"] == "mine"
        assert [one["name"] for one in json.loads(now)["resources"]] == ["x", "a.csv"]


def test_a_datapackage_without_end_is_not_read(
    archive: Layout, capsysbinary: Captured, tmp_path: Path
) -> None:
    (tmp_path / "datapackage.json").write_text('{"resources": []}' + " " * data_package.MOST_BYTES)
    _, err = export(archive, capsysbinary, "csv", "-o", str(tmp_path / "a.csv"), code=2)
    assert "move it away" in err


def test_a_pipe_in_its_place_holds_nothing_up(
    archive: Layout, capsysbinary: Captured, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "datapackage.json")
    _, err = export(archive, capsysbinary, "csv", "-o", str(tmp_path / "a.csv"), code=1)
    assert "a named pipe" in err
    assert not (tmp_path / "a.csv").exists()


def test_a_filter_in_bytes_that_are_no_text_finds_nothing(
    archive: Layout, capsysbinary: Captured, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    _, err = export(archive, capsysbinary, "csv", "--category", "\udcff", "-o", str(path))
    assert err == "0 articles\n"


def test_the_dictionary_needs_no_archive(capsysbinary: Captured, tmp_path: Path) -> None:
    for words in (["csv"], []):
        given = ["export", *words, "--dictionary", "--archive", str(tmp_path / "none")]
        assert main(given) == 0
        lines = capsysbinary.readouterr()[0].decode().splitlines()
        assert lines[0].split() == ["column", "type", "source", "meaning", "meaning_vi"]
        assert [line.split()[0] for line in lines[1:]] == list(NAMES)
    assert main([*given, "--json"]) == 0
    first = json.loads(capsysbinary.readouterr()[0].splitlines()[0])
    assert (first["column"], first["type"]) == ("ref", "text")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a kind"),
        (("parquet",), "name a file with -o"),
        (("csv", "--json"), "name one with -o"),
        (("csv", "--limit", "0"), "--limit takes 1 or more"),
        (("csv", "--offset", "-1"), "--offset 0 or more"),
        (("csv", "--viewer"), "--viewer goes with a site"),
        (("bibtex", "--dictionary"), "goes with a table"),
        (("wacz", "--dictionary"), "goes with a table"),
        (("wacz", "--limit", "0"), "goes with a table"),
        (("csv", '"bão'), "a quotation mark is not closed"),
        (("csv", "--portal", "none"), "no portal none"),
    ],
)
def test_what_makes_no_sense_is_refused(
    archive: Layout, capsysbinary: Captured, words: tuple[str, ...], said: str
) -> None:
    out, err = export(archive, capsysbinary, *words, code=2)
    assert out == b""
    assert said in err


def test_a_file_is_reported_and_never_overwritten(
    archive: Layout, capsysbinary: Captured, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    out, err = export(archive, capsysbinary, "csv", "-o", str(path), "--json")
    values = {"file": str(path), "bytes": path.stat().st_size, "articles": 5}
    assert json.loads(out) == values
    assert err == "5 articles\n"
    before = path.read_bytes()
    for kind in ("csv", "bibtex", "parquet"):
        _, err = export(archive, capsysbinary, kind, "-o", str(path), code=2)
        assert "exists already; delete it" in err
    assert path.read_bytes() == before
    _, err = export(archive, capsysbinary, "ris", "-o", str(tmp_path / "none" / "a.ris"), code=1)
    assert "name a file in a folder that is there" in err


def test_nothing_found_is_a_table_without_rows(
    archive: Layout, capsysbinary: Captured, tmp_path: Path
) -> None:
    out, err = export(archive, capsysbinary, "csv", "--gone")
    assert out.decode("utf-8-sig").split("\r\n")[1:] == [""]
    assert err == "0 articles\n"
    export(archive, capsysbinary, "parquet", "--gone", "-o", str(tmp_path / "a.parquet"))
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 0


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """As many copies of an article as take seconds to export."""
    layout = awkward(tmp_path_factory.mktemp("large"))
    with closing(sqlite3.connect(layout.database)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
        connection.execute("DELETE FROM articles WHERE key <> '2'")
        named = {"id": "n", "key": "'k' || n", "search_id": "search_id + n"}
        values = ", ".join(named.get(name, name) for name in names)
        connection.execute(
            "WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s WHERE n < 12000)"
            f" INSERT INTO articles SELECT {values} FROM articles, s WHERE key = '2'"
        )
        connection.commit()
    return layout


def started(archive: Layout, *words: str, **streams: Any) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "portal_crawler.cli", "export", *words,
               "--archive", str(archive.folder)]  # fmt: skip
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    env = environment(PORTAL_QUERY_S="0.001", TERM="xterm")
    return subprocess.Popen(command, cwd=ROOT, env=env, text=True, **pipes)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_leaves_nothing(
    large: Layout, tmp_path: Path, kind: str, sent: signal.Signals
) -> None:
    process = started(large, kind, "-o", str(tmp_path / "a"))
    while process.poll() is None and not list(tmp_path.iterdir()):
        time.sleep(0.01)
    process.send_signal(sent)
    end = ended(process)
    assert (end.code, list(tmp_path.iterdir()), end.stdout) == (130, [], "")


def test_a_reader_that_hangs_up_ends_it_quietly(large: Layout) -> None:
    process = started(large, "csv")
    assert process.stdout is not None
    assert process.stdout.readline().lstrip("\ufeff").startswith("ref,")
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(30) == 0


def test_a_time_limit_of_queries_does_not_cut_it_off(large: Layout, tmp_path: Path) -> None:
    end = ended(started(large, "jsonl", "-o", str(tmp_path / "a.jsonl")))
    assert (end.code, end.stderr) == (0, "12,001 articles\n")
    with (tmp_path / "a.jsonl").open() as file:
        assert sum(1 for _ in file) == 12_001


def test_progress_is_shown_on_a_terminal(large: Layout, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = started(large, "ris", "--limit", "1200", "-o", str(tmp_path / "a"), stderr=theirs)
    os.close(theirs)
    assert process.wait(30) == 0
    assert b"500 articles\r\x1b[K1,000 articles\r\x1b[K1,200 articles" in os.read(ours, 10_000)
    os.close(ours)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_full_disk_is_said_and_left_empty(large: Layout, full_disk: Path, kind: str) -> None:
    end = ended(started(large, kind, "-o", str(full_disk / "a")))
    assert end.code == 1
    assert "free the disk" in end.stderr
    assert list(full_disk.iterdir()) == []


def test_a_full_disk_behind_stdout_is_said(archive: Layout) -> None:
    with Path("/dev/full").open("w") as full:
        end = ended(started(archive, "csv", stdout=full, stderr=subprocess.PIPE))
    assert end.code == 1
    assert "free the disk" in end.stderr


def test_parquet_without_its_package_says_what_to_install(archive: Layout, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError(\"No module named 'pyarrow'\")")
    command = [sys.executable, "-m", "portal_crawler.cli", "export", "parquet", "-o",
               str(tmp_path / "a"), "--archive", str(archive.folder)]  # fmt: skip
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(PYTHONPATH=path), text=True, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "pip install 'portal-archive[parquet]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("kind", ["parquet", "bibtex"])
def test_odd_values_are_exported_or_named(
    tmp_path: Path, capsysbinary: Captured, kind: str
) -> None:
    layout = small_archive(tmp_path / "archive")
    pristine = layout.database.read_bytes()
    exported_tables = ("articles", "captures", "portals", "images")
    for number, (table, column, value) in enumerate(ODD):
        if table not in exported_tables:
            continue
        layout.database.write_bytes(pristine)
        with closing(sqlite3.connect(layout.database)) as connection:
            connection.execute("DROP TRIGGER IF EXISTS articles_exact_update")
            connection.execute("DROP TRIGGER IF EXISTS articles_folded_update")
            connection.execute(f"UPDATE {table} SET {column} = {value}")
            connection.commit()
        out = tmp_path / f"{number}.{kind}"
        code = main(["export", kind, "-o", str(out), "--archive", str(layout.folder)])
        said = capsysbinary.readouterr().err.decode()
        assert code in (0, 4), (column, value, said)
        assert len(said.splitlines()) == 1, (column, value, said)
        assert out.exists() == (code == 0)


def test_a_terminal_gets_nothing_that_acts_on_it_and_a_pipe_all(tmp_path: Path) -> None:
    layout = awkward(tmp_path / "copy")
    with closing(sqlite3.connect(layout.database)) as connection:
        connection.execute("UPDATE articles SET source = 'a' || char(27) || '[2J' WHERE key = '2'")
        connection.commit()
    ours, theirs = pty.openpty()
    process = started(layout, "csv", "title:calc", stdout=theirs)
    os.close(theirs)
    assert process.wait(30) == 0
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "\x1b[2J" not in shown
    assert shown.startswith("ref,")
    assert "\x1b[2J" in ended(started(layout, "csv", "title:calc")).stdout


def test_a_value_that_is_never_written_is_damage(archive: Layout, tmp_path: Path) -> None:
    copy = awkward(tmp_path / "copy")
    with closing(sqlite3.connect(copy.database)) as connection:
        connection.execute("UPDATE articles SET tags = '{' WHERE key = '2'")
        connection.commit()
    end = ended(started(copy, "csv", "-o", str(tmp_path / "a.csv")))
    assert end.code == 4
    assert "`portal rebuild` makes it again" in end.stderr
    assert not (tmp_path / "a.csv").exists()
