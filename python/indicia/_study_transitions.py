"""Transitions between classes: Markov chains of long panels, plain and spatial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from . import _core
from ._study_data import Doubles, Frame
from .errors import DataError

__all__ = ["Transitions", "transitions"]


class Transitions:
    """Transitions between classes. Made by `transitions`; tables are of the kind of the data.

    Attributes
    ----------
    cuts : ndarray
        Upper ends of the classes but the last; by period where each has its own.
    gaps, missing : int
        Pairs of rows of a unit that are no transition: the next period is not there; a class is missing.
    statistics : dict
        With neighbors, tests whether all classes of neighbors share one chain: ``lr`` and ``q`` (Pearson) with
        ``lr_p``, ``q_p`` and ``df``.
    """

    def __init__(self, frame: Frame, names: list[str], conditions: list[str], found: Any, cuts: Any) -> None:
        self._frame, self._names, self._conditions = frame, names, conditions
        counts, shares, pooled, stationary, tests, self.gaps, self.missing = found
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
        """The distribution that the chain leaves as it is: ``class``, ``share``; missing where a class is a trap."""
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
    neighbors: Mapping[Any, Mapping[Any, float]] | None = None,
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
        Keys; periods are whole numbers.
    classes : int or list of float, default 4
        A number of quantile classes, or ascending cut-offs; a value on a cut-off belongs to the class below.
    cut_on : {"pooled", "each"}, default "pooled"
        Quantiles of all rows, or of each period.
    relative : bool, default False
        Divide by the mean of the period first: cut-offs are then multiples of it.
    neighbors : mapping of unit to mapping of neighbor to weight, optional
        Spatial chain: by the class of the weighted mean of the neighbors in the period before, **cut by the same
        values as the units' own**. Weights are those of one unit's neighbors that are observed, rescaled to sum 1.
    step : int, default 1
        Periods between before and after. A gap is no transition.
    labels : list of str, optional
        Names of the classes, lowest first; by default 1, 2, ...
    weights : str, optional
        Column of weights of transitions, those of the row before.

    Returns
    -------
    Transitions

    Raises
    ------
    DataError
        If keys are not unique, periods are not whole numbers, cut-offs do not ascend, a neighbor is unknown.

    Notes
    -----
    Quantiles are type 7. Ties can make classes of different size; a quantile that equals the next one leaves a class
    empty.

    References
    ----------
    Rey (2001), doi:10.1111/j.1538-4632.2001.tb00444.x. Bickenbach and Bode (2003), doi:10.1177/0160017603253785.

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
    frame = Frame(data, unit, time)
    values, when, units = frame.numbers(value), frame.numbers(time), frame.groups(unit)
    if np.isnan(when).any() or (when != np.floor(when)).any():
        raise DataError(f"column {time!r}: periods are whole numbers, none missing")
    periods = when.astype(np.int64)
    if relative:
        values = _relative(values, periods)
    cuts, by_period = _cuts(values, periods, classes, cut_on)
    count = cuts.shape[1] + 1
    names = [str(place + 1) for place in range(count)] if labels is None else [str(label) for label in labels]
    if len(names) != count:
        raise ValueError(f"{len(names)} labels for {count} classes")
    code = _classed(values, by_period, cuts)
    condition, conditions = None, [""]
    if neighbors is not None:
        lag = _lag(frame, values, periods, units, neighbors)
        condition, conditions = _classed(lag, by_period, cuts), names
    order = np.lexsort((periods, units.codes))
    given = frame.weights(weights)
    found = _core.study_transitions(
        np.ascontiguousarray(units.codes[order]),
        np.ascontiguousarray(periods[order]),
        np.ascontiguousarray(code[order]),
        None if condition is None else np.ascontiguousarray(condition[order]),
        None if given is None else np.ascontiguousarray(given[order]),
        count,
        len(conditions),
        int(step),
    )
    return Transitions(frame, names, conditions, found, cuts[0] if cut_on == "pooled" else cuts)


def _relative(values: Doubles, periods: npt.NDArray[np.int64]) -> Doubles:
    out = values.copy()
    for period in np.unique(periods):
        rows = periods == period
        known = rows & ~np.isnan(values)
        out[rows] = values[rows] / values[known].mean() if known.any() else np.nan
    return out


def _cuts(
    values: Doubles, periods: npt.NDArray[np.int64], classes: Any, cut_on: str
) -> tuple[Doubles, npt.NDArray[np.intp]]:
    """Cut-offs by period, and which of them each row takes."""
    distinct, place = np.unique(periods, return_inverse=True)
    if not isinstance(classes, int | np.integer) or isinstance(classes, bool):
        cuts = np.asarray(list(cast("Sequence[float]", classes)), np.float64)
        if not len(cuts) or not np.isfinite(cuts).all() or (np.diff(cuts) <= 0).any():
            raise DataError(f"classes= are ascending cut-offs or a number of at least 2, found {classes!r}")
        return cuts[None, :], np.zeros(len(values), np.intp)
    if classes < 2:
        raise DataError(f"classes= is a number of at least 2, found {classes!r}")
    shares = np.arange(1, classes) / classes
    if cut_on == "pooled":
        return np.nanquantile(values, shares)[None, :], np.zeros(len(values), np.intp)
    found = [np.nanquantile(values[place == which], shares) for which in range(len(distinct))]
    return np.stack(found), place.astype(np.intp)


def _classed(values: Doubles, by_period: npt.NDArray[np.intp], cuts: Doubles) -> npt.NDArray[np.uint32]:
    code = (values[:, None] > cuts[by_period]).sum(axis=1)
    return np.where(np.isnan(values), np.iinfo(np.uint32).max, code).astype(np.uint32)


def _lag(
    frame: Frame, values: Doubles, periods: Any, units: Any, neighbors: Mapping[Any, Mapping[Any, float]]
) -> Doubles:
    """The weighted mean of the neighbors of each row in its period; missing without any."""
    places = {label: place for place, label in enumerate(units.labels)}
    unknown = [name for own in neighbors.values() for name in own if name not in places]
    unknown += [name for name in neighbors if name not in places]
    if unknown:
        raise DataError(f"neighbors= names {unknown[0]!r}, which is no unit ({len(set(unknown))} are not)")
    distinct, when = np.unique(periods, return_inverse=True)
    grid = np.full((len(units.labels), len(distinct)), np.nan)
    grid[units.codes, when] = values
    out = np.full(len(values), np.nan)
    sums = np.full(grid.shape, np.nan)
    for name, own in neighbors.items():
        rows = [places[other] for other in own]
        weight = np.array([float(w) for w in own.values()])[:, None] * ~np.isnan(grid[rows])
        total = weight.sum(axis=0)
        part = (weight * np.nan_to_num(grid[rows])).sum(axis=0)
        sums[places[name]] = np.divide(part, total, out=np.full(len(distinct), np.nan), where=total > 0)
    out[:] = sums[units.codes, when]
    return out
