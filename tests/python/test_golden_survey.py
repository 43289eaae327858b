"""A second implementation of `ix.survey`: the R package survey 4.1 on its data apistrat (strata, weights, fpc).

Tolerance 1e-12 relative (the file carries 15 digits), but for the logit interval: R fits it by iterations that stop
at 1e-8, which moves its ends by 4e-10; ours is the closed form.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indicia as ix

SHARED = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared"))
REFERENCE = SHARED / "golden" / "study" / "survey_apistrat_R_reference.csv"
DATA = SHARED / "data" / "apistrat.csv"
pytestmark = pytest.mark.skipif(not (REFERENCE.exists() and DATA.exists()), reason="reference data not present")

# The companion data set of this row is not there.
ABSENT = {"cluster mean api00"}


@pytest.fixture(scope="module")
def schools() -> pd.DataFrame:
    return pd.read_csv(DATA)


@pytest.fixture(scope="module")
def sample(schools: pd.DataFrame) -> ix.survey.Design:
    return ix.survey.design(schools, weights="pw", strata="stype", fpc="fpc")


def estimates(schools: pd.DataFrame, sample: ix.survey.Design) -> dict[str, tuple[float, float]]:
    survey = ix.survey
    open_ended = survey.design(schools, weights="pw", strata="stype")
    found: dict[str, tuple[float, float]] = {}

    def note(name: str, table: pd.DataFrame, what: str, row: int = 0) -> None:
        found[name] = (table[what].iloc[row], table["se"].iloc[row])

    note("mean api00 (strat,fpc)", survey.means(sample, "api00"), "mean")
    note("mean api00 (strat,no fpc)", survey.means(open_ended, "api00"), "mean")
    note("total enroll", survey.totals(sample, "enroll"), "total")
    note("ratio api.stu/enroll", survey.ratios(sample, {"staff": ("api.stu", "enroll")}), "ratio")
    by_type = survey.means(sample, "api00", by="stype")
    for row, name in enumerate(by_type["stype"]):
        note(f"mean api00 stype {name}", by_type, "mean", row)
    share = survey.shares(sample, "sch.wide", answers="Yes")
    note("sch.wideYes", share, "share")
    found["svyciprop logit lower"] = (share["low"].iloc[0], np.nan)
    found["svyciprop logit upper"] = (share["high"].iloc[0], np.nan)
    improved = survey.means(sample, "api00", by="comp.imp")
    note("domain mean api00 comp.imp=Yes", improved, "mean", list(improved["comp.imp"]).index("Yes"))
    quartiles = survey.quantiles(sample, "api00")
    for row, q in enumerate(quartiles["q"]):
        note(f"quantile {q} math rule", quartiles, "quantile", row)
    note("svyvar api00", survey.variances(sample, "api00"), "variance")
    apart = survey.difference(sample, "api00", "comp.imp", of="Yes", against="No")
    found["svyttest diff api00 comp.imp"] = (apart["difference"].iloc[0], np.nan)
    return found


def test_every_row_of_the_reference(schools: pd.DataFrame, sample: ix.survey.Design) -> None:
    expected = pd.read_csv(REFERENCE).set_index("stat")
    found = estimates(schools, sample)
    assert set(found) == set(expected.index) - ABSENT
    for name, (value, se) in found.items():
        tolerance = 1e-9 if name.startswith("svyciprop") else 1e-12
        np.testing.assert_allclose(value, expected.loc[name, "estimate"], rtol=tolerance, err_msg=name)
        np.testing.assert_allclose(se, expected.loc[name, "se"], rtol=tolerance, equal_nan=True, err_msg=name)


def test_the_test_of_a_difference(sample: ix.survey.Design) -> None:
    note = pd.read_csv(REFERENCE).set_index("stat").loc["svyttest diff api00 comp.imp", "note"].split()
    apart = ix.survey.difference(sample, "api00", "comp.imp", of="Yes", against="No").iloc[0]
    expected = dict(zip(note[::2], map(float, note[1::2]), strict=True))
    np.testing.assert_allclose(apart["t"], expected["t"], rtol=1e-12)
    assert apart["df"] == expected["df"] == 196
    np.testing.assert_allclose(apart["p"], expected["p"], rtol=1e-10)


def test_the_bootstrap_agrees_with_the_linearized_errors(sample: ix.survey.Design) -> None:
    shares = ix.survey.bootstrap(sample, "shares", "sch.wide", by="stype", replicates=4000, rng=0).table
    means = ix.survey.bootstrap(sample, "means", "api00", by="comp.imp", replicates=4000, rng=0).table
    for table in (shares, means):
        # 4000 replicates: relative standard deviation of a standard error 1.1 %, four of them.
        np.testing.assert_allclose(table["se"], table["se_linearized"], rtol=0.045)
        assert (table["replicates"] == 4000).all()


# The package svy, where it is installed


@pytest.mark.parametrize("plan", [{"strata": "stype", "fpc": "fpc"}, {"strata": "stype"}, {}, {"psu": "dnum"}])
def test_svy_finds_the_same(schools: pd.DataFrame, plan: dict[str, str]) -> None:
    pytest.importorskip("svy")
    sample = ix.survey.design(schools, weights="pw", **plan)
    theirs = ix.survey.to_svy(sample).estimation

    def same(table: pd.DataFrame, what: str, estimate: object) -> None:
        other = estimate.to_polars()
        for ours, name in ((what, "est"), ("se", "se"), ("low", "lci"), ("high", "uci")):
            np.testing.assert_allclose(table[ours], other[name].to_numpy(), rtol=1e-8, err_msg=f"{what} {name}")

    same(ix.survey.means(sample, "api00"), "mean", theirs.mean("api00"))
    same(ix.survey.means(sample, "api00", by="comp.imp"), "mean", theirs.mean("api00", by="comp.imp"))
    same(ix.survey.totals(sample, "enroll"), "total", theirs.total("enroll"))
    same(ix.survey.ratios(sample, {"r": ("api.stu", "enroll")}), "ratio", theirs.ratio("api.stu", "enroll"))
    same(ix.survey.shares(sample, "sch.wide"), "share", theirs.prop("sch.wide"))


def test_svy_takes_shares_drawn_and_single_units(schools: pd.DataFrame) -> None:
    pytest.importorskip("svy")
    drawn = schools.assign(f=schools.groupby("stype")["pw"].transform("size") / schools["fpc"])
    sample = ix.survey.design(drawn, weights="pw", strata="stype", fpc="f")
    se = ix.survey.to_svy(sample).estimation.mean("api00").to_polars()["se"][0]
    np.testing.assert_allclose(se, 9.40894080278458, rtol=1e-9)
    lonely = drawn.assign(stratum=np.where(np.arange(len(drawn)) == 7, "alone", drawn["stype"]))
    for single in ("certainty", "centered"):
        sample = ix.survey.design(lonely, weights="pw", strata="stratum", single=single)
        se = ix.survey.to_svy(sample).estimation.mean("api00").to_polars()["se"][0]
        np.testing.assert_allclose(ix.survey.means(sample, "api00")["se"][0], se, rtol=1e-9)
