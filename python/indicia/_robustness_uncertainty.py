"""`uncertainty`: how far scores, ranks and levels move when the choices behind an index do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from ._held import Absent, Answer
from ._html import number, table
from ._output import Levels, optional
from ._robustness_factors import Factor
from ._robustness_study import Study, failures
from .errors import DataError
from .index import Index

__all__ = ["Uncertainty", "uncertainty"]

_SHOWN = 10
_MOST_BYTES = 4 * 2**30


def uncertainty(
    index: Index,
    data: Any,
    vary: Sequence[Factor],
    n: int = 1000,
    *,
    seed: int = 1,
    design: Literal["random", "sobol"] = "random",
    points: Any = None,
    node: str | None = None,
    levels_of: str | None = None,
    keep: Iterable[Literal["scores", "ranks", "levels"]] = ("scores", "ranks", "levels"),
    unit: str | None = None,
    time: str | None = None,
    sample_weight: Any = None,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    absent: Absent = "error",
    assume: Mapping[str, Answer] | None = None,
    progress: Callable[[int, int], object] | None = None,
    threads: int | None = None,
) -> Uncertainty:
    """Replay an index many times, each time with other choices, and see what stays.

    Each replay draws one alternative of every factor, fits what is downstream of it anew
    and scores all units again.

    Parameters
    ----------
    index : Index
        The index around which choices vary.
    data : table
        Units with their indicators, as `Index.fit` takes them.
    vary : list of Factor
        What varies; see `indicia.robustness` for the factors there are. A factor that
        would change nothing is refused.
    n : int, default 1000
        Number of replays.
    seed : int, default 1
        Of everything that is drawn; 0 is a seed like any other. The same seed gives the
        same bits for any number of threads.
    design : {"random", "sobol"}, default "random"
        Independent draws, or scrambled Sobol' points (then n is best a power of 2).
    points : array, optional
        Points of your own instead: one row a replay, numbers in [0, 1), as many as
        `Uncertainty.points` has.
    node : str, optional
        Node whose scores are ranked; by default the index.
    levels_of : str, optional
        Node whose levels are looked at; by default those of the index, where there are any.
    keep : {"scores", "ranks", "levels"}, default all
        What is kept of every replay for every unit: 8, 4 and 1 bytes. What is not kept
        cannot be asked for; the mean shift of ranks and the shares of levels always are.
    unit, columns, absent, assume, threads
        As `Index.fit` takes them.
    time : str, optional
        Column of periods: units then rank within their period, and steps may be fitted by period.
    sample_weight : str or array, optional
        Weights of units in the shares of levels.
    progress : callable, optional
        Called now and then with the number of finished replays and that of all.

    Returns
    -------
    Uncertainty
        Tables of scores, ranks, levels and runs, of the kind of the data.

    Raises
    ------
    DataError, DefinitionError, UnknownNameError
        If a factor cannot be, with its name.

    Notes
    -----
    Ranks count from 1 for the highest score, ties get the best; units without a score have none.
    A replay that fails (a logarithm of a negative score, say) is counted in
    `Uncertainty.failures` with its reason and left out of everything else. Discrete
    alternatives are drawn by equal parts of [0, 1), or by their probabilities. The random
    generator is SplitMix64 with one stream a replay.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, doi:10.1787/9789264043466-en, chapter 7.
    Saisana, Saltelli and Tarantola (2005), doi:10.1111/j.1467-985X.2005.00350.x.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C"], "cloud": [1.0, 5.0, 9.0], "web": [8.0, 6.0, 0.0]}
    >>> index = ix.Index.flat(["cloud", "web"])
    >>> vary = [ix.robustness.scale(["minmax", "zscore"]), ix.robustness.weight_noise(0.5)]
    >>> study = ix.robustness.uncertainty(index, firms, vary, n=200, unit="firm")
    >>> study.ranks()["nominal"].tolist()
    [2, 1, 2]
    """
    kept = {name: name in set(keep) for name in ("scores", "ranks", "levels")}
    unknown = set(keep) - set(kept)
    if unknown:
        raise ValueError(f"keep= takes scores, ranks and levels, found {', '.join(map(repr, sorted(unknown)))}")
    study = Study(
        index, data, vary, node=node, levels_of=levels_of, unit=unit, time=time, sample_weight=sample_weight,
        columns=columns, absent=absent, assume=assume, threads=threads, seed=seed,
    )  # fmt: skip
    if points is None:
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ValueError(f"n= is a number of replays of at least 1, found {n!r}")
        if design not in ("random", "sobol"):
            raise ValueError(f"design= is 'random' or 'sobol', found {design!r}")
    count = n if points is None else len(points)
    size = count * len(study.held) * (8 * kept["scores"] + 4 * kept["ranks"] + kept["levels"])
    size = max(size, 8 * count * study.width)
    if size > _MOST_BYTES:
        raise DataError(
            f"{count} replays of {len(study.held)} units would keep {size / 2**30:.1f} GiB; "
            "say keep=['ranks'] or fewer replays"
        )
    if points is None:
        found = _core.robustness_points(design, n, study.width, seed).reshape(n, study.width)
    else:
        found = np.ascontiguousarray(points, dtype=np.float64)
        if found.ndim != 2 or found.shape[1] != study.width:
            raise ValueError(f"points= has rows of {study.width} numbers in [0, 1), found an array of {found.shape}")
    total = len(found)
    tell = None if progress is None else lambda done: progress(done, total)
    replays = study.replay(found, kept, progress=tell)
    return Uncertainty(study, replays, found, kept)


class Uncertainty:
    """What the replays of `uncertainty` say; tables are of the kind of the data."""

    def __init__(
        self, study: Study, replays: _core.Replays, points: npt.NDArray[np.float64], kept: Mapping[str, bool]
    ) -> None:
        self._study, self._replays, self._kept = study, replays, kept
        self.points = points
        self.factors = list(study.factors)

    def __len__(self) -> int:
        return int(self._replays.count)

    def _need(self, what: str) -> None:
        if what == "levels" and not self._replays.level_names:
            raise DataError("the index has no levels")
        if not self._kept[what]:
            raise DataError(f"{what} were not kept; say keep=[{what!r}]")

    def _rows(self, columns: Mapping[str, Any]) -> Any:
        held = self._study.held
        return held.output.frame(held.panel.columns | dict(columns))

    # Units

    def _described(self, what: str, quantiles: Sequence[float]) -> dict[str, Any]:
        self._need(what)
        asked = [float(q) for q in quantiles]
        if any(not 0 <= q <= 1 for q in asked):
            raise ValueError(f"quantiles are numbers between 0 and 1, found {quantiles!r}")
        mean, sd, columns, count = getattr(self._replays, f"{what[:-1]}_distribution")(asked)
        named = {f"q{100 * q:g}": column for q, column in zip(asked, columns, strict=True)}
        return {"mean": mean, "sd": sd, **named, "replays": count.astype(np.int64)}

    def scores(self, quantiles: Sequence[float] = (0.05, 0.5, 0.95)) -> Any:
        """The distribution of every unit's score.

        Returns
        -------
        table
            Unit first, where it is a column; ``nominal`` (the index as it is), ``mean``, ``sd`` (n - 1), quantiles
            (type 7) such as ``q5``, and ``replays``, the number that gave a score.
        """
        return self._rows({"nominal": self._replays.nominal()[0]} | self._described("scores", quantiles))

    def ranks(self, quantiles: Sequence[float] = (0.05, 0.5, 0.95)) -> Any:
        """The distribution of every unit's rank; columns as in `scores`. 1 is the highest score."""
        return self._rows({"nominal": self._nominal_ranks()} | self._described("ranks", quantiles))

    def _nominal_ranks(self) -> npt.NDArray[Any]:
        ranks = self._replays.nominal()[1]
        return ranks.astype(np.int64) if ranks.all() else np.where(ranks > 0, ranks, np.nan)

    def acceptability(self, units: Iterable[Any] | None = None, most: int | None = None) -> Any:
        """The share of replays in which a unit has each rank (rank acceptability).

        Parameters
        ----------
        units : list, optional
            Labels of units; by default all.
        most : int, optional
            Ranks from 1 to this; by default all, at most 100.

        Returns
        -------
        table
            One row a unit, one column a rank: ``rank_1``, ``rank_2``, ... Shares of the replays that rank the unit.

        References
        ----------
        Lahdelma and Salminen (2001), doi:10.1287/opre.49.3.444.11220.
        """
        self._need("ranks")
        rows = self._study.rows(units)
        most = min(self._replays.units, 100) if most is None else most
        shares = self._replays.acceptability(rows, most).reshape(len(rows), most)
        return self._labeled(rows, {f"rank_{rank + 1}": shares[:, rank] for rank in range(most)})

    def _labeled(self, rows: Sequence[int], columns: Mapping[str, Any]) -> Any:
        held = self._study.held
        name = held.panel.unit or "row"
        labels = held.panel.labels(np.array(rows, dtype=np.int64))
        return held.output.plain().frame({name: np.array(labels, dtype=object) if labels else labels} | dict(columns))

    def above(self, first: Any, second: Any) -> float:
        """The share of replays in which one unit ranks strictly above another, among those that rank both."""
        self._need("ranks")
        (a,), (b,) = self._study.rows([first]), self._study.rows([second])
        return float(self._replays.above([(a, b)])[0])

    def levels(self) -> Any:
        """How sure every unit's level is.

        Returns
        -------
        table
            Unit first, where it is a column; ``nominal``, the level for certain by the index as it is; ``same``, the
            share of replays with that level; and for every level L the share of replays in which the unit is at L or
            above for certain, as ``at_least_L``.
        """
        self._need("levels")
        names = self._replays.level_names
        nominal = self._replays.nominal()[2]
        shares = self._replays.at_least()
        above = [np.ones(len(nominal)), *shares, np.zeros(len(nominal))]
        stacked = np.stack(above)
        place = nominal.astype(np.int64)
        rows = np.arange(len(nominal))
        same = stacked[place, rows] - stacked[place + 1, rows]
        columns = {f"at_least_{name}": column for name, column in zip(names[1:], shares, strict=True)}
        return self._rows({"nominal": Levels(nominal.astype(np.int16), names), "same": same} | columns)

    def hinges(self) -> Any:
        """The units whose level hinges on a choice, least sure first.

        Returns
        -------
        table
            ``nominal`` level, ``same`` (share of replays with that level), ``hinges_on``, the factor with alternatives
            that explains most of the variance of the level, and ``explained``, that share (correlation ratio, 0 to 1).
            Units whose level never changes are not listed.
        """
        self._need("levels")
        names = self._replays.level_names
        nominal = self._replays.nominal()[2].astype(np.int64)
        shares = np.stack([np.ones(len(nominal)), *self._replays.at_least(), np.zeros(len(nominal))])
        rows = np.arange(len(nominal))
        same = shares[nominal, rows] - shares[nominal + 1, rows]
        discrete = [place for place, factor in enumerate(self.factors) if factor.labels]
        explained = np.stack(self._replays.hinges(len(self.factors)))[discrete]
        moving = np.flatnonzero(((shares[1:-1] > 0) & (shares[1:-1] < 1)).any(axis=0))
        order = moving[np.argsort(same[moving], kind="stable")]
        best = explained[:, order].argmax(axis=0) if discrete else np.zeros(len(order), np.int64)
        chosen = explained[best, order] if discrete else np.full(len(order), np.nan)
        return self._labeled(
            order.tolist(),
            {
                "nominal": Levels(nominal[order].astype(np.int16), names),
                "same": same[order],
                "hinges_on": [self.factors[discrete[place]].name for place in best]
                if discrete
                else [None] * len(order),
                "explained": chosen,
            },
        )

    # Replays

    def runs(self) -> Any:
        """One row a replay: what each factor took, the mean shift of ranks, shares of levels, and why it failed."""
        return self._study.held.output.plain().frame(self._study.runs(self._replays, self.points))

    @property
    def rank_shift(self) -> npt.NDArray[np.float64]:
        """Mean absolute difference of ranks to the index as it is, by replay; missing where it failed."""
        return self._replays.shift()

    def failures(self) -> Any:
        """Why replays failed: ``reason`` and number of ``replays``, most frequent first."""
        return self._study.held.output.plain().frame(failures(self._replays))

    def score_matrix(self) -> npt.NDArray[np.float64]:
        """All scores: one row a replay, one column a unit."""
        self._need("scores")
        return self._replays.scores().reshape(self._replays.count, self._replays.units)

    def rank_matrix(self) -> npt.NDArray[np.uint32]:
        """All ranks: one row a replay, one column a unit; 0 without a score."""
        self._need("ranks")
        return self._replays.ranks().reshape(self._replays.count, self._replays.units)

    @property
    def recipe(self) -> dict[str, Any]:
        """What these results rest on: definition, factors, seed, counts."""
        return self._study.recipe(self._replays)

    def plot(self, units: Iterable[Any] | None = None, ax: Any = None) -> Any:
        """Draw ranks with their 5 to 95 % range, ordered by the index as it is; needs matplotlib.

        Parameters
        ----------
        units : list, optional
            Labels; by default the first 50 by rank.
        ax : matplotlib Axes, optional
            Where to draw.

        Returns
        -------
        matplotlib Axes
        """
        plt = optional("matplotlib.pyplot", "plot", "drawing ranks")
        self._need("ranks")
        _, _, (low, middle, high), _ = self._replays.rank_distribution([0.05, 0.5, 0.95])
        nominal = self._replays.nominal()[1]
        rows = np.array(self._study.rows(units)) if units is not None else np.flatnonzero(nominal)
        rows = rows[np.argsort(nominal[rows], kind="stable")][: None if units is not None else 50]
        if ax is None:
            _, ax = plt.subplots(figsize=(max(4.0, 0.22 * len(rows) + 1.5), 4.0), layout="constrained")
        x = np.arange(len(rows))
        ax.vlines(x, low[rows], high[rows], color="tab:blue", alpha=0.4, linewidth=4, label="5 to 95 % of replays")
        ax.plot(x, middle[rows], ".", color="tab:blue", label="median")
        ax.plot(x, nominal[rows], "_", color="black", markersize=9, label="index as it is")
        labels = [str(label) for label in self._study.held.panel.labels(rows.astype(np.int64))]
        ax.set_xticks(x, labels, rotation=90)
        ax.invert_yaxis()
        ax.set_ylabel("rank")
        ax.legend(frameon=False)
        return ax

    def __repr__(self) -> str:
        failed = len(self._replays.failed)
        shift = self.rank_shift
        mean = float(np.nanmean(shift)) if np.isfinite(shift).any() else float("nan")
        names = ", ".join(factor.name for factor in self.factors)
        told = f"; {failed} failed" if failed else ""
        return (
            f"Uncertainty({len(self)} replays of {self._replays.units} units, varying {names}; "
            f"mean shift of ranks {number(mean)}{told})"
        )

    def _repr_html_(self) -> str:
        if not self._kept["ranks"]:
            return table(repr(self), [], [])
        mean, _, (low, high), _ = self._replays.rank_distribution([0.05, 0.95])
        nominal = self._replays.nominal()[1]
        order = np.argsort(np.where(nominal > 0, nominal, 2**31), kind="stable")[:_SHOWN]
        labels = self._study.held.panel.labels(order.astype(np.int64))
        rows = [
            [label, int(nominal[row]) or None, float(mean[row]), float(low[row]), float(high[row])]
            for label, row in zip(labels, order, strict=True)
        ]
        more = self._replays.units - len(rows)
        notes = [f"{more} more units"] if more > 0 else []
        return table(repr(self), ["unit", "rank", "mean rank", "5 %", "95 %"], rows, notes)
