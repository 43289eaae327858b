"""Bad files: each gives one message that names sheet, cell and remedy, and nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import indicia as ix
from indicia.errors import (
    ComparabilityWarning,
    DataError,
    IgnoredRowWarning,
    UncheckedColumnWarning,
    UnknownNameError,
)

INDEX = ix.Index.from_dict(
    {
        "id": "use",
        "columns": {"staff": {"measure": "persons", "domain": [0, 1e6]}, "size": {}},
        "derived": {"scale": {"expr": 'lookup(size, "small", 1, "large", 2)'}},
        "indicator": [
            {"id": "cloud", "parent": "use", "scale": "flag"},
            {"id": "share", "parent": "use", "scale": "none", "domain": [0, 1]},
            {"id": "staff", "parent": "use", "scale": "none"},
            {"id": "points", "parent": "use", "scale": "none", "domain": [0, 100]},
            {"id": "scale", "parent": "use", "scale": "none"},
            {
                "id": "tools",
                "parent": "use",
                "scale": {
                    "options": {
                        "points": {"erp": 1, "crm": 2},
                        "multiple": True,
                        "none": "nothing",
                        "columns": "tools_{option}",
                    }
                },
            },
        ],
        "group": [{"id": "use", "aggregate": "sum"}],
    }
)
# Columns of the template: A unit, B cloud, C share, D staff, E points, F size, G tools_erp, H tools_crm, I tools_nothing.
GOOD = [
    ["Acme", "yes", 0.5, 12, 50, "small", "yes", "no", "no"],
    ["Bolt", "否", 0.25, 7, 60, "large", "no", "no", "yes"],
]
HEAD = "unit,cloud,share,staff,points,size,tools_erp,tools_crm,tools_nothing\n"


def book_with(tmp_path: Path, change: Callable[[Any], None] | None = None, rows: list[list[Any]] = GOOD) -> Path:
    """A template filled in, then spoiled."""
    path = tmp_path / "filled.xlsx"
    book = INDEX.template(units=4)
    for row, values in enumerate(rows, 5):
        for column, value in enumerate(values, 1):
            book["data"].cell(row, column).value = value
    if change is not None:
        change(book)
    book.save(path)
    return path


def problems_of(path: Path, **how: Any) -> list[str]:
    """The lines of the one error of a file."""
    with pytest.raises(DataError) as caught:
        INDEX.read_answers(path, **how)
    first, *lines = str(caught.value).split("\n  - ")
    problems = caught.value.problems
    assert first == f"{path.name}: {len(lines)} problem{'s' if len(lines) > 1 else ''}"
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        place = f"{problem['sheet']}!{problem['cell']}"
        assert line.startswith(place) and line.endswith(problem["remedy"]) and problem["message"] in line
    return lines


def put(cell: str, value: Any, form: str = "General", kind: str | None = None) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["data"][cell].value = value
        book["data"][cell].number_format = form
        if kind is not None:
            book["data"][cell].data_type = kind

    return change


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
    import zipfile

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


class TestSheets:
    def test_two_sheets_of_answers(self, tmp_path: Path) -> None:
        path = book_with(tmp_path, lambda book: setattr(book.copy_worksheet(book["data"]), "title", "again"))
        message = "filled.xlsx: 2 sheets hold answers: 'data', 'again'; say sheet='data' to read one, or put all rows into one sheet"
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path)
        assert str(caught.value) == message
        assert len(INDEX.read_answers(path, sheet="again")) == 2
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path, sheet="Data")
        assert str(caught.value) == (
            "filled.xlsx: no sheet is named 'Data'; it has: 'data', 'choices', 'read me', 'again'"
        )

    def test_another_sheet_with_content_is_told(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            book.create_sheet("more").append(["Cork", "yes"])

        path = book_with(tmp_path, change)
        with pytest.warns(IgnoredRowWarning) as caught:
            INDEX.read_answers(path)
        assert [str(warning.message) for warning in caught] == [
            "filled.xlsx: 'data' is read, other sheets are not: 'more' (1 rows); say sheet= to choose"
        ]
        assert caught[0].filename == __file__
        INDEX.read_answers(path, sheet="data")

    def test_no_sheet_of_answers(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active.append(["a", "b"])
        book.create_sheet("two").append(["c"])
        path = tmp_path / "other.xlsx"
        book.save(path)
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path)
        assert str(caught.value) == (
            "other.xlsx: no sheet has the columns of the definition in its first row, such as cloud, share, staff, points, "
            "size, ... (9 in all); it has the sheets 'Sheet', 'two'; keep row 1 of the template, or say sheet="
        )
        del book["two"]
        book.save(path)
        assert problems_of(path) == [
            "Sheet!1: row 1 holds no name of a column, found 'a', 'b'; keep row 1 of the template, with names such as "
            "cloud, share, staff, points, size, ... (9 in all)",
            "Sheet!2: no answers from here on; fill in one row a unit",
        ]

    def test_an_empty_template_and_an_empty_book(self, tmp_path: Path) -> None:
        assert problems_of(book_with(tmp_path, rows=[])) == ["data!5: no answers from here on; fill in one row a unit"]
        path = tmp_path / "empty.xlsx"
        openpyxl.Workbook().save(path)
        with pytest.raises(DataError, match=r"empty\.xlsx: all sheets are empty \('Sheet'\); fill in the template"):
            INDEX.read_answers(path)

    def test_files_that_are_no_workbooks(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_text("unit,cloud\n", encoding="utf-8")
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path)
        assert (
            str(caught.value) == "a.xlsx: cannot be read as a workbook: File is not a zip file; save it again as .xlsx"
        )
        with pytest.raises(UnknownNameError, match=r"a\.xls: the old form \.xls is not read; save the file as \.xlsx"):
            INDEX.read_answers(tmp_path / "a.xls")
        with pytest.raises(UnknownNameError, match="the suffix says the format"):
            INDEX.read_answers(tmp_path / "a.ods")
        with pytest.raises(DataError, match="no such file"):
            INDEX.read_answers(tmp_path / "b.xlsx")
        with pytest.raises(UnknownNameError, match="encoding= and separator= are for"):
            INDEX.read_answers(path, encoding="utf-8")
        with pytest.raises(UnknownNameError, match=r"decimal= is '.' or ',', found ';'"):
            INDEX.read_answers(path, decimal=";")  # type: ignore[arg-type]
        with pytest.raises(UnknownNameError, match="absent= is 'error' or 'unknown', found 'no'"):
            INDEX.read_answers(path, absent="no")  # type: ignore[arg-type]


class TestRowsAndColumns:
    def test_empty_rows_are_skipped_and_counted(self, tmp_path: Path) -> None:
        path = book_with(tmp_path, rows=[GOOD[0], [None] * 9, ["  "] * 9, GOOD[1]])
        with pytest.warns(IgnoredRowWarning) as caught:
            found = INDEX.read_answers(path)
        message = "filled.xlsx: data: empty rows among the answers are skipped, 2 in all: row 6, 7"
        assert [str(warning.message) for warning in caught] == [message]
        assert len(found) == 2 and caught[0].filename == __file__

    def test_columns_that_nobody_asked_for_are_kept_and_told(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            for row, value in ((1, "clud"), (5, "x"), (6, 3)):
                book["data"].cell(row, 10).value = value

        path = book_with(tmp_path, change)
        with pytest.warns(UncheckedColumnWarning) as caught:
            found = INDEX.read_answers(path)
        assert [str(warning.message) for warning in caught] == [
            "filled.xlsx: the definition asks for no column 'clud'; did you mean 'cloud'?; kept as they are, unchecked; "
            "say also=[...] for columns that are meant to be there"
        ]
        assert found["clud"].tolist() == ["x", "3"] and caught[0].filename == __file__
        INDEX.read_answers(path, also=["clud"])

    def test_absent_columns_are_unknown_when_said_so(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("unit,cloud\na,yes\n", encoding="utf-8")
        lines = problems_of(path)
        assert len(lines) == 5 and lines[-1].startswith(
            "a.csv!1, column 'tools': no column tools or tools_erp and tools_crm"
        )
        found = INDEX.read_answers(path, absent="unknown")
        assert list(found) == ["unit", "cloud"]
        assert np.isnan(INDEX.score(found, unit="unit", absent="unknown")["use"]).all()

    def test_one_column_in_place_of_one_for_each_option(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        head = "unit,cloud,share,staff,points,size,tools\n"
        path.write_text(head + 'a,1,1,1,1,small,"crm；ERP"\nb,1,1,1,1,large,nothing\n', encoding="utf-8")
        found = INDEX.read_answers(path)
        assert found["tools"].tolist() == ["crm;erp", "nothing"]
        assert INDEX.score(found, unit="unit")["tools"].tolist() == [3.0, 0.0]
        path.write_text(head + "a,1,1,1,1,small,nothing;erp\nb,1,1,1,1,large,erp;oa\n", encoding="utf-8")
        assert problems_of(path) == [
            "a.csv!G2, column 'tools': 'nothing;erp': 'nothing' excludes the other answers chosen with it; take out "
            "'nothing', or the others",
            "a.csv!G3, column 'tools': 'erp;oa': unknown option 'oa'; expected one of erp, crm, nothing",
        ]

    def test_a_questionnaire_of_another_edition(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        book = ix.framework("eurostat-dii", edition=2021).template()
        for column, value in enumerate(["Acme", *["yes"] * 12], 1):
            book["data"].cell(5, column).value = value
        book.save(path)
        with pytest.warns(ComparabilityWarning) as caught:
            found = ix.framework("eurostat-dii", edition=2025).read_answers(path, absent="unknown", also=["E_IOT"])
        assert (
            str(caught[0].message)
            == "a.xlsx is a questionnaire of 'eurostat-dii 2021', it is read for 'eurostat-dii 2025'"
        )
        assert caught[0].filename == __file__ and len(found) == 1

    def test_a_column_that_nobody_answered_keeps_its_kind(self, tmp_path: Path) -> None:
        path = book_with(tmp_path, rows=[["Acme", "yes", 0.5, 12, 50, None, "yes", "no", "no"]])
        found = INDEX.read_answers(path)
        assert found["size"].isna().all()
        assert np.isnan(INDEX.score(found, unit="unit")["use"]).all()


class TestText:
    rows = "Acme,是,0.5,12,50,small,1,0,0\nBolt,否,0.25,7,60,large,0,0,1\n"

    def write(self, tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "filled.csv"
        path.write_bytes(text.encode(encoding))
        return path

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
    def test_other_encodings_are_named(self, encoding: str, tmp_path: Path) -> None:
        path = self.write(tmp_path, HEAD + self.rows, encoding)
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path)
        assert (
            str(caught.value)
            == {
                "gb18030": "filled.csv: line 2 is not UTF-8; it looks like gb18030; say encoding='gb18030', or export the file "
                "as UTF-8",
                "utf-16": "filled.csv: the encoding is UTF-16, not UTF-8; say encoding='utf-16', or export the file as UTF-8",
            }[encoding]
        )
        assert INDEX.read_answers(path, encoding=encoding)["cloud"].tolist() == [1.0, 0.0]

    def test_western_text_is_not_taken_for_chinese(self, tmp_path: Path) -> None:
        path = self.write(
            tmp_path,
            HEAD + self.rows.replace("Acme", "Société générale").replace("是", "1").replace("否", "0"),
            "cp1252",
        )
        with pytest.raises(DataError, match=r"line 2 is not UTF-8; it looks like cp1252; say encoding='cp1252'"):
            INDEX.read_answers(path)
        assert INDEX.read_answers(path, encoding="cp1252")["unit"][0] == "Société générale"

    def test_wrong_encodings_that_were_said(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, HEAD + self.rows, "gb18030")
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path, encoding="ascii")
        assert str(caught.value) == (
            "filled.csv: line 2 is not ascii; say another encoding, or export the file as UTF-8"
        )
        with pytest.raises(UnknownNameError, match="encoding='utf-99' is not known; utf-8, gb18030 and utf-16 are"):
            INDEX.read_answers(path, encoding="utf-99")
        with pytest.raises(UnknownNameError, match=r"sheet='data' is for workbooks; a \.csv file has no sheets"):
            INDEX.read_answers(path, sheet="data")

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "filled.csv"
        path.write_bytes(HEAD.encode() + b"\x81a\x81\n")
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path)
        assert str(caught.value) == (
            "filled.csv: line 2 is not UTF-8; say encoding= with the one it was saved in, or export the file as UTF-8"
        )

    def test_another_separator(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, (HEAD + self.rows).replace(",", ";").replace("0.25", "0,25").replace("0.5", "0,5"))
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path)
        assert str(caught.value) == "filled.csv: columns are separated by ';', not by ','; say separator=';'"
        assert [line.split(":")[0] for line in problems_of(path, separator=";")] == [
            "filled.csv!C2, column 'share'",
            "filled.csv!C3, column 'share'",
        ]
        assert INDEX.read_answers(path, separator=";", decimal=",")["share"].tolist() == [0.5, 0.25]

    def test_rows_that_are_too_short_or_too_long(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, HEAD + self.rows + "Cork,1,0.5\nDove,1,0.5,1,1,small,1,0,0,1\n")
        assert problems_of(path) == [
            "filled.csv!4: 3 cells where row 1 names 9 columns; write every cell of the row, blank ones too",
            "filled.csv!J5: '1': a value in a column without a name; name the column in row 1, or delete the value",
        ]

    def test_a_quote_that_is_not_closed(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, HEAD + '"Acme,1\n')
        with pytest.raises(DataError, match=r"cannot be read as csv: .*; look for a quote that is not closed"):
            INDEX.read_answers(path)

    def test_names_of_units_stay_texts_and_periods_become_numbers(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "year," + HEAD + "2023,007,1,0,1,1,small,1,0,0\n2024,007,1,0,1,1,small,1,0,0\n")
        found = INDEX.read_answers(path, time="year")
        assert found["unit"].tolist() == ["007", "007"] and found["year"].tolist() == [2023, 2024]
        assert problems_of(path, also=["year"]) == [
            "filled.csv!B3, column 'unit': '007': stands there twice, first in filled.csv!B2; give every row a name of its "
            "own, or delete the row that is out of date"
        ]
