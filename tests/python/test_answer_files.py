"""Files of answers: sheets, rows, columns, encodings and separators; nothing is dropped silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from answering import GOOD, HEAD, INDEX, book_with, problems_of

import indicia as ix
from indicia.errors import ComparabilityWarning, DataError, IgnoredRowWarning, UncheckedColumnWarning, UnknownNameError


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

    def test_a_sheet_of_charts_is_no_sheet_of_answers(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            book.create_chartsheet("chart").add_chart(openpyxl.chart.BarChart())

        assert len(INDEX.read_answers(book_with(tmp_path, change))) == 2

    def test_a_formatted_cell_far_away_costs_nothing(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            book["data"].cell(1_048_576, 16_384).number_format = "0"

        assert len(INDEX.read_answers(book_with(tmp_path, change))) == 2

    def test_headings_may_be_taken_out(self, tmp_path: Path) -> None:
        for count in (1, 2, 3):
            path = book_with(tmp_path, lambda book, count=count: book["data"].delete_rows(2, count))
            assert INDEX.read_answers(path)["unit"].tolist() == ["Acme", "Bolt"]

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


BLANK = {
    "list": [None, None],
    "nan": [float("nan")] * 2,
    "objects": np.array([None, None], dtype=object),
    "pandas": pd.Series([None, None], dtype="object"),
    "categories": pd.Categorical([None, None], categories=["micro"]),
}


@pytest.mark.parametrize("blank", BLANK)
def test_a_column_of_texts_that_nobody_answered_is_unknown(blank: str) -> None:
    """Without any text it looks like a column of numbers, in which no text can be found."""
    rule = ix.Index.from_dict(
        {
            "id": "rule",
            "derived": {"number": {"expr": 'lookup(size, "micro", 1, "small", 2)'}},
            "levels": {
                "level": [
                    {
                        "id": "any",
                        "when": {"all": [{"column": "size", "in": ["micro"]}, {"column": "staff", "ge": 20}]},
                    },
                    {"id": "two", "when": {"all": [{"column": "number", "ge": 2}, {"column": "staff", "ge": 20}]}},
                ]
            },
        }
    )
    found = rule.score(pd.DataFrame({"size": BLANK[blank], "staff": [1.0, 30.0]})).to_frame()
    assert found["ix_level_low"].tolist() == ["none", "none"] and found["ix_level_high"].tolist() == ["none", "two"]
    assert found["ix_level"].isna().tolist() == [False, True]


def test_without_pandas_arrays_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicia._output.find_spec", lambda _: None)
    rows = [[*row[:5], None, *row[6:]] for row in GOOD]
    found = INDEX.read_answers(book_with(tmp_path, rows=rows))
    assert {name: type(values) for name, values in found.items()} == dict.fromkeys(found, np.ndarray)
    assert np.isnan(found["size"]).all() and found["staff"].tolist() == [12.0, 7.0]
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

    @pytest.mark.parametrize("encoding", ["gb18030", "latin-1"])
    def test_utf8_is_not_read_as_other_words(self, encoding: str, tmp_path: Path) -> None:
        path = self.write(tmp_path, HEAD + self.rows.replace("Acme", "上海某某精密机械制造有限公司"))
        with pytest.raises(DataError) as caught:
            INDEX.read_answers(path, encoding=encoding)
        assert str(caught.value) == f"filled.csv: the encoding is UTF-8, not {encoding}; leave encoding= out"
        assert INDEX.read_answers(path, encoding="utf-8")["unit"][0] == "上海某某精密机械制造有限公司"

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
