"""A synthetic panel of firms whose production function and productivity are known."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _firm_model as model
from ._draws import Rng, generator
from ._frames import Frame, check_count, check_frame, check_share, to_frame

_FIRST_YEAR = 2010


def make_firm_panel(
    n: int = 500,
    *,
    years: int = 10,
    entry: float = 0.03,
    exit: float = 0.03,
    selection: bool = False,
    gaps: float = 0.02,
    missing: float = 0.0,
    rng: Rng = 0,
    frame: Frame | None = None,
) -> Any:
    r"""Return a synthetic panel of firms whose production function is known.

    The firms are invented. Value added is Cobb-Douglas,
    :math:`y = 3.1 + 0.6\, l + 0.3\, k + \omega + \varepsilon` in logarithms, with a
    productivity :math:`\omega` that the firm knows and the data do not show.
    `firm_panel_truth` tells it.

    Parameters
    ----------
    n : int, default 500
        Number of firms, at least 1.
    years : int, default 10
        Number of years from 2010 on, at least 2.
    entry, exit : float, default 0.03
        Share of firms that begin in each later year (never more than 0.9 together),
        and chance that a firm's year is its last.
    selection : bool, default False
        Whether the less productive leave more often; without it, firms leave by
        chance.
    gaps : float, default 0.02
        Chance that a year between a firm's first and last is not in the table.
    missing : float, default 0.0
        Share of the numbers that is blanked, each independently.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        One row per firm and year, firms in their order and years ascending:
        ``firm`` (text), ``year`` (int), ``industry`` (text), then in thousands
        ``revenue``, ``value_added``, ``employees`` (persons, full-time equivalents),
        ``capital`` (at the beginning of the year), ``materials``, ``investment``,
        ``rd``, ``assets``, ``equity`` (may be negative), ``profit`` (may be negative),
        and ``exit``: whether this year is the firm's last although the panel goes on.

    Raises
    ------
    TypeError
        If ``n`` or ``years`` is not an integer.
    ValueError
        If an argument is outside its range.
    ImportError
        If the package that ``frame`` names is not installed.

    See Also
    --------
    firm_panel_truth : elasticities, and productivity row by row.

    Notes
    -----
    *Model.* :math:`\omega_t = 0.8\,\omega_{t-1} + \xi_t` with
    :math:`\xi \sim N(0, 0.15^2)` and :math:`\varepsilon \sim N(0, 0.1^2)`. Labor
    equates its marginal product with a wage that has shocks of its own which last.
    Materials and investment are increasing functions of capital and productivity
    alone, :math:`m = 1.9 + 0.75 k + 2\omega` and
    :math:`i = -0.93 + 0.85 k + \omega`, so that each may stand for productivity;
    four in a hundred firm-years have no investment, by chance.
    :math:`K_{t+1} = 0.9 K_t + I_t`. Revenue is value added plus materials. There is no
    inflation.

    *Missing values.* With the same seed, ``missing`` only blanks cells and ``gaps``
    only leaves rows out.

    *Reproducibility.* Everything starts from uniforms of PCG64, whose stream NumPy
    keeps; numbers are rounded to three decimals.

    References
    ----------
    Ackerberg D., Caves K., Frazer G. (2015), Identification properties of recent
    production function estimators, Econometrica 83(6): 2411-2451,
    doi:10.3982/ECTA13408.

    Examples
    --------
    >>> from indicia import datasets
    >>> panel = datasets.make_firm_panel(100, years=5, rng=1, frame="dict")
    >>> list(panel)[:5]
    ['firm', 'year', 'industry', 'revenue', 'value_added']
    >>> sorted(set(panel["year"].tolist()))
    [2010, 2011, 2012, 2013, 2014]
    """
    share = check_share(missing)
    check_frame(frame)
    random = generator(rng)
    history, rows = _made(random, n, years, entry, exit, selection, gaps)
    who, when = rows
    columns: dict[str, npt.NDArray[Any]] = {
        "firm": np.array([f"F{i:06d}" for i in range(1, len(history.industry) + 1)], dtype=object)[who],
        "year": when.astype(np.int64) + _FIRST_YEAR,
        "industry": np.array(list(model.INDUSTRIES), dtype=object)[history.industry[who]],
    }
    numbers = {name: np.round(values[rows], 3) for name, values in history.columns.items()}
    if share > 0.0:
        # Drawn for every firm and year, so that gaps do not move the blanks.
        for name, values in numbers.items():
            values[(random.random(history.columns[name].shape) < share)[rows]] = np.nan
    return to_frame(columns | numbers | {"exit": history.exit[rows]}, frame)


def firm_panel_truth(
    n: int = 500,
    *,
    years: int = 10,
    entry: float = 0.03,
    exit: float = 0.03,
    selection: bool = False,
    gaps: float = 0.02,
    rng: int | np.random.SeedSequence = 0,
) -> dict[str, Any]:
    """Return what `make_firm_panel` with the same arguments is made of.

    Parameters
    ----------
    n, years, entry, exit, selection, gaps
        As in `make_firm_panel`.
    rng : int or SeedSequence, default 0
        The seed of the panel. A generator would go on from where the panel left it.

    Returns
    -------
    dict
        - ``"elasticities"``: of value added, ``{"labor": 0.6, "capital": 0.3}``
        - ``"constant"``: of the production function
        - ``"persistence"``, ``"innovation_sd"``, ``"noise_sd"``: of productivity
        - ``"depreciation"``: of capital
        - ``"productivity"``: log productivity without noise, one value per row of the
          panel

    Raises
    ------
    TypeError
        If ``rng`` is no seed, or ``n`` or ``years`` is not an integer.
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> from indicia import datasets
    >>> truth = datasets.firm_panel_truth(100, years=5, rng=1)
    >>> truth["elasticities"]
    {'labor': 0.6, 'capital': 0.3}
    >>> panel = datasets.make_firm_panel(100, years=5, rng=1)
    >>> len(truth["productivity"]) == len(panel)
    True
    """
    if rng is None or isinstance(rng, np.random.Generator):
        raise TypeError("rng= is the seed that made the panel; a generator or None cannot be repeated")
    history, rows = _made(generator(rng), n, years, entry, exit, selection, gaps)
    return {
        "elasticities": {"labor": model.LABOR, "capital": model.CAPITAL},
        "constant": model.CONSTANT,
        "persistence": model.PERSISTENCE,
        "innovation_sd": model.INNOVATION_SD,
        "noise_sd": model.NOISE_SD,
        "depreciation": model.DEPRECIATION,
        "productivity": history.productivity[rows],
    }


def _made(
    random: np.random.Generator, n: int, years: int, entry: float, leave: float, selection: bool, gaps: float
) -> tuple[model.History, tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    count = check_count(n, 1)
    try:
        length = operator.index(years)
    except TypeError:
        raise TypeError(f"years must be an integer (number of years), got {years!r}") from None
    if length < 2:
        raise ValueError(f"years must be at least 2, got {length}")
    for name, share in (("entry", entry), ("exit", leave), ("gaps", gaps)):
        if not 0.0 <= share < 1.0:
            raise ValueError(f"{name} must be a share of at least 0 and below 1, got {share!r}")
    history = model.simulate(random, count, length, float(entry), float(leave), bool(selection), float(gaps))
    who, when = np.nonzero(history.alive & ~history.gap)
    return history, (who, when)
