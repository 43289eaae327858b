"""Weights from judgements of people: pairwise comparisons, best and worst."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from kinds import Make
from weighing import W, close

from indicia.errors import (
    DataError,
    DefinitionError,
    WeightWarning,
)

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
