"""`path`: the cheapest way of every unit to a level."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._files import text_of
from ._html import number, table
from ._output import Levels
from ._plan_apply import applied
from ._plan_measures import Measures, measures_of
from .fitted import FittedIndex
from .index import Index
from .scores import Scores

__all__ = ["Paths", "path"]

STATES = ["unreachable", "limit", "planned", "there"]
_UNREACHABLE, _LIMIT, _PLANNED, _THERE = range(4)
_SHOWN = 10


def path(
    index: Index | FittedIndex,
    data: Any,
    to: str,
    costs: Measures,
    *,
    node: str | None = None,
    within: float | None = None,
    limit: int = 20_000,
    unit: str | None = None,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    absent: Literal["error", "unknown"] = "error",
    assume: Mapping[str, bool | float | str] | None = None,
    threads: int | None = None,
) -> Paths:
    """Find the cheapest measures that bring each unit to a level.

    minimize sum(cost of chosen measures) such that all conditions of the level hold
    after them and every chosen measure has what it requires. Solved exactly by branch
    and bound, once for each pattern of answers.

    Parameters
    ----------
    index : Index or FittedIndex
        A definition with levels.
    data : table
        Units with their answers.
    to : str
        The level to reach.
    costs : list of dict, table, or path of a TOML file
        Measures. As dicts: ``id``, ``cost``, ``sets`` (indicator or column to the
        answer afterwards: a number is *at least* this, ``{"at_most": x}`` at most,
        of several choices at least these), and if wanted ``months``, ``requires``
        (names of measures that come first, unless what they bring is there) and
        ``label``. As a table: one row per item, with the columns ``measure``,
        ``item``, ``answer`` (or ``at_most``), ``cost``, and if wanted ``months``,
        ``requires`` (separated by ";"), ``label``. A product that covers several
        items is one measure.
    node : str, optional
        Node whose levels are meant; by default those of the index.
    within : float, optional
        Also look for alternatives: plans without one of the measures that cost at
        most this share more, such as 0.05.
    limit : int, default 20000
        Nodes of the search per pattern. Where it is hit, ``gap`` tells how much
        cheaper a plan could be at most.
    unit, columns, absent, assume, threads
        As `Index.score` takes them.

    Returns
    -------
    Paths
        Plans, steps, alternatives, and the units after their plans.

    Raises
    ------
    DataError
        If measures are malformed: negative costs, unknown items or requirements,
        measures that require each other in a circle; all problems at once.

    Notes
    -----
    **What is unknown is taken at its worst.** A plan reaches the level whatever the
    unanswered questions would say; `Paths.needed` names the answers that could make
    it cheaper. Measures only raise answers; a condition that something must *not*
    be is never brought about by one. Where several ways meet a level, each is tried.
    ``months`` of a plan is its longest chain of measures that wait for each other.

    Examples
    --------
    See `indicia.plan`.
    """
    if within is not None and not within >= 0:
        raise ValueError(f"within= is a share of at least 0, found {within!r}")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ValueError(f"limit= is a number of at least 1, found {limit!r}")
    given = measures_of(costs)
    keywords: dict[str, Any] = {
        "unit": unit,
        "columns": columns,
        "absent": absent,
        "assume": assume,
        "threads": threads,
    }
    scores = index.score(data, **keywords)
    return Paths(index, data, scores, str(to), node, given, {"limit": limit, "within": within}, keywords)


class Paths:
    """The plans of all units. Made by `path`; tables are of the kind of the data."""

    def __init__(
        self,
        index: Index | FittedIndex,
        data: Any,
        scores: Scores,
        to: str,
        node: str | None,
        measures: list[dict[str, Any]],
        wanted: dict[str, Any],
        keywords: dict[str, Any],
    ) -> None:
        self.before = scores
        self.eligibility = scores.eligibility(to, node)
        self.measures = measures
        self._index, self._data, self._keywords, self._node = index, data, keywords, node
        self._wanted = wanted
        held = scores._held
        with held.translated():
            self._of, self._plans, self._given = _core.plan_paths(
                scores.fitted._core,
                held.table,
                self.eligibility._asked,
                json.dumps(measures),
                json.dumps(wanted),
                held.score_request([]),
            )
        self._after: Scores | None = None

    def __len__(self) -> int:
        return len(self.before)

    # Plans

    def _states(self) -> npt.NDArray[np.int16]:
        codes = [
            _UNREACHABLE
            if cost is None
            else _THERE
            if not chosen
            else _PLANNED
            if lower >= cost - 1e-9 * max(cost, 1.0)
            else _LIMIT
            for cost, lower, _, chosen, _ in self._plans
        ]
        return self._spread(np.array(codes, np.int16))

    def _spread(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What holds for plans, for every unit."""
        return values[self._of.astype(np.int64)] if len(self._plans) else values[:0]

    def _numbers(self, place: int) -> npt.NDArray[np.float64]:
        values = [np.nan if plan[place] is None or plan[0] is None else plan[place] for plan in self._plans]
        return self._spread(np.array(values, np.float64))

    @property
    def cost(self) -> Any:
        """What each plan costs; missing where the level cannot be reached, 0 where it is."""
        return self.before._column("cost", self._numbers(0))

    def to_frame(self) -> Any:
        """Every unit with its plan.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Unit first, where it is a column; ``state``: there, planned, limit (a
            plan, perhaps not the cheapest) or unreachable; ``cost``; ``gap``, the
            share of the cost that a plan could be cheaper at most (0 where exact);
            ``months``; ``measures``, names in an order in which they can be done.
        """
        cost, lower = self._numbers(0), self._numbers(1)
        gap = np.where(cost > 0, (cost - np.minimum(lower, cost)) / np.where(cost > 0, cost, 1.0), cost * 0.0)
        names = ["; ".join(self.measures[m]["id"] for m in plan[3]) for plan in self._plans]
        distinct = list(dict.fromkeys(names)) or [""]
        places = {name: place for place, name in enumerate(distinct)}
        return self.before._rows(
            {
                "state": Levels(self._states(), STATES),
                "cost": cost,
                "gap": np.where(gap < 1e-9, 0.0, gap) + cost * 0.0,
                "months": self._numbers(2),
                "measures": Levels(self._spread(np.array([places[name] for name in names], np.int32)), distinct),
            }
        )

    def steps(self, units: Iterable[Any] | None = None) -> Any:
        """The measures of each plan in order: ``unit``, ``step``, ``measure``, ``label``, ``cost``, ``months``."""
        rows = np.arange(len(self)) if units is None else self.eligibility._rows_of(units)
        chosen = [self._plans[int(self._of[row])][3] for row in rows]
        repeated = np.repeat(rows, [len(plan) for plan in chosen])
        flat = [m for plan in chosen for m in plan]
        return self.before._held.output.plain().frame(
            self.eligibility._labels(repeated)
            | {
                "step": np.array([k + 1 for plan in chosen for k in range(len(plan))], np.int64),
                "measure": [self.measures[m]["id"] for m in flat],
                "label": [text_of(self.measures[m].get("label")) or None for m in flat],
                "cost": np.array([self.measures[m]["cost"] for m in flat], np.float64),
                "months": np.array([self.measures[m].get("months") or np.nan for m in flat], np.float64),
            }
        )

    def alternatives(self, unit: Any) -> list[dict[str, Any]]:
        """Other plans of one unit within the share that was asked for: ``cost`` and ``measures``, cheapest first."""
        row = self.before._held.panel.find(unit)
        found = [self._told(plan) for plan in self._plans[int(self._of[row])][4]]
        return sorted(found, key=lambda plan: (plan["cost"], plan["measures"]))

    def _told(self, plan: Sequence[int]) -> dict[str, Any]:
        return {"cost": sum(self.measures[m]["cost"] for m in plan), "measures": [self.measures[m]["id"] for m in plan]}

    def needed(self, units: Iterable[Any] | None = None) -> Any:
        """The unanswered columns that could make a plan cheaper; as `Eligibility.needed`."""
        rows = np.arange(len(self)) if units is None else self.eligibility._rows_of(units)
        open_ = self.eligibility._found["open"][rows] > 0
        columns = self.eligibility._needed_columns(rows[open_])
        return self.before._held.output.plain().frame(columns)

    # After

    def applied(self) -> Any:
        """The data after all plans, of the same kind; units without a plan stay as they are."""
        return applied(self)

    @property
    def after(self) -> Scores:
        """The units scored again after their plans."""
        if self._after is None:
            self._after = self._index.score(self.applied(), **self._keywords)
        return self._after

    def summary(self) -> Any:
        """Every measure: ``measure``, ``cost``, ``units`` whose plan has it, ``total`` cost, most used first."""
        counts = np.bincount(self._of.astype(np.int64), minlength=len(self._plans))
        uses = np.zeros(len(self.measures), np.int64)
        for plan, count in zip(self._plans, counts, strict=True):
            uses[plan[3]] += count
        costs = np.array([measure["cost"] for measure in self.measures], np.float64)
        order = np.argsort(-uses, kind="stable")
        return self.before._held.output.plain().frame(
            {
                "measure": [self.measures[m]["id"] for m in order],
                "cost": costs[order],
                "units": uses[order],
                "total": (costs * uses)[order],
            }
        )

    def __repr__(self) -> str:
        states = np.bincount(self._states(), minlength=len(STATES))
        counts = ", ".join(
            f"{count} {name}" for name, count in reversed(list(zip(STATES, states, strict=True))) if count
        )
        total = np.nansum(self._numbers(0)) if len(self) else 0.0
        return f"Paths(to {self.eligibility.level}: {counts}; total cost {number(float(total))})"

    def _repr_html_(self) -> str:
        counts = np.bincount(self._of.astype(np.int64), minlength=len(self._plans))
        order = np.argsort(-counts, kind="stable")[:_SHOWN]
        rows = [
            [int(counts[p]), self._plans[p][0], "; ".join(self.measures[m]["id"] for m in self._plans[p][3])]
            for p in order
        ]
        notes = [f"first {_SHOWN} of {len(self._plans)} plans"] if len(self._plans) > _SHOWN else []
        return table(repr(self), ["units", "cost", "measures"], rows, notes)
