"""Weights as plain functions: tables of all kinds, invariances, formulas, periods."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from kinds import Make, kind, values
from weighing import CONSTANT, DETAILS, FIRMS, LEARNED, NAMES, W, close, weigh

import indicia as ix
from indicia.errors import (
    DefinitionError,
    DegenerateError,
    MissingColumnError,
    UnknownNameError,
    WeightWarning,
)


@pytest.fixture(params=LEARNED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_all_kinds_of_tables(make: Make) -> None:
    data = make(FIRMS)
    found = W.critic(data, NAMES)
    # A dict comes back as a table of pandas, where that is installed.
    assert kind(found) == ("pandas" if isinstance(data, dict) else kind(data))
    expected = W.critic(pd.DataFrame(FIRMS), NAMES)
    for column in ("indicator", "weight", "contrast", "conflict"):
        assert values(found[column]) == expected[column].tolist()


def test_arrays_take_names() -> None:
    array = np.column_stack([FIRMS[name] for name in NAMES])
    found = W.std(array, columns=NAMES)
    assert found["indicator"].tolist() == NAMES
    assert found["weight"].tolist() == list(weigh("std", FIRMS).values())


def test_weights_sum_to_one_and_have_details(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WeightWarning)
        found = LEARNED[name](FIRMS)
    assert list(found.columns) == ["indicator", "weight", *DETAILS[name]]
    assert found["indicator"].tolist() == NAMES
    assert (found["weight"] >= 0).all()
    assert found["weight"].sum() == pytest.approx(1, abs=1e-14)
    assert not found.isna().any(axis=None)


def test_a_labeled_index_does_not_matter(name: str) -> None:
    frame = pd.DataFrame(FIRMS).set_index("firm")
    assert weigh(name, frame) == weigh(name, FIRMS)


def test_order_of_rows_and_columns_does_not_matter(name: str) -> None:
    wanted = weigh(name, FIRMS)
    mixed = pd.DataFrame(FIRMS).sample(frac=1, random_state=7)
    # The search of balanced stops within a tolerance of its own.
    atol = 1e-9 if name == "balanced" else 1e-12
    close(weigh(name, mixed), wanted, atol)
    close(weigh(name, FIRMS, NAMES[::-1]), wanted, atol)


@pytest.mark.parametrize("scale", ["default", "minmax"])
def test_units_of_measurement_do_not_matter(name: str, scale: str) -> None:
    other = FIRMS | {"cloud": [1000 * x for x in FIRMS["cloud"]], "web": [x / 64 for x in FIRMS["web"]]}
    options = {} if scale == "default" else {"normalize": "minmax"}
    if name == "merec" and scale == "minmax":
        with pytest.raises(DegenerateError, match="merec needs scores above 0"):
            weigh(name, FIRMS, **options)
        return
    close(weigh(name, other, **options), weigh(name, FIRMS, **options), 1e-9 if name == "balanced" else 1e-12)


def test_directions_turn_columns_around() -> None:
    turned = FIRMS | {"cloud": [10 - x for x in FIRMS["cloud"]]}
    directions = dict.fromkeys(NAMES, 1) | {"cloud": -1}
    for method in ("entropy", "critic", "gini", "cilos", "idocriw", "merec", "scatter_degree"):
        close(weigh(method, FIRMS, directions), weigh(method, turned))


def test_an_index_has_the_same_weights(name: str) -> None:
    options: dict[str, Any] = {"of": ["entropy", "critic"]} if name == "hybrid" else {}
    scale: Any = "minmax"
    scale = "none" if name in ("cv", "angle") else {"minmax": {"to": [1, 100]}} if name == "merec" else scale
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WeightWarning)
        fitted = ix.Index.flat(NAMES, weights={name: options}, normalize=scale).fit(FIRMS)
    rows = fitted.weights[fitted.weights["parent"] == "index"]
    assert dict(zip(rows["node"], rows["weight"], strict=True)) == weigh(name, FIRMS)


def test_formulas_by_hand() -> None:
    data = {"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 5.0]}
    a, b = np.asarray(data["a"]), np.asarray(data["b"])
    cvs = np.array([a.std(ddof=1) / a.mean(), b.std(ddof=1) / b.mean()])
    np.testing.assert_allclose(W.cv(data)["weight"], cvs / cvs.sum(), rtol=1e-14)
    angles = np.arccos([abs(x.mean()) / np.sqrt((x**2).mean()) for x in (a, b)])
    np.testing.assert_allclose(W.angle(data)["angle"], angles, rtol=1e-12)
    ginis = np.array([np.abs(x[:, None] - x).mean() / (2 * x.mean()) for x in (a, b)])
    np.testing.assert_allclose(W.gini(data, normalize="none")["gini"], ginis, rtol=1e-14)
    r = np.corrcoef(a, b)[0, 1]
    np.testing.assert_allclose(W.critic(data)["conflict"], [1 - r, 1 - r], rtol=1e-12)
    np.testing.assert_allclose(W.critic(data, conflict="absolute")["conflict"], [1 - abs(r)] * 2, rtol=1e-12)


def test_options_reach_the_core() -> None:
    share = W.pca(FIRMS, {**dict.fromkeys(NAMES, 1)}, rule="squared")
    np.testing.assert_allclose(share["weight"], share["loading"] ** 2, rtol=1e-12)
    with pytest.raises(DefinitionError, match="conflict"):
        W.critic(FIRMS, conflict="none")
    with pytest.raises(DefinitionError, match="smooth"):
        W.entropy(FIRMS, smooth=0.1, shift=0.1)
    close(weigh("entropy", FIRMS, smooth=0.5), weigh("entropy", FIRMS, shift=1))
    with pytest.raises(DefinitionError, match="normalizer"):
        W.entropy(FIRMS, preset="copied_ln_t")
    with pytest.raises(DefinitionError, match="targets"):
        W.balanced(FIRMS, targets={"cloud": 1})
    with pytest.raises(DefinitionError, match="at least two methods"):
        W.hybrid(FIRMS, ["std"])


def test_details_have_the_numbers_of_the_group() -> None:
    found = W.details(FIRMS, {"factor": {"keep": {"count": 2}}})
    assert list(found.columns) == ["detail", "indicator", "value"]
    assert found["indicator"].tolist()[:4] == NAMES
    last = found.iloc[-1]
    assert last["detail"] == "explained" and pd.isna(last["indicator"]) and 0.5 < last["value"] < 1


def test_hybrid_combines() -> None:
    first, second = weigh("entropy", FIRMS), weigh("std", FIRMS)
    mean = W.hybrid(FIRMS, ["entropy", "std"], how="mean", shares=[3, 1])
    np.testing.assert_allclose(mean["weight"], [0.75 * first[n] + 0.25 * second[n] for n in NAMES], rtol=1e-12)
    product = np.array([first[n] * second[n] for n in NAMES])
    both = W.hybrid(FIRMS, ["entropy", "std"])
    np.testing.assert_allclose(both["weight"], product / product.sum(), rtol=1e-12)
    judged = {"best_worst": {"best_to_others": {"a": 1, "b": 2}, "others_to_worst": {"a": 2, "b": 1}}}
    found = W.hybrid({"a": [1.0, 2.0, None], "b": [3.0, 3.5, 5.0]}, [judged, "std"], missing="pairwise")
    np.testing.assert_allclose(found["best_worst"], [2 / 3, 1 / 3], rtol=1e-12)


# Periods

PANEL: dict[str, Any] = {
    "year": [2020] * 4 + [2021] * 4,
    "cloud": [1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 1.5, 3.0],
    "web": [0.9, 0.1, 0.4, 0.7, 0.3, 0.8, 0.6, 0.2],
}


def test_periods() -> None:
    half = {year: {k: v[part] for k, v in PANEL.items()} for year, part in ((2020, slice(4)), (2021, slice(4, 8)))}
    alone = {year: W.entropy(data, ["cloud", "web"]) for year, data in half.items()}
    pooled = W.entropy(PANEL, time="year")
    assert pooled["indicator"].tolist() == ["cloud", "web"]
    with pytest.warns(ix.errors.ComparabilityWarning):
        each = W.entropy(PANEL, time="year", period="each")
    assert list(each.columns) == ["period", "indicator", "weight", "entropy", "divergence"]
    assert each["period"].tolist() == [2020, 2020, 2021, 2021]
    for year, found in alone.items():
        rows = each[each["period"] == year].drop(columns="period").reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, found, rtol=1e-14)
    base = W.entropy(PANEL, time="year", period={"base": 2020})
    np.testing.assert_allclose(base["weight"], alone[2020]["weight"], rtol=1e-14)
    with pytest.warns(ix.errors.ComparabilityWarning):
        mean = W.entropy(PANEL, time="year", period="each_mean")
    assert list(mean.columns) == ["indicator", "weight"]
    np.testing.assert_allclose(mean["weight"], (alone[2020]["weight"] + alone[2021]["weight"]) / 2, rtol=1e-14)


def test_periods_are_asked_for_rightly() -> None:
    with pytest.raises(TypeError, match="needs time="):
        W.std(PANEL, period="each")
    with pytest.raises(UnknownNameError, match="'each_mean'"):
        W.std(PANEL, time="year", period="yearly")
    with pytest.raises(MissingColumnError, match="month"):
        W.std(PANEL, ["cloud"], time="month")


def test_warnings_point_at_the_caller() -> None:
    for call in (
        lambda: W.std(CONSTANT, normalize="none"),
        lambda: W.details(CONSTANT, "std", normalize="none"),
        lambda: W.hybrid(CONSTANT, ["std", "gini"], normalize="none"),
        lambda: W.ahp({"a": {"b": 9, "c": 1 / 9}, "b": {"c": 9}}),
    ):
        with pytest.warns(WeightWarning) as told:
            call()
        assert {one.filename for one in told} == {__file__}
