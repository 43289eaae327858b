"""What the tests of weights share: a table, every learned method, and weights by indicator."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from kinds import values

import indicia as ix
from indicia.errors import WeightWarning

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


def weigh(name: str, data: Any, indicators: Any = None, **options: Any) -> dict[str, float]:
    """Weights by indicator; what a method says about its fit is not the matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WeightWarning)
        found = LEARNED[name](data, indicators, **options)
    return dict(zip(values(found["indicator"]), values(found["weight"]), strict=True))


def close(found: dict[str, float], wanted: dict[str, float], atol: float = 1e-12) -> None:
    assert found.keys() == wanted.keys()
    assert found == {key: pytest.approx(weight, rel=0, abs=atol) for key, weight in wanted.items()}


# One column that says nothing.
CONSTANT = FIRMS | {"erp": [5.0] * 8}
