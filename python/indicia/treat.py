"""Outlier treatment as plain functions: a table in, the same kind out with the treated columns replaced.

Inside an index say ``treat=`` (`Index.flat`, `Index.using`) or ``treat =`` in a definition; the numbers are the same.

Examples
--------
>>> import indicia as ix
>>> sales = {"sales": [1.0, 2.0, 3.0, 4.0, 90.0]}
>>> ix.treat.winsorize(sales)["sales"].tolist()
[1.0, 2.0, 3.0, 4.0, 4.0]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._definition import Method
from ._output import Output
from ._plain import Columns, Indicators, fit_flat, indicators_of, method, options, passes_of
from ._replace import replaced
from .errors import UnknownNameError
from .frames import source_of

__all__ = ["asinh", "boxcox", "labels", "log", "table", "winsorize", "winsorize_count", "winsorize_quantile"]

Individual = Mapping[str, Method] | None


def winsorize(
    data: Any,
    indicators: Indicators = None,
    *,
    skewness: float | None = None,
    kurtosis: float | None = None,
    count: int | str | None = None,
    strict: bool | None = None,
    then: str | Mapping[str, Any] | None = None,
    combine: bool | None = None,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """Cap outliers until a column passes a test of skewness and kurtosis, else transform it.

    A column passes when the size of its skewness is below 2 or its excess kurtosis below 3.5. While it
    fails, every point at the maximum (where skewness >= 0, else at the minimum)
    gets the next value inside, up to ``count`` points.

    Parameters
    ----------
    data : dataframe, dict of columns, or ndarray
        One row per unit. Never changed.
    indicators : list of str, optional
        Columns to treat; by default all columns of numbers. Directions do not
        matter here: treatment is in original units.
    skewness, kurtosis : float, default 2 and 3.5
        Thresholds of the test.
    count : int or "unlimited", default 5
        How many points may be capped. Points merge with ties, so the last step
        may cap more, unless ``strict``.
    strict : bool, default False
        Whether a step that would exceed ``count`` is left out.
    then : {"none"} or dict, default {"log": "offset"}
        What follows when capping does not help: ``{"log": form}`` with a form of
        `log`, ``{"boxcox": lambda}`` with a number or "fitted", or "none".
    combine : bool, default False
        Whether that starts from the capped values.
    individual : dict of str to method, optional
        Other settings for single columns, such as ``{"patents": {"winsorize":
        {"count": 10}}}`` or ``{"share": "none"}``. What they do not set keeps the
        settings of this call.
    columns : list of str, optional
        Names of the columns of a two-dimensional array.

    Returns
    -------
    same kind as data
        All columns, the treated ones replaced; in original units where they were
        only capped.

    Raises
    ------
    DefinitionError, DegenerateError, ColumnTypeError, DataError

    Warns
    -----
    TreatmentWarning
        Where the test has no meaning (fewer than 4 values, a constant column),
        and where a column still fails it.

    Notes
    -----
    Missing values stay missing and count nowhere. Skewness and kurtosis are the
    adjusted forms (type 2). Never sensible for binary or ordinal items: leave
    them out.

    References
    ----------
    OECD/JRC (2008), step 4, doi:10.1787/9789264043466-en. Becker et al. (2022),
    COINr, doi:10.21105/joss.04567.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.treat.winsorize({"x": [1.0, 2.0, 3.0, 4.0, 90.0]}, individual={"x": "none"})["x"].tolist()
    [1.0, 2.0, 3.0, 4.0, 90.0]
    """
    given = options(skewness=skewness, kurtosis=kurtosis, count=count, strict=strict, then=then, combine=combine)
    return _treated(data, indicators, method("winsorize", given), individual, columns)


def winsorize_quantile(
    data: Any,
    indicators: Indicators = None,
    *,
    lower: float | None = None,
    upper: float | None = None,
    rule: str | None = None,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """Cap values beyond two quantiles of their column.

    Parameters
    ----------
    data, indicators, individual, columns
        As in `winsorize`.
    lower, upper : float, default 0.01 and 0.99
        Quantiles in [0, 1]; 0 and 1 cap nothing.
    rule : {"type7", "stata"}, default "type7"
        ``type7`` interpolates between order statistics (R, NumPy, Excel);
        ``stata`` takes, with h = n q, the mean of the values of rank h and h + 1
        where h is whole, else the value of the next whole rank (Stata ``pctile``).

    Returns
    -------
    same kind as data

    References
    ----------
    Hyndman and Fan (1996), doi:10.1080/00031305.1996.10473566.

    Examples
    --------
    >>> import indicia as ix
    >>> values = {"x": [float(value) for value in range(1, 11)]}
    >>> ix.treat.winsorize_quantile(values, lower=0.2, upper=0.8, rule="stata")["x"].tolist()
    [2.5, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.5, 8.5]
    """
    given = options(lower=lower, upper=upper, rule=rule)
    return _treated(data, indicators, method("winsorize_quantile", given), individual, columns)


def winsorize_count(
    data: Any,
    indicators: Indicators = None,
    *,
    low: int | None = None,
    high: int | None = None,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """Cap the ``low`` smallest and ``high`` largest points of each column at the next value inside.

    Ties are capped together, or not at all where that would cap more than asked
    for. Parameters, warnings and result as in `winsorize`.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.treat.winsorize_count({"x": [1.0, 5.0, 6.0, 9.0]}, low=1, high=1)["x"].tolist()
    [5.0, 5.0, 6.0, 6.0]
    """
    given = options(low=low, high=high)
    return _treated(data, indicators, method("winsorize_count", given), individual, columns)


def log(
    data: Any,
    indicators: Indicators = None,
    *,
    form: str | None = None,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """Take logarithms, shifted so that they exist.

    Parameters
    ----------
    data, indicators, individual, columns
        As in `winsorize`.
    form : {"offset", "sign_aware", "unit_shift", "plain", "log1p"}, default "offset"
        With mn and mx the extremes of the column: ``offset`` ln(x - mn + 0.01 (mx
        - mn)); ``sign_aware`` the same where skewness > 0, else -ln(mx + 0.01 (mx
        - mn) - x); ``unit_shift`` ln(x - mn + 1); ``plain`` ln(x); ``log1p`` ln(1 +
        x).

    Returns
    -------
    same kind as data

    Raises
    ------
    DegenerateError
        If a value is outside the domain of ``plain`` or ``log1p``.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.treat.log({"x": [0.0, 1.0]}, form="log1p")["x"].round(4).tolist()
    [0.0, 0.6931]
    """
    return _treated(data, indicators, method("log", options(form=form)), individual, columns)


def boxcox(
    data: Any,
    indicators: Indicators = None,
    *,
    lambda_: float | str | None = None,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """Apply the power transform of Box and Cox to x' = x - mn + 1: (x'^lambda - 1) / lambda, ln x' for lambda = 0.

    Parameters
    ----------
    data, indicators, individual, columns
        As in `winsorize`.
    lambda_ : float or "fitted", default "fitted"
        The exponent; fitted, the one of greatest profile likelihood in [-5, 5].

    Returns
    -------
    same kind as data

    References
    ----------
    Box and Cox (1964), doi:10.1111/j.2517-6161.1964.tb00553.x.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.treat.boxcox({"x": [0.0, 3.0, 8.0]}, lambda_=0.5)["x"].tolist()
    [0.0, 2.0, 4.0]
    """
    given = options(**{"lambda": lambda_})
    return _treated(data, indicators, method("boxcox", given), individual, columns)


def asinh(
    data: Any,
    indicators: Indicators = None,
    *,
    scale: float | None = None,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """Take the inverse hyperbolic sine, asinh(x / scale): like a logarithm for large values, defined for all.

    Parameters and result as in `winsorize`; ``scale`` (1 by default) is a choice
    of unit on which the result depends.

    References
    ----------
    Burbidge, Magee and Robb (1988), doi:10.1080/01621459.1988.10478575.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.treat.asinh({"x": [0.0, 1.0]})["x"].round(4).tolist()
    [0.0, 0.8814]
    """
    return _treated(data, indicators, method("asinh", options(scale=scale)), individual, columns)


def table(
    data: Any,
    treat: Method = "winsorize",
    indicators: Indicators = None,
    *,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """What a treatment does to each column: caps, points, skewness and kurtosis before and after.

    Parameters
    ----------
    data, indicators, individual, columns
        As in `winsorize`.
    treat : str or dict, default "winsorize"
        A treatment, such as ``{"winsorize": {"count": 10}}``.

    Returns
    -------
    same kind as data
        One row per column, as `FittedIndex.treatments` has it.

    Examples
    --------
    >>> import indicia as ix
    >>> report = ix.treat.table({"x": [1.0, 2.0, 3.0, 4.0, 90.0]})
    >>> [report["high"][0].item(), report["high_count"][0].item(), bool(report["passes_capped"][0])]
    [4.0, 1, True]
    """
    fitted, *_ = _fit(data, indicators, treat, individual, columns)
    return fitted.treatments


def labels(
    data: Any,
    treat: Method = "winsorize",
    indicators: Indicators = None,
    *,
    individual: Individual = None,
    columns: Columns = None,
) -> Any:
    """What a treatment does to each value: "high" or "low" where capped, "curve" where transformed, else missing.

    Parameters as in `table`. A value that is capped and transformed is labelled
    "high curve" or "low curve".

    Returns
    -------
    same kind as data
        The treated columns only, in the order of the rows.

    Examples
    --------
    >>> import indicia as ix
    >>> ix.treat.labels({"x": [1.0, 2.0, 3.0, 4.0, 90.0]})["x"].tolist()[-1]
    'high'
    """
    fitted, held, chosen = _fit(data, indicators, treat, individual, columns)
    found = {row["node"]: row for row in _rows(fitted)}
    after = passes_of(fitted, held).all_indicators()
    plain, own, _ = fit_flat(data, list(chosen), columns=columns, normalize="none", aggregate="none")
    before = passes_of(plain, own).all_indicators()
    made = {}
    for name in chosen:
        row = found.get(name)
        values = before[name]
        words = np.full(len(values), None, dtype=object)
        if row is not None:
            if row["curve"] is not None:
                words[~np.isnan(after[name])] = "curve"
            for end, beyond in (("low", np.less), ("high", np.greater)):
                if row[end] is not None:
                    capped = beyond(values, row[end])
                    words[capped] = end if row["curve"] is None else f"{end} curve"
        made[name] = list(words)
    return held.output.frame(made)


def _rows(fitted: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(fitted._core.treatments())
    return rows


def _fit(data: Any, indicators: Indicators, treat: Method, individual: Individual, columns: Columns) -> Any:
    # Treatment is in original units: a direction would only turn the result.
    names = list(indicators_of(source_of(data, columns), indicators))
    unknown = [name for name in individual or {} if name not in names]
    if unknown:
        raise UnknownNameError(f"individual=: {unknown[0]!r} is not among the columns to be treated")
    own = {name: {"treat": how} for name, how in (individual or {}).items()}
    steps: dict[str, Any] = {"normalize": "none", "aggregate": "none", "treat": treat}
    return fit_flat(data, names, columns=columns, own=own, stacklevel=6, **steps)


def _treated(data: Any, indicators: Indicators, treat: Method, individual: Individual, columns: Columns) -> Any:
    fitted, held, chosen = _fit(data, indicators, treat, individual, columns)
    found = passes_of(fitted, held, stacklevel=5).all_indicators()
    output: Output = held.output
    return replaced(held.source, output, {name: found[name] for name in chosen})
