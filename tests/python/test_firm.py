"""Lags, growth, ratios and stocks of firms: published numbers, a twin in plain Python, hostile tables."""

from __future__ import annotations

import csv
import math
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia.errors import (
    ColumnTypeError,
    DataError,
    DegenerateError,
    MissingColumnError,
    UndefinedStatisticWarning,
    UnknownNameError,
)

SHARED = Path(os.environ.get("INDICIA_SHARED", Path(__file__).resolve().parents[3] / "shared"))
KEYS = {"unit": "firm", "time": "year"}
METHODS = {
    "pct": ("percent", "signed"),
    "pct_abs_base": ("percent_absolute_base", "missing"),
    "log_diff": ("log", "missing"),
    "DHS": ("dhs", "signed"),
    "DHS_abs": ("dhs_absolute_base", "missing"),
    "asinh_diff": ("asinh", "missing"),
    "log1p_diff": ("log1p", "missing"),
}


def golden(name: str) -> list[dict[str, str]]:
    path = SHARED / "golden" / "study" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def quiet(function: Any, *args: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedStatisticWarning)
        return function(*args, **options)


PANEL = {
    "firm": ["a", "a", "a", "b", "b", "c"],
    "year": [2018, 2019, 2021, 2019, 2020, 2021],
    "sales": [100.0, 110.0, 130.0, 0.0, 50.0, 7.0],
}


@pytest.mark.parametrize("column", METHODS)
def test_growth_to_the_printed_digits(column: str) -> None:
    method, negative = METHODS[column]
    for row in golden("growth_conventions"):
        pair = {"firm": ["a", "a"], "year": [1, 2], "x": [float(row["x0"]), float(row["x1"])]}
        found = quiet(ix.firm.growth, pair, "x", **KEYS, method=method, negative_base=negative)["x_growth"][1]
        if row[column]:
            assert found == pytest.approx(float(row[column]), rel=2e-14, abs=1e-15), row
        else:
            assert math.isnan(found), row


PIM = {
    "geom g log-mean: I0/(g+d)": {"initial": "growth", "growth": "log_mean"},
    "cagr g: I0/(g+d)": {"initial": "growth", "growth": "cagr"},
    "I0/d": {"initial": "flow_over_depreciation"},
    "K0=I0": {"initial": "flow"},
    "zero start K0=0 then +I": {"initial": "zero"},
}


@pytest.mark.parametrize("convention", PIM)
def test_stocks_to_the_printed_digits(convention: str) -> None:
    rows = [row for row in golden("pim_conventions") if row["convention"] == convention]
    assert len(rows) == 5
    table = {"firm": ["a"] * 5, "year": [int(row["t"]) for row in rows], "rd": [float(row["flow"]) for row in rows]}
    found = ix.firm.stock(table, "rd", **KEYS, **PIM[convention])["rd_stock"]
    np.testing.assert_allclose(found, [float(row["stock"]) for row in rows], rtol=1e-15)


def test_the_fifth_rule_and_all_conventions_of_the_catalogue() -> None:
    assert {row["convention"] for row in golden("pim_conventions")} == set(PIM)
    table = {"firm": ["a", "a"], "year": [1, 2], "rd": [10.0, 12.0]}
    assert ix.firm.stock(table, "rd", **KEYS, initial="flow_over_0.1")["rd_stock"].tolist() == [100.0, 97.0]
    lagged = ix.firm.stock(table, "rd", **KEYS, initial="flow", timing="lagged")["rd_stock"]
    assert lagged.tolist() == [10.0, 18.5]
    given_rate = ix.firm.stock(table, "rd", **KEYS, growth=0.05)["rd_stock"]
    assert given_rate[0] == pytest.approx(50.0)


def test_stocks_name_what_they_cannot_do() -> None:
    table = {"firm": ["a", "a", "b"], "year": [1, 2, 1], "rd": [10.0, 1.0, 3.0]}
    with pytest.raises(DegenerateError, match=r"row 'a', 1: growth and depreciation .* 0 or less"):
        quiet(ix.firm.stock, table, "rd", **KEYS)
    single = {"firm": ["a", "a", "b"], "year": [1, 2, 1], "rd": [10.0, 11.0, 3.0]}
    with pytest.warns(UndefinedStatisticWarning, match="'rd_stock' is missing in 1 of 3 rows: 1 no growth rate"):
        ix.firm.stock(single, "rd", **KEYS)
    for options in ({"depreciation": 1.5}, {"growth": -2.0}, {"over": 0}, {"initial": "best"}, {"gap": "fill"}):
        with pytest.raises((ValueError, UnknownNameError)):
            ix.firm.stock(table, "rd", **KEYS, **options)


def test_a_gap_of_the_flow_is_zero_or_missing() -> None:
    table = {"firm": ["a"] * 3, "year": [2018, 2020, 2021], "rd": [10.0, 10.0, 10.0]}
    with pytest.warns(UndefinedStatisticWarning, match="2 gap in time"):
        found = ix.firm.stock(table, "rd", **KEYS, initial="flow")["rd_stock"]
    assert np.isnan(found[1:]).all()
    zero = ix.firm.stock(table, "rd", **KEYS, initial="flow", gap="zero")["rd_stock"]
    np.testing.assert_allclose(zero, [10.0, 10 * 0.85**2 + 10, (10 * 0.85**2 + 10) * 0.85 + 10])


def test_growth_is_from_the_year_before_and_not_the_row_before() -> None:
    with pytest.warns(UndefinedStatisticWarning) as told:
        found = ix.firm.growth(PANEL, "sales", **KEYS, reasons=True)
    np.testing.assert_allclose(found["sales_growth"], [np.nan, 0.1, np.nan, np.nan, np.nan, np.nan])
    reasons = ["other period outside the panel", None, "gap in time", "unit not there in the other period", "base zero"]
    shown = [None if pd.isna(reason) else reason for reason in found["sales_growth_reason"]]
    assert shown == [*reasons, "unit not there in the other period"]
    assert str(told[0].message) == (
        "'sales': growth (percent) is missing in 5 of 6 rows: 1 other period outside the panel, "
        "2 unit not there in the other period, 1 gap in time, 1 base zero"
    )
    assert Path(told[0].filename).name == "test_firm.py"
    last = quiet(ix.firm.growth, PANEL, "sales", **KEYS, method="cagr", gap="last")["sales_growth"]
    assert last[2] == pytest.approx((130 / 110) ** 0.5 - 1)


def test_entry_is_two_and_exit_minus_two() -> None:
    whole = {"firm": ["a", "a", "b", "c"], "year": [1, 2, 1, 2], "x": [5.0, 5.0, 3.0, 4.0]}
    entry = ix.firm.growth(whole, "x", **KEYS, method="dhs", absent="zero")["x_growth"]
    np.testing.assert_array_equal(entry, [np.nan, 0.0, np.nan, 2.0])
    leaving = ix.firm.growth(whole, "x", **KEYS, method="dhs", absent="zero", periods=-1)["x_growth"]
    np.testing.assert_array_equal(leaving, [0.0, np.nan, -2.0, np.nan])
    with pytest.raises(ValueError, match="absent='zero' is for method='dhs'"):
        ix.firm.growth(whole, "x", **KEYS, absent="zero")


def twin(rows: list[tuple[int, int, float]], periods: int) -> list[float]:
    """Lags by a look-up in a dict."""
    values = {(firm, year): x for firm, year, x in rows}
    return [values.get((firm, year - periods), math.nan) for firm, year, _ in rows]


PANELS = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(2000, 2006), st.one_of(st.floats(-1e6, 1e6), st.just(math.nan))),
    max_size=30,
    unique_by=lambda row: row[:2],
)


@settings(max_examples=150, deadline=None)
@given(PANELS, st.sampled_from([1, 2, 3, -1, -2]))
def test_lags_are_those_of_a_dict(rows: list[tuple[int, int, float]], periods: int) -> None:
    firm, year, x = zip(*rows, strict=True) if rows else ((), (), ())
    expected = twin(rows, periods)
    for units in (list(firm), [f"firm {number}" for number in firm]):
        frame = pd.DataFrame({"firm": units, "year": year, "x": np.array(x, float)})
        ending = f"_lag{periods}" if periods > 0 else f"_lead{-periods}"
        found = quiet(ix.firm.lag, frame, "x", **KEYS, periods=periods)
        np.testing.assert_array_equal(found[f"x{ending}"], expected)
        change = quiet(ix.firm.difference, frame, "x", **KEYS, periods=periods, suffix="_d")["x_d"]
        sign = 1 if periods > 0 else -1
        np.testing.assert_array_equal(change, sign * (np.array(x, float) - np.array(expected, float)))


@settings(max_examples=50, deadline=None)
@given(PANELS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[tuple[int, int, float]], random: Any) -> None:
    frame = pd.DataFrame(rows, columns=["firm", "year", "x"]).astype({"x": float})
    shuffled = frame.sample(frac=1.0, random_state=random.randint(0, 1000)) if len(frame) else frame
    for function, options in (
        (ix.firm.growth, {"method": "dhs_absolute_base"}),
        (ix.firm.stock, {"initial": "flow", "gap": "zero"}),
    ):
        a = quiet(function, frame, "x", **KEYS, **options)
        b = quiet(function, shuffled, "x", **KEYS, **options)
        pd.testing.assert_frame_equal(a, b.sort_index())


def test_every_kind_of_table_comes_back() -> None:
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    expected = quiet(ix.firm.lag, PANEL, "sales", **KEYS)["sales_lag1"]
    frame = pd.DataFrame(PANEL, index=[f"r{i}" for i in range(6)])
    before = frame.copy()
    made = quiet(ix.firm.lag, frame, "sales", **KEYS)
    assert list(made.index) == list(frame.index)
    pd.testing.assert_frame_equal(frame, before)
    np.testing.assert_array_equal(made["sales_lag1"], expected)
    # Texts stored in other ways, parts of tables, keys in the index.
    doubled = pd.concat([frame, frame.assign(firm=frame["firm"] + "x")])
    for variant in (frame.astype({"firm": object}), frame.astype({"firm": "category"}), doubled.iloc[:6]):
        np.testing.assert_array_equal(quiet(ix.firm.lag, variant, "sales", **KEYS)["sales_lag1"], expected)
    tail = quiet(ix.firm.lag, doubled.iloc[6:], "sales", **KEYS)
    np.testing.assert_array_equal(tail["sales_lag1"], expected)
    indexed = quiet(ix.firm.lag, frame.set_index(["firm", "year"]), "sales", **KEYS)
    assert indexed.index.names == ["firm", "year"]
    np.testing.assert_array_equal(indexed["sales_lag1"], expected)
    polars = quiet(ix.firm.lag, pl.DataFrame(PANEL), "sales", **KEYS)
    assert polars["sales_lag1"].to_list() == [None if math.isnan(x) else x for x in expected]
    arrow = quiet(ix.firm.lag, pa.table(PANEL), "sales", **KEYS)
    assert arrow["sales_lag1"].to_pylist() == polars["sales_lag1"].to_list()


def test_dates_and_periods_of_pandas() -> None:
    frame = pd.DataFrame({"firm": ["a"] * 3, "x": [1.0, 2.0, 4.0]})
    ends = frame.assign(year=pd.to_datetime(["2018-12-31", "2019-12-31", "2020-12-31"]))
    assert ix.firm.lag(ends, "x", **KEYS, step="year")["x_lag1"].tolist()[1:] == [1.0, 2.0]
    with pytest.raises(DataError, match="holds dates: say what a period is, step="):
        ix.firm.lag(ends, "x", **KEYS)
    quarters = frame.assign(year=pd.PeriodIndex(["2019Q4", "2020Q1", "2020Q3"], freq="Q"))
    found = quiet(ix.firm.lag, quarters, "x", **KEYS)["x_lag1"]
    np.testing.assert_array_equal(found, [np.nan, 1.0, np.nan])
    with pytest.raises(DataError, match="unique"):
        ix.firm.lag(ends.assign(year=pd.to_datetime("2018-03-01")), "x", **KEYS, step="day")


def test_hostile_tables() -> None:
    twice = {"firm": ["a", "b", "b", "b"], "year": [1, 1, 1, 2], "x": [1.0, 2.0, 3.0, 4.0]}
    for function in (ix.firm.lag, ix.firm.growth, ix.firm.stock):
        with pytest.raises(DataError, match=r"rows must be unique in 'firm', 'year'.*'b', 1 \(2 times\)"):
            function(twice, "x", **KEYS)
    with pytest.raises(MissingColumnError, match=r"unit=: no column is named 'frim'.*firm"):
        ix.firm.lag(PANEL, "sales", unit="frim", time="year")
    with pytest.raises(MissingColumnError, match="columns=: no column is named 'sale'"):
        ix.firm.lag(PANEL, "sale", **KEYS)
    with pytest.raises(ColumnTypeError, match="expected numbers, found texts"):
        ix.firm.lag(PANEL, "firm", **KEYS)
    with pytest.raises(DataError, match=r"expected finite numbers.*'b', 2020"):
        ix.firm.growth(PANEL | {"sales": [1.0, 1, 1, 1, np.inf, 1]}, "sales", **KEYS)
    with pytest.raises(DataError, match="have a column 'sales_lag1' already"):
        ix.firm.lag(PANEL | {"sales_lag1": PANEL["sales"]}, "sales", **KEYS)
    for periods in (0, True, math.nan, "one"):
        with pytest.raises(ValueError, match="is a number of periods other than 0"):
            ix.firm.lag(PANEL, "sales", **KEYS, periods=periods)
    with pytest.raises(UnknownNameError, match=r"method= is one of .*did you mean 'dhs'"):
        ix.firm.growth(PANEL, "sales", **KEYS, method="dsh")
    unknown = {"firm": ["a", None, "a"], "year": [1, 1, np.nan], "x": [1.0, 2.0, 3.0]}
    with pytest.warns(UndefinedStatisticWarning, match="2 no unit or period"):
        assert np.isnan(ix.firm.lag(unknown, "x", **KEYS)["x_lag1"]).all()
    empty = ix.firm.lag({"firm": [], "year": np.empty(0), "x": np.empty(0)}, "x", **KEYS)
    assert len(empty["x_lag1"]) == 0


def test_any_number_of_threads_gives_the_same_bits() -> None:
    panel = ix.datasets.make_firm_panel(8_000, rng=3, missing=0.05, frame="dict")
    rows = [quiet(ix.firm.growth, panel, "revenue", **KEYS, threads=threads)["revenue_growth"] for threads in (1, 2)]
    assert len(rows[0]) > 3 * 16_384
    assert rows[0].tobytes() == rows[1].tobytes()


def test_ratios_by_name_are_ratios() -> None:
    panel = ix.datasets.make_firm_panel(60, rng=3, frame="pandas")
    names = ["roa", "roe", "net_margin", "asset_turnover", "equity_ratio", "rd_intensity", "rd_assets"]
    names += ["investment_rate", "labor_productivity", "sales_per_head", "capital_intensity"]
    with pytest.warns(
        UndefinedStatisticWarning, match=r"'roe' \(profit / equity\) is missing in \d+ of .*base negative"
    ):
        found = ix.firm.ratios(panel, names)
    np.testing.assert_allclose(found["roa"], panel["profit"] / panel["assets"])
    np.testing.assert_allclose(found["labor_productivity"], np.log(panel["value_added"] / panel["employees"]))
    assert (found["roe"].isna() == (panel["equity"] <= 0)).all()
    mean = quiet(ix.firm.ratios, panel, ["roa", "net_margin"], basis="mean", **KEYS)
    before = quiet(ix.firm.lag, panel, "assets", **KEYS)["assets_lag1"]
    np.testing.assert_allclose(mean["roa"], panel["profit"] / ((panel["assets"] + before) / 2))
    np.testing.assert_allclose(mean["net_margin"], panel["profit"] / panel["revenue"])
    begin = quiet(ix.firm.ratio, panel, "profit", "assets", basis="begin", name="r", **KEYS)["r"]
    np.testing.assert_allclose(begin, panel["profit"] / before)
    other = ix.firm.ratios(panel.rename(columns={"profit": "net"}), "roa", columns={"profit": "net"})
    np.testing.assert_array_equal(other["roa"], found["roa"])


def test_ratios_say_what_they_need() -> None:
    table = {"profit": [1.0], "assets": [2.0]}
    with pytest.raises(TypeError, match="basis='mean' looks at the period before: say unit= and time="):
        ix.firm.ratio(table, "profit", "assets", basis="mean")
    with pytest.raises(UnknownNameError, match=r"names= is one of .*found 'roi'"):
        ix.firm.ratios(table, "roi")
    with pytest.raises(UnknownNameError, match=r"columns= knows .*found 'gain'"):
        ix.firm.ratios(table, "roa", columns={"gain": "profit"})
    with pytest.raises(MissingColumnError, match="no column is named 'equity'"):
        ix.firm.ratios(table, "roe")
