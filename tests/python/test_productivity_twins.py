"""Production functions: twins in NumPy, gross output, and properties that hold on any panel."""

from __future__ import annotations

import warnings
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_productivity import CHILE, FREE, INPUTS, KEYS, NAMES, STATE, P, coef, firms, reference, there

import indicia as ix
from indicia.errors import UndefinedStatisticWarning

ESTIMATORS: dict[str, tuple[Any, dict[str, Any]]] = {
    "ols": (P.ols, {"errors": "cluster"}),
    "fixed_effects": (P.fixed_effects, {}),
    "olley_pakes": (P.olley_pakes, {"investment": "investment"}),
    "levinsohn_petrin": (P.levinsohn_petrin, {"materials": "materials"}),
    "wooldridge": (P.wooldridge, {"proxy": "materials"}),
    "second": (P.wooldridge, {"proxy": "materials", "system": "second"}),
}
each = pytest.mark.parametrize("name", ESTIMATORS)


def fit(name: str, data: Any, **more: Any) -> Any:
    estimator, options = ESTIMATORS[name]
    return estimator(data, *INPUTS, **options, **NAMES, **more)


def powers(columns: list[Any], degree: int) -> list[Any]:
    return [
        np.prod([columns[i] for i in chosen], axis=0)
        for power in range(1, degree + 1)
        for chosen in combinations_with_replacement(range(len(columns)), power)
    ]


def stacked(data: pd.DataFrame, free: list[str], state: str, system: str) -> tuple[list[float], list[float]]:
    """Both equations by NumPy: coefficients and errors by firm; ``restricted`` has capital in both and no c_1 k."""
    lag = data.assign(year=data["year"] + 1)
    both = data.merge(lag, on=["id", "year"], suffixes=("", "_"))
    n = len(both)
    one, zero = np.ones(n), np.zeros(n)
    now, before = (powers([both[f"{state}{s}"].to_numpy(), both[f"log_materials{s}"].to_numpy()], 2) for s in ("", "_"))
    k = both[state].to_numpy()
    labor, labor_before = [both[name].to_numpy() for name in free], [both[f"{name}_"].to_numpy() for name in free]

    def rows(above: Any, below: Any) -> Any:
        return below if system == "second" else np.concatenate([above, below])

    restricted = system == "restricted"
    x = [rows(own, own) for own in labor] + [rows(k if restricted else zero, k), rows(zero, one)]
    own = now[1:] if restricted else now
    x += [] if system == "second" else [rows(part, zero) for part in [one, *own]]
    x += [rows(zero, part) for part in before]
    z = [rows(zero, part) for part in [one, k, *labor_before, *before]]
    z += [] if system == "second" else [rows(part, zero) for part in [one, *labor, *now]]
    design, instruments = np.column_stack(x), np.column_stack(z)
    fitted = instruments @ np.linalg.lstsq(instruments, design, rcond=None)[0]
    y = rows(both["log_y"].to_numpy(), both["log_y"].to_numpy())
    b = np.linalg.lstsq(fitted, y, rcond=None)[0]
    inverse = np.linalg.inv(fitted.T @ fitted)
    firm = rows(both["id"].to_numpy(), both["id"].to_numpy())
    scores = pd.DataFrame(fitted * (y - design @ b)[:, None]).groupby(firm).sum().to_numpy()
    errors = np.sqrt(np.diag(inverse @ scores.T @ scores @ inverse))
    return b[: len(free) + 1].tolist(), errors[: len(free) + 1].tolist()


@there
@pytest.mark.parametrize("system", ["joint", "second"])
def test_both_equations_and_errors_by_firm_are_those_of_a_twin(system: str) -> None:
    chile = pd.read_csv(CHILE)
    made = P.wooldridge(chile, "log_y", FREE, STATE, proxy="log_materials", system=system, **KEYS)  # type: ignore[arg-type]
    b, errors = stacked(chile, FREE, STATE, system)
    assert coef(made) == pytest.approx(b, rel=1e-8)
    assert made.coefficients["se"].tolist() == pytest.approx(errors, rel=1e-6)


@there
def test_the_twin_meets_the_reference_where_the_reference_restricts_it() -> None:
    # With one coefficient of capital in both equations, and no linear term of capital beside it in the first polynomial,
    # the twin is the reference's WRDG_GMM. That restriction depends on the unit of materials; ours does not have it.
    chile = pd.read_csv(CHILE)
    assert stacked(chile, FREE, STATE, "restricted")[0] == pytest.approx(reference("WRDG_GMM"), abs=1e-7)
    moved = chile.assign(log_materials=chile["log_materials"] + 1)
    assert abs(stacked(moved, FREE, STATE, "restricted")[0][2] - reference("WRDG_GMM")[2]) > 0.004
    for system in ("joint", "second"):
        assert stacked(moved, FREE, STATE, system)[0] == pytest.approx(stacked(chile, FREE, STATE, system)[0], abs=1e-7)


def test_within_firms_is_least_squares_with_a_constant_for_each_firm() -> None:
    data = firms(60)
    firm = pd.get_dummies(data["firm"], dtype=float).to_numpy()
    x = np.column_stack([np.log(data[["employees", "capital"]].to_numpy()), firm])
    y = np.log(data["value_added"].to_numpy())
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ b
    inverse = np.linalg.inv(x.T @ x)
    made = P.fixed_effects(data, *INPUTS, **NAMES)
    assert coef(made) == pytest.approx(b[:2].tolist(), rel=1e-9)
    classical = np.sqrt(np.diag(inverse)[:2] * (rest @ rest) / (len(y) - x.shape[1]))
    assert made.coefficients["se"].tolist() == pytest.approx(classical.tolist(), rel=1e-9)
    assert made.omega.tolist() == pytest.approx((firm @ b[2:]).tolist(), rel=1e-9)
    # Errors by firm: of the columns that are left when constants of firms are taken out.
    within = x[:, :2] - firm @ (firm.T @ x[:, :2] / firm.sum(axis=0)[:, None])
    scores = firm.T @ (within * rest[:, None])
    bread = np.linalg.inv(within.T @ within)
    g = firm.shape[1]
    robust = np.sqrt(np.diag(bread @ scores.T @ scores @ bread) * g / (g - 1))
    clustered = P.fixed_effects(data, *INPUTS, errors="cluster", **NAMES)
    assert clustered.coefficients["se"].tolist() == pytest.approx(robust.tolist(), rel=1e-9)


def gross(seed: int, bend: float, n: int = 4000, years: int = 8) -> pd.DataFrame:
    """Output 1 + .4 l + .2 k + .3 m + w; productivity is m - .4 k + bend m^2 (a straight line with 0)."""
    rng = np.random.default_rng(seed)
    w, k, wage, parts = 0.3 * rng.normal(size=n), rng.normal(size=n), np.zeros(n), []
    for year in range(years):
        along = w + 0.4 * k
        m = (np.sqrt(np.maximum(1 + 4 * bend * (along + 1), 0.04)) - 1) / (2 * bend) if bend else along
        wage = 0.4 * wage + 0.2 * rng.normal(size=n)
        labor = w + 0.5 * k - 1.5 * wage
        y = 1 + 0.4 * labor + 0.2 * k + 0.3 * m + w + 0.05 * rng.normal(size=n)
        parts.append(pd.DataFrame({"f": np.arange(n), "t": year, "y": y, "l": labor, "k": k, "m": m, "w": w}))
        k, w = 0.8 * k + 0.5 * w + 0.3 * rng.normal(size=n), 0.7 * w + 0.2 * rng.normal(size=n)
    return pd.concat(parts, ignore_index=True)


GROSS: list[tuple[Any, dict[str, Any]]] = [
    (P.levinsohn_petrin, {"materials": "m", "markov": 1}),
    (P.wooldridge, {"proxy": "m"}),
    (P.wooldridge, {"proxy": "m", "system": "second"}),
]


@pytest.mark.parametrize(("estimator", "options"), GROSS)
def test_gross_output_gives_materials_their_coefficient_where_the_proxy_bends(estimator: Any, options: Any) -> None:
    data = gross(11, 0.6)
    made = estimator(data, "y", "l", "k", gross=True, unit="f", time="t", logged=True, **options)
    assert made.coefficients["term"].tolist() == ["l", "k", "m"]
    assert made.search["strength"][0] > 30
    # Standard errors of wooldridge are about 0.01, 0.025 and 0.1; least squares is 0.5 away in materials.
    assert coef(made)[0] == pytest.approx(0.4, abs=0.03)
    assert coef(made)[1] == pytest.approx(0.2, abs=0.08)
    assert coef(made)[2] == pytest.approx(0.3, abs=0.3)
    assert coef(P.ols(data, "y", ["l", "m"], "k", unit="f", time="t", logged=True))[2] > 1.0
    if estimator is P.wooldridge:
        apart = (made.coefficients["coef"] - [0.4, 0.2, 0.3]) / made.coefficients["se"]
        assert (apart.abs() < 3.5).all()
    assert np.corrcoef(made.omega, data["w"])[0, 1] > 0.9


@pytest.mark.parametrize(("estimator", "options"), GROSS)
def test_gross_output_is_not_identified_where_the_proxy_is_a_straight_line(estimator: Any, options: Any) -> None:
    with pytest.warns(UndefinedStatisticWarning, match="do not tell the proxy's own coefficient"):
        made = estimator(gross(1, 0.0), "y", "l", "k", gross=True, unit="f", time="t", logged=True, **options)
    assert made.search["strength"][0] < 10
    # Labor is found all the same.
    assert coef(made)[0] == pytest.approx(0.4, abs=0.02)


def test_gross_output_needs_more_than_a_line() -> None:
    with pytest.raises(ix.errors.DefinitionError, match="degree"):
        P.wooldridge(firms(100), *INPUTS, proxy="materials", gross=True, degree=1, **NAMES)


def test_exits_that_choose_the_less_productive_do_no_harm() -> None:
    data = ix.datasets.make_firm_panel(3000, selection=True, exit=0.08, rng=1, frame="pandas")
    assert data["exit"].mean() > 0.03
    for options in ({}, {"exit": "exit"}):
        made = P.olley_pakes(data, *INPUTS, investment="investment", **options, **NAMES)
        # Over six seeds capital comes out between 0.285 and 0.325.
        assert made.converged and coef(made) == pytest.approx([0.6, 0.3], abs=0.035)
    # Where nobody leaves there is nothing to correct for.
    with pytest.raises(ix.errors.DegenerateError, match="no firm leaves"):
        P.olley_pakes(data.assign(exit=False), *INPUTS, investment="investment", exit="exit", **NAMES)


panels = st.builds(lambda n, seed: (n, seed), st.integers(25, 60), st.integers(0, 10_000))


def panel(shape: tuple[int, int]) -> pd.DataFrame:
    return ix.datasets.make_firm_panel(shape[0], years=6, rng=shape[1], frame="pandas")


def quiet(name: str, data: Any, **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedStatisticWarning)
        return fit(name, data, **more)


@each
@settings(max_examples=8, deadline=None)
@given(shape=panels, order=st.integers(0, 1000))
def test_order_scale_and_rows_that_are_no_use_change_nothing(name: str, shape: tuple[int, int], order: int) -> None:
    data = panel(shape)
    one = quiet(name, data)
    mixed = quiet(name, data.sample(frac=1, random_state=order))
    assert coef(mixed) == pytest.approx(coef(one), abs=1e-9)
    assert mixed.residuals.sort_index().tolist() == pytest.approx(one.residuals.tolist(), abs=1e-9, nan_ok=True)
    # Output in another unit: the constant and productivity move, nothing else.
    scaled = quiet(name, data.assign(value_added=7.5 * data["value_added"]))
    slopes = slice(1 if name == "ols" else 0, None)
    assert coef(scaled)[slopes] == pytest.approx(coef(one)[slopes], abs=1e-6)
    moved = (scaled.residuals - one.residuals).dropna().to_numpy()
    assert moved == pytest.approx(np.full(len(moved), np.log(7.5)), abs=1e-4)
    # A firm whose output nobody knows says nothing, and is counted.
    idle = data.iloc[:1].assign(firm="idle", value_added=np.nan)
    more = quiet(name, pd.concat([data, idle], ignore_index=True))
    assert coef(more) == pytest.approx(coef(one), abs=1e-12)
    assert more.counts["missing"][0] == one.counts["missing"][0] + 1
    assert np.isnan(more.residuals.iloc[-1])


@each
@settings(max_examples=5, deadline=None)
@given(shape=panels)
def test_groups_kinds_threads_and_indexes(name: str, shape: tuple[int, int]) -> None:
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    data = panel(shape)
    # Two groups, so that each has rows enough.
    data["half"] = np.where(pd.factorize(data["firm"])[0] % 2 == 0, "even", "odd")
    data.index = pd.Index(np.arange(len(data))[::-1] * 3, name="key")
    before = data.copy(deep=True)
    whole = quiet(name, data)
    pd.testing.assert_frame_equal(data, before)
    assert whole.residuals.index.equals(data.index) and whole.omega.index.equals(data.index)
    grouped = quiet(name, data, by="half")
    for half, rows in data.groupby("half"):
        alone = quiet(name, rows)
        part = grouped.coefficients[grouped.coefficients["half"] == half]
        assert part["coef"].tolist() == coef(alone)
        np.testing.assert_array_equal(grouped.omega.loc[rows.index].to_numpy(), alone.omega.to_numpy())
    polars, arrow = quiet(name, pl.from_pandas(data)), quiet(name, pa.Table.from_pandas(data))
    assert polars.coefficients["coef"].to_list() == coef(whole) == arrow.coefficients["coef"].to_pylist()
    np.testing.assert_array_equal(np.asarray(polars.omega, dtype=float), whole.omega.to_numpy())
    one, two = (quiet(name, data, replicates=4, rng=1, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.replicates[None], two.replicates[None])
    pd.testing.assert_frame_equal(one.coefficients, two.coefficients)


def test_solow_in_closed_form_over_a_gap() -> None:
    data = pd.DataFrame(
        {
            "f": ["a", "a", "a", "b", "b"],
            "t": [1, 2, 4, 1, 2],
            "y": [8.0, 16.0, 32.0, 5.0, 5.0],
            "l": [2.0, 4.0, 8.0, 1.0, 3.0],
            "k": [2.0, 2.0, 4.0, 1.0, 1.0],
            "wages": [3.0, 1.0, 1.0, 1.0, 1.0],
            "user": [1.0, 1.0, 1.0, 3.0, 1.0],
        }
    )
    costs, keys = {"l": "wages", "k": "user"}, {"unit": "f", "time": "t"}
    share = [0.75, 0.5, 0.5, 0.25, 0.5]
    l, k, y = (np.log(data[name].to_numpy()) for name in ("l", "k", "y"))  # noqa: E741
    own = P.solow(data, "y", costs, shares="own", **keys)
    assert own.tfp.tolist() == pytest.approx((y - share * l - (1 - np.array(share)) * k).tolist(), abs=1e-14)
    assert own.shares["share"].tolist() == pytest.approx([0.5, 0.5])
    growth = P.solow(data, "y", costs, shares="tornqvist", **keys).tfp.to_numpy()
    # From 2 to 4 is a gap: no growth there.
    assert np.isnan(growth[[0, 2, 3]]).all()
    assert growth[[1, 4]] == pytest.approx([np.log(2) - 0.625 * np.log(2), -0.375 * np.log(3)], abs=1e-14)
    # Twice the step bridges the gap: rows two apart, and none other.
    apart = P.solow(data, "y", costs, shares="tornqvist", step=2.0, **keys).tfp.to_numpy()
    assert apart[2] == pytest.approx(np.log(2) - 0.5 * np.log(2) - 0.5 * np.log(2), abs=1e-14)
    assert np.isnan(apart[[0, 1, 3, 4]]).all()
    with pytest.warns(UndefinedStatisticWarning, match="1 of 5 rows in use have no shares"):
        lost = P.solow(data.assign(wages=[-1.0, 1, 1, 1, 1]), "y", costs, shares="own", **keys)
    assert lost.tfp.isna().tolist() == [True, False, False, False, False]
    with pytest.warns(UndefinedStatisticWarning, match="no row has costs"):
        none = P.solow(data.assign(wages=np.nan), "y", costs, **keys)
    assert none.tfp.isna().all() and none.shares["share"].isna().all()
