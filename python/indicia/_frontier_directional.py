"""Directional distances: how far a unit could go before it reaches the frontier."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import _core
from ._definition import Method
from ._frontier_data import against, labels, tell
from ._names import did_you_mean, shorten
from ._plain import Columns, Indicators
from .errors import DataError, UnknownNameError

Direction = str | Sequence[float] | Mapping[str, float]


class Distances(NamedTuple):
    """What `directional` returns.

    Attributes
    ----------
    distances : column
        How many times the direction each unit could go; 0 on the frontier, negative
        beyond that of a reference.
    targets : table
        Where each unit would be then, x + beta g, one column per (scaled) indicator.
    peers : table
        ``unit``, ``peer``, ``multiplier``: whose mixture is nowhere below the target. The
        multipliers of a unit sum to 1.
    """

    distances: Any
    targets: Any
    peers: Any


def directional(
    data: Any,
    indicators: Indicators = None,
    *,
    direction: Direction = "own",
    reference: Any = None,
    normalize: Method = "none",
    unit: str | None = None,
    columns: Columns = None,
    threads: int | None = None,
) -> Distances:
    """Measure how far every unit could go in a direction before it reaches the frontier.

    beta_o = max {b : x_o + b g is nowhere above sum_j l_j x_j, l >= 0, sum_j l_j <= 1}.

    Parameters
    ----------
    data, indicators, normalize, columns, threads
        As in `benefit_of_the_doubt`; values, once scaled, must not be negative.
    direction : {"own", "range"}, list, or dict of str to float, default "own"
        g: ``"own"``, the values of the unit itself, so that beta = 1 / score - 1 with the
        score of `benefit_of_the_doubt`; ``"range"``, greatest less least value of every
        indicator, so that beta is in shares of ranges and units of measurement cancel;
        numbers, one per (scaled) indicator, not negative and not all 0. A dict may leave
        indicators out: they are 0 and stay where they are.
    reference : table, optional
        Units to compare with, in place of those of ``data``.
    unit : str, optional
        As in `benefit_of_the_doubt`.

    Returns
    -------
    Distances
        ``distances`` in units of the direction, at least 0 without a reference; missing
        for a unit with a missing value, which binds nobody either.

    Raises
    ------
    DataError
        If a value or number is negative, or all numbers are 0.
    DegenerateError
        If an indicator is zero for all units compared with.

    Warns
    -----
    FrontierWarning
        If a unit has no distance: it is zero wherever the direction leads, or beyond the
        frontier of a reference in an indicator that the direction does not move.

    Notes
    -----
    Exact: the score of x + b g is convex in b and 1 at beta; Newton's steps with the best
    weights of the last point end at beta after finitely many, usually a handful. Targets
    on the frontier may still be beaten in indicators the direction does not move.

    References
    ----------
    Chambers, Chung and Faere (1998), doi:10.1023/A:1022637501082. Dinkelbach (1967),
    doi:10.1287/mnsc.13.7.492. Fusco (2015), European Journal of
    Operational Research 242, 620-630.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["x", "y", "z"], "cloud": [4.0, 1.0, 2.0], "web": [1.0, 4.0, 2.0]}
    >>> found = ix.frontier.directional(firms, ["cloud", "web"], direction={"web": 1.0}, unit="firm")
    >>> found.distances.round(4).tolist()
    [0.0, 0.0, 1.0]
    >>> found.targets.values.tolist()[2]
    ['z', 2.0, 3.0]
    """
    found, held, records, others = against(data, reference, indicators, normalize, columns, unit, threads)
    known = None if records is None else list(records.values())
    with held.translated():
        distances, targets, peers, told = _core.frontier_directional(
            list(found), list(found.values()), known, _direction(direction, list(found)), threads
        )
    tell(told, held)
    rows, binding, multipliers = peers
    table = {"unit": labels(held, rows), "peer": labels(others, binding), "multiplier": multipliers}
    return Distances(
        held.output.column("directional", distances, fresh=True),
        held.output.frame(held.panel.columns | dict(zip(found, targets, strict=True))),
        held.output.plain().frame(table),
    )


def _direction(direction: Direction, names: list[str]) -> str:
    """A direction as the core takes it."""
    if isinstance(direction, str):
        if direction not in ("own", "range"):
            raise UnknownNameError(f"direction= is 'own', 'range', or numbers by indicator, found {direction!r}")
        return json.dumps(direction)
    if isinstance(direction, Mapping):
        strange = [name for name in direction if name not in names]
        if strange:
            hint = did_you_mean(str(strange[0]), names)
            raise UnknownNameError(f"direction=: no indicator is named {shorten(strange[0])}{hint}")
        direction = [direction.get(name, 0.0) for name in names]
    numbers = [float(number) for number in direction]
    if len(numbers) != len(names):
        raise DataError(f"direction= has {len(numbers)} numbers, there are {len(names)} indicators")
    bad = [number for number in numbers if not np.isfinite(number)]
    if bad:
        raise DataError(f"direction= takes finite numbers, found {bad[0]!r}")
    return json.dumps({"numbers": numbers})
