"""A second implementation of the steps of an index: COINr 1.1.14 under R 4.2.2 (51 countries x 49 indicators).

Every file is one entry of `COVERED`: a function that computes what the file holds and compares it. Tolerance 1e-9
relative, as both sides compute in doubles and the files carry 17 digits; outlier treatment 1e-8, where a logarithm near
zero loses digits on both sides.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix

GOLDEN = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden"
ASEM = GOLDEN / "asem"
pytestmark = pytest.mark.skipif(not ASEM.exists(), reason="reference data not present")

# Reference files that our results differ from, on purpose, and why.
DIFFERS: dict[str, str] = {
    **{
        f"06_norm{part}_fracmax.csv": "the reference divides the turned column by its maximum, so that for direction -1 the "
        "best unit scores lowest; compared for direction +1, and shown for -1"
        for part in ("", "_fromraw")
    },
    "07_copeland_indicators_first60.csv": "a weight of 0.49999999999999994, a half but for rounding, is counted as a loss, so that "
    "scores do not sum to zero; here it is a draw",
    "07_outrank_matrix_withNA_first60.csv": "terms of missing values are skipped above the diagonal and credited below it, so "
    "that the result depends on the order of rows; here weights are those observed for both units",
    **{
        f"08_optw_balance_level2_tol{tolerance}{part}.csv": "the search stops at once, or gives negative weights without "
        "converging, and its weights are tied to those of the tier above; the objective is compared instead"
        for tolerance in ("0.1", "1e-08")
        for part in ("", "_corr", "_opt")
    },
    **{
        f"08_optw_infomax_level2{part}.csv": "the search stops early; the sum of correlations is compared instead"
        for part in ("", "_corr")
    },
    "06_norm_fromraw_scaled_0_100.csv": "bounds are taken on the turned column there, in original units here",
    "06_norm_scaled_0_100.csv": "bounds are taken on the turned column there, in original units here",
}

Check = Callable[[], None]
COVERED: dict[str, Check] = {}


def covers(*names: str) -> Callable[[Check], Check]:
    def note(check: Check) -> Check:
        COVERED.update({f"{name}.csv": check for name in names})
        return check

    return note


@cache
def read(name: str) -> pd.DataFrame:
    frame = pd.read_csv(ASEM / f"{name}.csv")
    return frame.set_index("uCode") if "uCode" in frame.columns and "Time" not in frame.columns else frame


@cache
def structure(name: str = "00_input_iMeta") -> pd.DataFrame:
    return pd.read_csv(ASEM / f"{name}.csv").set_index("iCode")


def directions() -> dict[str, int]:
    meta = structure()
    return {code: int(row.Direction) for code, row in meta[meta.Type == "Indicator"].iterrows()}


def same(found: Any, expected: pd.DataFrame, columns: Any, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    for column in columns:
        got = np.asarray(found[column], dtype=float)
        np.testing.assert_allclose(got, expected[column].to_numpy(float), rtol=rtol, atol=atol, err_msg=column)


def tree(aggregate: Any = "arithmetic", scale: Any = "none", **defaults: Any) -> dict[str, Any]:
    """The four tiers of the example; ``aggregate`` is one method, or one per tier from the bottom."""
    meta = structure()
    kept = meta[meta.Type.isin(["Indicator", "Aggregate"])]
    indicators, groups = [], []
    for code, row in kept.iterrows():
        node: dict[str, Any] = {"id": code, "weight": float(row.Weight)}
        if isinstance(row.Parent, str):
            node["parent"] = row.Parent
        if row.Type == "Indicator":
            indicators.append(node | {"direction": int(row.Direction)})
        else:
            method = aggregate[int(row.Level) - 2] if isinstance(aggregate, list) else aggregate
            groups.append(node | {"aggregate": method})
    if "parent" not in groups[-1]:
        groups[-1].pop("weight")
    for group in groups:
        if "parent" not in group:
            group.pop("weight", None)
    return {"id": "asem", "defaults": {"scale": scale, **defaults}, "indicator": indicators, "group": groups}


def nodes(tier: int | None = None) -> list[str]:
    meta = structure()
    chosen = meta[meta.Type.isin(["Indicator", "Aggregate"])]
    return [str(code) for code in (chosen if tier is None else chosen[chosen.Level == tier]).index]


# 03 imputation

IMPUTED: dict[str, Any] = {
    "raw_i_mean": "mean",
    "raw_i_median": "median",
    "raw_i_mean_grp": {"mean": {"by": "EurAsia_group"}},
    "raw_i_median_grp": {"median": {"by": "EurAsia_group"}},
    "raw_row_all_i_mean": "row_mean",
}


def with_group(data: pd.DataFrame) -> pd.DataFrame:
    units = pd.read_csv(ASEM / "01_unit_meta.csv").set_index("uCode")
    return data.assign(EurAsia_group=units.loc[data.index, "EurAsia_group"])


def imputed_through_an_index(name: str) -> None:
    index = ix.Index.flat(directions(), normalize="none", aggregate="none", impute=IMPUTED[name])
    scores = index.fit_score(with_group(read("01_raw"))).to_frame("all")
    turned = {code: scores[code] * way for code, way in directions().items()}
    same(turned, read(f"03_impute_{name}"), directions())


for _name in IMPUTED:
    COVERED[f"03_impute_{_name}.csv"] = lambda name=_name: imputed_through_an_index(name)


@covers("03_impute_raw_row_level2_i_mean", "03_impute_raw_row_level2_i_median")
def imputed_within_pillars() -> None:
    for how in ("mean", "median"):
        index = ix.Index.from_dict(tree(impute=f"row_{how}"))
        scores = index.fit_score(read("01_raw")).to_frame("all")
        turned = {code: scores[code] * way for code, way in directions().items()}
        same(turned, read(f"03_impute_raw_row_level2_i_{how}"), directions())


@covers("03_imputed_pipeline_mean_grp")
def imputed_pipeline() -> None:
    found = ix.impute.mean(with_group(read("02_denominated")), list(directions()), by="EurAsia_group")
    same(found, read("03_imputed_pipeline_mean_grp"), directions())


# 05 treatment

TREATED: dict[str, dict[str, Any]] = {
    "raw_default": {},
    "raw_winmax1": {"count": 1},
    "raw_winmax20": {"count": 20},
    "raw_thresh1_2": {"skewness": 1.0, "kurtosis": 2.0},
    "raw_log_CT_orig": {"then": {"log": "unit_shift"}},
    "raw_log_CT_plus": {"then": {"log": "sign_aware"}},
    "raw_boxcox_lambda0.5": {"then": {"boxcox": 0.5}},
    "raw_combine": {"combine": True},
}


def treated_table(name: str, options: dict[str, Any], data: pd.DataFrame, file: str) -> None:
    found = ix.treat.winsorize(data, list(directions()), **options)
    same(found, read(file), directions(), rtol=1e-8)


def treated_details(options: dict[str, Any], data: pd.DataFrame, file: str) -> None:
    table = ix.treat.table(data, {"winsorize": options}, list(directions())).set_index("node")
    expected = read(file).set_index("iCode")
    for stage, when in enumerate(("before", "capped", "curved")):
        if f"check_SkewKurt{stage}.Skew" not in expected:
            continue
        for ours, theirs in (("skewness", "Skew"), ("kurtosis", "Kurt")):
            got = table[f"{ours}_{when}"].astype(float).loc[expected.index]
            np.testing.assert_allclose(got, expected[f"check_SkewKurt{stage}.{theirs}"], rtol=1e-8)
    # Where the reference goes on to a curve, our table counts no capped points: the curve starts from the raw values.
    counts = (table.low_count + table.high_count).loc[expected.index]
    kept = table.curve.isna().loc[expected.index].to_numpy()
    np.testing.assert_array_equal(counts[kept], expected["winsorise.nwin"].fillna(0)[kept])


def treated_points(options: dict[str, Any], data: pd.DataFrame, file: str) -> None:
    found = ix.treat.labels(data, {"winsorize": options}, list(directions()))
    words = {"high": "winhi", "low": "winlo"}
    expected = read(file)
    for code in directions():
        got = [words.get(word, word) if isinstance(word, str) else "" for word in found[code]]
        want = [word if isinstance(word, str) else "" for word in expected[code]]
        if "curve" in "".join(got):
            assert set(got) <= {"curve", ""} and any(word not in ("winhi", "winlo", "") for word in want), code
        else:
            assert got == want, code


for _name, _options in TREATED.items():
    _file = f"05_treat_{_name}"
    COVERED[f"{_file}.csv"] = lambda n=_name, o=_options, f=_file: treated_table(n, o, read("01_raw"), f)
    if (ASEM / f"{_file}_dets.csv").exists():
        COVERED[f"{_file}_dets.csv"] = lambda o=_options, f=_file: treated_details(o, read("01_raw"), f"{f}_dets")
    if (ASEM / f"{_file}_points.csv").exists():
        COVERED[f"{_file}_points.csv"] = lambda o=_options, f=_file: treated_points(o, read("01_raw"), f"{f}_points")
COVERED["05_treated_pipeline.csv"] = lambda: treated_table("", {}, read("04_screened_pipeline"), "05_treated_pipeline")
COVERED["05_treated_pipeline_dets.csv"] = lambda: treated_details(
    {}, read("04_screened_pipeline"), "05_treated_pipeline_dets"
)
COVERED["05_treated_pipeline_points.csv"] = lambda: treated_points(
    {}, read("04_screened_pipeline"), "05_treated_pipeline_points"
)


@covers("05_vector_transforms")
def transforms_of_one_column() -> None:
    # The column log_GII is a copy of x in the reference, which we do not offer as a transform.
    expected = pd.read_csv(ASEM / "05_vector_transforms.csv")
    x = {"x": expected["x"].to_numpy()}
    forms = {"log_CT": "offset", "log_CT_orig": "unit_shift", "log_CT_plus": "sign_aware"}
    for column, form in forms.items():
        np.testing.assert_allclose(ix.treat.log(x, form=form)["x"], expected[column], rtol=1e-8)
    for lambda_ in (0, 2):
        np.testing.assert_allclose(ix.treat.boxcox(x, lambda_=lambda_)["x"], expected[f"boxcox{lambda_}"], rtol=1e-8)
    shape = ix.treat.table(x)
    np.testing.assert_allclose(shape["skewness_before"][0], expected["skew"][0], rtol=1e-9)
    np.testing.assert_allclose(shape["kurtosis_before"][0], expected["kurt"][0], rtol=1e-9)


# 06 scales

SCALES: dict[str, Any] = {
    "minmax_0_100": {"minmax": {"to": [0, 100]}},
    "minmax_1_100": {"minmax": {"to": [1, 100]}},
    "zscore_0_1": "zscore",
    "zscore_10_2": {"zscore": {"mean": 10, "sd": 2}},
    "dist2max": "distance_to_max",
    "rank": "rank",
    "borda": "borda",
    "prank": "percentile",
    "prank_average": {"percentile": {"ties": "average"}},
    "none": "none",
    "fracmax": "fraction_of_max",
}


def scaled(data: pd.DataFrame, scales: dict[str, Any], unit: bool = False) -> pd.DataFrame:
    leaves = [
        {"id": c, "parent": "g", "direction": d, "scale": scales[c]} for c, d in directions().items() if c in scales
    ]
    index = ix.Index.from_dict({"id": "scales", "indicator": leaves, "group": [{"id": "g", "aggregate": "none"}]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ix.errors.ConstantColumnWarning)
        table: pd.DataFrame = (
            index.fit_score(data.reset_index(), unit="uCode").to_frame("all").set_index("uCode")
            if unit
            else index.fit_score(data).to_frame("all")
        )
    return table


def scaled_file(name: str, part: str) -> None:
    data = read("01_raw" if part else "05_treated_pipeline")
    expected = read(f"06_norm{part}_{name}")
    # fraction_of_max needs positive values, and agrees for direction +1 only: see DIFFERS.
    chosen = directions()
    if name == "fracmax":
        chosen = {c: 1 for c, d in chosen.items() if d == 1 and data[c].min() > 0}
        assert len(chosen) > 10
    same(scaled(data, dict.fromkeys(chosen, SCALES[name])), expected, chosen)


for _name in SCALES:
    for _part in ("", "_fromraw"):
        if (ASEM / f"06_norm{_part}_{_name}.csv").exists():
            COVERED[f"06_norm{_part}_{_name}.csv"] = lambda n=_name, p=_part: scaled_file(n, p)


for _part in ("", "_fromraw"):
    for _cap in (False, True):
        _suffix = "_cap" if _cap else ""
        _beyond = {"outside": "clip"} if _cap else {}
        _reference = f"06_norm{_part}_dist2ref_unit3{_suffix}"
        if (ASEM / f"{_reference}.csv").exists():

            def _by_unit(part: str = _part, suffix: str = _suffix, beyond: dict[str, Any] = _beyond) -> None:
                data = read("01_raw" if part else "05_treated_pipeline")
                third = data.index[2]
                expected = read(f"06_norm{part}_dist2ref_unit3{suffix}")
                chosen = {}
                for code, way in directions().items():
                    worst = data[code].min() if way == 1 else data[code].max()
                    # A reference without a value, or that is the worst, is an error here, not an empty column.
                    if pd.notna(data[code].iloc[2]) and data[code].iloc[2] != worst:
                        chosen[code] = {"distance_to_reference": {"unit": third} | beyond}
                assert len(chosen) > 40
                found = scaled(data, chosen, unit=True)
                for code in chosen:
                    got, want = found[code].to_numpy(), expected[code].to_numpy(float)
                    if beyond:  # ours clips at both ends, theirs at 1; nothing lies below 0
                        got = np.minimum(got, 1.0)
                    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12, err_msg=code)

            COVERED[f"{_reference}.csv"] = _by_unit


def anchored(file: str, scale: Callable[[pd.Series], Any], meta: str) -> None:
    rows = structure(meta)
    same(scaled(read("01_raw"), {code: scale(rows.loc[code]) for code in directions()}), read(file), directions())


@covers("06_norm_fromraw_goalposts_iMeta")
def goalposts() -> None:
    def posts(row: pd.Series) -> Any:
        return {"goalposts": {"low": row.goalpost_lower, "high": row.goalpost_upper, "to": [0, 100]}}

    anchored("06_norm_fromraw_goalposts_iMeta", posts, "06_input_iMeta_with_goalposts")


@covers("06_norm_fromraw_dist2targ_iMeta")
def targets() -> None:
    anchored(
        "06_norm_fromraw_dist2targ_iMeta", lambda row: {"distance_to_target": {"target": row.Target}}, "00_input_iMeta"
    )


@covers("06_norm_fromraw_dist2targ_cap_iMeta")
def capped_targets() -> None:
    def capped(row: pd.Series) -> Any:
        return {"distance_to_target": {"target": row.Target, "outside": "clip"}}

    anchored("06_norm_fromraw_dist2targ_cap_iMeta", capped, "06_input_iMeta_with_goalposts")


# 07 aggregation

FIRST = {"minmax": {"to": [1, 100]}}


def aggregated(file: str, aggregate: Any, missing: bool = False, **defaults: Any) -> None:
    if missing:
        index = ix.Index.from_dict(tree(aggregate, **defaults))
        data = read("07_input_norm_1_100_with_NA") * pd.Series(directions())  # scores as they came, turned back
        found = index.fit_score(data).to_frame("all")
    else:
        found = (
            ix.Index.from_dict(tree(aggregate, FIRST, **defaults))
            .fit_score(read("05_treated_pipeline"))
            .to_frame("all")
        )
    expected = read(file)
    tiers = [name for name in nodes() if name in expected.columns]
    same(found.rename(columns={"asem": "Index"}), expected, [name for name in tiers if name not in directions()])


MEANS: dict[str, tuple[Any, bool]] = {
    "Norm1_a_amean": ("arithmetic", False),
    "Norm1_a_gmean": ("geometric", False),
    "Norm1_a_hmean": ("harmonic", False),
    "Norm1_a_genmean_p2": ({"power": {"p": 2.0}}, False),
    "Norm1_a_genmean_pm2": ({"power": {"p": -2.0}}, False),
    "Norm1_mixed_amean_gmean_hmean": (["arithmetic", "geometric", "harmonic"], False),
    "Norm1_amean_amean_copeland": (["arithmetic", "arithmetic", "copeland"], False),
    "Norm1_copeland_wrapped": ("copeland", False),
    "NormNA_a_amean": ("arithmetic", True),
    "NormNA_a_gmean": ("geometric", True),
    "NormNA_a_hmean": ("harmonic", True),
}
for _name, (_aggregate, _missing) in MEANS.items():
    COVERED[f"07_agg_{_name}.csv"] = lambda n=_name, a=_aggregate, m=_missing: aggregated(f"07_agg_{n}", a, m)
for _share in ("0.5", "0.75", "1"):
    _file = f"07_agg_NormNA_a_amean_datthresh{_share}"
    COVERED[f"{_file}.csv"] = lambda f=_file, s=_share: aggregated(f, "arithmetic", True, min_observed=float(s))


@covers("07_agg_NormNA_a_amean_datthresh_vec_0.75_0.5_1")
def thresholds_by_tier() -> None:
    definition = tree()
    for group in definition["group"]:
        group["min_observed"] = {2: 0.75, 3: 0.5, 4: 1.0}[int(structure().loc[group["id"]].Level)]
    data = read("07_input_norm_1_100_with_NA") * pd.Series(directions())
    found = ix.Index.from_dict(definition).fit_score(data).to_frame("all")
    same(found, read("07_agg_NormNA_a_amean_datthresh_vec_0.75_0.5_1"), [*nodes(2), *nodes(3), *nodes(4)])


@covers("07_agg_amean_pipeline")
def whole_pipeline() -> None:
    """Raw values per denominator, filled, treated, scaled and averaged: one index does all after the division."""
    definition = tree(
        "arithmetic", {"minmax": {"to": [0, 100]}}, impute={"mean": {"by": "EurAsia_group"}}, treat="winsorize"
    )
    data = with_group(read("02_denominated"))
    kept = read("04_screened_pipeline").index
    assert list(kept) == list(data.index)
    found = ix.Index.from_dict(definition).fit_score(data).to_frame("all")
    expected = read("07_agg_amean_pipeline")
    same(
        found, expected, [name for name in nodes() if name in expected.columns and name not in directions()], rtol=1e-8
    )
    best = found["Index"].sort_values(ascending=False)
    assert best.index[0] == "CHE" and round(best.iloc[0], 2) == 68.38


def indicators_on_one_scale() -> pd.DataFrame:
    found = scaled(read("05_treated_pipeline"), dict.fromkeys(directions(), FIRST))
    return found[list(directions())]


@covers("07_outrank_matrix_first60", "07_outrank_dominance_first60")
def outranking() -> None:
    data = indicators_on_one_scale()
    found = ix.aggregate.outranking(data)
    expected = read("07_outrank_matrix_first60")
    np.testing.assert_allclose(found.matrix, expected.to_numpy(float), rtol=1e-9, atol=1e-12)
    assert found.dominated == pd.read_csv(ASEM / "07_outrank_dominance_first60.csv").fracDominant[0]
    scores = read("07_copeland_indicators_first60").copeland
    # One or two draws of a unit are wins and losses there: see DIFFERS.
    assert np.abs(ix.aggregate.copeland(data) - scores.loc[data.index]).max() <= 2
    assert ix.aggregate.copeland(data).sum() == 0
    assert scores.sum() != 0


# 08 optimized weights: objectives are compared, never weights


def pillars() -> pd.DataFrame:
    return (
        ix.Index.from_dict(tree("arithmetic", {"minmax": {"to": [0, 100]}}))
        .fit_score(read("05_treated_pipeline"))
        .to_frame("all")
    )


@covers("08_optw_balance_level3", "08_optw_balance_level3_corr")
def balanced_halves() -> None:
    # Two nodes: the balanced weights are unique, and both sides find them.
    found = ix.weights.balanced(pillars(), ["Conn", "Sust"], normalize="none")
    expected = pd.read_csv(ASEM / "08_optw_balance_level3_corr.csv")
    np.testing.assert_allclose(found["weight"], expected.OptWeight, rtol=1e-5)
    correlations = np.asarray(found["correlation"])
    np.testing.assert_allclose(correlations / correlations.sum(), expected.Desired, atol=1e-9)


@pytest.mark.filterwarnings("ignore::indicia.errors.WeightWarning")
def test_balanced_pillars_are_nearer_to_the_target_than_the_reference() -> None:
    # Two pillars run against the others: no weights of at least 0 give all the same influence, and a warning says so.
    found = ix.weights.balanced(pillars(), nodes(2), normalize="none")
    assert (found["weight"] >= 0).all()
    shares = found["correlation"] / found["correlation"].sum()
    ours = np.log(((shares - 1 / 8) ** 2).mean() + 1e-300)
    # The tight run of the reference comes nearer with a weight of -0.20, and without converging.
    assert ours <= pd.read_csv(ASEM / "08_optw_balance_level2_tol0.1_opt.csv").value[0]
    assert pd.read_csv(ASEM / "08_optw_balance_level2_tol1e-08_corr.csv").OptWeight.min() < 0


def test_information_is_not_less_than_the_reference() -> None:
    found = ix.weights.balanced(pillars(), nodes(2), aim="information", normalize="none")
    theirs = pd.read_csv(ASEM / "08_optw_infomax_level2_corr.csv")
    assert found["correlation"].sum() >= theirs.Obtained.sum() - 1e-9


# 13 panels


def panel(file: str) -> pd.DataFrame:
    return pd.read_csv(ASEM / f"{file}.csv")


@covers("13_impute_panel_latest", "13_impute_panel_constant", "13_impute_panel_linear-constant")
def filled_from_other_periods() -> None:
    data = panel("13_panel_input_with_NA")
    ways = {"latest": ix.impute.last, "constant": ix.impute.constant, "linear-constant": ix.impute.linear_constant}
    for name, fill in ways.items():
        expected = panel(f"13_impute_panel_{name}").set_index(["Time", "uCode"])
        found = fill(data, list(expected.columns), unit="uCode", time="Time").set_index(["Time", "uCode"])
        same(found, expected.loc[found.index], expected.columns)


@covers("13_impute_panel_latest_max1")
def filled_with_a_bounded_gap() -> None:
    expected = panel("13_impute_panel_latest_max1").set_index(["Time", "uCode"])
    for gap_in in ("points", "time"):
        data = panel("13_panel_input_with_NA")
        found = ix.impute.last(data, list(expected.columns), unit="uCode", time="Time", max_gap=1, gap_in=gap_in)
        same(
            found.set_index(["Time", "uCode"]), expected.loc[found.set_index(["Time", "uCode"]).index], expected.columns
        )


@covers("13_impute_panel_latest_DataT")
def sources_of_filled_values() -> None:
    expected = panel("13_impute_panel_latest_DataT").set_index(["Time", "uCode"])
    data = panel("13_panel_input_with_NA").sample(frac=1, random_state=1)
    _, found = ix.impute.last(data, list(expected.columns), unit="uCode", time="Time", sources=True)
    found = found.set_index(["Time", "uCode"])
    # The file is in reverse order of time; ours is in the order of the rows.
    same(found, expected.loc[found.index], expected.columns)


@covers("13_purse_global_Treated")
def treated_panel() -> None:
    # "Global" concerns the scales; the reference treats each year by itself.
    data = panel("13_purse_global_Screened")
    found = pd.concat([ix.treat.winsorize(year, list(directions())) for _, year in data.groupby("Time", sort=False)])
    same(found.loc[data.index], panel("13_purse_global_Treated"), directions(), rtol=1e-8)


@covers("13_purse_global_Normalised", "13_purse_local_Normalised")
def scaled_panel() -> None:
    for scope, period in (("global", "pooled"), ("local", "each")):
        definition = tree("arithmetic", {"minmax": {"to": [0, 100]}}) | {"period": period}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ix.errors.ComparabilityWarning)
            warnings.simplefilter("ignore", ix.errors.ConstantColumnWarning)
            scores = ix.Index.from_dict(definition).fit_score(
                panel("13_purse_global_Treated"), unit="uCode", time="Time"
            )
        same(scores.to_frame("all"), panel(f"13_purse_{scope}_Normalised"), directions())


@covers("13_purse_global_Aggregated")
def aggregated_panel() -> None:
    definition = tree("arithmetic", {"minmax": {"to": [0, 100]}})
    found = ix.Index.from_dict(definition).fit_score(panel("13_purse_global_Treated"), unit="uCode", time="Time")
    same(found.to_frame("all"), panel("13_purse_global_Aggregated"), [*nodes(2), *nodes(3), *nodes(4)], rtol=1e-8)


# 12 replays: settings of each run are stored, so that its scores can be computed without another program's random numbers


def replays(part: str) -> None:
    runs = pd.read_csv(ASEM / f"12_{part}_params.csv")
    noisy = pd.read_csv(ASEM / "12_noisy_weights_seed101.csv")
    weights = {rep: dict(zip(rows.iCode, rows.Weight, strict=True)) for rep, rows in noisy.groupby("rep")}
    expected = read(f"12_{part}_scores")
    scales = {"minmax1-100": FIRST, "zscore10-2": {"zscore": {"mean": 10, "sd": 2}}}
    means = {"a_amean": "arithmetic", "a_gmean": "geometric"}
    data = read("04_screened_pipeline")
    for run, (count, scale, rep, mean) in enumerate(runs.itertuples(index=False), start=1):
        treat = {"winsorize": {"count": int(count)}}
        definition = tree(means[mean], scales[scale], treat=treat)
        for node in [*definition["indicator"], *definition["group"]]:
            if "parent" in node:
                node["weight"] = float(weights[int(rep)][node["id"]])
        found = ix.Index.from_dict(definition).fit_score(data)["Index"]
        np.testing.assert_allclose(found, expected[f"r_{run}"], rtol=1e-8, err_msg=f"run {run}")
        if part == "UA":
            ranks = read("12_UA_ranks")[f"r_{run}"]
            np.testing.assert_array_equal(found.rank(ascending=False, method="min"), ranks.loc[found.index])


COVERED["12_UA_scores.csv"] = lambda: replays("UA")
COVERED["12_UA_ranks.csv"] = COVERED["12_UA_scores.csv"]
COVERED["12_SA_scores.csv"] = lambda: replays("SA")


# Some columns fail the test of skewness even after a curve, in the reference too, which says nothing of it.
@pytest.mark.filterwarnings("ignore::indicia.errors.TreatmentWarning")
@pytest.mark.parametrize("name", sorted(COVERED))
def test_file(name: str) -> None:
    COVERED[name]()
