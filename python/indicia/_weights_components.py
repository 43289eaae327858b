"""Weights from correlations: pca, factor, balanced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._definition import Method
from ._plain import Columns, Indicators
from ._weights_fit import Period, weigh


def pca(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    rule: str | None = None,
    keep: str | Mapping[str, float] | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    r"""Weigh indicators by the principal components of their correlations.

    Eigenvalues l_k and unit eigenvectors v_k of the correlations; signs are fixed so
    that each vector sums to at least 0.

    Parameters
    ----------
    data, indicators, missing, time, period, columns
        As in `std`.
    normalize : str or dict, default "minmax"
        Correlations do not change with a linear scale, only directions matter.
    rule : {"loadings", "squared", "variance"}, default "loadings"
        ``loadings`` \|v_j1\| / sum \|v_1\|; ``squared`` v_j1^2; ``variance`` sum over kept
        components of \|v_jk\| l_k / sum(l), scaled to sum 1.
    keep : "above_one", {"share": number} or {"count": number}, default "above_one"
        Components kept for ``variance``: with an eigenvalue above 1 (at least the
        first), until they explain a share of the variance in (0, 1], or so many.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1)
        and ``loading`` (v_j1, in [-1, 1], missing for a constant column); first
        ``period`` where each is fitted by itself. `details` has the share of variance
        that the first component explains.

    Raises
    ------
    DegenerateError
        As `std`, and if two columns have fewer than three rows in common.

    Warns
    -----
    WeightWarning
        An indicator does not vary and gets weight 0, or runs against the others: its
        loading is below 0, and the size counts.
    ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    "pairwise" takes each correlation from the rows both columns have, so that
    eigenvalues may be below 0.

    References
    ----------
    OECD/JRC (2008), step 6, doi:10.1787/9789264043466-en.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 1.0, 2.0, 4.0], "web": [1.0, 0.0, 3.0, 4.0]}
    >>> ix.weights.pca(firms)["weight"].round(12).tolist()
    [0.5, 0.5]
    """
    given = {"missing": missing, "rule": rule, "keep": keep}
    return weigh("pca", given, data, indicators, normalize, time, period, columns)


def factor(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    keep: str | Mapping[str, float] | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators by rotated factors: the rule of Nicoletti.

    Components of the correlations are kept, turned into loadings a_jk = v_jk
    sqrt(l_k) and rotated by Kaiser-normalized varimax. An indicator belongs to the
    factor on which its squared loading, over the factor's sum of squared loadings,
    is greatest; that share times the factor's part of the explained variance is its
    weight, scaled to sum 1.

    Parameters
    ----------
    data, indicators, normalize, missing, keep, time, period, columns
        As in `pca`.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1)
        and ``factor`` (its number from 1, missing for a constant column); first
        ``period`` where each is fitted by itself. `details` has the share of variance
        explained by the kept factors.

    Raises
    ------
    DegenerateError
        As `pca`.

    Warns
    -----
    WeightWarning, ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    Directions do not matter: loadings are squared. Of equal shares the first factor
    counts.

    References
    ----------
    Nicoletti, Scarpetta and Boylaud (2000), doi:10.1787/215182844604. OECD/JRC (2008),
    step 6, doi:10.1787/9789264043466-en.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 1.0, 2.0, 4.0], "web": [1.0, 0.0, 3.0, 4.0]}
    >>> ix.weights.factor(firms)["factor"].tolist()
    [1.0, 1.0]
    """
    given = {"missing": missing, "keep": keep}
    return weigh("factor", given, data, indicators, normalize, time, period, columns)


def balanced(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    aim: str | None = None,
    targets: Mapping[str, float] | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    """Weigh indicators so that each has the influence asked for.

    Influence is the correlation r_i of an indicator with the weighted mean of all.
    Weights w > 0 minimize sum((r_i / sum(r) - t_i)^2) for targets t that sum to 1.

    Parameters
    ----------
    data, indicators, missing, time, period, columns
        As in `std`.
    normalize : str or dict, default "minmax"
        The scale of the scores to be averaged with these weights.
    aim : {"balance", "information"}, default "balance"
        As above, or the greatest sum of influences, which w = (1 / s) / sum(1 / s)
        has, s being the standard deviations.
    targets : dict of str to float, optional
        The influence of each indicator, in proportion, above 0; equal by default.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1)
        and ``correlation`` (r_i in [-1, 1], missing for a constant column); first
        ``period`` where each is fitted by itself. `details` has the objective, the
        steps taken and whether the search converged (1) or not (0).

    Raises
    ------
    DegenerateError
        As `std`, and if there are fewer than three rows, or two columns have fewer
        than two rows in common.
    DefinitionError
        If targets do not name all indicators, or one is not above 0.

    Warns
    -----
    WeightWarning
        An indicator does not vary and gets weight 0; the search did not converge;
        or no weights have the influence asked for.
    ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    Covariances have the denominator n - 1. The search is that of Levenberg and
    Marquardt on ln(w), from w = 1 / s; it is deterministic.

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), doi:10.1111/j.1467-985X.2012.01059.x.
    Becker, Saisana, Paruolo and Vandecasteele (2017),
    doi:10.1016/j.ecolind.2017.03.056.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [2.0, 1.0, 5.0, 4.0, 3.0], "c": [3.0, 1.0, 2.0, 5.0, 4.0]}
    >>> found = ix.weights.balanced(firms)
    >>> len(set(found["correlation"].round(6)))
    1
    """
    given = {"missing": missing, "aim": aim, "targets": None if targets is None else dict(targets)}
    return weigh("balanced", given, data, indicators, normalize, time, period, columns)
