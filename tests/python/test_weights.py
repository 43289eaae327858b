"""Weights as plain functions: tables of all kinds, invariances, and what happens in degenerate cases."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from kinds import Make, kind, values

import indicia as ix
from indicia.errors import (
    ConstantColumnWarning,
    DataError,
    DefinitionError,
    DegenerateError,
    MissingColumnError,
    UnknownNameError,
    WeightWarning,
)

W = ix.weights
NAMES = ["cloud", "erp", "web", "skills"]
FIRMS: dict[str, Any] = {
    "firm": ["a", "b", "c", "d", "e", "f", "g", "h"],
    "cloud": [1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 1.5, 3.0],
    "erp": [10.0, 40.0, 15.0, 20.0, 30.0, 50.0, 60.0, 12.0],
    "web": [0.9, 0.1, 0.4, 0.7, 0.3, 0.8, 0.6, 0.2],
    "skills": [3.0, 3.5, 1.0, 5.0, 4.0, 2.0, 6.0, 4.5],
}


def hybrid(data: Any, indicators: Any = None, **options: Any) -> Any:
    return W.hybrid(data, ["entropy", "critic"], indicators, **options)


LEARNED = {
    name: getattr(W, name)
    for name in (
        "angle",
        "balanced",
        "cilos",
        "critic",
        "cv",
        "entropy",
        "factor",
        "gini",
        "idocriw",
        "merec",
        "pca",
        "scatter_degree",
        "std",
    )
} | {"hybrid": hybrid}
# Those that compare indicators within a row know one rule for missing values.
WHOLE_ROWS = ("cilos", "idocriw", "merec")
DETAILS = {
    "angle": ["angle"],
    "balanced": ["correlation"],
    "cilos": [],
    "critic": ["contrast", "conflict"],
    "cv": ["cv"],
    "entropy": ["entropy", "divergence"],
    "factor": ["factor"],
    "gini": ["gini"],
    "hybrid": ["entropy", "entropy entropy", "entropy divergence", "critic", "critic contrast", "critic conflict"],
    "idocriw": ["cilos", "entropy"],
    "merec": ["effect"],
    "pca": ["loading"],
    "scatter_degree": [],
    "std": ["sd"],
}


@pytest.fixture(params=LEARNED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def weigh(name: str, data: Any, indicators: Any = None, **options: Any) -> dict[str, float]:
    """Weights by indicator; what a method says about its fit is not the matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WeightWarning)
        found = LEARNED[name](data, indicators, **options)
    return dict(zip(values(found["indicator"]), values(found["weight"]), strict=True))


def close(found: dict[str, float], wanted: dict[str, float], atol: float = 1e-12) -> None:
    assert found.keys() == wanted.keys()
    assert found == {key: pytest.approx(weight, rel=0, abs=atol) for key, weight in wanted.items()}


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


def test_missing_values_need_a_rule(name: str) -> None:
    holes = FIRMS | {"web": [None, *FIRMS["web"][1:]]}
    with pytest.raises(DegenerateError, match=r"\"web\" misses 1 of 8 scores; say missing"):
        weigh(name, holes)
    # On "none", because minmax learns its extremes from all observed values.
    whole = {column: cells[1:] for column, cells in FIRMS.items()}
    close(weigh(name, holes, missing="listwise", normalize="none"), weigh(name, whole, normalize="none"), 1e-9)
    if name in WHOLE_ROWS:
        with pytest.raises(DefinitionError, match='say "listwise"'):
            weigh(name, holes, missing="pairwise")
    else:
        found = weigh(name, holes, missing="pairwise")
        assert sum(found.values()) == pytest.approx(1)
        assert found != weigh(name, holes, missing="listwise")


CONSTANT = FIRMS | {"erp": [5.0] * 8}
CONSTANT_ALLOWED = [name for name in LEARNED if name != "scatter_degree"]


@pytest.mark.parametrize("name", CONSTANT_ALLOWED)
def test_a_constant_column_has_weight_0(name: str) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = LEARNED[name](CONSTANT, normalize="none")
    assert any("'erp'" in str(one.message) and "gets weight 0" in str(one.message) for one in told)
    assert {one.category for one in told} == {WeightWarning}
    assert dict(zip(found["indicator"], found["weight"], strict=True))["erp"] == 0
    assert found["weight"].sum() == pytest.approx(1)


def test_a_constant_column_counts_by_size_in_scatter_degree() -> None:
    with pytest.warns(WeightWarning, match="'erp'.*weighs by its size alone"):
        found = W.scatter_degree(CONSTANT, normalize="none")
    assert found["weight"][1] > 0


def test_a_constant_column_on_minmax() -> None:
    with pytest.warns(ConstantColumnWarning), pytest.warns(WeightWarning, match="'erp'.*gets weight 0"):
        found = W.entropy(CONSTANT)
    assert found["weight"][1] == 0
    with pytest.warns(ConstantColumnWarning), pytest.warns(WeightWarning, match="'erp'.*gets weight 0"):
        found = W.std(CONSTANT, missing="pairwise")
    assert found["weight"][1] == 0


@pytest.mark.parametrize("rule", [None, "listwise"])
def test_a_constant_column_on_minmax_needs_no_rule(rule: str | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = W.std(CONSTANT, missing=rule)
    assert found["weight"][1] == 0


def test_all_constant(name: str) -> None:
    data = {"a": [0.0, 0.0, 0.0], "b": [0.0, 0.0, 0.0]}
    with pytest.raises(DegenerateError):
        weigh(name, data, normalize="none")


def test_one_row(name: str) -> None:
    data = {"a": [1.0], "b": [2.0]}
    if name == "scatter_degree":
        # It looks at size, not at spread: one row has a size.
        close(weigh(name, data, normalize="none"), {"a": 1 / 3, "b": 2 / 3})
        return
    with pytest.raises(DegenerateError, match="varies between rows"):
        weigh(name, data, normalize="none")


def test_two_equal_columns_weigh_the_same(name: str) -> None:
    twice = {key: FIRMS[key] for key in NAMES[:3]} | {"skills": FIRMS["cloud"]}
    found = weigh(name, twice)
    assert found["skills"] == pytest.approx(found["cloud"], abs=1e-6 if name == "balanced" else 1e-12)


def test_two_equal_columns_alone_say_nothing_new() -> None:
    with pytest.raises(DegenerateError, match="no two nodes differ in what they say"):
        W.critic({"a": [1.0, 2.0, 4.0], "b": [1.0, 2.0, 4.0]})


@pytest.mark.parametrize("name", ["entropy", "gini", "cilos", "idocriw", "merec", "hybrid"])
def test_negative_scores_are_refused(name: str) -> None:
    data = FIRMS | {"web": [-1.0, *FIRMS["web"][1:]]}
    with pytest.raises(DegenerateError, match=r'"web" (has negative scores|scores -1 somewhere)'):
        weigh(name, data, normalize="none")


def test_a_mean_of_zero_has_no_coefficient_of_variation() -> None:
    with pytest.raises(DegenerateError, match='"a" has mean 0'):
        W.cv({"a": [-1.0, 1.0], "b": [1.0, 2.0]})


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


# Judgements

JUDGED = {"cloud": {"erp": 2.0, "web": 4.0}, "erp": {"web": 2.0}}
MATRIX = [[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]


def test_consistent_judgements_give_their_ratios() -> None:
    wanted = {"cloud": 4 / 7, "erp": 2 / 7, "web": 1 / 7}
    found = W.ahp(JUDGED)
    close(found.weights, wanted)
    assert found.lambda_max == pytest.approx(3) and found.consistency_ratio == pytest.approx(0, abs=1e-12)
    close(W.ahp(JUDGED, priority="geometric").weights, wanted)
    assert list(W.ahp(JUDGED, names=["web", "cloud", "erp"]).weights) == ["web", "cloud", "erp"]


def test_judgements_as_any_matrix(make: Make) -> None:
    columns = {name: [row[j] for row in MATRIX] for j, name in enumerate(JUDGED | {"web": {}})}
    assert W.ahp(make(columns)) == W.ahp(JUDGED)
    assert W.ahp(np.asarray(MATRIX), names=["cloud", "erp", "web"]) == W.ahp(JUDGED)
    columns["web"] = [None, 2.0, 1.0]
    columns["cloud"] = [1.0, 0.5, None]
    with pytest.warns(WeightWarning, match="1 of 3 judgements are missing"):
        close(W.ahp(make(columns)).weights, W.ahp(JUDGED).weights)


def test_judgements_that_contradict() -> None:
    with pytest.warns(WeightWarning, match="contradict each other"):
        found = W.ahp({"a": {"b": 9, "c": 1 / 9}, "b": {"c": 9}})
    assert found.consistency_ratio is not None and found.consistency_ratio > 0.1
    with pytest.raises(DefinitionError, match="judged twice"):
        W.ahp({"a": {"b": 3}, "b": {"a": 3}})
    with pytest.raises(DefinitionError, match="above 0"):
        W.ahp({"a": {"b": 0}})
    with pytest.raises(DefinitionError, match='ties "d"'):
        W.ahp({"a": {"b": 2}, "c": {"d": 2}}, names=["a", "b", "d", "c"])
    with pytest.raises(DefinitionError, match="priority"):
        W.ahp(JUDGED, priority="mean")


def test_matrices_of_judgements_are_square_and_in_one_order() -> None:
    with pytest.raises(DataError, match="2 rows and 3 columns"):
        W.ahp(np.ones((2, 3)), names=["a", "b", "c"])
    frame = pd.DataFrame(MATRIX, index=["web", "erp", "cloud"], columns=["cloud", "erp", "web"])
    with pytest.raises(DataError, match="the same, in one order"):
        W.ahp(frame)
    assert W.ahp(MATRIX, names=["cloud", "erp", "web"]) == W.ahp(JUDGED)
    with pytest.raises(TypeError, match="needs names="):
        W.ahp(MATRIX)


@pytest.mark.parametrize("bad", ["x", np.inf, True])
def test_judgements_are_finite_numbers(bad: Any) -> None:
    with pytest.raises(DataError, match=r"'a', 'b': .* is no judgement"):
        W.ahp({"a": {"b": bad}})
    with pytest.raises(DataError, match=r"best_to_others, 'b': .* is no judgement"):
        W.best_worst({"a": 1, "b": bad}, {"a": 2, "b": 1})


def test_no_judgements() -> None:
    with pytest.raises(DataError, match="no judgements"):
        W.ahp({})
    with pytest.raises(DataError, match="no judgements"):
        W.best_worst({}, {})


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


def test_many_judgements_have_no_random_index() -> None:
    names = [f"n{i}" for i in range(16)]
    with pytest.warns(WeightWarning, match="no random index"):
        found = W.ahp(
            {"n0": dict.fromkeys(names[1:], 1)} | {n: dict.fromkeys(names[i:], 1) for i, n in enumerate(names)}
        )
    assert found.consistency_ratio is None
    np.testing.assert_allclose(list(found.weights.values()), 1 / 16, rtol=1e-12)


def test_best_and_worst() -> None:
    for model in ("linear", "nonlinear"):
        found = W.best_worst({"a": 1, "b": 2, "c": 8}, {"a": 8, "b": 4, "c": 1}, model=model)
        close(found.weights, {"a": 8 / 13, "b": 4 / 13, "c": 1 / 13}, 1e-9)
        assert found.ksi == pytest.approx(0, abs=1e-9) and found.input_consistency_ratio == 0
    with pytest.raises(DefinitionError, match="has no judgement for"):
        W.best_worst({"a": 1, "b": 2}, {"a": 2, "b": 1, "c": 3})
    with pytest.raises(DefinitionError, match="judged twice"):
        W.best_worst({"a": 1, "b": 2}, {"a": 3, "b": 1})
