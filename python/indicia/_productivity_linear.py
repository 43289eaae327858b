"""Production functions by least squares: over all rows, and within firms."""

from __future__ import annotations

from typing import Any, Literal

from ._productivity_data import Draws, Firms
from ._productivity_fit import Interval, Names, Rng, fit
from ._productivity_result import Productivity

__all__ = ["fixed_effects", "ols"]


def ols(
    data: Any,
    output: str,
    free: Names,
    state: Names,
    *,
    unit: str,
    time: str,
    by: str | None = None,
    logged: bool = False,
    errors: Literal["classical", "cluster"] = "classical",
    confidence: float = 0.95,
    replicates: int = 0,
    rng: Rng = None,
    interval: Interval = "percentile",
    step: float = 1.0,
    threads: int | None = None,
) -> Productivity:
    """Estimate a production function by ordinary least squares.

    y = c + b_l l + b_k k + (w + e) in logarithms. Firms that know their productivity w
    choose more of the inputs where it is high, so that coefficients of free inputs
    come out too high: the benchmark the other estimators are compared with.

    Parameters
    ----------
    data : dataframe, mapping
        One row per firm and period, any order. Never changed.
    output : str
        Value added or gross output, deflated, in any unit.
    free, state : str or list of str
        Inputs chosen within the period (labor), and decided before it (capital).
    unit, time : str
        Columns or index levels that name firms and periods.
    by : str, optional
        A column of groups (industries), each estimated alone; without it all rows
        are one. A firm that changes its group has no row before the change.
    logged : bool, default False
        Whether columns are logarithms already. If not, logarithms are taken, and
        rows with a zero or negative value are dropped and counted.
    errors : {"classical", "cluster"}, default "classical"
        Standard errors with n - p degrees of freedom, or allowing for any dependence
        within a firm (scaled by G / (G - 1), G firms, t with G - 1 degrees).
    confidence : float, default 0.95
        Level of ``low`` and ``high``.
    replicates : int, default 0
        Where not 0, errors come from so many draws of firms with replacement.
    rng : int, SeedSequence, Generator or None
        Where draws come from; each replicate has a stream of its own (SplitMix64).
    interval : {"percentile", "normal"}, default "percentile"
        Limits of replicates: their quantiles (type 7), or estimate -/+ z se.
    step : float, default 1
        The time from one row of a firm to the next (days, for dates); a row further
        apart follows a gap and has no row before it.
    threads : int, optional
        For the replicates; results do not depend on it.

    Returns
    -------
    Productivity

    Raises
    ------
    DegenerateError
        If inputs are not told apart. With ``by`` a warning, and missing coefficients.
    DataError
        If a firm has two rows of one period.

    Notes
    -----
    The constant is part of productivity: ``residuals`` keep it.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": [1, 1, 2, 2], "year": [1, 2, 1, 2], "y": [2.0, 3.5, 4.0, 6.0],
    ...          "l": [1.0, 2.0, 2.0, 4.0], "k": [1.0, 1.0, 2.0, 3.0]}
    >>> ix.productivity.ols(firms, "y", "l", "k", unit="firm", time="year", logged=True)
    <Productivity: ols, 4 of 4 rows; constant 0.9, l 1.05, k 0.35>
    """
    options = {"errors": errors, "proxy": None, "exit": None}
    firms = Firms(data, output, free, state, [], unit, time, by, logged, step)
    return fit(firms, "ols", options, Draws(replicates, rng, interval, confidence, threads))


def fixed_effects(
    data: Any,
    output: str,
    free: Names,
    state: Names,
    *,
    unit: str,
    time: str,
    by: str | None = None,
    logged: bool = False,
    errors: Literal["classical", "cluster"] = "classical",
    confidence: float = 0.95,
    replicates: int = 0,
    rng: Rng = None,
    interval: Interval = "percentile",
    step: float = 1.0,
    threads: int | None = None,
) -> Productivity:
    """Estimate within firms: least squares of deviations from the mean of the firm.

    Right where productivity of a firm never changes; where it does, or inputs are
    measured with error, the coefficient of capital comes out too low. ``omega`` is
    the mean residual of the firm. Classical errors have n - firms - p degrees of
    freedom. Firms with a single row say nothing here and are counted. All else as
    in `ols`.

    References
    ----------
    Mundlak Y. (1961), Empirical production function free of management bias, Journal
    of Farm Economics 43(1): 44-56, doi:10.2307/1235460.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_firm_panel(300, rng=1)
    >>> made = ix.productivity.fixed_effects(firms, "value_added", "employees", "capital", unit="firm", time="year")
    >>> made.coefficients["term"].tolist()
    ['employees', 'capital']
    """
    options = {"errors": errors, "proxy": None, "exit": None}
    firms = Firms(data, output, free, state, [], unit, time, by, logged, step)
    return fit(firms, "fixed_effects", options, Draws(replicates, rng, interval, confidence, threads))
