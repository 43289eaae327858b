"""Weights from judgements, which need no data: ahp, best_worst."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from ._plain import GROUP, method, options
from ._warnings import warn_all
from .errors import DataError
from .fitted import FittedIndex
from .frames import source_of
from .index import Index


class Judged(NamedTuple):
    """Weights from pairwise judgements; see `ahp`."""

    weights: dict[str, float]
    """Weight of each name, summing to 1."""
    lambda_max: float
    """Greatest eigenvalue of the matrix, at least the number of names n."""
    consistency_index: float
    """(lambda_max - n) / (n - 1), at least 0."""
    consistency_ratio: float | None
    """The index over that of random matrices; None for more than 15 names, for which none is tabled."""


class BestWorst(NamedTuple):
    """Weights from the best and the worst; see `best_worst`."""

    weights: dict[str, float]
    """Weight of each name, summing to 1."""
    ksi: float
    """Greatest difference between judgements and weights, at least 0."""
    input_consistency_ratio: float
    """How much the judgements contradict each other, 0 for not at all."""


def ahp(judgements: Any, *, names: Sequence[str] | None = None, priority: str | None = None) -> Judged:
    """Weigh by pairwise judgements: the analytic hierarchy process.

    The weights are the principal eigenvector of the matrix of judgements, A w =
    lambda_max w, scaled to sum 1. CI = (lambda_max - n) / (n - 1), CR = CI / RI(n) with
    Saaty's random indices.

    Parameters
    ----------
    judgements : dict of dict, dataframe, or square array or list of rows
        ``{"cloud": {"erp": 3}}`` says that cloud counts three times as much as erp;
        the reciprocal follows, and one of a pair suffices. In a matrix the row
        counts so many times as much as the column, and columns have the names. NaN
        or None is a judgement that is missing.
    names : list of str, optional
        Names of the columns of an array, or the order of the result.
    priority : {"eigenvector", "geometric"}, default "eigenvector"
        The principal eigenvector, or the geometric means of the rows, which need a
        complete matrix.

    Returns
    -------
    Judged
        ``weights`` (dict, above 0, summing to 1), ``lambda_max``,
        ``consistency_index`` and ``consistency_ratio``. In an index say
        ``weights={"ahp": {"judgements": ...}}``, or give it these weights.

    Raises
    ------
    DefinitionError
        If a judgement is not above 0, if a pair is judged twice and differently (to
        1e-9: write 1 / 3, not 0.33), or if nothing ties a name to the others.
    DataError
        If a table is not square, its row labels are not its columns, or a judgement
        is no finite number.

    Warns
    -----
    WeightWarning
        If CR > 0.1, if judgements are missing, and for more than 15 names.

    Notes
    -----
    A missing judgement stands as the ratio of the two weights (Harker), and RI is
    scaled by 1 - 2 m / ((n - 1) (n - 2)) for m missing ones. RI is that of Saaty
    (1980): 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, ... for n = 3, 4, ...; CR is 0 for n < 3.

    References
    ----------
    Saaty (1977), doi:10.1016/0022-2496(77)90033-5. Harker (1987),
    doi:10.1016/0270-0255(87)90503-3. Agoston and Csato (2022),
    doi:10.1016/j.omega.2021.102576.

    Examples
    --------
    >>> import indicia as ix
    >>> found = ix.weights.ahp({"cloud": {"erp": 2, "web": 4}, "erp": {"web": 2}})
    >>> {name: round(weight, 3) for name, weight in found.weights.items()}
    {'cloud': 0.571, 'erp': 0.286, 'web': 0.143}
    >>> round(found.consistency_ratio, 12)
    0.0
    """
    nested, order = _nested(judgements, names)
    given = options(judgements=nested, priority=priority)
    weights, found = _read(order, "ahp", given)
    ratio = found.get("consistency_ratio")
    return Judged(weights, found["lambda_max"], found["consistency_index"], ratio)


def best_worst(
    best_to_others: Mapping[str, float], others_to_worst: Mapping[str, float], *, model: str | None = None
) -> BestWorst:
    r"""Weigh by how much the best counts against each, and each against the worst.

    Parameters
    ----------
    best_to_others : dict of str to float
        a_Bj, how many times as much the best counts as each; 1 for the best itself.
    others_to_worst : dict of str to float
        a_jW, how many times as much each counts as the worst; 1 for the worst itself.
    model : {"linear", "nonlinear"}, default "linear"
        ``linear`` minimizes the greatest of \|w_B - a_Bj w_j\| and \|w_j - a_jW w_W\|;
        ``nonlinear`` that of \|w_B / w_j - a_Bj\| and \|w_j / w_W - a_jW\|, where the
        middle of equally good ratios is taken.

    Returns
    -------
    BestWorst
        ``weights`` (dict, summing to 1), ``ksi`` (the greatest difference) and
        ``input_consistency_ratio``, max \|a_Bj a_jW - a_BW\| / (a_BW^2 - a_BW), 0 for
        judgements without contradiction.

    Raises
    ------
    DefinitionError
        If a judgement is below 1, or missing; if there is no 1; if the two say
        different things about the best against the worst.

    References
    ----------
    Rezaei (2015), doi:10.1016/j.omega.2014.11.009. Rezaei (2016),
    doi:10.1016/j.omega.2015.12.001. Liang, Brunelli and Rezaei (2020),
    doi:10.1016/j.omega.2019.102175.

    Examples
    --------
    >>> import indicia as ix
    >>> found = ix.weights.best_worst({"cloud": 1, "erp": 2, "web": 8}, {"cloud": 8, "erp": 4, "web": 1})
    >>> {name: round(weight, 3) for name, weight in found.weights.items()}
    {'cloud': 0.615, 'erp': 0.308, 'web': 0.077}
    """
    best, worst = _plain("best_to_others", best_to_others), _plain("others_to_worst", others_to_worst)
    given = options(best_to_others=best, others_to_worst=worst, model=model)
    weights, found = _read([*dict.fromkeys([*best, *worst])], "best_worst", given)
    return BestWorst(weights, found["ksi"], found["input_consistency_ratio"])


def _read(names: Iterable[str], name: str, given: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    names = list(names)
    if not names:
        raise DataError("there are no judgements")
    index = Index.flat(names, weights=method(name, given), normalize="none", id=GROUP)
    core = FittedIndex._unfitted(index)._core
    warn_all(json.loads(core.warnings()), stacklevel=3)
    weights = {row["node"]: row["weight"] for row in json.loads(core.weights())}
    return weights, {row["detail"]: row["value"] for row in json.loads(core.details())}


def _nested(judgements: Any, names: Sequence[str] | None) -> tuple[dict[str, dict[str, float]], list[str]]:
    if isinstance(judgements, Mapping) and all(isinstance(row, Mapping) for row in judgements.values()):
        nested = {str(first): _plain(repr(first), row) for first, row in judgements.items()}
        found = dict.fromkeys([*nested, *(name for row in judgements.values() for name in row)])
        return nested, list(found if names is None else names)
    if isinstance(judgements, list | tuple | np.ndarray):
        if names is None:
            raise TypeError("a matrix of judgements without column names needs names=")
        judgements = np.asarray(judgements, dtype=np.float64)
    source = source_of(judgements, None if isinstance(judgements, Mapping) else names)
    order = list(source.names)
    if source.rows != len(order):
        raise DataError(f"judgements are a square matrix, found {source.rows} rows and {len(order)} columns")
    # Row labels that are not numbers say whose row it is.
    labels = None if source.index is None else list(source.index)
    if labels is not None and all(isinstance(label, str) for label in labels) and labels != order:
        raise DataError(f"rows are labeled {labels}, columns {order}; expected the same, in one order")
    columns = {second: list(source.column(second)) for second in order}
    rows = {first: {second: columns[second][i] for second in order} for i, first in enumerate(order)}
    return {first: _plain(repr(first), row) for first, row in rows.items()}, list(order if names is None else names)


def _plain(judge: str, row: Mapping[str, Any]) -> dict[str, float]:
    """Judgements as plain numbers; missing ones are left out."""
    found = {}
    for name, value in row.items():
        value = value.as_py() if hasattr(value, "as_py") else value
        # What is missing is not equal to itself, or has no truth value (pandas.NA).
        if value is None or repr(value) == "<NA>" or value != value:
            continue
        if isinstance(value, bool) or not isinstance(value, Real) or not np.isfinite(float(value)):
            raise DataError(f"{judge}, {str(name)!r}: {value!r} is no judgement; expected a number such as 3 or 0.25")
        found[str(name)] = float(value)
    return found
