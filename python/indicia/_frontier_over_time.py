"""Change between two periods: catching up, and the frontier moving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _core
from ._frontier_data import children, limits_json
from ._names import shorten
from ._plain import Columns, Indicators
from .errors import DataError


def over_time(
    first: Any,
    last: Any,
    indicators: Indicators = None,
    *,
    unit: str,
    limits: Mapping[str, Any] | None = None,
    columns: Columns = None,
    threads: int | None = None,
) -> Any:
    """Split the change of units between two periods into catching up and the frontier moving.

    With s_t(x) the benefit of the doubt of x against the units of period t: catching_up =
    s_2(x_2) / s_1(x_1), frontier_shift = sqrt(s_1(x_2) / s_2(x_2) * s_1(x_1) / s_2(x_1)),
    change = their product, the Malmquist index without inputs.

    Parameters
    ----------
    first, last : table
        The same units in two periods, in any order.
    indicators, limits, columns, threads
        As in `benefit_of_the_doubt`. Values are taken as they are: a scale fitted on each
        period would hide the change.
    unit : str
        Column that labels the units.

    Returns
    -------
    table of the kind of first
        The label, ``change``, ``catching_up``, ``frontier_shift``, in the order of
        ``first``; above 1 is better. Missing where a unit has a missing value in either
        period or scores 0.

    Raises
    ------
    DataError
        If units differ between the periods, or a value is negative.

    References
    ----------
    Caves, Christensen and Diewert (1982), doi:10.2307/1913388.

    Examples
    --------
    >>> import indicia as ix
    >>> before = {"firm": ["x", "y"], "cloud": [1.0, 2.0]}
    >>> after = {"firm": ["y", "x"], "cloud": [4.0, 3.0]}
    >>> ix.frontier.over_time(before, after, ["cloud"], unit="firm")["change"].round(6).tolist()
    [3.0, 2.0]
    """
    given = limits_json(limits)
    one, held = children(first, indicators, "none", columns, unit, threads)
    other, later = children(last, list(one) if indicators is None else indicators, "none", columns, unit, threads)
    mine, theirs = ([part.panel.label(row) for row in range(len(part))] for part in (held, later))
    places = {label: row for row, label in enumerate(theirs)}
    alone = [label for label in mine if label not in places] + [label for label in theirs if label not in set(mine)]
    if alone:
        raise DataError(
            f"unit {shorten(alone[0])} is in one period only ({len(alone)} units are); compare the units that both have"
        )
    order = np.array([places[label] for label in mine], dtype=np.intp)
    with held.translated():
        found = _core.frontier_over_time(
            list(one), list(one.values()), [other[name][order] for name in one], given, threads
        )
    names = ("change", "catching_up", "frontier_shift")
    return held.output.frame(held.panel.columns | dict(zip(names, found, strict=True)))
