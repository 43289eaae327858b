"""Stocks from flows."""

from __future__ import annotations

from typing import Any, Literal

from . import _core
from ._firm_data import FirmPanel, Step, tell
from ._stats_data import one_of

__all__ = ["stock"]

Initial = Literal["growth", "flow_over_depreciation", "flow", "flow_over_0.1", "zero"]


def stock(
    data: Any,
    flow: str,
    *,
    unit: str,
    time: str,
    depreciation: float = 0.15,
    initial: Initial = "growth",
    growth: Literal["log_mean", "cagr"] | float = "log_mean",
    over: float | None = None,
    gap: Literal["missing", "zero"] = "missing",
    timing: Literal["current", "lagged"] = "current",
    name: str | None = None,
    step: Step | None = None,
) -> Any:
    """Stock of a flow by perpetual inventory: K_t = (1 - d) K_(t-1) + I_t.

    Parameters
    ----------
    data, unit, time, step
        As in `growth`.
    flow : str
        Column of the flow I: expenditure on research, investment, patents.
    depreciation : float, default 0.15
        d, between 0 and 1.
    initial : str, default "growth"
        The stock in the first period with a flow: I / (g + d) (``growth``), I / d
        (``flow_over_depreciation``), I (``flow``), I / 0.1 (``flow_over_0.1``), or nothing
        before that period (``zero``), which is I too.
    growth : {"log_mean", "cagr"} or float, default "log_mean"
        g: the mean log growth of the unit's flow between its first and last positive
        value, the yearly rate between the same two, or a number for all.
    over : float, optional
        g is taken within so many periods from the first flow; by default over all.
    gap : {"missing", "zero"}, default "missing"
        Where a period has no row or no flow, the stock is missing from there on, or the
        flow counts as 0. The stock is used up in years without a row too.
    timing : {"current", "lagged"}, default "current"
        Whether I_t or I_(t-1) enters K_t.
    name : str, optional
        Name of the new column, by default ``<flow>_stock``.

    Returns
    -------
    same kind as data
        All columns and the stock.

    Raises
    ------
    DegenerateError
        If g + d is 0 or less: the message names units.
    DataError
        If rows are not unique in unit and time.

    Warns
    -----
    UndefinedStatisticWarning
        With the number of rows by reason: no flow yet, a gap in time, no growth rate
        (a single flow, or a first flow of 0 or less).

    References
    ----------
    Griliches Z. (1979), Issues in assessing the contribution of research and
    development to productivity growth, Bell Journal of Economics 10(1): 92-116,
    doi:10.2307/3003321. Hall B. H., Mairesse J. (1995), Exploring the relationship between
    R&D and productivity in French manufacturing firms, Journal of Econometrics 65(1):
    263-293, doi:10.1016/0304-4076(94)01604-X.

    Examples
    --------
    >>> import indicia as ix
    >>> rd = {"firm": ["a"] * 3, "year": [2018, 2019, 2020], "rd": [10.0, 12.0, 15.0]}
    >>> found = ix.firm.stock(rd, "rd", unit="firm", time="year", initial="flow")
    >>> found["rd_stock"].tolist()
    [10.0, 20.5, 32.425]
    """
    one_of("initial", initial, ("growth", "flow_over_depreciation", "flow", "flow_over_0.1", "zero"))
    one_of("gap", gap, ("missing", "zero"))
    one_of("timing", timing, ("current", "lagged"))
    if isinstance(depreciation, bool) or not 0.0 <= depreciation <= 1.0:
        raise ValueError(f"depreciation= is between 0 and 1, found {depreciation!r}")
    rate = None
    if isinstance(growth, str):
        one_of("growth", growth, ("log_mean", "cagr"))
    elif isinstance(growth, bool) or not -1.0 < growth < float("inf"):
        raise ValueError(f"growth= is 'log_mean', 'cagr' or a rate above -1, found {growth!r}")
    else:
        rate = float(growth)
    if over is not None and not over > 0:
        raise ValueError(f"over= is a number of periods above 0, found {over!r}")
    panel, new = FirmPanel.of(data, unit, time, step), name or f"{flow}_stock"
    panel.fresh([new])
    values = panel.numbers("flow", flow)
    word = growth if isinstance(growth, str) else "log_mean"
    with panel.translated():
        found, counts = _core.firm_stock(
            panel.units,
            panel.times,
            values,
            float(depreciation),
            initial,
            word,
            rate,
            None if over is None else float(over),
            gap == "zero",
            timing == "lagged",
        )
    tell(f"{new!r}", counts, panel.source.rows)
    return panel.with_columns({new: found})
