"""Robustness: how sure is a rank, a score, a level, and which choice it hinges on.

A *factor* is a choice that could have been made differently: a scale, a weighting, a threshold, an error of
measurement. `uncertainty` replays an index with all factors drawn at once and tells how far results move; `sensitivity`
splits their variance over the factors.

>>> import indicia as ix
>>> countries = ix.datasets.tai()
>>> index = ix.Index.flat([name for name in countries.columns if name != "country"])
>>> vary = [ix.robustness.scale(["minmax", "zscore", "rank"]), ix.robustness.weight_noise(0.25)]
>>> study = ix.robustness.uncertainty(index, countries, vary, n=500, unit="country")
>>> study.ranks()[["country", "nominal", "q5", "q95"]].values[0].tolist()
['Finland', 1, 1.0, 3.0]
"""

from __future__ import annotations

from ._robustness_conventions import Conventions, conventions, entropy_habits
from ._robustness_factors import (
    Factor,
    aggregate,
    bootstrap,
    definitions,
    draws,
    error,
    goalposts,
    impute,
    leave_out,
    levels,
    period,
    scale,
    thresholds,
    treat,
    weight_noise,
    weight_sets,
    weights,
)
from ._robustness_report import report
from ._robustness_sensitivity import Sensitivity, sensitivity
from ._robustness_stability import stability
from ._robustness_uncertainty import Uncertainty, uncertainty

__all__ = [
    "Conventions",
    "Factor",
    "Sensitivity",
    "Uncertainty",
    "aggregate",
    "bootstrap",
    "conventions",
    "definitions",
    "draws",
    "entropy_habits",
    "error",
    "goalposts",
    "impute",
    "leave_out",
    "levels",
    "period",
    "report",
    "scale",
    "sensitivity",
    "stability",
    "thresholds",
    "treat",
    "uncertainty",
    "weight_noise",
    "weight_sets",
    "weights",
]
