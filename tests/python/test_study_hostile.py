"""Hostile input for the study room: each has a defined result with a typed warning, or an error that says what to do."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import (
    ColumnTypeError,
    DataError,
    IgnoredRowWarning,
    MissingColumnError,
    UndefinedStatisticWarning,
)

study = ix.study
Call = Callable[[Any], Any]


def frame() -> dict[str, Any]:
    return {
        "c": ["a", "b", "d", "a", "b", "d"],
        "t": [1, 1, 1, 2, 2, 2],
        "y": [1.0, 2.0, 4.0, 2.0, 3.0, 4.0],
        "g": ["x", "x", "z", "x", "x", "z"],
        "w": [1.0, 2.0, 1.0, 1.0, 2.0, 1.0],
        "u": [0.1, 0.5, 0.9, 0.2, 0.6, 1.0],
    }


# Every function, by value; those with weights, groups, times.
CALLS: dict[str, Call] = {
    "inequality": lambda d: study.inequality(d, "y", weights="w", time="t"),
    "theil": lambda d: study.theil(d, "y", "g", weights="w", time="t"),
    "dagum": lambda d: study.dagum(d, "y", "g", weights="w", time="t").to_frame(),
    "sigma": lambda d: study.sigma(d, "y", time="t", weights="w"),
    "sigma_log": lambda d: study.sigma(d, "y", time="t", weights="w", measure="sd_log"),
    "beta": lambda d: study.beta(d, "y", unit="c", time="t"),
    "transitions": lambda d: study.transitions(d, "y", unit="c", time="t", classes=2, weights="w").to_frame(),
    "coupling": lambda d: study.coupling(d, ["y", "u"], unit="c", time="t"),
    "by_period": lambda d: study.by_period(d, "y", np.mean, unit="c", time="t"),
}
SCORES = {"coupling"}  # their values are in [0, 1]


def given(name: str, **changes: Any) -> dict[str, Any]:
    made = frame() | changes
    if name in SCORES and all(isinstance(y, float) for y in made["y"]):
        made["y"] = [y / 10 for y in made["y"]]
    return made


def quietly(call: Call, data: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedStatisticWarning)
        warnings.simplefilter("ignore", IgnoredRowWarning)
        return call(data)


@pytest.mark.parametrize("name", CALLS)
def test_any_kind_of_table_with_the_same_numbers_and_unchanged(name: str) -> None:
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    plain = given(name)
    expected = CALLS[name](plain)
    odd = pd.DataFrame(plain, index=pd.Index([7, 7, -1, 0, 3, 3], name="row"))
    rows = name == "coupling"
    for data in (odd, polars.DataFrame(plain), pyarrow.table(plain), {k: np.array(v) for k, v in plain.items()}):
        before = data.copy() if isinstance(data, pd.DataFrame) else None
        found = CALLS[name](data)
        if before is not None:
            pd.testing.assert_frame_equal(data, before)
        if name == "beta":
            assert found == expected
            continue
        if isinstance(data, dict):
            assert isinstance(found, type(expected))
        else:
            assert type(found) is type(data)
        if rows and isinstance(data, pd.DataFrame):
            assert found.index.equals(odd.index)
        made = found if isinstance(found, pd.DataFrame) else found.to_pandas()
        for column in expected.columns:
            one, two = made[column].to_list(), expected[column].to_list()
            assert [x if x == x and x is not None else None for x in one] == [
                x if x == x and x is not None else None for x in two
            ], column
    # Keys may be levels of the index.
    if name != "beta":
        leveled = pd.DataFrame(plain).set_index(["c", "t"])
        again = CALLS[name](leveled)
        assert len(again) == len(expected)


@pytest.mark.parametrize("name", CALLS)
def test_values_that_are_no_values_are_refused_by_name_and_row(name: str) -> None:
    call = CALLS[name]
    with pytest.raises(DataError, match=r"column 'y', row .*inf"):
        call(given(name, y=[0.1, np.inf, 0.2, 0.3, 0.4, 0.5]))
    with pytest.raises(ColumnTypeError, match=r"'y' holds texts such as '.*', expected numbers"):
        call(given(name, y=list("abcdef")))
    with pytest.raises(ColumnTypeError, match="'y'"):
        call(given(name, y=[dt.date(2020, 1, day) for day in range(1, 7)]))
    with pytest.raises(
        MissingColumnError, match=r"no column is named 'y'; there are|no column is named 'y'.*did you mean"
    ):
        call({key: part for key, part in frame().items() if key != "y"})
    if name not in ("transitions", "by_period"):
        with pytest.raises(DataError, match=r"column 'y', row .*-0\.0?5; expected finite numbers of at least 0"):
            call(given(name, y=[0.1, 0.2, -0.5, 0.3, 0.4, 0.5]))
    if name not in ("by_period",):
        missing = quietly(call, given(name, y=[np.nan, 0.2, 0.5, 0.3, 0.4, np.nan]))
        assert missing is not None


@pytest.mark.parametrize("name", ["inequality", "theil", "dagum", "sigma", "sigma_log", "transitions"])
def test_weights_that_are_none_are_refused_and_zero_leaves_out(name: str) -> None:
    call = CALLS[name]
    for bad, message in ((np.nan, "no weight"), (-1.0, "at least 0"), (np.inf, "at least 0")):
        with pytest.raises(DataError, match=rf"column 'w', row .*{message}"):
            call(given(name, w=[1.0, bad, 1.0, 1.0, 1.0, 1.0]))
    with pytest.raises(ColumnTypeError, match="'w' holds texts"):
        call(given(name, w=list("abcdef")))
    if name == "transitions":
        return
    zero = quietly(call, given(name, w=[1.0, 0.0, 1.0, 1.0, 2.0, 1.0]))
    without = {key: [x for i, x in enumerate(part) if i != 1] for key, part in frame().items()}
    dropped = quietly(call, without)
    assert zero["left_out"].tolist()[0] == 1
    numbers = [column for column in zero if zero[column].dtype == float and column != "since"]
    np.testing.assert_allclose(zero[numbers].to_numpy(float), dropped[numbers].to_numpy(float))
    with pytest.warns(UndefinedStatisticWarning, match="undefined"):
        call(given(name, w=[0.0] * 6))


@pytest.mark.parametrize(
    "name", ["inequality", "theil", "dagum", "sigma", "sigma_log", "beta", "transitions", "by_period"]
)
def test_periods_that_are_missing_or_no_periods(name: str) -> None:
    call = CALLS[name]
    with pytest.raises(DataError, match=r"column 't', row .*no period"):
        call(given(name, t=[1, 1, None, 2, 2, 2]))
    with pytest.raises(MissingColumnError, match="'t'"):
        call({key: part for key, part in frame().items() if key != "t"})
    dates = [dt.date(2020 + year, 1, 1) for year in frame()["t"]]
    if name in ("beta", "transitions"):
        for column in (dates, pd.to_datetime(dates)):
            with pytest.raises(ColumnTypeError, match=r"'t'.*of dates take the year"):
                call(given(name, t=column))
        with pytest.raises(ColumnTypeError, match=r"'t' holds texts.*of dates take the year"):
            call(given(name, t=["1a"] * 3 + ["2a"] * 3))
        periods = pd.DataFrame(frame()).assign(t=pd.PeriodIndex([f"202{t}Q4" for t in frame()["t"]], freq="Q"))
        with pytest.raises(DataError, match="period"):
            call(periods.assign(t=periods["t"].where(periods.index != 2)))
        if name == "beta":
            assert call(periods).periods == 4 and call(given(name, t=[0.5] * 3 + [1.0] * 3)).periods == 0.5
        else:
            assert study.transitions(periods, "y", unit="c", time="t", classes=2, step=4).counts.sum() == 3
            with pytest.raises(DataError, match=r"column 't', row 'a', 0.5: 0.5; a period is a whole number \(3 rows"):
                call(given(name, t=[0.5] * 3 + [1.0] * 3))
            with pytest.raises(DataError, match="whole number"):
                call(given(name, t=[1e300] * 3 + [2.0] * 3))
    else:
        for column in (
            dates,
            pd.to_datetime(dates),
            ["one"] * 3 + ["two"] * 3,
            [0.5] * 3 + [1.5] * 3,
            [False] * 3 + [True] * 3,
        ):
            found = call(given(name, t=column))
            assert len(found["t"].unique()) == 2
            expected = call(given(name))
            numbers = [c for c in expected if expected[c].dtype == float and c != "since"]
            np.testing.assert_array_equal(found[numbers].to_numpy(float), expected[numbers].to_numpy(float))


@pytest.mark.parametrize("name", ["beta", "transitions", "coupling", "by_period"])
def test_keys_must_be_unique_and_there(name: str) -> None:
    call = CALLS[name]
    with pytest.raises(DataError, match=r"unique in 'c', 't', found more than once: row 'a', 1 \(2 times\)"):
        call(given(name, c=["a", "a", "d", "a", "b", "d"]))
    with pytest.raises(ColumnTypeError, match=r"'c'.* numbers.* texts.*unhashable"):
        call(given(name, c=[[1], [2], [3]] * 2))
    if name != "coupling":
        with pytest.raises(DataError, match=r"column 'c', row .*no unit"):
            call(given(name, c=["a", None, "d", "a", "b", "d"]))


@pytest.mark.parametrize("name", ["inequality", "theil", "dagum", "sigma", "sigma_log", "coupling"])
def test_no_rows_have_no_periods(name: str) -> None:
    empty = {key: np.array([], float if key in "tywu" else object) for key in frame()}
    found = CALLS[name](empty)
    full = quietly(CALLS[name], given(name))
    assert len(found) == 0 and list(found) == list(full)


def test_no_rows_where_there_must_be_some() -> None:
    empty = {key: np.array([], float if key in "tywu" else object) for key in frame()}
    for name, message in (("beta", "no rows"), ("transitions", "no value to cut"), ("by_period", "no row")):
        with pytest.raises(DataError, match=message):
            CALLS[name](empty)
    assert study.transitions(empty, "y", unit="c", time="t", classes=[1.0]).counts.sum() == 0
    with pytest.warns(UndefinedStatisticWarning, match="no positive value"):
        assert study.inequality({"y": []}, "y", measures=["gini"])["n"].item() == 0
    with pytest.warns(UndefinedStatisticWarning, match="no positive value"):
        found = study.dagum({"y": [], "g": []}, "y", "g")
    assert len(found.groups()) == len(found.pairs()) == 0
    assert list(found.groups()) == ["g", "mean", "unit_share", "value_share", "gini"]


def test_one_row_one_group_and_groups_of_one() -> None:
    one = {"y": [3.0], "g": ["x"], "t": [1], "c": ["a"], "w": [1.0], "u": [0.5]}
    found = study.inequality(one, "y", measures=["gini", "theil", "mean_log_deviation", "atkinson"]).iloc[0]
    assert found[["gini", "theil", "mean_log_deviation", "atkinson"]].tolist() == [0.0] * 4 and found["mean"] == 3
    with pytest.warns(UndefinedStatisticWarning, match="cv is undefined.*not above ddof"):
        assert np.isnan(study.inequality(one, "y", measures=["cv"])["cv"].item())
    assert study.dagum(one, "y", "g").to_frame()[["gini", "within", "between", "overlap"]].values.tolist() == [
        [0.0] * 4
    ]
    assert study.theil(one, "y", "g")[["within", "between", "total"]].values.tolist() == [[0.0] * 3]
    # One group: everything is within.
    several = {"y": [1.0, 2.0, 5.0], "g": ["x"] * 3}
    parts = study.dagum(several, "y", "g").to_frame().iloc[0]
    assert parts["within"] == parts["gini"] > 0 and parts["between"] == parts["overlap"] == 0
    # Groups of one: everything is between, and nothing overlaps.
    each = {"y": [1.0, 2.0, 5.0], "g": list("xyz")}
    parts = study.dagum(each, "y", "g").to_frame().iloc[0]
    assert parts["between"] == pytest.approx(parts["gini"]) and parts["within"] == parts["overlap"] == 0
    # Equal means: nothing net between, all of the rest overlaps.
    means = {"y": [1.0, 3.0, 2.0, 2.0], "g": ["x", "x", "z", "z"]}
    parts = study.dagum(means, "y", "g").to_frame().iloc[0]
    assert parts["between"] == 0 and parts["overlap"] == pytest.approx(parts["gini"] - parts["within"])
    assert study.theil(means, "y", "g")["between"].tolist() == [0.0, 0.0]


def test_equal_values_have_exactly_nothing_and_zeros_are_undefined() -> None:
    equal = {"y": [0.1] * 7, "g": list("aabbbcc"), "t": [1] * 7}
    names = ["gini", "theil", "mean_log_deviation", "generalized_entropy", "atkinson", "cv"]
    found = study.inequality(equal, "y", measures=names).iloc[0]
    assert np.abs(found[names].to_numpy(float)).max() < 1e-15 and (found[names] >= 0).all()
    dagum = study.dagum(equal, "y", "g").to_frame().iloc[0]
    assert dagum[["gini", "within", "between", "overlap"]].tolist() == [0.0] * 4
    assert np.isnan(dagum[["within_share", "between_share", "overlap_share"]].to_numpy(float)).all()
    zeros = equal | {"y": [0.0] * 7}
    for call in (
        lambda: study.dagum(zeros, "y", "g"),
        lambda: study.theil(zeros, "y", "g"),
        lambda: study.inequality(zeros, "y"),
        lambda: study.sigma(zeros, "y", time="t"),
    ):
        with pytest.warns(UndefinedStatisticWarning, match="no positive value"):
            call()


def test_rows_without_a_group_are_counted_and_kinds_of_groups_agree() -> None:
    data = frame() | {"g": ["x", None, "z", "x", "x", np.nan]}
    for call, first in ((study.theil, "left_out"), (lambda *a, **k: study.dagum(*a, **k).to_frame(), "left_out")):
        with pytest.warns(IgnoredRowWarning, match="2 rows without a group in column 'g'"):
            found = call(data, "y", "g", time="t")
        assert set(found[first]) == {1}
    expected = study.dagum(frame(), "y", "g").to_frame()
    for groups in (
        [True, True, False, True, True, False],
        [2, 2, 1, 2, 2, 1],
        pd.Categorical(list("xxzxxz"), categories=["unused", "z", "x"], ordered=True),
        pd.array(list("xxzxxz"), dtype="string"),
    ):
        found = study.dagum(pd.DataFrame(frame()).assign(g=groups), "y", "g")
        np.testing.assert_allclose(found.to_frame().to_numpy(float), expected.to_numpy(float))
        assert len(found.groups()) == 2
    ordered = pd.DataFrame(frame()).assign(
        t=pd.Categorical(["late", "late", "late", "early", "early", "early"], ["late", "early"])
    )
    assert study.sigma(ordered, "y", time="t")["t"].tolist() == ["late", "early"]  # categories keep their order
    with pytest.raises(ColumnTypeError, match="'g': groups are numbers or texts"):
        study.dagum(frame() | {"g": [[1], [1], [2], [1], [1], [2]]}, "y", "g")


def test_sizes_at_the_ends_of_the_doubles_give_the_same_coefficients() -> None:
    y = np.array([1.0, 3.0, 2.0, 7.0])
    base = {"g": ["a", "a", "b", "b"], "t": [1] * 4}
    names = ["gini", "theil", "mean_log_deviation", "atkinson", "cv"]
    expected = study.inequality(base | {"y": y}, "y", measures=names)[names]
    parts = ["gini", "within", "between", "overlap"]
    dagum = study.dagum(base | {"y": y}, "y", "g").to_frame()[parts]
    log = study.sigma(base | {"y": y}, "y", time="t", measure="sd_log")["sigma"]
    for factor in (1e-300, 2.0**-500, 1e300, 2.0**1000):
        scaled = base | {"y": y * factor}
        found = study.inequality(scaled, "y", measures=[*names])
        np.testing.assert_allclose(found[names], expected, rtol=1e-12)
        assert found["mean"].item() == pytest.approx(3.25 * factor, rel=1e-12)
        np.testing.assert_allclose(study.dagum(scaled, "y", "g").to_frame()[parts], dagum, rtol=1e-12)
        np.testing.assert_allclose(study.sigma(scaled, "y", time="t", measure="sd_log")["sigma"], log, rtol=1e-12)
    # A small spread on a large level keeps its digits.
    level = 2.0**30
    small = study.inequality({"y": level + y}, "y", measures=["gini"])["gini"].item()
    assert small == pytest.approx(expected["gini"].item() * 3.25 / (level + 3.25), rel=1e-12)


def test_threads_do_not_matter_bit_for_bit() -> None:
    rng = np.random.default_rng(0)
    n = 40_000
    data = {"y": np.exp(rng.normal(size=n)), "g": rng.integers(0, 4, n), "t": rng.integers(0, 3, n)}
    one, two = (study.dagum(data, "y", "g", time="t", resamples=20, threads=threads).to_frame() for threads in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_one_period_only_and_panels_with_holes() -> None:
    single = {key: part[:3] for key, part in frame().items()}
    with pytest.raises(DataError, match="last period must come after the first"):
        study.beta(single, "y", unit="c", time="t")
    found = study.transitions(single, "y", unit="c", time="t", classes=2)
    assert found.counts.sum() == 0 and (found.gaps, found.missing) == (0, 0) and np.isnan(found.probabilities).all()
    assert np.isnan(study.sigma(single, "y", time="t")["change"]).all()
    holes = {
        "c": ["a", "a", "b", "d", "d", "e", "e"],
        "t": [1, 3, 1, 1, 3, 1, 3],
        "y": [1.0, 2.0, 5.0, 2.0, 3.0, 4.0, 4.0],
    }
    beta = study.beta(holes, "y", unit="c", time="t")
    assert (beta.n, beta.left_out, beta.periods) == (3, 1, 2)
    found = study.transitions(holes, "y", unit="c", time="t", classes=[2.5])
    assert (found.counts.sum(), found.gaps) == (0, 3)
