"""The worked study runs and writes its tables."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "panel_study.py"


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the examples are not beside the tests")
@pytest.mark.filterwarnings("ignore::indicia.errors.IndiciaWarning")
def test_the_study_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), str(tmp_path)])
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    told = capsys.readouterr().out
    assert "34 files in" in told and "| Labor |" in told
    for name in ("indicators", "weights", "robustness", "gini", "sigma", "transitions", "production", "exposure"):
        for form in (".tex", ".md", ".xlsx", ".dta"):
            assert (tmp_path / f"{name}{form}").stat().st_size > 100
        note = (tmp_path / f"{name}.md").read_text().strip().splitlines()[-1]
        assert "n = " in note or name == "production"
    panel = pd.read_stata(tmp_path / "panel.dta")
    assert panel["innovation"].between(0, 1).all()
    assert r"\begin{tabular}" in (tmp_path / "gini.tex").read_text()
    assert "0 ln 0 = 0" in (tmp_path / "weights.tex").read_text()
    # What was put in: 0.6 and 0.3. Four standard errors of 600 firms.
    made = pd.read_stata(tmp_path / "production.dta").set_index(["term", "statistic"])
    for name in ("OP", "LP"):
        for term, truth in (("employees", 0.6), ("capital", 0.3)):
            assert abs(made.loc[(term, "coef"), name] - truth) < 4 * made.loc[(term, "se"), name] < 0.1
    assert made.loc[("employees", "coef"), "OLS"] > 0.85
    # Suppliers are drawn at random: they bring nothing along.
    related = pd.read_stata(tmp_path / "exposure.dta").set_index(["first", "second"])["correlation"]
    assert abs(related["tfp", "suppliers"]) < 0.1 < related["tfp", "innovation"]
    assert "<table>" in (tmp_path / "study.html").read_text()
