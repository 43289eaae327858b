"""Weights by entropy, with the habits of programs as options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._definition import Method
from ._plain import Columns, Indicators
from ._weights_fit import Period, weigh


def entropy(
    data: Any,
    indicators: Indicators = None,
    *,
    normalize: Method = "minmax",
    missing: str | None = None,
    preset: str | None = None,
    zero: str | None = None,
    shift: float | str | None = None,
    smooth: float | None = None,
    epsilon: float | None = None,
    normalizer: str | Mapping[str, float] | None = None,
    time: str | None = None,
    period: Period = "pooled",
    columns: Columns = None,
) -> Any:
    r"""Weigh indicators by entropy: those that differ more between units weigh more.

    With scores z >= 0 over N rows: p = z / sum(z), e = -sum(p ln p) / ln(N) with
    0 ln 0 = 0, d = 1 - e, w = d / sum(d).

    Parameters
    ----------
    data, indicators, missing, time, columns
        As in `std`.
    normalize : str or dict, default "minmax"
        The scale; its scores must be at least 0.
    preset : {"stata_ewm", "spssau", "matlab_shift", "copied_ln_t"}, optional
        Habits of programs; other options go before them. ``stata_ewm``: as the
        default. ``spssau``: shift "nonpositive". ``matlab_shift``: shift 0.001.
        ``copied_ln_t``: a much copied script that sums over all rows and divides by
        the ln of the number of periods, to be given as ``normalizer={"ln": T}``. It
        turns the weights around, and is here to reproduce published numbers only.
    zero : "limit", optional
        What a proportion of zero does: 0 ln 0 = 0. The one right answer, which may
        be said.
    shift : float or "nonpositive", default 0
        What is added to the scores before the proportions are taken; "nonpositive"
        adds \|minimum\| + 0.01 to a column with a score of 0 or below.
    smooth : float in (0, 1), optional
        Scores become a + (1 - a) z: a shift by another name.
    epsilon : float, default 0
        What is added to a proportion inside the logarithm.
    normalizer : "ln_rows" or {"ln": number}, default "ln_rows"
        What the entropy is divided by.
    period : {"pooled", "each", "each_mean"} or dict, default "pooled"
        As in `std`. "each_mean" is the habit of yearly weights: entropies of each
        period on scores scaled in that period, then the mean of the weights.

    Returns
    -------
    same kind as data
        One row per indicator: ``indicator``, ``weight`` (at least 0, summing to 1),
        ``entropy`` (e, in [0, 1]) and ``divergence`` (d = 1 - e); first ``period``
        where each is fitted by itself.

    Raises
    ------
    DegenerateError
        If a score is negative; if values are missing and no rule is chosen; if no
        indicator varies; if a normalizer gives entropies above and below 1.
    DefinitionError
        If options contradict each other.

    Warns
    -----
    WeightWarning
        An indicator does not vary, or has no scores, and gets weight 0; a
        normalizer is not the ln of the rows.
    ConstantColumnWarning, ComparabilityWarning
        As `std`.

    Notes
    -----
    The weights do not change with the unit of the scores: x / max, x / sum and x /
    norm give the weights of x on "none". On minmax they do not change with the unit
    of measurement. N counts the rows in the sum: with "pairwise" those where the column
    is observed, with "listwise" those without a gap.

    References
    ----------
    Zou, Yun and Sun (2006), doi:10.1016/S1001-0742(06)60032-6.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"cloud": [0.0, 1.0, 2.0], "web": [0.0, 0.0, 6.0]}
    >>> found = ix.weights.entropy(firms)
    >>> found["weight"].round(3).tolist(), found["entropy"].round(3).tolist()
    ([0.296, 0.704], [0.579, 0.0])
    """
    given = {
        "missing": missing,
        "preset": preset,
        "zero": zero,
        "shift": shift,
        "smooth": smooth,
        "epsilon": epsilon,
        "normalizer": normalizer,
    }
    return weigh("entropy", given, data, indicators, normalize, time, period, columns)
