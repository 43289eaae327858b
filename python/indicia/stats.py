"""Inspecting data before and after building an index.

Every function takes any table and gives tables of the same kind. Null and NaN are missing; a statistic that is not
defined is missing too, with a warning or as documented, never zero. Nothing is rounded.

>>> import indicia as ix
>>> survey = {"firm": ["A", "B", "C", "D"], "cloud": [1.0, 0.0, 2.0, None], "staff": [9.0, 20.0, 31.0, 12.0]}
>>> list(ix.stats.summary(survey, unit="firm")["n_available"])
[3, 4]
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _core
from ._stats_adequacy import Adequacy, Sphericity, bartlett, kmo
from ._stats_components import Components, pca, varimax
from ._stats_correlation import correlation
from ._stats_data import Inspected
from ._stats_denominate import denominate, denominator_check
from ._stats_relations import correlation_flags, relations
from ._stats_reliability import Reliability, cronbach, cronbach_by_group
from ._stats_units import Screened, availability, screen
from ._warnings import UndefinedStatisticWarning

__all__ = [
    "Adequacy",
    "Components",
    "Reliability",
    "Screened",
    "Sphericity",
    "UndefinedStatisticWarning",
    "availability",
    "bartlett",
    "correlation",
    "correlation_flags",
    "cronbach",
    "cronbach_by_group",
    "denominate",
    "denominator_check",
    "kmo",
    "pca",
    "relations",
    "screen",
    "summary",
    "varimax",
]

_NUMBERS = ("min", "max", "mean", "median", "sd", "skew", "kurtosis")
_COUNTS = ("n_available", "n_nonzero", "n_unique", "n_same")
_SHARES = ("share_available", "share_nonzero", "share_unique", "share_same")
_FLAGS = ("flag_available", "flag_nonzero", "flag_unique", "flag_outliers")


def summary(
    data: Any,
    columns: Sequence[str] | None = None,
    *,
    min_availability: float = 0.65,
    min_nonzero: float = 0.5,
    min_unique: float = 0.5,
    max_skew: float = 2.0,
    max_kurtosis: float = 3.5,
    unit: str | None = None,
    time: str | None = None,
) -> Any:
    """Describe columns: location, spread, shape, and how much of each is there.

    With S_k the sum of k-th powers of deviations from the mean over n values:
    skew = sqrt(n (n-1)) / (n-2) * sqrt(n) * S_3 / S_2^1.5, kurtosis (excess) =
    (n-1) / ((n-2) (n-3)) * ((n+1) * (n S_4 / S_2^2 - 3) + 6).

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    columns : sequence of str, optional
        By default all numeric columns but the keys; the names of an array's.
    min_availability, min_nonzero, min_unique : float
        Flags: values observed, values not zero, and distinct values, each as a
        share of all rows, are below these.
    max_skew, max_kurtosis : float
        Flag of outliers: absolute skew and kurtosis are both above these.
    unit, time : str, optional
        Keys, which are left out.

    Returns
    -------
    table
        One row per column: ``column``; ``min``, ``max``, ``mean``, ``median``
        (quantile type 7), ``sd`` (denominator n - 1), ``skew``, ``kurtosis``;
        ``n_available``, ``n_nonzero``, ``n_unique``, ``n_same`` (the largest
        group of equal values); ``share_available`` (of rows),
        ``share_nonzero``, ``share_unique``, ``share_same`` (of values
        observed); ``flag_available``, ``flag_nonzero``, ``flag_unique``,
        ``flag_outliers`` (true where there is something to look at).

    Raises
    ------
    MissingColumnError, ColumnTypeError
        If a named column is not there or holds texts.
    DataError
        If a value is infinite.

    Notes
    -----
    Missing values are left out. sd needs two values, skew three, kurtosis four
    that are not all equal; else they are missing. The flags need no warning:
    they are there to be read.

    References
    ----------
    Joanes D. N., Gill C. A. (1998), JRSS D 47(1): 183-189,
    doi:10.1111/1467-9884.00122.

    Examples
    --------
    >>> import indicia as ix
    >>> found = ix.stats.summary({"x": [0.0, 1.0, 2.0, 2.0, 5.0, None]})
    >>> float(found["median"][0]), int(found["n_same"][0]), float(found["share_nonzero"][0])
    (2.0, 2, 0.8)
    """
    found = Inspected(data, columns, unit, time)
    thresholds = {
        "min_availability": min_availability,
        "min_nonzero": min_nonzero,
        "min_unique": min_unique,
        "max_skew": max_skew,
        "max_kurtosis": max_kurtosis,
    }
    with found.translated():
        numbers, counts, flags = _core.stats_summary(found.table(), json.dumps(thresholds))
    made: dict[str, Any] = {"column": found.names}
    made |= dict(zip(_NUMBERS, numbers, strict=False))
    made |= {name: values.astype(np.int64) for name, values in zip(_COUNTS, counts, strict=True)}
    made |= dict(zip(_SHARES, numbers[len(_NUMBERS) :], strict=True))
    made |= dict(zip(_FLAGS, flags, strict=True))
    return found.small(made)
