"""Blank questionnaires: what they ask, and that answers come back as they were for every rule book that ships."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import openpyxl.utils
import pandas as pd
import pytest

import indicia as ix
from indicia import cli
from indicia._questionnaire import _asked
from indicia._questions import Question
from indicia.errors import DefinitionError, LimitError, UnknownNameError
from indicia.frameworks import _entries

BOOKS = sorted(path.name.removesuffix(".toml") for path in Path(ix.__file__).parent.glob("frameworks/*.toml"))
UNITS = 14
FIRST = 5  # row of the first unit in a template in two languages

OWN: dict[str, Any] = {
    "id": "own",
    "edition": "2",
    "label": {"en": "Own index", "zh": "自编指数"},
    "source": "a paper",
    "confidence": "unconfirmed",
    "columns": {
        "pct": {"measure": "%", "domain": [0, 100], "label": {"en": "Staff online", "zh": "上网员工"}},
        "trend": {"label": "Trend"},
        "sector": {},
        "listed": {"blank": "no"},
        "unused": {"measure": "persons"},
    },
    "derived": {
        "change": {"expr": "lookup(trend, 'rise', 1, \"fall, steep\", -2)"},
        "local": {"expr": 'if(sector == "farm", 1, 0)'},
    },
    "indicator": [
        {"id": "cloud", "parent": "own", "scale": "flag", "blank": False, "note": "Any provider."},
        {"id": "online", "parent": "own", "column": ["pct", "share"], "scale": "none"},
        {"id": "moved", "parent": "own", "column": "change", "scale": "none"},
        {"id": "near", "parent": "own", "column": "local", "scale": "none"},
        {
            "id": "tools",
            "parent": "own",
            "scale": {
                "options": {
                    "points": {"a,b": 1, "c": 2},
                    "multiple": True,
                    "none": "nothing",
                    "labels": {"c": {"en": "a customer system", "zh": "客户系统"}},
                }
            },
            "note": "nothing: this is a note.",
        },
    ],
    "group": [{"id": "own", "aggregate": "sum"}],
    "levels": {"level": [{"id": "yes", "when": {"column": "listed", "is": True}}]},
}


def framework(name: str) -> ix.Index:
    return ix.framework(name)


def drawn(index: ix.Index) -> dict[str, list[Any]]:
    """Answers that the package can draw for a rule book, by column."""
    datasets = ix.datasets
    if index.id == "edih-dma":
        frame = datasets.make_dma(UNITS, missing=0.1, form="columns", frame="pandas")
    elif index.id == "miit-sme" and index.edition == "2024":
        frame = datasets.make_miit_questionnaire(UNITS, missing=0.1, form="columns", frame="pandas")
    elif index.id.startswith("gradient"):
        frame = datasets.make_gradient(UNITS, missing=0.1, frame="pandas")
        chosen = [set() if value is None or value != value else set(value.split(";")) for value in frame["quality"]]
        for option in ("award", "certificate", "brand", "standards", "none"):
            frame[f"quality_{option}"] = [float(option in words) if words else np.nan for words in chosen]
    elif index.id.startswith("sme-size"):
        frame = datasets.make_sme_size(UNITS, missing=0.1, frame="pandas").assign(persons=lambda f: f["staff"])
    elif index.id == "desi":
        frame = datasets.desi_2022(frame="pandas").head(UNITS)
    elif index.id == "eurostat-dii":
        frame = datasets.make_ict_survey(UNITS, missing=0.1, frame="pandas")
    else:
        return {}
    return {name: [None if value != value else value for value in frame[name].tolist()] for name in frame}


def invented(question: Question) -> list[Any]:
    """Answers to a question that nothing is drawn for; every fifth is blank."""
    if question.kind == "number":
        low, high = question.domain or (1.0, 50.0)
        values: list[Any] = [low + (high - low) * i / UNITS for i in range(UNITS)]
    elif question.kind == "yes_no":
        values = [float(i % 3 == 0) for i in range(UNITS)]
    else:
        options = list(question.answers)
        values = [options[i % len(options)] for i in range(UNITS)]
    return [None if i % 5 == 4 else value for i, value in enumerate(values)]


def answers_to(index: ix.Index) -> dict[str, list[Any]]:
    """A column for each thing the index cannot do without: drawn where it can be, else invented."""
    there, asked = drawn(index), {question.column: question for question in _asked(index) if question.asked}
    found = {name: there[name] for name in asked if name in there}
    for column in index.columns:
        ways = column["alternatives"] or [[column["name"]]]
        if not any(all(name in found for name in way) for way in ways):
            way = next(way for way in ways if all(name in asked for name in way))
            found |= {name: invented(asked[name]) for name in way}
    # openpyxl writes numbers with 16 digits, which is not every double.
    return {name: [short(value) for value in values] for name, values in found.items()}


def short(value: Any) -> Any:
    return float(f"{value:.12g}") if isinstance(value, float) else value


def written(value: Any, question: Question, i: int, language: str) -> Any:
    """An answer as people write it: in either language, as text or as number, in a share also as percentage."""
    if value is None:
        return None
    if question.kind == "yes_no":
        return (["no", "否", "N", 0, False], ["yes", "是", " Y ", 1, True])[int(value)][i % 5]
    if question.kind == "number":
        if question.domain == (0.0, 1.0) and i % 3 == 1:
            return f"{Decimal(repr(value)).scaleb(2):f}%"
        return repr(value) if i % 4 == 3 else value
    text = str(int(value)) if isinstance(value, float) else value
    label = question.text(text, language)
    return (label, text, {"yes": "是", "no": "否"}.get(text, text.upper()), f" {label}")[i % 4]


def fill(path: Path, index: ix.Index, answers: dict[str, list[Any]], language: str = "en", first: int = FIRST) -> None:
    """Fill in a template as people would."""
    book = openpyxl.load_workbook(path)
    sheet = book["data"]
    place = {cell.value: cell.column for cell in sheet[1]}
    asked = {question.column: question for question in _asked(index)}
    count = len(next(iter(answers.values())))
    for i in range(count):
        sheet.cell(first + i, 1).value = f"firm {i}"
        for name, values in answers.items():
            sheet.cell(first + i, place[name]).value = written(values[i], asked[name], i, language)
    book.save(path)


def plain(values: Any) -> list[Any]:
    return [None if value != value else value for value in pd.Series(values).astype(object).tolist()]


def scored(index: ix.Index, frame: Any, unit: str) -> pd.DataFrame:
    return index.fit_score(frame, unit=unit).to_frame("all").reset_index(drop=True)


def test_all_rule_books_are_here() -> None:
    assert len(BOOKS) == len(_entries()) == 20


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_book_reads_back_what_was_filled_in(name: str, language: str, tmp_path: Path) -> None:
    index, path = framework(name), tmp_path / "filled.xlsx"
    answers = answers_to(index)
    index.template(path, language=language, units=UNITS)
    fill(path, index, answers, language, FIRST - 1)
    found = index.read_answers(path)
    assert found["unit"].tolist() == [f"firm {i}" for i in range(len(found))]
    asked = [question.column for question in _asked(index) if question.asked]
    assert list(found.columns) == ["unit", *asked]
    assert sum(value is not None for values in answers.values() for value in values) > UNITS / 2
    for column in asked:
        assert plain(found[column]) == answers.get(column, [None] * len(found)), column
    original = pd.DataFrame(answers).assign(unit=found["unit"])
    pd.testing.assert_frame_equal(scored(index, found, "unit"), scored(index, original, "unit"))


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_book_has_labels_and_drop_downs(name: str, language: str) -> None:
    index = framework(name)
    book = index.template(language=language, units=3)
    assert book.sheetnames == ["data", "choices", "read me"]
    assert book["choices"].sheet_state == "hidden"
    sheet = book["data"]
    asked = [question for question in _asked(index) if question.asked]
    assert [cell.value for cell in sheet[1]] == ["unit", *(question.column for question in asked)]
    labels, hints = [cell.value for cell in sheet[2]], [cell.value for cell in sheet[3]]
    assert all(labels) and all(hints)
    if language == "zh":
        assert all(any("\u4e00" <= character <= "\u9fff" for character in label) for label in labels)
    # Every question with options, and every number with a domain, has its rule; nothing else has.
    ruled = {str(part) for rule in sheet.data_validations.dataValidation for part in rule.sqref.ranges}
    wanted = set()
    for column, question in enumerate(asked, 2):
        letter = sheet.cell(1, column).column_letter
        if question.kind in ("yes_no", "choice") or question.domain is not None:
            wanted.add(f"{letter}4:{letter}6")
    assert ruled == wanted and sheet.freeze_panes == "B4"
    for rule in sheet.data_validations.dataValidation:
        # What spreadsheet programs bear; they call a file with more damaged.
        assert len(rule.prompt) <= 255 and len(rule.error) <= 225 and len(rule.errorTitle) <= 32
        if rule.type == "list":
            cells = [cell.value for row in book["choices"][rule.formula1.removeprefix("choices!")] for cell in row]
            assert all(cell is not None for cell in cells) and len(cells) > 1
            if "yes" in cells and "partially" not in cells:
                assert cells == ["yes", "no"] and language == "en"
            column = openpyxl.utils.range_boundaries(str(rule.sqref).split()[0])[0]
            question = asked[column - 2]
            if question.kind == "choice" and any(question.answers.values()):
                assert cells == [question.text(option, language) for option in question.answers]
                assert not set(cells) & set(question.answers) - {"none", "no", "partially", "yes"}
    told = {row[0]: row[1] for row in book["read me"].iter_rows(max_col=2, values_only=True) if row[0]}
    assert told["id"] == f"{index.id} {index.edition}".removesuffix(" None")
    assert told["confidence"] in ("official", "secondary", "unconfirmed") and told["source"]


class TestOwnDefinition:
    index = ix.Index.from_dict(OWN)

    def test_what_is_asked(self) -> None:
        found = {question.column: question for question in _asked(self.index)}
        assert {name: question.kind for name, question in found.items()} == {
            "cloud": "yes_no",
            "pct": "number",
            "share": "number",
            "trend": "choice",
            "sector": "choice",
            "tools": "several",
            "listed": "yes_no",
            "unused": "number",
        }
        assert [name for name, question in found.items() if not question.asked] == ["share"]
        assert list(found["trend"].answers) == ["rise", "fall, steep"] and found["trend"].closed
        assert list(found["sector"].answers) == ["farm"] and not found["sector"].closed

    def test_the_sheet(self) -> None:
        sheet = self.index.template(units=2, time="year", also=["size"])["data"]
        rows = list(sheet.iter_rows(max_row=4, values_only=True))
        table = {column[0]: column[1:] for column in zip(*rows, strict=True)}
        assert list(table)[:3] == ["unit", "year", "size"]
        assert table["pct"] == (
            "Staff online",
            "上网员工",
            "number from 0 to 100, in %; or fill in share instead\n数字，0至100，单位：%；或改填 share",
        )
        assert table["cloud"][2] == "yes or no; blank counts as no\n是或否；空白视为否"
        assert table["tools"][2] == (
            "one or more, separated by ; (nothing stands alone): a,b | c: a customer system | nothing\n"
            "可多选，以;分隔（nothing不与其他选项同选）：a,b | c：客户系统 | nothing"
        )
        assert table["trend"][2] == "one of: rise | fall, steep\n单选：rise | fall, steep"
        assert table["sector"][2] == "such as: farm\n例如：farm"
        assert sheet.freeze_panes == "C5"
        assert sheet["A5"].number_format == "@"
        open_rule = next(
            rule for rule in sheet.data_validations.dataValidation if not rule.showErrorMessage and rule.type == "list"
        )
        assert str(open_rule.sqref) == "G5:G6" and sheet["G1"].value == "sector"

    def test_round_trip_with_periods_and_own_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "own.xlsx"
        self.index.template(path, time="year", also=["size"])
        book = openpyxl.load_workbook(path)
        rows = [
            ["007", 2023, "small", "是", 35, "Rise", "farm", "c；A,B", "no", None],
            ["007", 2024, "small", None, "35.5%", "fall, steep", "trade", "nothing", None, 3],
        ]
        for row, values in enumerate(rows, FIRST):
            for column, value in enumerate(values, 1):
                book["data"].cell(row, column).value = value
        percent = book["data"].cell(FIRST, 5)
        percent.value, percent.number_format = 0.29, "0%"
        book.save(path)
        found = self.index.read_answers(path, time="year", also=["size"])
        assert {name: plain(found[name]) for name in found} == {
            "unit": ["007", "007"],
            "year": [2023, 2024],
            "size": ["small", "small"],
            "cloud": [1.0, None],
            "pct": [29.0, 35.5],
            "trend": ["rise", "fall, steep"],
            "sector": ["farm", "trade"],
            "tools": ["c;a,b", "nothing"],
            "listed": [0.0, None],
            "unused": [None, 3.0],
        }
        scores = self.index.score(found, unit="unit", time="year")
        assert [float(score) for score in scores["own"]] == [1 + 29 + 1 + 1 + 3, 0 + 35.5 - 2 + 0 + 0]

    def test_texts_that_begin_with_an_equals_sign_are_texts(self, tmp_path: Path) -> None:
        odd = {"id": "a", "parent": "i", "scale": "flag", "label": "=1+1", "note": "\x07 bell"}
        index = ix.Index.from_dict({"id": "i", "indicator": [odd], "group": [{"id": "i"}]})
        path = tmp_path / "odd.xlsx"
        index.template(path)
        cell = openpyxl.load_workbook(path)["data"]["B2"]
        assert (cell.value, cell.data_type) == ("=1+1", "s")

    def test_csv_has_the_first_line_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "own.csv"
        assert self.index.template(path, also=["a,b"]) is None
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        line = 'unit,"a,b",cloud,pct,trend,sector,tools,listed,unused\n'
        assert path.read_text(encoding="utf-8-sig") == line
        with path.open("a", encoding="utf-8") as file:
            file.write("x,1,yes,35%,rise,,c,,\ny,2,no,1.5,,,,,\n")
        found = self.index.read_answers(path, also=["a,b"])
        assert plain(found["pct"]) == [35.0, 1.5] and plain(found["a,b"]) == [1.0, 2.0]
        assert plain(found["trend"]) == ["rise", None]

    def test_refused_arguments(self, tmp_path: Path) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"path": tmp_path / "a.ods"}, "a.ods: the suffix says the format, expected one of .xlsx, .csv"),
            ({"language": "fr"}, "language= is 'en', 'zh' or both as ('en', 'zh'), found 'fr'"),
            ({"language": ()}, "language= is 'en', 'zh' or both as ('en', 'zh'), found ()"),
            ({"unit": "pct"}, "'pct' stands for two columns; say another name by unit=, time= or also="),
            ({"also": ["x", "x"]}, "'x' stands for two columns; say another name by unit=, time= or also="),
        ]
        for arguments, message in cases:
            with pytest.raises(UnknownNameError) as caught:
                self.index.template(**arguments)
            assert str(caught.value) == message
        for units in (0, True, 1.5):
            with pytest.raises(ValueError, match=f"units= is a number of at least 1, found {units}"):
                self.index.template(units=units)
        with pytest.raises(DefinitionError, match="its name has characters that cannot stand in a file"):
            ix.Index.flat(["a\x07"]).template(tmp_path / "a.xlsx")
        with pytest.raises(
            LimitError, match=r"a sheet has 16384 columns, this definition asks for 16385; write a .csv"
        ):
            ix.Index.flat([f"x{i}" for i in range(16_384)]).template()


def test_without_openpyxl_the_error_names_the_extra(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['openpyxl'] = None\n"
        "import indicia as ix\n"
        "index = ix.Index.flat(['a'])\n"
        f"open(r'{tmp_path / 'a.xlsx'}', 'w').close()\n"
        "for act in (lambda: index.template('b.xlsx'), lambda: index.read_answers(r'"
        + str(tmp_path / "a.xlsx")
        + "')):\n"
        "    try: act()\n"
        "    except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "a questionnaire as .xlsx needs openpyxl: pip install 'indicia[tables]'",
        "reading .xlsx needs openpyxl: pip install 'indicia[tables]'",
    ]


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "dii.xlsx"
    arguments = ["template", "eurostat-dii", str(path), "--edition", "2023", "--units", "30", "--also", "size"]
    assert cli.main(arguments) == 0
    index = ix.framework("eurostat-dii", edition=2023)
    answers = answers_to(index)
    fill(path, index, answers)
    assert cli.main(["score", "eurostat-dii-2023", str(path)]) == 0
    printed = capsys.readouterr()
    assert "kept as they are" in printed.err and len(printed.out.splitlines()) == UNITS + 1
    wanted = scored(index, pd.DataFrame(answers), None)["dii"]  # type: ignore[arg-type]
    got = [line.split(",")[1] for line in printed.out.splitlines()[1:]]
    assert got == ["" if value != value else f"{value:.1f}" for value in wanted]
    assert cli.main(["score", "eurostat-dii-2023", str(path), "--levels", "size"]) == 0
    assert capsys.readouterr().err == ""
    book = openpyxl.load_workbook(path)
    book["data"]["C7"] = "perhaps"
    book.save(path)
    assert cli.main(["score", "eurostat-dii-2023", str(path)]) == 1
    assert capsys.readouterr().err == (
        "indicia: error: dii.xlsx: 1 problem; data!C7, column 'E_IUSE_GT50': 'perhaps': neither yes nor no; "
        "enter yes or no (是 or 否), or leave it blank where it is unknown\n"
    )
    table = tmp_path / "filled.csv"
    table.write_bytes("unit;score\n甲;1,5\n".encode("gb18030"))
    arguments = ["score", "gbt-39116-2020", str(table), "--encoding", "gb18030", "--separator", ";", "--decimal", ","]
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("甲,")
    assert cli.main([*arguments, "--columns", "score=points"]) == 1
    assert "--columns is for tables" in capsys.readouterr().err
