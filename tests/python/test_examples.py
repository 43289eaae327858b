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
    assert "9 files in" in told and "Uncertainty(200 replays" in told
    panel = pd.read_stata(tmp_path / "panel.dta")
    assert panel["digital"].between(0, 1).all()
    assert r"\begin{tabular}" in (tmp_path / "gini.tex").read_text()
    assert "0 ln 0 = 0" in (tmp_path / "weights.tex").read_text()
