"""Aggregations that compare every unit with every other."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._definition import Method
from ._plain import GROUP, Columns, Indicators, aggregated, fit_flat, options, passes_of
from .errors import DataError, translated


def copeland(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Copeland score: wins less losses against every other unit, sum_j sign(o_ij - 1/2).

    o_ij is the weight on which unit i is better than j, plus half of that on which
    they are equal, as a share of the weight observed for both. Parameters are those
    of `arithmetic`.

    Returns
    -------
    column of the kind of data
        Whole numbers in [-(n - 1), n - 1]; higher is better.

    Notes
    -----
    Columns missing for one of two units do not count between them, so that the result
    does not depend on the order of rows; two units with no common column draw, and a
    unit without any value has no score. No table of n x n is made. Ties are sums of
    weights within 1e-12.

    References
    ----------
    Copeland (1951), after Saari and Merlin (1996), doi:10.1007/BF01211851. OECD/JRC
    (2008), step 7, doi:10.1787/9789264043466-en.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.copeland({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.0, 0.0], "c": [1.0, 3.0, 2.0]}).tolist()
    [-2.0, 2.0, 0.0]
    """
    return aggregated("copeland", {}, data, indicators, weights, normalize, missing, columns)


def borda(
    data: Any,
    indicators: Indicators = None,
    *,
    ties: str | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Borda count: the weighted mean over columns of the number of units that are worse.

    Parameters are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    ties : {"min", "average"}, default "min"
        What an equal unit counts: nothing, or a half.

    Returns
    -------
    column of the kind of data
        In [0, n - 1]; higher is better.

    Notes
    -----
    Only units observed on a column are counted for it. Published counts add the columns
    instead of averaging them: multiply by the number of columns.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.borda({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.0, 0.0]}).tolist()
    [0.5, 1.5, 1.0]
    """
    return aggregated("borda", options(ties=ties), data, indicators, weights, normalize, missing, columns)


def promethee(
    data: Any,
    indicators: Indicators = None,
    *,
    preference: str | None = None,
    q: float | None = None,
    p: float | None = None,
    s: float | None = None,
    weights: Method = "equal",
    normalize: Method = "none",
    missing: str | None = None,
    columns: Columns = None,
) -> Any:
    """Net flow of PROMETHEE II: how strongly a unit is preferred to the others, less how strongly they are to it.

    phi_i = sum_k w_k / (n_k - 1) sum_j (P(x_ik - x_jk) - P(x_jk - x_ik)). Parameters
    are those of `arithmetic`, and besides those below.

    Other Parameters
    ----------------
    preference : {"usual", "u_shape", "v_shape", "level", "linear", "gaussian"}, default "v_shape"
        How strongly a lead d is preferred: fully; fully above q; in proportion d / p
        up to p; a half above q and fully above p; in proportion between q and p; 1 -
        exp(-d^2 / (2 s^2)).
    q, p, s : float, optional
        Thresholds, in the unit of the (scaled) columns. Without ``p``, `v_shape` and
        `linear` take the range of each column.

    Returns
    -------
    column of the kind of data
        In [-1, 1]; higher is better. Flows sum to zero where nothing is missing.

    Warns
    -----
    AloneWarning
        Where nobody else is observed on the columns of a unit: its score is missing.

    Notes
    -----
    O(n log n) time for all but `gaussian`, and no table of n x n for any.

    References
    ----------
    Brans and Vincke (1985), doi:10.1287/mnsc.31.6.647. Calders and Van Assche (2016),
    arXiv:1603.00091.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.promethee({"a": [0.0, 1.0, 2.0]}, preference="usual").tolist()
    [-1.0, 0.0, 1.0]
    """
    given = options(preference=preference, q=q, p=p, s=s)
    return aggregated("promethee", given, data, indicators, weights, normalize, missing, columns)


class Outranking(NamedTuple):
    """How units outrank each other."""

    matrix: npt.NDArray[np.float64]
    """Entry (i, j): the weight share on which row i is better than row j, plus half of that on which they are equal."""
    dominated: float
    """Share of the pairs in which one unit is better on everything observed for both."""


def outranking(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    columns: Columns = None,
) -> Outranking:
    """Outranking matrix, from which Copeland scores and Kemeny orders are made.

    Parameters are those of `arithmetic`. The matrix has n x n entries: for many units
    use `copeland`, which does without.

    Returns
    -------
    Outranking
        ``matrix`` in the order of the rows, with a diagonal of 0 and o_ij + o_ji = 1, missing
        where two units have no common column; ``dominated``.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.aggregate.outranking({"a": [1.0, 2.0], "b": [1.0, 0.0]}).matrix.tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    scores, shares = _scores(data, indicators, weights, columns)
    with translated():
        return Outranking(*_core.outranking(scores, shares))


class KemenyOrder(NamedTuple):
    """An order of units."""

    order: list[Any]
    """Rows by number, or labels, the best first."""
    score: float
    """Sum over pairs of the weight that agrees with the order."""
    exact: bool
    """Whether no order has a greater score: up to 18 units."""
    bound: float
    """What no order can exceed."""


def kemeny(
    data: Any,
    indicators: Indicators = None,
    *,
    weights: Method = "equal",
    unit: str | None = None,
    columns: Columns = None,
) -> KemenyOrder:
    """The order of units that agrees most with all pairwise comparisons.

    Parameters
    ----------
    data, indicators, weights, columns
        As in `arithmetic`.
    unit : str, optional
        Column that labels the units; without it they are numbered by row.

    Returns
    -------
    KemenyOrder
        An order, not a score. Exact up to 18 units; beyond, the order by wins improved
        by moving single units, and ``bound - score`` says how far the best could be.

    References
    ----------
    Kemeny (1959); Young (1988), doi:10.2307/1961757.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["x", "y", "z"], "a": [1.0, 2.0, 3.0], "b": [1.0, 3.0, 2.0]}
    >>> ix.aggregate.kemeny(firms, ["a", "b"], unit="firm").order
    ['y', 'z', 'x']
    """
    scores, shares = _scores(data, indicators, weights, columns, unit)
    with translated():
        matrix, _ = _core.outranking(scores, shares)
        order, score, exact, bound = _core.kemeny_order(matrix)
    if unit is None:
        return KemenyOrder(order, score, exact, bound)
    from ._keys import element
    from .frames import source_of

    labels = source_of(data, columns).key(unit)
    return KemenyOrder([element(labels, row) for row in order], score, exact, bound)


def kemeny_of_rankings(rankings: Sequence[tuple[float, Sequence[Hashable]]]) -> KemenyOrder:
    """The order that agrees most with rankings, each by so many voters.

    Parameters
    ----------
    rankings : list of (float, sequence)
        Number of voters, and names with the best first. Names that a ranking leaves
        out are not compared by it.

    Returns
    -------
    KemenyOrder
        As in `kemeny`; ``score`` counts the voters that agree, over all pairs.

    Examples
    --------
    Condorcet's example of 60 voters, OECD/JRC (2008), tables 28-30:

    >>> import indicia as ix
    >>> votes = [(23, "abc"), (17, "bca"), (2, "bac"), (10, "cab"), (8, "cba")]
    >>> found = ix.aggregate.kemeny_of_rankings(votes)
    >>> "".join(found.order), found.score
    ('bca', 104.0)
    """
    names = list(dict.fromkeys(name for _, ranking in rankings for name in ranking))
    if not names:
        raise DataError("there is no ranking")
    numbers = {name: number for number, name in enumerate(names)}
    listed = [(float(voters), [numbers[name] for name in ranking]) for voters, ranking in rankings]
    with translated():
        order, score, exact, bound = _core.kemeny_order(_core.kemeny_votes(len(names), listed))
    return KemenyOrder([names[number] for number in order], score, exact, bound)


def _scores(
    data: Any, indicators: Indicators, weights: Method, columns: Columns, unit: str | None = None
) -> tuple[list[npt.NDArray[np.float64]], list[float]]:
    """Columns turned by direction, and their weights."""
    fitted, held, chosen = fit_flat(
        data, indicators, columns=columns, unit=unit, weights=weights, normalize="none", stacklevel=5
    )
    found = passes_of(fitted, held, stacklevel=5).all_indicators()
    import json

    shares = {row["node"]: row["weight"] for row in json.loads(fitted._core.weights()) if row["parent"] == GROUP}
    return [found[name] for name in chosen], [shares[name] for name in chosen]
