"""Benefit of the doubt: every unit with the weights that suit it best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from . import _core
from ._definition import Method
from ._frontier_data import against, labels, limits_json, tell
from ._plain import Columns, Indicators
from .errors import UnknownNameError


class Doubt(NamedTuple):
    """What `benefit_of_the_doubt` returns.

    Attributes
    ----------
    scores : column
        Of the caller's kind.
    weights : table
        The weights each unit chose, one column per indicator, in 1 / unit of the
        (scaled) indicator; missing where any weights give the same score of 0.
    pie_shares : table
        What each indicator brings to the score, w_q x_q / score; a row sums to 1.
    peers : table
        ``unit``, ``peer``, ``multiplier``: who binds whom. The multipliers of a unit
        sum to its score, and the peers so multiplied are nowhere below it (without
        limits).
    on_frontier : float
        Share of the scored units that score 1, or more.
    frame_share : float
        Share of the different units that were enough to bind all others: all extreme
        units are among them. Near 1, scores are mostly 1 and take long.
    """

    scores: Any
    weights: Any
    pie_shares: Any
    peers: Any
    on_frontier: float
    frame_share: float


def benefit_of_the_doubt(
    data: Any,
    indicators: Indicators = None,
    *,
    limits: Mapping[str, Any] | None = None,
    reference: Any = None,
    normalize: Method = "none",
    missing: Literal["propagate", "leave_out"] = "propagate",
    unit: str | None = None,
    columns: Columns = None,
    threads: int | None = None,
) -> Doubt:
    """Score every unit with the weights that favour it most.

    score_o = max_w sum_q w_q x_oq over w >= 0 with sum_q w_q x_jq <= 1 for every unit j,
    and within the limits.

    Parameters
    ----------
    data : table
        One row per unit.
    indicators : list of str, or dict of str to {1, -1}, optional
        Columns and their directions; by default all columns of numbers, more being
        better. Values, once scaled, must not be negative. Where less is better, name a
        scale that turns the indicator: ``minmax`` reflects it, (max - x) / (max - min),
        ``fraction_of_max`` takes the reciprocal, min / x.
    limits : dict, optional
        ``{"on": ..., "low": ..., "high": ...}``: the least and greatest share, a number
        for every indicator or a dict by name. ``on`` says shares of what, which are
        three different models: ``"relative_weights"``, w_q / sum(w), for indicators on
        one scale; ``"own_pie_shares"``, w_q x_oq / score, of the unit that is scored;
        ``"mean_pie_shares"``, w_q m_q / sum(w m) with the means m of all units.
    reference : table, optional
        Units to compare with, in place of those of ``data``: the j above, the means of
        limits, and what scales are fitted on. Scores may then exceed 1.
    normalize : method, default "none"
        How indicators are scaled first. Scores without limits, and with limits on pie
        shares, do not depend on the units of measurement, but on the zero.
    missing : {"propagate", "leave_out"}, default "propagate"
        A unit with a missing value has no score and binds nobody; or the value is left
        out with weight 0 and binds nobody (Kuosmanen 2009), which limits forbid.
    unit : str, optional
        Column that labels units in ``peers``; else the index, else the row number.
    columns : list of str, optional
        Names of the columns of an array.
    threads : int, optional
        By default all; the result is the same.

    Returns
    -------
    Doubt
        ``scores`` in [0, 1], 1 on the frontier, above 1 beyond that of a reference; 0 for
        a unit that is zero everywhere or whose own zeros allow no weights within its
        limits; weights, pie shares, peers, shares of units.

    Raises
    ------
    DataError
        If a value is negative.
    DegenerateError
        If an indicator is zero for all units.
    DefinitionError
        If no weights keep the limits, or limits meet values left out.

    Warns
    -----
    FrontierWarning
        Without limits, if all indicators have at most ten different values (20 units or
        more), or more than half of ten units or more score 1; if own zeros make
        a limited score 0.

    Notes
    -----
    Exact: the units that bind are found in rounds, and when no unit lies outside, more
    constraints would change nothing. Where several weights give the best score, those are
    taken that favour the mean of all units most; multipliers of peers need not be
    unique. Equal units have the same peers, named by the first of them. A constant
    indicator above zero puts all units on the frontier.

    References
    ----------
    Melyn and Moesen (1991). Cherchye et al. (2007), doi:10.1007/s11205-006-9029-7;
    (2008), doi:10.1057/palgrave.jors.2602445. OECD/JRC (2008), step 6,
    doi:10.1787/9789264043466-en. Kuosmanen (2009), doi:10.1057/jors.2008.132.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["x", "y", "z"], "cloud": [4.0, 1.0, 2.0], "web": [1.0, 4.0, 2.0]}
    >>> found = ix.frontier.benefit_of_the_doubt(firms, ["cloud", "web"], unit="firm")
    >>> found.scores.round(4).tolist()
    [1.0, 1.0, 0.8]
    >>> found.peers.tail(2).values.tolist()
    [['z', 'x', 0.4], ['z', 'y', 0.4]]

    With at least two fifths of its score from each indicator:

    >>> limits = {"on": "own_pie_shares", "low": 0.4}
    >>> ix.frontier.benefit_of_the_doubt(firms, ["cloud", "web"], limits=limits).scores.round(4).tolist()
    [0.5714, 0.5714, 0.8]

    Another firm against these three:

    >>> other = {"firm": ["n"], "cloud": [3.0], "web": [3.0]}
    >>> ix.frontier.benefit_of_the_doubt(other, ["cloud", "web"], reference=firms, unit="firm").scores.round(4).tolist()
    [1.2]
    """
    if missing not in ("propagate", "leave_out"):
        raise UnknownNameError(f"missing= is 'propagate' or 'leave_out', found {missing!r}")
    given = limits_json(limits)
    found, held, records, others = against(data, reference, indicators, normalize, columns, unit, threads)
    known = None if records is None else list(records.values())
    with held.translated():
        scores, weights, shares, peers, _, frame_share, on_frontier, told = _core.frontier_doubt(
            list(found), list(found.values()), known, given, missing == "leave_out", True, threads
        )
    tell(told, held)
    keys = held.panel.columns
    rows, binding, multipliers = peers
    table = {"unit": labels(held, rows), "peer": labels(others, binding), "multiplier": multipliers}
    return Doubt(
        held.output.column("benefit_of_the_doubt", scores, fresh=True),
        held.output.frame(keys | dict(zip(found, weights, strict=True))),
        held.output.frame(keys | dict(zip(found, shares, strict=True))),
        held.output.plain().frame(table),
        on_frontier,
        frame_share,
    )
