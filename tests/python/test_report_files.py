"""Tables in the four forms that journals and colleagues take: nothing lost, nothing read as a command."""

from __future__ import annotations

import datetime
import html
import re
import struct
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import DataError, UnknownNameError
from indicia.report import Table, conventions

HOSTILE = [
    "50% & $x_1$ #2 ~ ^ \\ {y} <z> | \"q\"", "a\nb\n\nc", "[0.1, 0.2]", "* star", "中文 数字化 — ²", "a\\|b",
    "`code` **b** _i_", "\\\\", "\\end{tabular}", "&lt; &amp;", "=1+1", "-x", "@f", "a\x07b", "[link](x)", "",
]  # fmt: skip


# A strict reader of LaTeX


def parsed(latex: str) -> dict[str, Any]:
    """Environments, cells and note of a table; raises where LaTeX would."""
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", latex)
    stack, depth = [], 0
    tokens = re.findall(r"\\(?:begin|end)\{\w+\*?\}|\\[a-zA-Z]+|\\.|[{}$&#%_^~]|[^\\{}$&#%_^~]+", latex, re.S)
    assert "".join(tokens) == latex
    math, commands = False, set()
    for token in tokens:
        if token.startswith(r"\begin"):
            stack.append(token[7:-1])
        elif token.startswith(r"\end"):
            assert stack.pop() == token[5:-1]
        elif token == "$":
            math = not math
        elif token in "{}":
            depth += 1 if token == "{" else -1
            assert depth >= 0
        elif token in ("^", "_"):
            assert math, latex
        elif token in ("#", "%", "~"):
            raise AssertionError(token)
        elif token == "&":
            assert stack[-1] == "tabular"
        elif token.startswith("\\"):
            commands.add(token)
        else:
            assert math or not set("<>|∞²") & set(token)
    assert not stack and not depth and not math
    known = {
        "centering", "caption", "hline", "smallskip", "footnotesize", "linewidth", "textbackslash", "textasciitilde",
        "textasciicircum", "textless", "textgreater", "textbar", "infty", "times",
    }  # fmt: skip
    assert {c for c in commands if c[1].isalpha()} <= {f"\\{name}" for name in known}
    spec, body = re.search(r"\\begin\{tabular\}\{([lr]+)\}\n(.*)\\end\{tabular\}", latex, re.S).groups()
    lines = [line for line in body.splitlines() if line != r"\hline"]
    rows = []
    for line in lines:
        assert line.endswith(r" \\") and line[:1] not in ("[", "*")
        cells = re.split(r"(?<!\\)&", line[:-3])
        assert len(cells) == len(spec)
        rows.append([plain(cell.strip()) for cell in cells])
    note = re.search(r"\\footnotesize\n(.*)\n\\end\{minipage\}", latex)
    caption = re.search(r"\\caption\{(.*)\}\n", latex)
    return {"spec": spec, "rows": rows, "note": note and plain(note[1]), "caption": caption and plain(caption[1])}


def plain(cell: str) -> str:
    """What LaTeX prints."""
    for command, sign in (
        (r"\textbackslash{}", "\x01"), (r"\textasciitilde{}", "~"), (r"\textasciicircum{}", "^"), ("$^2$", "²"),
        (r"\textless{}", "<"), (r"\textgreater{}", ">"), (r"\textbar{}", "|"), (r"$\infty$", "∞"), ("$-$", "-"),
    ):  # fmt: skip
        cell = cell.replace(command, sign)
    cell = re.sub(r"\$\^\{(\*+)\}\$", r"\1", cell)
    cell = re.sub(
        r"^\$(.*) \\times 10\^\{(-?)(\d+)\}\$$", lambda m: f"{m[1]}e{m[2] or '+'}{m[3]:0>2}", cell.removeprefix("{}")
    )
    return re.sub(r"\\([&%$#_{}])", r"\1", cell).replace("\x01", "\\")


def flat(text: str) -> str:
    return " ".join(text.replace("\x07", "").split())


def test_latex_prints_every_text_as_it_is() -> None:
    table = Table({"a & b_%$#~^\\{}": HOSTILE, "n": range(len(HOSTILE))}, title="T & 5 %\n_x", note="p < 0.1 & n_i = 3")
    found = parsed(table.to_latex())
    assert found["rows"][0] == ["a & b_%$#~^\\{}", "n"] and found["spec"] == "lr"
    assert [row[0] for row in found["rows"][1:]] == [flat(words) for words in HOSTILE]
    assert found["caption"] == "T & 5 % _x" and found["note"] == "p < 0.1 & n_i = 3"


def test_latex_of_a_document_is_closed() -> None:
    document = ix.report.Document(
        "A & B", [ix.report.Heading("1 < 2"), ix.report.Text("5 %\n\n#2"), Table({"x": [-1]})]
    )
    latex = document.to_latex()
    assert r"\section*{A \& B}" in latex and r"\subsection*{1 \textless{} 2}" in latex and "5 \\%\n\n\\#2" in latex
    assert parsed(latex[latex.index(r"\begin{table}") :])["rows"] == [["x"], ["-1"]]


def cells(markdown: str) -> list[list[str]]:
    """Rows as GitHub reads them: a backslash takes the meaning of what follows."""
    rows = []
    for line in markdown.splitlines():
        if line.startswith("|") and not line.startswith("|--"):
            parts, at = [""], 1
            while at < len(line):
                if line[at] == "\\" and at + 1 < len(line) and not line[at + 1].isalnum():
                    parts[-1] += line[at + 1]
                    at += 2
                    continue
                assert line[at] not in "*`$"
                parts.append("") if line[at] == "|" else parts.__setitem__(-1, parts[-1] + line[at])
                at += 1
            assert parts.pop() == ""
            rows.append([html.unescape(part.strip()) for part in parts])
    return rows


def test_markdown_shows_every_text_as_it_is() -> None:
    table = Table({"a|b_c": HOSTILE, "n": range(len(HOSTILE))}, title="A *b*")
    rows = cells(table.to_markdown())
    assert rows[0] == ["a|b_c", "n"] and all(len(row) == 2 for row in rows)
    assert [row[0] for row in rows[1:]] == [flat(words) for words in HOSTILE]
    assert "**A \\*b\\***" in table.to_markdown() and "&amp;lt; &amp;amp;" in table.to_markdown()


# Numbers


def test_decimals_thousands_and_missing_are_what_was_asked() -> None:
    frame = pd.DataFrame(
        {
            "year": [2019, 2020, 2021],
            "sales": [1234567.891, -4321.0, np.nan],
            "share": [0.5, -0.0004, np.nan],
            "firms": pd.array([1200, None, 7], dtype="Int64"),
            "seen": pd.array([True, None, False], dtype="boolean"),
            "day": pd.to_datetime(["2020-01-31", None, "2021-02-03"]),
        }
    )
    table = Table(frame, decimals={"sales": 1, "share": 2}, thousands=["sales", "firms"], missing="n/a")
    assert cells(table.to_markdown())[1:] == [
        ["2019", "1,234,567.9", "0.50", "1,200", "yes", "2020-01-31"],
        ["2020", "-4,321.0", "0.00", "n/a", "n/a", "n/a"],
        ["2021", "n/a", "n/a", "7", "no", "2021-02-03"],
    ]
    assert parsed(table.to_latex())["rows"][1:] == cells(table.to_markdown())[1:]
    assert "$-$4,321.0" in table.to_latex() and '<td class="n">-4,321.0</td>' in table.to_html()
    every = Table(frame, decimals=1)
    assert cells(every.to_markdown())[1][:3] == ["2019", "1234567.9", "0.5"]
    assert "nan" not in table.to_html().casefold() and "NaT" not in table.to_html()
    assert Table({"x": [np.inf, -np.inf, 1.23e-5, 1e20]}).to_latex().count("$\\infty$") == 2
    assert r"$1.23 \times 10^{-5}$" in Table({"x": [1.23e-5]}).to_latex()
    assert "12,345" in Table({"x": [12345.2]}, thousands=True, digits=6).to_markdown()


def test_arguments_are_checked() -> None:
    frame = {"sales": [1.5]}
    for options, message in (
        ({"decimals": {"sale": 1}}, "decimals= names no column 'sale'; did you mean 'sales'"),
        ({"thousands": ["profit"]}, "thousands= names no column 'profit'"),
    ):
        with pytest.raises(UnknownNameError, match=message):
            Table(frame, **options)
    with pytest.raises(ValueError, match="decimals= are whole numbers from 0 to 15, found -1"):
        Table(frame, decimals=-1)


def test_labels_of_rows_are_kept() -> None:
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["group", "year"])
    assert cells(Table(pd.DataFrame({"v": [1.0, 2.0]}, index=index)).to_markdown())[1] == ["a", "1", "1"]


def test_pivots_keep_all_their_columns() -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b"], "year": [2019, 2020, 2019], "v": [1.5, 2.5, 3.5]})
    pivot = frame.pivot_table(index="g", columns="year", values="v")
    assert cells(Table(pivot).to_markdown()) == [["g", "2019", "2020"], ["a", "1.5", "2.5"], ["b", "3.5", "–"]]
    deep = frame.groupby("g").agg({"v": ["mean", "count"]})
    assert cells(Table(deep).to_markdown())[0] == ["g", "v mean", "v count"]


def test_dates_and_decimals_of_every_kind(tmp_path: Path) -> None:
    days = np.array(["2020-01-31", "NaT"], dtype="datetime64[ns]")
    assert cells(Table({"d": days}).to_markdown())[1:] == [["2020-01-31"], ["–"]]
    zone = pd.DataFrame({"d": pd.to_datetime(["2020-01-31 12:00"]).tz_localize("UTC")})
    for suffix in (".dta", ".xlsx"):
        Table(zone).write(tmp_path / f"t{suffix}")
    assert pd.read_stata(tmp_path / "t.dta")["d"].tolist() == ["2020-01-31 12:00:00+00:00"]
    table = Table({"x": [Decimal("1.50"), None]}, decimals=2)
    assert cells(table.to_markdown())[1] == ["1.50"] and "---:" in table.to_markdown()


# Files


def kinds(frame: dict[str, list[Any]]) -> list[Any]:
    made = [frame, pd.DataFrame(frame)]
    if (polars := pytest.importorskip("polars")) is not None:
        made.append(polars.DataFrame(frame))
    made.append(pytest.importorskip("pyarrow").table(frame))
    return made


def test_xlsx_read_back_is_equal(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    frame: dict[str, list[Any]] = {
        "名称": HOSTILE, "n": [*range(len(HOSTILE) - 1), None], "x": [0.1 + 0.2, None, *[-1e-9] * 14],
        "b": [True, False, *[None] * 14], "d": [datetime.date(2020, 1, 31), *[None] * 15],
    }  # fmt: skip
    for number, table in enumerate(kinds(frame)):
        made = Table(table, title="= title", note="+ note", labels={"n": "= n"}, decimals={"x": 2}, thousands=["n"])
        made.write(tmp_path / f"{number}.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / f"{number}.xlsx").active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[0][0] == "= title" and rows[2] == ["名称", "= n", "x", "b", "d"] and rows[-1][0] == "+ note"
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        for row, cells_ in enumerate(rows[3:19]):
            assert cells_[0] == (HOSTILE[row].replace("\x07", "") or None)
            assert cells_[1] == frame["n"][row] and cells_[3] == frame["b"][row]
            # pandas makes floats of whole numbers beside missing ones: the same numbers.
            assert cells_[2] is None if row == 1 else cells_[2] == frame["x"][row]
        assert rows[3][4].date() == datetime.date(2020, 1, 31) and rows[4][4] is None
        assert sheet["C4"].number_format == "0.00"
    with pytest.raises(DataError, match=r"column .t., row 1: 40000 characters; a cell of \.xlsx holds 32767"):
        Table({"t": ["x" * 40_000]}).write(tmp_path / "long.xlsx")


def test_dta_read_back_is_equal(tmp_path: Path) -> None:
    frame: dict[str, list[Any]] = {
        "成本率": ["数" * 1500, "x" * 3000, None],
        "2020 share": [0.1 + 0.2, None, -1.5],
        "if": [1, 2, 3],
        "str5": [2**40, 1, 2],
        "huge": [2**60 + 1, 1, 2],
        "yes": [True, None, False],
        "day": [datetime.date(2020, 1, 31), None, datetime.date(1959, 12, 31)],
        "moment": [datetime.datetime(2020, 1, 31, 12, 30), None, None],
        "none": [None, None, None],
        **{"a very long name of a column, number " + str(i): [i, i, i] for i in range(12)},
    }
    table = Table(frame, title="表 1: 成本", note="n = 3; 数字化 & < >", labels={"if": "标签" * 60})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table.write(tmp_path / "t.dta")
    back = pd.read_stata(tmp_path / "t.dta")
    assert back.columns.is_unique and back.columns.str.len().max() <= 32
    assert list(back.columns[:4]) == ["成本率", "_2020_share", "_if", "_str5"]
    assert back["成本率"].tolist() == ["数" * 1500, "x" * 3000, ""]
    np.testing.assert_array_equal(back["_2020_share"], [0.1 + 0.2, np.nan, -1.5])
    assert back["_if"].tolist() == [1, 2, 3] and back["_if"].dtype == "int32"
    assert back["_str5"].tolist() == [2**40, 1, 2] and back["huge"].tolist() == [str(2**60 + 1), "1", "2"]
    np.testing.assert_array_equal(back["yes"], [1.0, np.nan, 0.0])
    assert back["day"].dt.strftime("%Y-%m-%d").tolist() == ["2020-01-31", np.nan, "1959-12-31"]
    assert back["moment"][0] == pd.Timestamp("2020-01-31 12:30") and back["none"].isna().all()
    assert [back.iloc[0, place] for place in range(9, 21)] == list(range(12))
    with pd.read_stata(tmp_path / "t.dta", iterator=True) as reader:
        labels = reader.variable_labels()
        assert reader.data_label == "表 1: 成本"
    assert labels["_2020_share"] == "2020 share" and labels["_if"] == "标签" * 40
    assert notes(tmp_path / "t.dta") == ["表 1: 成本", "n = 3; 数字化 & < >"]
    with pytest.raises(DataError, match="column 'x' holds an infinite number"):
        Table({"x": [np.inf]}).write(tmp_path / "i.dta")


def notes(path: Path) -> list[str]:
    """Notes of the data, by the map of the file; every place must begin with its tag."""
    data = path.read_bytes()
    places = struct.unpack_from("<14Q", data, data.index(b"<map>") + 5)
    tags = ["stata_dta", "map", "variable_types", "varnames", "sortlist", "formats", "value_label_names"]
    tags += ["variable_labels", "characteristics", "data", "strls", "value_labels", "/stata_dta"]
    for place, tag in zip(places, tags, strict=False):
        assert data[place:].startswith(f"<{tag}>".encode())
    assert places[13] == len(data)
    at, end, found = places[8] + 17, data.index(b"</characteristics>"), []
    while at < end:
        assert data[at : at + 4] == b"<ch>"
        (size,) = struct.unpack_from("<I", data, at + 4)
        own = data[at + 8 : at + 8 + size]
        names = [own[start : start + 129].rstrip(b"\0").decode() for start in (0, 129)]
        assert names == ["_dta", f"note{len(found)}"] and own[-1:] == b"\0"
        found.append(own[258:-1].decode())
        at += 8 + size + 5
        assert data[at - 5 : at] == b"</ch>"
    assert found[0] == str(len(found) - 1)
    return found[1:]


# What results say of themselves


def test_conventions_come_from_the_result() -> None:
    made = ix.datasets.make_region_panel(40, gaps=0.1, rng=1)
    keys = {"unit": "region", "time": "year"}
    chain = ix.study.transitions(made.panel, "digital_value", classes=[3000.0, 5000.5], **keys)
    count = int(chain.counts.sum())
    assert conventions(chain) == f"n = {count} transitions; cut-offs 3000 and 5000; no transition: {chain.gaps} gaps."
    assert conventions(ix.study.beta(made.panel, "digital_value", **keys)) == (
        "Growth over 11 periods on the first value, least squares; n = 40 units."
    )
    found = ix.study.dagum(made.panel, "digital_value", "group", time="year")
    least = found.to_frame()["n"].min()
    assert conventions(found) == f"Dagum's decomposition, n = {least} to 40, by row."
    sigma = ix.study.sigma(made.panel, "digital_value", time="year")
    assert conventions(sigma) == f"n = {least} to 40, by row."
    countries = ix.datasets.tai()
    index = ix.Index.flat(["patents", "royalties", "internet"])
    scores = index.fit(countries, unit="country").score(countries, unit="country")
    assert conventions(scores) == (
        f"id index, definition {scores.recipe['definition_sha256'][:12]}, indicia {scores.recipe['indicia']}, rows 23, "
        "absent error."
    )
    for nothing in (3, {"x": [1]}):
        with pytest.raises(DataError, match="tells neither conventions nor n"):
            conventions(nothing)


RESULTS = {
    "inequality": lambda p: ix.study.inequality(p, "digital_value", time="year"),
    "theil": lambda p: ix.study.theil(p, "digital_value", "group", time="year"),
    "dagum": lambda p: ix.study.dagum(p, "digital_value", "group", time="year"),
    "pairs": lambda p: ix.study.dagum(p, "digital_value", "group", time="year").pairs(),
    "transitions": lambda p: ix.study.transitions(p, "digital_value", unit="region", time="year"),
    "peers": lambda p: ix.study.peers(p, "digital_value", "group", unit="region", time="year"),
    "correlation": lambda p: ix.stats.correlation(p[["broadband", "cloud", "robots"]]),
    "growth": lambda p: ix.firm.growth(p, "digital_value", unit="region", time="year"),
    "compare": lambda p: ix.compare.growth(p, ["digital_value"], unit="region", time="year"),
    "scores": lambda p: ix.Index.flat(["broadband", "cloud"]).fit(p).score(p),
    "describe": lambda p: ix.stats.availability(p, unit="region", time="year"),
}


@pytest.mark.filterwarnings("ignore::indicia.errors.IndiciaWarning")
@pytest.mark.parametrize("name", list(RESULTS))
def test_tables_of_every_room_go_out_in_every_form(name: str, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    panel = ix.datasets.make_region_panel(30, years=4, missing=0.05, rng=2).panel
    found = RESULTS[name](panel)
    table = Table(found, title=name, note="n = 30")
    shown = parsed(table.to_latex())["rows"]
    assert cells(table.to_markdown()) == shown and not any("nan" in cell.casefold() for row in shown for cell in row)
    for suffix in (".xlsx", ".dta", ".html"):
        table.write(tmp_path / f"t{suffix}")
    back = pd.read_stata(tmp_path / "t.dta")
    sheet = list(openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows(min_row=4, values_only=True))
    assert len(back) == table.rows
    for place, column in enumerate(table.names):
        values = table.columns[column]
        if all(isinstance(value, float | int) or value is None for value in values):
            expected = np.array(values, float)
            np.testing.assert_array_equal(back.iloc[:, place].to_numpy(float), expected)
            np.testing.assert_array_equal(np.array([row[place] for row in sheet[: len(values)]], float), expected)
