"""Bad cells: each gives one message that names sheet, cell and remedy, and nothing is guessed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from answering import GOOD, INDEX, book_with, problems_of, put
from hypothesis import given
from hypothesis import strategies as st

from indicia._answer_cells import Cell, Trouble
from indicia._answer_values import value_of
from indicia._questions import Question
from indicia.errors import DataError


def test_a_good_file(tmp_path: Path) -> None:
    found = INDEX.read_answers(book_with(tmp_path))
    assert found["unit"].tolist() == ["Acme", "Bolt"] and found["cloud"].tolist() == [1.0, 0.0]
    assert INDEX.score(found, unit="unit")["use"].tolist() == [1 + 0.5 + 12 + 50 + 1 + 1, 0 + 0.25 + 7 + 60 + 2 + 0]


NUMBER = "enter a plain number"
PERSONS = f"{NUMBER} from 0 to 1000000, in persons"
DATES = "programs turn entries such as 3-5 into dates: format the cell as number or text and enter it again"
YES = "neither yes nor no; enter yes or no (是 or 否), or leave it blank where it is unknown"
CELLS: dict[str, tuple[Callable[[Any], None], str]] = {
    "thousands or decimals": (
        put("D5", "1,234"),
        "data!D5, column 'staff': '1,234': two readings, 1.234 or 1234; say decimal=',' for 1.234, decimal='.' for "
        "1234, or enter a plain number",
    ),
    "decimal comma": (
        put("C6", "0,25"),
        "data!C6, column 'share': '0,25': written with a decimal comma; say decimal=',' to read 0.25, or enter a plain "
        "number",
    ),
    "thousands": (
        put("D5", "1,234.5"),
        "data!D5, column 'staff': '1,234.5': written with thousands separators; say decimal='.' to read 1234.5, or enter "
        "a plain number",
    ),
    "thousands twice": (
        put("D5", "1.234.567"),
        "data!D5, column 'staff': '1.234.567': written with thousands separators; say decimal=',' to read 1234567, or "
        "enter a plain number",
    ),
    "words": (put("D5", "12人"), f"data!D5, column 'staff': '12人': not a number; {PERSONS}"),
    "wrong groups": (put("D5", "1 23"), f"data!D5, column 'staff': '1 23': not a number; {PERSONS}"),
    "boolean": (put("D5", True), f"data!D5, column 'staff': True: yes or no where a number is expected; {PERSONS}"),
    "too large": (
        put("C5", 35),
        f"data!C5, column 'share': 35: outside 0 to 1; {NUMBER} from 0 to 1; 35 % is entered as 0.35 or 35%",
    ),
    "percent of persons": (
        put("D5", 0.35, "0.0%"),
        f"data!D5, column 'staff': 0.35: a percentage in a column measured in persons; {PERSONS}",
    ),
    "percent of points": (
        put("E5", "35 %"),
        f"data!E5, column 'points': '35 %': a percentage in a column with values up to 100; {NUMBER} from 0 to 100",
    ),
    "date": (
        put("D5", datetime(2024, 3, 5), "yyyy-mm-dd"),
        "data!D5, column 'staff': datetime.datetime(2024, 3, 5, 0, 0): a date or time where a number is expected; "
        + DATES,
    ),
    "time": (
        put("F6", time(3, 5), "hh:mm"),
        "data!F6, column 'size': datetime.time(3, 5): a date or time where one of the options is expected; " + DATES,
    ),
    "formula without value": (
        put("D6", "=D5+1"),
        "data!D6, column 'staff': '=D5+1': a formula without a computed value; open the file in a spreadsheet program "
        "and save it, or replace the formula by its value",
    ),
    "formula as text": (
        put("D6", "=D5+1", kind="s"),
        "data!D6, column 'staff': '=D5+1': a formula stored as text; enter the number, or format the cell as number and "
        "the formula again",
    ),
    "error of the spreadsheet": (
        put("D6", "#DIV/0!", kind="e"),
        "data!D6, column 'staff': '#DIV/0!': an error of the spreadsheet; mend the formula, or enter the value",
    ),
    "unknown option": (
        put("F5", "smal"),
        "data!F5, column 'size': 'smal': unknown option 'smal'; did you mean 'small'?; expected one of small, large",
    ),
    "not yes": (put("B5", "perhaps"), f"data!B5, column 'cloud': 'perhaps': {YES}"),
    "2 is not yes": (put("B5", 2), f"data!B5, column 'cloud': 2: {YES}"),
    "none with others": (
        put("H6", "yes"),
        "data!I6, column 'tools_nothing': 'yes': 'nothing' excludes the other answers chosen with it; take out 'nothing', "
        "or the others",
    ),
    "twice": (
        put("A6", "Acme"),
        "data!A6, column 'unit': 'Acme': stands there twice, first in data!A5; give every row a name of its own, or "
        "delete the row that is out of date",
    ),
    "no unit": (
        put("A6", " "),
        "data!A6, column 'unit': a row of answers without unit; name it, or empty the row",
    ),
    "a date as unit": (
        put("A6", datetime(2024, 3, 5), "yyyy-mm-dd"),
        "data!A6, column 'unit': datetime.datetime(2024, 3, 5, 0, 0): neither a text nor a whole number; format the cell "
        "as text and enter the name again",
    ),
    "damaged": (
        put("F5", "sm\ufffdll"),
        "data!F5, column 'size': 'sm\ufffdll': a damaged character; the file was saved in another encoding: export it "
        "again as UTF-8",
    ),
    "merged": (
        lambda book: book["data"].merge_cells("C5:D6"),
        "data!C5:D6: merged cells; unmerge them and fill in every cell",
    ),
    "stray value": (
        put("K6", 3),
        "data!K6: 3: a value in a column without a name; name the column in row 1, or delete the value",
    ),
    "column twice": (
        put("J1", "cloud"),
        "data!J1: a second column 'cloud'; rename or delete it (the first is data!B1)",
    ),
    "a name that is a formula": (
        put("J1", '="more"'),
        "data!J1: '=\"more\"': a formula without a computed value; open the file in a spreadsheet program and save it, or "
        "replace the formula by its value",
    ),
    "column missing": (
        put("D1", "stuff"),
        "data!1, column 'staff': no column staff, needed for staff; did you mean 'stuff'?; add it to row 1, or say "
        "absent='unknown' to count it as unanswered",
    ),
    "unit missing": (
        put("A1", "Unit"),
        "data!1: no column 'unit'; did you mean 'Unit'?; name the column in row 1 or say unit= with its name in the file",
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_one_bad_cell(name: str, tmp_path: Path) -> None:
    change, wanted = CELLS[name]
    assert problems_of(book_with(tmp_path, change)) == [wanted]


def test_all_problems_of_a_file_in_one_error(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        for cell, value in {"D6": "x", "B5": "perhaps", "C6": "y", "A6": None}.items():
            book["data"][cell].value = value

    lines = problems_of(book_with(tmp_path, change))
    assert [line.split(",")[0] for line in lines] == ["data!B5", "data!A6", "data!C6", "data!D6"]
    rows = [[f"firm {i}", "perhaps", *GOOD[0][2:]] for i in range(30)]
    with pytest.raises(DataError) as caught:
        INDEX.read_answers(book_with(tmp_path, rows=rows))
    first, *lines = str(caught.value).split("\n  - ")
    assert first == "filled.xlsx: 30 problems, the first 20 of them"
    assert len(lines) == 20 and len(caught.value.problems) == 30
    assert [problem["cell"] for problem in caught.value.problems] == [f"B{row}" for row in range(5, 35)]


def test_what_has_one_reading_is_read(tmp_path: Path) -> None:
    rows = [
        ["a", "TRUE", "35%", "1 234", 1e1, "Small", "１", " n ", None],
        ["b", "Ｙｅｓ", "0.5", "1'234.5", "５０", None, "NA", 0, "false"],
    ]
    path = book_with(tmp_path, rows=rows)
    found = INDEX.read_answers(path)
    assert found["share"].tolist() == [0.35, 0.5] and found["staff"].tolist() == [1234.0, 1234.5]
    assert found["cloud"].tolist() == [1.0, 1.0] and found["points"].tolist() == [10.0, 50.0]
    assert found["size"].tolist()[0] == "small" and found["size"].isna().tolist() == [False, True]
    assert found["tools_erp"].tolist()[0] == 1.0 and np.isnan(found["tools_erp"][1])


@pytest.mark.parametrize(
    ("form", "value", "share"),
    [
        ("0%", 0.35, 0.35),
        ("0.0 %", 0.29, 0.29),
        ('0"%"', 35, 0.35),
        ("0\\%", 35.5, 0.355),
        ('0.0" of 100%"', 0.5, 0.005),
    ],
)
def test_percentages_are_what_people_see(form: str, value: float, share: float, tmp_path: Path) -> None:
    assert INDEX.read_answers(book_with(tmp_path, put("C5", value, form)))["share"][0] == share


@given(number=st.floats(0, 1e6), decimal=st.sampled_from([".", ","]), space=st.booleans())
def test_numbers_written_in_any_way_are_the_same_number(number: float, decimal: Any, space: bool) -> None:
    question = Question("x")
    assert value_of(Cell(repr(number)), question, None) == number
    text = f"{number:,.3f}"
    if decimal == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert value_of(Cell(text), question, decimal) == float(f"{number:.3f}")
    if space:
        spaced = f"{number:,.3f}".replace(",", " ")
        assert value_of(Cell(spaced), question, None) == float(f"{number:.3f}")


@given(text=st.text(max_size=8), kind=st.sampled_from(["number", "yes_no", "choice", "several", "text"]))
def test_any_text_is_a_value_or_told(text: str, kind: Any) -> None:
    question = Question("x", kind, answers={"a": {}, "b": {"en": "said", "zh": "说"}}, none="b", domain=(0.0, 1.0))
    for decimal in (None, ".", ","):
        try:
            found = value_of(Cell(text), question, decimal)
        except Trouble as trouble:
            found = None
            told = [trouble.message, trouble.remedy]
        else:
            told = ["read", "read"]
        assert all(told)
        assert found is None or isinstance(found, float | str)
        if kind == "number" and found is not None:
            assert -1e-9 <= found <= 1 + 1e-9


@pytest.mark.parametrize(("decimal", "text", "number"), [(",", "1.234,5", 1234.5), (",", "1,234", 1.234), (",", "1.234", 1234.0),
                                                         (".", "1,234", 1234.0), (".", "1.234", 1.234), (".", "1,234,567.5e-3", 1234.5675),
                                                         (None, "1.234", 1.234), (None, "-.5e1", None), (None, "１２．５", 12.5)])  # fmt: skip
def test_decimal_signs(decimal: Any, text: str, number: float | None, tmp_path: Path) -> None:
    path = book_with(tmp_path, put("D5", text))
    if number is None:
        assert problems_of(path) == [f"data!D5, column 'staff': '-.5e1': outside 0 to 1000000; {PERSONS}"]
    else:
        assert INDEX.read_answers(path, decimal=decimal)["staff"][0] == number


def test_a_decimal_sign_that_does_not_fit(tmp_path: Path) -> None:
    path = book_with(tmp_path, put("D5", "1.5"))
    assert problems_of(path, decimal=",") == [
        "data!D5, column 'staff': '1.5': not a number with decimal=','; enter it with ',' for decimals and '.' or nothing "
        "for thousands"
    ]


def test_values_of_computed_formulas_are_read(tmp_path: Path) -> None:
    """openpyxl computes nothing, so the file is given the value that a spreadsheet program would have stored."""
    source, path = book_with(tmp_path, put("D6", "=D5-5")), tmp_path / "computed.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b"<f>D5-5</f><v />" in data or b"<f>D5-5</f><v></v>" in data
                data = data.replace(b"<f>D5-5</f><v />", b"<f>D5-5</f><v>7</v>")
                data = data.replace(b"<f>D5-5</f><v></v>", b"<f>D5-5</f><v>7</v>")
            new.writestr(name, data)
    assert INDEX.read_answers(path)["staff"].tolist() == [12.0, 7.0]
