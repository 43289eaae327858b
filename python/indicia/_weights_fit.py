"""Weights as plain functions: a one-level index over the caller's columns is fitted, and its weights read off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ._definition import Method
from ._plain import GROUP, Columns, Indicators, fit_flat, indicators_of, options
from .errors import UnknownNameError
from .fitted import FittedIndex
from .frames import source_of

Period = str | Mapping[str, Any]

Rows = list[dict[str, Any]]


def weigh(
    name: str,
    given: Mapping[str, Any],
    data: Any,
    indicators: Indicators,
    normalize: Method,
    time: str | None,
    period: Period,
    columns: Columns,
) -> Any:
    """Weights by one method, with one column for each of its details that has a number per indicator."""
    fitted = fit({name: options(**given)}, data, indicators, normalize, time, period, columns, stacklevel=6)
    weights: Rows = json.loads(fitted._core.weights())
    if period == "each_mean":
        return _mean(fitted, weights)
    several = any(row["period"] is not None for row in weights)
    table: dict[str, list[Any]] = {"period": [row["period"] for row in weights]} if several else {}
    table |= {"indicator": [row["node"] for row in weights], "weight": [row["weight"] for row in weights]}
    place = {(_key(row["period"]), row["node"]): number for number, row in enumerate(weights)}
    for row in json.loads(fitted._core.details()):
        if row["node"] != GROUP:
            values = table.setdefault(row["detail"], [None] * len(weights))
            values[place[_key(row["period"]), row["node"]]] = row["value"]
    return fitted._output.frame(table)


def fit(
    method: Method,
    data: Any,
    indicators: Indicators,
    normalize: Method,
    time: str | None,
    period: Period,
    columns: Columns,
    stacklevel: int,
) -> FittedIndex:
    """The one-level index with these weights, fitted."""
    if isinstance(period, str) and period not in ("pooled", "each", "each_mean"):
        raise UnknownNameError(f"period= is 'pooled', 'each', 'each_mean' or {{'base': period}}, found {period!r}")
    if time is None and period != "pooled":
        raise TypeError(f"period={period!r} needs time=, the column of periods")
    if indicators is None and time is not None:
        source = source_of(data, columns)
        indicators = [name for name in indicators_of(source, None) if name != time]
    fitted, *_ = fit_flat(
        data,
        indicators,
        columns=columns,
        time=time,
        period="each" if period == "each_mean" else None if period == "pooled" else period,
        weights=method,
        normalize=normalize,
        stacklevel=stacklevel,
    )
    return fitted


def _mean(fitted: FittedIndex, weights: Rows) -> Any:
    """The mean weight of each indicator over the periods."""
    found: dict[str, list[float]] = {}
    for row in weights:
        found.setdefault(row["node"], []).append(row["weight"])
    means = [sum(values) / len(values) for values in found.values()]
    return fitted._output.frame({"indicator": list(found), "weight": means})


def _key(period: Any) -> str:
    # 1 and True, or 2.0 and 2, are equal in Python and not in JSON.
    return json.dumps(period)
