"""Scales as plain functions, against the formulas written with NumPy."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import pytest

import indicia as ix
from indicia.errors import ConstantColumnWarning, DefinitionError

# Scales that need options with a rule for every answer, and the one that does nothing.
NO_FUNCTION = {"linear", "bands", "options", "flag", "none"}


def logistic(x: npt.NDArray[np.float64], k: float, direction: int) -> npt.NDArray[np.float64]:
    """The twin: mean and standard deviation (n - 1) of what is observed."""
    z = direction * (x - np.nanmean(x)) / np.nanstd(x, ddof=1)
    return 1 / (1 + np.exp(-k * z))


def test_every_scale_is_a_function() -> None:
    scales = json.loads(ix.Index.schema())["$defs"]["scale"]["anyOf"][0]["enum"]
    assert set(ix.normalize.__all__) == set(scales) - NO_FUNCTION


@pytest.mark.parametrize("k", [None, 0.5, 3.0])
@pytest.mark.parametrize("direction", [1, -1])
def test_logistic_is_its_twin(k: float | None, direction: int) -> None:
    x = np.random.default_rng(7).lognormal(mean=3, sigma=1, size=200)
    x[::11] = np.nan
    found = ix.normalize.logistic({"x": x, "y": -x}, {"x": direction}, k=k)
    np.testing.assert_allclose(found["x"], logistic(x, k or 1.0, direction), rtol=1e-13)
    np.testing.assert_array_equal(found["y"], -x)
    # Turned around is what is left to one, and inside an index the numbers are the same.
    other = ix.normalize.logistic({"x": x}, {"x": -direction}, k=k)["x"]
    np.testing.assert_allclose(found["x"] + other, np.where(np.isnan(x), np.nan, 1.0), rtol=1e-15)
    scale = "logistic" if k is None else {"logistic": {"k": k}}
    inside = ix.Index.flat({"x": direction}, normalize=scale).fit_score({"x": x})
    np.testing.assert_array_equal(inside["x"], found["x"])


def test_logistic_of_a_constant_column_and_a_wrong_steepness() -> None:
    with pytest.warns(ConstantColumnWarning, match="does not vary"):
        found = ix.normalize.logistic({"x": [2.0, 2.0, np.nan]})
    assert np.isnan(found["x"]).all()
    with pytest.raises(DefinitionError, match="expected a positive number"):
        ix.normalize.logistic({"x": [1.0, 2.0]}, k=-1.0)
