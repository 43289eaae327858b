"""`stability`: how far a weight may move before the leader, or any level, changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _core
from ._held import Absent, Answer, Held
from .index import Index

__all__ = ["stability"]


def stability(
    index: Index,
    data: Any,
    *,
    groups: str | Sequence[str] | None = None,
    node: str | None = None,
    levels_of: str | None = None,
    unit: str | None = None,
    time: str | None = None,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    absent: Absent = "error",
    assume: Mapping[str, Answer] | None = None,
    threads: int | None = None,
) -> Any:
    """Find how far each weight may move before the leader, or the level of any unit, changes.

    The share w of a child in the weight of its group goes to w'; the other children keep their proportions:
    w_i' = w_i (1 - w') / (1 - w).

    Parameters
    ----------
    index, data, node, levels_of, unit, time, columns, absent, assume, threads
        As `uncertainty` takes them.
    groups : str or list of str, optional
        Groups whose weights move; by default all with weights.

    Returns
    -------
    table of the kind of the data
        One row a child whose weight can move: ``group``, ``child``, ``weight`` (its share); ``leader_low`` and
        ``leader_high``, the shares between which no other unit leads (0 and 1 where none ever does), ``leader_below``
        and ``leader_above``, the unit that leads beyond; and where the index has levels ``levels_low``,
        ``levels_high``, ``level_below``, ``level_above``, with the first unit whose level changes.

    Notes
    -----
    Learned weights are learned first; what is learned from scores above is learned again. Where scores are linear in
    the weight (sums and arithmetic means up to the node) the ends are exact to 1e-12; elsewhere the weight walks in
    steps of 1/64, and what changes and changes back within one step is not seen. Levels are those held for certain.
    With ``time`` somebody leads in every period; the leader changes when none of them leads any more.

    References
    ----------
    Triantaphyllou and Sanchez (1997), doi:10.1111/j.1540-5915.1997.tb01306.x.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B"], "cloud": [0.9, 0.5], "web": [0.1, 0.7]}
    >>> index = ix.Index.flat(["cloud", "web"], normalize="none", weights={"cloud": 0.7, "web": 0.3})
    >>> found = ix.robustness.stability(index, firms, unit="firm")
    >>> found[["child", "leader_low", "leader_high"]].round(6).values.tolist()
    [['cloud', 0.6, 1.0], ['web', 0.0, 0.4]]
    """
    held = Held(index._needs, data, unit, time, columns, absent, assume, threads)
    periods = held.panel.periods if time is not None else None
    definition = index.to_dict()
    owners = [None] if definition.get("levels") else []
    owners += [group["id"] for group in definition.get("group", []) if group.get("levels")]
    question = {
        "node": node,
        "levels": bool(owners) or levels_of is not None,
        "levels_of": levels_of if levels_of is not None or None in owners or not owners else owners[0],
        "groups": [groups] if isinstance(groups, str) else groups if groups is None else list(groups),
        "units": held.panel.rows_of_units(held.needs.units),
        "absent": held.absent,
        "assume": held.assume,
        "threads": threads,
    }
    with held.translated():
        found = _core.robustness_stability(index._core, held.table, json.dumps(question), periods)

    def label(row: int | None) -> Any:
        return None if row is None else held.panel.label(row)

    out: dict[str, Any] = {
        "group": [row[0] for row in found],
        "child": [row[1] for row in found],
        "weight": np.array([row[2] for row in found]),
    }
    ends: dict[str, list[Any]] = {"leader": [row[3] for row in found], "levels": [row[4] for row in found]}
    for what, pairs in ends.items():
        if any(pair is None for pair in pairs):
            continue
        who = "leader" if what == "leader" else "level"
        for side, name, beyond in ((0, "low", "below"), (1, "high", "above")):
            out[f"{what}_{name}"] = np.array([pair[side][0] for pair in pairs])
            out[f"{who}_{beyond}"] = [label(pair[side][1]) for pair in pairs]
    return held.output.plain().frame(out)
