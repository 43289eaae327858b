"""Where one unit stands: its best and worst indicators, by rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._keys import combined
from ._level_table import By, _check_name, _is_list
from ._names import did_you_mean, shorten
from .errors import DataError, UnknownNameError, translated

if TYPE_CHECKING:
    from .scores import Scores

Ties = Literal["min", "max", "average", "dense", "first"]


class Standings:
    """What scores say of one unit among the others."""

    __slots__ = ()

    def strengths(
        self,
        unit: Any,
        n: int = 5,
        *,
        nodes: str | Sequence[str] = "indicators",
        by: By = None,
        drop_worst: bool = True,
        min_distinct: int = 1,
        ties: Ties = "min",
    ) -> Any:
        """The nodes on which a unit ranks best, best first.

        Parameters
        ----------
        unit : label
            As in `audit`.
        n : int, default 5
            How many nodes; fewer where the unit has fewer.
        nodes : {"indicators", "groups"} or list of str, default "indicators"
            What is looked at; "groups" are all but the index.
        by : str, array, or list of these, optional
            Ranks are among the rows of the unit's group; by default all rows, in a
            panel those of its period.
        drop_worst : bool, default True
            Whether nodes where the unit has the worst rank of all are left out:
            where nearly all tie at the top, the last are no strength.
        min_distinct : int, default 1
            Nodes with fewer distinct scores, over all rows, are left out.
        ties : str, default "min"
            As in `rank`.

        Returns
        -------
        table
            ``node``, ``label``, ``parent``, ``rank``, ``n`` (rows with a score),
            ``score``. Missing scores are left out; of equal ranks the node that
            the definition names first comes first.
        """
        return standing_table(cast("Scores", self), unit, n, nodes, by, min_distinct, ties, True, drop_worst)

    def weaknesses(
        self,
        unit: Any,
        n: int = 5,
        *,
        nodes: str | Sequence[str] = "indicators",
        by: By = None,
        drop_worst: bool = False,
        min_distinct: int = 1,
        ties: Ties = "min",
    ) -> Any:
        """The nodes on which a unit ranks worst, worst last; everything else as in `strengths`.

        With ``drop_worst``, nodes where the unit shares the worst rank of all are
        left out, such as a sum of which most have nothing.
        """
        return standing_table(cast("Scores", self), unit, n, nodes, by, min_distinct, ties, False, drop_worst)


def group_codes(scores: Scores, by: By) -> npt.NDArray[np.int64] | None:
    """One code per group of rows; negative where a row has no group."""
    if by is None:
        return None
    parts = []
    for item in [by] if isinstance(by, str) or not _is_list(by) else by:
        if isinstance(item, str):
            _check_name(scores._held, item, "by")
            item = scores._held.source.key(item)
        elif len(item) != len(scores):
            raise DataError(f"by=: an array has {len(item)} values, the scored data have {len(scores)} rows")
        parts.append(factor(item).codes.astype(np.int64))
    if not parts:
        return None
    known = np.logical_and.reduce([part >= 0 for part in parts])
    return np.where(known, combined(parts), -1)


def standing_table(
    scores: Scores,
    unit: Any,
    n: int,
    nodes: str | Sequence[str],
    by: By,
    min_distinct: int,
    ties: str,
    best: bool,
    drop_worst: bool,
) -> Any:
    """The n best, or n worst, of a unit's nodes in the order of its ranks."""
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"n= is a number of at least 1, found {n!r}")
    held, passes = scores._held, scores._passes
    names = _nodes(scores, nodes)
    row = held.panel.find(unit)
    codes = group_codes(scores, held.panel.time if by is None else by)
    among = list(range(len(scores))) if codes is None else np.flatnonzero(codes == codes[row]).tolist()
    if codes is not None and codes[row] < 0:
        raise UnknownNameError(f"by=: {held.panel.text(row)} has no group to stand in")
    indicators = [name for name in names if name in passes.indicators]
    values = {} if not indicators else passes.all_indicators()
    values |= {name: passes.values[name] for name in names if name not in values}
    with translated():
        places = _core.compare_standing([values[name] for name in names], row, among, ties)
    found = {
        name: (rank, count)
        for name, (rank, worst, count, distinct) in zip(names, places, strict=True)
        if rank == rank and distinct >= min_distinct and not (drop_worst and rank == worst)
    }
    order = sorted(found, key=lambda name: found[name][0])
    chosen = order[:n] if best else order[-n:]
    about = {node["id"]: node for node in scores.fitted._index.nodes}
    return held.output.plain().frame(
        {
            "node": chosen,
            "label": [_text(about[name]["label"]) for name in chosen],
            "parent": [about[name]["parent"] for name in chosen],
            "rank": np.array([found[name][0] for name in chosen], dtype=np.float64),
            "n": np.array([found[name][1] for name in chosen], dtype=np.int64),
            "score": np.array([values[name][row] for name in chosen], dtype=np.float64),
        }
    )


def _text(label: Any) -> str | None:
    from ._files import text_of

    return text_of(label) or None


def _nodes(scores: Scores, nodes: str | Sequence[str]) -> list[str]:
    passes = scores._passes
    if nodes == "indicators":
        return list(passes.indicators)
    if nodes == "groups":
        return [name for name in passes.groups if name != passes.root]
    if isinstance(nodes, str):
        raise UnknownNameError(f"nodes= is 'indicators', 'groups' or a list of nodes, found {shorten(nodes)}")
    known = [*passes.groups, *passes.indicators]
    unknown = [name for name in nodes if name not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known)
        raise UnknownNameError(f"nodes=: no node with a score is named {shorten(unknown[0])}{hint}")
    return list(dict.fromkeys(nodes))
