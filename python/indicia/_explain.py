"""Why scores are what they are: contributions, diagnosis of one unit, barriers of groups."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from . import _core
from ._compare_standing import Standings
from ._level_table import By
from ._names import listed
from .errors import DataChangedError, DataError, UnknownNameError

if TYPE_CHECKING:
    from ._explain_diagnosis import Diagnosis
    from .scores import Scores

Baseline = str | float | Mapping[str, float] | tuple[str, Any] | None


class Explanations(Standings):
    """What scores say of their reasons."""

    __slots__ = ()

    def contributions(
        self,
        node: str | None = None,
        *,
        baseline: Baseline = None,
        rng: int | np.random.Generator = 1,
        samples: int = 1000,
    ) -> Any:
        """Contribution of each child of a group for every row, one column per child.

        Sums and means: c_k = w_k x_k / sum(w), and with a baseline b w_k (x_k - b_k) /
        sum(w). Geometric means: c_k = w_k ln x_k / sum(w), or w_k ln(x_k / b_k) / sum(w).
        Everything else: Shapley values, c_k = sum over S of |S|! (m - |S| - 1)! / m!
        (v(S + k) - v(S)), where v(S) is the score with the children in S at the unit's own
        scores and the others at the baseline.

        Parameters
        ----------
        node : str, optional
            A group; by default the index.
        baseline : optional
            What contributions are counted from: ``"mean"``, the means of all units (of
            the period, where each is fitted by itself); ``"worst"``, the lowest score any
            unit has; a number for all children; a dict of numbers by child; or
            ``("unit", label)``. By default sums, means and geometric means are counted
            from nothing, all others from ``"mean"``.
        rng : int or numpy.random.Generator, default 1
            Seed of the random orders: SplitMix64, one stream per row.
        samples : int, default 1000
            Random orders, for groups of more than 12 children; up to 12 all sets are
            looked at and values are exact.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Unit and time first, where they are columns; one column per child. Where
            there is a baseline, ``ix_baseline``: the score that contributions are counted
            from. Where orders were drawn, ``ix_error``: the greatest standard error.
            Contributions add up to the score; with a baseline to score - ix_baseline; of
            a geometric mean to ln(score), or ln(score / ix_baseline). They are about the
            score before the group's own scale.

        Raises
        ------
        DefinitionError
            If the aggregation does not split (copeland, benefit_of_the_doubt); `borda`
            and `promethee` do, into what each child alone would give.
        DataError
            If there is no score at the baseline, such as a harmonic mean at 0.

        Notes
        -----
        A missing child is missing in the result and contributes nothing: the others are
        taken as the group takes them, weights renormalized. Where the score is missing,
        so are contributions, but for the known points of a sum. A child without weight
        contributes 0.

        References
        ----------
        Shapley (1953), doi:10.1515/9781400881970-018. Castro, Gomez and Tejada (2009),
        doi:10.1016/j.cor.2008.04.004.

        Examples
        --------
        >>> import indicia as ix
        >>> firms = {"cloud": [1.0, 3.0, 2.0], "web": [2.0, 1.0, 3.0]}
        >>> scores = ix.Index.flat(["cloud", "web"], normalize="none", aggregate="min").fit_score(firms)
        >>> scores.contributions(baseline=0)[["cloud", "web"]].values.tolist()
        [[0.5, 0.5], [0.5, 0.5], [1.0, 1.0]]
        """
        scores = cast("Scores", self)
        found = contributions_of(scores, node, baseline, rng, samples)
        columns = dict(found["children"])
        for name, key in (("ix_baseline", "base"), ("ix_error", "errors")):
            if len(found[key]):
                columns[name] = found[key]
        return scores._rows(columns)

    def diagnose(
        self,
        unit: Any,
        peers: By = None,
        *,
        node: str | None = None,
        n: int = 5,
        few: int = 10,
    ) -> Diagnosis:
        """What one unit has, lacks and could do next, on one page.

        Parameters
        ----------
        unit : label
            As in `audit`.
        peers : str, array, or list of these, optional
            Columns that peers share with the unit, such as size, industry and region;
            by default all rows, in a panel those of its period.
        node : str, optional
            Node whose levels are meant; by default those of the index.
        n : int, default 5
            How many strengths and weaknesses.
        few : int, default 10
            With fewer peers than this a warning says so.

        Returns
        -------
        Diagnosis
            Level, gap to the next one, answers that would settle it, strengths and
            weaknesses, contributions, obstacles.

        Warns
        -----
        FewPeersWarning
            If fewer than ``few`` other units are peers.

        Examples
        --------
        >>> import indicia as ix
        >>> firms = ix.datasets.make_miit_questionnaire(60, missing=0.05, rng=1)
        >>> scores = ix.framework("miit-sme", edition=2024).score(firms, unit="firm")
        >>> found = scores.diagnose("M000003")
        >>> found.next_level, found.peers
        ('2', 59)
        >>> found.gap.columns.tolist()[:3]
        ['unit', 'requirement', 'way']
        """
        from ._explain_diagnosis import Diagnosis

        return Diagnosis(cast("Scores", self), unit, peers, node, n, few)

    def barriers(
        self, by: By = None, sample_weight: Any = None, tags: Sequence[str] | Mapping[str, str] | None = None
    ) -> Any:
        """What holds groups of units back: obstacle degrees added up by the tags of indicators.

        share = sum over units of weight times sum of the obstacle degrees of the indicators
        with the tag, over sum of weights; degrees as in `indicia.compare.obstacle`.

        Parameters
        ----------
        by : str, array, or list of these, optional
            As in `levels`.
        sample_weight : str or array, optional
            As in `levels`.
        tags : list of str, or dict of indicator to tag, optional
            Which tags of the definition are barriers, such as tools, funding, talent and
            management; by default all, and indicators without any as "untagged". A dict
            gives tags of its own. An indicator with several counts for each.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            Groups in ascending order, then ``tag``; ``share``, the mean obstacle share in
            [0, 1]; ``largest``, the (weighted) share of units whose largest obstacle it is,
            ties counted in part; ``n``, units with a share; ``unknown``, units that have
            answered none of its indicators; ``nothing``, units that lack nothing and have
            no obstacles. Unknown units and those that lack nothing are in no share.

        Raises
        ------
        DataError
            If a score is outside [0, 1].
        DefinitionError
            If no indicator has a tag, or the index has not one set of weights.

        Examples
        --------
        >>> import indicia as ix
        >>> firms = {"size": ["s", "s", "m"], "cloud": [0.0, 5.0, 10.0], "staff": [4.0, 0.0, 2.0]}
        >>> scores = ix.Index.flat(["cloud", "staff"]).fit_score(firms)
        >>> found = scores.barriers(by="size", tags={"cloud": "tools", "staff": "talent"})
        >>> found[["size", "tag", "share", "largest"]].round(2).values.tolist()
        [['m', 'tools', 0.0, 0.0], ['m', 'talent', 1.0, 1.0], ['s', 'tools', 0.67, 0.5], ['s', 'talent', 0.33, 0.5]]
        """
        from ._explain_barriers import barrier_table

        return barrier_table(cast("Scores", self), by, sample_weight, tags)


def contributions_of(
    scores: Scores,
    node: str | None,
    baseline: Baseline = None,
    rng: int | np.random.Generator = 1,
    samples: int = 1000,
    row: int | None = None,
) -> dict[str, Any]:
    """Contributions as the core gives them, of one row or of all."""
    from ._survey_bootstrap import seed_of

    name = scores._root() if node is None else node
    scores[name]
    passes, held = scores._passes, scores._held
    if name not in passes.groups:
        groups = listed(passes.groups)
        raise UnknownNameError(f"{name!r} is an indicator and has no children; groups are: {groups}")
    if isinstance(samples, bool) or not isinstance(samples, int) or samples < 2:
        raise ValueError(f"samples= is a whole number of at least 2, found {samples!r}")
    asked = {
        "node": name,
        "baseline": _baseline(scores, baseline),
        "seed": seed_of(rng),
        "samples": samples,
        "row": row,
    }
    with held.translated():
        found: dict[str, Any] = _core.explain_contributions(
            scores.fitted._core, held.table, json.dumps(asked), held.score_request([]), held.periods
        )
    if not np.array_equal(found["scores"], passes.values[name], equal_nan=True):
        raise DataChangedError("the data changed since they were scored; score them again")
    return found


def _baseline(scores: Scores, baseline: Baseline) -> Any:
    """A baseline as the core takes it."""
    if baseline is None or (isinstance(baseline, str) and baseline in ("mean", "worst")):
        return baseline
    if isinstance(baseline, Mapping):
        return {"numbers": {str(name): _finite(value) for name, value in baseline.items()}}
    if isinstance(baseline, tuple) and len(baseline) == 2 and baseline[0] == "unit":
        return {"unit": scores._held.panel.find(baseline[1])}
    if isinstance(baseline, int | float | np.number) and not isinstance(baseline, bool):
        return {"number": _finite(baseline)}
    raise UnknownNameError(
        f"baseline= is 'mean', 'worst', a number, a dict of numbers by child, or ('unit', label), found {baseline!r}"
    )


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"baseline= takes numbers, found {value!r}")
    number = float(value)
    if not np.isfinite(number):
        raise DataError(f"baseline= takes finite numbers, found {value!r}")
    return number
