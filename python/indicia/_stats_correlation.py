"""Correlations of columns."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import combinations
from typing import Any, Literal

import numpy as np

from . import _core
from ._stats_data import Inspected, one_of
from ._warnings import UndefinedStatisticWarning
from .errors import DataError

__all__ = ["correlation"]

Method = Literal["pearson", "spearman", "kendall"]
Gaps = Literal["pairwise", "complete"]
_METHODS = ("pearson", "spearman", "kendall")
_GAPS = ("pairwise", "complete")
_WHAT = ("correlation", "p_value", "n")
_SHOWN = 5


class Correlated:
    """Coefficients, p-values and counts by column."""

    def __init__(self, found: Inspected, names: Sequence[str], method: str, gaps: str, max_p: float | None) -> None:
        one_of("method", method, _METHODS)
        one_of("gaps", gaps, _GAPS)
        if max_p is not None and not 0 <= max_p <= 1:
            raise DataError(f"max_p= is a probability in [0, 1], found {max_p!r}")
        with found.translated():
            values, p_values, counts = _core.stats_correlation(found.table(names), method, gaps)
        self.undefined = np.isnan(values)
        # Not shown, not zero: the p-value stays.
        self.values = values if max_p is None else np.where(p_values <= max_p, values, np.nan)
        self.p_values, self.counts = p_values, counts.astype(np.int64)
        self.place = {name: i for i, name in enumerate(names)}

    def long(self, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """One row per pair of columns; undefined ones are warned of."""
        i = np.array([self.place[first] for first, _ in pairs], dtype=np.intp)
        j = np.array([self.place[second] for _, second in pairs], dtype=np.intp)
        self.warn([pair for pair, undefined in zip(pairs, self.undefined[i, j], strict=True) if undefined])
        return {"correlation": self.values[i, j], "p_value": self.p_values[i, j], "n": self.counts[i, j]}

    @staticmethod
    def warn(pairs: Sequence[tuple[str, str]]) -> None:
        if not pairs:
            return
        shown = ", ".join(f"{first!r} with {second!r}" for first, second in pairs[:_SHOWN])
        more = f" and {len(pairs) - _SHOWN} more" if len(pairs) > _SHOWN else ""
        message = f"no correlation of {shown}{more}: fewer than 3 common rows, or a column that does not vary in them"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=4)


def correlation(
    data: Any,
    method: Method = "pearson",
    *,
    columns: Sequence[str] | None = None,
    gaps: Gaps = "pairwise",
    form: Literal["long", "matrix"] = "long",
    values: Literal["correlation", "p_value", "n"] = "correlation",
    max_p: float | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> Any:
    """Correlate columns with each other.

    Pearson: covariance over the product of the standard deviations. Spearman:
    Pearson of the ranks, ties at their average. Kendall: tau-b, concordant minus
    discordant pairs over sqrt((pairs untied in x) * (pairs untied in y)).

    Parameters
    ----------
    data : dataframe, mapping or ndarray
        One row per unit.
    method : {"pearson", "spearman", "kendall"}, default "pearson"
        Which coefficient.
    columns : sequence of str, optional
        By default all numeric columns but the keys.
    gaps : {"pairwise", "complete"}, default "pairwise"
        Rows that count: those both columns have, or those that have all.
        Spearman ranks within the rows that count.
    form : {"long", "matrix"}, default "long"
        One row per pair, or one row and one column per column.
    values : {"correlation", "p_value", "n"}, default "correlation"
        What a matrix shows; the long form has all three.
    max_p : float, optional
        Coefficients with a greater p-value are shown as missing.
    unit, time : str, optional
        Keys, which are left out.

    Returns
    -------
    table
        Long: ``first``, ``second``, ``correlation`` in [-1, 1], ``p_value``,
        ``n``, each pair once. Matrix: ``column``, then one column per column.

    Warns
    -----
    UndefinedStatisticWarning
        If pairs have fewer than three common rows or a constant side; they are
        missing.

    Notes
    -----
    P-values are two-sided: Student's t with n - 2 degrees of freedom for Pearson
    and Spearman, the normal approximation corrected for ties for Kendall.

    References
    ----------
    Knight W. R. (1966), doi:10.1080/01621459.1966.10480879.

    Examples
    --------
    >>> import indicia as ix
    >>> data = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [2.0, 1.0, 4.0, 3.0, 5.0]}
    >>> found = ix.stats.correlation(data, "kendall")
    >>> round(float(found["correlation"][0]), 3), round(float(found["p_value"][0]), 3)
    (0.6, 0.142)
    """
    one_of("form", form, ("long", "matrix"))
    one_of("values", values, _WHAT)
    found = Inspected(data, columns, unit, time)
    all_pairs = Correlated(found, found.names, method, gaps, max_p)
    pairs = list(combinations(found.names, 2))
    long = all_pairs.long(pairs)
    if form == "long":
        return found.small(named(pairs) | long)
    matrix = {"correlation": all_pairs.values, "p_value": all_pairs.p_values, "n": all_pairs.counts}[values]
    return found.small({"column": found.names} | {name: matrix[:, i] for i, name in enumerate(found.names)})


def named(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Both sides of pairs as columns."""
    return {"first": [pair[0] for pair in pairs], "second": [pair[1] for pair in pairs]}
