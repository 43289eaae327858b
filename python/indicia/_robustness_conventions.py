"""`conventions`: every combination of textbook choices side by side, and which of them matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._held import Absent, Answer
from ._html import table
from ._output import optional
from ._robustness_factors import Factor, weights
from ._robustness_study import Study, failures
from .index import Index

__all__ = ["Conventions", "conventions", "entropy_habits"]

_SHOWN = 20


def entropy_habits(*, over: Literal["leaves", "children"] = "leaves", name: str = "entropy") -> Factor:
    """List the textbook habits of the entropy method as the alternatives of one factor.

    The right one first (0 ln 0 = 0, divided by ln of the rows), then what programs and papers do about zeros: shifts of
    0.0001, 0.001 (common MATLAB scripts), 0.01 and 1, |minimum| + 0.01 where a score is 0 or below (SPSSAU),
    proportions plus 1e-10 inside the logarithm. The shift is in the proportions only; where it enters the score too
    is a matter of the scale: say ``scale(["minmax", {"minmax": {"to": [0.001, 1.001]}}])``. For the scope of a panel
    say ``period(["pooled", "each"])``.

    Parameters
    ----------
    over : {"leaves", "children"}, default "leaves"
        Which nodes weights are fitted on.
    name : str
        Name of the factor in results.

    Returns
    -------
    Factor

    Examples
    --------
    >>> import indicia as ix
    >>> ix.robustness.entropy_habits().labels[:3]
    ('0 ln 0 = 0', 'z + 0.0001', 'z + 0.001 (matlab_shift)')
    """
    habits: list[tuple[str, dict[str, Any]]] = [
        ("0 ln 0 = 0", {}),
        ("z + 0.0001", {"shift": 0.0001}),
        ("z + 0.001 (matlab_shift)", {"preset": "matlab_shift"}),
        ("z + 0.01", {"shift": 0.01}),
        ("z + 1", {"shift": 1.0}),
        ("|min| + 0.01 (spssau)", {"preset": "spssau"}),
        ("p + 1e-10", {"epsilon": 1e-10}),
    ]
    scope = {"over": over} if over == "leaves" else {}
    made = weights([{"entropy": scope | given} for _, given in habits], name=name)
    return Factor(name, made.vary, tuple(label for label, _ in habits))


def conventions(
    index: Index,
    data: Any,
    vary: Sequence[Factor],
    *,
    node: str | None = None,
    unit: str | None = None,
    time: str | None = None,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    absent: Absent = "error",
    assume: Mapping[str, Answer] | None = None,
    threads: int | None = None,
) -> Conventions:
    """Score an index under every combination of alternatives, and tell which choice matters.

    Parameters
    ----------
    index, data, node, unit, time, columns, absent, assume, threads
        As `uncertainty` takes them.
    vary : list of Factor
        Factors with alternatives, such as `scale`, `weights`, `entropy_habits`, `period`; at most 100 000 combinations.

    Returns
    -------
    Conventions

    Raises
    ------
    DataError
        If a factor varies continuously, or there are too many combinations.

    Examples
    --------
    >>> import indicia as ix
    >>> countries = ix.datasets.tai()
    >>> index = ix.Index.flat([name for name in countries.columns if name != "country"], weights="entropy")
    >>> vary = [ix.robustness.entropy_habits(), ix.robustness.aggregate([None, "topsis"])]
    >>> grid = ix.robustness.conventions(index, countries, vary, unit="country")
    >>> len(grid)
    14
    >>> grid.matters()["factor"].tolist()
    ['entropy', 'aggregate']
    """
    study = Study(
        index, data, vary, node=node, levels_of=None, unit=unit, time=time, sample_weight=None,
        columns=columns, absent=absent, assume=assume, threads=threads, seed=1,
    )  # fmt: skip
    with study.held.translated():
        points = _core.robustness_grid(index._core, study.asked).reshape(-1, study.width)
    kept = {"scores": True, "ranks": True, "weights": True}
    return Conventions(study, study.replay(points, kept), points)


class Conventions:
    """An index under every combination of alternatives. Made by `conventions`; tables are of the kind of the data."""

    def __init__(self, study: Study, replays: _core.Replays, points: npt.NDArray[np.float64]) -> None:
        self._study, self._replays, self._points = study, replays, points
        self.factors = list(study.factors)
        self._edges, _, flat = replays.weights()
        self._weights = flat.reshape(replays.count, len(self._edges))

    def __len__(self) -> int:
        return int(self._replays.count)

    def _labels(self) -> dict[str, list[str]]:
        choices = self._replays.choices().reshape(len(self), len(self.factors))
        return {f.name: [f.labels[choice] for choice in choices[:, place]] for place, f in enumerate(self.factors)}

    def to_frame(self) -> Any:
        """Every combination against the index as it is.

        Returns
        -------
        table
            The label of each factor's alternative; ``rank_correlation`` (Spearman), ``rank_shift`` (mean absolute
            difference of ranks), ``largest_shift``, ``moved`` (units whose rank differs), ``weight_moved`` (the share
            of weight that moved, in the group where most did), ``failed``, why a combination could not be scored.
        """
        correlation, largest, moved, weight = self._replays.against()
        reasons: list[str | None] = [None] * len(self)
        for run, reason in self._replays.failed:
            reasons[run] = reason
        columns: dict[str, Any] = dict(self._labels())
        columns |= {
            "rank_correlation": correlation,
            "rank_shift": self._replays.shift(),
            "largest_shift": largest,
            "moved": moved,
            "weight_moved": weight,
        }
        return self._study.held.output.plain().frame(columns | ({"failed": reasons} if self._replays.failed else {}))

    def matters(self) -> Any:
        """Which choice matters.

        Returns
        -------
        table
            One row a factor: ``rank_change``, the mean absolute difference of ranks between two combinations that
            differ in it alone; ``largest_change``, the mean of the largest; ``pairs`` of combinations.
        """
        found = self._replays.matters(len(self.factors))
        return self._study.held.output.plain().frame(
            {
                "factor": [factor.name for factor in self.factors],
                "rank_change": np.array([row[0] for row in found]),
                "largest_change": np.array([row[1] for row in found]),
                "pairs": np.array([row[2] for row in found], np.int64),
            }
        )

    def weights(self) -> Any:
        """The weights of every combination: labels, ``group``, ``child``, ``weight`` (share of its group)."""
        labels = {
            name: np.repeat(np.array(column, object), len(self._edges)) for name, column in self._labels().items()
        }
        return self._study.held.output.plain().frame(
            {name: list(column) for name, column in labels.items()}
            | {
                "group": [group for group, _ in self._edges] * len(self),
                "child": [child for _, child in self._edges] * len(self),
                "weight": self._weights.ravel(),
            }
        )

    def ranks(self) -> npt.NDArray[np.uint32]:
        """Ranks: one row a combination, one column a unit; 0 without a score."""
        return self._replays.ranks().reshape(len(self), self._replays.units)

    def scores(self) -> npt.NDArray[np.float64]:
        """Scores: one row a combination, one column a unit."""
        return self._replays.scores().reshape(len(self), self._replays.units)

    def failures(self) -> Any:
        """Why combinations failed: ``reason`` and number of ``replays``."""
        return self._study.held.output.plain().frame(failures(self._replays))

    def plot(self, ax: Any = None) -> Any:
        """Draw how much each choice matters; needs matplotlib. Returns the Axes."""
        plt = optional("matplotlib.pyplot", "plot", "drawing what matters")
        found = self._replays.matters(len(self.factors))
        if ax is None:
            _, ax = plt.subplots(figsize=(6.0, 0.45 * len(found) + 1.3), layout="constrained")
        y = np.arange(len(found))
        ax.barh(y, [row[0] for row in found], color="tab:blue")
        ax.set_yticks(y, [factor.name for factor in self.factors])
        ax.invert_yaxis()
        ax.set_xlabel("mean change of ranks when this choice alone changes")
        return ax

    def __repr__(self) -> str:
        failed = f"; {len(self._replays.failed)} failed" if self._replays.failed else ""
        names = ", ".join(factor.name for factor in self.factors)
        return f"Conventions({len(self)} combinations of {names}; {self._replays.units} units{failed})"

    def _repr_html_(self) -> str:
        found = self._replays.matters(len(self.factors))
        rows = [[factor.name, *row] for factor, row in zip(self.factors, found, strict=True)]
        return table(repr(self), ["factor", "mean change of ranks", "largest", "pairs"], rows[:_SHOWN])
