"""What holds a unit back: the share of each indicator in what it lacks."""

from __future__ import annotations

import json
from typing import Any

from . import _core
from ._compare_match import keys
from .errors import DefinitionError
from .scores import Scores


def obstacle(scores: Scores) -> Any:
    """Obstacle degrees: O_j = w_j (1 - z_j) / sum_k w_k (1 - z_k), the share of each indicator in what a unit lacks.

    Parameters
    ----------
    scores : Scores
        Of an index with one set of weights, whose indicators are scored in [0, 1].

    Returns
    -------
    table
        In the order and of the kind of the scored data: the keys, then one column
        per indicator, in [0, 1] and summing to 1 over the indicators of a unit. The
        greatest is where a unit has most to gain. Degrees of a dimension are the sums
        of those of its indicators.

    Raises
    ------
    DataError
        If a score is outside [0, 1]; scale onto [0, 1] instead.
    DefinitionError
        If weights differ between periods, or the aggregation has no weights.

    Notes
    -----
    w is the effective weight of an indicator, from the root down. A missing indicator
    has no degree, and those of the others sum to 1. A unit that lacks nothing has no
    obstacles: missing.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 5.0, 10.0], "web": [4.0, 0.0, 4.0]}
    >>> scores = ix.Index.flat(["cloud", "web"], weights={"cloud": 1, "web": 2}).fit_score(firms)
    >>> ix.compare.obstacle(scores)["web"].round(2).tolist()
    [0.0, 0.8, nan]
    """
    if not isinstance(scores, Scores):
        raise TypeError(f"expected Scores, found {type(scores).__name__}")
    return scores._rows(keys(scores) | degrees(scores))


def degrees(scores: Scores) -> dict[str, Any]:
    """Obstacle degrees by indicator."""
    rows = json.loads(scores.fitted._core.weights())
    columns = scores._passes.all_indicators()
    effective = {row["node"]: row["effective"] for row in rows if row["node"] in columns}
    if any(row["period"] is not None for row in rows):
        raise DefinitionError(
            "weights differ between periods: obstacles do not compare; fit pooled or on a base period"
        )
    lacking = [name for name in columns if effective.get(name) is None]
    if lacking:
        raise DefinitionError(f"indicator {lacking[0]!r} has no effective weight: an aggregation above it uses none")
    with scores._held.translated():
        found = _core.compare_obstacle(list(columns), list(columns.values()), [effective[name] for name in columns])
    return dict(zip(columns, found, strict=True))
