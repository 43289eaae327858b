"""`change`: the smallest change of some indicators that makes a node reach a score."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from . import _core
from ._html import number, table
from ._names import did_you_mean, shorten
from ._output import Levels
from ._plan_apply import _column, _listed
from .errors import DataError, UnknownNameError
from .fitted import FittedIndex
from .index import Index
from .scores import Scores

__all__ = ["Changes", "change"]

STATES = ["unknown", "unreachable", "limit", "changed", "there"]
_SHOWN = 10

Bounds = Mapping[str, Sequence[float | None]]


def change(
    index: Index | FittedIndex,
    data: Any,
    to: float,
    vary: Sequence[str],
    *,
    node: str | None = None,
    costs: Mapping[str, float] | None = None,
    bounds: Bounds | None = None,
    limit: int = 20_000,
    unit: str | None = None,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    absent: Literal["error", "unknown"] = "error",
    assume: Mapping[str, bool | float | str] | None = None,
    threads: int | None = None,
) -> Changes:
    """Find the smallest change of some indicators that makes a node reach a score.

    minimize sum_j c_j |x_j' - x_j| over the chosen indicators such that the score of the
    node is at least ``to``; c_j = 1 / range of the scale unless costs are given, so that
    the sum is in shares of ranges.

    Parameters
    ----------
    index : Index or FittedIndex
        An `Index` is fitted on the data first, where there is something to fit.
    data : table
        Units with their values.
    to : float
        The score to reach.
    vary : list of str
        Indicators that may change; each in the direction that is better.
    node : str, optional
        A group; by default the index.
    costs : dict of str to float, optional
        Cost of one unit of the measure of an indicator, above 0; the others cost 1 /
        range, range being that of the domain, else between the anchors of the scale.
    bounds : dict of str to (low, high), optional
        An indicator does not go beyond; None is no bound. It does not go beyond its
        domain either, nor where its scale has nothing better to give.
    limit : int, default 20000
        Choices of bands and turns looked at per unit. Where it is hit, ``gap`` says how
        much cheaper a change could be at most.
    unit, columns, absent, assume, threads
        As `Index.score` takes them.

    Returns
    -------
    Changes
        Cost, values afterwards, the score that results; the units after their changes.

    Raises
    ------
    DefinitionError
        If the smallest change is not defined or not found by this method: an
        aggregation that may fall when a child rises or compares units (all of these;
        mpi, ampi, topsis, borda, ...); several indicators below one that is not concave
        (max, median, power with p > 1, owa with orness above 0.5) or with scales that
        are curved; indicators answered by a choice (say `path`), or derived.

    Notes
    -----
    One indicator: bisection, exact to rounding for any score that never falls. Several:
    sums and arithmetic means of lines, bands and flags, and geometric, harmonic, power
    (p <= 1), owa (orness <= 0.5), mean_min and min are concave; a linear programme over
    supporting planes closes in from below and a line search from above, until both agree
    to 1e-9 of the cost; for sums and means the first plane is exact. Bands, flags and
    clipped values below the lower anchor are searched by branch and bound.

    **What is unknown does not move.** A unit whose score is missing has no change;
    `Changes.needed` names the columns. Where a group renormalizes, indicators without
    an answer stay without one. Values are real numbers, also of columns that count.

    References
    ----------
    Veinott (1967), doi:10.1287/opre.15.1.147. Dantzig (1957), doi:10.1287/opre.5.2.266.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C"], "cloud": [0.0, 4.0, 10.0], "web": [0.0, 5.0, 5.0]}
    >>> index = ix.Index.flat(["cloud", "web"], normalize={"goalposts": {"low": 0, "high": 10}})
    >>> found = ix.plan.change(index, firms, to=0.6, vary=["cloud", "web"], costs={"web": 0.05}, unit="firm")
    >>> found.to_frame()[["firm", "state", "cost", "cloud", "web"]].round(6).values.tolist()
    [['A', 'changed', 0.7, 2.0, 10.0], ['B', 'changed', 0.15, 4.0, 8.0], ['C', 'there', 0.0, 10.0, 5.0]]
    """
    if isinstance(to, bool) or not isinstance(to, int | float | np.number):
        raise TypeError(f"to= is a score, found {to!r}")
    if not np.isfinite(float(to)):
        raise DataError(f"to= is a finite score, found {to!r}")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ValueError(f"limit= is a number of at least 1, found {limit!r}")
    keywords: dict[str, Any] = {
        "unit": unit,
        "columns": columns,
        "absent": absent,
        "assume": assume,
        "threads": threads,
    }
    fitted = index
    if isinstance(index, Index) and index.stages():
        scores = index.fit_score(data, **keywords)
        fitted = scores.fitted
    else:
        scores = index.score(data, **keywords)
    return Changes(fitted, data, scores, float(to), _names(vary), node, costs or {}, bounds or {}, limit, keywords)


class Changes:
    """The smallest changes of all units. Made by `change`; tables are of the kind of the data."""

    def __init__(
        self,
        fitted: Index | FittedIndex,
        data: Any,
        scores: Scores,
        to: float,
        vary: list[str],
        node: str | None,
        costs: Mapping[str, float],
        bounds: Bounds,
        limit: int,
        keywords: dict[str, Any],
    ) -> None:
        self.before, self.to, self.vary = scores, to, vary
        self.node = scores._root() if node is None else node
        self._fitted, self._data, self._keywords = fitted, data, keywords
        for argument, given in (("costs", costs), ("bounds", bounds)):
            strange = [name for name in given if name not in vary]
            if strange:
                hint = did_you_mean(str(strange[0]), vary)
                raise UnknownNameError(f"{argument}=: {shorten(strange[0])} is not among vary={hint}")
        asked = [{"id": name, "cost": _cost(costs, name), **_bound(bounds, name)} for name in vary]
        held = scores._held
        with held.translated():
            self._found = _core.plan_changes(
                scores.fitted._core,
                held.table,
                json.dumps({"node": self.node, "to": to, "vary": asked, "limit": limit}),
                held.score_request([]),
            )
        self._after: Scores | None = None

    def __len__(self) -> int:
        return len(self.before)

    @property
    def cost(self) -> Any:
        """What each change costs: 0 where the score is there, missing where there is no change."""
        return self.before._column("cost", self._found["costs"])

    def to_frame(self) -> Any:
        """Every unit with its change.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Unit first, where it is a column; ``state``: there, changed, limit (a change,
            perhaps not the smallest), unreachable, unknown (the score is missing);
            ``cost``; ``gap``, the share of the cost that a change could be cheaper at
            most; ``score`` before; ``reached``, the score afterwards, or the best that can
            be reached where that is not enough (missing where there is no best); and one
            column per indicator that may change, its value afterwards.
        """
        found = self._found
        columns = {
            "state": Levels(found["outcomes"].astype(np.int16), STATES),
            "cost": found["costs"],
            "gap": found["gap"],
            "score": found["before"],
            "reached": found["after"],
        }
        twice = [name for name in self.vary if name in columns]
        if twice:
            raise DataError(f"{twice[0]!r} names an indicator and a column of the result; see Changes.steps")
        return self.before._rows(columns | dict(zip(self.vary, found["values"], strict=True)))

    def steps(self, units: Iterable[Any] | None = None) -> Any:
        """The changes one by one: ``unit``, ``indicator``, ``from``, ``to``; those that change only."""
        panel = self.before._held.panel
        if units is None:
            rows = np.arange(len(self))
        else:
            rows = np.array([panel.find(unit) for unit in ([units] if isinstance(units, str) else units)], np.int64)
        moves = [
            (int(row), name, before[row], after[row])
            for row in rows
            for name, before, after in zip(self.vary, self._found["from"], self._found["values"], strict=True)
            if before[row] == before[row] and before[row] != after[row]
        ]
        return self.before._held.output.plain().frame(
            {
                "unit": panel.labels(np.array([move[0] for move in moves], np.int64)),
                "indicator": [move[1] for move in moves],
                "from": np.array([move[2] for move in moves], np.float64),
                "to": np.array([move[3] for move in moves], np.float64),
            }
        )

    def needed(self) -> Any:
        """What units whose score is missing have not answered: ``unit``, ``column``."""
        rows, names = self._found["needed"]
        held = self.before._held
        columns = {"unit": held.panel.labels(rows), "column": [held.mapping.get(name, name) for name in names]}
        return held.output.plain().frame(columns)

    def applied(self) -> Any:
        """The data after all changes, of the same kind; units without a change stay as they are."""
        held = self.before._held
        columns: dict[str, Any] = {name: held.source.column(name) for name in held.source.names}
        definition = self.before.fitted._index.to_dict()
        reads = {leaf["id"]: leaf.get("column", leaf["id"]) for leaf in definition["indicator"]}
        for name, before, after in zip(self.vary, self._found["from"], self._found["values"], strict=True):
            read = reads[name] if isinstance(reads[name], str) else reads[name][0]
            own = held.mapping.get(read, read)
            moved = np.flatnonzero((before != after) & ~np.isnan(before))
            if not len(moved):
                continue
            values = _listed(columns[own])
            for row in moved:
                values[row] = float(after[row])
            columns[own] = _column(values)
        return held.output.frame(columns)

    @property
    def after(self) -> Scores:
        """The units scored again after their changes, by the same fitted numbers."""
        if self._after is None:
            self._after = self.before.fitted.score(self.applied(), **self._keywords)
        return self._after

    def __repr__(self) -> str:
        states = np.bincount(self._found["outcomes"], minlength=len(STATES))
        counts = ", ".join(
            f"{count} {name}" for name, count in reversed(list(zip(STATES, states, strict=True))) if count
        )
        return f"Changes({self.node} to {number(self.to)} by {', '.join(self.vary)}: {counts})"

    def _repr_html_(self) -> str:
        panel, found = self.before._held.panel, self._found
        head = ["", "state", "cost", "score", "reached", *self.vary]
        rows = []
        for row in range(min(len(self), _SHOWN)):
            values = [float(found[name][row]) for name in ("costs", "before", "after")]
            values += [float(column[row]) for column in found["values"]]
            rows.append([panel.label(row), STATES[int(found["outcomes"][row])], *values])
        notes = [f"first {_SHOWN} of {len(self)} rows"] if len(self) > _SHOWN else []
        return table(repr(self), head, rows, notes)


def _names(vary: Any) -> list[str]:
    if isinstance(vary, str) or not isinstance(vary, Sequence) or not all(isinstance(name, str) for name in vary):
        raise TypeError(f"vary= is a list of indicators, found {vary!r}")
    return list(vary)


def _cost(costs: Mapping[str, float], name: str) -> float | None:
    if name not in costs:
        return None
    cost = costs[name]
    if isinstance(cost, bool) or not isinstance(cost, int | float | np.number) or not 0 < float(cost) < np.inf:
        raise DataError(f"costs=: the cost of {name!r} is a number above 0, found {cost!r}")
    return float(cost)


def _bound(bounds: Bounds, name: str) -> dict[str, float | None]:
    if name not in bounds:
        return {}
    pair: Any = bounds[name]
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise TypeError(f"bounds=: those of {name!r} are (low, high), found {pair!r}")
    low, high = (None if end is None or np.isinf(float(end)) else float(end) for end in pair)
    if any(end is not None and np.isnan(end) for end in (low, high)):
        raise DataError(f"bounds=: those of {name!r} are numbers or None, found {pair!r}")
    if low is not None and high is not None and low > high:
        raise DataError(f"bounds=: the lower one of {name!r} is above the upper one, {low} > {high}")
    return {"low": low, "high": high}
