"""Scales as plain functions: a table in, the same kind out with the named columns replaced by their scores.

Inside an index say ``normalize=``, or ``scale =`` in a definition; the numbers are the same. To score new rows by the
fitted numbers, or each period by itself, fit an index.

Examples
--------
>>> import indicia as ix
>>> firms = {"cloud": [0.0, 5.0, 10.0], "cost": [8.0, 4.0, 6.0]}
>>> ix.normalize.minmax(firms, {"cloud": 1, "cost": -1})["cost"].tolist()
[0.0, 1.0, 0.5]
"""

from __future__ import annotations

from ._normalize_compared import (
    borda,
    distance_to_max,
    distance_to_reference,
    distance_to_target,
    fraction_of_max,
    percentile,
    rank,
)
from ._normalize_lines import goalposts, logistic, minmax, robust, scaled, zscore

__all__ = [
    "borda",
    "distance_to_max",
    "distance_to_reference",
    "distance_to_target",
    "fraction_of_max",
    "goalposts",
    "logistic",
    "minmax",
    "percentile",
    "rank",
    "robust",
    "scaled",
    "zscore",
]
