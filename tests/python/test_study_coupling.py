"""Coupling: golden tables, closed forms, grades and formulas."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia.errors import DataError, MissingColumnError

GOLDEN = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden" / "study"
golden = pytest.mark.skipif(not GOLDEN.exists(), reason="reference data not present")
study = ix.study


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"{name}.csv")


@golden
def test_coupling_of_three_systems_is_that_of_the_table() -> None:
    expected = table("ccd_three_systems")
    found = study.coupling(expected, ["u1", "u2", "u3"])
    for ours, theirs in (("coupling", "C_std"), ("development", "T_eq"), ("coordination", "D_std")):
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-12)
    wang = study.coupling(expected, ["u1", "u2", "u3"], weights={"u1": 4, "u2": 3, "u3": 3}, formula="wang_2021")
    for ours, theirs in (("coupling", "C_wang2021"), ("development", "T_.4.3.3"), ("coordination", "D_wang2021")):
        np.testing.assert_allclose(wang[ours], expected[theirs], rtol=1e-12)


def test_coupling_keeps_the_index_names_grades_and_refuses_what_is_no_score() -> None:
    frame = pd.DataFrame({"a": [0.3, np.nan, 0.0, 1.0, 0.0], "b": [0.6, 0.5, 0.4, 1.0, 0.0]}, index=list("vwxyz"))
    found = study.coupling(frame, ["a", "b"])
    assert found.index.tolist() == list("vwxyz")
    assert found["grade"].tolist() == [
        "primary coordination",
        np.nan,
        "extreme disorder",
        "quality coordination",
        np.nan,
    ]
    assert np.isnan(found.loc["w", ["coupling", "development", "coordination"]].to_numpy(float)).all()
    assert found.loc["x", "coordination"] == 0.0 and found.loc["y", "coupling"] == 1.0
    assert study.coupling(frame, ["a", "b"], language="zh")["grade"].iloc[0] == "初级协调"
    wrong = study.coupling(frame, ["a", "b"], formula="dropped_factor")
    np.testing.assert_allclose(wrong["coupling"], found["coupling"] / 2)
    for bad, message in (
        (lambda: study.coupling(frame * 2, ["a", "b"]), "row 'v'.*|column 'a'|column 'b'"),
        (lambda: study.coupling(frame, ["a"]), "two or more"),
        (lambda: study.coupling(frame, ["a", "c"]), "'c'"),
        (lambda: study.coupling(frame, ["a", "b"], weights={"a": -1, "b": 2}), "weights="),
    ):
        with pytest.raises((DataError, MissingColumnError), match=message):
            bad()


STAGES = ["low-level coupling", "antagonism", "running-in", "high-level coupling"]


def test_ten_grades_and_four_stages_in_two_languages_with_named_ends() -> None:
    # With equal systems C = 1 and D = sqrt(u); D on each edge of a tenth.
    edges = np.arange(11) / 10
    frame = pd.DataFrame({"a": edges**2, "b": edges**2})
    english, chinese = (study.coupling(frame, ["a", "b"], language=language) for language in ("en", "zh"))
    right = study.coupling(frame, ["a", "b"], closed="right")
    words = "极度失调 严重失调 中度失调 轻度失调 濒临失调 勉强协调 初级协调 中级协调 良好协调 优质协调".split()
    assert list(chinese["grade"].cat.categories) == words and len(english["grade"].cat.categories) == 10
    assert english["grade"].cat.codes.tolist() == [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert right["grade"].cat.codes.tolist() == [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert list(english["stage"].cat.categories) == STAGES
    assert list(chinese["stage"].cat.categories) == ["低水平耦合", "拮抗", "磨合", "高水平耦合"]
    # C = 2 sqrt(u) / (1 + u) for (u, 1); the root of C u - 2 s + C for s = sqrt(u) puts C on the edges 0.3, 0.5, 0.8.
    c = np.array([0.3, 0.5, 0.8])
    u = ((1 - np.sqrt(1 - c**2)) / c) ** 2
    pair = pd.DataFrame({"a": [0.0, *u, 1.0], "b": 1.0})
    for closed, expected in (("left", [0, 1, 2, 3, 3]), ("right", [0, 0, 1, 2, 3])):
        found = study.coupling(pair, ["a", "b"], closed=closed)
        np.testing.assert_allclose(found["coupling"], [0, *c, 1], atol=1e-15)
        assert found["stage"].cat.codes.tolist() == expected, closed


def test_the_result_names_its_formula_and_shows_it() -> None:
    frame = {"a": [0.3, 0.2], "b": [0.6, 0.1], "c": [0.5, 0.9]}
    three = ["a", "b", "c"]
    found = study.coupling(frame, three)
    assert found["formula"].tolist() == ["standard"] * 2
    assert found["latex"][0] == (
        r"C = \frac{3 \left(\prod_{i=1}^{3} U_i\right)^{1/3}}{\sum_{i=1}^{3} U_i}"
        r",\quad T = \sum_i a_i U_i,\quad D = \sqrt{C\,T}"
    )
    assert study.coupling(frame, three, formula={"power": 0.5})["formula"][0] == "power 0.5"
    wang = study.coupling(frame, three, formula="wang_2021")["latex"][0]
    assert r"\left|U_i - U_j\right|}{3}" in wang and "^{1/2}" in wang
    shown = {study.coupling(frame, three, formula=f)["latex"][0] for f in ("standard", "wang_2021", "dropped_factor")}
    assert len(shown) == 3
    matplotlib = pytest.importorskip("matplotlib.mathtext")
    parser = matplotlib.MathTextParser("agg")
    for formula in ("standard", "wang_2021", "dropped_factor", {"power": 0.5}):
        latex = str(study.coupling(frame, three, formula=formula)["latex"][0])
        assert parser.parse(f"${latex}$").width > 100  # it is LaTeX, as far as another program can read it


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(0.001, 1), min_size=4, max_size=4), min_size=1, max_size=5), st.floats(0.1, 1))
def test_coupling_has_its_closed_form_bounds_and_symmetry(rows: list[list[float]], scale: float) -> None:
    u = np.array(rows)
    frame = pd.DataFrame(u, columns=list("abcd"))
    found = study.coupling(frame, list("abcd"))
    c = 4 * np.prod(u, axis=1) ** 0.25 / u.sum(axis=1)
    np.testing.assert_allclose(found["coupling"], c, rtol=1e-12)
    np.testing.assert_allclose(found["coordination"], np.sqrt(c * u.mean(axis=1)), rtol=1e-12)
    assert found["coupling"].between(0, 1).all()
    # Neither the order of the systems nor their common scale matters for C.
    turned = study.coupling(frame, list("dcba"))["coupling"]
    np.testing.assert_allclose(turned, found["coupling"], rtol=1e-12)
    np.testing.assert_allclose(study.coupling(frame * scale, list("abcd"))["coupling"], c, rtol=1e-12)
    wang = study.coupling(frame, list("abcd"), formula="wang_2021")["coupling"]
    pairs = [(i, j) for i in range(4) for j in range(i)]
    apart = np.mean([abs(u[:, i] - u[:, j]) for i, j in pairs], axis=0)
    expected = np.sqrt((1 - apart) * np.prod(u / u.max(axis=1, keepdims=True), axis=1) ** (1 / 3))
    np.testing.assert_allclose(wang, expected, rtol=1e-9, atol=1e-12)
