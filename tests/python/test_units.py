"""The unit of measurement does not matter, up to sizes whose squares are beyond all numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import indicia as ix
from indicia.errors import DegenerateError, WeightWarning

X = np.array([1.0, 2.0, 4.0, 9.0, 3.0, 7.0])
Y = np.array([2.0, 1.0, 5.0, 4.0, 8.0, 6.0])
# Powers of two, so that no digit of the data changes; the last brings 9 near the greatest number.
FACTORS = [2.0**power for power in (-1000, -498, -300, 300, 498, 700, 1020)]


def table(factor: float) -> dict[str, npt.NDArray[np.float64]]:
    return {"a": X * factor, "b": Y * factor}


def numbers(found: Any, *columns: str) -> list[float]:
    return [float(value) for column in columns for value in found[column]]


SAME: dict[str, Callable[[float], list[float]]] = {
    "correlation": lambda f: numbers(ix.stats.correlation(table(f)), "correlation", "p_value"),
    "cronbach": lambda f: [ix.stats.cronbach(table(f)).alpha],
    "pca": lambda f: numbers(ix.stats.pca(table(f)).vectors, "PC1", "PC2"),
    "shape": lambda f: numbers(ix.stats.summary(table(f)), "skew", "kurtosis"),
    "spread": lambda f: [x / f for x in numbers(ix.stats.summary(table(f)), "mean", "sd")],
    "winsorize": lambda f: numbers(ix.treat.table(table(f)), "skewness_before", "kurtosis_before"),
    "promethee": lambda f: [float(x) for x in ix.aggregate.promethee(table(f))],
    "promethee gaussian": lambda f: [
        float(x) for x in ix.aggregate.promethee(table(f), preference="gaussian", s=2 * f)
    ],
    "promethee linear": lambda f: [
        float(x) for x in ix.aggregate.promethee(table(f), preference="linear", q=f, p=3 * f)
    ],
}


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("what", SAME)
def test_another_unit_gives_the_same(what: str, factor: float) -> None:
    np.testing.assert_allclose(SAME[what](factor), SAME[what](1.0), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["std", "cv", "angle", "critic", "pca", "factor", "scatter_degree", "balanced"])
def test_weights_in_another_unit_are_the_same_or_refused(name: str) -> None:
    def weigh(factor: float) -> list[float]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", WeightWarning)
            return numbers(getattr(ix.weights, name)(table(factor), normalize="none"), "weight")

    for power in (-498, -300, 300, 498):
        np.testing.assert_allclose(weigh(2.0**power), weigh(1.0), rtol=1e-9)
    # Rows are seen once, so that nothing can be taken back; the message says which, and what to do.
    with pytest.raises(DegenerateError, match=r'"a" has scores too large to square and add .*; change their unit'):
        weigh(2.0**700)


def test_a_variance_beyond_all_numbers_is_an_error() -> None:
    with pytest.raises(DegenerateError, match="'a': its variance is beyond all numbers"):
        ix.stats.pca(table(2.0**700), matrix="covariance")
    near = ix.stats.pca(table(2.0**498), matrix="covariance").vectors
    plain = ix.stats.pca(table(1.0), matrix="covariance").vectors
    np.testing.assert_allclose(numbers(near, "PC1", "PC2"), numbers(plain, "PC1", "PC2"), rtol=1e-12)
