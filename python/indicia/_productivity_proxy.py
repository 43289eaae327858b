"""Production functions where a proxy, investment or materials, tells productivity."""

from __future__ import annotations

from typing import Any, Literal

from ._productivity_data import Draws, Firms
from ._productivity_fit import Interval, Names, Rng, fit
from ._productivity_result import Productivity
from ._stats_data import one_of

__all__ = ["ackerberg_caves_frazer", "levinsohn_petrin", "olley_pakes", "wooldridge"]


def olley_pakes(
    data: Any,
    output: str,
    free: Names,
    state: Names,
    *,
    investment: str,
    unit: str,
    time: str,
    exit: str | None = None,
    by: str | None = None,
    logged: bool = False,
    degree: int = 2,
    markov: int = 3,
    confidence: float = 0.95,
    replicates: int = 0,
    rng: Rng = None,
    interval: Interval = "percentile",
    step: float = 1.0,
    threads: int | None = None,
) -> Productivity:
    """Estimate as Olley and Pakes: investment tells productivity.

    Step 1: y on free inputs and a polynomial in state and investment, which gives b_l
    and phi, the polynomial. Step 2: the b_k with the least sum of squares of
    y - b_l l - b_k k - g, where g is w = phi - b_k k on a polynomial of w a step
    earlier.

    Parameters
    ----------
    data, output, free, state, unit, time, by, logged, step, confidence, threads
        As in `ols`. With gross output, materials are one more free input.
    investment : str
        Rows without positive investment tell nothing: dropped and counted (unless
        ``logged``).
    exit : str, optional
        A column that is 1 where the firm leaves after this row, 0 where it stays,
        missing where nobody knows. The chance to stay, a probit on the polynomial of
        step 1, then enters g.
    degree : int, default 2
        Of the complete polynomial of step 1.
    markov : int, default 3
        Of the polynomial in productivity a step earlier.
    replicates, rng, interval
        As in `ols`; without replicates there are no standard errors, because the
        second step knows nothing of the error of the first.

    Returns
    -------
    Productivity

    Warns
    -----
    UndefinedStatisticWarning
        If the search did not settle, or ended at the edge of [-1, 2].

    Notes
    -----
    One state input is searched on a grid of 61 points over [-1, 2], then by golden
    sections; several by Nelder and Mead from three starts. A gap in time breaks the lag.

    References
    ----------
    Olley G. S., Pakes A. (1996), Econometrica 64(6): 1263-1297, doi:10.2307/2171831.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_firm_panel(300, rng=1)
    >>> made = ix.productivity.olley_pakes(
    ...     firms, "value_added", "employees", "capital", investment="investment", unit="firm", time="year")
    >>> int(made.counts["proxy_nonpositive"][0]) == int((firms["investment"] == 0).sum())
    True
    """
    others = [investment, *([] if exit is None else [exit])]
    firms = Firms(data, output, free, state, others, unit, time, by, logged, step)
    options = {"degree": degree, "markov": markov, "proxy": investment, "exit": exit}
    return fit(firms, "olley_pakes", options, Draws(replicates, rng, interval, confidence, threads))


def levinsohn_petrin(
    data: Any,
    output: str,
    free: Names,
    state: Names,
    *,
    materials: str,
    unit: str,
    time: str,
    gross: bool = False,
    by: str | None = None,
    logged: bool = False,
    degree: int = 2,
    markov: int = 3,
    confidence: float = 0.95,
    replicates: int = 0,
    rng: Rng = None,
    interval: Interval = "percentile",
    step: float = 1.0,
    threads: int | None = None,
) -> Productivity:
    """Estimate as Levinsohn and Petrin: materials (or energy) tell productivity.

    As `olley_pakes`, with materials in place of investment and without exits.

    Parameters
    ----------
    data, output, free, state, unit, time, by, logged, step, confidence, threads
        As in `ols`.
    materials : str
        Intermediate inputs or energy.
    gross : bool, default False
        Whether output is gross, so that materials are an input with a coefficient of
        their own (see Notes). Needs ``degree`` of at least 2.
    degree, markov, replicates, rng, interval
        As in `olley_pakes`.

    Returns
    -------
    Productivity

    Warns
    -----
    UndefinedStatisticWarning
        If the search did not settle, or ended at the edge of [-1, 2]; with ``gross``,
        if the rows do not tell the coefficient of materials.

    Notes
    -----
    If labor is as free as materials, both are functions of the same state and step 1
    has nothing to tell labor by: see `ackerberg_caves_frazer`. The R package prodest
    1.0.1 uses the same degrees and criterion and a general optimizer; its
    coefficients agree to 1e-5.

    With ``gross``, step 2 finds b_k and b_m with the least ``|P x|^2 / |x|^2``, the share
    of the innovation x = w - g that is explained by Z, the complete polynomial (of
    ``degree``) in state now, state a step earlier and materials a step earlier. Five
    starts; ``solutions`` tells all ends. If demand for materials is a straight line in
    state and productivity, b_m is not identified (Gandhi, Navarro, Rivers 2020):
    ``search["strength"]`` is the partial F of Z for b_m, and below 10 a warning is
    given (Staiger, Stock 1997). Then only b_l stands.

    References
    ----------
    Levinsohn J., Petrin A. (2003), Review of Economic Studies 70(2): 317-341,
    doi:10.1111/1467-937X.00246; Gandhi A., Navarro S., Rivers D. A. (2020), Journal of
    Political Economy 128(8): 2973-3016, doi:10.1086/707736; Staiger D., Stock J. H.
    (1997), Econometrica 65(3): 557-586, doi:10.2307/2171753.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_firm_panel(300, rng=1)
    >>> made = ix.productivity.levinsohn_petrin(
    ...     firms, "value_added", "employees", "capital", materials="materials", unit="firm", time="year")
    >>> made.coefficients["coef"].round(1).tolist()
    [0.6, 0.3]
    """
    firms = Firms(data, output, free, state, [materials], unit, time, by, logged, step)
    options = {"degree": degree, "markov": markov, "gross": gross, "proxy": materials, "exit": None}
    return fit(firms, "levinsohn_petrin", options, Draws(replicates, rng, interval, confidence, threads))


def wooldridge(
    data: Any,
    output: str,
    free: Names,
    state: Names,
    *,
    proxy: str,
    unit: str,
    time: str,
    gross: bool = False,
    system: Literal["joint", "second"] = "joint",
    by: str | None = None,
    logged: bool = False,
    degree: int = 2,
    confidence: float = 0.95,
    replicates: int = 0,
    rng: Rng = None,
    interval: Interval = "percentile",
    step: float = 1.0,
    threads: int | None = None,
) -> Productivity:
    """Estimate as Wooldridge: both equations of the proxy at once, by instruments.

    y = a_1 + b_l l + c(k, m) + e and y = a_2 + b_l l + b_k k + f(k', m') + u, primes a
    step earlier; c and f are polynomials. In the second l is instrumented by l'.
    Two-stage least squares of the stacked equations; nothing is searched. The first
    equation has no b_k of its own: c takes it up. Standard errors allow for any
    dependence within a firm, across both equations, have no correction for few firms,
    and are normal.

    Parameters
    ----------
    data, output, free, state, unit, time, by, logged, step, confidence, threads
        As in `ols`.
    proxy : str
        Materials, energy or investment.
    gross : bool, default False
        Whether the proxy is an input with a coefficient of its own: the second equation
        gains b_m m, whose instruments are the products of k, k' and m' up to ``degree``
        (at least 2). Weak where demand for the proxy is nearly a straight line, see
        `levinsohn_petrin`.
    system : {"joint", "second"}, default "joint"
        Both equations, or the second alone (Petrin and Levinsohn 2012).
    degree : int, default 2
        Of both polynomials.
    replicates, rng, interval
        As in `ols`.

    Returns
    -------
    Productivity
        ``omega`` is the residual on the polynomial in state and proxy.

    Warns
    -----
    UndefinedStatisticWarning
        If there are no more firms than coefficients, so that errors are too small; if
        there is one firm, so that there are none; with ``gross``, if the partial F of
        the instruments is below 10.

    Raises
    ------
    DegenerateError
        If inputs are not told apart, or no row has one a step earlier.

    References
    ----------
    Wooldridge J. M. (2009), Economics Letters 104(3): 112-114,
    doi:10.1016/j.econlet.2009.04.026; Petrin A., Levinsohn J. (2012), RAND Journal of
    Economics 43(4): 705-725, doi:10.1111/1756-2171.12005.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_firm_panel(300, rng=1)
    >>> made = ix.productivity.wooldridge(
    ...     firms, "value_added", "employees", "capital", proxy="materials", unit="firm", time="year")
    >>> made.converged
    True
    """
    one_of("system", system, ("joint", "second"))
    firms = Firms(data, output, free, state, [proxy], unit, time, by, logged, step)
    options = {"degree": degree, "gross": gross, "system": system, "proxy": proxy, "exit": None}
    return fit(firms, "wooldridge", options, Draws(replicates, rng, interval, confidence, threads))


def ackerberg_caves_frazer(
    data: Any,
    output: str,
    free: Names,
    state: Names,
    *,
    proxy: str,
    unit: str,
    time: str,
    by: str | None = None,
    logged: bool = False,
    degree: int = 2,
    markov: int = 1,
    confidence: float = 0.95,
    replicates: int = 0,
    rng: Rng = None,
    interval: Interval = "percentile",
    step: float = 1.0,
    threads: int | None = None,
) -> Productivity:
    """Estimate as Ackerberg, Caves and Frazer: step 1 takes out the noise alone.

    Step 1: phi is y on a polynomial in free inputs, state and proxy. Step 2: all
    coefficients at which the innovation of w = phi - b_l l - b_k k, off a polynomial of w
    a step earlier, is uncorrelated with k and with l a step earlier. The criterion is the
    share of the variation of phi that these explain of the innovation: zero at a
    solution.

    Parameters
    ----------
    data, output, free, state, unit, time, by, logged, step, confidence, threads
        As in `ols`. Output is value added: gross output is not identified.
    proxy : str
        Materials, energy or investment.
    degree : int, default 2
        Of the complete polynomial of step 1.
    markov : int, default 1
        Of the polynomial in productivity a step earlier.
    replicates, rng, interval
        As in `olley_pakes`. A replicate that does not settle is counted as failed.

    Returns
    -------
    Productivity
        ``search`` tells the criterion and whether the end is a corner, ``solutions`` all
        ends of seven starts.

    Warns
    -----
    UndefinedStatisticWarning
        If the search did not settle, ended at the edge of [-1, 2], stopped away from
        zero, or has several solutions (criterion within 1e-10): then the one nearest
        to the two steps of `levinsohn_petrin` is taken. Where labor follows
        productivity, a false solution has the wage in place of productivity, near to
        least squares.

    References
    ----------
    Ackerberg D. A., Caves K., Frazer G. (2015), Econometrica 83(6): 2411-2451,
    doi:10.3982/ECTA13408.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_firm_panel(300, rng=1)
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", ix.errors.UndefinedStatisticWarning)
    ...     made = ix.productivity.ackerberg_caves_frazer(
    ...         firms, "value_added", "employees", "capital", proxy="materials", unit="firm", time="year")
    >>> len(made.solutions) >= 1
    True
    """
    firms = Firms(data, output, free, state, [proxy], unit, time, by, logged, step)
    options = {"degree": degree, "markov": markov, "proxy": proxy, "exit": None}
    return fit(firms, "ackerberg_caves_frazer", options, Draws(replicates, rng, interval, confidence, threads))
