"""Weights by what an indicator adds to the others: critic, merec, cilos, idocriw."""

from __future__ import annotations

from typing import Any

from ._definition import Method
from ._plain import Columns, Indicators
from ._weights_fit import Period, weigh


def critic(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    conflict: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    r"""Weigh indicators by contrast times conflict: c_j = s_j sum_k (1 - r_jk), w = c / sum(c).

    s_j is the standard deviation of the scores of an indicator, r_jk its
    correlation with another one.

    Parameters
    ----------
    data, indicators, normalize, missing, time, period, columns
        As in `std`.
    conflict : {"signed", "absolute"}, default "signed"
        1 - r, or 1 - \|r\|, by which opposite indicators agree.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1),
        ``contrast`` (s_j, in units of the scores) and ``conflict`` (the sum, in [0,
        2 (p - 1)] for p indicators); first ``period`` where each is fitted by itself.

    Raises
    ------
    DegenerateError
        As `std`, and if no two indicators differ in what they say.

    Warns
    -----
    WeightWarning
        An indicator does not vary, or agrees with all others entirely, and gets
        weight 0.
    ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    s has the denominator n - 1; r is Pearson's. A constant column has no
    correlation and no part in the conflict of the others, as has a pair with fewer
    than three common rows. Two equal columns have no conflict with each other.
    "pairwise" takes each correlation from the rows both columns have, "listwise" all
    of them from the rows without a gap. On minmax, units of measurement do not matter.

    References
    ----------
    Diakoulaki, Mavrotas and Papayannakis (1995), doi:10.1016/0305-0548(94)00059-H.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 1.0, 2.0, 3.0], "erp": [0.0, 1.0, 2.0, 4.0], "web": [5.0, 1.0, 4.0, 2.0]}
    >>> ix.weights.critic(firms)["weight"].round(3).tolist()
    [0.244, 0.243, 0.513]
    """
    given = {"missing": missing, "conflict": conflict}
    return weigh("critic", given, data, indicators, normalize, time, period, columns)


def merec(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method | None = None,
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    r"""Weigh indicators by how much the performance of the units changes without them: w = E / sum(E).

    With scores x_ij of unit i on indicator j of m: S_i = ln(1 + sum_j \|ln(min_i x_ij
    / x_ij)\| / m), S_ij' the same without j (still over m), E_j = sum_i \|S_ij' - S_i\|.

    Parameters
    ----------
    data, indicators, time, period, columns
        As in `std`.
    normalize : str or dict, default {"minmax": {"to": [1, 100]}}
        The scale; its scores must be above 0, more being better. For a cost on "none"
        give min / x, which is what the published x / max comes to.
    missing : "listwise", optional
        Only rows without a gap count, where values are missing; it must be said.

    Returns
    -------
    same kind as data
        As `std`, with ``effect`` (E, at least 0, no unit) instead of ``sd``.

    Raises
    ------
    DegenerateError
        As `std`, and if a score is 0 or below.

    Warns
    -----
    WeightWarning, ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    The weights depend on the lower end of the scale: [1, 100] is a choice.

    References
    ----------
    Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis and Antucheviciene (2021),
    doi:10.3390/sym13040525.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.weights.merec({"a": [1.0, 2.0], "b": [2.0, 1.0]}, normalize="none")["weight"].tolist()
    [0.5, 0.5]
    """
    scale = {"minmax": {"to": [1, 100]}} if normalize is None else normalize
    return weigh("merec", {"missing": missing}, data, indicators, scale, time, period, columns)


def cilos(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators by criterion impact loss: what is lost on one where another is at its best.

    With the greatest score x_j* of indicator j and its score x_j(i) in the row where
    i is at its best: p_ij = 1 - x_j(i) / x_j*, and weights solve sum_j p_ij w_j = w_i
    sum_k p_ki, sum(w) = 1.

    Parameters
    ----------
    data, indicators, time, period, columns
        As in `std`.
    normalize : str or dict, default "minmax"
        The scale; its scores must be at least 0, more being better. The published
        examples take the values as they are, and min / x for costs.
    missing : "listwise", optional
        Only rows without a gap count, where values are missing; it must be said.

    Returns
    -------
    same kind as data
        ``indicator`` and ``weight`` (at least 0, summing to 1); first ``period``
        where each is fitted by itself.

    Raises
    ------
    DegenerateError
        As `std`; if a score is negative; if one row is the best on every indicator,
        so that nothing is lost; if several indicators lose nothing, so that the
        weights are open.

    Warns
    -----
    WeightWarning
        An indicator gets weight 0: a constant one, and one that weighs nothing.
    ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    Where several rows share the best score of an indicator their mean counts, so
    that the order of rows does not matter. A constant indicator would take all
    weight; it has no part.

    References
    ----------
    Zavadskas and Podvezko (2016), doi:10.1142/S0219622016500036.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"a": [4.0, 3.0, 1.0], "b": [1.0, 4.0, 2.0], "c": [2.0, 1.0, 4.0]}
    >>> ix.weights.cilos(firms, normalize="none")["weight"].round(3).tolist()
    [0.38, 0.28, 0.34]
    """
    return weigh("cilos", {"missing": missing}, data, indicators, normalize, time, period, columns)


def idocriw(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators by entropy and impact loss together: w_j = q_j v_j / sum(q v).

    q are the weights of `cilos`, v those of `entropy`.

    Parameters
    ----------
    data, indicators, normalize, missing, time, period, columns
        As in `cilos`.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1),
        ``cilos`` (q) and ``entropy`` (v); first ``period`` where each is fitted by
        itself.

    Raises
    ------
    DegenerateError
        As `cilos`.

    Warns
    -----
    WeightWarning, ConstantColumnWarning, ComparabilityWarning
        As `cilos`.

    Notes
    -----
    Entropies are over the proportions of the scores, divided by the ln of the rows.
    Both parts see the same scores. The published example takes losses from min / x for
    costs and entropies from the values as they are, costs too; where that matters,
    multiply the weights of `cilos` and `entropy`, each from its own values.

    References
    ----------
    Zavadskas and Podvezko (2016), doi:10.1142/S0219622016500036.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"a": [4.0, 3.0, 1.0], "b": [1.0, 4.0, 2.0], "c": [2.0, 1.0, 4.0]}
    >>> list(ix.weights.idocriw(firms, normalize="none").columns)
    ['indicator', 'weight', 'cilos', 'entropy']
    """
    return weigh("idocriw", {"missing": missing}, data, indicators, normalize, time, period, columns)
