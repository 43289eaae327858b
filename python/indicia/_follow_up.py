"""`follow_up`: the same units before and after a programme: levels moved, points for the money, payments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._follow_did import long_frame
from ._follow_given import flags, numbers, promised
from ._follow_groups import groups_of
from ._follow_match import matched
from ._follow_payments import Payments, pay
from ._html import number, table
from ._level_table import By
from ._output import Levels
from .errors import DataError, UnknownNameError, translated
from .scores import Scores

__all__ = ["FollowUp", "follow_up"]


def follow_up(
    before: Scores,
    after: Scores,
    *,
    spent: str | Mapping[Any, float] | None = None,
    treated: Any = None,
    promised: Any = None,
    granted: str | Mapping[Any, float] | None = None,
    payment: Mapping[str, float] | None = None,
    sample_weight: Any = None,
    node: str | None = None,
) -> FollowUp:
    """Compare the same units before and after a programme.

    Parameters
    ----------
    before, after : Scores
        Scores by the same index; units are matched by their label. Units of one side
        only are counted and listed, and are in no figure.
    spent : str or mapping, optional
        Money each unit spent: a column of the later data, or a mapping of unit to
        amount. Zero is "spent nothing", missing is unknown.
    treated : str, mapping or list of units, optional
        Who was funded: a column of yes and no of the later data, a mapping, or the
        funded units. By default those who promised something.
    promised : str, mapping, Paths or allocation, optional
        The level each unit promised to reach: a column of the later data (missing:
        nothing promised), a mapping, plans (all units with a plan), or an allocation
        (its funded units, with their grants).
    granted : str or mapping, optional
        The whole grant of each unit that promised something.
    payment : mapping, optional
        The rule of `FollowUp.payments`.
    sample_weight : str or array, optional
        Weights of units, of the earlier data; finite and not negative. By default 1.
    node : str, optional
        Node whose levels and scores are meant; by default the index.

    Returns
    -------
    FollowUp

    Raises
    ------
    DataError
        If units are there twice, none is in both, levels differ, names do not exist.

    Notes
    -----
    Levels are those that units have for certain and alone; where several are possible
    the level is unknown, and a move from or to it is neither up nor down.

    Examples
    --------
    >>> import indicia as ix
    >>> city = ix.datasets.make_city(1_000)
    >>> later = city.after()
    >>> book = ix.framework("miit-sme", edition=2024)
    >>> waves = [book.score(data, unit="firm") for data in (city.firms, later)]
    >>> found = ix.plan.follow_up(*waves, spent="spent", treated="treated", promised="promised")
    >>> bool(found.moves()["n"].sum() == len(found))
    True
    """
    return FollowUp(before, after, spent, treated, promised, granted, payment, sample_weight, node)


class FollowUp:
    """Units before and after. Made by `follow_up`; tables are of the kind of the earlier data.

    Attributes
    ----------
    only_before, only_after : list
        Labels of units that are on one side only.
    """

    def __init__(
        self,
        before: Scores,
        after: Scores,
        spent: Any,
        treated: Any,
        promise: Any,
        granted: Any,
        payment: Any,
        sample_weight: Any,
        node: str | None,
    ) -> None:
        for name, scores in (("before", before), ("after", after)):
            if not isinstance(scores, Scores):
                raise TypeError(f"{name}: expected scores, found {type(scores).__name__}")
        self.before, self.after = before, after
        self._node, self._payment = node, payment
        self._match = matched(before, after)
        self.only_before, self.only_after = self._match.only_before, self._match.only_after
        first, second = before._levels_of(node), after._levels_of(node)
        if first.names != second.names:
            raise DataError(f"levels differ: {first.names} before and {second.names} after; score by the same index")
        self._names = first.names
        self._was = first.known.codes[self._match.before].astype(np.int64)
        self._is = second.known.codes[self._match.after].astype(np.int64)
        self._has_spent = spent is not None
        self._spent = numbers(after, self._match, spent, "spent")
        self._promised = promised(after, self._match, promise, granted)
        unknown = {level for level in self._promised.levels if level is not None} - set(self._names[1:])
        if unknown:
            raise DataError(f"promised=: there is no level {sorted(unknown)[0]!r}; there are: {self._names[1:]}")
        if treated is None and promise is not None:
            self._treated = np.array([float(level is not None) for level in self._promised.levels])
        else:
            self._treated = flags(after, self._match, treated)
        self._weights = self._weighted(sample_weight)

    def _weighted(self, given: Any) -> npt.NDArray[np.float64] | None:
        if given is None:
            return None
        from ._plan_links import numbers_of

        return numbers_of(self.before, given, "sample_weight", False)[self._match.before]

    def __len__(self) -> int:
        """Units that are in both."""
        return len(self._match.labels)

    # Levels

    def moves(self) -> Any:
        """How many units moved from which level to which.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``before``, ``after`` (levels in ascending order, then "unknown"), ``n``,
            ``weight``, ``share`` of the weight of all who were at the level before
            (missing where there is none). All pairs, also those that nobody has.
        """
        count, weight, share, _ = self._moves()
        wide = len(self._names) + 1
        codes = np.arange(wide * wide)
        words = [*self._names, "unknown"]
        return self._frame(
            {
                "before": Levels((codes // wide).astype(np.int16), words),
                "after": Levels((codes % wide).astype(np.int16), words),
                "n": count,
                "weight": weight,
                "share": share,
            }
        )

    def _moves(self) -> tuple[Any, Any, Any, list[tuple[int, float]]]:
        with translated(lambda row: f"unit {self._match.labels[row]!r}"):
            return _core.follow_moves(self._was, self._is, len(self._names), self._weights)

    def summary(self) -> Any:
        """Who rose, fell, stayed, is unknown, and who is on one side only: ``what``, ``n``, ``weight``."""
        totals = self._moves()[3]
        words = ["up", "down", "same", "unknown", "only before", "only after"]
        counts = [*(count for count, _ in totals), len(self.only_before), len(self.only_after)]
        weights = [*(weight for _, weight in totals), np.nan, np.nan]
        return self._frame({"what": words, "n": np.array(counts, np.int64), "weight": np.array(weights)})

    def to_frame(self) -> Any:
        """Every unit that is in both.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``unit``, ``level``, ``level_after``, ``score`` and ``score_after`` (where the
            index has a score), ``spent``, ``treated``, ``promised``; unknown is missing.
        """
        columns: dict[str, Any] = {
            "unit": self._match.labels,
            "level": Levels(self._was.astype(np.int16), self._names),
            "level_after": Levels(self._is.astype(np.int16), self._names),
        }
        if self._score_node() is not None:
            columns |= dict(zip(("score", "score_after"), self._scores(), strict=True))
        levels = [self._names.index(level) if level is not None else -1 for level in self._promised.levels]
        columns |= {
            "spent": self._spent,
            "treated": self._treated,
            "promised": Levels(np.array(levels, np.int16), self._names),
        }
        return self._frame(columns)

    # Money

    def _score_node(self) -> str | None:
        return self._node if self._node is not None else self.before._passes.root

    def _scores(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        node = self._score_node()
        if node is None:
            raise UnknownNameError("the index has levels and no score of its own; say node=")
        return (
            self.before._passes.node(node)[self._match.before],
            self.after._passes.node(node)[self._match.after],
        )

    def _ranges(self) -> list[list[npt.NDArray[np.float64]]]:
        """Score, low and high on both sides."""
        scores, node = self._scores(), self._score_node()
        found = []
        for values, side, rows in zip(
            scores, (self.before, self.after), (self._match.before, self._match.after), strict=True
        ):
            bounds = side._passes.bounds(node)
            ends = (bounds[name] for name in ("low", "high"))
            found.append([values, *(np.full(len(self), np.nan) if end is None else end[rows] for end in ends)])
        return found

    def points_per_money(self, by: By = None) -> Any:
        """Points gained for the money spent, in all or by groups of the earlier data.

        Parameters
        ----------
        by : str, array, or list of str, optional
            Columns of the earlier data, or an array with one value per row of it.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Groups first; ``n`` units; ``used``, those that spent something and whose
            scores are known on both sides; ``gained``, their points (score after less
            score before, added); ``spent``, their money; ``per_money`` = gained /
            spent (missing where nobody spent); ``per_point`` = spent / gained (missing
            where nothing was gained); ``spent_all``, the money of all who spent something,
            and ``per_money_low`` and ``per_money_high``, the least and most that all of
            them gained for it whatever the unanswered questions would say (missing where a
            score has no range); ``nothing_spent``, ``unknown_spent``,
            ``unknown_gain``: units that are not used, and why.

        Notes
        -----
        What units without spending gained is in neither sum, so the figure is no
        effect of the money: for that, compare with them (`did_frame`).
        """
        if not self._has_spent:
            raise DataError("spent=: say what units spent, as a column of the later data or a mapping")
        was, now = self._ranges()
        codes, labels = groups_of(self, by)
        count = max(len(next(iter(labels.values()))), 0) if labels else 1
        with translated(lambda row: f"unit {self._match.labels[row]!r}"):
            rows = _core.follow_spending(was, now, self._spent, codes, count)
        counts = np.array([row[0] for row in rows], np.int64).reshape(count, 5)
        figures = np.array([row[1] for row in rows], np.float64).reshape(count, 7)
        return self._frame(
            labels
            | {"n": counts[:, 0], "used": counts[:, 1]}
            | {name: figures[:, i] for i, name in enumerate(("gained", "spent", "per_money", "per_point"))}
            | {name: figures[:, 4 + i] for i, name in enumerate(("spent_all", "per_money_low", "per_money_high"))}
            | {name: counts[:, 2 + i] for i, name in enumerate(("nothing_spent", "unknown_spent", "unknown_gain"))}
        )

    # For an estimate of the effect

    def did_frame(self, by: str | list[str] | None = None, to: str | None = None) -> Any:
        """The long table that an estimate by difference in differences needs: two rows per unit.

        Parameters
        ----------
        by : str or list of str, optional
            Columns of the earlier data that are wanted too; both rows have the earlier
            value, so that the treatment cannot change them.
        to : str, optional
            The level that ``reached`` is about; by default the level promised, where
            all promised the same.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``unit``, ``period`` (0, 1), ``treated`` (1, 0), ``post`` (1 in period 1),
            ``treated_post`` (their product), ``score``, ``level`` (missing where
            unknown), ``reached`` (1 the level is there for certain, 0 certainly not,
            missing where it cannot be told; only with a level), then the columns of
            ``by``. All units that are in both and known to be treated or not.

        Notes
        -----
        The effect on the treated, with units that are comparable but for a constant
        difference (parallel trends): with pyfixest
        ``feols("score ~ treated_post | unit + period", data, vcov={"CRV1": "unit"})``.
        With two periods its coefficient is the mean gain of the treated less that of
        the others, among units scored in both.
        """
        return long_frame(self, by, to)

    def payments(self, rule: Mapping[str, float] | None = None) -> Payments:
        """Second payments: due only where the promised level is reached for certain.

        Parameters
        ----------
        rule : mapping, optional
            ``first``, the share of the grant that was paid first (0.5); ``rate``, if
            wanted: the grant is at most this share of what the unit spent; and
            ``decimals`` of the smallest coin (2). By default that given to `follow_up`.

        Returns
        -------
        Payments
            The list, its sums, and what would settle what is withheld.
        """
        chosen = rule if rule is not None else self._payment if self._payment is not None else {}
        if not isinstance(chosen, Mapping):
            raise TypeError(f"rule= is a mapping such as {{'first': 0.5}}, found {type(chosen).__name__}")
        strange = [name for name in chosen if name not in ("first", "rate", "decimals")]
        if strange:
            raise DataError(f"rule=: there is no {strange[0]!r}; there are: first, rate, decimals")
        if "rate" in chosen and not self._has_spent:
            raise DataError("rule=: a rate needs spent=, what units spent")
        return pay(self, json.dumps({"first": 0.5, "decimals": 2} | dict(chosen)))

    def _frame(self, columns: dict[str, Any]) -> Any:
        return self.before._held.output.plain().frame(columns)

    def __repr__(self) -> str:
        up, down, same, unknown = (count for count, _ in self._moves()[3])
        alone = len(self.only_before) + len(self.only_after)
        moved = f"{up} up, {down} down, {same} same, {unknown} unknown"
        return f"FollowUp({len(self)} units: {moved}; {alone} on one side only)"

    def _repr_html_(self) -> str:
        count = np.asarray(self._moves()[0]).reshape(len(self._names) + 1, -1)
        words = [*self._names, "unknown"]
        rows = [[word, *row] for word, row in zip(words, count.tolist(), strict=True)]
        return table(repr(self), ["before \\ after", *words], rows, [f"{number(len(self))} units in both"])
