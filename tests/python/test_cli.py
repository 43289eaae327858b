"""The command line: commands, files, exit codes, one clear line per error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia import cli
from indicia._tables_io import as_text, read_table, to_csv, write_table
from indicia.errors import DataError, OptionalDependencyError, UnknownNameError

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    path = tmp_path / "survey.csv"
    ix.datasets.make_ict_survey(50, missing=0.05).to_csv(path, index=False)
    return path


def error_of(capture: Capture) -> str:
    """The one line on standard error."""
    text = capture.readouterr().err
    assert text.startswith("indicia: error: ")
    assert text.count("\n") == 1
    assert text.endswith("\n")
    return text


def test_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "indicia", "frameworks"], capture_output=True, text=True, check=True)
    assert "desi" in done.stdout and "eurostat-dii" in done.stdout and done.stderr == ""
    for arguments in ([], ["nonsense"], ["score"], ["score", "a", "b", "--assume", "x"], ["demo", "--firms", "0"]):
        done = subprocess.run(
            [sys.executable, "-m", "indicia", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr.startswith("usage:")


def test_demo(capsys: Capture) -> None:
    assert cli.main(["demo", "--firms", "300"]) == 0
    text = capsys.readouterr().out
    for part in ("Digital Intensity Index 2023", "very_high", "GE250", "not official", "Audit of", "scenes"):
        assert part in text
    assert "69.6" in text, "Finland"


def test_level_tables_in_a_shell(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    ix.datasets.make_ict_survey(200, rng=1).to_csv(file, index=False)
    arguments = ["score", "eurostat-dii-2023", str(file), "--unit", "firm", "--levels"]
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out.split()[:4] == ["level", "n", "weight", "share"]
    assert cli.main([*arguments, "size", "--weight", "weight"]) == 0
    assert {"10-49", "50-249", "GE250"} <= set(capsys.readouterr().out.split())


def test_describe_and_schema(capsys: Capture, tmp_path: Path) -> None:
    assert cli.main(["describe", "eurostat-dii", "--edition", "2023"]) == 0
    assert capsys.readouterr().out.startswith("# Digital Intensity Index 2023")
    path = tmp_path / "own.toml"
    ix.Index.flat(["a"]).write(path)
    assert cli.main(["describe", str(path)]) == 0
    assert "minmax" in capsys.readouterr().out
    assert cli.main(["schema"]) == 0
    assert "properties" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet", "xlsx", "dta"])
def test_score_from_and_to_every_file(suffix: str, survey: Path, tmp_path: Path, capsys: Capture) -> None:
    data, out = tmp_path / f"data.{suffix}", tmp_path / f"out.{suffix}"
    write_table(pd.read_csv(survey), data)
    assert cli.main(["score", "eurostat-dii-2023", str(data), "-o", str(out), "--unit", "firm"]) == 0
    assert "Scores(eurostat-dii 2023: 50 units" in capsys.readouterr().err
    found = read_table(out)
    wanted = ix.framework("eurostat-dii-2023").score(pd.read_csv(survey), unit="firm").to_frame()
    assert np.allclose(found["dii"], wanted["dii"], equal_nan=True)
    assert list(found.columns) == list(wanted.columns)
    assert found["firm"].tolist() == wanted["firm"].tolist()


def test_score_to_standard_output(survey: Path, capsys: Capture) -> None:
    assert (
        cli.main(["score", "eurostat-dii-2023", str(survey), "--unit", "firm", "--what", "all", "--assume", "E_CRM=no"])
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 51
    assert lines[0].startswith("firm,dii,E_IUSE_GT50,")


def test_explain_one_unit(survey: Path, capsys: Capture) -> None:
    assert cli.main(["score", "eurostat-dii-2023", str(survey), "--unit", "firm", "--explain", "F0000003"]) == 0
    assert capsys.readouterr().out.startswith("Audit of 'F0000003'")
    assert cli.main(["score", "eurostat-dii-2023", str(survey), "--explain", "3"]) == 0
    assert capsys.readouterr().out.startswith("Audit of 3")
    assert cli.main(["score", "eurostat-dii-2023", str(survey), "--unit", "firm", "--explain", "F000003"]) == 1
    assert "no row is labeled 'F000003'; did you mean 'F00000" in error_of(capsys)


def test_explain_in_a_panel(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "panel.csv"
    path.write_text("id,year,a\n1,2020,0\n1,2021,1\n")
    own = tmp_path / "own.toml"
    ix.Index.flat(["a"]).write(own)
    arguments = ["score", str(own), str(path), "--fit", "--unit", "id", "--time", "year", "--explain"]
    assert cli.main([*arguments, "1,2021"]) == 0
    assert capsys.readouterr().out.startswith("Audit of (1, 2021)")


def test_fit_then_score(tmp_path: Path, capsys: Capture) -> None:
    data, own, fitted = tmp_path / "tai.csv", tmp_path / "tai.toml", tmp_path / "fitted.json"
    ix.datasets.tai().to_csv(data, index=False)
    ix.Index.flat(["patents", "internet"], weights="entropy").write(own)
    assert cli.main(["score", str(own), str(data), "--unit", "country"]) == 1
    assert "3 nodes are to be fitted first" in error_of(capsys)
    assert cli.main(["fit", str(own), str(data), "-o", str(fitted), "--unit", "country"]) == 0
    assert "FittedIndex(index: fitted in 2 stages)" in capsys.readouterr().err
    assert cli.main(["score", str(fitted), str(data), "--unit", "country"]) == 0
    from_fitted = capsys.readouterr().out
    assert cli.main(["score", str(own), str(data), "--unit", "country", "--fit"]) == 0
    assert capsys.readouterr().out == from_fitted
    assert cli.main(["fit", str(own), str(data)]) == 0
    assert json.loads(capsys.readouterr().out)["definition"]["id"] == "index"


def test_dry_run(survey: Path, tmp_path: Path, capsys: Capture) -> None:
    arguments = ["score", "eurostat-dii-2023", str(survey), "--dry-run"]
    assert cli.main(arguments) == 0
    assert "found    E_CRM for E_CRM" in capsys.readouterr().out
    renamed = tmp_path / "renamed.csv"
    pd.read_csv(survey).rename(columns={"E_CRM": "crm"}).to_csv(renamed, index=False)
    arguments[2] = str(renamed)
    assert cli.main(arguments) == 1
    captured = capsys.readouterr()
    assert "missing  E_CRM for E_CRM" in captured.out
    assert captured.err.startswith("indicia: error: column 'E_CRM': missing") and captured.err.count("\n") == 1
    assert cli.main([*arguments, "--columns", "E_CRM=crm"]) == 0
    assert "found    crm for E_CRM" in capsys.readouterr().out
    assert cli.main([*arguments, "--absent", "unknown"]) == 0


def test_errors_are_one_line(survey: Path, tmp_path: Path, capsys: Capture) -> None:
    cases = {
        ("score", "dessi", str(survey)): "did you mean",
        ("score", "eurostat-dii", str(survey)): "several editions",
        ("score", "eurostat-dii-2023", str(tmp_path / "no.csv")): "no such file",
        ("score", "eurostat-dii-2023", str(tmp_path / "no.txt")): "the suffix says the format",
        ("score", str(tmp_path / "no.toml"), str(survey)): "No such file",
        ("score", "desi-2022", str(survey)): "33 problems",
        ("score", "eurostat-dii-2023", str(survey), "--unit", "frim"): "did you mean 'firm'",
        ("score", "eurostat-dii-2023", str(survey), "--unit", "size"): "rows must be unique in 'size'",
        ("score", "eurostat-dii-2023", str(survey), "--columns", "x=y"): "asks for no column 'x'",
        ("score", "eurostat-dii-2023", str(survey), "-o", str(tmp_path / "out.doc")): "the suffix says the format",
        ("score", "miit-sme", str(survey), "--as-of", "yesterday"): "as_of must be a date",
    }
    for arguments, match in cases.items():
        assert cli.main(arguments) == 1
        assert match in error_of(capsys)


def test_bad_files_are_one_line(tmp_path: Path, capsys: Capture) -> None:
    for name, content in {
        "a.csv": b'a,b\n1,2\n"3,4,5\n6,7,8,9\n',
        "b.csv": b"a\n\xff\xfe\n",
        "c.csv": b"",
        "a.parquet": b"PAR1 nonsense",
        "a.xlsx": b"nonsense",
        "a.dta": b"nonsense",
    }.items():
        (tmp_path / name).write_bytes(content)
        assert cli.main(["score", "desi-2022", str(tmp_path / name)]) == 1
        assert f"{name}: cannot be read as" in error_of(capsys)


def test_warnings_are_told(tmp_path: Path, capsys: Capture) -> None:
    data, own = tmp_path / "a.csv", tmp_path / "own.toml"
    data.write_text("a\n1\n1\n")
    ix.Index.flat(["a"]).write(own)
    assert cli.main(["fit", str(own), str(data), "-o", str(tmp_path / "out.json")]) == 0
    assert capsys.readouterr().err.startswith("indicia: warning: 'a': ")


def test_a_closed_pipe_is_no_error(survey: Path) -> None:
    code = f"{sys.executable} -m indicia score eurostat-dii-2023 {survey} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_missing_words_in_text_files(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\ufeffa,b\nnone,1\nNA,\n,3\n", encoding="utf-8")
    frame = read_table(path)
    assert frame.columns.tolist() == ["a", "b"]
    assert frame["a"].isna().tolist() == [False, True, True]
    assert frame["a"][0] == "none"


def test_tables_without_pandas(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\nx,1\nNA,2.5\n")
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert type(read_table(path)).__module__.startswith("polars")
    polars = read_table(path)
    write_table(polars, tmp_path / "b.parquet")
    monkeypatch.setitem(sys.modules, "polars", None)
    arrow = read_table(path)
    assert type(arrow).__module__.startswith("pyarrow")
    assert (
        read_table(tmp_path / "b.parquet").to_pylist()
        == arrow.to_pylist()
        == [{"a": "x", "b": 1.0}, {"a": None, "b": 2.5}]
    )
    write_table({"a": np.array(["x", None], dtype=object), "b": np.array([1.0, 2.5])}, tmp_path / "c.csv")
    assert read_table(tmp_path / "c.csv").to_pylist() == arrow.to_pylist()
    write_table({"a": np.array(["x", None], dtype=object), "b": np.array([1.0, 2.5])}, tmp_path / "c.parquet")
    assert read_table(tmp_path / "c.parquet").to_pylist() == arrow.to_pylist()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OptionalDependencyError, match=r"indicia\[pandas\]"):
        read_table(path)
    assert to_csv({"a": np.array([1.0, np.nan])}) == 'a\n1.0\n""\n'
    assert as_text({"a": np.array(["x", None], dtype=object), "b": np.array([0.12345678, 123456.0])}).splitlines() == [
        "a       b",
        "x  0.1235",
        "-  123456",
    ]


def test_unreadable_suffix(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        read_table(tmp_path / "a.sav")
    with pytest.raises(DataError):
        read_table(tmp_path / "a.csv")
