"""`Scores`: what rows came to, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from . import _core
from ._compare_standing import group_codes
from ._explain import Explanations
from ._html import table
from ._level_table import By, level_table
from ._names import did_you_mean, listed, shorten
from ._output import Levels
from ._passes import LevelColumn, Passes
from .audit import Audit
from .eligibility import Eligibility
from .errors import DataError, UnknownNameError, translated

if TYPE_CHECKING:
    from ._held import Held
    from .fitted import FittedIndex

__all__ = ["Scores"]

What = Literal["index", "groups", "all"]
Ties = Literal["min", "max", "average", "dense", "first"]

_SHOWN_ROWS = 10
_SHOWN_GROUPS = 6


class Scores(Explanations):
    """Scores of rows, in their order and with their labels; of the kind of the scored data.

    Made by `Index.score`, `Index.fit_score` and `FittedIndex.score`; never
    changes. ``scores["node"]`` gives the scores of a node, ``scores["level"]``
    the known level.

    Notes
    -----
    Scores, levels and groups are stored. Bounds, coverage, indicators and
    explanations are computed when asked for, from the columns as the caller
    holds them (they are not copied); if those have changed meanwhile, a
    `DataChangedError` says so.

    Missing is NaN, or null in polars and pyarrow. A score is known exactly
    when low and high are equal.

    Examples
    --------
    >>> import indicia as ix
    >>> survey = ix.datasets.make_ict_survey(500)
    >>> scores = ix.framework("eurostat-dii", edition=2023).score(survey, unit="firm")
    >>> scores.levels(by="size", sample_weight="weight").columns.tolist()
    ['size', 'level', 'n', 'weight', 'share']
    """

    __slots__ = ("_held", "_passes", "fitted")

    fitted: FittedIndex
    _held: Held
    _passes: Passes

    def __init__(self, *_: object) -> None:
        raise TypeError("scores are made by Index.score, Index.fit_score or FittedIndex.score")

    @classmethod
    def _make(cls, fitted: FittedIndex, held: Held, stacklevel: int) -> Scores:
        scores = object.__new__(cls)
        passes = Passes(fitted, held, stacklevel + 1)
        for name, value in (("fitted", fitted), ("_held", held), ("_passes", passes)):
            object.__setattr__(scores, name, value)
        return scores

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"scores do not change, so {name!r} cannot be set")

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("scores borrow the caller's columns; pickle scores.to_frame() and scores.recipe instead")

    def __len__(self) -> int:
        return len(self._held)

    # Columns

    def _column(self, name: str, values: Any) -> Any:
        return self._held.output.column(name, values)

    def __getitem__(self, node: str) -> Any:
        """The scores of a node, or the known level for "level"."""
        passes = self._passes
        if node in passes.groups or node in passes.indicators:
            return self._column(node, passes.node(node))
        if node == "level" and passes.levels:
            return self.level
        known = [*passes.groups, *passes.indicators, *(["level"] if passes.levels else [])]
        unscored = any(item["id"] == node for item in self.fitted._index.nodes)
        why = "has no score of its own" if unscored else f"is no node{did_you_mean(node, known)}"
        raise UnknownNameError(f"{shorten(node)} {why}; there are: {listed(known)}")

    def _levels_of(self, node: str | None = None) -> LevelColumn:
        levels = self._passes.levels
        if node is None and levels:
            return next((column for column in levels if column.owner is None), levels[0])
        for column in levels:
            if column.owner == node:
                return column
        owners = [column.owner for column in levels if column.owner is not None]
        who = "the index" if node is None else repr(node)
        raise UnknownNameError(f"{who} has no levels{did_you_mean(node, owners)}")

    @property
    def level(self) -> Any:
        """The level of the index where only one is possible, else missing; ordered categories."""
        return self._column("level", self._levels_of().known)

    @property
    def level_low(self) -> Any:
        """The level each row has for certain."""
        return self._column("level_low", self._levels_of().low)

    @property
    def level_high(self) -> Any:
        """The highest level each row could have."""
        return self._column("level_high", self._levels_of().high)

    @property
    def low(self) -> Any:
        """Lowest score of the index that each row could have, given what is unanswered.

        Where a fitted scale has no declared domain, unanswered values are taken
        to lie between the fitted extremes; a `RangeWarning` says so.
        """
        return self._column("low", self._passes.bounds(self._root(), stacklevel=3)["low"])

    @property
    def high(self) -> Any:
        """Highest score of the index that each row could have."""
        return self._column("high", self._passes.bounds(self._root(), stacklevel=3)["high"])

    @property
    def coverage(self) -> Any:
        """Share of the weight of the index that was observed, in [0, 1]."""
        return self._column("coverage", self._passes.bounds(self._root())["coverage"])

    @property
    def answered(self) -> Any:
        """Share of the indicators that score and level need that was observed, in [0, 1]."""
        return self._column("answered", self._passes.bounds(self._passes.root)["answered"])

    @property
    def assumed(self) -> Any:
        """Number of assumed answers of each row."""
        return self._column("assumed", self._passes.bounds(self._passes.root)["assumed"])

    def range(self, node: str | None = None) -> Any:
        """Score, low, high and coverage of a node (default: the index) as a table, keys first."""
        name = self._root() if node is None else node
        score, bounds = self[name], self._passes.bounds(name, stacklevel=3)
        return self._rows({name: score} | {key: bounds[key] for key in ("low", "high", "coverage")})

    def _root(self) -> str:
        if self._passes.root is None:
            raise UnknownNameError("the index has levels and no score of its own; ask for a node")
        return self._passes.root

    # Tables

    def _rows(self, columns: dict[str, Any]) -> Any:
        """A table of the scored rows, with the keys that are columns first."""
        keys = self._held.panel.columns
        twice = [name for name in keys if name in columns]
        if twice:
            raise DataError(f"{twice[0]!r} names a key of the data and a node; rename the column in the data")
        return self._held.output.frame(keys | columns)

    def to_frame(self, what: What = "index") -> Any:
        """Scores as a table of the kind of the scored data, with its index.

        Parameters
        ----------
        what : {"index", "groups", "all"}, default "index"
            The index alone, all groups, or indicators too.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Unit and time first, where they are columns; nodes by their id; then
            ``ix_level`` (known level), ``ix_level_low``, ``ix_level_high``,
            ``ix_level_confidence`` (where the rule of the level is not
            official), ``ix_low``, ``ix_high``, ``ix_coverage``, ``ix_answered``
            and ``ix_assumed`` (where an answer was assumed). Bounds as in `low`,
            without the warning.
        """
        if what not in ("index", "groups", "all"):
            raise UnknownNameError(f"what= is 'index', 'groups' or 'all', found {what!r}")
        passes = self._passes
        nodes = passes.groups if what != "index" else [passes.root] if passes.root else []
        columns: dict[str, Any] = {name: passes.values[name] for name in nodes}
        if what == "all":
            columns |= passes.all_indicators()
        for levels in passes.levels:
            suffix = "" if levels is self._levels_of() else f"_{levels.owner}"
            columns |= {
                f"ix_level{suffix}": levels.known,
                f"ix_level_low{suffix}": levels.low,
                f"ix_level_high{suffix}": levels.high,
            }
        if self._doubt():
            columns["ix_level_confidence"] = Levels(np.zeros(len(self), np.int16), [self._doubt()])
        bounds = passes.bounds(passes.root)
        wanted = ["answered"] if passes.root is None else ["low", "high", "coverage", "answered"]
        columns |= {f"ix_{name}": bounds[name] for name in wanted}
        if bounds["assumed"] is not None and bounds["assumed"].any():
            columns["ix_assumed"] = bounds["assumed"]
        return self._rows(columns)

    def rank(self, node: str | None = None, ties: Ties = "min", by: By = None) -> Any:
        """Ranks among these rows; 1 is the highest score, missing scores have no rank.

        Parameters
        ----------
        node : str, optional
            By default the index.
        ties : {"min", "max", "average", "dense", "first"}, default "min"
            What equal scores share: the best place, the worst, their mean, a
            place without gaps after it, or the order of the rows.
        by : str, array, or list of these, optional
            Ranks among the rows of the same group, such as ``by="sector"`` or the
            time column of a panel. Rows without a group have no rank. By default
            all rows stand in one list, in a panel those of all periods.
        """
        name = self._root() if node is None else node
        self[name]
        return self._held.output.column("ix_rank", self._ranks(name, ties, by), fresh=True)

    def _ranks(self, name: str, ties: str, by: By) -> Any:
        if ties not in ("min", "max", "average", "dense", "first"):
            raise UnknownNameError(f"ties= is 'min', 'max', 'average', 'dense' or 'first', found {ties!r}")
        values, codes = self._passes.node(name), group_codes(self, by)
        with translated():
            if codes is None:
                return _core.rank(values, True, ties, self._held.threads)
            return _core.compare_rank_within(values, codes, ties)

    def levels(self, by: By = None, sample_weight: Any = None, node: str | None = None) -> Any:
        """Distribution of the known levels.

        Parameters
        ----------
        by : str, array, or list of these, optional
            Columns or index levels of the scored data, or arrays of groups.
        sample_weight : str or array, optional
            Column of the scored data, or array; finite and not negative. By
            default every row counts one.
        node : str, optional
            Node whose levels are meant; by default those of the index.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Groups in ascending order (missing first), then ``level`` (ordered
            categories), ``n`` (rows), ``weight`` (sum of weights), ``share`` (of
            the weight of the group, in [0, 1]). Rows whose level is not known
            are the level "unknown"; they are neither left out nor guessed.

        Notes
        -----
        `indicia.survey.shares` adds standard errors, intervals and flags.
        """
        return level_table(self._held, self._levels_of(node), by, sample_weight)

    def eligibility(self, level: str | None = None, node: str | None = None) -> Eligibility:
        """Who meets a level, who does not, who cannot be told yet, and what is lacking.

        Parameters
        ----------
        level : str, optional
            Needed where there are several.
        node : str, optional
            Node whose levels are meant; by default those of the index.

        Returns
        -------
        Eligibility
            The answer of every unit, failing requirements with distances, the
            answers still needed, the list of near misses.
        """
        return Eligibility(self, level, node)

    # Explanations

    def audit(self, unit: Any) -> Audit:
        """How one unit came to its scores and level: answers, points, rules, sources, conditions.

        Parameters
        ----------
        unit : label
            Value of the unit key (with a time key the tuple ``(unit, time)``),
            else the label of the pandas index, else the number of the row.

        Raises
        ------
        UnknownNameError
            If there is no such unit.
        DataChangedError
            If the data have changed since they were scored.
        """
        held, summary = self._held, self.fitted._index._summary
        row = held.panel.find(unit)
        grades = (summary["confidence"], summary["level_confidence"])
        return Audit(held.panel.label(row), self._passes.audit(row), held.mapping, held.output, grades)

    def explain(self, unit: Any) -> Any:
        """Contribution of each child at each node of one unit; ``unit`` as in `audit`.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``node``, ``child``, ``child_score``, ``weight`` (among siblings),
            ``contribution``, and ``adds_up_to``: what the contributions of a
            node add up to, by its own formula; missing where that does not split.
            `contributions` gives Shapley values there.
        """
        return self.audit(unit).contributions

    @property
    def recipe(self) -> dict[str, Any]:
        """What these scores rest on: definition, its hash, package version, counts, what was assumed."""
        index = self.fitted._index
        summary, report = index._summary, self._passes.report
        kept = ("assumed", "implied", "contradicted", "disagreed", "reasons", "unseen_periods")
        return {
            "id": index.id,
            "edition": index.edition,
            "comparable": summary["comparable"],
            "confidence": summary["confidence"],
            "level_confidence": summary["level_confidence"],
            "definition_sha256": index.hash,
            "indicia": _core.__version__,
            "rows": len(self),
            "columns": dict(self._held.mapping),
            "absent": self._held.absent,
            "assume": dict(self._held.assume),
            **{name: report[name] for name in kept},
        }

    # People

    def _doubt(self) -> str:
        """The grade of the level rule, where it is not official."""
        grade = self.fitted._index._summary["level_confidence"]
        return "" if not self._passes.levels or grade in (None, "official") else str(grade)

    def _level_counts(self) -> str:
        column = self._levels_of()
        known = np.where(column.certain == column.possible, column.certain, np.uint8(255))
        rows, *_ = _core.shares(known, len(column.names), None, 1, None)
        names = [*column.names, "unknown"]
        return ", ".join(f"{name} {count}" for name, count in zip(names, rows[0], strict=True) if count)

    def __repr__(self) -> str:
        index, passes = self.fitted._index, self._passes
        parts = [f"{len(self)} units" if self._held.panel.time is None else f"{len(self)} rows"]
        if passes.root is not None:
            parts.append(f"{passes.root} {int(np.isnan(passes.values[passes.root]).sum())} missing")
        if passes.levels and len(self):
            doubt = f" ({self._doubt()} rule)" if self._doubt() else ""
            parts.append(f"levels{doubt}: {self._level_counts()}")
        return f"Scores({index.id}{f' {index.edition}' if index.edition else ''}: {'; '.join(parts)})"

    def _repr_html_(self) -> str:
        passes, panel = self._passes, self._held.panel
        groups = passes.groups[: _SHOWN_GROUPS + 1]
        head = ["", *groups, *(["level"] if passes.levels else [])]
        rows: list[Sequence[Any]] = []
        for row in range(min(len(self), _SHOWN_ROWS)):
            label = panel.label(row)
            cells: list[Any] = [", ".join(map(str, label)) if isinstance(label, tuple) else label]
            cells += [float(passes.values[name][row]) for name in groups]
            if passes.levels:
                column = self._levels_of()
                low, high = (column.names[int(codes[row])] for codes in (column.certain, column.possible))
                cells.append(low if low == high else f"{low} to {high}")
            rows.append(cells)
        notes = [f"first {_SHOWN_ROWS} of {len(self)} rows"] if len(self) > _SHOWN_ROWS else []
        if len(passes.groups) > len(groups):
            notes.append(f"{len(passes.groups) - len(groups)} more groups in to_frame('groups')")
        if self._doubt():
            notes.append(f"the rule of the levels is {self._doubt()}, not official")
        return table(repr(self), head, rows, notes)
