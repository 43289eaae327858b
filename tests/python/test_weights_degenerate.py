"""Weights where something is off: missing values, constant and equal columns, one row, negative scores."""

from __future__ import annotations

import warnings

import pytest
from weighing import CONSTANT, FIRMS, LEARNED, NAMES, WHOLE_ROWS, W, close, weigh

from indicia.errors import (
    ConstantColumnWarning,
    DefinitionError,
    DegenerateError,
    WeightWarning,
)


@pytest.fixture(params=LEARNED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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
