"""Order-m: how a unit stands against m others drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _core
from ._definition import Method
from ._encode import encode
from ._frontier_data import children
from ._held import Held
from ._names import did_you_mean, shorten
from ._plain import Columns, Indicators
from .errors import ColumnTypeError, DataError, MissingColumnError


def order_m(
    data: Any,
    indicators: Indicators = None,
    *,
    m: int = 25,
    draws: int | None = None,
    context: Any = None,
    bandwidth: float | None = None,
    rng: int | np.random.Generator = 0,
    normalize: Method = "none",
    columns: Columns = None,
    threads: int | None = None,
) -> Any:
    """Score every unit against the best of m others drawn at random, so that no single one decides.

    score_o = 1 / E[max over m draws of r_j], r_j = min_q x_jq / x_oq over the indicators o
    has: how much larger o could be with j still as good in everything.

    Parameters
    ----------
    data, indicators, normalize, columns, threads
        As in `benefit_of_the_doubt`.
    m : int, default 25
        Units drawn, with replacement. The larger, the nearer to the free disposal hull.
    draws : int, optional
        Samples per unit; by default the expectation is exact and nothing is drawn, in
        time n^2. For many units say 200 or more.
    context : str or array of float, optional
        Circumstances a unit cannot help, such as the income of its region: units in like
        circumstances are drawn, with chances in proportion to max(0, 1 - u^2), u = (z_j -
        z_o) / bandwidth. Scores are then exact; there are no draws.
    bandwidth : float, optional
        How far circumstances may be apart, in the measure of ``context``; needed with it.
        0 draws units of the same circumstances only.
    rng : int or numpy.random.Generator, default 0
        Seed of the draws: SplitMix64, one stream per row.

    Returns
    -------
    column of the kind of data
        Above 0; a score above 1 beats what m others usually bring. 0 for a unit that is
        zero everywhere, missing for a unit with a missing value (or context), which is
        not drawn either.

    Raises
    ------
    DataError
        If a value or the bandwidth is negative, ``m`` or ``draws`` is below 1, or draws
        are asked for with a context.

    Notes
    -----
    No convexity: a unit is compared with units, not with mixtures of them, so that the
    score is at least that of `benefit_of_the_doubt` for large m. Exact expectation:
    sum_k r_(k) ((k / n)^m - ((k - 1) / n)^m); with a context k / n is the share of the
    kernel up to k.

    References
    ----------
    Cazals, Florens and Simar (2002), doi:10.1016/S0304-4076(01)00080-X. Daraio and Simar
    (2005), doi:10.1007/s11123-005-3042-8.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.frontier.order_m({"cloud": [1.0, 2.0]}, m=2).round(4).tolist()
    [0.5714, 1.1429]
    >>> firms = {"cloud": [1.0, 2.0, 8.0], "income": [10.0, 10.0, 90.0]}
    >>> ix.frontier.order_m(firms, ["cloud"], m=2, context="income", bandwidth=20).round(4).tolist()
    [0.5714, 1.1429, 1.0]
    """
    for name, value in (("m", m), ("draws", draws)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise DataError(f"{name}= is a whole number of at least 1, found {value!r}")
    seed = int(rng.integers(2**63)) if isinstance(rng, np.random.Generator) else rng
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        raise DataError(f"rng= is a whole number from 0 to 2^64 - 1 or a numpy Generator, found {rng!r}")
    if (context is None) != (bandwidth is None):
        raise DataError("context= and bandwidth= are given together")
    found, held = children(data, indicators, normalize, columns, threads=threads)
    with held.translated():
        scores = _core.frontier_order_m(
            list(found), list(found.values()), m, draws, _context(held, context), float(bandwidth or 0.0), seed, threads
        )
    return held.output.column("order_m", scores, fresh=True)


def _context(held: Held, context: Any) -> Any:
    """Circumstances as numbers, one per row."""
    if context is None:
        return None
    name = context if isinstance(context, str) else "context"
    if isinstance(context, str):
        if context not in held.source:
            hint = did_you_mean(context, held.source.names)
            raise MissingColumnError(f"context=: the data have no column {shorten(context)}{hint}")
        context = held.source.column(context)
    encoded = encode(name, context)
    if encoded.kind == "text":
        raise ColumnTypeError(f"context= takes numbers, found texts such as {encoded.labels[0]!r}")
    if len(encoded.values) != len(held):
        raise DataError(f"context= has {len(encoded.values)} values, the data have {len(held)} rows")
    return encoded.values.astype(np.float64)
