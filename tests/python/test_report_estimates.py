"""Estimates side by side: layout, errors below, n, and a note that the results write themselves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import DataError, UnknownNameError
from indicia.report import estimates

INPUTS, KEYS = ("value_added", "employees", "capital"), {"unit": "firm", "time": "year"}


@pytest.fixture(scope="module")
def firms() -> Any:
    return ix.datasets.make_firm_panel(150, missing=0.02, rng=1)


@pytest.fixture(scope="module")
def models(firms: Any) -> dict[str, Any]:
    rooms = ix.productivity
    return {
        "OLS": rooms.ols(firms, *INPUTS, **KEYS),
        "FE": rooms.fixed_effects(firms, *INPUTS, errors="cluster", **KEYS),
        "OP": rooms.olley_pakes(firms, *INPUTS, investment="investment", replicates=20, rng=7, **KEYS),
        "LP": rooms.levinsohn_petrin(firms, *INPUTS, materials="materials", **KEYS),
    }


def test_errors_stand_in_brackets_below_and_what_is_not_there_is_empty(models: dict[str, Any]) -> None:
    table = estimates(models)
    assert table.names == ["", "OLS", "FE", "OP", "LP"]
    rows = table._shown()
    assert [row[0] for row in rows] == ["constant", "", "employees", "", "capital", "", "Observations", "Firms"]
    for place, (name, model) in enumerate(models.items(), start=1):
        own = model.coefficients.set_index("term")
        if name != "OLS":
            assert rows[0][place] == rows[1][place] == ""
        for row, term in ((2, "employees"), (4, "capital")):
            assert rows[row][place] == f"{own.loc[term, 'coef']:.3f}"
            se = own.loc[term, "se"]
            # An estimate without an error has a dash, never (nan) and never nothing.
            assert rows[row + 1][place] == ("–" if name == "LP" else f"({se:.3f})")
        counts = model.counts.iloc[0]
        assert rows[6][place] == str(counts["used"]) and rows[7][place] == str(counts["firms"])
    latex = table.to_latex().splitlines()
    rules = [place for place, line in enumerate(latex) if line == r"\hline"]
    assert len(rules) == 4 and latex[rules[2] + 1].startswith("Observations &")
    assert table.to_html().count('<tr class="rule">') == 1


def test_the_note_is_the_results_own(models: dict[str, Any]) -> None:
    note = estimates(models, note="Prices of 2015.").note
    lost = [int(model.counts.iloc[0]["missing"]) for model in models.values()]
    proxy = models["OP"].counts.iloc[0]
    drawn = models["OP"].search.iloc[0]
    failed = f", {drawn['failed']} failed" if drawn["failed"] else ""
    mats = int(models["LP"].counts.iloc[0]["proxy_missing"])
    assert note == (
        "Production functions of log value_added on log employees (free) and log capital (state). In brackets: standard "
        f"errors. OLS: ordinary least squares, classical errors; left out: {lost[0]} rows with a missing value. "
        f"FE: fixed effects of firms, errors clustered by firm; left out: {lost[1]} rows with a missing value. "
        "OP: Olley and Pakes, degree of the polynomial 2, degree of the Markov process 3, proxy investment, errors from "
        f"20 draws of firms (seed 7{failed}); left out: {lost[2]} rows with a missing value, {proxy['proxy_missing']} "
        f"rows without the proxy and {proxy['proxy_nonpositive']} rows whose proxy has no logarithm. "
        "LP: Levinsohn and Petrin, degree of the polynomial 2, degree of the Markov process 3, proxy materials, no "
        f"errors without replicates; left out: {lost[3]} rows with a missing value and {mats} rows without the proxy. "
        "Prices of 2015."
    )


def test_stars_are_asked_for_and_explained(models: dict[str, Any]) -> None:
    given = {"coef": {"x": 1.0, "z": -1.0, "u": 1.0, "v": 1.0}, "se": {"x": 0.3, "z": 0.5, "u": 0.58, "v": 1.0}, "n": 9}
    table = estimates({"M": given}, stars=[0.1, 0.05, 0.01])
    assert [row[1] for row in table._shown()][::2] == ["1.000***", "-1.000**", "1.000*", "1.000", "9"]
    assert table.note == "In brackets: standard errors. * p < 0.1, ** p < 0.05 and *** p < 0.01, two-sided normal."
    assert "$-$1.000$^{**}$" in table.to_latex() and "\\*\\*" in table.to_markdown()
    own = estimates({"M": given | {"p": {"x": 0.06, "z": 0.5, "u": 0.5, "v": 0.001}}}, stars=[0.1])
    assert [row[1] for row in own._shown()][::2] == ["1.000*", "-1.000", "1.000", "1.000*", "9"]
    assert own.note.endswith("* p < 0.1.")
    assert "*" not in estimates(models).to_latex().replace("*{", "")
    # Without an error nobody knows p.
    assert estimates({"LP": models["LP"]}, stars=[0.1])._shown()[0][1].count("*") == 0


def test_groups_are_columns_and_intervals_stand_below(firms: Any) -> None:
    made = ix.productivity.ols(firms, *INPUTS, by="industry", confidence=0.9, **KEYS)
    table = estimates({"OLS": made}, terms={"employees": "Labor"}, below="interval", decimals=2)
    assert table.names == ["", "OLS: food", "OLS: machinery", "OLS: software", "OLS: trade"]
    own = made.coefficients.query("industry == 'food' and term == 'employees'").iloc[0]
    assert [row[1] for row in table._shown()][:2] == [f"{own['coef']:.2f}", f"[{own['low']:.2f}, {own['high']:.2f}]"]
    assert table._shown()[0][0] == "Labor" and "90 % intervals" in table.note and table.note.count("OLS:") == 1
    assert sum(table.columns[name][2] for name in table.names[1:]) == made.counts["used"].sum()


def test_other_packages_and_beta_fit_in(tmp_path: Path) -> None:
    series = pd.Series({"const": 1.5, "x": -0.25})
    fit = SimpleNamespace(params=series, bse=series.abs() / 10, pvalues=series * 0 + 0.2, nobs=50.0, rsquared=0.5)
    methods = SimpleNamespace(coef=lambda: series, se=lambda: series.abs() / 5, _N=40)
    panel = ix.datasets.make_region_panel(40, rng=1).panel
    beta = ix.study.beta(panel, "digital_value", unit="region", time="year")
    table = estimates({"A": fit, "B": methods, "C": beta}, rows={"Effects of years": ["no", "yes", "no"]}, stars=[0.05])
    shown = {row[0] or f"{place}": row[1:] for place, row in enumerate(table._shown())}
    assert shown["const"] == ["1.500", "1.500*", ""] and shown["1"] == ["(0.150)", "(0.300)", ""]
    assert shown["initial value"][2].startswith("-0.0") and shown["initial value"][:2] == ["", ""]
    assert shown["Observations"] == ["50", "40", "40"] and shown["R²"][:2] == ["0.500", ""]
    assert shown["Effects of years"] == ["no", "yes", "no"]
    assert "growth over 11 periods" in table.note and "two-sided normal (A: as reported)" in table.note
    table.write(tmp_path / "t.dta")
    back = pd.read_stata(tmp_path / "t.dta")
    assert back.loc[(back["term"] == "x") & (back["statistic"] == "se"), ["A", "B"]].to_numpy().tolist() == [
        [0.025, 0.05]
    ]
    assert "Effects of years" not in set(back["term"])
    assert back.loc[back["term"] == "Speed of convergence", "C"].item() == beta.speed


def test_files_hold_the_numbers(models: dict[str, Any], tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    table = estimates(models, title="Production", stars=[0.05])
    for suffix in (".xlsx", ".dta", ".tex", ".md", ".html"):
        table.write(tmp_path / f"t{suffix}")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    own = models["OLS"].coefficients.set_index("term")
    assert sheet["B6"].value == own.loc["employees", "coef"] and sheet["B6"].number_format == '0.000"*"'
    assert sheet["B7"].value == own.loc["employees", "se"] and sheet["B7"].number_format == '"("0.000")"'
    assert sheet["E7"].value is None and sheet["B10"].value == models["OLS"].counts["used"][0]
    back = pd.read_stata(tmp_path / "t.dta").set_index(["term", "statistic"])
    for name, model in models.items():
        for row in model.coefficients.itertuples(index=False):
            np.testing.assert_array_equal(back.loc[(row.term, ["coef", "se"]), name], [row.coef, row.se])
    assert back.loc[("Firms", ""), "FE"] == models["FE"].counts["firms"][0]


def test_what_cannot_be_read_is_said(models: dict[str, Any]) -> None:
    for bad, message in (
        ({}, "at least one"),
        ({"": models["OLS"]}, "maps the heads of columns"),
        ({"A": {"se": {"x": 1.0}}}, "'A': a mapping needs 'coef', found 'se'"),
        ({"A": 3}, "'A': int has no named coefficients"),
    ):
        with pytest.raises(DataError, match=message):
            estimates(bad)
    with pytest.raises(UnknownNameError, match="terms= names no term 'labor'"):
        estimates(models, terms=["labor"])
    with pytest.raises(DataError, match="rows= has 1 values for 'Effects'; there are 4 columns"):
        estimates(models, rows={"Effects": ["yes"]})
    with pytest.raises(ValueError, match="stars= are falling levels between 0 and 1"):
        estimates(models, stars=[0.01, 0.05])
    with pytest.raises(ValueError, match="below= is 'se' or 'interval', found 't'"):
        estimates(models, below="t")
