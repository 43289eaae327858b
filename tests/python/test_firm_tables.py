"""Winsorizing, concentration, location, intangible shares and whole tables of indicators."""

from __future__ import annotations

import math
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
    DataError,
    DefinitionError,
    MissingColumnError,
    TreatmentWarning,
    UndefinedStatisticWarning,
)

KEYS = {"unit": "firm", "time": "year"}


def panel(n: int = 80, **options: Any) -> pd.DataFrame:
    return ix.datasets.make_firm_panel(n, rng=2, frame="pandas", **options)


def test_winsorizing_per_year_and_pooled() -> None:
    frame = panel(300, missing=0.05)
    found, caps = ix.firm.winsorize(frame, "profit", share=0.05, by="year", quantile="linear", caps=True)
    low, high = (frame.groupby("year")["profit"].transform("quantile", q) for q in (0.05, 0.95))
    np.testing.assert_allclose(found["profit"], frame["profit"].clip(low, high))
    assert caps["n"].sum() == frame["profit"].notna().sum()
    assert caps["low_count"].tolist() == (frame["profit"] < low).groupby(frame["year"]).sum().tolist()
    assert caps["year"].tolist() == sorted(frame["year"].unique())
    pooled = ix.firm.winsorize(frame, "profit", share=(0.0, 0.05), quantile="linear")["profit"]
    np.testing.assert_allclose(pooled, frame["profit"].clip(upper=frame["profit"].quantile(0.95)))
    assert not np.allclose(pooled, found["profit"], equal_nan=True)
    # The rule of Stata is that of the treatment inside an index.
    inside = ix.treat.winsorize_quantile(frame[["profit"]], lower=0.05, upper=0.95, rule="stata")["profit"]
    np.testing.assert_array_equal(ix.firm.winsorize(frame, "profit", share=0.05)["profit"], inside)


def test_winsorizing_refuses_and_tells() -> None:
    table = {"g": ["a", None, "a"], "x": [1.0, 2.0, 3.0]}
    with pytest.warns(TreatmentWarning, match="1 rows have no g: their values are missing"):
        assert ix.firm.winsorize(table, "x", by="g")["x"].tolist()[::2] == [1.0, 3.0]
    for share in (0.5, -0.1, (0.6, 0.5), math.nan):
        with pytest.raises(ValueError, match="share= is one share below"):
            ix.firm.winsorize(table, "x", share=share)
    with pytest.raises(MissingColumnError, match="by=: no column is named 'year'"):
        ix.firm.winsorize(table, "x", by="year")


def test_concentration_of_the_catalogue() -> None:
    found = ix.firm.concentration({"x": [50.0, 30.0, 20.0]}, "x", largest=(1, 2, 5))
    row = {name: np.asarray(values)[0] for name, values in dict(found).items()}
    assert row["hhi"] == pytest.approx(0.38, abs=1e-15)
    assert row["hhi_normalized"] == pytest.approx(0.07, abs=1e-15)
    assert [row["cr1"], row["cr2"], row["cr5"]] == pytest.approx([0.5, 0.8, 1.0])
    assert row["shannon"] == pytest.approx(-sum(s * math.log(s) for s in (0.5, 0.3, 0.2)))
    assert row["diversity"] == pytest.approx(0.62)


def test_concentration_by_group() -> None:
    frame = pd.DataFrame(
        {
            "industry": ["b", "b", "b", "a", "a", None, "c"],
            "firm": ["x", "x", "y", "x", "y", "x", "x"],
            "sales": [1.0, 1.0, 2.0, 7.0, np.nan, 9.0, 0.0],
        }
    )
    found = ix.firm.concentration(frame, "sales", "industry", member="firm")
    assert found["industry"].tolist() == ["a", "b", "c"]
    assert found["n"].tolist() == [1, 2, 0]
    assert found["missing"].tolist() == [1, 0, 0]
    np.testing.assert_array_equal(found["hhi"], [1.0, 0.5, np.nan])
    np.testing.assert_array_equal(found["hhi_normalized"], [1.0, 0.0, np.nan])
    with pytest.raises(DataError, match=r"sales.*negative"):
        ix.firm.concentration(frame.assign(sales=-1.0), "sales")
    with pytest.raises(ValueError, match="largest= holds numbers of at least 1, found 0"):
        ix.firm.concentration(frame, "sales", largest=[0])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30))
def test_concentration_of_equal_copies(values: list[float]) -> None:
    once = ix.firm.concentration({"x": values}, "x")["hhi"][0]
    twice = ix.firm.concentration({"x": values * 2}, "x")["hhi"][0]
    assert twice == pytest.approx(once / 2)


def test_location_quotients() -> None:
    jobs = pd.DataFrame(
        {
            "city": ["a", "a", "b", "b", "b", None],
            "industry": ["x", "y", "x", "y", "y", "x"],
            "jobs": [50.0, 50.0, 30.0, 60.0, 10.0, 99.0],
        }
    )
    found = ix.firm.location_quotient(jobs, "jobs", region="city", industry="industry")
    np.testing.assert_allclose(found["quotient"], [1.25, 0.5 / 0.6, 0.75, 0.7 / 0.6])
    assert found["total"].tolist() == [50.0, 50.0, 30.0, 70.0]
    # Shares of the regions weigh the quotients of an industry to 1.
    both = pd.concat([jobs.assign(year=2019), jobs.assign(year=2020, jobs=jobs["jobs"] ** 2)])
    yearly = ix.firm.location_quotient(both, "jobs", region="city", industry="industry", by="year")
    assert len(yearly) == 8
    for _, part in yearly.groupby("year"):
        weights = part.groupby("city")["total"].transform("sum") / part["total"].sum()
        np.testing.assert_allclose((weights * part["quotient"]).groupby(part["industry"]).sum(), 1.0)


def test_ellison_glaeser_by_its_formula() -> None:
    random = np.random.default_rng(5)
    plants = pd.DataFrame(
        {
            "city": random.choice(list("abcd"), 200),
            "industry": random.choice(["x", "y", "z"], 200),
            "jobs": random.exponential(10.0, 200),
        }
    )
    found = ix.firm.ellison_glaeser(plants, "jobs", region="city", industry="industry").set_index("industry")
    all_shares = plants.groupby("city")["jobs"].sum() / plants["jobs"].sum()
    for industry, part in plants.groupby("industry"):
        shares = (part.groupby("city")["jobs"].sum() / part["jobs"].sum()).reindex(all_shares.index, fill_value=0.0)
        g = ((shares - all_shares) ** 2).sum()
        h = ((part["jobs"] / part["jobs"].sum()) ** 2).sum()
        gamma = (g / (1 - (all_shares**2).sum()) - h) / (1 - h)
        np.testing.assert_allclose(found.loc[industry, ["raw", "hhi", "gamma"]].astype(float), [g, h, gamma])
        assert found.loc[industry, "plants"] == len(part)
    alone = ix.firm.ellison_glaeser(plants.assign(city="a"), "jobs", region="city", industry="industry")
    assert alone["gamma"].isna().all()


def test_tables_without_rows_keep_their_columns() -> None:
    nothing = {name: np.empty(0) for name in ("city", "industry", "year", "jobs")}
    keys = {"region": "city", "industry": "industry", "by": "year"}
    assert list(ix.firm.location_quotient(nothing, "jobs", **keys)) == ["year", "city", "industry", "total", "quotient"]
    assert list(ix.firm.ellison_glaeser(nothing, "jobs", **keys)) == [
        "year",
        "industry",
        "plants",
        "raw",
        "hhi",
        "gamma",
    ]
    assert len(ix.firm.concentration(nothing, "jobs", "industry")) == 0


NOTES = pd.DataFrame(
    {
        "firm": ["a", "a", "a", "b", "c", "c", "d"],
        "year": [2020] * 7,
        "item": ["ERP软件", "专利权", "土地使用权(软件园)", "商标权", "智能平台", None, "软件"],
        "value": [20.0, 20.0, 40.0, 0.0, 5.0, 5.0, np.nan],
    }
)


def test_intangible_shares() -> None:
    with pytest.warns(
        UndefinedStatisticWarning, match="missing in 3 of 4 units and periods: 2 name or amount missing, 1"
    ):
        found = ix.firm.intangible_share(NOTES, ["软件", "智能平台"], **KEYS, exclude=["土地使用权"])
    np.testing.assert_array_equal(found["share"], [0.25, np.nan, np.nan, np.nan])
    assert found["matched"].tolist() == [1, 0, 1, 1]
    assert found["excluded"].tolist() == [1, 0, 0, 0]
    classes = ix.firm.intangible_items(NOTES, ["软件", "智能平台"], exclude=["土地使用权"])["digital"]
    shown = [None if pd.isna(word) else word for word in classes]
    assert shown == ["digital", "other", "excluded", "other", "digital", None, "digital"]


def test_intangible_shares_of_a_given_total() -> None:
    some = NOTES.iloc[:3].assign(all=100.0)
    found = ix.firm.intangible_share(some, ["软件"], **KEYS, total="all")
    assert found["share"].tolist() == [0.6]
    with pytest.raises(DataError, match="'all' differs within a unit and period"):
        ix.firm.intangible_share(some.assign(all=[1.0, 2.0, 1.0]), ["软件"], **KEYS, total="all")
    with pytest.raises(DataError, match=r"amounts are 0 or more, found -1\.0"):
        ix.firm.intangible_share(some.assign(value=-1.0), ["软件"], **KEYS)
    with pytest.raises(ValueError, match="keywords= names no term"):
        ix.firm.intangible_items(NOTES, [])
    with pytest.raises(TypeError, match="keywords= is a list of terms"):
        ix.firm.intangible_items(NOTES, "软件")


TOML = """
unit = "firm"
time = "year"
keep = ["industry"]
winsorize = {share = 0.05, by = "year"}

[indicators]
sales_growth = {growth = "revenue", method = "dhs"}
roa = {named = "roa", basis = "mean"}
margin = {ratio = ["profit", "revenue"], winsorize = 0}
rd_stock = {stock = "rd", initial = "flow_over_depreciation", gap = "zero", winsorize = 0}
rd_before = {lag = "rd_stock", periods = 1, winsorize = 0}
staff = {column = "employees", winsorize = 0}
"""


def quiet(*args: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedStatisticWarning)
        return ix.firm.indicators(*args, **options)


def test_a_table_of_indicators_is_its_parts(tmp_path: Path) -> None:
    frame = panel()
    found = quiet(frame, TOML)
    names = ["sales_growth", "roa", "margin", "rd_stock", "rd_before", "staff"]
    assert list(found) == ["firm", "year", "industry", *names]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedStatisticWarning)
        growth = ix.firm.growth(frame, "revenue", **KEYS, method="dhs", suffix="_g")
        growth = ix.firm.winsorize(growth, "revenue_g", share=0.05, by="year")["revenue_g"]
        stocks = ix.firm.stock(frame, "rd", **KEYS, initial="flow_over_depreciation", gap="zero")
        before = ix.firm.lag(stocks, "rd_stock", **KEYS)["rd_stock_lag1"]
    np.testing.assert_array_equal(found["sales_growth"], growth)
    np.testing.assert_array_equal(found["rd_before"], before)
    np.testing.assert_allclose(found["margin"], frame["profit"] / frame["revenue"])
    np.testing.assert_array_equal(found["staff"], frame["employees"])
    path = tmp_path / "indicators.toml"
    path.write_text(TOML, encoding="utf-8")
    pd.testing.assert_frame_equal(quiet(frame, path), found)
    shuffled = frame.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(quiet(shuffled, TOML).sort_index(), found)
    # Ready for an index.
    scores = ix.Index.flat({"roa": 1, "margin": 1, "sales_growth": 1}).fit(found.dropna()).score(found)
    assert len(scores.to_frame()) == len(frame)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"indicators": {}}, "'indicators' is a table of names"),
        ({"indicator": {"x": {"lag": "rd"}}}, "spec: 'indicator' is not known"),
        ({"indicators": {"x": "rd"}}, "indicator 'x': expected a table"),
        ({"indicators": {"x": {"lags": "rd"}}}, "indicator 'x': says how it is made by one of growth, lag"),
        ({"indicators": {"x": {"lag": "rd", "growth": "rd"}}}, "found growth, lag"),
        ({"indicators": {"x": {"growth": "rd", "method": "dsh"}}}, r"indicator 'x': method= is one of"),
        ({"indicators": {"x": {"growth": "rd", "metod": "dhs"}}}, r"indicator 'x': .*metod"),
        ({"indicators": {"x": {"ratio": "rd"}}}, "indicator 'x': ratio takes two columns"),
        ({"indicators": {"x": {"lag": "rd", "periods": [1, 2]}}}, "periods is one number here"),
        ({"indicators": {"x": {"lag": "rd", "suffix": "_"}}}, "suffix has no meaning here"),
        ({"indicators": {"x": {"column": "rd", "winsorize": 0.7}}}, "indicator 'x': winsorize: share="),
        ("[indicators", "spec: not TOML"),
    ],
)
def test_descriptions_that_are_none(spec: Any, message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        quiet(panel(5), spec, **KEYS)


def test_descriptions_name_columns_that_are_not_there() -> None:
    with pytest.raises(MissingColumnError, match=r"indicator 'x': no column is named 'rdd'.*did you mean 'rd'"):
        quiet(panel(5), {"indicators": {"x": {"lag": "rdd"}}}, **KEYS)
    with pytest.raises(DataError, match="indicator 'year' has the name of a key"):
        quiet(panel(5), {"indicators": {"year": {"lag": "rd"}}}, **KEYS)
    with pytest.raises(TypeError, match="say unit= and time="):
        quiet(panel(5), {"indicators": {"x": {"lag": "rd"}}})


def test_an_indicator_may_be_called_like_a_column_or_a_ratio() -> None:
    frame = panel(20)
    found = quiet(frame, {"indicators": {"rd": {"lag": "rd"}, "roa": {"named": "roa"}}}, **KEYS)
    assert found["rd"].isna().sum() > 20 - 1
    np.testing.assert_allclose(found["roa"], frame["profit"] / frame["assets"])
    polars = pytest.importorskip("polars")
    made = quiet(polars.DataFrame(dict(frame)), {"indicators": {"roa": {"named": "roa"}}}, **KEYS)
    np.testing.assert_allclose(made["roa"].to_numpy(), found["roa"])
