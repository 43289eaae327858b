"""What was computed for the rows: at once the scores and levels, on request the rest, from the same columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._held import Held
from ._output import Levels
from ._warnings import warn_all
from .errors import DataChangedError

if TYPE_CHECKING:
    from .fitted import FittedIndex

Doubles = npt.NDArray[np.float64]

_CHANGED = "the data changed since they were scored; score them again"


class LevelColumn(NamedTuple):
    """Certain and possible levels of each row, as codes into names."""

    owner: str | None
    names: list[str]
    certain: npt.NDArray[np.uint8]
    possible: npt.NDArray[np.uint8]

    @property
    def known(self) -> Levels:
        """The level, where only one is possible."""
        same = self.certain == self.possible
        return Levels(np.where(same, self.certain.astype(np.int16), np.int16(-1)), self.names)

    @property
    def low(self) -> Levels:
        """The level each row has for certain."""
        return Levels(self.certain.astype(np.int16), self.names)

    @property
    def high(self) -> Levels:
        """The highest level each row could have."""
        return Levels(self.possible.astype(np.int16), self.names)

    def agrees(self, other: LevelColumn) -> bool:
        """Whether both say the same of every row."""
        return bool(np.array_equal(self.certain, other.certain) and np.array_equal(self.possible, other.possible))


class Passes:
    """Passes of the core over the held columns; the first one stores all groups and levels.

    Parameters
    ----------
    fitted : FittedIndex
    held : Held
    stacklevel : int
        For warnings of the first pass.
    """

    def __init__(self, fitted: FittedIndex, held: Held, stacklevel: int) -> None:
        summary = fitted._index._summary
        self.fitted, self.held = fitted, held
        self.root: str | None = summary["root"]
        self.groups = [n["id"] for n in summary["nodes"] if n["kind"] == "group" and n["scored"]]
        if self.root in self.groups:
            self.groups.remove(self.root)
            self.groups.insert(0, self.root)
        else:
            self.root = None
        self.indicators = [n["id"] for n in summary["nodes"] if n["kind"] == "indicator"]
        self.has_levels = bool(summary["levels"])
        self._more: dict[str, Any] = {}
        if self.has_levels:
            # Levels need the range of every row, so that of the index comes with them at little cost.
            bounds = [] if self.root is None else [self.root]
            first = self._run(self.groups, levels=True, range=True, coverage=True, bounds=bounds)
            self._keep_bounds(self.root, first)
        else:
            first = self._run(self.groups)
        self.values: dict[str, Doubles] = dict(first["nodes"])
        self.levels = _level_columns(first)
        self.report: dict[str, Any] = json.loads(first["report"])
        warn_all(self.report["warnings"] + held.warnings(), stacklevel, held.panel.text)

    def _run(self, nodes: Sequence[str], **wanted: Any) -> dict[str, Any]:
        held = self.held
        with held.translated():
            return self.fitted._core.score(held.table, held.score_request(nodes, **wanted), held.periods)

    def again(self, nodes: Sequence[str], **wanted: bool) -> dict[str, Any]:
        """One more pass.

        Raises
        ------
        DataChangedError
            If index or levels come out otherwise than the first time.
        """
        asked = list(dict.fromkeys([*nodes, *([self.root] if self.root else [])]))
        found = self._run(asked, levels=self.has_levels, **wanted)
        same = self.root is None or np.array_equal(found["nodes"][self.root], self.values[self.root], equal_nan=True)
        pairs = zip(self.levels, _level_columns(found), strict=True)
        if not (same and all(before.agrees(now) for before, now in pairs)):
            raise DataChangedError(_CHANGED)
        return found

    def node(self, name: str) -> Doubles:
        """Scores of a node, indicators by a second pass."""
        if name not in self.values:
            self.values[name] = self.again([name])["nodes"][name]
        return self.values[name]

    def all_indicators(self) -> dict[str, Doubles]:
        """Scores of all indicators."""
        lacking = [name for name in self.indicators if name not in self.values]
        if lacking:
            found = self.again(lacking)["nodes"]
            self.values.update({name: found[name] for name in lacking})
        return {name: self.values[name] for name in self.indicators}

    def bounds(self, node: str | None, stacklevel: int | None = None) -> dict[str, Any]:
        """Low, high and coverage of a node, and answered and assumed of the rows.

        With ``stacklevel``, a warning says when open ends rest on observed extremes.
        """
        key = f"bounds {node}"
        if key not in self._more:
            self._keep_bounds(node, self.again([] if node is None else [node], range=True, coverage=True))
        bounds: dict[str, Any] = self._more[key]
        low, high = bounds["low"], bounds["high"]
        if stacklevel is not None and low is not None and not np.array_equal(low, high, equal_nan=True):
            message = "no domain is declared, so what is unanswered is taken to lie between the fitted extremes"
            warn_all([{"kind": "range", "node": name, "message": message} for name in bounds["observed"]], stacklevel)
        return bounds

    def _keep_bounds(self, node: str | None, found: dict[str, Any]) -> None:
        self._more[f"bounds {node}"] = {
            "low": found["low"].get(node),
            "high": found["high"].get(node),
            "coverage": found["coverage"].get(node),
            "answered": found["answered"],
            "assumed": found["assumed"],
            "observed": json.loads(found["report"])["range_from_observed"],
        }

    def audit(self, row: int) -> dict[str, Any]:
        """How one row came to its scores and levels.

        Raises
        ------
        DataChangedError
            If they come out otherwise than when the row was scored.
        """
        held = self.held
        period = held.panel.period_of(row) if held.periods is not None else None
        with held.translated():
            found: dict[str, Any] = json.loads(self.fitted._core.audit(held.table, row, held.score_request([]), period))
        for group in found["groups"]:
            stored = self.values.get(group["node"])
            now = np.nan if group["score"] is None else group["score"]
            if stored is not None and not np.array_equal(stored[row], now, equal_nan=True):
                raise DataChangedError(_CHANGED)
        return found


def _level_columns(found: dict[str, Any]) -> list[LevelColumn]:
    return [LevelColumn(c["owner"], list(c["names"]), c["certain"], c["possible"]) for c in found["levels"]]
