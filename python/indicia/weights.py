"""Weights as plain functions: a table in, weights by indicator out, as a table of the same kind.

Inside an index say ``weights=`` (`Index.flat`, `Index.using`) or ``weights =`` in a definition; the numbers are the
same. `ahp` and `best_worst` take judgements and need no data.

Examples
--------
>>> import indicia as ix
>>> firms = {"cloud": [0.0, 1.0, 2.0], "web": [0.0, 0.0, 6.0]}
>>> found = ix.weights.std(firms)
>>> dict(zip(found["indicator"], found["weight"].round(3).tolist()))
{'cloud': 0.464, 'web': 0.536}
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ._definition import Method
from ._plain import GROUP, Columns, Indicators
from ._weights_components import balanced, factor, pca
from ._weights_conflict import cilos, critic, idocriw, merec
from ._weights_entropy import entropy
from ._weights_fit import Period, fit, weigh
from ._weights_judged import BestWorst, Judged, ahp, best_worst
from ._weights_spread import angle, cv, gini, scatter_degree, std

__all__ = [
    "BestWorst",
    "Judged",
    "ahp",
    "angle",
    "balanced",
    "best_worst",
    "cilos",
    "critic",
    "cv",
    "details",
    "entropy",
    "factor",
    "gini",
    "hybrid",
    "idocriw",
    "merec",
    "pca",
    "scatter_degree",
    "std",
]

# Methods that need no data, and so have no rule for missing values.
_GIVEN = ("equal", "fixed", "ahp", "best_worst")


def hybrid(
    data: Any,
    of: Sequence[Method],
    indicators: Indicators = None,
    *,
    how: str | None = None,
    shares: Sequence[float] | None = None,
    normalize: Method = "minmax",
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators by several methods at once, such as judgements and dispersion.

    Parameters
    ----------
    data, indicators, normalize, time, period, columns
        As in `std`.
    of : list of str or dict
        At least two methods of different names, such as ``["entropy", {"critic":
        {"conflict": "absolute"}}]``.
    how : {"product", "geometric", "mean", "game_theory"}, default "product"
        With the weights w_k of each method: ``product`` prod w_k; ``geometric``
        prod w_k^a_k; ``mean`` sum a_k w_k; ``game_theory`` the mean with the a that
        come nearest to all methods at once, sum_l a_l w_k . w_l = w_k . w_k, as
        absolute values. All scaled to sum 1.
    shares : list of float, optional
        a, how much each method counts, for ``mean`` and ``geometric``; equally by
        default.
    missing : {"pairwise", "listwise"}, optional
        As in `std`, for the methods that do not say it themselves.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1)
        and the weights by each method, under its name, with its details, such as
        ``"std sd"``; first ``period`` where each is fitted by itself. `details` has
        the shares.

    Raises
    ------
    DegenerateError
        As the methods, and if every indicator has weight 0 by one of them.
    DefinitionError
        If there are fewer than two methods, or one stands there twice.

    Warns
    -----
    WeightWarning
        As the methods; and where two give the same weights to ``game_theory``.
    ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 1.0, 2.0], "web": [0.0, 0.0, 6.0]}
    >>> found = ix.weights.hybrid(firms, ["entropy", "std"], how="mean")
    >>> found["weight"].round(3).tolist()
    [0.38, 0.62]
    """
    methods = of if missing is None or isinstance(of, str) else [_with_rule(method, missing) for method in of]
    given = {"of": methods, "how": how, "shares": None if shares is None else list(shares)}
    return weigh("hybrid", given, data, indicators, normalize, time, period, columns)


def _with_rule(method: Method, missing: str) -> Method:
    named = {method: {}} if isinstance(method, str) else method
    return {name: dict(given) if name in _GIVEN else {"missing": missing, **given} for name, given in named.items()}


def details(
    data: Any,
    weights: Method,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """What weights were made from, with the numbers that belong to all indicators together.

    Parameters
    ----------
    data, indicators, normalize, time, columns
        As in `std`.
    weights : str or dict
        A method, such as ``{"pca": {"rule": "variance"}}``; options as in an index.
    period : {"pooled", "each"} or dict, default "pooled"
        As in `std`.

    Returns
    -------
    same kind as data
        Columns ``detail``, ``indicator`` (missing for what belongs to all of them)
        and ``value``; first ``period`` where each is fitted by itself.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 1.0, 2.0, 4.0], "web": [1.0, 0.0, 3.0, 4.0]}
    >>> found = ix.weights.details(firms, "pca")
    >>> found["detail"].tolist(), round(found["value"].tolist()[-1], 3)
    (['loading', 'loading', 'explained_by_first'], 0.928)
    """
    fitted = fit(weights, data, indicators, normalize, time, period, columns, stacklevel=5)
    rows = json.loads(fitted._core.details())
    several = any(row["period"] is not None for row in rows)
    table: dict[str, list[Any]] = {"period": [row["period"] for row in rows]} if several else {}
    table["detail"] = [row["detail"] for row in rows]
    table["indicator"] = [None if row["node"] == GROUP else row["node"] for row in rows]
    table["value"] = [row["value"] for row in rows]
    return fitted._output.frame(table)
