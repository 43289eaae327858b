"""`ix.stats`: every kind of table, degenerate data, messages; SciPy, where installed, as a second implementation."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import Make, kind, values

import indicia as ix
from indicia.errors import (
    ColumnTypeError,
    DataError,
    DegenerateError,
    MissingColumnError,
    UnknownNameError,
)
from indicia.stats import UndefinedStatisticWarning

FIRMS: dict[str, Any] = {
    "firm": ["A", "B", "C", "D", "E"],
    "cloud": [1, 0, 2, 4, 3],
    "share": [0.5, None, 0.1, 0.0, 0.7],
    "staff": [10, 20, 40, 50, 30],
}


def data(rows: int = 200, gaps: bool = True, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=rows)
    made = {f"x{j}": common * j + rng.normal(size=rows) for j in range(5)}
    made["x4"] = np.round(made["x4"])
    if gaps:
        for j in (1, 2):
            made[f"x{j}"][rng.random(rows) < 0.1] = np.nan
    return made


# Every kind of table in, the same kind out


def test_tables_of_every_kind(make: Make) -> None:
    table = make(FIRMS)
    wanted = "pandas" if isinstance(table, dict) else kind(table)
    found = ix.stats.summary(table, unit="firm")
    assert kind(found) == wanted
    assert values(found["column"]) == ["cloud", "share", "staff"]
    assert values(found["n_available"]) == [5, 4, 5]
    assert values(found["median"]) == [2.0, 0.3, 30.0]
    shares = ix.stats.availability(table, unit="firm")
    assert (kind(shares), values(shares["firm"])) == (wanted, FIRMS["firm"])
    assert values(shares["availability"]) == [1.0, 1 - 1 / 3, 1.0, 1.0, 1.0]
    result = ix.stats.screen(table, min_availability=0.9, exclude=["E"], unit="firm")
    assert values(result.kept["firm"]) == ["A", "C", "D"]
    assert values(result.kept["cloud"]) == [1, 2, 4]
    assert values(result.dropped["firm"]) == ["B", "E"]
    assert values(result.dropped["reason"]) == ["low availability", "excluded by name"]
    assert (kind(result.kept), type(result.kept)) == (kind(table), type(table))
    ratio = ix.stats.denominate(table, {"cloud": "staff"}, scale=10, unit="firm")
    assert type(ratio) is type(table)
    assert values(ratio["cloud"]) == pytest.approx([1.0, 0.0, 0.5, 0.8, 1.0])
    assert values(ratio["share"]) == FIRMS["share"]
    # The caller's own table is as it was.
    assert list(table["cloud"]) == list(make(FIRMS)["cloud"])
    matrix = ix.stats.correlation(table, form="matrix", unit="firm")
    assert (kind(matrix), values(matrix["column"])) == (wanted, ["cloud", "share", "staff"])
    assert values(matrix["staff"])[2] == 1.0
    assert kind(ix.stats.pca(table, unit="firm").scores) == wanted
    assert values(ix.stats.pca(table, unit="firm").scores["PC1"])[1] is None
    assert kind(ix.stats.cronbach(table, unit="firm").items) == wanted


def test_arrays_name_their_columns() -> None:
    columns = data(gaps=False)
    array, names = np.column_stack(list(columns.values())), list(columns)
    found = ix.stats.correlation(array, columns=names, form="matrix")
    np.testing.assert_array_equal(found["x2"], np.asarray(ix.stats.correlation(columns, form="matrix")["x2"]))
    kept = ix.stats.screen(array, columns=names, exclude=[0]).kept
    np.testing.assert_array_equal(kept, array[1:])
    with pytest.raises(TypeError, match="an array has no column names; say columns="):
        ix.stats.summary(array)
    with pytest.raises(TypeError, match="an array has no column names; give a table"):
        ix.stats.denominate(array, {"x0": "x1"})
    records = np.array([(1.0, 2), (3.0, 4)], dtype=[("a", "f8"), ("b", "i8")])
    assert ix.stats.denominate(records, {"b": "a"})["b"].tolist() == [2.0, 4 / 3]


def test_the_index_of_pandas_is_kept() -> None:
    frame = pd.DataFrame(FIRMS).set_index("firm").iloc[::-1]
    assert list(ix.stats.availability(frame).index) == ["E", "D", "C", "B", "A"]
    result = ix.stats.screen(frame, min_availability=0.9, include=["B"], exclude=["A"])
    assert list(result.kept.index) == ["E", "D", "C", "B"]
    assert list(result.dropped.index) == ["A"]
    assert result.units.loc["B", "reason"] == "included by name"
    assert list(ix.stats.denominate(frame, {"cloud": "staff"}).index) == list(frame.index)


def test_columns_that_are_no_numbers_are_left_out_or_refused() -> None:
    frame = pd.DataFrame(FIRMS).assign(day=pd.Timestamp("2026-01-01"), group="g")
    assert list(ix.stats.summary(frame)["column"]) == ["cloud", "share", "staff"]
    with pytest.raises(ColumnTypeError, match=r"^column 'group': expected numbers, found texts$"):
        ix.stats.summary(frame, ["cloud", "group"])
    with pytest.raises(
        MissingColumnError, match=r"^no column is named 'clod'; did you mean 'cloud'\?; the data have: "
    ):
        ix.stats.summary(frame, ["clod"])
    with pytest.raises(TypeError, match="columns= is a list of names, found 'cloud'"):
        ix.stats.summary(frame, "cloud")
    with pytest.raises(DataError, match=r"^column 'x', row 1: inf: expected finite numbers; make it missing"):
        ix.stats.summary({"x": [1.0, math.inf]})


# Known and degenerate values


def test_statistics_of_a_column_worked_by_hand() -> None:
    found = ix.stats.summary({"x": [1.0, 2.0, 3.0, 10.0], "c": [0.1] * 4, "none": [None] * 4}).set_index("column")
    assert found.loc["x", "skew"] == pytest.approx(math.sqrt(12) / 2 * 2 * 180 / 50**1.5)
    assert found.loc["x", "kurtosis"] == pytest.approx(1.5 * (5 * (4 * 1394 / 2500 - 3) + 6))
    assert found.loc["c", "sd"] == 0
    assert np.isnan(found.loc["c", "skew"])
    assert found.loc["none", "n_available"] == 0
    assert found.loc["none", "flag_available"]
    assert np.isnan(found.loc["none", ["min", "mean", "share_nonzero"]].astype(float)).all()
    tail = {"x": [0.0] * 19 + [1.0]}
    assert bool(ix.stats.summary(tail)["flag_outliers"][0])
    assert not bool(ix.stats.summary(tail, max_skew=10)["flag_outliers"][0])
    assert len(ix.stats.summary({"x": []})) == 1


def test_shares_of_zeros_and_gaps() -> None:
    rows = {"a": [0.0, None, 1.0, 0.0], "b": [0.0, None, None, 2.0]}
    shares = ix.stats.availability(rows)
    assert values(shares["nonzero"]) == [0.0, None, 1.0, 0.5]
    assert list(ix.stats.screen(rows, by="nonzero", min_nonzero=0.5).units["kept"]) == [False, True, True, True]
    either = ix.stats.screen(rows, by="either", min_availability=0.5, min_nonzero=0.5).units
    assert list(either["reason"]) == ["low non-zero share", "low availability", "", ""]
    both = ix.stats.screen({"a": [0.0], "b": [None], "c": [None]}, by="either", min_nonzero=0.5).units
    assert list(both["reason"]) == ["low availability and non-zero share"]


def test_what_screen_refuses() -> None:
    for options, error, message in [
        ({"by": "zeros"}, UnknownNameError, "by= is one of 'availability', 'nonzero', 'either', found 'zeros'"),
        ({"min_nonzero": 5}, DataError, r"min_nonzero= is a share in \[0, 1\], found 5"),
        ({"include": ["Z"], "unit": "firm"}, UnknownNameError, "no row is labeled 'Z'"),
        ({"include": ["A"], "exclude": ["A"], "unit": "firm"}, DataError, "row 'A' is in include= and in exclude="),
        ({"include": "A", "unit": "firm"}, TypeError, "are lists of labels, found the text 'A'"),
    ]:
        with pytest.raises(error, match=message):
            ix.stats.screen(FIRMS, **options)


def test_a_unit_is_screened_in_all_its_periods() -> None:
    panel = pd.DataFrame({"firm": ["A", "A", "B"], "year": [1, 2, 1], "x": [1.0, 2.0, 3.0]})
    result = ix.stats.screen(panel, exclude=["A"], unit="firm", time="year")
    assert list(result.kept["firm"]) == ["B"]
    assert len(ix.stats.screen(panel, exclude=[("A", 2)], unit="firm", time="year").kept) == 2


def test_denominators_of_another_table_are_matched_by_key_and_period() -> None:
    panel = pl.DataFrame({"firm": ["B", "A", "A"], "year": [1, 2, 1], "x": [6.0, 8.0, None]})
    sizes = {"year": [1, 2, 1, 9], "firm": ["A", "A", "B", "C"], "size": [1.0, 4.0, 3.0, 0.5]}
    found = ix.stats.denominate(panel, {"x": "size"}, denominators=sizes, unit="firm", time="year")
    assert found["x"].to_list() == [2.0, 2.0, None]
    with pytest.raises(DataError, match=r"^not in the table of denominators: row 'B', 1; add them"):
        ix.stats.denominate(panel, {"x": "size"}, denominators=sizes | {"year": [1, 2, 2, 9]}, unit="firm", time="year")
    with pytest.raises(TypeError, match="denominators= are matched by unit"):
        ix.stats.denominate(panel, {"x": "size"}, denominators=sizes)
    bad = sizes | {"size": [1.0, 4.0, -3.0, 1.0]}
    with pytest.raises(DataError, match=r"^column 'size', row 'B', 1: -3: a denominator of \"x\" must be positive; "):
        ix.stats.denominate(panel, {"x": "size"}, denominators=bad, unit="firm", time="year")
    with pytest.warns(UndefinedStatisticWarning, match=r"^'x' is missing where 'd' is: row 1 and 1 more$"):
        rest = ix.stats.denominate({"x": [1.0, 2.0, 3.0], "d": [2.0, None, None]}, {"x": "d"})
    assert values(rest["x"]) == [0.5, None, None]
    with pytest.raises(DataError, match="scale: expected a positive number"):
        ix.stats.denominate(FIRMS, {"cloud": "staff"}, scale=0)
    assert values(ix.stats.denominate(FIRMS, {"cloud": "staff"}, scale={"cloud": 10})["cloud"])[0] == 1.0


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_pairs_without_a_correlation_are_missing_and_told(method: str) -> None:
    rows = {"x": [1.0, 2.0, 3.0, 5.0], "few": [1.0, 2.0, None, None], "same": [4.0] * 4, "twin": [1.0, 2.0, 3.0, 5.0]}
    with pytest.warns(
        UndefinedStatisticWarning, match=r"^no correlation of 'x' with 'few', 'x' with 'same', 'few' with"
    ):
        found = ix.stats.correlation(rows, method)
    by_pair = dict(zip(zip(found["first"], found["second"], strict=True), values(found["correlation"]), strict=True))
    assert by_pair[("x", "twin")] == 1.0
    assert by_pair[("x", "few")] is None
    assert by_pair[("x", "same")] is None
    assert values(found["n"])[:2] == [2, 4]
    single = ix.stats.correlation({"x": [1.0, 2.0]}, method, form="matrix")
    assert values(single["x"]) == [None]


def test_gaps_and_blanking_have_names() -> None:
    columns = data()
    complete = ix.stats.correlation(columns, gaps="complete")
    assert len(set(values(complete["n"]))) == 1
    frame = pd.DataFrame(columns).dropna()
    np.testing.assert_allclose(complete["correlation"], ix.stats.correlation(frame)["correlation"], rtol=1e-13)
    shown = ix.stats.correlation(columns, max_p=0.01)
    assert (shown["correlation"].isna() == (shown["p_value"] > 0.01)).all()
    assert shown["correlation"].isna().any()
    for wrong in ({"method": "phi"}, {"gaps": "all"}, {"form": "wide"}, {"values": "t"}):
        with pytest.raises(UnknownNameError):
            ix.stats.correlation(columns, **wrong)


def test_components_of_degenerate_data() -> None:
    x = [1.0, 2.0, 3.0, 5.0]
    with pytest.raises(DegenerateError, match=r"^column 'c': the same value everywhere; leave it out$"):
        ix.stats.pca({"x": x, "c": [1.0] * 4})
    assert values(ix.stats.pca({"x": x, "c": [1.0] * 4}, matrix="covariance").values["eigenvalue"])[1] == 0.0
    with pytest.raises(
        DegenerateError, match=r"^2 rows have a value in every column, at least 3 are needed; leave out"
    ):
        ix.stats.pca({"x": x, "y": [1.0, None, None, 2.0]})
    with pytest.raises(DegenerateError, match=r"nothing can be said of it together with \"y\""):
        ix.stats.pca({"x": [1.0, 2.0, 4.0, None, None, None], "y": [None, None, None, 1.0, 2.0, 4.0]}, gaps="pairwise")
    with pytest.raises(DegenerateError, match="there are no columns"):
        ix.stats.pca({"firm": ["A"]})
    twins = ix.stats.pca({"x": x, "y": x})
    np.testing.assert_allclose(twins.values["eigenvalue"], [2.0, 0.0], atol=1e-15)
    wide = ix.stats.pca({f"x{j}": np.cos(np.arange(4.0) * (j + 1)) for j in range(6)})
    np.testing.assert_allclose(wide.values["eigenvalue"][3:], 0.0, atol=1e-14)
    assert len(ix.stats.pca(data(), components=2).loadings.columns) == 3
    one_third = [1.0, 2.0, 3.0, None, None, None, 1.0, 2.0, 3.0]
    rows = {"a": [1.0, 2, 3, 1, 2, 3, None, None, None], "b": one_third, "c": [None] * 3 + [1.0, 2, 3, 3, 2, 1.0]}
    with pytest.warns(UndefinedStatisticWarning, match="negative eigenvalues"):
        ix.stats.pca(rows, gaps="pairwise")


def test_singular_matrices_have_no_adequacy() -> None:
    x = np.arange(8.0) ** 2
    rows = {"x": x, "y": np.cos(x), "sum": x + np.cos(x)}
    for function in (ix.stats.kmo, ix.stats.bartlett):
        with pytest.raises(DegenerateError, match="the correlation matrix is singular or not positive definite"):
            function(rows)
    with pytest.raises(DegenerateError, match="at least 2 columns"):
        ix.stats.bartlett({"x": x})
    found = ix.stats.kmo(data(gaps=False))
    assert 0.5 < found.overall < 1
    assert ix.stats.bartlett(data(gaps=False)).p_value < 1e-10


def test_alpha_of_degenerate_data() -> None:
    with pytest.raises(DegenerateError, match="alpha needs at least 2 columns, found 1"):
        ix.stats.cronbach({"x": [1.0, 2.0]})
    with pytest.warns(UndefinedStatisticWarning, match="alpha is not defined"):
        assert math.isnan(ix.stats.cronbach({"x": [1.0, 1.0], "y": [2.0, 2.0]}).alpha)
    assert ix.stats.cronbach({"x": [1.0, 2.0, 4.0], "y": [3.0, 1.0, 0.5]}).alpha < 0
    assert ix.stats.cronbach({"x": [1.0, 2.0, 4.0], "y": [1.0, 2.0, 4.0]}).alpha == pytest.approx(1.0)


def nested() -> ix.Index:
    return ix.Index.from_dict(
        {
            "id": "top",
            "defaults": {"scale": "none"},
            "indicator": [
                {"id": "a", "parent": "left", "column": "x0"},
                {"id": "b", "parent": "left", "column": "x1"},
                {"id": "c", "parent": "right", "column": "x2"},
                {"id": "d", "parent": "top", "column": "x3"},
            ],
            "group": [{"id": "left", "parent": "top"}, {"id": "right", "parent": "top"}, {"id": "top"}],
        }
    )


def test_a_tree_is_read_from_an_index() -> None:
    columns = data()
    index = nested()
    shares = ix.stats.availability(columns, index)
    both = ~np.isnan(columns["x1"])
    np.testing.assert_array_equal(shares["left"], np.where(both, 1.0, 0.5))
    siblings = ix.stats.relations(columns, index, "siblings")
    assert list(zip(siblings["first"], siblings["second"], siblings["group"], strict=True)) == [("a", "b", "left")]
    scores = index.fit_score(columns).to_frame("all")
    parents = ix.stats.relations(scores, index)
    assert list(parents["second"]) == ["left", "left", "right", "top", "top", "top"]
    assert len(ix.stats.relations(scores, index, "ancestors")) == 9
    # The tier of the top is 3, that of "d" 1, although it hangs from the top.
    tiers = ix.stats.relations(scores, index, "tiers", tiers=(1, 3))
    assert list(tiers["first"]) == ["a", "b", "c", "d"]
    alphas = ix.stats.cronbach_by_group(scores, index).set_index("group")
    assert list(alphas.loc[["left", "right", "top"], "tier"]) == [2, 2, 3]
    assert np.isnan(alphas.loc["right", "alpha"])
    with pytest.raises(TypeError, match=r"tiers=\(1, 2\) goes with kind='tiers'"):
        ix.stats.relations(scores, index, "tiers")
    with pytest.raises(DataError, match="the data hold no such pair of nodes"):
        ix.stats.relations(columns, index, "parents")
    with pytest.raises(TypeError, match="index= is an Index or a FittedIndex, found dict"):
        ix.stats.relations(columns, {})
    with pytest.raises(MissingColumnError, match="no column is named 'd'"):
        ix.stats.availability({"x0": [1.0], "x1": [1.0], "x2": [1.0]}, index)


# Second implementations


def test_equal_to_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    columns = data()
    ours = {m: ix.stats.correlation(columns, m) for m in ("pearson", "spearman", "kendall")}
    for row, (first, second) in enumerate(zip(ours["pearson"]["first"], ours["pearson"]["second"], strict=True)):
        both = ~np.isnan(columns[first]) & ~np.isnan(columns[second])
        x, y = columns[first][both], columns[second][both]
        twins = {
            "pearson": stats.pearsonr(x, y),
            "spearman": stats.spearmanr(x, y),
            "kendall": stats.kendalltau(x, y, method="asymptotic"),
        }
        for method, twin in twins.items():
            found = ours[method].iloc[row]
            assert found["correlation"] == pytest.approx(twin.statistic, rel=1e-11, abs=1e-13)
            assert found["p_value"] == pytest.approx(twin.pvalue, rel=1e-9, abs=1e-300), method
    summary = ix.stats.summary(columns).set_index("column")
    for name, column in columns.items():
        observed = column[~np.isnan(column)]
        assert summary.loc[name, "skew"] == pytest.approx(stats.skew(observed, bias=False), rel=1e-11)
        assert summary.loc[name, "kurtosis"] == pytest.approx(stats.kurtosis(observed, bias=False), rel=1e-11)


def test_components_and_adequacy_equal_numpy() -> None:
    columns = data(gaps=False)
    r = np.corrcoef(np.column_stack(list(columns.values())), rowvar=False)
    eigenvalues, vectors = np.linalg.eigh(r)
    found = ix.stats.pca(columns)
    np.testing.assert_allclose(found.values["eigenvalue"], eigenvalues[::-1], rtol=1e-12)
    ours = found.vectors.drop(columns="column").to_numpy()
    np.testing.assert_allclose(np.abs(ours), np.abs(vectors[:, ::-1]), atol=1e-12)
    assert (ours.sum(axis=0) > 0).all()
    scores = found.scores.to_numpy()
    np.testing.assert_allclose(np.cov(scores, rowvar=False), np.diag(eigenvalues[::-1]), atol=1e-12)
    inverse = np.linalg.inv(r)
    partial = -inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    np.fill_diagonal(partial, 0.0)
    simple = r - np.eye(len(r))
    measure = (simple**2).sum() / ((simple**2).sum() + (partial**2).sum())
    assert ix.stats.kmo(columns).overall == pytest.approx(measure, rel=1e-12)
    n, p = 200, len(r)
    expected = -(n - 1 - (2 * p + 5) / 6) * np.linalg.slogdet(r)[1]
    assert ix.stats.bartlett(columns).chi_squared == pytest.approx(expected, rel=1e-12)
    loadings = found.loadings[["column", "PC1", "PC2"]]
    rotated = ix.stats.varimax(loadings)
    np.testing.assert_allclose(
        (rotated[["PC1", "PC2"]] ** 2).sum(axis=1), (loadings[["PC1", "PC2"]] ** 2).sum(axis=1), rtol=1e-12
    )
    with pytest.raises(ValueError, match="expected finite numbers"):
        ix.stats.varimax(np.array([[np.nan, 1.0]]))


# Properties


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-100, 100))
def test_permuted_and_rescaled_rows_agree(seed: int, factor: float, shift: float) -> None:
    columns = data(60, seed=seed)
    order = np.random.default_rng(seed).permutation(60)
    other = {name: factor * column[order] + shift for name, column in columns.items()}
    for method in ("pearson", "spearman", "kendall"):
        a, b = (ix.stats.correlation(each, method)["correlation"] for each in (columns, other))
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)
    a, b = (ix.stats.pca(each).values["eigenvalue"] for each in (columns, other))
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)


def test_any_number_of_threads_gives_the_same_bits() -> None:
    code = """
import hashlib, numpy as np, indicia as ix
rng = np.random.default_rng(5)
x = rng.normal(size=(60_000, 4)); x[rng.random(60_000) < 0.05, 1] = np.nan
names = list("abcd")
made = [ix.stats.correlation(x, m, columns=names)["correlation"] for m in ("pearson", "spearman", "kendall")]
made.append(ix.stats.pca(x, columns=names).scores["PC1"])
made.append(ix.stats.summary(x, names)["kurtosis"])
made.append(ix.stats.availability(x, columns=names)["nonzero"])
print(hashlib.sha256(b"".join(np.asarray(part).tobytes() for part in made)).hexdigest())
"""
    found = set()
    for threads in ("1", "2", "3"):
        env = os.environ | {"INDICIA_NUM_THREADS": threads}
        run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        found.add(run.stdout)
    assert len(found) == 1
