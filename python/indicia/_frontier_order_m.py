"""Order-m: how a unit stands against m others drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _core
from ._definition import Method
from ._frontier_data import children
from ._plain import Columns, Indicators
from .errors import DataError


def order_m(
    data: Any,
    indicators: Indicators = None,
    *,
    m: int = 25,
    draws: int | None = None,
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
    rng : int or numpy.random.Generator, default 0
        Seed of the draws: SplitMix64, one stream per row.

    Returns
    -------
    column of the kind of data
        Above 0; a score above 1 beats what m others usually bring. 0 for a unit that is
        zero everywhere, missing for a unit with a missing value, which is not drawn either.

    Raises
    ------
    DataError
        If a value is negative, or ``m`` or ``draws`` is below 1.

    Notes
    -----
    No convexity: a unit is compared with units, not with mixtures of them, so that the
    score is at least that of `benefit_of_the_doubt` for large m. Exact expectation:
    sum_k r_(k) ((k / n)^m - ((k - 1) / n)^m).

    References
    ----------
    Cazals, Florens and Simar (2002), doi:10.1016/S0304-4076(01)00080-X. Daraio and Simar
    (2005), doi:10.1007/s11123-005-3042-8.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.frontier.order_m({"cloud": [1.0, 2.0]}, m=2).round(4).tolist()
    [0.5714, 1.1429]
    """
    for name, value in (("m", m), ("draws", draws)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise DataError(f"{name}= is a whole number of at least 1, found {value!r}")
    seed = int(rng.integers(2**63)) if isinstance(rng, np.random.Generator) else rng
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        raise DataError(f"rng= is a whole number from 0 to 2^64 - 1 or a numpy Generator, found {rng!r}")
    found, held = children(data, indicators, normalize, columns, threads=threads)
    with held.translated():
        scores = _core.frontier_order_m(list(found), list(found.values()), m, draws, seed, threads)
    return held.output.column("order_m", scores, fresh=True)
