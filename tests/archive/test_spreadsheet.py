"""Cells of a CSV file that a spreadsheet neither runs nor changes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.spreadsheet import MARK, disarmed, kept_as_text

FULL_WIDTH = "＝＋－＠"  # noqa: RUF001
FORMULAS = [f"{sign}1" for sign in ("=", "+", "-", "@", "\t=", "\r=", "\n=", *FULL_WIDTH)]
FIRST = st.sampled_from(["", MARK, "0", *FORMULAS])


@pytest.mark.parametrize("text", [*FORMULAS, "+84 24", "@SUM(A1)", "- mục"])
def test_a_formula_is_disarmed(text: str) -> None:
    assert disarmed(text) == kept_as_text(text) == MARK + text


@pytest.mark.parametrize(
    "text",
    ["007", "1/2", "3-4", "10:30", "1e5", "5.0", "1.000", "10%", "1234567890123456", "2022-07-13"],
)
def test_what_a_spreadsheet_would_show_otherwise_stays_text(text: str) -> None:
    assert disarmed(text) == text
    assert kept_as_text(text) == MARK + text


@pytest.mark.parametrize("text", ["", "2022", "0", "123456789012345", "Số 5", "hanoi-sotttt/0012"])
def test_other_text_is_left_alone(text: str) -> None:
    assert kept_as_text(text) == text


@given(FIRST, st.text(st.characters(exclude_categories=["Cs"])))
def test_one_apostrophe_less_is_the_text_again(first: str, rest: str) -> None:
    for made in (disarmed(first + rest), kept_as_text(first + rest)):
        file = io.StringIO(newline="")
        csv.writer(file).writerow([made])
        ((cell,),) = csv.reader(io.StringIO(file.getvalue(), newline="")) or [[""]]
        assert cell.removeprefix(MARK) == first + rest
