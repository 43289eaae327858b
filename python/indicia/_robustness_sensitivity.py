"""`sensitivity`: which of the choices behind an index its results hinge on."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._held import Absent, Answer
from ._html import table
from ._output import optional
from ._robustness_factors import Factor
from ._robustness_study import Study, failures
from .errors import UndefinedStatisticWarning, UnknownNameError
from .index import Index

__all__ = ["Sensitivity", "sensitivity"]

_HEAD = ["factor", "first", "first_low", "first_high", "total", "total_low", "total_high"]


def sensitivity(
    index: Index,
    data: Any,
    vary: Sequence[Factor],
    n: int = 1024,
    *,
    units: Iterable[Any] | None = None,
    second_order: bool = False,
    center: bool = True,
    ddof: int = 0,
    resamples: int = 1000,
    confidence: float = 0.9,
    seed: int = 1,
    design: Literal["sobol", "random"] = "sobol",
    points: Any = None,
    node: str | None = None,
    levels_of: str | None = None,
    unit: str | None = None,
    time: str | None = None,
    sample_weight: Any = None,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    absent: Absent = "error",
    assume: Mapping[str, Answer] | None = None,
    progress: Callable[[int, int], object] | None = None,
    threads: int | None = None,
) -> Sensitivity:
    """Split the variance of results over the factors that cause it (Sobol' indices).

    With runs A, B, AB_i (A with factor i from B) and BA_i of a Saltelli design, and V the
    variance of the values of A and B together: first_i = mean(B (AB_i - A)) / V,
    total_i = mean((A - AB_i)^2) / 2V,
    second_ij = mean(BA_i AB_j - A B) / V - first_i - first_j.

    Parameters
    ----------
    index, data, vary, node, levels_of, unit, time, columns, absent, assume, sample_weight, progress, threads
        As `uncertainty` takes them. All dimensions of a factor count as one input.
    n : int, default 1024
        Points of the design, best a power of 2; the index is replayed n (k + 2) times for k
        factors, n (2k + 2) times with second_order.
    units : list, optional
        Labels of up to 1000 units whose score and rank are outputs too.
    second_order : bool, default False
        Whether effects of pairs are wanted.
    center : bool, default True
        Take the mean of all runs off first: the same estimand with a smaller error. False is the form of COINr.
    ddof : int, default 0
        What is taken off the number of values in V: 0 as SALib, 1 as COINr.
    resamples : int, default 1000
        Bootstrap resamples for intervals: points are drawn together with all their runs, and V with them. 0 for none.
    confidence : float, default 0.9
        Share of resamples that an interval holds.
    seed : int, default 1
        Of design, draws and resamples.
    design : {"sobol", "random"}, default "sobol"
        Scrambled Sobol' points (Joe and Kuo 2008; nested uniform scrambling) err less than independent random ones; the
        intervals are those of random points, and so too wide for Sobol' points.
    points : array, optional
        Runs of your own, laid out as `Sensitivity.points`.

    Returns
    -------
    Sensitivity

    Warns
    -----
    UndefinedStatisticWarning
        If an output never changes: its indices are missing.

    Notes
    -----
    Indices sum to 1 only without
    interactions; estimates may lie a little below 0 or above 1. A point any of whose runs failed is left out of all and
    counted; nothing else is lost.

    References
    ----------
    Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018. Jansen (1999), doi:10.1016/S0010-4655(98)00154-4.
    Saltelli (2002), doi:10.1016/S0010-4655(02)00280-1.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C", "D"], "cloud": [1.0, 5.0, 9.0, 2.0], "web": [8.0, 6.0, 0.0, 3.0]}
    >>> vary = [ix.robustness.scale(["minmax", "zscore"]), ix.robustness.weight_noise(0.9)]
    >>> study = ix.robustness.sensitivity(ix.Index.flat(["cloud", "web"]), firms, vary, n=64, unit="firm", units=["A"])
    >>> study.outputs
    ['rank_shift', 'score of A', 'rank of A']
    >>> study.to_frame()["factor"].tolist()
    ['scale', 'weight_noise']
    """
    study = Study(
        index, data, vary, node=node, levels_of=levels_of, unit=unit, time=time, sample_weight=sample_weight,
        columns=columns, absent=absent, assume=assume, threads=threads, seed=seed,
    )  # fmt: skip
    k = len(study.factors)
    if design not in ("sobol", "random"):
        raise ValueError(f"design= is 'sobol' or 'random', found {design!r}")
    each = (2 * k if second_order else k) + 2
    if points is None:
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ValueError(f"n= is a number of points of at least 1, found {n!r}")
        with study.held.translated():
            flat = _core.robustness_saltelli(index._core, study.asked, second_order, design, n, seed)
        found = flat.reshape(n * each, study.width)
    else:
        found = np.ascontiguousarray(points, dtype=np.float64)
        if found.ndim != 2 or found.shape[1] != study.width or len(found) % each:
            raise ValueError(
                f"points= has rows of {study.width} numbers in [0, 1) and {each} rows a point, "
                f"found an array of {found.shape}"
            )
    watch = [] if units is None else study.rows(units)
    total = len(found)
    tell = None if progress is None else lambda done: progress(done, total)
    replays = study.replay(found, {}, watch, tell)
    conventions = {"center": center, "ddof": ddof, "resamples": resamples, "confidence": confidence, "seed": seed}
    return Sensitivity(study, replays, found, watch, second_order, conventions)


class Sensitivity:
    """Sobol' indices of the results of an index. Made by `sensitivity`; tables are of the kind of the data."""

    def __init__(
        self,
        study: Study,
        replays: _core.Replays,
        points: npt.NDArray[np.float64],
        watch: Sequence[int],
        second_order: bool,
        conventions: Mapping[str, Any],
    ) -> None:
        self._study, self._replays = study, replays
        self.points, self.second_order, self.conventions = points, second_order, dict(conventions)
        self.factors = list(study.factors)
        labels = study.held.panel.labels(np.array(watch, dtype=np.int64)) if len(watch) else []
        scores, ranks = (np.asarray(part, np.float64).reshape(replays.count, -1) for part in replays.watched())
        self._values: dict[str, npt.NDArray[np.float64]] = {"rank_shift": replays.shift()}
        shares = replays.shares().reshape(replays.count, -1) if replays.level_names else None
        for place, name in enumerate(replays.level_names):
            if shares is not None:
                self._values[f"share of {name}"] = shares[:, place]
        for place, label in enumerate(labels):
            self._values[f"score of {label}"] = scores[:, place]
            self._values[f"rank of {label}"] = np.where(ranks[:, place] > 0, ranks[:, place], np.nan)
        self._found: dict[str, Any] = {}

    @property
    def outputs(self) -> list[str]:
        """What indices there are of: the mean shift of ranks, shares of levels, scores and ranks of units asked for."""
        return list(self._values)

    def values(self, output: str = "rank_shift") -> npt.NDArray[np.float64]:
        """An output, run by run, in the order of `points`."""
        if output not in self._values:
            raise UnknownNameError(f"there is no output {output!r}; there are: {', '.join(self._values)}")
        return np.ascontiguousarray(self._values[output])

    def _indices(self, output: str) -> Any:
        if output not in self._found:
            values = self.values(output)
            found = _core.robustness_sensitivity(
                values, len(self.factors), self.second_order, json.dumps(self.conventions), self._study.threads
            )
            if found[4] == 0.0:
                message = f"{output!r} is the same in every run: it has no sensitivity to speak of"
                warnings.warn(message, UndefinedStatisticWarning, stacklevel=3)
            self._found[output] = found
        return self._found[output]

    def to_frame(self, output: str = "rank_shift") -> Any:
        """Indices of one output.

        Returns
        -------
        table
            One row a factor: ``factor``; ``first``, the share of variance it causes alone; ``total``, with all its
            interactions; each with the ends of its interval, ``_low`` and ``_high``.
        """
        first, total = self._indices(output)[:2]
        rows = [(f.name, *one, *all_) for f, one, all_ in zip(self.factors, first, total, strict=True)]
        columns: dict[str, Any] = {name: [row[place] for row in rows] for place, name in enumerate(_HEAD)}
        return self._study.held.output.plain().frame(
            {name: values if name == "factor" else np.array(values) for name, values in columns.items()}
        )

    def second(self, output: str = "rank_shift") -> Any:
        """Effects of pairs beyond their own: ``first``, ``second``, ``value``, ``low``, ``high``."""
        if not self.second_order:
            raise ValueError("effects of pairs were not asked for; say second_order=True")
        names = [factor.name for factor in self.factors]
        pairs = [(a, b) for place, a in enumerate(names) for b in names[place + 1 :]]
        found = np.array(self._indices(output)[2]).reshape(len(pairs), 3)
        return self._study.held.output.plain().frame(
            {"first": [a for a, _ in pairs], "second": [b for _, b in pairs]}
            | {name: found[:, place] for place, name in enumerate(("value", "low", "high"))}
        )

    @property
    def left_out(self) -> int:
        """Points left out because one of their runs failed."""
        return int(self._indices("rank_shift")[6])

    def runs(self) -> Any:
        """One row a run; as `Uncertainty.runs`."""
        return self._study.held.output.plain().frame(self._study.runs(self._replays, self.points))

    def failures(self) -> Any:
        """Why runs failed: ``reason`` and number of ``replays``."""
        return self._study.held.output.plain().frame(failures(self._replays))

    def salib(
        self, output: str = "rank_shift"
    ) -> tuple[dict[str, Any], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Give ``problem``, ``X`` and ``Y`` in the form SALib takes.

        Returns
        -------
        tuple of dict, ndarray, ndarray
            ``problem`` names every dimension, its bounds and its factor as ``groups``; ``X`` has one row a run,
            ``Y`` the output. ``SALib.analyze.sobol.analyze(problem, Y, calc_second_order=...)`` gives the same
            indices; its other measures (PAWN, delta) take X and Y too.
        """
        names, groups = [], []
        for place, factor in enumerate(self.factors):
            start, end = self._study.starts[place], self._study.starts[place + 1]
            names += (
                [factor.name] if end == start + 1 else [f"{factor.name} {d - start + 1}" for d in range(start, end)]
            )
            groups += [factor.name] * (end - start)
        problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names), "groups": groups}
        return problem, self.points, self.values(output)

    @property
    def recipe(self) -> dict[str, Any]:
        """What these results rest on."""
        more = {"design": "Saltelli", "first": "Saltelli 2010", "total": "Jansen 1999"}
        return self._study.recipe(self._replays, **more, **self.conventions)

    def plot(self, output: str = "rank_shift", ax: Any = None) -> Any:
        """Draw first-order and total indices with their intervals; needs matplotlib. Returns the Axes."""
        plt = optional("matplotlib.pyplot", "plot", "drawing sensitivity indices")
        first, total = (np.array(part) for part in self._indices(output)[:2])
        if ax is None:
            _, ax = plt.subplots(figsize=(6.0, 0.5 * len(self.factors) + 1.6), layout="constrained")
        y = np.arange(len(self.factors))
        for values, shift, color, label in (
            (first, -0.16, "tab:blue", "first order"),
            (total, 0.16, "tab:orange", "total"),
        ):
            known = np.isfinite(values[:, 1])
            ax.barh(y + shift, values[:, 0], height=0.3, color=color, label=label)
            ax.hlines((y + shift)[known], values[known, 1], values[known, 2], color="black", linewidth=1)
        ax.set_yticks(y, [factor.name for factor in self.factors])
        ax.invert_yaxis()
        ax.axvline(0.0, color="black", linewidth=0.8)
        ax.set_xlabel(f"share of the variance of {output.replace('_', ' ')}")
        ax.legend(frameon=False)
        return ax

    def __repr__(self) -> str:
        failed = f"; {len(self._replays.failed)} failed" if self._replays.failed else ""
        counts = f"{self._replays.count} runs of {self._replays.units} units"
        return f"Sensitivity({len(self.factors)} factors, {counts}{failed})"

    def _repr_html_(self) -> str:
        first, total = self._indices("rank_shift")[:2]
        rows = [[f.name, *one, *all_] for f, one, all_ in zip(self.factors, first, total, strict=True)]
        return table(repr(self), _HEAD, rows, ["of the mean shift of ranks"])
