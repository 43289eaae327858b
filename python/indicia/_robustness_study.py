"""What every study shares: the index bound to data, points, replays."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._encode import encode
from ._held import Absent, Answer, Held
from ._level_table import unit_weights
from ._robustness_factors import Factor
from .errors import DataError
from .index import Index

_WATCHED = 1_000


class Study:
    """An index with factors, bound to data. Used by the functions of `indicia.robustness`."""

    def __init__(
        self,
        index: Index,
        data: Any,
        vary: Sequence[Factor],
        *,
        node: str | None,
        levels_of: str | None,
        unit: str | None,
        time: str | None,
        sample_weight: str | None,
        columns: Mapping[str, str] | Sequence[str] | None,
        absent: Absent,
        assume: Mapping[str, Answer] | None,
        threads: int | None,
        seed: int,
    ) -> None:
        if not isinstance(index, Index):
            raise TypeError(f"index is an Index, found {type(index).__name__}; a fitted one has nothing left to vary")
        self.factors = [_checked(factor) for factor in vary]
        for factor in self.factors:
            if time is None and factor.vary.get("method", {}).get("step") == "period":
                raise ValueError(f"factor {factor.name!r} varies what periods things are fitted on; say time=...")
        if not self.factors:
            raise ValueError("vary= is empty: name at least one factor, such as ix.robustness.weight_noise(0.25)")
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
            raise ValueError(f"seed= is a whole number of at least 0, found {seed!r}")
        self.index, self.node, self.seed, self.threads = index, node, seed, threads
        self.held = Held(index._needs, data, unit, time, columns, absent, assume, threads)
        self.periods = self.held.panel.periods if time is not None else None
        self._more_columns()
        self.asked = json.dumps([factor._asked() for factor in self.factors])
        with self.held.translated():
            self.starts = _core.robustness_layout(index._core, self.asked)
        definition = index.to_dict()
        owners = [None] if definition.get("levels") else []
        owners += [group["id"] for group in definition.get("group", []) if group.get("levels")]
        self.levels = bool(owners) or levels_of is not None
        self.levels_of = levels_of if levels_of is not None or None in owners or not owners else owners[0]
        self.weights = unit_weights(self.held, sample_weight)[0]

    def _more_columns(self) -> None:
        """Columns that only a factor reads."""
        held, source = self.held, self.held.source
        wanted: dict[str, None] = {}
        for factor in self.factors:
            for draw in factor.vary.get("rows", {}).values():
                wanted.update(dict.fromkeys(draw.get("columns", [])))
                wanted.update(dict.fromkeys(name for name in (draw.get("strata"), draw.get("by")) if name))
            for tree in factor.vary.get("definition", {}).get("options", []):
                if tree is not None:
                    wanted.update(dict.fromkeys(Index.from_dict(tree)._needs.columns))
        known = {held.mapping.get(name, name) for name in held.needs.columns}
        for name in wanted:
            if name not in known and name in source:
                encode(name, source.column(name)).add_to(held.table, name)

    @property
    def width(self) -> int:
        """The number of dimensions of a point."""
        return self.starts[-1]

    def replay(
        self,
        points: npt.NDArray[np.float64],
        keep: Mapping[str, bool],
        watch: Sequence[int] = (),
        progress: Callable[[int], object] | None = None,
    ) -> _core.Replays:
        """Replay the index at points."""
        request = {
            "factors": [factor._asked() for factor in self.factors],
            "seed": self.seed,
            "node": self.node,
            "levels": self.levels,
            "levels_of": self.levels_of,
            "keep": dict(keep),
            "watch": list(watch),
            "units": self.held.panel.rows_of_units(self.held.needs.units),
            "absent": self.held.absent,
            "assume": self.held.assume,
            "threads": self.threads,
        }
        with self.held.translated():
            return _core.robustness_replay(
                self.index._core, self.held.table, json.dumps(request), points, self.weights, self.periods, progress
            )

    def rows(self, units: Any) -> list[int]:
        """Row numbers of units: labels, or all."""
        if units is None:
            return list(range(len(self.held)))
        labels = [units] if isinstance(units, str | int | tuple) else list(units)
        if len(labels) > _WATCHED:
            raise DataError(f"{len(labels)} units are watched; at most {_WATCHED}")
        return [self.held.panel.find(label) for label in labels]

    def runs(self, replays: _core.Replays, points: npt.NDArray[np.float64]) -> dict[str, Any]:
        """One row a replay: what each factor took, and what came of it."""
        choices = replays.choices().reshape(replays.count, len(self.factors))
        columns: dict[str, Any] = {"run": np.arange(replays.count)}
        for place, factor in enumerate(self.factors):
            start, end = self.starts[place], self.starts[place + 1]
            if factor.labels:
                columns[factor.name] = [factor.labels[choice] for choice in choices[:, place]]
            elif end == start + 1:
                columns[factor.name] = points[:, start]
            else:
                columns |= {f"{factor.name} {d - start + 1}": points[:, d] for d in range(start, end)}
        columns["rank_shift"] = replays.shift()
        names = replays.level_names
        if names:
            shares = replays.shares().reshape(replays.count, len(names))
            columns |= {f"share_{name}": shares[:, place] for place, name in enumerate(names)}
        reasons: list[str | None] = [None] * replays.count
        for run, reason in replays.failed:
            reasons[run] = reason
        if replays.failed:
            columns["failed"] = reasons
        return columns

    def recipe(self, replays: _core.Replays, **more: Any) -> dict[str, Any]:
        """What a result rests on."""
        return {
            "id": self.index.id,
            "edition": self.index.edition,
            "definition_sha256": self.index.hash,
            "indicia": _core.__version__,
            "units": replays.units,
            "replays": replays.count,
            "failed": len(replays.failed),
            "seed": self.seed,
            "generator": "SplitMix64",
            "factors": [factor._asked() for factor in self.factors],
        } | more


def failures(replays: _core.Replays) -> dict[str, Any]:
    """Reasons of failed replays with their counts, most frequent first."""
    found = sorted(json.loads(replays.failures()).items(), key=lambda item: -item[1])
    return {"reason": [reason for reason, _ in found], "replays": np.array([count for _, count in found], np.int64)}


def _checked(factor: Any) -> Factor:
    if not isinstance(factor, Factor):
        raise TypeError(f"vary= takes factors, such as ix.robustness.scale(['minmax', 'zscore']); found {factor!r}")
    return factor
