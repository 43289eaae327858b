"""Tables of estimates as SDMX-CSV: headers of both versions, codes, flags, what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from kinds import MAKERS

from indicia import survey
from indicia.errors import DataError, MissingColumnError

FLOW = "OFFICE:CLOUD(1.0)"


def table(kind: str = "pandas") -> Any:
    data = {"size": ["S"] * 40 + ["L"] * 2 + ["M"], "cloud": [1.0, 0.0] * 20 + [1.0, 0.0] + [None]}
    return survey.shares(MAKERS[kind](data), "cloud", by="size", answers="yes", unknown="left_out")


def rows(text: str) -> list[list[str]]:
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dict"])
def test_version_2(kind: str) -> None:
    dimensions = {"SIZE_EMP": "size", "TIME_PERIOD": (2023,)}
    found = rows(survey.to_sdmx_csv(table(kind), FLOW, dimensions, attributes={"SE": "se"}, decimals=3))
    assert found == [
        ["STRUCTURE", "STRUCTURE_ID", "ACTION", "SIZE_EMP", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "SE"],
        ["dataflow", FLOW, "I", "L", "2023", "0.500", "U", found[1][-1]],
        ["dataflow", FLOW, "I", "M", "2023", "", "O", ""],
        ["dataflow", FLOW, "I", "S", "2023", "0.500", "A", found[3][-1]],
    ]
    assert 0 < float(found[3][-1]) < float(found[1][-1])


def test_version_1_and_the_file(tmp_path: Path) -> None:
    text = survey.to_sdmx_csv(table(), FLOW, ["size", "item"], status=None, version="1.0", path=tmp_path / "x.csv")
    assert rows(text)[:2] == [["DATAFLOW", "size", "item", "OBS_VALUE"], [FLOW, "L", "cloud", "0.5"]]
    assert (tmp_path / "x.csv").read_bytes() == text.encode()


def test_all_digits_come_back() -> None:
    frame = survey.means({"y": [1.0, 2.0, 4.0]}, "y")
    found = rows(survey.to_sdmx_csv(frame, FLOW, ["column"], value="mean"))
    assert float(found[1][-2]) == frame["mean"][0]


def test_codes_are_complete() -> None:
    codes = {"size": {"S": "10-49", "M": "50-249", "L": "GE250"}}
    found = rows(survey.to_sdmx_csv(table(), FLOW, {"SIZE_EMP": "size"}, codes=codes))
    assert [row[3] for row in found[1:]] == ["GE250", "50-249", "10-49"]
    with pytest.raises(DataError, match="column 'size' has the label 'L', which has no code"):
        survey.to_sdmx_csv(table(), FLOW, ["size"], codes={"size": {"S": "10-49"}})
    unknown = survey.means({"size": ["S", None], "y": [1.0, 2.0]}, "y", by="size")
    with pytest.raises(DataError, match="row 0: a dimension is missing; give None a code"):
        survey.to_sdmx_csv(unknown, FLOW, ["size"], value="mean")
    text = survey.to_sdmx_csv(unknown, FLOW, ["size"], value="mean", codes={"size": {None: "_U", "S": "S"}})
    assert rows(text)[1][3] == "_U"


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="dataflow= is AGENCY:ID"):
        survey.to_sdmx_csv(table(), "CLOUD", ["size"])
    with pytest.raises(DataError, match="two rows have the same dimensions"):
        survey.to_sdmx_csv(table(), FLOW, ["item"])
    with pytest.raises(MissingColumnError, match="no column 'sizes'; did you mean 'size'"):
        survey.to_sdmx_csv(table(), FLOW, ["sizes"])
    with pytest.raises(DataError, match="names at least one column"):
        survey.to_sdmx_csv(table(), FLOW, [])
    with pytest.raises(DataError, match="'se' is a dimension and a measure"):
        survey.to_sdmx_csv(table(), FLOW, {"size": "size", "se": "item"}, attributes={"se": "se"})
    with pytest.raises(DataError, match="a constant is a tuple of one"):
        survey.to_sdmx_csv(table(), FLOW, {"TIME": (2023, 2024)})
