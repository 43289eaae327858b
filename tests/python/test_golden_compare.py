"""A second implementation of `ix.compare`, ranks, strengths, weaknesses: COINr 1.1.14 (51 countries x 49 indicators).

Tolerance 1e-9 relative, as both sides compute in doubles and the files carry 17 digits. Tables of results are rounded
to 10 decimals there, and compared to 1e-10 absolute (indicators, some of them treated by a logarithm, to 1e-8).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix

ASEM = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden" / "asem"
pytestmark = pytest.mark.skipif(not ASEM.exists(), reason="reference data not present")

# Reference files that our results differ from, on purpose, and why.
DIFFERS: dict[str, str] = {}

Check = Callable[[], None]
COVERED: dict[str, Check] = {}


def covers(*names: str) -> Callable[[Check], Check]:
    def note(check: Check) -> Check:
        COVERED.update({f"{name}.csv": check for name in names})
        return check

    return note


@cache
def read(name: str, key: str | None = "uCode") -> pd.DataFrame:
    frame = pd.read_csv(ASEM / f"{name}.csv")
    return frame if key is None else frame.set_index(key)


def close(found: Any, expected: Any, rtol: float = 1e-9, atol: float = 1e-9, what: str = "") -> None:
    np.testing.assert_allclose(
        np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=rtol, atol=atol, err_msg=what
    )


@cache
def meta() -> pd.DataFrame:
    return pd.read_csv(ASEM / "00_input_iMeta.csv").set_index("iCode")


def tree(normalize: Any = None, aggregate: Any = "arithmetic", drop: tuple[str, ...] = ()) -> ix.Index:
    # The reference sorts its structure, and of equal ranks takes the first of that order.
    normalize = {"minmax": {"to": [0, 100]}} if normalize is None else normalize
    with (ASEM / "01_ind_meta_sorted.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Type"] in ("Indicator", "Aggregate")]
    rows = [row for row in rows if row["iCode"] not in drop]
    table = {name: [row[name] or None for row in rows] for name in ("iCode", "iName", "Parent", "Type")}
    table |= {name: [float(row[name]) for row in rows] for name in ("Direction", "Weight")}
    return ix.Index.from_table(table, normalize=normalize, aggregate=aggregate)


@cache
def screened() -> pd.DataFrame:
    """The rows of the pipeline before treatment, with the groups of units."""
    return read("04_screened_pipeline").join(read("01_unit_meta")["EurAsia_group"])


def nominal() -> ix.Index:
    return tree().using(treat="winsorize")


@cache
def scores() -> ix.Scores:
    return nominal().fit_score(screened())


# The tables of results: scores.to_frame, rank, and rank by group


def result_table(what: str) -> Check:
    def check() -> None:
        expected = read(f"11_results_{what}_scores")
        found = scores().to_frame("all").assign(Rank=scores().rank()).sort_values("Rank", kind="stable")
        assert list(found.index) == list(expected.index)
        close(found[list(expected)], expected, rtol=0, atol=1.01e-10 if what != "Full" else 1e-8)

    return check


def rank_table(what: str) -> Check:
    def check() -> None:
        expected = read(f"11_results_{what}_ranks")
        for node in expected:
            close(scores().rank(node).loc[expected.index], expected[node], rtol=0, atol=0, what=node)

    return check


for kind in ("Summ", "Aggs", "Full"):
    covers(f"11_results_{kind}_scores")(result_table(kind))
    covers(f"11_results_{kind}_ranks")(rank_table(kind))


@covers("11_results_Aggs_groupranks")
def ranks_within_groups() -> None:
    expected = read("11_results_Aggs_groupranks")
    for node in expected.columns.drop("EurAsia_group"):
        close(scores().rank(node, by="EurAsia_group").loc[expected.index], expected[node], rtol=0, atol=0, what=node)


@covers("11_unit_summary")
def unit_summary() -> None:
    expected = read("11_unit_summary", None)
    labels = {node["id"]: node["label"] for node in scores().fitted.index.nodes}
    for _, row in expected.iterrows():
        assert ix._files.text_of(labels[row["Code"]]) == row["Name"]  # type: ignore[attr-defined]
        close(scores()[row["Code"]]["AUT"], row["Score"], rtol=0, atol=1.01e-10)
        assert scores().rank(row["Code"])["AUT"] == row["Rank"]


# Strengths and weaknesses


def standing(name: str, raw: bool, **options: Any) -> Check:
    def check() -> None:
        expected = read(name, None)
        if raw:
            # Without a scale a score is the value, turned by its direction.
            data = read("01_raw").join(read("01_unit_meta")["EurAsia_group"])
            of = tree("none").fit_score(data)
        else:
            of = scores()
        found = (of.strengths if "strengths" in name else of.weaknesses)("AUT", **options)
        assert list(found["node"]) == list(expected["Code"])
        assert list(found["label"]) == list(expected["Name"])
        assert list(found["parent"]) == list(expected["Pillar"])
        close(found["rank"], expected["Rank"], rtol=0, atol=0)
        signs = [meta().loc[code, "Direction"] if raw else 1 for code in expected["Code"]]
        close(found["score"] * signs, expected["Value"])
        assert list(meta().loc[expected["Code"], "Unit"]) == list(expected["Unit"])

    return check


# The reference leaves the worst rank out of the weaknesses too, unless told otherwise; here only when asked.
covers("11_strengths_Raw_AUT")(standing("11_strengths_Raw_AUT", True))
covers("11_strengths_Normalised_AUT")(standing("11_strengths_Normalised_AUT", False))
covers("11_weaknesses_Raw_AUT")(standing("11_weaknesses_Raw_AUT", True, drop_worst=True))
covers("11_weaknesses_Normalised_AUT")(standing("11_weaknesses_Normalised_AUT", False, drop_worst=True))
# Ranks within the unit's group, without indicators that hardly tell units apart, the worst rank allowed.
GROUPED: dict[str, Any] = {"by": "EurAsia_group", "min_distinct": 5, "drop_worst": False}
covers("11_strengths_opts")(standing("11_strengths_opts", True, **GROUPED))
covers("11_weaknesses_opts")(standing("11_weaknesses_opts", True, **GROUPED))


# Comparisons


def harmonic() -> ix.Scores:
    return tree({"minmax": {"to": [1, 100]}}, "harmonic").using(treat="winsorize").fit_score(screened())


@covers("11_compare_coins_amean_vs_hmean")
def two_indices() -> None:
    expected = read("11_compare_coins_amean_vs_hmean")
    # Rows in another order are matched by their label.
    other = tree({"minmax": {"to": [1, 100]}}, "harmonic").using(treat="winsorize").fit_score(screened()[::-1])
    found = ix.compare.difference(scores(), other)
    for theirs, ours in {"coin.1": "first", "coin.2": "second", "Diff": "difference", "Abs.diff": "absolute"}.items():
        close(found.loc[expected.index, ours], expected[theirs], rtol=0, atol=0, what=theirs)


@covers("11_compare_corr")
def correlations_by_node() -> None:
    expected = read("11_compare_corr", "iCode")["Correlation"]
    found = ix.compare.rank_correlation(scores(), harmonic()).set_index("node")
    close(found.loc[expected.index, "correlation"], expected)


@covers("11_compare_multi")
def many_indices() -> None:
    expected = read("11_compare_multi")
    versions = {"Nominal": scores(), "Hmean": harmonic(), "Dropped": dropped()}
    found = ix.compare.several(versions)
    assert list(found) == list(expected)
    close(found.loc[expected.index], expected, rtol=0, atol=0)


def dropped() -> ix.Scores:
    return tree(drop=("Goods", "ForPort")).using(treat="winsorize").fit_score(screened())


def left_out(level: int) -> Check:
    def check() -> None:
        expected = read(f"11_remove_elements_L{level}", None)
        columns = read(f"11_remove_elements_L{level}_scores")
        elements = list(expected["element"][1:])
        found = ix.compare.leave_one_out(nominal(), screened(), elements, nominal="Nominal")
        assert list(found.elements["element"]) == list(expected["element"])
        close(found.elements["mean_abs_rank_change"], expected["MeanAbsDiff"], rtol=1e-12)
        close(found.scores.loc[columns.index, list(columns)], columns)
        tier = ix.compare.leave_one_out(nominal(), screened(), level)
        assert sorted(tier.elements["element"][1:]) == sorted(elements)

    return check


for depth in (1, 2):
    covers(f"11_remove_elements_L{depth}", f"11_remove_elements_L{depth}_scores")(left_out(depth))


# Growth


def trends(name: str, column: str, method: str) -> Check:
    def check() -> None:
        expected = read(name, None)
        data = read("00_input_iData_panel", None)
        names = list(dict.fromkeys(expected["iCode"]))
        found = ix.compare.growth(data, names, unit="uCode", time="Time", method=method)  # type: ignore[arg-type]
        found = found.set_index(["unit", "column"]).loc[list(zip(expected["uCode"], expected["iCode"], strict=True))]
        close(found["growth"], expected[column])
        close(found["availability"], expected["Avail"])
        assert list(found["first_time"]) == list(expected["t_first"])
        assert list(found["last_time"]) == list(expected["t_latest"])
        assert found["reason"].isna().all()

    return check


covers("13_trends_CAGR")(trends("13_trends_CAGR", "CAGR", "cagr"))
covers("13_trends_prc_change")(trends("13_trends_prc_change", "prc_change", "trend"))


@pytest.mark.parametrize("name", sorted(COVERED))
def test_a_reference_file_is_met(name: str) -> None:
    COVERED[name]()
