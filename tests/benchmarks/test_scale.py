"""The archive that is made to be measured is one, and its curves can be seen."""

from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

from archive.database.schema import open_for_writing
from archive.integrity.row_checks import database_problems
from archive.layout import Layout
from benchmarks.curves import Curve, drawn
from benchmarks.scale_rows import fill

ARTICLES = 300


def test_made_up_rows_are_rows_of_an_archive_and_are_found(tmp_path: Path) -> None:
    with closing(open_for_writing(Layout(tmp_path))) as connection:
        fill(connection, 0, ARTICLES // 2)
        fill(connection, ARTICLES // 2, ARTICLES)
        found = [code for code, _, _ in database_problems(connection)]
        hits = "SELECT count(*) FROM articles_folded WHERE articles_folded MATCH 'chuyen'"
        assert connection.execute(hits).fetchone()[0] > ARTICLES / 2
        for table in ("articles_exact", "articles_folded"):
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")
    assert found == []


def test_a_drawing_has_a_curve_for_each_stage_and_says_how_much_it_grew() -> None:
    curves = [
        Curve("look-up", ((10_000, 2.0), (100_000, 2.2), (1_000_000, 2.4))),
        Curve("rows & index", ((10_000, 100.0), (100_000, 120.0), (1_000_000, 190.0))),
    ]
    drawing = ET.fromstring(drawn(curves, 1.25))
    space = "{http://www.w3.org/2000/svg}"
    lines = drawing.findall(f"{space}polyline")
    words = [text.text for text in drawing.findall(f"{space}text")]
    assert [len((line.get("points") or "").split()) for line in lines] == [3, 3]
    assert {"look-up: 1.20", "rows & index: 1.90", "limit 1.25", "1,000,000"} <= set(words)
