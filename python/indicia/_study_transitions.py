"""Transitions between classes: Markov chains of long panels, plain and spatial."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np

from . import _core
from ._study_data import Doubles, Frame, distinct, finite, whole
from ._study_neighbors import Neighbors, kinds, shown
from .errors import DataError, IgnoredRowWarning, LimitError, UndefinedStatisticWarning

__all__ = ["Transitions", "transitions"]

_MOST_CLASSES = 1000
_MOST_SPATIAL = 100


class Transitions:
    """Transitions between classes. Made by `transitions`; tables are of the kind of the data.

    Attributes
    ----------
    cuts : ndarray
        Upper ends of the classes but the last; a row a period, in ascending order, where each has its own.
    gaps, missing : int
        What is no transition: rows whose unit has later ones, but none ``step`` periods later; pairs of which a class,
        or that of the neighbors, is missing.
    statistics : dict
        With neighbors, tests whether all classes c of neighbors share one chain: ``lr`` = 2 sum n_ij|c ln(P_ij|c /
        P_ij) and ``q`` = sum n_i|c (P_ij|c - P_ij)^2 / P_ij (Pearson), with ``df`` degrees of freedom and upper tails
        of chi squared ``lr_p`` and ``q_p``; missing where there is no freedom.
    """

    def __init__(self, frame: Frame, names: list[str], conditions: list[str], found: Any, cuts: Any) -> None:
        self._frame, self._names, self._conditions = frame, names, conditions
        _, (counts, shares, pooled, stationary), tests, self.gaps, self.missing = found
        k, c = len(names), len(conditions)
        self._counts, self._shares = np.reshape(counts, (c, k, k)), np.reshape(shares, (c, k, k))
        self._pooled, self._stationary = np.reshape(pooled, (k, k)), np.array(stationary)
        self.cuts = cuts
        ratio, ratio_p, squares, squares_p, freedom = tests
        self.statistics = {"lr": ratio, "lr_p": ratio_p, "q": squares, "q_p": squares_p, "df": freedom} if c > 1 else {}

    def to_frame(self) -> Any:
        """Counts and shares.

        Returns
        -------
        table
            ``neighbors`` where there are any, ``class`` before, ``n`` that left it, and the share that went to each
            class, ``to_<class>``; missing for a class that nobody left. Without a condition first, then by class of
            the neighbors.
        """
        parts: list[tuple[str | None, Any, Any]] = [(None, self._counts.sum(axis=0), self._pooled)]
        if len(self._conditions) > 1:
            parts += list(zip(self._conditions, self._counts, self._shares, strict=True))
        columns: dict[str, Any] = {}
        if len(parts) > 1:
            columns["neighbors"] = [name for name, _, _ in parts for _ in self._names]
        columns["class"] = self._names * len(parts)
        columns["n"] = np.concatenate([counts.sum(axis=1) for _, counts, _ in parts])
        for place, name in enumerate(self._names):
            columns[f"to_{name}"] = np.concatenate([shares[:, place] for _, _, shares in parts])
        return self._frame.table(columns)

    @property
    def counts(self) -> Doubles:
        """Counts by class of the neighbors (one where there are none), class before, class after."""
        return self._counts.copy()

    @property
    def probabilities(self) -> Doubles:
        """Shares, of the shape of `counts`."""
        return self._shares.copy()

    def stationary(self) -> Any:
        """The distribution pi = pi P: ``class``, ``share`` (they sum to 1); missing where a class is a trap."""
        return self._frame.table({"class": self._names, "share": self._stationary})

    def __repr__(self) -> str:
        return f"Transitions({int(self._counts.sum())} between {len(self._names)} classes; {self.gaps} gaps)"


def transitions(
    data: Any,
    value: str,
    *,
    unit: str,
    time: str,
    classes: int | Sequence[float] = 4,
    cut_on: str = "pooled",
    relative: bool = False,
    neighbors: Any = None,
    step: int = 1,
    labels: Sequence[str] | None = None,
    weights: str | None = None,
) -> Transitions:
    """Count how units move between classes of a value from one period to the next.

    P_ij = n_ij / n_i over pairs of rows of the same unit ``step`` periods apart.

    Parameters
    ----------
    data : table
        Long: one row per unit and period; unbalanced panels and gaps are fine.
    value : str
        Column of numbers.
    unit, time : str
        Keys; periods are whole numbers (of dates take the year), or periods of pandas, which count in their own step.
    classes : int or list of float, default 4
        A number of quantile classes (2 to 1000, to 100 with neighbors), or ascending cut-offs; a value on a cut-off
        belongs to the class below.
    cut_on : {"pooled", "each"}, default "pooled"
        Quantiles of all rows, or of each period.
    relative : bool, default False
        Divide by the mean of the period first, which must be positive: cut-offs are then multiples of it.
    neighbors : optional
        Spatial chain: by the class of the weighted mean of the neighbors in the period before, **cut by the same
        values as the units' own**. A mapping of units to mappings of neighbors to weights, a ``W`` or ``Graph`` of
        libpysal, or a table of edges (``focal``, ``neighbor``, ``weight``). Weights are those of one unit's neighbors
        that are observed, rescaled to sum 1; a unit without any has no class of neighbors. Neighbors go by name: the
        order of rows does not matter, and ids of a matrix that have no row do not count.
    step : int, default 1
        Periods between before and after. A gap is no transition.
    labels : list of str, optional
        Names of the classes, lowest first; by default 1, 2, ...
    weights : str, optional
        Column of weights of transitions, those of the row before; counts are then sums of weights, and the tests of
        ``statistics`` no longer those of a random sample.

    Returns
    -------
    Transitions

    Raises
    ------
    DataError
        If keys are not unique or missing, periods are not whole numbers, cut-offs do not ascend, there is no value to
        cut, the mean of a period is not positive (``relative``), or a mapping of neighbors names who is no unit.
    LimitError
        If there are more classes than there may be.

    Warns
    -----
    UndefinedStatisticWarning
        Quantiles coincide, so that classes between them are empty.
    IgnoredRowWarning
        A matrix has ids without a row, or units are not named in ``neighbors``: with the first of them.

    Notes
    -----
    Quantiles are type 7. Ties can make classes of different size. Shares of a class that nobody left are missing, as is
    the stationary distribution of a chain with a class that cannot be left or reached. giddy cuts the neighbors' mean
    by its own quantiles and takes rows for periods; here a period that is not there is a gap. The tests of homogeneity
    leave out rows without transitions and cells that the chain of all does not have.

    References
    ----------
    Rey (2001), Spatial empirics for economic growth and convergence, doi:10.1111/j.1538-4632.2001.tb00444.x. Bickenbach
    and Bode (2003), doi:10.1177/0160017603253789.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"c": ["a", "a", "a", "b", "b"], "t": [1, 2, 3, 1, 3], "y": [1.0, 2.0, 9.0, 8.0, 9.0]}
    >>> found = ix.study.transitions(panel, "y", unit="c", time="t", classes=[5.0], labels=["low", "high"])
    >>> found, found.counts[0].tolist()
    (Transitions(2 between 2 classes; 1 gaps), [[1.0, 1.0], [0.0, 0.0]])
    """
    if cut_on not in ("pooled", "each"):
        raise ValueError(f"cut_on= is 'pooled' or 'each', found {cut_on!r}")
    gap = whole("step", step, least=1)
    cuts, count = _cuts(classes, spatial=neighbors is not None)
    names = [str(place + 1) for place in range(count)] if labels is None else [str(label) for label in labels]
    if len(names) != count or len(set(names)) < count:
        raise ValueError(f"labels= are {count} different names, one a class; found {len(names)}: {', '.join(names)}")
    distinct({"unit": unit, "time": time, "value": value}, [])
    frame = Frame(data, unit, time, lazy=True)
    values, when, given = frame.numbers(value), frame.times(time), frame.weights(weights)
    edges = None
    if neighbors is None:
        units = frame.units(unit)
    else:
        groups = frame.groups(unit)
        frame.known(unit, groups.codes == len(groups.labels), "unit")
        units, edges = groups.codes.astype(np.int64), _edges(Neighbors(neighbors), groups.labels)
    order = frame.order(units, when)
    if cuts is None and not (~np.isnan(values)).any():
        raise DataError(f"column {value!r} has no value to cut into classes")
    periods = when.astype(np.int64)
    keys = (units, periods, order)
    each = cut_on == "each"
    with frame.translated():
        found, bad = _core.study_transitions(keys, values, given, cuts, count, each, bool(relative), edges, gap)
    if found is None or bad is not None:
        where = "" if bad is None else f"{time} {bad[0]}: the mean of {value!r} is {bad[1]:g}; "
        raise DataError(
            f"{where}relative=True takes multiples of a positive mean; take relative=False, or shift the values"
        )
    ends = np.array(found[0], np.float64)
    tied = int((np.diff(ends, axis=1) == 0).any(axis=1).sum())
    if tied:
        where = f" in {tied} periods" if len(ends) > 1 else ""
        message = f"quantiles of {value!r} coincide{where}: the classes between them are empty; take fewer, or cut-offs"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    by_each = cuts is None and each
    return Transitions(frame, names, names if edges is not None else [""], found, ends if by_each else ends[0])


def _cuts(classes: Any, *, spatial: bool) -> tuple[list[float] | None, int]:
    """Cut-offs where they are given, and the number of classes."""
    expected = "classes= are ascending cut-offs or a number of at least 2"
    cuts = None
    if isinstance(classes, int | np.integer) and not isinstance(classes, bool):
        count = int(classes)
    else:
        try:
            cuts = [finite("classes", cut) for cut in cast("Sequence[Any]", classes)]
        except TypeError:
            raise DataError(f"{expected}, found {classes!r}") from None
        if not cuts or any(a >= b for a, b in pairwise(cuts)):
            raise DataError(f"{expected}, found {classes!r}")
        count = len(cuts) + 1
    if count < 2:
        raise DataError(f"{expected}, found {classes!r}")
    most = _MOST_SPATIAL if spatial else _MOST_CLASSES
    if count > most:
        raise LimitError(f"classes= makes {count} classes, more than the {most} there may be")
    return cuts, count


def _edges(known: Neighbors, labels: list[Any]) -> tuple[Any, Any, Any]:
    """Neighbors as codes of units and weights."""
    places = {label: place for place, label in enumerate(labels)}
    unknown = [name for name in known.ids if name not in places]
    alone = sorted(set(places) - set(known.ids), key=places.__getitem__)
    if unknown and (known.kind == "mapping" or len(unknown) == len(known.ids)):
        hint = kinds(known.ids, labels)
        raise DataError(f"neighbors= names {len(unknown)} who are no unit in the data ({shown(unknown)}){hint}")
    if unknown or alone:
        parts = [f"{len(unknown)} ids of neighbors= have no row ({shown(unknown)})"] if unknown else []
        parts += [f"{len(alone)} units are not in neighbors= and have no class of it ({shown(alone)})"] if alone else []
        warnings.warn("; ".join(parts), IgnoredRowWarning, stacklevel=3)
    edges = [(places[a], places[b], w) for a, b, w in known.edges if a in places and b in places]
    focal, other, weight = zip(*edges, strict=True) if edges else ((), (), ())
    return np.array(focal, np.uint32), np.array(other, np.uint32), np.array(weight, np.float64)
