"""Production functions on tables nobody should hand in: a defined result with a typed warning, or an error that helps."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_productivity import INPUTS, NAMES, P, coef, firms

from indicia.errors import ColumnTypeError, DataError, DegenerateError, IndiciaError, UndefinedStatisticWarning

PROXY = {"proxy": "materials"}
ESTIMATORS: dict[str, tuple[Any, dict[str, Any]]] = {
    "ols": (P.ols, {}),
    "fixed_effects": (P.fixed_effects, {}),
    "olley_pakes": (P.olley_pakes, {"investment": "investment"}),
    "exits": (P.olley_pakes, {"investment": "investment", "exit": "exit"}),
    "levinsohn_petrin": (P.levinsohn_petrin, {"materials": "materials"}),
    "gross": (P.levinsohn_petrin, {"materials": "materials", "gross": True}),
    "wooldridge": (P.wooldridge, PROXY),
    "second_gross": (P.wooldridge, {**PROXY, "system": "second", "gross": True}),
    "ackerberg_caves_frazer": (P.ackerberg_caves_frazer, PROXY),
}
each = pytest.mark.parametrize("name", ESTIMATORS)
lagged = pytest.mark.parametrize("name", list(ESTIMATORS)[2:])


def fit(name: str, data: Any, **more: Any) -> Any:
    estimator, options = ESTIMATORS[name]
    return estimator(data, *INPUTS, **options, **NAMES, **more)


def quiet(name: str, data: Any, **more: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedStatisticWarning)
        return fit(name, data, **more)


def told(name: str, data: Any, **more: Any) -> tuple[Any, str]:
    """The fit, and all its warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = fit(name, data, **more)
    assert all(entry.category is UndefinedStatisticWarning for entry in caught)
    return made, "\n".join(str(entry.message) for entry in caught)


def at(data: pd.DataFrame, name: str, row: int, value: Any) -> pd.DataFrame:
    column = data[name].astype(object)
    column.iloc[row] = value
    return data.assign(**{name: column})


REFUSED: dict[str, tuple[Callable[[pd.DataFrame], Any], type[Exception], str]] = {
    "empty": (lambda d: d.iloc[:0], DegenerateError, "no row can be used"),
    "all negative": (lambda d: d.assign(value_added=-d["value_added"]), DegenerateError, "60 with a zero or negative"),
    "all zero": (lambda d: d.assign(employees=0.0), DegenerateError, "say logged=True"),
    "all missing": (lambda d: d.assign(capital=np.nan), DegenerateError, "60 with a missing key, output or input"),
    "no firms": (lambda d: d.assign(firm=None), DataError, r"unique in 'firm', 'year'.*row None, \d{4}"),
    "constant input": (lambda d: d.assign(employees=5), DegenerateError, "'employees': does not vary"),
    "constant state": (lambda d: d.assign(capital=5.0), DegenerateError, "'capital': does not vary"),
    "truth as input": (lambda d: d.assign(employees=True), DegenerateError, "'employees': does not vary"),
    "two equal": (
        lambda d: d.assign(capital=d["employees"]),
        DegenerateError,
        "'capital': follows from column 'employees'",
    ),
    "infinite": (
        lambda d: d.assign(capital=np.where(np.arange(60) == 3, np.inf, d["capital"])),
        DataError,
        r"column 'capital', row 'F\d+', \d{4}: expected a finite number; make it missing",
    ),
    "infinite time": (lambda d: d.assign(year=np.where(np.arange(60) == 3, np.inf, d["year"])), DataError, "'year'"),
    "twice": (
        lambda d: pd.concat([d, d.iloc[[4]]]),
        DataError,
        r"unique in 'firm', 'year'.*row 'F\d+', \d{4} \(2 times\)",
    ),
    "text": (lambda d: d.assign(capital=d["capital"].astype(str)), ColumnTypeError, "'capital': expected numbers"),
    "some text": (lambda d: at(d, "value_added", 2, "many"), ColumnTypeError, "'value_added': expected numbers"),
    "complex": (lambda d: d.assign(capital=d["capital"] + 1j), ColumnTypeError, "'capital'"),
    "words as time": (lambda d: d.assign(year="long ago " + d["year"].astype(str)), ColumnTypeError, "'year': times"),
    "one row": (lambda d: d.iloc[:1], DegenerateError, "does not vary|two rows|one step earlier"),
}


@each
@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_reason(name: str, case: str) -> None:
    make, kind, match = REFUSED[case]
    data = firms(60).iloc[:60]
    with pytest.raises(kind, match=match) as caught:
        quiet(name, make(data))
    assert isinstance(caught.value, IndiciaError)


@lagged
def test_what_proxies_must_be(name: str) -> None:
    data = firms(30)
    proxy = "investment" if "investment" in ESTIMATORS[name][1].values() else "materials"
    with pytest.raises(DegenerateError, match=f"'{proxy}': does not vary"):
        quiet(name, data.assign(**{proxy: 5.0}))
    with pytest.raises(DegenerateError, match=r"no row can be used: \d+ with a zero or negative proxy"):
        quiet(name, data.assign(**{proxy: 0.0}))
    with pytest.raises(DegenerateError, match=r"no row can be used: \d+ without the proxy"):
        quiet(name, data.assign(**{proxy: np.nan}))
    with pytest.raises(DataError, match=f"'{proxy}', row"):
        quiet(name, data.assign(**{proxy: -np.inf}))


@lagged
def test_dates_have_no_year_before_and_that_is_said(name: str) -> None:
    data = firms(30)
    with pytest.raises(DegenerateError, match="one step earlier; look at step=, and name dates by whole numbers"):
        quiet(name, data.assign(year=pd.to_datetime(data["year"].astype(str))))


@each
def test_other_names_of_the_same_firms_and_times(name: str) -> None:
    data = firms(60)
    plain = quiet(name, data)
    for firm in (
        data["firm"].astype("category"),
        data["firm"].astype(str).astype(object),
        pd.factorize(data["firm"])[0],
    ):
        assert coef(quiet(name, data.assign(firm=firm))) == coef(plain)
    for year in (
        data["year"] + 0.5,
        data["year"].astype(str),
        data["year"].astype("int16"),
        data["year"].astype("Int64"),
    ):
        assert coef(quiet(name, data.assign(year=year))) == coef(plain)
    # Days between dates one day apart are steps of one.
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(data["year"] - 2010, unit="D")
    assert coef(quiet(name, data.assign(year=days))) == coef(plain)
    if name == "fixed_effects":
        # A repeated index is no key.
        assert coef(quiet(name, data.set_axis([0] * len(data)))) == coef(plain)


@each
def test_rows_without_keys_are_missing_and_counted(name: str) -> None:
    data = firms(60)
    lost = data.assign(firm=data["firm"].astype(object).where(np.arange(len(data)) != 3))
    late = data.assign(year=data["year"].where(np.arange(len(data)) != 3))
    expected = quiet(name, data.drop(index=data.index[3]))
    for odd in (lost, late):
        made = quiet(name, odd)
        assert coef(made) == pytest.approx(coef(expected), rel=1e-9, abs=1e-9)
        assert made.counts["missing"].tolist() == [1] and np.isnan(made.omega.iloc[3])


@each
def test_an_industry_of_three_rows_costs_the_others_nothing(name: str) -> None:
    data = firms(60)
    data["industry"] = np.where(np.arange(len(data)) < 3, "tiny", "rest")
    made, said = told(name, data, by="industry")
    assert "industry 'tiny': " in said
    tiny = made.coefficients[made.coefficients["industry"] == "tiny"]
    rest = made.coefficients[made.coefficients["industry"] == "rest"]
    assert rest["coef"].tolist() == coef(quiet(name, data.iloc[3:]))
    # Three rows meet three numbers: no errors; more numbers than rows: no coefficients.
    assert tiny["se"].isna().all()
    assert name in ("ols", "fixed_effects") or tiny["coef"].isna().all()


@each
def test_one_firm_tells_nothing_of_others(name: str) -> None:
    data = firms(60, gaps=0.0, entry=0.0, exit=0.0)
    one = data[data["firm"] == data["firm"].iloc[0]]
    if name in ("exits", "gross", "second_gross"):
        with pytest.raises(DegenerateError):
            quiet(name, one)
        return
    if name in ("ols", "fixed_effects", "wooldridge"):
        made, said = told(name, one, **({} if name == "wooldridge" else {"errors": "cluster"}))
        assert "standard errors are missing" in said and made.coefficients["se"].isna().all()
    # The same firm drawn again and again is no other.
    made, said = told(name, one, replicates=3, rng=1)
    assert "3 of 3 replicates failed, standard errors are missing" in said
    assert made.coefficients[["se", "low", "high"]].isna().all(axis=None)


def test_errors_by_few_firms_are_doubted() -> None:
    data = firms(60)
    few = data[data["firm"].isin(data["firm"].unique()[:5])]
    with pytest.warns(UndefinedStatisticWarning, match="rest on 5 firms, no more than coefficients"):
        P.wooldridge(few, *INPUTS, **PROXY, **NAMES)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        P.wooldridge(data, *INPUTS, **PROXY, **NAMES)
        P.ols(few, *INPUTS, errors="cluster", **NAMES)


@pytest.mark.parametrize("size", [1e-300, 1e-12, 1e12, 1e290])
def test_any_unit_of_money(size: float) -> None:
    data = firms(100)
    other = data.assign(value_added=size * data["value_added"], capital=data["capital"] / size)
    for name in ("ols", "fixed_effects", "levinsohn_petrin", "wooldridge"):
        slopes = slice(1 if name == "ols" else 0, None)
        assert coef(quiet(name, other))[slopes] == pytest.approx(coef(quiet(name, data))[slopes], abs=1e-6)


def test_output_that_never_changes_gives_zeros() -> None:
    data = firms(60).assign(value_added=5.0)
    for name in ("fixed_effects", "olley_pakes", "levinsohn_petrin", "wooldridge"):
        assert coef(quiet(name, data)) == pytest.approx([0.0, 0.0], abs=1e-8)
