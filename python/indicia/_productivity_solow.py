"""The index of Solow: nothing is estimated, shares of cost weight the inputs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from . import _core
from ._productivity_data import Firms
from ._productivity_result import COUNTS
from ._stats_data import one_of
from .errors import UndefinedStatisticWarning

__all__ = ["Solow", "solow"]


class Solow(NamedTuple):
    """What `solow` returns.

    Attributes
    ----------
    tfp : column
        The index, in logarithms; one value per row of the data.
    shares : table
        The group where ``by`` was given, ``term``, ``share``: mean cost shares.
    counts : table
        Rows by what became of them, as in `Productivity`.
    """

    tfp: Any
    shares: Any
    counts: Any


def solow(
    data: Any,
    output: str,
    costs: Mapping[str, str],
    *,
    unit: str,
    time: str,
    shares: Literal["mean", "own", "tornqvist"] = "mean",
    by: str | None = None,
    logged: bool = False,
    step: float = 1.0,
) -> Solow:
    """Compute the index of Solow: log output less log inputs weighted by their shares of cost.

    tfp = y - sum_j s_j x_j with s_j = cost_j / sum of costs. Constant returns and
    inputs paid what they earn are assumed, nothing is estimated.

    Parameters
    ----------
    data, output, unit, time, by, logged, step
        As in `ols`.
    costs : dict of str to str
        Columns of inputs, and of what each of them costs in the period (wages, user
        cost of capital), never in logarithms.
    shares : {"mean", "own", "tornqvist"}, default "mean"
        Shares of the mean of all rows (of the group), of the row itself (an index that
        depends on the units of the inputs), or growth since the row a step earlier
        with the mean of both shares.

    Returns
    -------
    Solow

    Warns
    -----
    UndefinedStatisticWarning
        If rows in use have no shares.

    Notes
    -----
    Rows with missing or negative costs, or none at all, have no shares: they count for
    no mean, and have no index with their own shares. A gap in time breaks growth.

    References
    ----------
    Solow R. M. (1957), Review of Economics and Statistics 39(3): 312-320,
    doi:10.2307/1926047.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": [1, 1], "year": [1, 2], "y": [8.0, 16.0], "l": [2.0, 4.0], "k": [2.0, 2.0],
    ...          "wages": [3.0, 3.0], "user": [1.0, 1.0]}
    >>> found = ix.productivity.solow(firms, "y", {"l": "wages", "k": "user"}, unit="firm", time="year",
    ...                               shares="tornqvist")
    >>> round(float(found.tfp[1]), 6)  # ln 2 - 0.75 ln 2
    0.173287
    """
    one_of("shares", shares, ("mean", "own", "tornqvist"))
    if not isinstance(costs, Mapping) or len(costs) < 2:
        raise TypeError("costs= is a dict of at least two inputs to the columns of their costs")
    inputs = list(costs)
    firms = Firms(data, output, inputs[:1], inputs[1:], list(costs.values()), unit, time, by, logged, step)
    own = [] if by is None else [by]
    index = np.full(firms.rows, np.nan)
    table: dict[str, list[Any]] = {name: [] for name in [*own, "term", "share"]}
    counts: dict[str, list[Any]] = {name: [] for name in [*own, *COUNTS]}
    for label, rows in firms.groups:
        with firms.held.translated():
            made = _core.solow_index(firms.part(rows), [firms.columns[cost][rows] for cost in costs.values()], shares)
        index[rows] = made["index"]
        used, without, who = made["counts"]["used"], made["without"], "" if by is None else f"{by} {label!r}: "
        if used == without:
            firms.notes.append(f"{who}no row has costs that make shares; the index is missing")
        elif without:
            firms.notes.append(
                f"{who}{without} of {used} rows in use have no shares: costs missing, negative or all zero"
            )
        labels = {} if by is None else {by: label}
        for term, share in zip(inputs, made["shares"], strict=True):
            for name, value in {**labels, "term": term, "share": share}.items():
                table[name].append(value)
        for name, value in {**labels, **made["counts"]}.items():
            counts[name].append(value)
    for text in firms.notes:
        warnings.warn(text, UndefinedStatisticWarning, stacklevel=2)
    held = firms.held
    return Solow(held.output.column("tfp", index, fresh=True), held.small(table), held.small(counts))
